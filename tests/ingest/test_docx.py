"""Word files: what a person sees on paper, wherever the file keeps it."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.enum.text import WD_BREAK

from corpus.errors import DocumentDamaged, DocumentError, DocumentIsBomb
from corpus.when import When
from ingest.blocks import Reading
from ingest.readers import ooxml
from ingest.readers.docx import read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}" xmlns:a="{A}"'


def part(name: str, inner: str) -> str:
    return f"<w:{name} {SPACES}>{inner}</w:{name}>"


def word_file(body: str, relations: str = "", **parts: str) -> bytes:
    """A bare DOCX around `body`; `parts` are further files of the folder `word`, by their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return buffer.getvalue()


def related(*kinds: str) -> str:
    return "".join(f'<Relationship Id="{k}" Type="{R}/{k}" Target="{k}.xml"/>' for k in kinds)


def p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, num_id: int, level: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')


def level(at: int, style: str, text: str, start: int = 1) -> str:
    shape = f'<w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{shape}</w:lvl>'


def blocks(data: bytes) -> list[tuple[str, str, int]]:
    return [(block.kind.value, block.text, block.level) for block in read_docx(data).blocks]


def texts(data: bytes) -> list[str]:
    return [block.text for block in read_docx(data).blocks]


def saved(document: docx.document.Document) -> Reading:
    buffer = io.BytesIO()
    document.save(buffer)
    return read_docx(buffer.getvalue())


def test_a_paper_made_in_word_is_read_in_order() -> None:
    document = docx.Document()
    document.core_properties.title = "Practice Mergers"
    document.add_heading("Deciding", 1)
    document.add_paragraph("Published 11 June 2015")
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Number")
    document.add_paragraph("A hub", style="List Bullet")
    table = document.add_table(rows=0, cols=2, style="Light Grid")
    for row in (("Task", "Who"), ("Tell the CQC", "Practice manager")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text

    reading = saved(document)

    assert [(b.kind.value, b.text) for b in reading.blocks] == [
        ("heading", "Deciding"),
        ("paragraph", "Published 11 June 2015"),
        ("item", "1. First"),
        ("item", "2. Second"),
        ("item", "• A hub"),
        ("row", "Task: Tell the CQC; Who: Practice manager"),
    ]
    assert (reading.title, reading.published, reading.page_count) == ("Practice Mergers", When(2015, 6, 11), 1)


def test_an_authors_page_break_begins_a_page() -> None:
    document = docx.Document()
    document.add_paragraph("One")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Two")

    reading = saved(document)

    assert [block.page for block in reading.blocks] == [1, 2]
    assert reading.page_count == 2


def test_pages_are_those_that_word_laid_out_where_it_noted_them() -> None:
    body = (
        p("One") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>"
    )

    assert [block.page for block in read_docx(word_file(body)).blocks] == [1, 2]


STYLES = part(
    "styles",
    '<w:style w:styleId="berschrift2"><w:name w:val="Überschrift 2"/></w:style>'
    '<w:style w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="House"><w:name w:val="LMC Heading"/><w:basedOn w:val="Heading1"/></w:style>'
    '<w:style w:styleId="Outline"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:styleId="Ring"><w:name w:val="Ring"/><w:basedOn w:val="Ring"/></w:style>'
    '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>',
)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:pStyle w:val="berschrift2"/>', ("heading", 2)),
        ('<w:pStyle w:val="House"/>', ("heading", 1)),
        ('<w:pStyle w:val="Outline"/>', ("heading", 3)),
        ('<w:outlineLvl w:val="3"/>', ("heading", 4)),
        ('<w:pStyle w:val="Ring"/>', ("paragraph", 0)),
        ("", ("paragraph", 0)),
    ],
)
def test_headings_are_found_by_style_in_any_language_and_by_outline(properties: str, expected: tuple[str, int]) -> None:
    data = word_file(p("Who decides", properties), related("styles"), styles=STYLES)

    assert [(kind, depth) for kind, _, depth in blocks(data)] == [expected]


def test_a_short_bold_line_stands_for_a_heading() -> None:
    body = p("Who decides", run="<w:b/>") + p("You do, in the end.", run="<w:b/>") + p("Plain")

    assert [kind for kind, _, _ in blocks(word_file(body))] == ["heading", "paragraph", "paragraph"]


