"""A question in its thread: whether it stands alone, and how it may be read where it does not.

"And how long does it take?" after "What is the Practice Healthcheck?" can be read bare, with the earlier question's
words beside it, or with its subject put in. "What about the accountant?" asks the earlier question again with one thing
changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.content import content
from answer.insists import NameKind, figures_in, names_in, years_in
from corpus.glossary import Glossary

# How many questions of a thread are looked at, the newest last.
LONGEST_THREAD = 6


@dataclass(frozen=True, slots=True)
class Lent:
    """How much a thread lends to a question.

    `words` is the weight of the thread's words beside the question's own (1); `meaning` the share of the vector that
    stands for the question together with its thread.
    """

    words: float
    meaning: float


# Chosen on the tuning parts of MTRAG, its rewrites, and followups.jsonl; docs/evidence.md has the figures.
MUCH = Lent(0.6, 0.7)  # it cannot be understood without its thread
SOME = Lent(0.2, 0.2)  # it speaks of "the plan" of which the thread spoke
NOTHING = Lent(0.0, 0.0)  # it stands alone


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to read a question.

    own: its words that count in full ("" where it only points at the thread). context: what the thread lends.
    asked: the reading as a question that stands alone, for whoever reads it beside a passage. changes: it is the
    earlier question with one thing changed.
    """

    own: str
    asked: str
    context: str = ""
    lent: Lent = NOTHING
    changes: bool = False

    @property
    def follows(self) -> bool:
        """Whether the question is not read as it stands."""
        return self.changes or self.lent is not NOTHING


def wordings(question: str, thread: Sequence[str], glossary: Glossary) -> tuple[Wording, ...]:
    """The ways to read a question, the likeliest first; one that stands alone is read bare whatever came before.

    Args:
        thread: the earlier questions, oldest first.
    """
    bare = Wording(question, question)
    chain = _chain([earlier for earlier in thread if earlier.strip()][-LONGEST_THREAD:], glossary)
    if not chain:
        return (bare,)
    own, lent = _lent(question, chain, glossary)
    if lent is NOTHING:
        return (bare,)
    context = " ".join(dict.fromkeys([chain[0], *chain[1:][-1:]]))
    asked = _asked(own, chain, glossary) if lent is MUCH else question
    leaning = Wording(own, asked, context, lent)
    changed = _changed(question, chain, glossary)
    return (Wording(changed, changed, changes=True), leaning) if changed else (leaning,)


def stands_alone(question: str, after: str | None, glossary: Glossary) -> bool:
    """Whether a question of a thread can be read without the earlier one."""
    return not after or _kind(question, glossary)[1] is not MUCH


def asks_whether_still(question: str) -> bool:
    """Whether a question only asks if what was told is so today."""
    return bool(_AGAIN.search(question) and _STILL.search(question))


def _chain(thread: Sequence[str], glossary: Glossary) -> list[str]:
    """The last question that stood alone, and those that followed from it."""
    chain: list[str] = []
    for question in thread:
        chain = [*chain, question] if chain and not stands_alone(question, chain[-1], glossary) else [question]
    return chain


# --- how much a question leans on its thread -------------------------------------------------------------------------

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
    r"|\b(?:show|tell) me (?:exactly )?where\b|\bwhere does it say\b|\bsource\??$|\bsays? who\b|\bare you sure\b"
    r"|\bis (?:that|this|it) (?:still )?(?:true|right|correct|current|up to date|valid|the case)\b"
    r"|\bhow old is (?:that|this|it)\b",
    re.IGNORECASE,
)
_REPAIR = re.compile(
    r"\bi (?:mean|meant|was asking about)\b\s*(?P<meant>.+?)"
    r"(?:,?\s*\b(?:not|rather than|instead of)\b(?P<not>.+))?[.?!]*$",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"\bis (?:that|this|it) still\b|\bis (?:that|this|it) (?:true|right|correct|current|up to date|valid|the case)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe ([a-z]+)", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|what|when|where|which|why|how|tell|explain|is|are|was|were|do|does|did|can|will)\b", re.I)


