"""A misspelt question differs in two letters of one word, and the same question always in the same two."""

from __future__ import annotations

import pytest

from answer.spelling import edit_distance
from evaluation.bench.misspell import misspelt
from evaluation.studied import load_sets


@pytest.mark.parametrize("text", ["Who pays?", "", "Is RESILIENCE or Resilience2 paid?", "What is aaaaaaaa?"])
def test_a_question_without_a_word_that_a_swap_would_change_is_left_alone(text: str) -> None:
    assert misspelt(text) == text


def test_one_word_of_each_question_is_one_swap_away(tmp_path_factory: pytest.TempPathFactory) -> None:
    (starter,) = load_sets(tmp_path_factory.mktemp("data"), ["starter"])
    changed = 0
    for question in starter.questions:
        before, after = question.text.split(), misspelt(question.text).split()
        assert len(before) == len(after)
        unlike = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(unlike) <= 1
        for a, b in unlike:
            assert edit_distance(a, b, 2) == 1
            assert (a[0], a[-1], sorted(a)) == (b[0], b[-1], sorted(b))
        changed += len(unlike)
    assert changed > 0.8 * len(starter.questions)


def test_the_same_question_is_always_misspelt_alike() -> None:
    assert misspelt("Who pays for premises?") == misspelt("Who pays for premises?") != "Who pays for premises?"
