"""PowerPoint files: slides as pages, in the order in which they are shown."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.errors import DocumentDamaged
from ingest.blocks import Reading
from ingest.readers.pptx import read_pptx

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SPACES = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}" xmlns:dgm="{DGM}" xmlns:mc="{MC}"'


def paragraph(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def shape(*paragraphs: str, kind: str | None = None) -> str:
    """A shape with paragraphs; `kind` is the placeholder that it fills."""
    holder = "" if kind is None else f'<p:ph type="{kind}"/>'
    inner = "".join(paragraphs)
    return f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:txBody>{inner}</p:txBody></p:sp>"


def slide(*shapes: str) -> str:
    return f"<p:sld {SPACES}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"


def deck(*slides: str, parts: dict[str, str] | None = None, relations: str = "") -> bytes:
    """A PPTX of these slides, listed last first in the package; `relations` are those of the first slide."""
    ids = "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(len(slides)))
    links = "".join(f'<Relationship Id="r{n}" Type="{R}/slide" Target="slides/s{n}.xml"/>' for n in range(len(slides)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in reversed(range(len(slides))):
            archive.writestr(f"ppt/slides/s{n}.xml", slides[n])
        archive.writestr(
            "ppt/presentation.xml", f"<p:presentation {SPACES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        )
        archive.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("ppt/slides/_rels/s0.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, text in (parts or {}).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def blocks(reading: Reading) -> list[tuple[str, str, int]]:
    return [(block.kind.value, block.text, block.page) for block in reading.blocks]


def texts(*shapes: str) -> list[str]:
    return [block.text for block in read_pptx(deck(slide(*shapes))).blocks]


def test_slides_are_pages_and_titles_are_headings_read_first() -> None:
    first = slide(shape(paragraph("Below it")), shape(paragraph("Mergers"), kind="title"))
    reading = read_pptx(deck(first, slide(shape(paragraph("Why"), kind="ctrTitle"))))

    assert blocks(reading) == [("heading", "Mergers", 1), ("paragraph", "Below it", 1), ("heading", "Why", 2)]
    assert (reading.title, reading.page_count, reading.blank_pages) == ("Mergers", 2, [])


def test_a_slide_without_text_is_reported() -> None:
    reading = read_pptx(deck(slide(shape(paragraph("Text"))), slide("<p:pic><p:blipFill/></p:pic>")))

    assert reading.blank_pages == [2]


def test_the_main_placeholder_has_bullets_and_a_text_box_has_none() -> None:
    body = shape(
        paragraph("One"),
        paragraph("Two", '<a:pPr lvl="1"/>'),
        paragraph("Plain", "<a:pPr><a:buNone/></a:pPr>"),
        kind="body",
    )

    assert texts(body, shape(paragraph("Box"), paragraph("Box too"))) == ["• One", "• Two", "Plain", "Box", "Box too"]


def test_automatic_numbers_are_counted_and_written_in_their_style() -> None:
    style = '<a:pPr><a:buAutoNum type="{}"/></a:pPr>'
    entries = [paragraph("x", style.format("alphaLcParenR"))] * 2 + [paragraph("text", "<a:pPr><a:buNone/></a:pPr>")]
    later = '<a:pPr><a:buAutoNum type="arabicPeriod" startAt="4"/></a:pPr>'

    assert texts(shape(*entries, *[paragraph("y", later)] * 2)) == ["a) x", "b) x", "text", "4. y", "5. y"]


def test_groups_are_opened_and_double_drawings_read_once() -> None:
    inner = shape(paragraph("Inside"))
    twice = (
        f"<mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>"
    )

    assert texts(f"<p:grpSp><p:nvGrpSpPr/><p:grpSp>{shape(paragraph('Deep'))}</p:grpSp></p:grpSp>", twice) == [
        "Deep",
        "Inside",
    ]


def test_the_date_and_number_of_a_slide_are_furniture() -> None:
    furniture = [shape(paragraph("7"), kind=kind) for kind in ("sldNum", "ftr", "dt")]

    assert texts(*furniture, shape(paragraph("Text"))) == ["Text"]


def test_runs_join_and_line_breaks_part() -> None:
    line = "<a:p><a:r><a:t>resil</a:t></a:r><a:r><a:t>ience</a:t></a:r><a:br/><a:r><a:t>now</a:t></a:r></a:p>"

    assert texts(shape(line)) == ["resilience now"]


def test_a_table_becomes_rows_with_merged_cells_filled() -> None:
    def cell(text: str, merge: str = "") -> str:
        return f"<a:tc {merge}><a:txBody>{paragraph(text)}</a:txBody></a:tc>"

    rows = [
        cell("Area") + cell("Who"),
        cell("Staff", 'rowSpan="2"') + cell("Partner"),
        cell("", 'vMerge="1"') + cell("Manager"),
    ]
    table = '<a:tbl><a:tblPr firstRow="1"/>' + "".join(f"<a:tr>{row}</a:tr>" for row in rows) + "</a:tbl>"

    graphic = f"<a:graphic><a:graphicData>{table}</a:graphicData></a:graphic>"
    frame = f"<p:graphicFrame><p:nvGraphicFramePr/>{graphic}</p:graphicFrame>"

    assert texts(frame) == ["Area: Staff; Who: Partner", "Area: Staff; Who: Manager"]


def test_notes_comments_and_smart_art_belong_to_their_slide() -> None:
    notes = slide(shape(paragraph("3"), kind="sldNum"), shape(paragraph("Say this"), kind="body")).replace(
        "p:sld", "p:notes"
    )
    point = f"<dgm:pt><dgm:t>{paragraph('Step one')}</dgm:t></dgm:pt>"
    data = f'<dgm:dataModel {SPACES}><dgm:pt type="doc"/>{point}</dgm:dataModel>'
    frame = '<p:graphicFrame><a:graphic><dgm:relIds r:dm="d"/></a:graphic></p:graphicFrame>'
    relations = (
        f'<Relationship Id="n" Type="{R}/notesSlide" Target="../notes/n.xml"/>'
        f'<Relationship Id="c" Type="{R}/comments" Target="../comments/c.xml"/>'
        f'<Relationship Id="d" Type="{R}/diagramData" Target="../diagrams/d.xml"/>'
    )
    parts = {
        "ppt/notes/n.xml": notes,
        "ppt/comments/c.xml": f"<p:cmLst {SPACES}><p:cm><p:text>Check this</p:text></p:cm></p:cmLst>",
        "ppt/diagrams/d.xml": data,
    }

    reading = read_pptx(deck(slide(frame), slide(shape(paragraph("Next"))), parts=parts, relations=relations))

    assert blocks(reading) == [
        ("item", "• Step one", 1),
        ("note", "Say this", 1),
        ("note", "Comment: Check this", 1),
        ("paragraph", "Next", 2),
    ]


def test_a_malformed_picture_and_an_unknown_shape_do_not_stop_it() -> None:
    odd = f"<p:pic/><p:sp/><p:contentPart r:id='gone'/><p:thing><p:txBody>{paragraph('Odd')}</p:txBody></p:thing>"

    assert texts(odd, shape(paragraph("Text"))) == ["Odd", "Text"]


def test_a_damaged_slide_is_left_out_with_a_warning() -> None:
    reading = read_pptx(deck("<broken", slide(shape(paragraph("Text")))))

    assert blocks(reading) == [("paragraph", "Text", 2)]
    assert reading.blank_pages == [1]
    assert len(reading.warnings) == 1


def test_a_deck_without_slides_is_damage() -> None:
    with pytest.raises(DocumentDamaged):
        read_pptx(deck())
