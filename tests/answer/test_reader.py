"""What the reader is shown of a passage, and what it says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.reader import (
    LONGEST_WINDOW,
    PACKAGED,
    SUREST,
    Readable,
    Reading,
    find_reader,
    logit,
    open_reader,
    window,
)  # fmt: skip
from corpus.errors import ModelUnavailable
from corpus.model import Passage, Span, SpanKind


def passage(lengths: Sequence[int]) -> Passage:
    """A passage of sentences of these lengths, a blank between them."""
    spans, start = [], 0
    for length in lengths:
        spans.append(Span(start, start + length, 1, SpanKind.SENTENCE))
        start += length + 1
    return Passage("p", "d", 0, (), 1, 1, "x" * (start - 1), tuple(spans))


@given(st.lists(st.tuples(st.integers(1, 300), st.floats(-1, 1)), min_size=1, max_size=12), st.integers(40, 600))
def test_a_window_holds_the_best_span_and_whole_spans_and_is_not_too_long(
    sentences: list[tuple[int, float]], longest: int
) -> None:
    found = passage([length for length, _ in sentences])
    worth = [value for _, value in sentences]
    start, end = window(found, worth, longest)
    best = found.spans[max(range(len(worth)), key=lambda i: (worth[i], -i))]
    assert start <= best.start
    assert best.end <= end
    if len(found.text) > longest:
        assert start in {span.start for span in found.spans}
        assert end in {span.end for span in found.spans}
        assert end - start <= max(longest, best.end - best.start)


def test_a_window_grows_on_the_side_that_is_worth_more() -> None:
    found = passage([100, 100, 100, 100])
    assert window(found, [0.1, 0.2, 0.9, 0.5], 210) == (found.spans[2].start, found.spans[3].end)
    assert window(found, [0.1, 0.6, 0.9, 0.5], 210) == (found.spans[1].start, found.spans[2].end)


def test_a_short_passage_is_read_whole() -> None:
    found = passage([100, 100])
    assert window(found, [0.0, 1.0]) == (0, len(found.text))
    assert len(found.text) <= LONGEST_WINDOW


@pytest.mark.parametrize(("chance", "bound"), [(0.0, -SUREST), (1.0, SUREST), (0.5, 0.0)])
def test_a_logit_is_bounded(chance: float, bound: float) -> None:
    assert logit(Reading(chance, 0, 0)) == pytest.approx(bound)


QUESTION = "How many weeks of notice must a partner give?"
RIGHT = "The deed is signed by all. A partner who leaves gives 26 weeks of notice in writing."
WRONG = "The deed is signed by all. Partners meet once a month and keep minutes."


def test_the_reader_that_ships_prefers_what_answers_and_marks_it() -> None:
    reader = open_reader(find_reader(PACKAGED))
    windows = [Readable("Partnership deeds > Meetings", WRONG, 0), Readable("Partnership deeds > Notice", RIGHT, 40)]
    wrong, right = reader.read(QUESTION, windows)
    assert right.answers > wrong.answers
    assert "26 weeks" in RIGHT[right.start - 40 : right.end - 40]
    assert reader.read(QUESTION, windows) == [wrong, right]


def test_the_reader_reads_as_many_windows_as_there_are_tokens_for_and_one_at_least() -> None:
    reader = open_reader(find_reader(PACKAGED))
    windows = [Readable("Deeds", RIGHT, 0)] * 6
    assert len(reader.read(QUESTION, windows, 1)) == 1
    assert len(reader.read(QUESTION, windows, 100)) in {2, 3}
    assert len(reader.read(QUESTION, windows)) == 6
    assert reader.read(QUESTION, []) == []


def test_a_window_without_words_is_read_too() -> None:
    reader = open_reader(find_reader(PACKAGED))
    (found,) = reader.read("?", [Readable("", "", 7)])
    assert (found.start, found.end) == (7, 7)


def test_a_very_long_question_is_cut_at_its_front() -> None:
    reader = open_reader(find_reader(PACKAGED))
    windows = [Readable("Partnership deeds > Notice", RIGHT, 0)]
    (found,) = reader.read("We are a practice of seven partners. " * 60 + QUESTION, windows)
    assert "26 weeks" in RIGHT[found.start : found.end]


def test_a_reader_that_is_not_there_or_was_changed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="LMC_READING_MODEL"):
        open_reader(tmp_path)
    for name in ("reader.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("not a model", "utf-8")
    facts = {"sha256": {"reader.onnx": "0" * 64, "tokenizer.json": "0" * 64}}
    (tmp_path / "reader.json").write_text(json.dumps(facts), "utf-8")
    with pytest.raises(ModelUnavailable, match=r"reader\.onnx is not the file that was exported"):
        open_reader(tmp_path)
