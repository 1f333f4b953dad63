"""Passages are runs of the page's own text, within a heading, in whole sentences, with what introduces them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Page, SpanKind
from ingest.blocks import Block, BlockKind
from ingest.clean import clean
from ingest.sentences import sentences
from ingest.split import Cut, context_line, renamed, split, store_pages

P, H, I, R, N = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW, BlockKind.NOTE  # noqa: E741


def cut(blocks: Sequence[Block], chars: int = 900) -> list[Cut]:
    return split(blocks, document="lib/paper", title="Paper", passage_chars=chars)


def pages_of(blocks: Sequence[Block]) -> dict[int, Page]:
    return {page.number: page for page in store_pages(blocks, {}, [])}


def long(words: str, times: int) -> str:
    return " ".join(f"{words} number {n}." for n in range(times))


# --- what stands on a page -------------------------------------------------------------------------------------


def test_a_page_keeps_its_blocks_apart_and_its_lists_together() -> None:
    blocks = [
        Block(H, "Heading", 1, 1), Block(I, "• first", 1), Block(I, "• second", 1), Block(P, "Text.", 1),
        Block(R, "A: 1", 1), Block(R, "A: 2", 1), Block(P, "Next page.", 3),
    ]  # fmt: skip

    pages = store_pages(blocks, {3: "iii"}, [3])

    assert pages == [
        Page(1, "Heading\n\n• first\n• second\n\nText.\nA: 1\nA: 2"),
        Page(3, "Next page.", "iii", ocr=True),
    ]


# --- worked examples -------------------------------------------------------------------------------------------


def test_a_passage_stays_within_its_heading_and_knows_the_path() -> None:
    blocks = [
        Block(H, "Paper", 1, 1), Block(P, "Before.", 1), Block(H, "Staff", 1, 2), Block(P, "About staff.", 1),
        Block(H, "TUPE", 1, 3), Block(P, "About TUPE.", 1), Block(H, "Lease", 1, 2), Block(P, "About leases.", 1),
    ]  # fmt: skip

    found = [(c.passage.text, c.passage.heading_path, c.context) for c in cut(blocks)]

    assert found == [
        ("Before.", (), "Paper"),
        ("About staff.", ("Staff",), "Paper › Staff"),
        ("About TUPE.", ("Staff", "TUPE"), "Paper › Staff › TUPE"),
        ("About leases.", ("Lease",), "Paper › Lease"),
    ]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    blocks = [
        Block(P, long("The practice weighs it", 15)), Block(P, "It is long. Before a merger:"),
        *(Block(I, f"{n}. ask partner number {n} about it") for n in range(1, 6)),
    ]  # fmt: skip

    [listed] = [c.passage for c in cut(blocks, 400) if "1. ask" in c.passage.text]

    assert "Before a merger:\n1. ask partner number 1 about it" in listed.text
    kinds = [span.kind for span in listed.spans if span.kind is not SpanKind.SENTENCE]
    assert kinds == [SpanKind.LEAD] + [SpanKind.ITEM] * 5


def test_the_later_part_of_a_long_list_is_searched_with_its_lead() -> None:
    blocks = [Block(P, "Before a merger:"), *(Block(I, f"{n}. ask partner {n} about the lease") for n in range(60))]

    first, *rest = cut(blocks, 300)

    assert first.context == "Paper"
    assert {c.context for c in rest} == {"Paper › Before a merger"}


def test_a_row_is_one_span_with_its_column_names() -> None:
    rows = [Block(R, f"Tool: T{n}; Minutes: {n}. About it. Who: partners") for n in range(3)]

    [found] = cut([Block(P, "The tools:"), *rows])

    spans = [(s.kind, found.passage.text[s.start : s.end]) for s in found.passage.spans]
    assert spans == [(SpanKind.SENTENCE, "The tools:"), *((SpanKind.ROW, row.text) for row in rows)]


def test_a_sentence_is_never_cut_between_passages() -> None:
    text = long("The commissioner is told of merger", 80)

    found = cut([Block(P, text)], 300)

    assert len(found) > 5
    assert " ".join(c.passage.text for c in found) == text
    assert all(c.passage.text.endswith(".") for c in found)


def test_passages_of_a_section_are_about_equally_long() -> None:
    sizes = [len(c.passage.text) for c in cut([Block(P, long("The commissioner is told of merger", 100))], 900)]

    assert max(sizes) < 1.3 * min(sizes)


def test_a_passage_over_a_page_border_says_where_it_begins_and_ends() -> None:
    [found] = cut([Block(P, "On one.", 1), Block(P, "On two.", 2)])

    passage = found.passage
    assert (passage.page_start, passage.page_end) == (1, 2)
    assert [span.page for span in passage.spans] == [1, 2]


def test_a_title_that_a_page_repeats_is_no_passage() -> None:
    blocks = [Block(P, "Text one."), Block(P, "Paper"), Block(P, "Text two.")]

    assert [c.passage.text for c in cut(blocks)] == ["Text one.", "Text two."]


def test_nothing_to_cut_gives_no_passages() -> None:
    assert cut([]) == cut([Block(H, "Only a heading", 1, 1)]) == []


def test_the_same_text_twice_gets_two_ids_and_keeps_them() -> None:
    blocks = [b for n in range(3) for b in (Block(H, f"Part {n}", 1, 1), Block(P, "Ask your LMC."))]

    first, again = ([c.passage.id for c in cut(blocks)] for _ in range(2))

    assert first == again
    assert len(set(first)) == 3


def test_an_id_stays_when_another_part_of_the_document_changes() -> None:
    before = [Block(H, "A", 1, 1), Block(P, "Ask the board."), Block(H, "B", 1, 1), Block(P, "Old text.")]
    after = [Block(P, "A new beginning."), *before[:3], Block(P, "New text.")]

    ids = [{c.passage.text: c.passage.id for c in cut(blocks)} for blocks in (before, after)]

    assert ids[0]["Ask the board."] == ids[1]["Ask the board."]


def test_two_documents_with_one_text_have_two_ids() -> None:
    texts = [Block(P, "Ask your LMC.")]

    one, two = (split(texts, document=key, title="Paper")[0].passage.id for key in ("lib/a", "lib/b"))

    assert one != two


def test_a_renamed_passage_is_otherwise_the_same() -> None:
    [found] = cut([Block(P, "Ask your LMC.")])

    assert renamed(found, "lib/other").passage.document == "lib/other"
    assert renamed(found, "lib/other").context == found.context


@pytest.mark.parametrize(
    ("path", "lead", "line"),
    [((), "", "T"), (("A", "B"), "", "T › A › B"), (("A",), "Before a merger:", "T › A › Before a merger")],
)
def test_the_context_line_is_title_headings_and_lead(path: tuple[str, ...], lead: str, line: str) -> None:
    assert context_line("T", path, lead) == line


# --- for any document --------------------------------------------------------------------------------------------

sizes = st.integers(150, 1_200)
prose = st.lists(
    st.sampled_from(["Ask the board first.", "It costs £1.50, e.g. in May.", "Who pays?", "To merge:", "Paper"]),
    min_size=1, max_size=9,
).map(" ".join)  # fmt: skip
strange = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=900)


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    """Blocks on pages that only go up, cleaned as the pipeline does."""
    blocks, page = [], 1
    for _ in range(draw(st.integers(0, 25))):
        page += draw(st.sampled_from([0, 0, 0, 1]))
        kind = draw(st.sampled_from([P, P, P, I, I, R, H, N]))
        text = draw(prose | strange)
        blocks.append(Block(kind, text, page, draw(st.integers(1, 3)) if kind is H else 0))
    return clean(blocks)


@pytest.mark.slow
@given(documents(), sizes)
def test_every_span_is_a_slice_of_its_page(blocks: list[Block], chars: int) -> None:
    pages = pages_of(blocks)

    for found in cut(blocks, chars):
        for span in found.passage.spans:
            assert found.passage.text[span.start : span.end] in pages[span.page].text


@pytest.mark.slow
@given(documents(), sizes)
def test_every_passage_on_one_page_is_a_slice_of_that_page(blocks: list[Block], chars: int) -> None:
    pages = pages_of(blocks)

    for passage in (found.passage for found in cut(blocks, chars)):
        if passage.page_start == passage.page_end:
            assert passage.text in pages[passage.page_start].text


@pytest.mark.slow
@given(documents(), sizes)
def test_spans_are_in_order_apart_and_hold_all_but_white_space(blocks: list[Block], chars: int) -> None:
    for passage in (found.passage for found in cut(blocks, chars)):
        end, between = 0, ""
        for span in passage.spans:
            assert end <= span.start < span.end <= len(passage.text)
            between += passage.text[end : span.start]
            end = span.end
        assert not (between + passage.text[end:]).strip()
        assert (passage.page_start, passage.page_end) == (passage.spans[0].page, passage.spans[-1].page)


@pytest.mark.slow
@given(documents(), sizes)
def test_every_sentence_is_in_exactly_one_passage_and_in_order(blocks: list[Block], chars: int) -> None:
    found = [
        passage.text[span.start : span.end]
        for passage in (c.passage for c in cut(blocks, chars))
        for span in passage.spans
    ]

    expected: list[str] = []
    for block in blocks:
        if block.kind is R and block.text != "Paper":
            expected.append(block.text)
        elif block.kind is not H and block.text != "Paper":
            expected += [block.text[start:end] for start, end in sentences(block.text)]
    assert found == expected


@pytest.mark.slow
@given(documents(), sizes)
def test_no_passage_is_much_longer_than_asked_for(blocks: list[Block], chars: int) -> None:
    """Only what may not be parted is longer: one row, or a list's first entry with its lead."""
    for passage in (found.passage for found in cut(blocks, chars)):
        whole = sum(sorted(span.end - span.start for span in passage.spans)[-2:])
        assert len(passage.text) <= max(1.35 * chars, whole + 2) + 2 * len(passage.spans)


@pytest.mark.slow
@given(documents(), sizes)
def test_ids_are_unique_and_stable_and_ordinals_count(blocks: list[Block], chars: int) -> None:
    first, again = cut(blocks, chars), cut(blocks, chars)

    assert first == again
    assert len({c.passage.id for c in first}) == len(first)
    assert [c.passage.ordinal for c in first] == list(range(len(first)))