def test_a_table_of_contents_is_left_out() -> None:
    body = p("Deciding 3", '<w:pStyle w:val="TOC1"/>') + p("Text")

    assert texts(word_file(body, related("styles"), styles=STYLES)) == ["Text"]


NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "%1.")
    + level(1, "lowerLetter", "%1.%2)")
    + level(2, "upperRoman", "(%3)")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "bullet", "\uf0b7")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2">'
    + level(0, "decimal", "%1.", start=5)
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>',
)


def listed(*entries: tuple[int, int]) -> list[str]:
    body = "".join(numbered("x", num_id, depth) for num_id, depth in entries)
    return [text.split()[0] for text in texts(word_file(body, related("numbering"), numbering=NUMBERING))]


def test_list_numbers_are_those_that_word_shows() -> None:
    assert listed((1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1)) == ["1.", "1.a)", "1.b)", "(I)", "2.", "2.a)"]


def test_bullets_whatever_their_sign_are_one_bullet() -> None:
    assert listed((2, 0), (2, 0)) == ["•", "•"]


def test_a_list_begins_where_its_definition_says() -> None:
    assert listed((3, 0), (3, 0)) == ["5.", "6."]


def test_lists_of_one_definition_go_on_counting_unless_one_starts_anew() -> None:
    assert listed((1, 0), (5, 0), (4, 0), (4, 0)) == ["1.", "2.", "7.", "8."]


def test_text_between_the_entries_does_not_restart_a_list() -> None:
    body = numbered("x", 1) + p("Between them.") + numbered("x", 1)

    assert texts(word_file(body, related("numbering"), numbering=NUMBERING)) == ["1. x", "Between them.", "2. x"]


def test_insertions_are_read_and_deletions_are_not() -> None:
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>The fee is </w:t></w:r>"
        "<w:del><w:r><w:delText>10</w:delText></w:r></w:del><w:ins><w:r><w:t>25</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom></w:p>"
    )

    assert texts(word_file(body)) == ["The fee is 25"]


def test_all_that_can_hold_a_run_is_looked_into() -> None:
    inline = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>" + p("control") + "</w:sdtContent></w:sdt><w:p>"
        f"<w:hyperlink>{inline.format('link')}</w:hyperlink><w:smartTag>{inline.format('tag')}</w:smartTag>"
        f"<w:fldSimple w:instr='DATE'>{inline.format('field')}</w:fldSimple>"
        f"<w:sdt><w:sdtContent>{inline.format('box')}</w:sdtContent></w:sdt></w:p>"
    )

    assert texts(word_file(body)) == ["control", "linktagfieldbox"]


def test_a_fields_result_is_read_and_its_code_is_not() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>shown</w:t></w:r></w:p>'
    )

    assert texts(word_file(body)) == ["shown"]


def test_tabs_breaks_and_hyphens_stand_between_words() -> None:
    body = (
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>"
        "<w:softHyphen/><w:t>e</w:t></w:r></w:p>"
    )

    assert texts(word_file(body)) == ["a b c-de"]


def test_hidden_text_is_not_read() -> None:
    assert texts(word_file(p("Seen") + p("Unseen", run="<w:vanish/>"))) == ["Seen"]


def test_a_text_box_drawn_in_two_ways_is_read_once() -> None:
    box = "<w:txbxContent>" + p("In the box") + "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Outside</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>"
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    assert blocks(word_file(body)) == [("paragraph", "Outside", 0), ("note", "In the box", 0)]


def test_the_words_of_a_drawing_are_a_note() -> None:
    body = "<w:p><w:r><w:drawing><a:p><a:r><a:t>Tor</a:t></a:r><a:r><a:t>que</a:t></a:r></a:p></w:drawing></w:r></w:p>"

    assert blocks(word_file(body)) == [("note", "Torque", 0)]


def test_a_footnote_follows_its_paragraph() -> None:
    notes = part(
        "footnotes",
        f'<w:footnote w:id="0" w:type="separator">{p("no")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Small print")}</w:footnote>',
    )
    body = '<w:p><w:r><w:t>Text</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + p("After")

    assert texts(word_file(body, related("footnotes"), footnotes=notes)) == [
        "Text",
        "Footnote 1: Small print",
        "After",
    ]


