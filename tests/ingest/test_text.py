"""Plain text: structure from layout, leftovers of web pages, encodings."""

from __future__ import annotations

import pytest

from corpus.when import When
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.text import read_text

LONG = "Practices that work together find it easier to recruit, and to keep the staff that they have."


def read(text: str) -> Reading:
    return read_text(text.encode())


def found(text: str, kind: BlockKind) -> list[str]:
    return [block.text for block in read(text).blocks if block.kind is kind]


def test_a_short_line_alone_above_text_is_a_heading_and_the_first_is_the_title() -> None:
    reading = read(f"Practice Mergers \n\n{LONG}\n\nWhat do we do next?\n\n{LONG}\n")

    assert reading.title == "Practice Mergers"
    assert [(b.text, b.level) for b in reading.blocks if b.kind is BlockKind.HEADING] == [
        ("Practice Mergers", 1),
        ("What do we do next?", 2),
    ]


def test_a_numbered_line_alone_above_text_is_a_heading_with_its_number() -> None:
    text = f"A Short Title\n\n{LONG}\n\n1. Primary Care Provision\n\n{LONG}\n\n2.     Intermediate Care\n\n{LONG}"

    assert found(text, BlockKind.HEADING)[1:] == ["1. Primary Care Provision", "2. Intermediate Care"]


@pytest.mark.parametrize(
    "line",
    [
        "View here: Guide to Practice Mergers June 2022",
        "V2.2 11.06.15",
        "For further information, please contact:",
        "Published June 2015 Download here",
        "There are four main functions that practices are likely to wish to co-ordinate between themselves",
        "This is a sentence.",
    ],
)
def test_a_line_that_only_looks_like_a_heading_is_text(line: str) -> None:
    text = f"A Short Title\n\n{LONG}\n\n{line}\n\n{LONG}"

    assert found(text, BlockKind.HEADING) == ["A Short Title"]
    assert line in found(text, BlockKind.PARAGRAPH)


def test_a_row_of_questions_is_text_and_not_headings() -> None:
    text = f"A Short Title\n\n{LONG}\n\nWhat is the right model?\n\nWhat help do you need?\n\nWho will lead it?\n"

    assert found(text, BlockKind.HEADING) == ["A Short Title"]
    assert "Who will lead it?" in found(text, BlockKind.PARAGRAPH)


def test_typed_numbers_are_kept_even_where_they_are_wrong() -> None:
    text = f"Steps\n\n{LONG}\n\n  1. Stop. {LONG}\n\n  1. Talk.\n\n{LONG}\n\n  1. Show. {LONG}\n  2. Admit."

    assert [item.split()[0] for item in found(text, BlockKind.ITEM)] == ["1.", "1.", "1.", "2."]


def test_bullets_between_blank_lines_are_items() -> None:
    assert found("Three elements:\n\n  • A hub\n\n  • A library\n", BlockKind.ITEM) == ["• A hub", "• A library"]


def test_hard_wrapped_lines_become_one_paragraph_and_one_item() -> None:
    text = "The LMC believes that\npractices should work\ntogether.\n\n- one that is\n  wrapped\n- two\n"

    assert found(text, BlockKind.PARAGRAPH) == ["The LMC believes that practices should work together."]
    assert found(text, BlockKind.ITEM) == ["• one that is wrapped", "• two"]


def test_a_wrapped_line_that_begins_with_a_number_is_no_item() -> None:
    assert found("They met in room\n12. Then they went home.", BlockKind.ITEM) == []


def test_leftovers_of_a_web_page_are_dropped() -> None:
    text = (
        "Menu Home Search\n\nCollaboration\n\nUpdated on Friday, 3 August 2018, 2511 views\n\n"
        f"{LONG}\n\nRead more here\n\nPage 4 of 65"
    )

    assert [block.text for block in read(text).blocks] == ["Collaboration", LONG]


def test_a_closing_list_of_related_articles_is_dropped() -> None:
    text = f"A Short Title\n\n{LONG}\n\nRelated guidance...\n\nSome Other Paper\n\nOriginal Document is about...\n"

    assert [block.text for block in read(text).blocks] == ["A Short Title", LONG]


def test_a_section_of_real_text_named_related_is_kept() -> None:
    text = f"A Short Title\n\n{LONG}\n\nRelated guidance\n\n{LONG * 5}"

    assert found(text, BlockKind.PARAGRAPH) == [LONG, LONG * 5]


def test_publication_goes_before_the_last_update() -> None:
    text = f"Title\n\nUpdated on Friday, 3 August 2018, 25 views\n\nPublished June 2015 Download here\n\n{LONG}"

    assert read(text).published == When(2015, 6)


def test_the_update_is_the_date_where_there_is_no_other() -> None:
    assert read(f"Title\n\nUpdated on Friday, 3 August 2018, 25 views\n\n{LONG}").published == When(2018, 8, 3)


def test_a_form_feed_begins_a_page() -> None:
    reading = read(f"{LONG}\n\f{LONG}\n\f")

    assert [block.page for block in reading.blocks] == [1, 2]
    assert reading.page_count == 2


def test_lines_with_tabs_are_a_table() -> None:
    text = "Service\tFee\nCremation form\t£82\nFirearms report\t£130\n"

    assert found(text, BlockKind.ROW) == ["Service: Cremation form; Fee: £82", "Service: Firearms report; Fee: £130"]


SAMPLE = "The LMC’s “safe” limit – £40 per café visit."


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252", "mac_roman"],
)
def test_every_common_encoding_is_read(encoding: str) -> None:
    assert read_text(SAMPLE.encode(encoding)).blocks == [Block(BlockKind.PARAGRAPH, SAMPLE)]


def test_latin_1_is_read() -> None:
    assert read_text("Fee: £40 at the café.".encode("latin-1")).blocks[0].text == "Fee: £40 at the café."


def test_nul_bytes_are_cleaned_away() -> None:
    assert read_text(b"Guid\0ance with NUL\0 bytes.").blocks[0].text == "Guidance with NUL bytes."
