"""Whole papers: each further one of a question about all, the newest of one about today, a fresh one in a follow-up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from answer.compose import Candidate, Part
from answer.reader import Reading
from answer.spread import FAR, MOST_DOCUMENTS, fresh_first, newest_first, spread, woven
from answer.understand import Understood, Wants
from corpus.model import Document, Passage, Span
from corpus.when import When
from index.lexical import analyse
from index.search import Ranked
from index.store import Found


def candidate(row: int, document: str, score: float, text: str = "Some words.", published: str = "2020") -> Candidate:
    stems = frozenset(analyse(text))
    source = Document(document, document, "town", f"{document}.txt", published=When.parse(published))
    passage = Passage(f"p{row}", source.key, row, (), 1, 1, text, (Span(0, len(text), 1),))
    found = Found(row, passage, source, "", frozenset(), (stems,))
    ranked = Ranked(row, score, 0.5, 1.0, np.array([0.5], np.float32))
    return Candidate(ranked, found, stems, score)


def part(*candidates: Candidate, follows: bool = False, everywhere: bool = False, still: bool = False) -> Part:
    understood = Understood(
        "x", "x", Wants.ANYTHING, {}, ("cost",), frozenset(), follows=follows, everywhere=everywhere, still=still
    )
    return Part(understood, candidates, {"cost": 1.0})


def rows(found: Part) -> list[int]:
    return [item.ranked.row for item in found.candidates]


# --- what all papers say -------------------------------------------------------------------------------------------


def test_best_passage_of_each_further_paper_is_a_part_of_its_own() -> None:
    whole = part(
        candidate(1, "a", 5.0), candidate(2, "a", 4.9), candidate(3, "b", 4.0), candidate(4, "b", 3.9),
        candidate(5, "c", 3.0), everywhere=True,
    )  # fmt: skip

    assert [rows(item) for item in spread(whole)] == [[3], [5]]


def test_paper_that_is_far_behind_is_left_out() -> None:
    whole = part(candidate(1, "a", 9.0), candidate(2, "b", 9.0 - FAR - 0.1), everywhere=True)

    assert spread(whole) == []


def test_not_every_paper_of_a_large_library_is_quoted() -> None:
    whole = part(*(candidate(i, f"d{i}", 5.0) for i in range(9)), everywhere=True)

    assert len(spread(whole)) == MOST_DOCUMENTS - 1


def test_question_about_one_thing_is_not_spread() -> None:
    assert spread(part(candidate(1, "a", 5.0), candidate(2, "b", 5.0))) == []


# --- what holds today ----------------------------------------------------------------------------------------------


def test_later_paper_comes_first_when_asked_what_holds_today() -> None:
    old, same, later = candidate(1, "a", 5.0), candidate(2, "b", 4.5), candidate(3, "c", 4.0, published="2026-05")

    assert rows(newest_first(part(old, same, later, still=True))) == [3, 1, 2]
    assert rows(newest_first(part(old, same, later))) == [1, 2, 3]


def test_later_paper_that_is_far_behind_does_not() -> None:
    old, later = candidate(1, "a", 9.0), candidate(2, "b", 9.0 - FAR - 0.1, published="2026")

    assert rows(newest_first(part(old, later, still=True))) == [1, 2]


def test_paper_without_a_date_is_not_taken_for_a_later_one() -> None:
    old = candidate(1, "a", 5.0)
    undated = candidate(2, "b", 5.0)
    document = replace(undated.found.document, published=None)
    undated = replace(undated, found=replace(undated.found, document=document))

    assert rows(newest_first(part(old, undated, still=True))) == [1, 2]


# --- not the same again --------------------------------------------------------------------------------------------


def test_passage_with_more_of_what_is_asked_comes_before_the_one_that_was_shown() -> None:
    told, fresh = candidate(1, "a", 5.0, "It takes a while."), candidate(2, "a", 4.0, "It has a cost.")

    assert rows(fresh_first(part(told, fresh, follows=True), [told])) == [2, 1]


def test_passage_that_was_shown_stays_first_where_it_answers_as_well() -> None:
    told, fresh = candidate(1, "a", 5.0, "It has a cost."), candidate(2, "a", 4.0, "A cost again.")

    assert rows(fresh_first(part(told, fresh, follows=True), [told])) == [1, 2]


def test_question_that_follows_nothing_keeps_its_order() -> None:
    told, fresh = candidate(1, "a", 5.0, "It takes a while."), candidate(2, "a", 4.0, "It has a cost.")

    assert rows(fresh_first(part(told, fresh), [told])) == [1, 2]


def test_reader_decides_between_the_shown_and_a_fresh_passage() -> None:
    told = replace(candidate(1, "a", 5.0, "It has a cost."), reading=Reading(0.2, 0, 0))
    fresh = candidate(2, "a", 4.0, "Ten pounds.")

    better = part(told, replace(fresh, reading=Reading(0.9, 0, 3)), follows=True)
    worse = part(told, replace(fresh, reading=Reading(0.1, 0, 3)), follows=True)

    assert rows(fresh_first(better, [told])) == [2, 1]
    assert rows(fresh_first(worse, [told])) == [1, 2]


def test_nothing_found_stays_nothing() -> None:
    empty = part(everywhere=True, still=True, follows=True)

    assert spread(empty) == []
    assert rows(newest_first(empty)) == []
    assert rows(fresh_first(empty, [candidate(1, "a", 5.0)])) == []


# --- questions of several parts --------------------------------------------------------------------------------------


def test_parts_of_a_question_take_turns_after_its_own_first_passage() -> None:
    a, b, c, d, e = (candidate(i, f"d{i}", 9.0 - i) for i in range(5))

    found = woven(part(a, e), [part(b, c), part(d, e)])

    assert rows(found) == [0, 1, 3, 2, 4]


def test_what_the_whole_question_found_comes_after_the_parts_where_each_found_better() -> None:
    own, better, best = candidate(1, "a", 1.0), candidate(2, "b", 3.0), candidate(3, "c", 9.0)

    assert rows(woven(part(own), [part(better), part(best)])) == [2, 3, 1]
    assert rows(woven(part(replace(own, score=3.5)), [part(better), part(best)])) == [1, 2, 3]
    assert rows(woven(part(), [part(better), part()])) == [2]


def test_comparison_and_plain_question_keep_their_order() -> None:
    whole = part(candidate(1, "a", 5.0), candidate(2, "b", 4.0))
    compared = replace(whole, understood=replace(whole.understood, wants=Wants.COMPARISON))
    other = part(candidate(3, "c", 6.0))

    assert woven(whole, []) is whole
    assert woven(compared, [other]) is compared
