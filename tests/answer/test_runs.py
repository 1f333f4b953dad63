"""Which spans are quoted: the likeliest, with what they need to stand alone, and no more than pays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.runs import LONGEST_LIST, best_run
from corpus.model import Passage, Span, SpanKind

SENTENCE, LEAD, ITEM, ROW = SpanKind.SENTENCE, SpanKind.LEAD, SpanKind.ITEM, SpanKind.ROW
Piece = tuple[str, SpanKind, float]


def passage(pieces: Sequence[Piece], pages: Sequence[int] = ()) -> Passage:
    """A passage of these spans; a sentence stands in the line of the span before it, unless it begins with "¶"."""
    text, spans = "", []
    for i, (written, kind, _) in enumerate(pieces):
        piece = written.removeprefix("¶")
        text += "" if not text else " " if kind is SENTENCE and piece == written else "\n"
        spans.append(Span(len(text), len(text) + len(piece), pages[i] if pages else 1, kind))
        text += piece
    return Passage("p", "lib/paper", 0, (), 1, 1, text, tuple(spans))


def run(*pieces: Piece, all_of_it: bool = False, pages: Sequence[int] = (), cost: float = 0.02) -> str:
    made = passage(pieces, pages)
    first, last = best_run(made, [chance for _, _, chance in pieces], all_of_it=all_of_it, length_cost=cost)
    return made.text[made.spans[first].start : made.spans[last].end]


def test_likeliest_sentence_is_quoted_alone_when_its_neighbours_add_little() -> None:
    assert run(("Practices vary.", SENTENCE, 0.0), ("The survey takes a day.", SENTENCE, 0.9)) == (
        "The survey takes a day."
    )


def test_neighbour_that_may_hold_the_answer_is_quoted_too() -> None:
    text = run(("The survey is long.", SENTENCE, 0.5), ("Allow a whole day.", SENTENCE, 0.4))

    assert text == "The survey is long. Allow a whole day."


def test_longer_quotes_have_to_pay_for_their_length() -> None:
    pieces = (("The survey is long." * 5, SENTENCE, 0.6), ("Allow a whole day." * 5, SENTENCE, 0.1))

    assert run(*pieces, cost=0.01).endswith("Allow a whole day.")
    assert run(*pieces, cost=0.1) == pieces[0][0]


def test_enumeration_that_was_begun_is_finished() -> None:
    text = run(
        ("There are three tools.", SENTENCE, 0.7),
        ("Firstly, there is a survey.", SENTENCE, 0.1),
        ("Secondly, a review.", SENTENCE, 0.1),
        ("Finally, a map.", SENTENCE, 0.1),
        ("Nobody pays.", SENTENCE, 0.0),
    )

    assert text.startswith("There are three tools. Firstly")
    assert text.endswith("Finally, a map.")


def test_list_is_whole_although_one_entry_answers() -> None:
    text = run(
        ("Before a merger:", LEAD, 0.0), ("- ask", ITEM, 0.0), ("- tell", ITEM, 0.9), ("¶Good luck.", SENTENCE, 0.0)
    )

    assert text == "Before a merger:\n- ask\n- tell"


def test_lead_is_never_quoted_without_its_list() -> None:
    assert run(("Mergers are slow.", SENTENCE, 0.1), ("Before a merger:", LEAD, 0.9), ("- ask", ITEM, 0.0)).endswith(
        "- ask"
    )


def test_sentence_that_introduces_a_table_is_quoted_with_all_of_it() -> None:
    rows = ("Tool: Survey; Time: an hour", ROW, 0.0), ("Tool: Review; Time: a day", ROW, 0.0)

    assert run(("There are two tools:", SENTENCE, 0.9), *rows) == (
        "There are two tools: Tool: Survey; Time: an hour\nTool: Review; Time: a day".replace(": Tool", ":\nTool", 1)
    )


def test_row_that_answers_stands_without_the_sentence_before_its_table() -> None:
    rows = ("Tool: Survey; Time: an hour", ROW, 0.0), ("Tool: Review; Time: a day", ROW, 0.9)

    assert run(("There are two tools:", SENTENCE, 0.0), *rows) == "Tool: Review; Time: a day"
    assert run(("There are two tools:", SENTENCE, 0.0), *rows, all_of_it=True).startswith("There are two tools:")


def test_long_entries_stand_for_themselves_unless_all_are_asked_for() -> None:
    pieces: tuple[Piece, ...] = (
        ("1. Email less.", ITEM, 0.0), ("A message is read in a hurry.", SENTENCE, 0.0),
        ("2. Talk weekly.", ITEM, 0.0), ("A short call does more good than a long letter.", SENTENCE, 0.9),
    )  # fmt: skip

    assert run(*pieces) == "2. Talk weekly. A short call does more good than a long letter."
    assert run(*pieces, all_of_it=True).startswith("1. Email less.")


def test_lead_whose_list_is_on_the_next_page_can_be_all_there_is() -> None:
    assert run(("Before a merger:", LEAD, 0.5), ("- ask", ITEM, 0.1), pages=[1, 2]) == "- ask"
    assert run(("Before a merger:", LEAD, 0.5)) == "Before a merger:"


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["It is so.", "Ask the board first:", "Firstly, ask.", "Tell " * 60]),
        st.sampled_from(list(SpanKind)),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=9,
)


@given(PIECES, st.booleans(), st.data())
def test_any_run_stays_on_one_page_and_within_its_length(
    pieces: list[Piece], all_of_it: bool, data: st.DataObject
) -> None:
    pages = sorted(data.draw(st.lists(st.integers(1, 2), min_size=len(pieces), max_size=len(pieces))))
    made = passage(pieces, pages)

    first, last = best_run(made, [chance for _, _, chance in pieces], all_of_it=all_of_it)

    assert 0 <= first <= last < len(pieces)
    assert made.spans[first].page == made.spans[last].page
    assert first == last or made.spans[last].end - made.spans[first].start <= LONGEST_LIST


@pytest.mark.parametrize("all_of_it", [False, True])
def test_list_that_is_far_too_long_is_quoted_around_its_best_entry(all_of_it: bool) -> None:
    entries: list[Piece] = [(f"- entry {n} " + "of a long list " * 6, ITEM, 0.01) for n in range(40)]
    entries[30] = ("- tell the commissioner", ITEM, 0.9)

    text = run(("Before a merger:", LEAD, 0.0), *entries, all_of_it=all_of_it)

    assert "tell the commissioner" in text
    assert len(text) <= LONGEST_LIST
