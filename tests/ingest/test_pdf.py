"""PDFs become blocks in reading order, or one sentence says why not."""

from __future__ import annotations

import textwrap

import pytest
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, PageBreak

from corpus.errors import DocumentDamaged, DocumentEmpty, DocumentEncrypted, DocumentHasNoText, DocumentIsBomb
from corpus.when import When
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers import pdf
from ingest.readers.pdf import pages_in_words, read_pdf
from tests.ingest import pdfs
from tests.ingest.pdfs import PROSE, paragraph, ruled


class FakeOcr:
    """Reads every picture as the same words, and counts the pictures."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.pictures: list[bytes] = []

    def read_page(self, image_png: bytes) -> str:
        self.pictures.append(image_png)
        return self.words


def texts(reading: Reading, kind: BlockKind) -> list[str]:
    return [block.text for block in reading.blocks if block.kind is kind]


def headings(reading: Reading) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in reading.blocks if block.kind is BlockKind.HEADING]


def test_headings_take_their_level_from_their_size() -> None:
    reading = read_pdf(
        pdfs.flowing(
            paragraph("Deciding to merge", "Heading1"),
            paragraph(PROSE),
            paragraph("Staff and TUPE", "Heading2"),
            paragraph(PROSE),
        )
    )

    assert headings(reading) == [(1, "Deciding to merge"), (2, "Staff and TUPE")]
    assert texts(reading, BlockKind.PARAGRAPH) == [PROSE, PROSE]


def test_a_short_bold_line_is_a_heading_and_a_bold_beginning_of_a_paragraph_is_not() -> None:
    reading = read_pdf(
        pdfs.flowing(
            paragraph("<b>Leases</b>"), paragraph(PROSE), paragraph(f"<b>Rent review.</b> {PROSE}"), paragraph(PROSE)
        )
    )

    assert headings(reading) == [(1, "Leases")]
    assert f"Rent review. {PROSE}" in texts(reading, BlockKind.PARAGRAPH)


def test_the_outline_decides_which_lines_are_headings_and_how_deep() -> None:
    def page(canvas: Canvas) -> None:
        for level, title in enumerate(["Premises", "Who pays the rent"]):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level=level)
        for y, line in [
            (700, "Premises"),
            (660, "Who pays the rent"),
            (620, "The board pays."),
            (600, "Not a heading"),
        ]:
            canvas.drawString(72, y, line)

    assert headings(read_pdf(pdfs.drawn(page))) == [(1, "Premises"), (2, "Who pays the rent")]


def test_the_lines_of_a_paragraph_are_joined_and_its_neighbours_are_not() -> None:
    reading = read_pdf(pdfs.flowing(paragraph(PROSE), paragraph("A second one."), paragraph(PROSE)))

    assert texts(reading, BlockKind.PARAGRAPH) == [PROSE, "A second one.", PROSE]


def test_a_hyphen_at_a_lines_end_keeps_its_line_break() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The partners of the practice discussed the new manage-")
        canvas.drawString(72, 688, "ment of their estates.")

    [block] = read_pdf(pdfs.drawn(page)).blocks

    assert block.text == "The partners of the practice discussed the new manage-\nment of their estates."


def test_list_entries_keep_their_marks_and_their_depth() -> None:
    inner = ListFlowable([paragraph("first inner"), paragraph("second inner")], bulletType="bullet")
    second = ListItem([paragraph("Short."), inner])
    outer = ListFlowable([paragraph(PROSE), second, paragraph("Last.")], bulletType="1", bulletFormat="%s.")

    assert read_pdf(pdfs.flowing(paragraph("Do this:"), outer)).blocks == [
        Block(BlockKind.PARAGRAPH, "Do this:", 1),
        Block(BlockKind.ITEM, f"1. {PROSE}", 1, 0),
        Block(BlockKind.ITEM, "2. Short.", 1, 0),
        Block(BlockKind.ITEM, "• first inner", 1, 1),
        Block(BlockKind.ITEM, "• second inner", 1, 1),
        Block(BlockKind.ITEM, "3. Last.", 1, 0),
    ]


def test_a_ruled_table_reads_row_by_row_with_its_column_names() -> None:
    table = ruled(
        [
            ["Service", "Minutes", "Contact"],
            ["Practice Healthcheck", "20", "Anna"],
            [paragraph("In-depth assessment of the practice with all of its partners"), "60", ""],
        ]
    )

    reading = read_pdf(pdfs.flowing(paragraph(PROSE), table, paragraph(PROSE)))

    assert [block.text for block in reading.blocks] == [
        PROSE,
        "Service: Practice Healthcheck; Minutes: 20; Contact: Anna",
        "Service: In-depth assessment of the practice with all of its partners; Minutes: 60",
        PROSE,
    ]
    assert texts(reading, BlockKind.ROW) == [block.text for block in reading.blocks[1:3]]


def test_a_cell_that_spans_rows_is_read_in_each_of_them() -> None:
    rows = [["Area", "Practice", "List"], ["North", "Abbey", "9,800"], ["", "Mill", "4,100"]]

    reading = read_pdf(pdfs.flowing(ruled(rows, ("SPAN", (0, 1), (0, 2)))))

    assert texts(reading, BlockKind.ROW) == [
        "Area: North; Practice: Abbey; List: 9,800",
        "Area: North; Practice: Mill; List: 4,100",
    ]


def test_a_header_of_two_rows_gives_both_names() -> None:
    rows = [["Practice", "Staff", ""], ["", "Doctors", "Nurses"], ["Abbey", "four", "three"]]

    reading = read_pdf(pdfs.flowing(ruled(rows, ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1)))))

    assert texts(reading, BlockKind.ROW) == ["Practice: Abbey; Staff Doctors: four; Staff Nurses: three"]


def test_two_columns_that_look_alike_are_names_and_values() -> None:
    reading = read_pdf(pdfs.flowing(ruled([["List size", "9,800"], ["Partners", "4"]])))

    assert texts(reading, BlockKind.ROW) == ["List size: 9,800", "Partners: 4"]


def test_two_columns_under_a_coloured_header_have_its_names() -> None:
    table = ruled([["Step", "Who"], ["Tell CQC", "partners"]], ("TEXTCOLOR", (0, 0), (-1, 0), colors.blue))

    assert texts(read_pdf(pdfs.flowing(table)), BlockKind.ROW) == ["Step: Tell CQC; Who: partners"]


def test_a_table_that_goes_on_on_the_next_page_keeps_its_column_names() -> None:
    header = ("TEXTCOLOR", (0, 0), (-1, 0), colors.blue)
    first = ruled([["Step", "Owner of it"], ["Tell CQC", "partners"]], header)
    second = ruled([["Tell PCSE", "managers"], ["Tell staff", "everybody"]])
    first._argW = second._argW = [120, 120]

    rows = [b for b in read_pdf(pdfs.flowing(first, PageBreak(), second)).blocks if b.kind is BlockKind.ROW]

    assert [(b.page, b.text) for b in rows[1:]] == [
        (2, "Step: Tell PCSE; Owner of it: managers"),
        (2, "Step: Tell staff; Owner of it: everybody"),
    ]


def test_columns_without_lines_that_stand_under_each_other_are_a_table() -> None:
    rows = [["Name", "Cost", "When"], ["Mentoring", "none", "weekly"], ["Coaching", "ten pounds", "monthly"]]

    def page(canvas: Canvas) -> None:
        for row, y in zip(rows, (700, 685, 670), strict=True):
            for cell, x in zip(row, (72, 200, 320), strict=True):
                canvas.drawString(x, y, cell)

    assert texts(read_pdf(pdfs.drawn(page)), BlockKind.ROW) == [
        "Name: Mentoring; Cost: none; When: weekly",
        "Name: Coaching; Cost: ten pounds; When: monthly",
    ]


def columns(seed: str) -> list[str]:
    return textwrap.wrap(f"{seed} {PROSE} {PROSE} {seed} ends", 44)


@pytest.mark.parametrize("woven", [True, False])
def test_two_columns_are_read_one_after_the_other_however_they_were_drawn(woven: bool) -> None:
    left = [(72, 700 - 12 * i, line) for i, line in enumerate(columns("Alpha"))]
    right = [(320, 700 - 12 * i, line) for i, line in enumerate(columns("Beta"))]
    order = [piece for pair in zip(left, right, strict=True) for piece in pair] if woven else left + right

    def page(canvas: Canvas) -> None:
        for x, y, line in order:
            canvas.drawString(x, y, line)

    text = " ".join(block.text for block in read_pdf(pdfs.drawn(page)).blocks)

    assert text == f"Alpha {PROSE} {PROSE} Alpha ends Beta {PROSE} {PROSE} Beta ends"


def test_running_lines_stand_alone_at_the_top_and_bottom_of_each_page() -> None:
    bodies = [f"{place} first. {PROSE} This was said {place}." for place in ("Here", "There", "Elsewhere")]
    pages = [piece for body in bodies for piece in (paragraph(body), PageBreak())]

    reading = read_pdf(pdfs.flowing(*pages, header="LMC guidance", footer="Page"))

    assert [block.text for block in reading.blocks] == [
        text for number, body in enumerate(bodies, 1) for text in ("LMC guidance", body, f"Page {number}")
    ]
    assert [block.page for block in reading.blocks] == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_text_on_a_turned_page_reads_in_order() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        for i, line in enumerate(textwrap.wrap(PROSE, 60)):
            canvas.drawString(72, -200 - 12 * i, line)

    assert [block.text for block in read_pdf(pdfs.drawn(page)).blocks] == [PROSE]


def test_page_labels_are_kept_where_they_are_not_the_pages_number() -> None:
    def setup(canvas: Canvas) -> None:
        canvas.addPageLabel(0, style="ROMAN_LOWER")
        canvas.addPageLabel(2, style="ARABIC")

    reading = read_pdf(pdfs.drawn(*map(pdfs.text, ("one", "two", "three")), setup=setup))

    assert reading.page_labels == {1: "i", 2: "ii", 3: "1"}
    assert reading.page_count == 3


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Merging practices", "Merging practices"),
        ("Microsoft Word - merge_v3.docx", "Deciding"),
        ("untitled", "Deciding"),
    ],
)
def test_the_title_is_the_metadatas_unless_that_is_a_files_name(given: str, title: str) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 20)
        canvas.drawString(72, 700, "Deciding")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 660, PROSE)

    assert read_pdf(pdfs.drawn(page, setup=lambda canvas: canvas.setTitle(given))).title == title


def test_the_date_is_what_the_first_page_says_and_not_when_the_file_was_made() -> None:
    assert read_pdf(pdfs.flowing(paragraph("Published 12 June 2022"), paragraph(PROSE))).published == When(2022, 6, 12)
    assert read_pdf(pdfs.flowing(paragraph(PROSE))).published is None


def test_what_was_filled_into_a_form_is_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 720, "Name of the practice")
        canvas.acroForm.textfield(name="practice", value="Abbey Surgery", x=72, y=690, width=200, height=20)

    text = " ".join(block.text for block in read_pdf(pdfs.drawn(page)).blocks)

    assert text == "Name of the practice Abbey Surgery"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_file_that_only_its_owner_may_change_is_read(algorithm: str) -> None:
    data = pdfs.locked(pdfs.flowing(paragraph(PROSE)), user="", algorithm=algorithm)

    assert [block.text for block in read_pdf(data).blocks] == [PROSE]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password_is_asked_for_and_opens_the_file(algorithm: str) -> None:
    data = pdfs.locked(pdfs.flowing(paragraph(PROSE)), user="open sesame", algorithm=algorithm)

    assert [block.text for block in read_pdf(data, password="open sesame").blocks] == [PROSE]
    with pytest.raises(DocumentEncrypted, match="put the password in the manifest"):
        read_pdf(data)
    with pytest.raises(DocumentEncrypted, match="the password in the manifest does not open it"):
        read_pdf(data, password="wrong")


def test_pages_without_text_are_named_and_the_rest_is_read() -> None:
    reading = read_pdf(pdfs.drawn(pdfs.text("Before the scan."), pdfs.scanned, pdfs.blank, pdfs.text("After it.")))

    assert [(block.page, block.text) for block in reading.blocks] == [(1, "Before the scan."), (4, "After it.")]
    assert reading.blank_pages == [2, 3]
    assert reading.warnings == ["page 2: scanned or drawn, with no text; install tesseract to read what they show"]


def test_a_document_of_scans_is_refused_with_the_pages_that_need_ocr() -> None:
    with pytest.raises(DocumentHasNoText, match="pages 1-2 are scanned or drawn, with no text; install tesseract"):
        read_pdf(pdfs.drawn(pdfs.scanned, pdfs.scanned))


def test_a_blank_document_is_refused() -> None:
    with pytest.raises(DocumentHasNoText, match="all of its pages are blank"):
        read_pdf(pdfs.drawn(pdfs.blank))


def test_a_scanned_page_is_read_by_ocr_and_marked() -> None:
    ocr = FakeOcr("Heard of the board.\n\nSecond paragraph\ngoes on.")

    reading = read_pdf(pdfs.drawn(pdfs.text("Typed."), pdfs.scanned, pdfs.blank), ocr=ocr)

    assert [(block.page, block.text) for block in reading.blocks] == [
        (1, "Typed."),
        (2, "Heard of the board."),
        (2, "Second paragraph goes on."),
    ]
    assert (reading.ocr_pages, reading.blank_pages, len(ocr.pictures)) == ([2], [3], 1)


def test_a_scan_in_which_ocr_sees_nothing_is_refused() -> None:
    with pytest.raises(DocumentHasNoText, match="no text could be made out"):
        read_pdf(pdfs.drawn(pdfs.scanned), ocr=FakeOcr("  \n"))


def test_ocr_stops_when_its_time_is_over_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "OCR_BUDGET_S", 0.0)

    reading = read_pdf(pdfs.drawn(pdfs.scanned, pdfs.scanned, pdfs.scanned), ocr=FakeOcr("Words."))

    assert reading.ocr_pages == [1]
    assert "pages 2-3: scanned, and left out because OCR took too long" in reading.warnings


def test_a_picture_for_ocr_never_passes_its_ceiling() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageSize((14400, 14400))
        canvas.rect(0, 0, 14400, 14400, fill=1)

    ocr = FakeOcr("Words.")
    read_pdf(pdfs.drawn(page), ocr=ocr)

    width, height = (int.from_bytes(ocr.pictures[0][place : place + 4], "big") for place in (16, 20))
    assert 20_000_000 < width * height <= 25_100_000


@pytest.mark.parametrize("data", [b"", b" \n\t "])
def test_no_bytes_are_an_empty_document(data: bytes) -> None:
    with pytest.raises(DocumentEmpty):
        read_pdf(data)


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"Dear all, this is a letter.", b"%PDF-1.7\n1 0 obj\n<<"])
def test_what_is_no_pdf_is_damaged(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DocumentDamaged, match="damaged beyond repair"):
        read_pdf(data)

    assert capfd.readouterr() == ("", "")


def wound(data: bytes, how: str) -> bytes:
    if how == "junk before":
        return b"x" * 700 + b"\n" + data
    if how == "end cut off":
        return data[: data.rindex(b"xref")]
    return data.replace(b"startxref", b"startxxxx")


@pytest.mark.parametrize("how", ["junk before", "end cut off", "no table of objects"])
def test_a_damaged_file_is_recovered_with_a_warning(how: str, capfd: pytest.CaptureFixture[str]) -> None:
    reading = read_pdf(wound(pdfs.flowing(paragraph(PROSE)), how))

    assert [block.text for block in reading.blocks] == [PROSE]
    assert reading.warnings == ["the file is damaged; what could be recovered was read"]
    assert capfd.readouterr() == ("", "")


def test_a_sound_file_has_no_warnings() -> None:
    assert read_pdf(pdfs.flowing(paragraph(PROSE))).warnings == []


def test_a_file_of_too_many_pages_is_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)

    with pytest.raises(DocumentIsBomb, match="3 pages, more than the 2"):
        read_pdf(pdfs.drawn(*map(pdfs.text, "abc")))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([3], "page 3"), ([1, 2, 3], "pages 1-3"), ([1, 4, 5, 9], "pages 1, 4-5 and 9"), ([2, 4], "pages 2 and 4")],
)
def test_pages_are_named_as_a_person_would(numbers: list[int], words: str) -> None:
    assert pages_in_words(numbers) == words


def test_chapters_that_begin_a_page_are_headings_though_only_their_figures_differ() -> None:
    pages = [
        piece
        for number in range(1, 5)
        for piece in (paragraph(f"Chapter {number}", "Heading1"), paragraph(f"{number}. {PROSE}"), PageBreak())
    ]

    assert headings(read_pdf(pdfs.flowing(*pages))) == [(1, f"Chapter {number}") for number in range(1, 5)]


GARBLED = "& % '% 3* (-./5) ! $ &' " * 10


def test_a_page_whose_fonts_hide_their_letters_is_named() -> None:
    reading = read_pdf(pdfs.flowing(paragraph(PROSE), PageBreak(), paragraph(GARBLED.replace("&", "&amp;"))))

    assert reading.warnings == ["page 2: the fonts hide which letters they show, so the text is garbled"]


def test_a_page_whose_fonts_hide_their_letters_is_read_by_ocr() -> None:
    data = pdfs.flowing(paragraph(PROSE), PageBreak(), paragraph(GARBLED.replace("&", "&amp;")))

    reading = read_pdf(data, ocr=FakeOcr("What it shows."))

    assert [(block.page, block.text) for block in reading.blocks] == [(1, PROSE), (2, "What it shows.")]
    assert (reading.ocr_pages, reading.warnings) == ([2], [])


def test_a_table_of_contents_is_neither_garbled_nor_a_row_of_headings() -> None:
    lines = [f"<b>{number} Chapter of the guide {'. ' * 40}{number}</b>" for number in range(1, 9)]

    reading = read_pdf(pdfs.flowing(paragraph("Contents", "Heading1"), *map(paragraph, lines), paragraph(PROSE)))

    assert headings(reading) == [(1, "Contents")]
    assert reading.warnings == []
