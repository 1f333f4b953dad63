"""What a question insists on: years, months, figures with their units, names, and the very fact that it asks for.

A passage on the right topic with another year, place, person, number or organisation is no answer. What is found here
can be held against a text: `Insists.lacking`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from answer.acronyms import acronyms
from answer.content import FILLER
from answer.places import FULL_NAMES, PLACES
from corpus.glossary import Glossary
from index.lexical import STOP_WORDS, analyse, words


class NameKind(StrEnum):
    """What a name names, as far as its form tells."""

    PLACE = "place"
    BODY = "body"  # Kent LMC, Central East ICB
    PERSON = "person"
    ACRONYM = "acronym"
    QUOTED = "quoted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the question writes it. `words` gives for each of its words the ways to write it, in stems."""

    text: str
    kind: NameKind
    words: tuple[tuple[frozenset[str], ...], ...]

    def stands_in(self, stems: Collection[str]) -> bool:
        """Whether a text with these stems has the name: each word in one of its ways (Herts or Hertfordshire)."""
        return all(any(way.issubset(stems) for way in ways) for ways in self.words)


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """A number in plain digits ("40000000", "2.5") and the stem of what it counts ("£", "%", "minut"; "" unknown)."""

    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a text lacks of what a question insists on: shares in [0, 1], 0 where the question names none.

    other_year, other_figure: the text has a year, or a figure of the same unit, but another one.
    """

    years: float = 0.0
    months: float = 0.0
    figures: float = 0.0
    names: float = 0.0
    attribute: float = 0.0
    other_year: bool = False
    other_figure: bool = False


@dataclass(frozen=True, slots=True)
class Insists:
    """What an answer may not do without. `attribute` are the stems of the fact asked for ("the salary of …")."""

    years: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    names: tuple[Name, ...] = ()
    attribute: tuple[str, ...] = ()

    def lacking(self, text: str, stems: Collection[str]) -> Lacking:
        """What a passage lacks; `stems` are those of the text with its title and headings."""
        years, figures = set(years_in(text)) if self.years else set(), figures_in(text) if self.figures else ()
        no_year = [year for year in self.years if year not in years]
        no_figure = [figure for figure in self.figures if not _has(figures, figure)]
        return Lacking(
            years=_share(no_year, self.years),
            months=_share([month for month in self.months if month not in text.lower()], self.months),
            figures=_share(no_figure, self.figures),
            names=_share([name for name in self.names if not name.stands_in(stems)], self.names),
            attribute=_share([stem for stem in self.attribute if stem not in stems], self.attribute),
            other_year=bool(no_year and years),
            other_figure=any(mine.unit and mine.unit == other.unit for mine in no_figure for other in figures),
        )


def _share(missing: Sequence[object], all_of_them: Sequence[object]) -> float:
    return len(missing) / len(all_of_them) if all_of_them else 0.0


def _has(figures: Collection[Figure], wanted: Figure) -> bool:
    """The same number; of the same unit where it measures something: 12 minutes are not 12 months."""
    same = [figure for figure in figures if figure.value == wanted.value]
    if wanted.unit in _MEASURES:
        return any(figure.unit == wanted.unit for figure in same)
    return bool(same)


def insists(text: str, glossary: Glossary) -> Insists:
    """What a question insists on."""
    return Insists(
        years=years_in(text),
        months=months_in(text),
        figures=figures_in(text),
        names=names_in(text, glossary),
        attribute=attribute_of(text),
    )


# --- years and months ----------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<![\d.,£])(?P<first>(?:19|20)\d\d)(?:\s?[/–-]\s?(?P<last>(?:20)?\d\d)(?!\d))?(?![\d,]\d)")


def years_in(text: str) -> tuple[str, ...]:
    """Years as four digits, contract years as 2025/26 and as their first year, in order and once.

    >>> years_in("from 2016 to 2025-26")
    ('2016', '2025/26', '2025')
    """
    found: list[str] = []
    for match in _YEAR.finditer(text):
        if match["last"] and (int(match["first"]) + 1) % 100 == int(match["last"]) % 100:
            found.append(f"{match['first']}/{match['last'][-2:]}")
        found.append(match["first"])
        if match["last"] and len(match["last"]) == 4:
            found.append(match["last"])
    return tuple(dict.fromkeys(found))


_MONTHS = words("january february march april may june july august september october november december")
_MONTH = re.compile(
    r"(?P<before>\b(?:in|by|of|since|from|until|before|after|early|late|next|last|to|\d{1,2}(?:st|nd|rd|th)?)\s+)?"
    rf"\b(?P<month>{'|'.join(_MONTHS)})\b(?P<after>\s+(?:\d{{1,2}}\b|(?:19|20)\d\d))?",
    re.IGNORECASE,
)


def months_in(text: str) -> tuple[str, ...]:
    """Months in small letters. `May` and `March` are also words, so they need a date's neighbours.

    >>> months_in("May we start in May, or by 1 March 2026?")
    ('may', 'march')
    """
    found = []
    for match in _MONTH.finditer(text):
        month = match["month"].lower()
        if month not in {"may", "march"} or match["after"] or (match["before"] and match["month"].istitle()):
            found.append(month)
    return tuple(dict.fromkeys(found))


# --- figures -------------------------------------------------------------------------------------------------------

_WORD_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        words(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            "eighteen nineteen twenty"
        ),
        2,
    )
}
_SCALES = {"million": 1_000_000, "m": 1_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000, "k": 1_000}
_NUMBER = rf"\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(_WORD_NUMBERS)})\b"
_FIGURE = re.compile(
    rf"(?<![\w.,/])(?<![A-Za-z]-)(?P<money>£\s?)?(?P<number>{_NUMBER})"
    r"(?:\s?(?P<scale>million|billion|bn|m|k)\b)?(?P<percent>\s?(?:%|per ?cent\b))?"
    rf"(?P<more>\s?(?:-|–|to|or|and)\s?(?=(?:£\s?)?(?:{_NUMBER})))?(?:[\s-]*(?P<unit>[A-Za-z]+))?",
    re.IGNORECASE,
)
_MEASURES = frozenset({"£", "%", *analyse("minute hour day week month year mile")})
_NO_UNIT = STOP_WORDS | frozenset(analyse("more less than other or between per about up no not new main key different"))


def figures_in(text: str) -> tuple[Figure, ...]:
    """The figures of a text but for its years, in order and once; the ends of a range share their unit.

    >>> figures_in("10 to 15 minutes, £16m, ten areas")[:3]
    (Figure(value='10', unit='minut'), Figure(value='15', unit='minut'), Figure(value='16000000', unit='£'))
    """
    found: list[Figure] = []
    waiting = 0  # the last figures of a range, whose unit comes with its end
    for match in _FIGURE.finditer(_YEAR.sub(" ", text)):
        unit = _unit(match)
        found.append(Figure(_value(match["number"], match["scale"]), unit))
        if match["more"] and not unit:
            waiting += 1
            continue
        found[len(found) - 1 - waiting :] = [
            Figure(item.value, item.unit or unit) for item in found[len(found) - 1 - waiting :]
        ]
        waiting = 0
    return tuple(dict.fromkeys(found))


def _unit(match: re.Match[str]) -> str:
    if match["money"]:
        return "£"
    if match["percent"]:
        return "%"
    if match["more"] or not match["unit"] or match["unit"].lower() in _NO_UNIT:
        return ""
    return next(iter(analyse(match["unit"])), "")


def _value(number: str, scale: str | None) -> str:
    digits = _WORD_NUMBERS.get(number.lower(), number.replace(",", ""))
    value = float(digits) * _SCALES.get((scale or "").lower(), 1)
    return f"{value:.6f}".rstrip("0").rstrip(".")


# --- names ---------------------------------------------------------------------------------------------------------

_BODY = (
    r"LMCs?|ICBs?|ICSs?|PCNs?|CCGs?|STPs?|PCTs?|Council|Trust|Hospital|Federation|Foundation|University|Committee"
    r"|College"
)
_CAPITAL = r"[A-Z][\w'’]*(?:-[A-Z][\w'’]*)*"
_SEQUENCE = re.compile(rf"\b{_CAPITAL}(?:\s+(?:(?:of|for)\s+(?:the\s+)?|&\s+)?{_CAPITAL})*")
_PAIRED = re.compile(
    rf"\b{_CAPITAL}(?:,\s+{_CAPITAL})?\s+(?:and|&)\s+(?:{_CAPITAL}\s+){{1,2}}(?:LMC|ICB|ICS|CCG|STP)\b"
)
_SMALL_BODY = re.compile(r"\b(?P<of>[a-z]{4,}) (?:lmcs?|icbs?|icss?|pcns?|ccgs?|stps?|council)\b")
_TITLED = re.compile(r"\b(?i:dr|mr|mrs|ms|professor|prof|sir|dame)\.?\s+[A-Za-z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*")
_QUOTED = re.compile(r"[\"“‘']([^\"“”‘’']{3,60})[\"”’']")
_IS_BODY = re.compile(rf"(?:{_BODY})$")
_PLACE = re.compile(rf"\b(?:{'|'.join(sorted(PLACES, key=len, reverse=True))})\b", re.IGNORECASE)
# Written with a capital and no name: the first word of a sentence, and what every practice is.
_PLAIN = STOP_WORDS | {"gp", "gps", "i", "if", "may", "also", "just", "only", "hi", "hello", "thanks", "ok"}
_OF_NO_PLACE = _PLAIN | frozenset(
    words("local every each another whole other same that which your their some many most")
)


def names_in(text: str, glossary: Glossary) -> tuple[Name, ...]:
    """The names of a text, in order and once; none stands inside another."""
    found: list[tuple[int, int, str, NameKind]] = []
    for start, end, kind in sorted(_spots(text, glossary), key=lambda spot: (spot[0], -spot[1])):
        if found and start < found[-1][1]:
            continue
        found.append((start, end, text[start:end], kind))
    known = dict.fromkeys((_without_possessive(written), kind) for _, _, written, kind in found)
    named = [Name(written, kind, _words_of(written, glossary)) for written, kind in known]
    return tuple(name for name in named if name.words)


def _spots(text: str, glossary: Glossary) -> Iterator[tuple[int, int, NameKind]]:
    for match in _QUOTED.finditer(text):
        yield match.start(1), match.end(1), NameKind.QUOTED
    for match in _TITLED.finditer(text):
        yield *match.span(), NameKind.PERSON
    for match in _PAIRED.finditer(text):
        yield *match.span(), NameKind.BODY
    for match in _SMALL_BODY.finditer(text):
        if match["of"] not in _OF_NO_PLACE and not _is_generic(match["of"]):
            yield *match.span(), NameKind.BODY
    for match in _PLACE.finditer(text):
        yield *match.span(), NameKind.PLACE
    yield from _capitalised(text, glossary)


def _is_generic(word: str) -> bool:
    """Words before "lmc" and "icb" that name none: "larger icbs", "tell the lmc", "clinical trust"."""
    return bool(set(analyse(word)) & (FILLER | _GENERIC)) or word.endswith(("ing", "ed"))


_GENERIC = frozenset(
    analyse(
        "ask contact inform call email join leave merge large larger small smaller new old neighbouring nearby "
        "different practice partner general medical patient public member acute community care health hospital "
        "primary mental regional national former previous current future british between both two three form into "
        "under over without within before after from against build need charity"
    )
)


def _capitalised(text: str, glossary: Glossary) -> Iterator[tuple[int, int, NameKind]]:
    known = set(acronyms(text, glossary))
    for match in _SEQUENCE.finditer(text):
        start = match.start()
        written = match.group()
        first, _, rest = written.partition(" ")
        opens = start == 0 or text[:start].rstrip()[-1:] in {".", "?", "!", ":", "\n"}
        if first.lower() in _PLAIN or (opens and (not rest or first.lower() in _STARTERS) and first not in known):
            if not rest:
                continue
            start, written = match.end() - len(rest), rest
        if written.lower() in _PLAIN or _MONTH.fullmatch(written):
            continue
        yield start, match.end(), _kind(_without_possessive(written), known)


def _kind(written: str, known: Collection[str]) -> NameKind:
    if written.removesuffix("s") in known:
        return NameKind.ACRONYM
    if written.lower() in PLACES:
        return NameKind.PLACE
    return NameKind.BODY if _IS_BODY.search(written) else NameKind.OTHER


_STARTERS = frozenset(
    words(
        "compare list tell give explain draft show describe summarise summarize find name define does did are can "
        "should will has have had would could must is was were do who what when where which why how whose whom "
        "according please in on at during under since after before"
    )
)


def _without_possessive(written: str) -> str:
    return re.sub(r"['’]s?$", "", written)


def _words_of(name: str, glossary: Glossary) -> tuple[tuple[frozenset[str], ...], ...]:
    ways = [_ways(word, glossary) for word in re.split(r"[\s-]+", name)]
    return tuple(way for way in ways if way)


def _ways(word: str, glossary: Glossary) -> tuple[frozenset[str], ...]:
    """A word as written and with its abbreviation in full: Herts and Hertfordshire, LMC and local medical committee."""
    term = glossary.get(word) or glossary.get(word.upper())
    full = FULL_NAMES.get(word.lower()) or (term.expansion if term and term.term.isupper() else "")
    found = (frozenset(analyse(written)) - FILLER for written in (word, full))
    return tuple(dict.fromkeys(stems for stems in found if stems))


# --- the fact asked for ----------------------------------------------------------------------------------------------

_ATTRIBUTE: Sequence[re.Pattern[str]] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bwh(?:at|o)(?:'s| is| was| are| were| will be) (?:the |our |a |an |their |its )?(?P<what>[\w' -]{2,40}?)"
        r" (?:of|for|at|per|in|to|by|on|from|does|do|did|is|was|are|were|before|after|when)\b",
        r"\bwh(?:at|ich) (?P<what>(?!(?:is|are|was|were|do|does|did|can|should|must|will|if|happens?|about|have|has"
        r"|else|to|may)\b)[\w' -]{2,30}?) (?:is|was|are|were|do|does|did|will|would|should|can|must|may|has|have|had|to"
        r"|of|for|at|in|pays?|shows?|looks?|covers?)\b",
        r"\bhow (?:much|many) (?P<what>[\w' -]{2,30}?) (?:is|was|are|were|do|does|did|will|would|should|can|must|may"
        r"|has|have|had|of|for|in|at|went|set|merged|gave|need|needs)\b",
        r"\bhow much does (?:a|an|the|it)? ?[\w -]{2,30}? (?P<what>charge|cost|pay|earn)s?\b",
    )
)
# "Which tool is for us?" asks for advice, not for a fact.
_NO_FACT = FILLER | frozenset(analyse("tool tools programme support course kind kinds role thing"))


_COUNTS = frozenset(analyse(" ".join(_WORD_NUMBERS)))


def attribute_of(question: str) -> tuple[str, ...]:
    """The stems of the very fact that a question names: "salary" of "the salary of a clinical director".

    >>> attribute_of("What is the salary of a clinical director?")
    ('salari',)
    """
    found = next((match for pattern in _ATTRIBUTE if (match := pattern.search(question))), None)
    stems = analyse(found["what"]) if found else []
    return tuple(dict.fromkeys(stem for stem in stems if stem not in _NO_FACT | _COUNTS))
