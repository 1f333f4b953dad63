"""What a question asks for: its thread, its acronyms, the kind of fact it wants, the names it insists on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.glossary import Glossary, Term
from index.lexical import STOP_WORDS, analyse, words


class Wants(StrEnum):
    """The kind of fact that would answer."""

    ANYTHING = "anything"
    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    NUMBER = "number"
    PERSON = "person"
    LIST = "list"
    COMPARISON = "comparison"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it will be searched.

    `text` is what is embedded: the question itself, or with the earlier one of its thread in front where it cannot
    stand alone. `terms` are stems with weights; `content` the stems that an answer has to cover; `named` the stems
    of names, figures and acronyms that the question insists on; `names_attribute` says that it names the very fact it
    wants ("the salary of …", "how many practices …"); `mended` maps a misspelt word to the library's.
    """

    question: str
    text: str
    wants: Wants
    terms: Mapping[str, float]
    content: tuple[str, ...]
    named: frozenset[str]
    follows: bool = False
    names_attribute: bool = False
    parts: tuple[str, ...] = ()
    mended: Mapping[str, str] = field(default_factory=dict)


# Weight of words that the question does not use itself: an acronym's expansion, the thread's earlier question.
EXPANSION_WEIGHT = 0.4
EARLIER_WEIGHT = 0.6