def _kind(question: str, glossary: Glossary) -> tuple[str, Lent]:
    """The question's own words, and whether their form leans on a thread, before anybody looks into the thread."""
    repair = _REPAIR.search(question)
    if repair:
        return repair["meant"], MUCH
    if _AGAIN.search(question):
        return "", MUCH
    own = _OPENER.sub("", question) or question
    carried = content(own)
    opened = own != question
    pointing = bool(_POINTER.search(own))
    if not opened and _ASKS.search(question) and _names_its_subject(question, glossary):
        return question, NOTHING
    if len(carried) <= 2 or (pointing and len(carried) <= 4) or (opened and len(carried) <= 3):
        return _POINTING.sub(" ", own), MUCH
    return question, NOTHING


def _lent(question: str, chain: Sequence[str], glossary: Glossary) -> tuple[str, Lent]:
    """The question's own words, and how much its thread lends to it."""
    own, lent = _kind(question, glossary)
    if lent is NOTHING:
        spoken_of = set(content(" ".join(chain)))
        if any(set(content(match[1])) & spoken_of for match in _DEFINITE.finditer(question)):
            return question, SOME
    return own, lent


def _names_its_subject(question: str, glossary: Glossary) -> bool:
    """Whether a question has a name, and nothing that points elsewhere: who was Brandt, and what did he do?"""
    names = [name for name in names_in(question, glossary) if name.kind is not NameKind.PLACE]
    pointer = _POINTER.search(question)
    if not names or not pointer:
        return bool(names)
    return " and " in question[question.index(names[0].text) : pointer.start()]


# --- the question as one that stands alone ---------------------------------------------------------------------------

_PRONOUN = re.compile(
    r"\b(?:(?P<whose>its|their|his)\b"
    r"|(?:it|they|them|he|she|him|that one|this one|those ones)\b"
    r"|(?:that|this|these|those)(?=\s*(?:[?.,!]|$|(?:is|are|was|were|does|do|did|can|should|will|would|take|cost|work"
    r"|mean|for|in|to|with|by|from|and|or)\b)))",
    re.IGNORECASE,
)


def _asked(own: str, chain: Sequence[str], glossary: Glossary) -> str:
    """The question with its subject put in: "how long does it take?" as "how long does the Healthcheck take?"."""
    if not own.strip():
        return chain[-1]
    subject = subject_of(chain[0], glossary)
    if not subject:
        return f"{chain[0]} {own}"
    pronoun = _PRONOUN.search(own)
    if not pronoun and set(content(subject)) & set(content(own)):
        return own.strip()
    if not pronoun or len(subject.split()) > LONGEST_SUBJECT or _ASKS.search(subject):
        return f"{own.strip().rstrip('?.! ')} ({subject})?"
    put = f"{subject}'s" if pronoun["whose"] else subject
    return f"{own[: pronoun.start()]}{put}{own[pronoun.end() :]}".strip()


# Words; a longer subject is a sentence of its own and stands beside the question.
LONGEST_SUBJECT = 6

_FRAME = re.compile(
    r"^(?:(?:please|can you|could you|hi|hello|ok|so|and|but)\s+)*"
    r"(?:(?:tell|show|give) (?:me|us)(?: more)?(?: about)?|explain|describe|compare|list|name"
    r"|what(?:'s| is| was| are| were| does| do| did| can| should| must| would| will)"
    r"|who(?:'s| is| was| are| were)|which|why (?:do|does|did|is|was|are)"
    r"|how (?:do|does|did|can|should|much|many|long|big|old|often)|where (?:do|does|is|are|can|was)"
    r"|when (?:do|does|did|is|was|are|should|must|can|will)"
    r"|is|are|does|do|did|can|should|was|were|we are thinking of|we want)\b\s*",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:the|a|an|our|we|i|you|us|me|there|to|of|about)\b\s+", re.IGNORECASE)


_TRAILING = re.compile(
    r"\s+(?:do|does|work|works|begin|began|start|mean|means|cover|covers|need|take|takes|say|says|happen|check|look at"
    r"|stand for|involve|include|cost|costs)$",
    re.IGNORECASE,
)


