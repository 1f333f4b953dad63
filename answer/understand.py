"""What a question asks for: its thread, its acronyms, the kind of fact it wants, the names it insists on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from answer.acronyms import acronyms, expansions, spelt_out
from answer.content import FILLER, content
from answer.everyday import SEARCHED, EverydayWords
from answer.followup import Wording, asks_whether_still, wordings
from answer.insists import Insists, insists
from answer.parts import asks_everywhere, parts, sides
from answer.spelling import mend, respelt
from corpus.glossary import Glossary
from index.lexical import STOP_WORDS, analyse


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

    `asked` is the question as one that stands alone; `text` the same with its acronyms spelt out, for a reader of
    passages. `meaning` are the texts that are embedded, each with its share of the vector. `terms` are stems with weights;
    `content` the stems that an answer has to cover; `named` the stems of names, figures and acronyms that the question
    insists on; `names_attribute` says that it names the very fact it wants ("the salary of …", "how many practices …");
    `mended` maps a misspelt word to the library's; `insists` are the years, figures, names and the fact that a passage
    is held against before it may answer; `alike` has the words of papers for its everyday words; `parts` are the questions in it; `everywhere` says that it asks what several
    papers say, `still` that it asks whether what was told is so today.
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
    insists: Insists = field(default_factory=Insists)
    everywhere: bool = False
    still: bool = False
    asked: str = ""
    meaning: tuple[tuple[str, float], ...] = ()
    alike: Mapping[str, frozenset[str]] = field(default_factory=dict)


# Weight of what an acronym stands for beside the words of the question itself (1).
EXPANSION_WEIGHT = 0.4

_NUMBER = re.compile(r"(?:£\s?)?\d[\d,]*(?:\.\d+)?%?")
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+(?:['’][a-z]+)?\b")
_QUOTED = re.compile(r"[\"“‘']([^\"“”‘’']{3,60})[\"”’']")


@dataclass(frozen=True, slots=True)
class Known:
    """What a question is read with beside its thread.

    frequency: in how many passages a stem occurs. vocabulary: the library's stems that begin with some letters, for
    mending spelling. word_of: a word of the library that has a stem: the model knows words, not stems. everyday: what
    papers write for what people say.
    """

    glossary: Glossary
    frequency: Callable[[str], int]
    vocabulary: Callable[[str], Sequence[str]]
    word_of: Callable[[str], str] = str
    everyday: EverydayWords = field(default_factory=EverydayWords)


def readings(question: str, thread: Sequence[str], known: Known) -> tuple[Understood, ...]:
    """The ways to read a question in its thread, the likeliest first; two at most.

    Args:
        thread: the earlier questions, oldest first.
    """
    return tuple(_read(question, wording, thread, known) for wording in wordings(question, thread, known.glossary))


def understand(question: str, after: str | None, known: Known) -> Understood:
    """The likeliest reading of a question, after an earlier one of the same thread, if any."""
    return readings(question, (after,) if after else (), known)[0]


def _read(question: str, wording: Wording, thread: Sequence[str], known: Known) -> Understood:
    mended = _mended(wording.own, known)
    spelt, asked = respelt(wording.own, mended), respelt(wording.asked, mended)
    context = respelt(wording.context, _mended(wording.context, known))
    carried = content(spelt)
    asks = insists(asked, known.glossary)
    whole = f"{context} {spelt}".strip() if wording.follows else spelt
    alike = known.everyday.alike(whole)
    return Understood(
        question=question,
        text=spelt_out(asked, known.glossary),
        asked=asked,
        meaning=_meaning(spelt, context, wording, known.glossary),
        wants=wants(spelt if carried else whole),
        terms=_with_alike(_terms(carried, context, whole, wording.lent.words, known.glossary), alike),
        content=carried or content(context),
        named=_named(spelt, known.glossary) or (frozenset() if carried else _named(context, known.glossary)),
        follows=wording.follows,
        names_attribute=bool(asks.attribute),
        parts=_parts(spelt, asked, () if wording.changes else thread, known.glossary),
        everywhere=asks_everywhere(asked),
        still=wording.follows and asks_whether_still(question),
        mended=mended,
        insists=asks,
        alike=alike,
    )


def _meaning(spelt: str, context: str, wording: Wording, glossary: Glossary) -> tuple[tuple[str, float], ...]:
    """The question, and beside it the question together with its thread."""
    lent = wording.lent.meaning if spelt.strip() else 1.0
    shares = ((spelt, 1.0 - lent), (f"{context} {spelt}", lent))
    return tuple((spelt_out(text.strip(), glossary), share) for text, share in shares if share)


def _terms(carried: Sequence[str], context: str, whole: str, lent: float, glossary: Glossary) -> dict[str, float]:
    """Stems with weights: the question's own, what its thread lends, and what its acronyms stand for."""
    terms = dict.fromkeys(carried, 1.0)
    for stem in content(context):
        terms.setdefault(stem, lent if carried else 1.0)
    for stem in expansions(whole, glossary):
        terms.setdefault(stem, EXPANSION_WEIGHT)
    return terms


def _with_alike(terms: Mapping[str, float], alike: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """The terms, and beside each everyday word the words that papers have for it."""
    lent = {other: SEARCHED * weight for stem, weight in terms.items() for other in sorted(alike.get(stem, ()))}
    return {**lent, **terms}


def _parts(spelt: str, asked: str, thread: Sequence[str], glossary: Glossary) -> tuple[str, ...]:
    """The questions in a question, each so that it stands alone: "and who runs it?" with what "it" is."""
    compared = sides(asked)
    if compared:
        return compared
    found = parts(spelt)
    return tuple(wordings(part, [*thread, *found[:i]], glossary)[0].asked for i, part in enumerate(found))


def _mended(text: str, known: Known) -> dict[str, str]:
    names = {name.lower() for name in _CAPITALISED.findall(text)}
    found = mend(text, known.frequency, known.vocabulary, known.glossary, names)
    return {word: known.word_of(stem) for word, stem in found.items()}


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
    found += acronyms(text, glossary)
    found += [part for quoted in _QUOTED.findall(text) for part in quoted.split()]
    return frozenset(stem for name in found for stem in analyse(name) if stem not in FILLER)


def _is_plain(word: str) -> bool:
    return word.lower() in STOP_WORDS or word in {"I", "The", "GP", "GPs"}
