"""PDF → blocks: pdfium reads the pages, pypdf the structure and what pdfium cannot, OCR the pictures.

The rooms: `pdf_page` (words with their place), `pdf_lines` (reading order), `pdf_tables`, `pdf_layout`
(headings, paragraphs, entries), `pdf_second` (pypdf).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.errors import DocumentDamaged, DocumentEmpty, DocumentEncrypted, DocumentHasNoText, DocumentIsBomb
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.ocr import Ocr
from ingest.readers.pdf_layout import Flow, Rows, blocks_of
from ingest.readers.pdf_lines import Line, Run, joined, lines_of, main_turn
from ingest.readers.pdf_page import PageText, PdfPages, Word
from ingest.readers.pdf_second import SecondReader
from ingest.readers.pdf_tables import (
    Found,
    Table,
    aligned_stretches,
    aligned_table,
    header_of,
    row_texts,
    ruled_tables,
)

MAX_PAGES = 5_000
MAX_CHARACTERS = 30_000_000  # of a whole document: the Bible has 4 million
TABLE_BUDGET_S = 15.0  # a document; a page takes milliseconds, a page of a map up to a second
OCR_BUDGET_S = 35.0  # a document; the worker's limit on the whole file is 60 s
GARBLED_LENGTH = 100  # shorter texts may well be mostly signs
_UNCOUNTED = re.compile(r"[\s._…·*=-]+")
FEW_LETTERS = 30  # a scan with no more than a stamp or a page number in text is still a scan


def read_pdf(data: bytes, *, password: str | None = None, ocr: Ocr | None = None) -> Reading:
    """Read a PDF's text page by page.

    Raises: DocumentEmpty, DocumentEncrypted, DocumentDamaged, DocumentHasNoText, DocumentIsBomb.
    """
    if not data.strip():
        raise DocumentEmpty("it has no content")
    second = SecondReader(data, password)
    scan = _Scan(second, ocr)
    try:
        with PdfPages(data, password) as pages:
            scan.read(pages)
    except DocumentDamaged:
        scan.read_by_second()
    scan.refuse_if_silent()
    return _reading(scan, second, data)


def _reading(scan: _Scan, second: SecondReader, data: bytes) -> Reading:
    blocks = blocks_of(scan.flows, second.outline())
    damage = ["the file is damaged; what could be recovered was read"] if scan.recovered or is_cut(data) else []
    return Reading(
        format="pdf",
        blocks=blocks,
        page_count=scan.page_count,
        title=second.title() or _largest_heading(blocks),
        published=find_published(scan.opening()),
        page_labels=second.page_labels(),
        blank_pages=scan.blank,
        ocr_pages=scan.by_ocr,
        warnings=damage + list(scan.warnings()),
    )


def _largest_heading(blocks: Sequence[Block]) -> str | None:
    first = [block for block in blocks if block.kind is BlockKind.HEADING and block.page == 1]
    return min(first, key=lambda block: block.level).text if first else None


def is_cut(data: bytes) -> bool:
    """Whether the file lost its beginning, its end or its table of objects, so that readers had to rebuild it."""
    if b"%PDF" not in data[:16] or b"%%EOF" not in data[-2048:]:
        return True
    starts = re.findall(rb"startxref\s+(\d+)", data[-2048:])
    if not starts:
        return True
    offset = int(starts[-1])
    return not re.match(rb"\s*(?:xref|\d+\s+\d+\s+obj)", data[offset : offset + 64])


def pages_in_words(numbers: Sequence[int]) -> str:
    """`page 3`, `pages 1-3`, `pages 1, 4-6 and 9`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = [str(a) if a == b else f"{a}-{b}" for a, b in spans]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"page{'s' if len(numbers) > 1 else ''} {listed}"