def subject_of(question: str, glossary: Glossary) -> str:
    """What a question is about: its names, or what is left without the words that ask.

    >>> subject_of("What are heads of terms?", Glossary([])), subject_of("How does an LMC work?", Glossary([]))
    ('heads of terms', 'the LMC')
    """
    found = [name for name in names_in(question, glossary) if name.kind is not NameKind.PLACE]
    rest = _without_frame(question)
    if found and not (len(content(rest)) > 2 and all(name.kind is NameKind.ACRONYM for name in found)):
        return " and ".join(dict.fromkeys(_with_article(name.text, question) for name in found))
    return _with_article(_TRAILING.sub("", rest), question)


def _without_frame(question: str) -> str:
    rest = re.split(r"(?<=[.!?])\s+", question.strip())[-1] if len(question) > 120 else question
    while (shorter := _LEAD.sub("", _FRAME.sub("", rest))) != rest:
        rest = shorter
    return rest.strip(" ?.!,")


def _with_article(thing: str, question: str) -> str:
    """`the LMC` for an LMC that was spoken of; names without an article keep none."""
    had = re.search(rf"\b(?:the|an?|our|my|your|this)\s+{re.escape(thing)}", question, re.IGNORECASE)
    return f"the {thing}" if had and thing else thing


# --- the earlier question with one thing changed ---------------------------------------------------------------------

_CHANGES = re.compile(r"^\s*(?:and|or|but|what about|how about|and what about|so what about)\b[\s,:]*", re.IGNORECASE)
_CHUNK = re.compile(
    r"\b(?P<lead>(?:(?:for|in|at|with|on|by|to|from|about|as|of) )?(?:the|a|an|our|my|your)?)\s*"
    r"(?P<noun>[\w'’-]+(?: [\w'’-]+)?)",
    re.IGNORECASE,
)


def _changed(question: str, chain: Sequence[str], glossary: Glossary) -> str:
    """The earlier question with one thing changed: a year, a figure, a name, or what follows the same small words."""
    own = _CHANGES.sub("", question)
    thing = own.strip().rstrip("?.! ")
    if own == question or not thing or _ASKS.match(thing) or len(thing.split()) > 5 or _POINTER.search(thing):
        return ""
    earlier = next((asked for asked in reversed(chain) if len(content(asked)) > 2), chain[0])
    for old, new in _pairs(thing, earlier, glossary):
        if old and new and old.lower() != new.lower():
            return _with(earlier, old, new)
    return ""


def _with(text: str, old: str, new: str) -> str:
    """The text with the first `old`, as a word of its own, changed."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)


def _pairs(thing: str, earlier: str, glossary: Glossary) -> list[tuple[str, str]]:
    """What of the earlier question may be changed for what, the likeliest first."""
    pairs = []
    years, earlier_years = years_in(thing), years_in(earlier)
    if years and earlier_years:
        pairs.append((earlier_years[0], years[0]))
    if (number := _number(thing)) and figures_in(earlier):
        pairs.append((_number(earlier), number))
    names, known = names_in(thing, glossary), names_in(earlier, glossary)
    if names and known:
        alike = [name for name in known if name.kind is names[0].kind] or list(known)
        pairs.append((alike[-1].text, names[0].text))
    elif not years:
        pairs.append((_same_lead(thing, earlier), thing))
    return pairs


def _number(text: str) -> str:
    """The first number that is no year."""
    found = re.findall(r"(?<![\w.,/-])(?:£?\d[\d,.]*\d|\d(?![\w/]))", text)
    years = years_in(text)
    return next((number for number in found if number not in years), "")


def _same_lead(thing: str, earlier: str) -> str:
    """What stands in the earlier question after the small words that `thing` begins with: "the …", "for …"."""
    lead = _CHUNK.match(thing)
    if not lead or not lead["lead"].strip():
        return ""
    wanted = re.compile(rf"\b{re.escape(lead['lead'].strip())}\s+(?:[\w'’-]+)", re.IGNORECASE)
    found = wanted.search(earlier)
    return found.group() if found else ""
