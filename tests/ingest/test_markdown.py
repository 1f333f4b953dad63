"""Markdown: structure kept, mark-up gone."""

from __future__ import annotations

import pytest

from corpus.when import When
from ingest.blocks import BlockKind, Reading
from ingest.readers.markdown import read_markdown


def read(text: str) -> Reading:
    return read_markdown(text.encode())


def blocks(text: str) -> list[tuple[str, str, int]]:
    return [(block.kind.value, block.text, block.level) for block in read(text).blocks]


def test_both_kinds_of_heading_have_their_level() -> None:
    assert blocks("Sick pay\n========\n\nWho\n---\n\n### When *exactly* ###\n") == [
        ("heading", "Sick pay", 1),
        ("heading", "Who", 2),
        ("heading", "When exactly", 3),
    ]


def test_a_hash_inside_a_fence_is_no_heading() -> None:
    assert blocks("```python\n# not a heading\nx = 1\n```\n") == [("paragraph", "# not a heading\nx = 1", 0)]


def test_front_matter_gives_title_and_date_and_is_not_text() -> None:
    reading = read('---\ntitle: "Mergers: a guide"\npublished: 2022-06\n---\n\n# Other\n\nText.\n')

    assert reading.title == "Mergers: a guide"
    assert reading.published == When(2022, 6)
    assert [block.text for block in reading.blocks] == ["Other", "Text."]


@pytest.mark.parametrize(
    ("value", "expected"), [("12 June 2022", When(2022, 6, 12)), ("2022-06-12T09:00", When(2022, 6, 12))]
)
def test_front_matter_dates_are_read_as_people_write_them(value: str, expected: When) -> None:
    assert read(f"---\ndate: {value}\n---\nText\n").published == expected


def test_rules_around_prose_are_no_front_matter() -> None:
    assert blocks("---\nJust some prose here\n---\n")[0][1] == "Just some prose here"


def test_the_first_heading_is_the_title_without_front_matter() -> None:
    assert read("Intro\n\n# Fees\n\n# More\n").title == "Fees"


def test_lists_keep_numbers_and_depth() -> None:
    text = "3. three\n4. four\n   - deeper\n     1. deepest\n5. five\n"

    assert blocks(text) == [
        ("item", "3. three", 0),
        ("item", "4. four", 0),
        ("item", "• deeper", 1),
        ("item", "1. deepest", 2),
        ("item", "5. five", 0),
    ]


def test_lists_nested_far_deeper_than_usual_lose_nothing() -> None:
    text = "\n".join("  " * depth + f"- level{depth}" for depth in range(20))

    assert [text for _, text, _ in blocks(text)] == [f"• level{depth}" for depth in range(20)]


def test_a_table_becomes_rows_with_column_names() -> None:
    text = "| Service | Fee |\n|---|---|\n| Cremation **form** | £82 |\n| Advice | |\n"

    assert blocks(text) == [("row", "Service: Cremation form; Fee: £82", 0), ("row", "Service: Advice", 0)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("**Bold** and *it*", "Bold and it"),
        ("a [link *text*](http://x.y) here", "a link text here"),
        ("![A chart of fees](x.png)", "A chart of fees"),
        (r"1 \* 2 \# 3", "1 * 2 # 3"),
        ("Q&amp;A &lt;x&gt;", "Q&A <x>"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("one<br>two <b>three</b>", "one two three"),
        ("`**code**` stays", "**code** stays"),
        ("**Key guidance: **", "Key guidance:"),
        ("see the website[^2].", "see the website."),
        ("<http://example.org>", "http://example.org"),
    ],
)
def test_inline_mark_up_goes_and_its_text_stays(line: str, shown: str) -> None:
    assert blocks(line) == [("paragraph", shown, 0)]


def test_html_blocks_keep_their_text_but_not_their_scripts_and_comments() -> None:
    text = "<details><summary>More</summary>\n\nInner *text*\n\n</details>\n\n<script>bad()</script>\n\n<!-- no -->\n"

    assert [text for _, text, _ in blocks(text)] == ["More", "Inner text"]


def test_a_footnote_is_a_note() -> None:
    assert blocks("Text.[^1]\n\n[^1]: Small print.\n")[-1] == ("note", "Footnote 1: Small print.", 0)


def test_an_attribute_after_a_heading_is_not_read() -> None:
    assert blocks("## Consent {#consent .Style}\n") == [("heading", "Consent", 2)]


def test_only_front_matter_leaves_no_blocks() -> None:
    assert read("---\ntitle: x\n---\n").blocks == []


def test_every_kind_of_line_is_a_block_of_its_own_kind() -> None:
    kinds = {block.kind for block in read("# H\n\ntext\n\n- item\n\n|A|\n|-|\n|1|\n").blocks}

    assert kinds == {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW}
