"""Quotes are runs of a passage's own spans: enough to stand alone, a list whole, never more than one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from answer.compose import LONGEST_LIST, LONGEST_QUOTE, Candidate, Part, Quote, choose, quote, seen
from answer.gate import rarity
from answer.understand import Understood, Wants
from corpus.model import Passage, Span, SpanKind, Status
from index.lexical import analyse
from index.search import Ranked
from index.store import Found
from tests.fakes import a_document

SENTENCE, LEAD, ITEM, ROW = SpanKind.SENTENCE, SpanKind.LEAD, SpanKind.ITEM, SpanKind.ROW

Piece = tuple[str, SpanKind, float]


def candidate(
    *pieces: Piece, row: int = 0, score: float = 0.0, pages: Sequence[int] = (), document: str = "paper"
) -> Candidate:
    """A ranked passage of these spans, each with its kind and its cosine with the question."""
    spans, text = [], ""
    for number, (piece, kind, _) in enumerate(pieces):
        same_block = number > 0 and kind is pieces[number - 1][1] is SENTENCE
        text += " " if same_block else "\n" if text else ""
        spans.append(Span(len(text), len(text) + len(piece), pages[number] if pages else 1, kind))
        text += piece
    stems = tuple(frozenset(analyse(piece)) for piece, _, _ in pieces)
    made = a_document(document)
    passage = Passage(f"p{row}", made.key, row, (), spans[0].page, spans[-1].page, text, tuple(spans))
    found = Found(row, passage, made, made.title, frozenset(analyse(made.title)), stems)
    cosines = np.array([cosine for _, _, cosine in pieces], np.float32)
    return Candidate(Ranked(row, score, float(cosines.max()), 1.0, cosines), found, found.stems, score)


def asked(question: str, kind: Wants = Wants.ANYTHING) -> Understood:
    content = tuple(dict.fromkeys(analyse(question)))
    return Understood(question, question, kind, dict.fromkeys(content, 1.0), content, frozenset())


def part(understood: Understood, *candidates: Candidate) -> Part:
    return Part(understood, candidates, {stem: rarity(1, 10) for stem in understood.content})


def quoted(item: Candidate, understood: Understood) -> Quote:
    return quote(item, understood, part(understood).weight)


# --- one quote -----------------------------------------------------------------------------------------------------


def test_sentence_that_answers_is_quoted_alone() -> None:
    item = candidate(
        ("Practices vary.", SENTENCE, 0.1), ("The survey takes an hour.", SENTENCE, 0.8), ("Tea.", SENTENCE, 0.1)
    )  # fmt: skip

    found = quoted(item, asked("survey hour"))

    assert found.text == "The survey takes an hour."
    assert found.text == item.found.passage.text[found.start : found.end]


def test_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    item = candidate(("Mentors meet partners.", SENTENCE, 0.1), ("They ask for no fee at all.", SENTENCE, 0.8))

    assert quoted(item, asked("fee")).text == "Mentors meet partners. They ask for no fee at all."


def test_neighbour_that_adds_a_word_of_the_question_is_quoted_too() -> None:
    item = candidate(
        ("The survey takes an hour.", SENTENCE, 0.8),
        ("Partners pay nothing.", SENTENCE, 0.1),
        ("Tea is served.", SENTENCE, 0.0),
    )

    assert quoted(item, asked("survey partners")).text == "The survey takes an hour. Partners pay nothing."


def test_quote_stays_on_one_page() -> None:
    item = candidate(
        ("Mentors meet partners.", SENTENCE, 0.1), ("They ask for no fee at all.", SENTENCE, 0.8), pages=[2, 3]
    )

    found = quoted(item, asked("fee partners"))

    assert found.text == "They ask for no fee at all."
    assert found.page == 3


def test_quoted_sentences_grow_no_longer_than_is_read() -> None:
    sentences = [(f"The survey number {n} asks about hours and much more besides.", SENTENCE, 0.8) for n in range(40)]

    found = quoted(candidate(*sentences), asked("survey hours"))

    assert len(found.text) <= LONGEST_QUOTE
    assert found.text.count("survey") > 1


def test_list_is_quoted_whole_with_the_sentence_that_introduces_it() -> None:
    item = candidate(
        ("Mergers are slow.", SENTENCE, 0.1),
        ("Before a merger:", LEAD, 0.2),
        ("- ask the accountant", ITEM, 0.1),
        ("- tell the commissioner", ITEM, 0.8),
        ("- plan the move", ITEM, 0.1),
        ("Good luck.", SENTENCE, 0.0),
    )

    found = quoted(item, asked("commissioner", Wants.LIST))

    assert found.text == "Before a merger:\n- ask the accountant\n- tell the commissioner\n- plan the move"


def test_long_list_is_quoted_around_its_best_entry() -> None:
    entries = [(f"- entry number {n} of a list that is far too long to be quoted whole", ITEM, 0.1) for n in range(40)]
    entries[30] = ("- tell the commissioner in good time", ITEM, 0.9)

    found = quoted(candidate(("Before a merger:", LEAD, 0.2), *entries), asked("commissioner", Wants.LIST))

    assert len(found.text) <= LONGEST_LIST
    assert "tell the commissioner" in found.text


def test_one_row_of_a_table_answers_a_question_for_one_fact() -> None:
    rows = [("Tool: Survey; Time: one hour", ROW, 0.3), ("Tool: Review; Time: two days", ROW, 0.8)]

    one = quoted(candidate(*rows), asked("review time", Wants.DURATION))
    all_of_them = quoted(candidate(*rows), asked("review time", Wants.COMPARISON))

    assert one.text == "Tool: Review; Time: two days"
    assert all_of_them.text == "Tool: Survey; Time: one hour\nTool: Review; Time: two days"


def test_sentence_with_the_kind_of_fact_asked_for_is_preferred() -> None:
    item = candidate(("The survey takes a while.", SENTENCE, 0.55), ("The survey takes 15 minutes.", SENTENCE, 0.5))

    assert "15 minutes" in quoted(item, asked("survey takes", Wants.DURATION)).text


def test_question_in_the_text_is_not_taken_for_its_answer() -> None:
    item = candidate(
        ("How long does the survey take?", SENTENCE, 0.9), ("The survey is done in an hour by most.", SENTENCE, 0.8)
    )

    assert "an hour" in quoted(item, asked("survey take")).text


# --- several quotes ------------------------------------------------------------------------------------------------


def one_sentence(text: str, row: int, score: float, cosine: float = 0.5) -> Candidate:
    return candidate((text, SENTENCE, cosine), row=row, score=score, document=f"paper-{row}")


def test_nothing_found_is_nothing_quoted() -> None:
    assert choose(part(asked("anything"))) == []


def test_best_passage_is_quoted_first() -> None:
    best, other = one_sentence("The survey takes an hour.", 0, 5.0), one_sentence("A survey is paid for.", 1, 4.5)

    found = choose(part(asked("survey"), best, other))

    assert [item.candidate.ranked.row for item in found] == [0, 1]


def test_passage_far_behind_the_first_that_adds_nothing_is_left_out() -> None:
    best, far = one_sentence("The survey takes an hour.", 0, 20.0), one_sentence("Some survey of tea.", 1, -20.0)

    found = choose(part(asked("survey"), best, far))

    assert [item.candidate.ranked.row for item in found] == [0]


def test_at_most_five_passages_are_quoted() -> None:
    many = [one_sentence(f"The survey of kind {n} takes an hour.", n, 5.0) for n in range(12)]

    assert len(choose(part(asked("survey"), *many))) <= 5
    assert len(choose(part(asked("survey kinds", Wants.LIST), *many))) <= 5


def test_best_passage_of_each_part_is_quoted() -> None:
    mentoring, coaching = one_sentence("Mentoring is free.", 0, 5.0), one_sentence("Coaching costs money.", 1, -20.0)
    whole = part(asked("mentoring coaching", Wants.COMPARISON), mentoring, coaching)

    found = choose(whole, [part(asked("mentoring"), mentoring), part(asked("coaching"), coaching)])

    assert [item.text for item in found] == ["Mentoring is free.", "Coaching costs money."]


def test_same_sentence_in_two_documents_is_quoted_once_from_the_better() -> None:
    first, again = one_sentence("The survey takes an hour.", 0, 5.0), one_sentence("The survey takes an hour", 1, 4.9)

    found = choose(part(asked("survey"), first, again))

    assert [item.candidate.ranked.row for item in found] == [0]


def test_successor_of_a_replaced_paper_is_quoted_before_it() -> None:
    old, new = one_sentence("The survey takes an hour.", 0, 5.0), one_sentence("The survey takes a day.", 1, -20.0)
    document = replace(old.found.document, status=Status.SUPERSEDED, superseded_by="paper-1")
    old = replace(old, found=replace(old.found, document=document))

    found = choose(part(asked("survey"), old, new))

    assert [item.candidate.ranked.row for item in found] == [1, 0]


def test_gate_sees_the_words_of_the_quote_apart_from_those_of_the_passage() -> None:
    item = candidate(("The survey takes an hour.", SENTENCE, 0.8), ("Tea is served.", SENTENCE, 0.1))

    found = seen(quoted(item, asked("survey hour")))

    assert {"survey", "hour"} <= found.quote_stems
    assert "tea" not in found.quote_stems
    assert "tea" in found.stems