@dataclass(slots=True)
class _Scan:
    """What has been found so far, page by page; pages are numbered from 1."""

    second: SecondReader
    ocr: Ocr | None
    flows: dict[int, Flow] = field(default_factory=dict)
    page_count: int = 0
    blank: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)  # scanned or drawn, and not read
    garbled: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)  # neither reader could load them
    by_ocr: list[int] = field(default_factory=list)
    no_time: list[int] = field(default_factory=list)  # left out when the time for OCR was over
    plain: list[int] = field(default_factory=list)  # whose tables were not looked for
    recovered: bool = False
    characters: int = 0
    table_s: float = 0.0
    ocr_s: float = 0.0
    columns: list[str] | None = None  # of the last table, which may go on on the next page
    edges: tuple[float, ...] = ()

    def read(self, pages: PdfPages) -> None:
        self._count(len(pages))
        for index in range(len(pages)):
            self.flows[index + 1] = self._page(pages, index)
            self._weigh(self.flows[index + 1])

    def read_by_second(self) -> None:
        """Read what pdfium does not open at all."""
        self.recovered = True
        if self.second.is_locked():
            raise DocumentEncrypted("it is protected by a password; put the password in the manifest")
        self._count(self.second.page_count())
        if not self.page_count:
            raise DocumentDamaged("it is not a PDF, or it is damaged beyond repair")
        for index in range(self.page_count):
            flow = lines_of_text(self.second.page_lines(index))
            self.flows[index + 1] = flow
            self._weigh(flow)
            if not flow:
                self.blank.append(index + 1)
                self.unread.append(index + 1)

    def refuse_if_silent(self) -> None:
        """Raise if not one page has text."""
        if any(self.flows.values()):
            return
        if self.pictures:
            verb, them = ("are", "them") if len(self.pictures) > 1 else ("is", "it")
            remedy = f"no text could be made out in {them}" if self.ocr else f"install tesseract to read {them}"
            raise DocumentHasNoText(f"{pages_in_words(self.pictures)} {verb} scanned or drawn, with no text; {remedy}")
        if self.unread:
            raise DocumentDamaged("none of its pages can be read")
        raise DocumentHasNoText("all of its pages are blank")

    def opening(self) -> str:
        """The lines in which a document says when it was published: its first page's, or two if that has few."""
        lines = [piece.text for piece in self.flows.get(1, []) if isinstance(piece, Line)]
        if sum(map(len, lines)) < 300:
            lines += [piece.text for piece in self.flows.get(2, []) if isinstance(piece, Line)]
        return "\n".join(lines)

    def warnings(self) -> Iterator[str]:
        if self.pictures:
            remedy = "no text could be made out" if self.ocr else "install tesseract to read what they show"
            yield f"{pages_in_words(self.pictures)}: scanned or drawn, with no text; {remedy}"
        if self.garbled:
            yield f"{pages_in_words(self.garbled)}: the fonts hide which letters they show, so the text is garbled"
        if self.no_time:
            yield f"{pages_in_words(self.no_time)}: scanned, and left out because OCR took too long"
        if self.unread:
            yield f"{pages_in_words(self.unread)}: damaged, and could not be read"
        if self.plain:
            yield f"{pages_in_words(self.plain)}: tables were read as lines, because looking for them took too long"

    def _count(self, pages: int) -> None:
        if pages > MAX_PAGES:
            raise DocumentIsBomb(f"it has {pages:,} pages, more than the {MAX_PAGES:,} that are read")
        self.page_count = pages

    def _weigh(self, flow: Flow) -> None:
        self.characters += _length(flow)
        if self.characters > MAX_CHARACTERS:
            raise DocumentIsBomb(f"it has more than {MAX_CHARACTERS:,} characters")

    def _page(self, pages: PdfPages, index: int) -> Flow:
        number = index + 1
        page = pages.text(index)
        flow = self._flow(number, page) if page else []
        if not flow:
            flow = lines_of_text(self.second.page_lines(index))
        if page and is_garbled(flow):
            flow = self._ungarbled(pages, number, flow)
        elif page and page.drawn and (not flow or (_length(flow) < FEW_LETTERS and page.image_share > 0.5)):
            flow = flow + self._pictured(pages, number)
        if not flow:
            self.blank.append(number)
        if page is None and not flow:
            self.unread.append(number)
        return flow

    def _pictured(self, pages: PdfPages, number: int) -> Flow:
        """What OCR reads on a page that is scanned or drawn."""
        lines = self._by_ocr(pages, number)
        if not lines and number not in self.no_time:
            self.pictures.append(number)
        return lines

    def _ungarbled(self, pages: PdfPages, number: int, flow: Flow) -> Flow:
        """What OCR reads on a page whose fonts hide their letters, else the page as it is."""
        lines = self._by_ocr(pages, number)
        if not lines:
            self.garbled.append(number)
        return lines or flow

    def _by_ocr(self, pages: PdfPages, number: int) -> Flow:
        if self.ocr is None:
            return []
        if self.ocr_s > OCR_BUDGET_S:
            self.no_time.append(number)
            return []
        started = time.monotonic()
        lines = lines_of_text(self.ocr.read_page(pages.picture(number - 1)).splitlines())
        self.ocr_s += time.monotonic() - started
        if lines:
            self.by_ocr.append(number)
        return lines

    def _flow(self, number: int, page: PageText) -> Flow:
        """The page's lines, with tables as rows in their place."""
        flow: Flow = []
        words: list[Word] = []
        tables = self._tables(number, page)
        owner = {place: found for found in tables for place in found.places}
        placed: list[Found] = []
        for place, word in enumerate(page.words):
            found = owner.get(place)
            if found is None:
                words.append(word)
            elif not any(found is other for other in placed):
                flow += self._lines(words)
                flow.append(self._rows(found.table))
                placed.append(found)
                words = []
        return flow + self._lines(words)

    def _tables(self, number: int, page: PageText) -> list[Found]:
        if len(page.rules) < 4:
            return []
        if self.table_s > TABLE_BUDGET_S:
            self.plain.append(number)
            return []
        started = time.monotonic()
        tables = ruled_tables(page.words, page.rules, main_turn(page.words))
        self.table_s += time.monotonic() - started
        return tables

    def _lines(self, words: Sequence[Word]) -> Flow:
        """Lines, with those that stand in columns under each other as rows."""
        lines = lines_of(words)
        flow: Flow = []
        done = 0
        for start, end in aligned_stretches(lines):
            flow += [*lines[done:start], self._rows(aligned_table(lines[start:end]))]
            done = end
        return flow + lines[done:]

    def _rows(self, table: Table) -> Rows:
        self.columns = header_of(table, self.columns, self.edges)
        self.edges = table.edges
        return Rows(row_texts(table, self.columns))


def _length(flow: Flow) -> int:
    return sum(len(piece.text) for piece in flow if isinstance(piece, Line))


def is_garbled(flow: Flow) -> bool:
    """Whether the text is mostly signs: fonts that do not say which letters they show give such text.

    English prose is 95 % letters and figures, a table of sums of money about 80 %. Leaders and rules are not counted.
    """
    signs = "".join(_UNCOUNTED.sub("", piece.text) for piece in flow if isinstance(piece, Line))
    return len(signs) > GARBLED_LENGTH and sum(map(str.isalnum, signs)) < 0.6 * len(signs)


def lines_of_text(texts: Sequence[str]) -> Flow:
    """Plain lines as if they stood on a page: an empty one is a gap, a length is a width."""
    flow: Flow = []
    y = 0.0
    for raw in texts:
        text = " ".join(raw.replace("\x00", "").split())
        y -= 12.0
        if text:
            flow.append(joined([Run(text, 0.0, 5.0 * len(text))], y, 10.0, bold=False))
    return flow
