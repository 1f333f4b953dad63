"""A report as a message: the same parts as on its page, in words, as far as Slack has room; the page has all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model import Block, Message
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import actions, bullets, context, header, line, link_button, linked, quote, rich
from bot.render.blocks import words as said
from corpus.model import Citation
from scoring.report import Bar, BarChart, Bullets, Guidance, NextStep, Paragraph, Part, Report, Section, Table, shown

OPEN_PAGE = "report_page"
OPEN_PDF = "report_pdf"
OPEN_CSV = "report_csv"
LINKS = "These links work for a week. Whoever has one can open the report, so do not pass them on."
MORE = "The page has more."


@dataclass(frozen=True, slots=True)
class ReportAddresses:
    """Where the drawings of a report are; what is empty is not offered."""

    page: str = ""
    pdf: str = ""
    csv: str = ""


@dataclass(frozen=True, slots=True)
class _Cut:
    """Most of each thing at one step of shortening. `text` is characters of a paragraph or an entry."""

    entries: int
    rows: int
    quotes: int
    text: int
    sections: int = 20
    bars: int = 12  # all areas of an instrument, even where all else is shortened: they are what the report is about


# Characters of JSON; the letters in it are fewer.
_LONGEST_BLOCK = limits.RICH_TEXT

# The fullest first. The last ones are for what no real report holds.
_CUTS = (
    _Cut(40, 12, 700, 1_500), _Cut(20, 12, 350, 800), _Cut(12, 8, 0, 500), _Cut(10, 5, 0, 300), _Cut(5, 3, 0, 200, 10),
    _Cut(3, 2, 0, 120, 6), _Cut(1, 1, 0, 60, 3, 3),
)  # fmt: skip


def report_message(report: Report, addresses: ReportAddresses) -> Message:
    """The report as blocks, and all that they say as `text`, for screen readers and notifications."""
    addresses = _kept(addresses)
    blocks = limits.first_that_fits((_blocks(report, addresses, cut) for cut in _CUTS), limits.fits)
    text = limits.first_that_fits(
        (_text(report, addresses, cut) for cut in _CUTS), lambda tried: safe.length(tried) <= limits.TEXT
    )
    return Message(text, tuple(blocks))


def _kept(addresses: ReportAddresses) -> ReportAddresses:
    return ReportAddresses(safe.url(addresses.page), safe.url(addresses.pdf), safe.url(addresses.csv))


# --- blocks ------------------------------------------------------------------------------------------------------


def _blocks(report: Report, addresses: ReportAddresses, cut: _Cut) -> list[Block]:
    shown_sections = report.sections[: cut.sections]
    return [
        header(report.title),
        rich(*_head(report, cut)),
        *_buttons(addresses),
        *(block for section in shown_sections for block in _riches(_section(section, cut))),
        *([context(MORE)] if len(shown_sections) < len(report.sections) else []),
        rich(line(said("How the scores work, and their limits", bold=True)), line(said(report.limits, limit=cut.text))),
        *([context(LINKS)] if any((addresses.page, addresses.pdf, addresses.csv)) else []),
    ]


def _head(report: Report, cut: _Cut) -> list[Block]:
    head = report.headline
    number = f", {head.number}" if head.number else ""
    return [
        line(said(f"{safe.one_line(report.subject)}, {words.day(report.made)}", limit=300)),
        line(said(f"{head.word}{number}", bold=True, limit=300)),
        line(said(head.sentence, limit=cut.text)),
    ]


def _buttons(addresses: ReportAddresses) -> list[Block]:
    offered = (
        ("Open the report", OPEN_PAGE, addresses.page), ("PDF", OPEN_PDF, addresses.pdf),
        ("Spreadsheet (CSV)", OPEN_CSV, addresses.csv),
    )  # fmt: skip
    return actions([link_button(text, action, address) for text, action, address in offered if address])


def _riches(elements: Sequence[Block]) -> list[Block]:
    """Lines, quotes and lists as blocks of which none is longer than Slack is sure to take."""
    packed: list[list[Block]] = [[]]
    for element in elements:
        if packed[-1] and limits.json_length([*packed[-1], element]) > _LONGEST_BLOCK:
            packed.append([])
        packed[-1].append(element)
    return [rich(*some) for some in packed if some]


def _section(section: Section, cut: _Cut) -> list[Block]:
    parts = (block for part in section.parts for block in _part(part, cut))
    return [line(said(section.title, bold=True, limit=200)), *parts]


def _part(part: Part, cut: _Cut) -> list[Block]:
    match part:
        case Paragraph(text):
            return [line(said(text, limit=cut.text))]
        case Bullets(items):
            return _listed([[said(item, limit=cut.text)] for item in items], cut.entries)
        case BarChart(bars=bars):
            entries = [
                [
                    said(f"{bar.label}: ", bold=True, limit=min(200, cut.text)),
                    said(bar_words(part, bar), limit=min(300, cut.text)),
                ]
                for bar in bars
            ]
            return _listed(entries, max(cut.entries, cut.bars))
        case Table(caption=caption):
            return [line(said(f"{caption}:", limit=300)), *_rows(part, cut)]
        case Guidance(area, citations):
            return [line(said(f"{area}:", limit=200)), *(block for item in citations for block in _cited(item, cut))]
        case NextStep(text, person, href):
            who = linked(href, person) if href else said(person, limit=cut.text)
            return [line(said(text, limit=cut.text)), line(who)]


def _rows(table: Table, cut: _Cut) -> list[Block]:
    each = max(60, cut.text // 4)
    entries = [
        [said(f"{row_name(row)}: ", bold=True, limit=each), said(row_words(table, row), limit=cut.text)]
        for row in table.rows
    ]
    return _listed(entries, cut.rows)


def row_words(table: Table, row: Sequence[str]) -> str:
    """The cells after the first with their headings: `Who: Partners; By when: 1 March 2027`."""
    named = zip(table.columns[1:], row[1:], strict=True)
    return "; ".join(f"{column}: {cell}" if len(table.columns) > 2 else cell for column, cell in named if cell)


def row_name(row: Sequence[str]) -> str:
    """The heading of a row, without the full stop that a colon follows."""
    return row[0].rstrip(". ")


def bar_words(chart: BarChart, bar: Bar) -> str:
    """`63, Watch`, or `evidenced 50, claimed 61: Watch`; without a score the words alone."""
    note = f" ({bar.note[:1].lower()}{bar.note[1:]})" if bar.note else ""
    if bar.value is None:
        return f"{bar.word}{note}"
    if chart.other:
        other = f", {chart.other.lower()} {shown(bar.other)}"
        return f"{chart.name.lower()} {shown(bar.value)}{other}: {bar.word}{note}"
    return f"{shown(bar.value)}, {bar.word}{note}"


def _listed(entries: Sequence[Sequence[Block]], most: int) -> list[Block]:
    if not entries:
        return []
    left = len(entries) - most
    kept = [line(*entry) for entry in entries[:most]]
    return _lists([*kept, *([line(said(f"and {left} more on the page"))] if left > 0 else [])])


def _lists(entries: Sequence[Block]) -> list[Block]:
    """One list, or several where one would be too long for a block."""
    packed: list[list[Block]] = [[]]
    for entry in entries:
        if packed[-1] and limits.json_length([*packed[-1], entry]) > _LONGEST_BLOCK - 100:
            packed.append([])
        packed[-1].append(entry)
    return [bullets(some) for some in packed]


def _cited(citation: Citation, cut: _Cut) -> list[Block]:
    share = safe.whole_sentences(citation.quote, cut.quotes)[0].strip() if cut.quotes else ""
    quoted = [quote(said(share))] if share else []
    return [*quoted, line(said(_source(citation), limit=300))]


def _source(citation: Citation) -> str:
    facts = (
        citation.title or words.NO_TITLE,
        citation.publisher,
        words.date(citation.published),
        words.page(citation.page),
    )
    return ", ".join(safe.one_line(fact) for fact in facts if fact)


# --- text --------------------------------------------------------------------------------------------------------


def _text(report: Report, addresses: ReportAddresses, cut: _Cut) -> str:
    head = report.headline
    number = f", {head.number}" if head.number else ""
    links = list(_text_links(addresses))
    lines = [
        _plain(f"{report.title}: {head.word}{number}", 300),
        _plain(f"{report.subject}, {words.day(report.made)}", 300),
        _plain(head.sentence, cut.text),
        *(text for section in report.sections[: cut.sections] for text in _text_section(section, cut)),
        "",
        _plain(f"How the scores work, and their limits: {report.limits}", cut.text),
        *([*links, LINKS] if links else []),
    ]
    return limits.text_of(lines)


def _text_links(addresses: ReportAddresses) -> Iterator[str]:
    named = ((addresses.page, "Open the report"), (addresses.pdf, "PDF"), (addresses.csv, "Spreadsheet (CSV)"))
    yield from (safe.link(address, name) for address, name in named if address)


def _text_section(section: Section, cut: _Cut) -> list[str]:
    return ["", _plain(section.title, 200), *(text for part in section.parts for text in _text_part(part, cut))]


def _text_part(part: Part, cut: _Cut) -> list[str]:
    match part:
        case Paragraph(text):
            return [_plain(text, cut.text)]
        case Bullets(items):
            return _text_list(items, cut.entries, cut.text)
        case BarChart(bars=bars):
            return _text_list(
                [f"{bar.label}: {bar_words(part, bar)}" for bar in bars], max(cut.entries, cut.bars), cut.text
            )
        case Table(caption=caption, rows=rows):
            entries = [f"{row_name(row)}: {row_words(part, row)}" for row in rows]
            return [_plain(f"{caption}:", 300), *_text_list(entries, cut.rows, cut.text)]
        case Guidance(area, citations):
            return [_plain(f"{area}:", 200), *_text_list([_text_cited(item, cut) for item in citations], 10, cut.text)]
        case NextStep(text, person, _):
            return [_plain(f"{text} {person}", cut.text)]


def _text_cited(citation: Citation, cut: _Cut) -> str:
    share = safe.whole_sentences(citation.quote, cut.quotes // 2)[0].strip() if cut.quotes else ""
    return f"“{share}” {_source(citation)}" if share else _source(citation)


def _text_list(entries: Sequence[str], most: int, length: int) -> list[str]:
    left = len(entries) - most
    return [
        *(f"- {_plain(entry, length)}" for entry in entries[:most]),
        *([f"- and {left} more on the page"] if left > 0 else []),
    ]


def _plain(text: str, limit: int) -> str:
    """On one line, cut and escaped for mrkdwn."""
    return safe.mrkdwn(safe.clip(safe.one_line(text), limit, cost=limits.mrkdwn_length))
