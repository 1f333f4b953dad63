"""A PDF's pages, by pdfium, as words with their place and look, ruling lines, and pictures for OCR.

The raw interface is called once a character for its code and once a word for all else: three times as
fast as asking for every character's box (pypdfium2 5.15, 2026-11-23).
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as c

from corpus.errors import DocumentDamaged, DocumentEncrypted

OCR_DPI = 300
MAX_PIXELS = 25_000_000  # an A3 page at 300 dpi has 17 million; a media box of 14400 pt would have 3,600 million
MAX_CHARACTERS = 200_000  # on one page: a full newspaper page has about 40,000
MAX_RULES = 3_000  # more lines than this are a drawing or a map, not tables
_BOLD = re.compile(r"bold|black|heavy|semibd|demi|-medi(?!um)|CMBX", re.IGNORECASE)
_HYPHEN_AT_LINE_END = 2  # what pdfium writes for a hyphen that it takes for a broken word
_FORCE_BOLD = 1 << 18  # ISO 32000-1 table 123, font flag 19
_FILL_AND_STROKE = 2  # text render mode: how Word draws bold in a font that has none


class Word(NamedTuple):
    """A word in its own reading frame: x runs with the text, y upwards from the baseline; points."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    ink: int
    turn: int  # quarter turns of the text's direction, anticlockwise


class Rule(NamedTuple):
    """A straight line in the page's own frame; points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class PageText:
    """One page: its words in the order they are drawn, and its ruling lines.

    `drawn`: something is painted that is not text. `image_share`: how much of the page its largest image covers.
    """

    words: list[Word]
    rules: list[Rule] = field(default_factory=list)
    drawn: bool = False
    image_share: float = 0.0


class _Look(NamedTuple):
    size: float
    bold: bool
    ink: int
    turn: int


class PdfPages:
    """An open PDF; a page that pdfium cannot load reads as `None`."""

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(data, password=password)
        except pypdfium2.PdfiumError as error:
            raise _opening_error(error, password) from error
        self._bold_fonts: dict[int, bool] = {}
        self._has_form = self._pdf.get_formtype() != c.FORMTYPE_NONE

    def __enter__(self) -> PdfPages:
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    def __len__(self) -> int:
        return len(self._pdf)

    def text(self, index: int) -> PageText | None:
        """The words of the page at `index` (from 0)."""
        try:
            page = self._load(index)
        except pypdfium2.PdfiumError:
            return None
        try:
            return self._read(page)
        except pypdfium2.PdfiumError:
            return None
        finally:
            page.close()

    def picture(self, index: int, dpi: float = OCR_DPI) -> bytes:
        """The page as a grey PNG at `dpi`, or coarser where it would pass `MAX_PIXELS`."""
        page = self._pdf[index]
        try:
            width, height = page.get_size()
            scale = min(dpi / 72, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
            bitmap = page.render(scale=scale, grayscale=True)
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG", compress_level=1)
            bitmap.close()
            return out.getvalue()
        finally:
            page.close()

    def _load(self, index: int) -> pypdfium2.PdfPage:
        page = self._pdf[index]
        if self._has_form:  # what has been filled into a form is text too, once the page is loaded again
            c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY)
            page.close()
            page = self._pdf[index]
        return page

    def _read(self, page: pypdfium2.PdfPage) -> PageText:
        text_page = page.get_textpage()
        try:
            words = list(self._words(text_page.raw))
        finally:
            text_page.close()
        return PageText(words, *_art(page))

    def _words(self, text_page: object) -> Iterator[Word]:
        count = min(c.FPDFText_CountChars(text_page), MAX_CHARACTERS)
        get = c.FPDFText_GetUnicode
        codes = [get(text_page, i) for i in range(count)]
        looks: dict[int, _Look] = {}
        for start, end in _word_bounds(codes):
            text = _spelling(codes[start:end])
            if text:
                look = self._look(text_page, start, looks)
                yield _placed(text_page, text, start, end - 1, look)

    def _look(self, text_page: object, index: int, looks: dict[int, _Look]) -> _Look:
        """Size, weight, colour and direction, asked for once a text object."""
        handle = c.FPDFText_GetTextObject(text_page, index)
        key = ctypes.addressof(handle.contents) if handle else 0
        if key in looks:
            return looks[key]
        matrix = c.FS_MATRIX()
        c.FPDFText_GetMatrix(text_page, index, matrix)
        size = abs(c.FPDFText_GetFontSize(text_page, index)) * math.hypot(matrix.c, matrix.d)
        bold, ink = (self._is_bold(handle), _ink(handle)) if handle else (False, 0)
        looks[key] = _Look(size or 1.0, bold, ink, _turn(matrix.a, matrix.b, matrix.d))
        return looks[key]

    def _is_bold(self, handle: object) -> bool:
        if c.FPDFTextObj_GetTextRenderMode(handle) == _FILL_AND_STROKE:
            return True
        font = c.FPDFTextObj_GetFont(handle)
        if not font:
            return False
        key = ctypes.addressof(font.contents)
        if key not in self._bold_fonts:
            name = ctypes.create_string_buffer(256)
            c.FPDFFont_GetBaseFontName(font, name, 256)
            forced = c.FPDFFont_GetFlags(font) & _FORCE_BOLD
            self._bold_fonts[key] = bool(forced or _BOLD.search(name.value.decode("utf-8", "replace")))
        return self._bold_fonts[key]


def _opening_error(error: pypdfium2.PdfiumError, password: str | None) -> Exception:
    if error.err_code == c.FPDF_ERR_PASSWORD:
        if password:
            return DocumentEncrypted("it is protected, and the password in the manifest does not open it")
        return DocumentEncrypted("it is protected by a password; put the password in the manifest")
    if error.err_code == c.FPDF_ERR_SECURITY:
        return DocumentEncrypted("it is protected in a way that this reader does not know")
    return DocumentDamaged("it is not a PDF, or it is damaged beyond repair")


def _word_bounds(codes: list[int]) -> Iterator[tuple[int, int]]:
    """Where words start and end: at white space, and after a hyphen at a line's end."""
    start = None
    for i, code in enumerate(codes):
        if (code <= 32 and code != _HYPHEN_AT_LINE_END) or code in (0xA0, 0x3000):
            if start is not None:
                yield start, i
            start = None
            continue
        if start is None:
            start = i
        if code == _HYPHEN_AT_LINE_END:
            yield start, i + 1
            start = None
    if start is not None:
        yield start, len(codes)


