"""Build the PDF and DOCX documents of the starter library from their Markdown sources.

    python scripts/build_library.py

Reads `corpus/sources/*.md` and writes `corpus/documents/<name>.pdf` or `.docx`, as the source's own
`format:` line says. The same sources give the same bytes: no clock, no random ids.
Needs the development dependencies (reportlab, python-docx).
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from docx import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "corpus" / "sources"
DOCUMENTS = ROOT / "corpus" / "documents"
AUTHOR = "LMC Guidance Assistant project"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip entry can hold
BOLD = re.compile(r"\*\*(.+?)\*\*")


# --- the Markdown that the sources use ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    numbered: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Prose | Items | Grid


def parse(source: str) -> tuple[dict[str, str], list[Block]]:
    """Return the front matter and the blocks of one source."""
    _, front, body = source.split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in front.strip().splitlines())
    return meta, [_block(part) for part in re.split(r"\n\s*\n", body.strip())]


def _block(part: str) -> Block:
    lines = [line.strip() for line in part.splitlines()]
    heading = re.match(r"(#+) (.+)", lines[0])
    if heading:
        return Heading(len(heading[1]), heading[2])
    if lines[0].startswith("|"):
        rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
        return Grid((rows[0], *rows[2:]))
    if lines[0].startswith("- "):
        return Items(False, tuple(line[2:] for line in lines))
    if re.match(r"\d+\. ", lines[0]):
        return Items(True, tuple(line.split(". ", 1)[1] for line in lines))
    return Prose(" ".join(lines))


# --- PDF ---------------------------------------------------------------------------------------------

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=11, leading=15.5, spaceAfter=7)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=10, leading=13, spaceAfter=0)
HEADER_CELL = ParagraphStyle("header cell", parent=CELL, fontName="Helvetica-Bold")
SUBTITLE = ParagraphStyle("subtitle", parent=BODY, fontSize=10, textColor=colors.HexColor("#444444"))
HEADINGS = {
    1: ParagraphStyle("h1", parent=BODY, fontName="Helvetica-Bold", fontSize=21, leading=26, spaceAfter=4),
    2: ParagraphStyle(
        "h2", parent=BODY, fontName="Helvetica-Bold", fontSize=15, leading=19, spaceBefore=9, spaceAfter=4
    ),
    3: ParagraphStyle(
        "h3", parent=BODY, fontName="Helvetica-Bold", fontSize=12.5, leading=16, spaceBefore=6, spaceAfter=3
    ),
}
GRID_STYLE = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#888888")),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e8edee")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


class _Bookmarked(Paragraph):
    """A heading that enters itself in the outline of the PDF."""

    def __init__(self, text: str, level: int, key: str) -> None:
        super().__init__(_markup(text), HEADINGS[level])
        self.entry = (text, key, level - 1)

    def draw(self) -> None:
        title, key, level = self.entry
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(title, key, level, closed=False)
        super().draw()


class _CountedCanvas(Canvas):
    """Holds the pages back until their number is known, then stamps header and footer."""

    def __init__(self, *args: object, header: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.header = header
        self.held: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        self.held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self.held:
            self.__dict__.update(page)
            self._stamp(len(self.held))
            super().showPage()
        super().save()

    def _stamp(self, pages: int) -> None:
        width, height = A4
        self.setFont("Helvetica", 9)
        self.setFillColor(colors.HexColor("#444444"))
        self.drawString(22 * mm, height - 13 * mm, self.header)
        self.line(22 * mm, height - 15 * mm, width - 22 * mm, height - 15 * mm)
        self.drawString(22 * mm, 12 * mm, "Your LMC")
        self.drawRightString(width - 22 * mm, 12 * mm, f"Page {self._pageNumber} of {pages}")


def write_pdf(meta: dict[str, str], blocks: list[Block], target: Path) -> None:
    """Write one PDF with metadata, an outline, a running header and page numbers."""
    rl_config.invariant = 1
    template = BaseDocTemplate(
        str(target),
        pagesize=A4,
        title=meta["title"],
        author=AUTHOR,
        subject=meta["subject"],
        keywords=[meta["published"], "LMC", "guidance"],
        creator="scripts/build_library.py",
        lang="en-GB",
        invariant=1,
    )
    frame = Frame(22 * mm, 20 * mm, A4[0] - 44 * mm, A4[1] - 40 * mm, 0, 0, 0, 0)
    template.addPageTemplates([PageTemplate(frames=[frame])])
    template.build(
        _story(meta, blocks),
        canvasmaker=lambda *args, **kwargs: _CountedCanvas(*args, header=meta["title"], **kwargs),
    )


def _story(meta: dict[str, str], blocks: list[Block]) -> list[Flowable]:
    story: list[Flowable] = []
    waiting: list[Flowable] = []  # headings stay on the page of what they introduce
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            waiting.append(_Bookmarked(block.text, block.level, f"h{number}"))
            if block.level == 1:
                waiting.append(Paragraph(f"{meta['subject']}. {_words(meta['published'])}.", SUBTITLE))
            continue
        flowable = _flowable(block)
        story.append(KeepTogether([*waiting, flowable]) if waiting else flowable)
        story.append(Spacer(1, 4 if isinstance(block, Prose) else 8))
        waiting = []
    return story


def _flowable(block: Prose | Items | Grid) -> Flowable:
    if isinstance(block, Prose):
        return Paragraph(_markup(block.text), BODY)
    if isinstance(block, Items):
        items = [ListItem(Paragraph(_markup(text), BODY), spaceAfter=0) for text in block.texts]
        if block.numbered:
            return ListFlowable(items, bulletType="1", bulletFormat="%s.", leftIndent=20, bulletFontSize=11)
        return ListFlowable(items, bulletType="bullet", start="•", leftIndent=16, bulletFontSize=11)
    cells = [
        [Paragraph(_markup(cell), CELL if row else HEADER_CELL) for cell in line] for row, line in enumerate(block.rows)
    ]
    width = A4[0] - 44 * mm
    return Table(cells, colWidths=[width / len(cells[0])] * len(cells[0]), repeatRows=1, style=GRID_STYLE)


def _markup(text: str) -> str:
    return BOLD.sub(r"<b>\1</b>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _words(date: str) -> str:
    day = dt.date.fromisoformat(date)
    return f"{day.day} {day:%B %Y}"


# --- DOCX --------------------------------------------------------------------------------------------


def write_docx(meta: dict[str, str], blocks: list[Block], target: Path) -> None:
    """Write one Word document with heading styles, real lists, a header and a page number."""
    word = WordDocument()
    _set_properties(word, meta)
    word.sections[0].header.paragraphs[0].text = meta["title"]
    footer = word.sections[0].footer.paragraphs[0]
    footer.add_run("Your LMC. Page ")
    _add_page_field(footer)
    for block in blocks:
        _add_block(word, block)
    buffer = io.BytesIO()
    word.save(buffer)
    target.write_bytes(_without_clock(buffer.getvalue()))


def _set_properties(word: WordDocument, meta: dict[str, str]) -> None:
    written = dt.datetime.combine(dt.date.fromisoformat(meta["published"]), dt.time(9), tzinfo=dt.UTC)
    properties = word.core_properties
    properties.title, properties.subject = meta["title"], meta["subject"]
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = written
    properties.language, properties.comments, properties.revision = "en-GB", "", 1


def _add_block(word: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_heading(block.text, block.level)
    elif isinstance(block, Prose):
        _add_runs(word.add_paragraph(), block.text)
    elif isinstance(block, Items):
        _add_list(word, block)
    else:
        table = word.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for number, line in enumerate(block.rows):
            for cell, text in zip(table.add_row().cells, line, strict=True):
                _add_runs(cell.paragraphs[0], f"**{text}**" if number == 0 else text)
        word.add_paragraph()


def _add_runs(paragraph: WordParagraph, text: str) -> None:
    for number, part in enumerate(BOLD.split(text)):
        if part:
            paragraph.add_run(part).bold = bool(number % 2) or None


def _add_list(word: WordDocument, block: Items) -> None:
    number_id = _fresh_numbering(word) if block.numbered else None
    for text in block.texts:
        paragraph = word.add_paragraph(style="List Number" if block.numbered else "List Bullet")
        if number_id is not None:
            numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            numbering.get_or_add_ilvl().val = 0
            numbering.get_or_add_numId().val = number_id
        _add_runs(paragraph, text)


def _fresh_numbering(word: WordDocument) -> int:
    """Return a numbering that starts at 1: Word would else count on from the list before."""
    root = word.part.numbering_part.element
    style_id = word.styles["List Number"].element.pPr.numPr.numId.val
    pattern = next(num for num in root.num_lst if num.numId == style_id)
    fresh = copy.deepcopy(pattern)
    number_id = max(num.numId for num in root.num_lst) + 1
    fresh.set(qn("w:numId"), str(number_id))
    override = OxmlElement("w:lvlOverride")
    override.set(qn("w:ilvl"), "0")
    start = OxmlElement("w:startOverride")
    start.set(qn("w:val"), "1")
    override.append(start)
    fresh.append(override)
    root.append(fresh)
    return number_id


def _add_page_field(paragraph: WordParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _without_clock(archive: bytes) -> bytes:
    """Return the same zip with every entry dated 1 January 1980."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def main() -> int:
    """Build every source and say what was written."""
    writers = {"pdf": write_pdf, "docx": write_docx}
    for source in sorted(SOURCES.glob("*.md")):
        meta, blocks = parse(source.read_text(encoding="utf-8"))
        target = DOCUMENTS / f"{source.stem}.{meta['format']}"
        writers[meta["format"]](meta, blocks, target)
        sys.stdout.write(f"{target.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
