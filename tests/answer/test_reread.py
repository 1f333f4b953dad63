"""Reading changes the order of candidates, keeps those that there was no time for, and changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from answer.compose import Candidate
from answer.reader import MOST_TOKENS, Readable, Reading
from answer.reread import agreed, readable, reread
from answer.understand import Understood, Wants
from corpus.model import Passage, Span, SpanKind
from index.lexical import analyse
from index.search import Ranked
from index.store import Found
from tests.fakes import a_document

ASKED = Understood("Who pays?", "Who pays?", Wants.PERSON, {"pay": 1.0}, ("pay",), frozenset())
WEIGHT = {"pay": 1.0}


@dataclass
class FakeReader:
    """Thinks most of windows with a given word; has time for `most` of them."""

    word: str
    most: int = 99
    fingerprint: str = "fake"

    def read(self, question: str, windows: Sequence[Readable], most_tokens: int = MOST_TOKENS) -> list[Reading]:
        self.asked = question
        return [
            Reading(0.99 if self.word in item.text else 0.01, item.start, item.start) for item in windows[: self.most]
        ]


def candidate(row: int, score: float, *sentences: str, lexical: float = 0.0) -> Candidate:
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence), 1, SpanKind.SENTENCE))
        start += len(sentence) + 1
    made = a_document("paper")
    passage = Passage(f"p{row}", made.key, row, (), 1, 1, " ".join(sentences), tuple(spans))
    stems = tuple(frozenset(analyse(sentence)) for sentence in sentences)
    found = Found(row, passage, made, made.title, frozenset(), stems)
    cosines = np.full(len(sentences), score / 10, np.float32)
    return Candidate(Ranked(row, score, score / 10, lexical, cosines), found, found.stems, score)


def test_what_the_reader_finds_comes_first() -> None:
    found = reread([candidate(1, 1.0, "Fish."), candidate(2, 0.9, "Gold.")], ASKED, WEIGHT, FakeReader("Gold"))

    assert [item.ranked.row for item in found] == [2, 1]
    assert [item.reading is not None for item in found] == [True, True]
    assert found[0].score > found[1].score


def test_a_much_better_search_outweighs_a_doubtful_reading() -> None:
    found = reread([candidate(1, 99.0, "Fish."), candidate(2, 0.0, "Gold.")], ASKED, WEIGHT, FakeReader("Gold"))

    assert [item.ranked.row for item in found] == [1, 2]


def test_what_was_not_read_is_kept_and_counts_as_the_least_that_was() -> None:
    found = reread(
        [candidate(1, 1.0, "Fish."), candidate(2, 0.9, "Gold."), candidate(3, 0.8, "Gold.")],
        ASKED, WEIGHT, FakeReader("Gold", most=2),
    )  # fmt: skip

    assert [item.ranked.row for item in found] == [2, 1, 3]
    assert found[2].reading is None


def test_ties_stay_in_the_order_they_came() -> None:
    found = reread([candidate(n, 1.0, "Gold.") for n in range(5)], ASKED, WEIGHT, FakeReader("Gold"))

    assert [item.ranked.row for item in found] == [0, 1, 2, 3, 4]


def test_nothing_found_is_nothing_read() -> None:
    assert reread([], ASKED, WEIGHT, FakeReader("Gold")) == []


def test_the_question_is_read_as_it_was_understood() -> None:
    reader = FakeReader("Gold")
    reread([candidate(1, 1.0, "Gold.")], replace(ASKED, text="Who pays for the RAT (tool)?"), WEIGHT, reader)

    assert reader.asked == "Who pays for the RAT (tool)?"


def test_the_window_stands_around_the_sentence_most_like_the_question() -> None:
    item = candidate(1, 1.0, "A" * 300 + ".", "The council pays.", "B" * 300 + ".", "C" * 300 + ".")
    shown = readable(item, ASKED, WEIGHT)

    assert "The council pays." in shown.text
    assert item.found.passage.text[shown.start :].startswith(shown.text)
    assert shown.context == item.found.context


@pytest.mark.parametrize(("first", "share"), [(1, 2 / 3), (2, 1 / 3), (9, 0.0)])
def test_agreement_is_the_share_of_rankings_with_the_same_first(first: int, share: float) -> None:
    one, other = candidate(1, 5.0, "Gold."), candidate(2, 1.0, "Fish.", lexical=3.0)
    chosen = {1: one, 2: other, 9: candidate(9, 0.0, "None.")}[first]

    assert agreed([one, other], chosen) == pytest.approx(share)
