"""A report as a PDF that a screen reader can read: tagged, with title, language and headings (PDF/UA-1).

Words of people reach typst as data and never as its code: the template reads them from one JSON text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from corpus.model import Citation
from corpus.when import When
from scoring.report import (
    Bar,
    BarChart,
    Bullets,
    Guidance,
    NextStep,
    Paragraph,
    Part,
    Report,
    Section,
    Table,
    chart_table,
)
from web.report import address, facts, published

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
# PDF/UA refuses a letter that no font can draw, such as an emoji in the name of a practice. Atkinson Hyperlegible has
# Latin, and the fonts inside typst Greek, Cyrillic and the usual signs.
_RARE = re.compile("[^\n -~\u00a0-\u052f\u1e00-\u1eff\u200b\u2010-\u205e\u20ac\u2190-\u2193\u2260-\u2265]")
# A place to break in what would stand out of its cell, such as an address.
_LONG_WORD = re.compile(r"[^\s\u200b]{18}(?=[^\s\u200b]{3})")
_NOT_ASCII = re.compile("[^\n -~]")
_INSTEAD = "?"
_ON_ONE_PAGE = frozenset({"practice_healthcheck"})
# Characters of an entry that still stands in half a line, or in two.
_SHORT = 60


def report_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1; the same report gives the same bytes. What no font of ours can draw becomes "?"."""
    given = json.dumps(_given(report), ensure_ascii=False)
    for undrawn in (None, _RARE):
        try:
            return _compiled(undrawn.sub(_INSTEAD, given) if undrawn else given)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    return _compiled(_NOT_ASCII.sub(_INSTEAD, given))


def _compiled(given: str) -> bytes:
    made = typst.compile(
        str(_TEMPLATE), font_paths=[_fonts()], ignore_system_fonts=True, sys_inputs={"report": given},
        pdf_standards=["ua-1"], format="pdf",
    )  # fmt: skip
    return bytes(made)


@cache
def _fonts() -> str:
    return str(files("fontpkg_atkinson_hyperlegible") / "files")


def _given(report: Report) -> dict[str, object]:
    """The report as the template reads it."""
    head = report.headline
    return {
        "title": _named(report.title),
        "subject": _named(report.subject),
        "made": When.of(report.made).words(),
        "day": [report.made.year, report.made.month, report.made.day],
        "word": _clean(head.word),
        "number": _clean(head.number),
        "sentence": _clean(head.sentence),
        "compact": _is_compact(report),
        "sections": [[_section(section) for section in row] for row in _rows(report)],
        "limits": _clean(report.limits),
        "version": _clean(report.version),
    }


def _is_compact(report: Report) -> bool:
    """A Healthcheck is one page: read at a partners' meeting, pinned to a wall."""
    return report.instrument in _ON_ONE_PAGE


def _rows(report: Report) -> list[list[Section]]:
    """Sections as they stand below each other; on one page, short lists that follow each other stand side by side."""
    rows: list[list[Section]] = []
    for section in report.sections:
        is_beside = (
            _is_compact(report) and rows and _is_short(section) and len(rows[-1]) == 1 and _is_short(rows[-1][0])
        )
        if is_beside:
            rows[-1].append(section)
        else:
            rows.append([section])
    return rows


def _is_short(section: Section) -> bool:
    items = [item for part in section.parts if isinstance(part, Bullets) for item in part.items]
    return all(isinstance(part, Bullets) for part in section.parts) and max(map(len, items), default=0) <= _SHORT


def _section(section: Section) -> dict[str, object]:
    return {"title": _named(section.title), "parts": [_part(part) for part in section.parts]}


def _part(part: Part) -> dict[str, object]:
    for kind, drawn in _DRAWN.items():
        if isinstance(part, kind):
            return drawn(part)
    raise TypeError(f"no drawing for {type(part).__name__}")


def _paragraph(part: Paragraph) -> dict[str, object]:
    return {"kind": "paragraph", "text": _clean(part.text)}


def _bullets(part: Bullets) -> dict[str, object]:
    return {"kind": "bullets", "items": _all(part.items)}


def _chart(part: BarChart) -> dict[str, object]:
    """A table with the bars in it: one thing to look at and to read, so that the report stays short."""
    values = ("name", "other") if part.other else ("name",)
    bars = [{"value": bar.value, "other": bar.other} for bar in part.bars]
    rows = [[*row[: 1 + len(values)], _words(bar)] for row, bar in zip(chart_table(part).rows, part.bars, strict=True)]
    columns = (part.things, *(getattr(part, value) for value in values), "In words")
    table = _table(Table(part.caption, columns, tuple(map(tuple, rows))))
    return {**table, "kind": "chart", "bars": bars, "lines": [at for at, _ in part.lines], "key": _key(part)}


def _words(bar: Bar) -> str:
    return f"{bar.word}. {bar.note}" if bar.note else bar.word


def _key(part: BarChart) -> str:
    """What the lines, and the frame of a second value, mean."""
    said = [f"Dashed lines: {'; '.join(name for _, name in part.lines)}."] if part.lines else []
    said += [f"Filled: {part.name.lower()}. Outlined: {part.other.lower()}."] if part.other else []
    return _clean(" ".join(said))


def _table(part: Table) -> dict[str, object]:
    rows = [_all(row) for row in part.rows]
    return {"kind": "table", "caption": _clean(part.caption), "columns": _all(part.columns), "rows": rows}


def _guidance(part: Guidance) -> dict[str, object]:
    return {"kind": "guidance", "area": _named(part.area), "citations": [_cited(item) for item in part.citations]}


def _cited(citation: Citation) -> dict[str, object]:
    named = {"title": _clean(citation.title), "facts": _clean(facts(citation)), "href": published(citation)}
    return {"quote": _clean(citation.quote), **named}


def _step(part: NextStep) -> dict[str, object]:
    return {"kind": "step", "text": _clean(part.text), "person": _clean(part.person), "href": address(part.href)}


_DRAWN: dict[type, Callable[..., dict[str, object]]] = {
    Paragraph: _paragraph, Bullets: _bullets, BarChart: _chart, Table: _table, Guidance: _guidance, NextStep: _step,
}  # fmt: skip


def _all(texts: Sequence[str]) -> list[str]:
    return [_clean(text) for text in texts]


def _named(text: str) -> str:
    """For headings, of which PDF/UA takes none that is empty."""
    return _clean(text).strip() or "–"


def _clean(text: str) -> str:
    """Without what cannot be drawn or sent: controls, halves of surrogate pairs, marks that turn the direction."""
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return _LONG_WORD.sub("\\g<0>\u200b", kept)
