"""Quotes are runs of a passage's own spans: enough to stand alone, a list whole, never more than one page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from answer.compose import Candidate, Part, Quote, choose, difference, quote, seen
from answer.gate import rarity
from answer.reader import Reading
from answer.runs import LONGEST_LIST, LONGEST_QUOTE
from answer.understand import Understood, Wants
from corpus.model import Passage, Span, SpanKind, Status
from corpus.when import When
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


def test_sentence_that_the_reader_is_sure_of_is_preferred() -> None:
    item = candidate(
        ("The survey of the practice is long.", SENTENCE, 0.6), ("Allow a whole morning for it.", SENTENCE, 0.3),
        ("Tea is served in the surgery room.", SENTENCE, 0.3),
    )  # fmt: skip
    text = item.found.passage.text
    place = text.index("a whole morning")
    read = replace(item, reading=Reading(0.95, place, place + len("a whole morning"), 0.95))

    assert "morning" in quoted(read, asked("survey practice")).text
    assert "Tea" not in quoted(read, asked("survey practice")).text


# --- the words that answer ---------------------------------------------------------------------------------------


TEXT = "The survey takes 15 minutes in a quiet room."


def mark(start: int, end: int, kind: Wants = Wants.ANYTHING, answers: float = 0.9, sure: float = 0.9) -> str | None:
    item = replace(candidate((TEXT, SENTENCE, 0.8)), reading=Reading(answers, start, end, sure))
    found = quoted(item, asked("survey", kind))
    place = found.mark
    return found.text[slice(*place)] if place else None


def test_words_of_the_reader_are_marked_whole() -> None:
    assert mark(17, 27, Wants.DURATION) == "15 minutes"
    assert mark(18, 25, Wants.DURATION) == "15 minutes"
    assert mark(16, 28, Wants.DURATION) == "15 minutes"
    assert mark(34, len(TEXT)) == "quiet room"


def test_without_words_or_without_being_sure_nothing_is_marked() -> None:
    assert mark(0, 0) is None
    assert mark(33, 43, answers=0.2) is None
    assert mark(33, 43, sure=0.2) is None
    assert quoted(candidate((TEXT, SENTENCE, 0.8)), asked("survey")).mark is None


def test_words_of_another_kind_than_asked_for_are_not_marked() -> None:
    assert mark(17, 27, Wants.ANYTHING) is None
    assert mark(33, 43, Wants.DATE) == "15 minutes"  # the only span of time, whatever the reader says
    assert mark(33, 43, Wants.MONEY) is None
    assert mark(33, 43, Wants.ANYTHING) == "quiet room"


def test_a_whole_quote_is_never_marked() -> None:
    assert mark(0, len(TEXT)) is None


def test_words_outside_of_the_quote_are_not_marked() -> None:
    item = candidate(("Tea is served at noon.", SENTENCE, -0.9), (TEXT, SENTENCE, 0.9), pages=[1, 2])
    read = replace(item, reading=Reading(0.9, 0, 22, 0.31))

    found = quoted(read, asked("survey takes quiet room"))

    assert found.text == TEXT
    assert found.mark is None


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(list(Wants)))
def test_any_mark_is_whole_words_within_the_quote(start: int, end: int, kind: Wants) -> None:
    item = replace(
        candidate((TEXT, SENTENCE, 0.8), ("Tea is served.", SENTENCE, 0.1)), reading=Reading(1.0, start, end, 1.0)
    )

    found = quoted(item, asked("survey takes", kind))
    place = found.mark

    assert place is None or 0 <= place[0] < place[1] <= len(found.text)
    assert place is None or set(found.text[slice(*place)].split()) <= set(re.split(r"[\s.]+", item.found.passage.text))


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


def test_sentence_of_two_papers_is_quoted_once_though_a_word_is_another() -> None:
    text = "The survey takes about an hour and is done by the manager of the practice on a quiet day."
    first = one_sentence(text, 0, 5.0)
    again, other = one_sentence(text.replace("about ", ""), 1, 4.9), one_sentence(text.replace("hour", "day"), 2, 4.8)

    assert [item.candidate.ranked.row for item in choose(part(asked("survey"), first, again))] == [0]
    assert len(choose(part(asked("survey"), first, other))) == 2


def test_replaced_paper_that_says_the_same_as_its_successor_is_left_out() -> None:
    text = "The survey takes an hour in every practice."
    old, new = one_sentence(text, 0, 5.0), one_sentence(text, 1, 4.0)
    document = replace(old.found.document, status=Status.SUPERSEDED, superseded_by="paper-1")
    old = replace(old, found=replace(old.found, document=document))

    assert [item.candidate.ranked.row for item in choose(part(asked("survey"), old, new))] == [1]


def test_of_two_papers_that_differ_the_newer_is_quoted_first() -> None:
    older, newer = (
        one_sentence("The survey takes 15 minutes.", 0, 5.0),
        one_sentence("The survey takes 10 minutes.", 1, 4.5),
    )
    newer = replace(newer, found=replace(newer.found, document=replace(newer.found.document, published=When(2024))))
    question = asked("survey takes", Wants.DURATION)

    found = choose(part(question, older, newer))
    differ = difference(found, question, part(question).weight)

    assert [item.candidate.ranked.row for item in found] == [1, 0]
    assert differ
    assert (differ.first_says, differ.second_says) == ("10 minutes", "15 minutes")


def test_passage_that_says_what_a_thing_is_stands_before_one_that_mentions_it() -> None:
    mention = one_sentence("Every practice may join a federation.", 0, 5.0)
    meaning = one_sentence("A federation is a group of practices.", 1, 4.0)
    question = replace(asked("federation", Wants.DEFINITION), question="What is a federation?")

    assert [item.candidate.ranked.row for item in choose(part(question, mention, meaning))] == [1, 0]


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