def test_endnotes_come_at_the_end() -> None:
    notes = part("endnotes", f'<w:endnote w:id="1">{p("Source")}</w:endnote>')
    body = '<w:p><w:r><w:t>Text</w:t><w:endnoteReference w:id="1"/></w:r></w:p>' + p("After")

    assert texts(word_file(body, related("endnotes"), endnotes=notes)) == ["Text", "After", "Endnote 1: Source"]


def test_headers_and_footers_stand_once_around_the_text() -> None:
    section = '<w:sectPr><w:headerReference r:id="header"/><w:footerReference r:id="footer"/></w:sectPr>'
    body = f"<w:p><w:pPr>{section}</w:pPr><w:r><w:t>Text</w:t></w:r></w:p>{section}"
    data = word_file(
        body,
        related("header", "footer"),
        header=part("hdr", p("Somerset LMC")),
        footer=part("ftr", p("Page 1 of 3") + p("Confidential")),
    )

    assert blocks(data) == [("note", "Somerset LMC", 0), ("paragraph", "Text", 0), ("note", "Confidential", 0)]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


HEADER = "<w:trPr><w:tblHeader/></w:trPr>"


def test_merged_cells_carry_their_text_and_their_names() -> None:
    body = table(
        HEADER + cell("Area") + cell("Who") + cell("When"),
        cell("Staff", '<w:vMerge w:val="restart"/>') + cell("Both", '<w:gridSpan w:val="2"/>'),
        cell("", "<w:vMerge/>") + cell("Partner") + cell("Now"),
    )

    assert texts(word_file(body)) == ["Area: Staff; Who, When: Both", "Area: Staff; Who: Partner; When: Now"]


def test_a_table_inside_a_cell_is_its_text() -> None:
    inner = table(cell("A") + cell("B"), cell("1") + cell("2"))
    body = table(HEADER + cell("Task") + cell("How"), cell("Tell") + f"<w:tc>{inner}<w:p/></w:tc>")

    assert texts(word_file(body)) == ["Task: Tell; How: A: B / 1: 2"]


def test_a_table_that_only_frames_text_is_read_as_text() -> None:
    assert blocks(word_file(table(cell("One"), cell("Two")))) == [("paragraph", "One", 0), ("paragraph", "Two", 0)]


def test_a_deleted_row_is_gone() -> None:
    body = table(
        HEADER + cell("A") + cell("B"), "<w:trPr><w:del/></w:trPr>" + cell("x") + cell("y"), cell("1") + cell("2")
    )

    assert texts(word_file(body)) == ["A: 1; B: 2"]


def raw(document: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def test_entities_are_refused_and_never_resolved() -> None:
    xml = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + part("document", "<w:body>&a;</w:body>")

    with pytest.raises(DocumentIsBomb):
        read_docx(raw(xml))


def test_entities_behind_another_encoding_are_refused() -> None:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + part("document", "<w:body/>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", xml.encode("utf-16"))

    with pytest.raises(DocumentIsBomb):
        read_docx(buffer.getvalue())


def test_a_part_that_swells_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ooxml, "MAX_PART_BYTES", 1000)

    with pytest.raises(DocumentIsBomb):
        read_docx(raw(part("document", f"<w:body>{p('x' * 2000)}</w:body>")))


def test_a_part_packed_a_thousandfold_is_refused() -> None:
    with pytest.raises(DocumentIsBomb):
        read_docx(raw(part("document", "<w:body>" + " " * (ooxml.RATIO_FROM_BYTES + 10) + "</w:body>")))


@pytest.mark.parametrize("document", ["<w:document", "not xml", part("document", "")])
def test_broken_xml_is_damage(document: str) -> None:
    with pytest.raises(DocumentDamaged):
        read_docx(raw(document))


def test_a_file_cut_short_is_damage() -> None:
    data = word_file(p("Text " * 500))

    with pytest.raises(DocumentError) as raised:
        read_docx(data[: len(data) // 2])

    assert type(raised.value) is DocumentDamaged


def test_a_damaged_part_that_is_not_the_text_is_only_a_warning() -> None:
    reading = read_docx(word_file(p("Text"), related("styles"), styles="<broken"))

    assert [block.text for block in reading.blocks] == ["Text"]
    assert len(reading.warnings) == 1
    assert "styles.xml" in reading.warnings[0]