_ACRONYM = re.compile(r"\b(?:[A-Z][A-Za-z]*[A-Z][A-Za-z]*|[A-Z]{2,}\d*)s?\b")
_NUMBER = re.compile(r"(?:£\s?)?\d[\d,]*(?:\.\d+)?%?")
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+(?:['’][a-z]+)?\b")
_QUOTED = re.compile(r"[\"“‘']([^\"“”‘’']{3,60})[\"”’']")

# What people write around a question, and words that ask rather than name.
FILLER = frozenset(
    analyse(
        "tell know want need like find out give show explain say says said mean means get go make use used thing things "
        "way one ones much many long often any some also just still really actually help who whom whose why hi hello "
        "thanks ok about there here possible able let got have going am document documents page library paper papers "
        "according mention mentioned question answer information info details"
    )
)


def understand(
    question: str,
    after: str | None,
    glossary: Glossary,
    frequency: Callable[[str], int],
    vocabulary: Callable[[str], Sequence[str]],
    word_of: Callable[[str], str] = str,
) -> Understood:
    """Read a question in its thread.

    Args:
        after: the earlier question of the same thread, if any.
        frequency: in how many passages a stem occurs.
        vocabulary: the library's stems that begin with some letters, for mending spelling.
        word_of: a word of the library that has a stem: the model knows words, not stems.
    """
    own, earlier = _in_thread(question, after)
    if earlier:
        own = _POINTING.sub(" ", own)
    mended = {word: word_of(stem) for word, stem in _mend(own, frequency, vocabulary, glossary).items()}
    spelt = _replace_words(own, mended)
    text = f"{earlier} {spelt}".strip() if earlier else spelt
    content = _content(spelt)
    terms = dict.fromkeys(content, 1.0)
    for stem in _content(earlier):
        terms.setdefault(stem, EARLIER_WEIGHT if content else 1.0)
    for stem in _expansions(text, glossary):
        terms.setdefault(stem, EXPANSION_WEIGHT)
    return Understood(
        question=question,
        text=_spelt_out(text, glossary),
        wants=wants(spelt if content else text),
        terms=terms,
        content=content or _content(earlier),
        named=_named(spelt, glossary) or (frozenset() if content else _named(earlier, glossary)),
        follows=bool(earlier),
        names_attribute=names_attribute(question),
        parts=_parts(spelt) if not earlier else (),
        mended=mended,
    )


def _content(text: str) -> tuple[str, ...]:
    """The stems that carry the question, in order and once."""
    return tuple(dict.fromkeys(stem for stem in analyse(text) if stem not in FILLER))


# --- threads -----------------------------------------------------------------------------------------------------

_OPENER = re.compile(
    r"^\s*(?:and|but|so|or|also|then|ok(?:ay)?|right|what about|how about|what if|sorry|no|yes|thanks)\b[\s,:]*",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|there|he|she|him|her|one|ones|same|such|former|latter|others?"
    r"|smaller|bigger|shorter|longer|first|second|last)\b",
    re.IGNORECASE,
)
# In a follow-up these point at something in the thread and name nothing.
_POINTING = re.compile(
    r"\b(?:(?:smaller|bigger|shorter|longer|first|second|last|other|same|former|latter) ones?|the (?:former|latter)"
    r"|that one|this one|those ones)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:turn|put|make|rewrite|rephrase|shorten|summari[sz]e|condense)\b.{0,25}\b(?:that|this|it)\b"
    r"|\b(?:show|tell) me (?:exactly )?where\b|\bwhere does it say\b|\bis (?:that|this|it) (?:still )?(?:true|right|correct"
    r"|current|up to date|valid|the case)\b|\bsource\??$|\bhow old is (?:that|this|it)\b|\bsays? who\b|\bare you sure\b",
    re.IGNORECASE,
)
_REPAIR = re.compile(
    r"\bi (?:mean|meant|was asking about)\b\s*(?P<meant>.+?)(?:,?\s*\b(?:not|rather than|instead of)\b(?P<not>.+))?[.?!]*$",
    re.IGNORECASE,
)


def _in_thread(question: str, after: str | None) -> tuple[str, str]:
    """The question's own words and, where it cannot stand alone, the earlier question to read it with."""
    if not after:
        return question, ""
    repair = _REPAIR.search(question)
    if repair:
        return repair["meant"], after
    if _AGAIN.search(question):
        return "", after
    own = _OPENER.sub("", question) or question
    content = _content(own)
    pointing = bool(_POINTER.search(own))
    opened = own != question
    if len(content) <= 2 or (pointing and len(content) <= 4) or (opened and len(content) <= 3):
        return own, after
    return question, ""


def stands_alone(question: str, after: str | None) -> bool:
    """Whether a question of a thread can be read without the earlier one."""
    return not _in_thread(question, after)[1]


# --- spelling ----------------------------------------------------------------------------------------------------

MENDABLE = 5  # letters; shorter words are too often names or acronyms


def _mend(
    text: str, frequency: Callable[[str], int], vocabulary: Callable[[str], Sequence[str]], glossary: Glossary
) -> dict[str, str]:
    """Words that the library does not have, with the nearest stem that it has; a name is never mended."""
    found = {}
    names = {name.lower() for name in _CAPITALISED.findall(text)}
    for word in dict.fromkeys(words(text)):
        stem = analyse(word)
        if (
            len(word) < MENDABLE
            or word in names
            or not stem
            or not word.isalpha()
            or frequency(stem[0])
            or glossary.get(word.upper())
        ):
            continue
        near = _nearest(stem[0], vocabulary(word[:2]), frequency)
        if near:
            found[word] = near
    return found


def _nearest(stem: str, candidates: Sequence[str], frequency: Callable[[str], int]) -> str | None:
    allowed = 1 if len(stem) < 8 else 2
    scored = [
        (distance, -frequency(candidate), candidate)
        for candidate in candidates
        if abs(len(candidate) - len(stem)) <= allowed
        and (distance := edit_distance(stem, candidate, allowed)) <= allowed
    ]
    return min(scored)[2] if scored else None


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours; stops counting above `limit`.

    >>> edit_distance("resiliance", "resilience", 2), edit_distance("mergre", "merger", 2)
    (1, 1)
    """
    before, row = [0] * 0, list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _replace_words(text: str, mended: Mapping[str, str]) -> str:
    for word, better in mended.items():
        text = re.sub(rf"\b{re.escape(word)}\b", better, text, flags=re.IGNORECASE)
    return text


# --- acronyms ----------------------------------------------------------------------------------------------------


def _expansions(text: str, glossary: Glossary) -> list[str]:
    """Stems of what the acronyms of a text stand for."""
    terms = [term for name in _acronyms(text, glossary) if (term := glossary.get(name))]
    return [stem for term in terms for stem in analyse(term.expansion)]


def _spelt_out(text: str, glossary: Glossary) -> str:
    """The text with what its acronyms stand for: a model that has never met "RAT" knows "resilience assessment"."""
    terms = [term for name in _acronyms(text, glossary) if (term := glossary.get(name))]
    known = [term.expansion for term in terms if term.expansion.lower() not in text.lower()]
    return f"{text} ({'; '.join(known)})" if known else text


def _acronyms(text: str, glossary: Glossary) -> list[str]:
    found = [match.group().removesuffix("s") for match in _ACRONYM.finditer(text)]
    # People type "phq" and "pcn"; only what is no English word is taken for an acronym.
    lower = [word.upper() for word in re.findall(r"\b[a-z]{3,5}\b", text) if word not in STOP_WORDS]
    found += [name for name in lower if (term := glossary.get(name)) and term.term.isupper() and name not in _WORDS]
    return list(dict.fromkeys(found))


# Acronyms of the glossary that are also ordinary words when written small.
_WORDS = frozenset(
    [
        "CAP",
        "CARE",
        "MAP",
        "RAT",
        "SAR",
        "PM",
        "ICE",
        "LES",
        "DES",
        "SEA",
        "SAFE",
        "STAR",
        "ACT",
        "AIM",
        "ARM",
        "BEST",
        "CODE",
        "FIT",
        "HELP",
        "HUB",
        "LINK",
        "MOT",
        "PACE",
        "PIN",
        "PLAN",
        "ROLE",
        "STEP",
        "TEAM",
        "TIER",
        "WASP",
        "ARE",
        "CD",
        "LAD",
        "HR",
        "IT",
        "MOU",
    ]
)

# Beside an ambiguous acronym these leave open which meaning is asked for.
_OPEN = (
    frozenset(
        analyse(
            "explain score scores scoring mean meaning means stand stands for about result results understand tell help what is "
            "form work works definition define describe interpret questionnaire assessment tool test need info more can you"
        )
    )
    | FILLER
)

_CLINICAL_MEANING = re.compile(
    r"\b(?:patient|clinical|antigen|drugs?|disease|injury|blood|symptoms?|pain|medicines?|depression|screening)\b",
    re.IGNORECASE,
)


def ambiguous(text: str, glossary: Glossary, frequency: Callable[[str], int]) -> Term | None:
    """An acronym that leaves open what is asked: the question adds nothing, and the library does not settle it.

    The library settles it by using the acronym, unless a clinical meaning is as likely.
    """
    for name in _acronyms(text, glossary):
        term = glossary.get(name)
        if not term or not term.other_meanings:
            continue
        clinical = any(_CLINICAL_MEANING.search(meaning) for meaning in term.other_meanings)
        if not clinical and any(frequency(stem) for stem in analyse(name)):
            continue
        rest = [stem for stem in analyse(text) if stem not in analyse(name) and stem not in _OPEN]
        if not rest:
            return term
    return None


# --- what is asked for -------------------------------------------------------------------------------------------

_WANTS: Sequence[tuple[Wants, re.Pattern[str]]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Wants.COMPARISON, r"\bcompare|\bdifferen(?:ce|t|ces)\b|\bdiffers?\b|\bversus\b|\bvs\.?\b|\brather than\b|\bor just\b"),
        (Wants.DURATION, r"\bhow long\b|\bhow many (?:minutes|hours|days|weeks|months|years)\b|\bhow much (?:time|notice)\b"),
        (Wants.DATE, r"^\W*(?:(?:and|but|so) )?when\b|\b(?:and|since|until|by) when\b|\bwhat (?:date|year|month|day)\b|\bwhich (?:date|year|month|day)\b|\bby what date\b|\bdeadline\b"),
        (Wants.MONEY, r"\bhow much (?:money|funding|does it cost|did|was|is|will|do)\b|\bcosts?\b|\bprice\b|\bfee\b|\bsalary\b|\bbudget\b"),
        (Wants.NUMBER, r"\bhow many\b|\bwhat (?:share|proportion|percentage|number)\b|\bhow (?:large|big|old)\b"),
        (Wants.PERSON, r"\bwho(?:m|se)?\b|\bwhich person\b|\bname of\b|\bsurname\b|\bcontact\b"),
        (Wants.LIST, r"\blist\b|\bsteps?\b|\bwhat are\b|\bwhich (?:areas|tools|topics|things|documents)\b|\bchecklist\b|\bwhat should\b"
                     r"|\btopics\b|\bhow do (?:we|i)\b|\bwhere (?:do|should) (?:we|i) (?:begin|start)\b|\bwhat do (?:we|i)\b|\bwhat happens\b"),
        (Wants.DEFINITION, r"\bwhat (?:is|was|does)\b|\bdefin(?:e|ition)\b|\bstand for\b|\bmeaning of\b"),
    )
)  # fmt: skip


def wants(question: str) -> Wants:
    """The kind of fact a question asks for."""
    return next((kind for kind, pattern in _WANTS if pattern.search(question)), Wants.ANYTHING)


def _named(text: str, glossary: Glossary) -> frozenset[str]:
    """Stems of the names, acronyms, figures and quoted words that an answer may not do without."""
    found = [match.group() for match in _NUMBER.finditer(text)]
    found += [match.group() for match in _CAPITALISED.finditer(text) if not _is_plain(match.group())]
    found += _acronyms(text, glossary)
    found += [part for quoted in _QUOTED.findall(text) for part in quoted.split()]
    return frozenset(stem for name in found for stem in analyse(name) if stem not in FILLER)


def _is_plain(word: str) -> bool:
    return word.lower() in STOP_WORDS or word in {"I", "The", "GP", "GPs"}


_AND = re.compile(
    r"\s*(?:,|;)?\s+and\s+(?=(?:what|how|who|when|which|where|why|does|do|is|are|can)\b)|\?\s+(?=\w)", re.I
)


_ATTRIBUTE: Sequence[re.Pattern[str]] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bwh(?:at|o)(?:'s| is| was| are| were| will be) (?:the |our |a |an |their |its )?(?P<what>[\w' -]{2,40}?)"
        r" (?:of|for|at|per|in|to|by|on|from|does|do|did|is|was|are|were|before|after|when)\b",
        r"\bwh(?:at|ich) (?P<what>(?!(?:is|are|was|were|do|does|did|can|should|must|will|if|happens?|about|have|has|else|to"
        r"|may)\b)[\w' -]{2,30}?) (?:is|was|are|were|do|does|did|will|would|should|can|must|may|has|have|had|to|of|for|at"
        r"|in|pays?|shows?|looks?|covers?)\b",
        r"\bhow (?:much|many) (?P<what>[\w' -]{2,30}?) (?:is|was|are|were|do|does|did|will|would|should|can|must|may|has"
        r"|have|had|of|for|in|at|went|set|merged|gave|need|needs)\b",
        r"\bhow much does (?:a|an|the|it)? ?[\w -]{2,30}? (?P<what>charge|cost|pay|earn)s?\b",
    )
)
# "Which tool is for us?" asks for advice, not for a fact.
_NO_FACT = FILLER | frozenset(analyse("tool tools programme support course kind kinds role thing"))


def names_attribute(question: str) -> bool:
    """Whether a question names the very fact it wants, so that a passage that answers shares its words."""
    found = next((match for pattern in _ATTRIBUTE if (match := pattern.search(question))), None)
    return found is not None and any(stem not in _NO_FACT for stem in analyse(found["what"]))


_COMPARED: Sequence[re.Pattern[str]] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:compare|differences? between|choose between)\s+(?P<a>.+?)\s+(?:and|with|to|or)\s+(?P<b>.+?)(?P<rest>[:?,;].*)?$",
        r"^(?P<a>.+?)\s+(?:versus|vs\.?|compared (?:with|to)|differs? from|different from)\s+(?P<b>.+?)(?P<rest>[:?,;].*)?$",
    )
)


def _parts(question: str) -> tuple[str, ...]:
    """The questions in a question: both sides of a comparison, or "How long does it take, and who pays?"."""
    for pattern in _COMPARED:
        found = pattern.search(question)
        if found:
            rest = (found["rest"] or "").strip(" ?:,;")
            return tuple(f"{found[side]} {rest}".strip() for side in "ab")
    parts = [part.strip(" ?.") for part in _AND.split(question) if part and _content(part)]
    return tuple(parts) if len(parts) > 1 else ()
