"""Blocks come out as an editor would set them: whole words, no running lines, no sentence cut by a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import Block, BlockKind
from ingest.clean import clean, mend

P, H, I, R = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW  # noqa: E741


def texts(*blocks: Block) -> list[str]:
    return [block.text for block in clean(blocks)]


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("of\ufb01ce of \ufb02at \ufb03x, \ufb00", "office of flat ffix, ff"),
        ("soft\u00adhyphen, no\u200bspace, non\u00a0breaking", "softhyphen, nospace, non breaking"),
        ("the prac-\ntice and the part-\n  ners", "the practice and the partners"),
        ("a non-\nNHS body, COVID-\n19", "a non-NHS body, COVID-19"),
        ("a line\nand another\n\nand  more", "a line and another and more"),
        ("em\u2003space and\u3000wide", "em space and wide"),
        ("NUL\x00 and bell\x07", "NUL and bell"),
        ("half a pair \ud83d of two", "half a pair of two"),
        ("  kept as it is: £1,500 – “so” ŵyl  ", "kept as it is: £1,500 – “so” ŵyl"),
    ],
)
def test_text_is_mended(raw: str, mended: str) -> None:
    assert mend(raw) == mended


@pytest.mark.parametrize(
    ("broken", "elsewhere", "mended"),
    [
        ("the long-\nterm plan", "A long-term plan.", "the long-term plan"),
        ("the long-\nterm plan", "A plan.", "the longterm plan"),
        ("an up-to-\ndate list", "Keep it up-to-date.", "an up-to-date list"),
        ("an up-\nto-date list", "Keep it up-to-date.", "an up-to-date list"),
        ("a Face-\nto-face talk", "Talk face-to-face.", "a Face-to-face talk"),
    ],
)
def test_a_line_end_keeps_the_hyphen_of_words_that_have_one(broken: str, elsewhere: str, mended: str) -> None:
    assert texts(Block(P, broken), Block(P, elsewhere))[0] == mended


@given(st.text(alphabet=st.characters()))
def test_mended_text_can_be_written_and_mending_it_again_changes_nothing(text: str) -> None:
    once = mend(text)

    once.encode("utf-8")
    assert "\x00" not in once
    assert "  " not in once
    assert mend(once) == once


def paper(pages: int, head: str = "LMC guidance", foot: str = "Page {} of 9") -> list[Block]:
    return [
        Block(P, text, number)
        for number in range(1, pages + 1)
        for text in (
            head, f"Begins on {'abcdefghi'[number]}.", "In the middle.", "More.", f"Ends {'abcdefghi'[number]}.",
            foot.format(number),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("pages", [2, 3, 8])
def test_headers_footers_and_page_numbers_go_and_the_text_stays(pages: int) -> None:
    found = texts(*paper(pages))

    assert not any("LMC guidance" in text or "Page" in text for text in found)
    assert len(found) == 4 * pages


@pytest.mark.parametrize("number", ["7", "- 7 -", "Page 7", "page 7 of 12", "(7)", "7/12"])
def test_a_page_number_goes_however_it_is_written(number: str) -> None:
    assert texts(Block(P, "Some text."), Block(P, number), Block(P, "Other.", 2)) == ["Some text.", "Other."]


def test_what_stands_on_few_pages_is_no_running_line() -> None:
    blocks = [Block(P, "Only here." if page == 1 else f"About {'abcdef'[page]}.", page) for page in range(1, 6)]

    assert "Only here." in texts(*blocks)


def test_a_long_text_that_repeats_is_no_running_line() -> None:
    long = "A declaration that each page repeats in full. " * 5

    assert len(texts(*(Block(P, long, page) for page in range(1, 5)))) == 4


def test_rows_that_differ_only_in_their_figures_stay() -> None:
    rows = [Block(R, f"Year: {2010 + page}; Amount: £{page},000", page) for page in range(1, 5)]

    assert texts(*rows) == [row.text for row in rows]


def test_what_repeats_within_one_page_stays() -> None:
    assert texts(Block(P, "Yes."), Block(P, "Yes."), Block(P, "Yes.")) == ["Yes."] * 3


def test_a_sentence_cut_by_a_page_is_joined_on_the_page_where_it_begins() -> None:
    found = clean([
        Block(P, "The practice tells the", 1), Block(P, "commissioner in time. Then it waits.", 2),
    ])  # fmt: skip

    assert found == [
        Block(P, "The practice tells the commissioner in time.", 1), Block(P, "Then it waits.", 2),
    ]  # fmt: skip


def test_a_list_entry_cut_by_a_page_is_joined_too() -> None:
    assert clean([Block(I, "• ask the", 1), Block(P, "board", 2)]) == [Block(I, "• ask the board", 1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Block(P, "It ends here.", 1), Block(P, "and so on", 2)),
        (Block(P, "It goes on", 1), Block(P, "With a capital.", 2)),
        (Block(P, "It goes on", 1), Block(P, "on a later page.", 3)),
        (Block(P, "It goes on", 1), Block(P, "on the same page.", 1)),
        (Block(H, "A heading", 1), Block(P, "and text.", 2)),
        (Block(P, "It goes on", 1), Block(I, "with a list", 2)),
        (Block(P, "Consider the following:", 1), Block(P, "staff and premises", 2)),
    ],
)
def test_what_is_not_one_sentence_stays_apart(before: Block, after: Block) -> None:
    assert clean([before, after]) == [before, after]


def test_blocks_without_text_are_dropped() -> None:
    assert texts(Block(P, " \n "), Block(P, "Text."), Block(P, "\x00")) == ["Text."]


kinds = st.sampled_from(BlockKind)
pieces = st.builds(Block, kinds, st.text(max_size=60), st.integers(1, 4), st.integers(0, 6))


@given(st.lists(pieces, max_size=12).map(lambda blocks: sorted(blocks, key=lambda b: b.page)))
def test_any_blocks_come_out_in_page_order_with_text(blocks: list[Block]) -> None:
    found = clean(blocks)

    assert all(block.text == block.text.strip() != "" for block in found)
    assert [block.page for block in found] == sorted(block.page for block in found)