# Where Symbol and Wingdings keep their bullets: the private use area, which no other font can show.
_PRIVATE = {0xF0B7: "•", 0xF0A7: "▪", 0xF0A8: "▪", 0xF06E: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0B0: "°"}
_NOT_TEXT = {0, 0xFFFE, 0xFFFF, 0xFEFF, 0x200B}


def _spelling(codes: list[int]) -> str:
    text = "".join(
        "-" if code == _HYPHEN_AT_LINE_END else _PRIVATE.get(code) or chr(code)
        for code in codes
        if code not in _NOT_TEXT and code <= 0x10FFFF
    )
    if any(0xD800 <= code <= 0xDFFF for code in codes):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _placed(text_page: object, text: str, first: int, last: int, look: _Look) -> Word:
    box, end_box = c.FS_RECTF(), c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetLooseCharBox(text_page, first, box)
    c.FPDFText_GetLooseCharBox(text_page, last, end_box)
    c.FPDFText_GetCharOrigin(text_page, first, x, y)
    corners = [turned(b.left, b.bottom, look.turn)[0] for b in (box, end_box)]
    corners += [turned(b.right, b.top, look.turn)[0] for b in (box, end_box)]
    baseline = turned(x.value, y.value, look.turn)[1]
    return Word(text, min(corners), max(corners), baseline, *look)


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point of the page in the frame of text that runs `turn` quarters anticlockwise from it."""
    if turn == 0:
        return x, y
    if turn == 1:
        return y, -x
    return (-x, -y) if turn == 2 else (-y, x)


def _turn(a: float, b: float, d: float) -> int:
    if abs(a) >= abs(b):
        return 2 if a < 0 and d < 0 else 0  # a < 0 alone is mirrored, as some right-to-left writers do
    return 1 if b > 0 else 3


def _ink(handle: object) -> int:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    c.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
    return red.value << 16 | green.value << 8 | blue.value


def _art(page: pypdfium2.PdfPage) -> tuple[list[Rule], bool, float]:
    """The page's ruling lines, whether anything but text is painted, and its largest image's share."""
    rules: list[Rule] = []
    drawn, share = False, 0.0
    area = max(page.get_width() * page.get_height(), 1.0)
    for i in range(c.FPDFPage_CountObjects(page)):
        thing = c.FPDFPage_GetObject(page, i)
        kind = c.FPDFPageObj_GetType(thing)
        drawn = drawn or kind != c.FPDF_PAGEOBJ_TEXT
        if kind == c.FPDF_PAGEOBJ_IMAGE:
            share = max(share, _extent(thing) / area)
        elif kind == c.FPDF_PAGEOBJ_FORM:
            share = max(share, _image_in_form(thing) / area)
        elif kind == c.FPDF_PAGEOBJ_PATH and len(rules) <= MAX_RULES:
            rules += _path_rules(thing)
    return rules, drawn, share


def _extent(thing: object) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    c.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return abs((right.value - left.value) * (top.value - bottom.value))


def _image_in_form(form: object) -> float:
    """The form's own extent if it holds an image at its first level, as scanners' software writes it."""
    for i in range(min(c.FPDFFormObj_CountObjects(form), 50)):
        if c.FPDFPageObj_GetType(c.FPDFFormObj_GetObject(form, i)) == c.FPDF_PAGEOBJ_IMAGE:
            return _extent(form)
    return 0.0


def _path_rules(path: object) -> Iterator[Rule]:
    """The level and upright sides of a painted path."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    count = c.FPDFPath_CountSegments(path)
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value) or not 2 <= count <= MAX_RULES:
        return
    matrix = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(path, matrix)
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(count):
        segment = c.FPDFPath_GetPathSegment(path, i)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved(matrix, x.value, y.value)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == c.FPDF_SEGMENT_LINETO:
            yield from _straight(last, point)
        if c.FPDFPathSegment_GetClose(segment):
            yield from _straight(point, start)
        last = point


def _moved(matrix: c.FS_MATRIX, x: float, y: float) -> tuple[float, float]:
    return matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Rule]:
    wide, tall = abs(start[0] - end[0]), abs(start[1] - end[1])
    if min(wide, tall) <= 1 and max(wide, tall) >= 4:
        yield Rule(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
