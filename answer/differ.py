"""Two papers that say different things: found by rule from the values that they give, and told in their own words.

Silence is better than a difference that is none, so much is asked: the question asks for a date, a duration, an amount
or a number; each of two sentences gives exactly one, of the same unit; both are about what was asked, in like words;
and neither says "at least" or speaks of another nation or another year.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from answer.gate import coverage
from answer.understand import Understood, Wants
from corpus.model import Authority, Document, Nation, Status
from corpus.when import MONTHS
from index.lexical import analyse

# Of the question's words, by weight, that a sentence with its headings must have.
ABOUT = 0.65
# Of the words of both sentences together, figures left out, that they must share.
ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quoted sentence of a document. `stems` are its own, `context` those of its title and headings."""

    document: Document
    text: str
    stems: frozenset[str]
    context: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """What a sentence says, verbatim, and as an interval of one unit; `start` is where in it the words stand."""

    words: str
    unit: str
    low: float
    high: float
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.words)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two documents with the values that they give; the one to believe rather is `first`."""

    first: Document
    first_says: str
    second: Document
    second_says: str


def difference(sentences: Sequence[Sentence], understood: Understood, weight: Mapping[str, float]) -> Difference | None:
    """The first two sentences, in their order, that give different values for what was asked."""
    if understood.follows:  # "And how long does that take?": its words do not say what of
        return None
    found = [(one, value) for one in sentences if (value := _value(one, understood, weight))]
    for pair in combinations(found, 2):
        (one, said), (other, says) = pair
        if _same_matter(one, other, understood) and _excludes(said, says):
            better, worse = sorted(pair, key=lambda item: _weight(item[0].document), reverse=True)
            return Difference(better[0].document, better[1].words, worse[0].document, worse[1].words)
    return None


def note(found: Difference) -> str:
    """`These two sources differ: “A” (June 2022) says “10 minutes”; “B” (2019) says “15 minutes”. “A” is newer.`"""
    first, second = found.first, found.second
    says = "; ".join(
        f"{_named(document)} says “{value}”"
        for document, value in ((first, found.first_says), (second, found.second_says))
    )
    return " ".join((f"These two sources differ: {says}.", *_standing(first, second)))


def _named(document: Document) -> str:
    return f"“{document.title}” ({document.dated.month_words() if document.dated else 'no date given'})"


def _standing(first: Document, second: Document) -> Iterator[str]:
    """Which of the two is newer and which has more authority, as far as it is known."""
    heavier = _AUTHORITY[first.authority] != _AUTHORITY[second.authority]
    newer = _newer(first, second)
    if newer is first:
        yield f"“{first.title}” is newer{' and has more authority' if heavier else ''}."
        return
    if heavier:
        yield f"“{first.title}” has more authority."
    if newer is second:
        yield f"“{second.title}” is newer."


def _newer(one: Document, other: Document) -> Document | None:
    if not one.dated or not other.dated or one.dated == other.dated:
        return None
    return one if one.dated.iso() > other.dated.iso() else other


_AUTHORITY = {authority: -rank for rank, authority in enumerate(Authority)}


def _weight(document: Document) -> tuple[bool, int, str]:
    """What is to be believed rather: what was not replaced, then by authority, then the newer."""
    dated = document.dated
    return document.status is not Status.SUPERSEDED, _AUTHORITY[document.authority], dated.iso() if dated else ""


# --- values ------------------------------------------------------------------------------------------------------

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SMALL = {word: float(number) for number, word in enumerate(_WORDS, 1)} | {
    "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "a": 1.0, "an": 1.0,
}  # fmt: skip
_FIGURE = r"\d[\d,]*(?:\.\d+)?"
_AMOUNT = rf"(?:{_FIGURE}|\b(?:{'|'.join(_SMALL)})\b)"
_RANGE = rf"(?P<low>{_AMOUNT})(?:\s?(?:-|–|to|or)\s?(?P<high>{_AMOUNT}))?"
_MONEY_RANGE = rf"[£€$]\s?(?P<low>{_FIGURE})(?:\s?(?:-|–|to)\s?[£€$]?\s?(?P<high>{_FIGURE}))?"
_MONTH_NAMES = "|".join(MONTHS)

_PATTERNS: Mapping[Wants, re.Pattern[str]] = {
    Wants.DURATION: re.compile(rf"{_RANGE}[\s-]?(?P<unit>minute|hour|day|week|month|year)s?\b", re.IGNORECASE),
    Wants.MONEY: re.compile(rf"{_MONEY_RANGE}\s?(?P<unit>million|billion|m\b|bn\b|k\b|)", re.IGNORECASE),
    Wants.NUMBER: re.compile(rf"{_RANGE}\s?(?P<unit>%|per cent\b|[a-z]{{3,}})", re.IGNORECASE),
    Wants.DATE: re.compile(
        rf"(?:(?:(?P<day>\d{{1,2}}) )?(?P<month>{_MONTH_NAMES}) )?(?P<low>(?:19|20)\d\d)(?!/)\b(?P<unit>)"
    ),
}
_SCALE = {
    "minute": 1.0, "hour": 60.0, "day": 1_440.0, "week": 10_080.0, "month": 43_800.0, "year": 525_600.0,
    "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3,
}  # fmt: skip
# Two sentences that set a bound need not differ.
_BOUND = re.compile(
    r"\b(?:at (?:least|most)|up to|more than|less than|fewer than|over|under|within|minimum|maximum|between|or more"
    r"|no (?:more|less|later) than|before|after|until|by)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:/\d\d)?\b")


def _value(sentence: Sentence, understood: Understood, weight: Mapping[str, float]) -> Value | None:
    """The one value of the kind asked for in a sentence that is about what was asked."""
    if _BOUND.search(sentence.text) or not _is_about(sentence, understood, weight):
        return None
    found = list(values(sentence.text, understood))
    return found[0] if len(found) == 1 else None


def values(text: str, understood: Understood, kind: Wants | None = None) -> Iterator[Value]:
    """The values in a text of the kind that a question asks for; a number only of what it asks the number of."""
    kind = kind or understood.wants
    pattern = _PATTERNS.get(kind)
    for match in pattern.finditer(text) if pattern else ():
        unit = match["unit"].lower()
        if kind is Wants.DATE:
            yield _date(match)
        elif kind is not Wants.NUMBER or unit in {"%", "per cent"} or _is_asked(unit, understood):
            low = _number(match["low"])
            high = _number(match["high"]) if match["high"] else low
            scale = _SCALE.get(unit, 1.0)
            same = "" if kind is not Wants.NUMBER else " ".join(analyse(unit)) or "%"
            yield Value(match.group().rstrip(), same, low * scale, high * scale, match.start())


def _is_asked(noun: str, understood: Understood) -> bool:
    return bool(set(analyse(noun)) & set(understood.content))


def _number(text: str) -> float:
    return _SMALL.get(text.lower()) or float(text.replace(",", ""))


def _date(match: re.Match[str]) -> Value:
    """As days: a year, a month or a day, as far as it is given."""
    year, month, day = int(match["low"]), match["month"], match["day"]
    first = year * 372.0 + ((MONTHS.index(month) * 31) if month else 0) + (int(day) - 1 if day else 0)
    return Value(match.group().rstrip(), "", first, first + (0 if day else 30 if month else 371), match.start())


def _excludes(one: Value, other: Value) -> bool:
    return one.unit == other.unit and (one.high < other.low or other.high < one.low)


# --- whether two sentences speak of the same ---------------------------------------------------------------------


def _is_about(sentence: Sentence, understood: Understood, weight: Mapping[str, float]) -> bool:
    stems = sentence.stems | sentence.context
    if not understood.named <= stems or not sentence.stems & set(understood.content):
        return False
    return coverage(understood.content, stems, weight) >= ABOUT


def _same_matter(one: Sentence, other: Sentence, understood: Understood) -> bool:
    if one.document.key == other.document.key:
        return False
    nations = {one.document.nation, other.document.nation}
    if len(nations) > 1 and Nation.UK not in nations:
        return False
    years = [set(_YEAR.findall(sentence.text)) for sentence in (one, other)]
    if understood.wants is not Wants.DATE and years[0] != years[1]:
        return False
    mine, theirs = _without_figures(one.stems), _without_figures(other.stems)
    return len(mine & theirs) >= ALIKE * len(mine | theirs) and bool(mine & theirs & set(understood.content))


def _without_figures(stems: Collection[str]) -> set[str]:
    return {stem for stem in stems if stem not in _SMALL and not any(letter.isdigit() for letter in stem)}
