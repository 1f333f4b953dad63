"""Small PDFs, made where a test needs them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pypdf
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

Draw = Callable[[Canvas], None]

STYLES = getSampleStyleSheet()
PROSE = (
    "Practices that work together can share their staff and their estates, which partners find makes each of them "
    "more resilient over time and gives everybody a little more room to think about patients."
)
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]


def flowing(*pieces: Flowable, header: str = "", footer: str = "") -> bytes:
    """A document that is laid out by reportlab, with a running header and a numbered footer."""
    out = io.BytesIO()

    def furnish(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if header:
            canvas.drawString(72, 805, header)
        if footer:
            canvas.drawString(72, 30, f"{footer} {document.page}")

    SimpleDocTemplate(out).build(list(pieces), onFirstPage=furnish, onLaterPages=furnish)
    return out.getvalue()


def drawn(*pages: Draw, setup: Draw | None = None) -> bytes:
    """A document of pages that are drawn by hand."""
    out = io.BytesIO()
    canvas = Canvas(out)
    if setup:
        setup(canvas)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def text(line: str) -> Draw:
    """A page with one line."""
    return lambda canvas: canvas.drawString(72, 700, line)


def blank(canvas: Canvas) -> None:
    """A page with nothing on it."""


def scanned(canvas: Canvas, words: str = "") -> None:
    """A page that is one picture, of words or of nothing."""
    canvas.drawImage(ImageReader(io.BytesIO(picture(words))), 0, 0, 595, 842)


def picture(words: str) -> bytes:
    """A PNG of a page with large letters on it."""
    from ingest.readers.pdf_page import PdfPages

    def write(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 28)
        canvas.drawString(60, 700, words)

    with PdfPages(drawn(write), None) as pages:
        return pages.picture(0, dpi=150)


def paragraph(words: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(words, STYLES[style])


def ruled(rows: Sequence[Sequence[object]], *styles: object) -> Table:
    return Table([list(row) for row in rows], style=[*GRID, *styles])


def locked(data: bytes, *, user: str, owner: str = "owner", algorithm: str = "AES-256") -> bytes:
    """The same document under a password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
