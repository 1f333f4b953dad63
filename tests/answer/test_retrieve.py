"""The closer look: what it sees of a passage, and that each thing that it sees can put a passage first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from answer.compose import Candidate
from answer.retrieve import ALL_PARTS, CLOSER, Parts, asked_stems, closer, retrieve, signs
from answer.understand import Known, Understood, understand
from corpus.glossary import Glossary
from corpus.model import Audience, Document, Passage, Span, SpanKind
from index.embedded import EmbeddedStore
from index.lexical import analyse
from index.search import Ranked
from index.store import Found
from tests.fakes import a_document, stored, vector_of
from tests.index.store_contract import EVERYTHING, publish


def asked(question: str) -> Understood:
    return understand(question, None, Known(Glossary([]), lambda _: 1, lambda _: []))


def candidate(
    row: int, *sentences: str, title: str = "Paper", document: str = "", similarity: float = 0.5, words: float = 1.0,
    spans: Sequence[float] = (),
) -> Candidate:  # fmt: skip
    text, places = "", []
    for sentence in sentences:
        text += " " if text else ""
        places.append(Span(len(text), len(text) + len(sentence), 1, SpanKind.SENTENCE))
        text += sentence
    key = document or f"paper-{row}"
    made = Document(key, title, "lib", f"{key}.txt", audience=Audience.PUBLIC)
    passage = Passage(str(row), key, 0, (), 1, 1, text, tuple(places))
    stems = [analyse(sentence) for sentence in sentences]
    found = Found(
        row, passage, made, title, frozenset(analyse(title)), tuple(map(frozenset, stems)),
        "\n".join(" ".join(line) for line in stems),
    )  # fmt: skip
    cosines = np.array(spans or [similarity] * len(sentences), np.float32)
    return Candidate(Ranked(row, 0.0, similarity, words, cosines), found, found.stems)


def seen(candidates: Sequence[Candidate], question: str) -> list[dict[str, float]]:
    understood = asked(question)
    table = signs(candidates, understood, dict.fromkeys(understood.content, 1.0))
    return [dict(zip(CLOSER, row, strict=True)) for row in table]


def order(candidates: Sequence[Candidate], question: str, parts: Parts = ALL_PARTS) -> list[int]:
    understood = asked(question)
    weight = dict.fromkeys(understood.content, 1.0)
    return [item.ranked.row for item in closer(candidates, understood, weight, parts)]


def test_a_sentence_counts_by_meaning_and_words_together() -> None:
    """The first sentence is nearer, the second has both words: 0.4 + 0.5 > 0.6 + 0.25."""
    [found] = seen([candidate(0, "Ask the board.", "Premises leases bind.", spans=[0.6, 0.4])], "premises leases")

    assert found["sentence"] == pytest.approx(0.9)


def test_words_stand_side_by_side_within_one_sentence() -> None:
    question = "Who pays the premises rent review?"  # pay premis rent review: three pairs
    together = candidate(0, "They pay.", "The premises rent review is late.")
    parted = candidate(1, "They pay premises.", "Rent is paid before the review.")

    assert [row["side_by_side"] for row in seen([together, parted], question)] == pytest.approx([2 / 3, 1 / 3])


def test_a_question_of_one_word_has_no_neighbours() -> None:
    assert seen([candidate(0, "Premises.")], "premises")[0]["side_by_side"] == 0.0


def test_a_document_speaks_for_its_passages() -> None:
    found = seen(
        [
            candidate(0, "One.", document="a", words=2.0),
            candidate(1, "Two.", document="a", words=7.0),
            candidate(2, "Three.", document="b", words=5.0),
        ],
        "premises",
    )

    assert [row["document"] for row in found] == [7.0, 7.0, 5.0]
    assert [row["lexical"] for row in found] == [2.0, 7.0, 5.0]


def test_of_a_story_with_a_question_the_question_is_asked() -> None:
    story = asked("My father died in May and owned a farm. I live in Luton. Who inherits the farm?")

    assert asked_stems(story) == ("farm", "inherit")
    assert set(asked_stems(story)) < set(story.content)


@pytest.mark.parametrize(
    "question", ["Who inherits the farm?", "My father died. He owned a farm", "I own it. And you? You?"]
)
def test_a_question_without_a_story_is_asked_whole_or_by_its_last_sentence(question: str) -> None:
    stems = asked_stems(asked(question))

    assert stems
    assert set(stems) <= set(asked(question).content)


def test_the_asked_words_count_more_than_the_story() -> None:
    question = "My father died in May and owned a farm. Who inherits?"
    story = candidate(0, "A father who died in May owned a farm.")
    answer = candidate(1, "A son inherits.")

    assert [row["asked_coverage"] for row in seen([story, answer], question)] == [0.0, 1.0]


PLAIN = candidate(0, "Ask the board about it.")


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("similarity", candidate(1, "Ask the board about it.", similarity=0.8, spans=[0.5])),
        ("lexical", candidate(1, "Ask the board about it.", words=4.0)),
        ("sentence", candidate(1, "Ask the board about it.", spans=[0.9])),
        ("asked_coverage", candidate(1, "Rent it.")),
        ("context_coverage", candidate(1, "Ask the board about it.", title="Rent")),
        ("fits", candidate(1, "Ask the board about it by 5 May 2026.")),
        ("side_by_side", candidate(1, "Rent reviews.")),
    ],
)
def test_each_sign_puts_a_passage_first(name: str, better: Candidate) -> None:
    question = "When was the rent review?"
    others = ALL_PARTS.left_out | (CLOSER.keys() - {name})

    assert order([PLAIN, better], question, replace(ALL_PARTS, left_out=frozenset(others))) == [1, 0]
    assert order([PLAIN, better], question, replace(ALL_PARTS, left_out=frozenset(CLOSER))) == [0, 1]


def test_the_document_that_speaks_of_it_elsewhere_comes_first() -> None:
    lone, one, other = (candidate(row, "Ask the board.", document=name) for row, name in enumerate("abb"))
    other = replace(other, ranked=replace(other.ranked, lexical=9.0))
    only = replace(ALL_PARTS, left_out=frozenset(CLOSER.keys() - {"document"}))

    assert order([lone, one, other], "rent", only) == [1, 2, 0]


def test_nothing_found_is_nothing_to_look_at() -> None:
    assert closer([], asked("premises"), {}) == []


def test_a_part_that_is_left_out_does_not_rank(store: EmbeddedStore) -> None:
    texts = {
        "words": "Locum rota locum rota locum.",
        "meaning": "Premises rent review of the surgery, and a locum rota.",
    }
    snapshot = publish(store, "1", *(stored(a_document(name), text) for name, text in texts.items()))
    understood, vector = asked("locum rota"), vector_of("premises rent review of the surgery")
    weight = dict.fromkeys(understood.content, 1.0)

    def first(parts: Parts) -> str:
        found = retrieve(understood, vector, snapshot, EVERYTHING, weight, k=1, parts=parts)
        return found[0].found.document.id

    assert first(Parts(vectors=False, sentences=False, closer=False)) == "words"
    assert first(Parts(words=False, closer=False)) == "meaning"
