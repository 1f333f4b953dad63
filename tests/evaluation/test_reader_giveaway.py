"""What a question gives away is found where there is something to find, and not where there is nothing."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import roc_auc_score

from evaluation.reader.giveaway import Asked, given_away, learnt, levelled

TOWNS = ["Hale", "Corve", "Eastwick", "Tollandby", "Marlshire", "Orrin", "Thornby", "Saldrin"]
THINGS = ["bank", "levy", "lease", "rota", "board", "grant", "clinic", "audit"]


def questions(seed: int, *, tells: bool, always: float = 1.0, count: int = 120) -> list[Asked]:
    """Questions of one form; where `tells`, those without an answer ask for a name, in the share `always` of cases."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        has_answer = chance.random() < 0.5
        for_name = tells and has_answer == (chance.random() >= always)
        asks = "What is the name of" if for_name else "When was"
        made.append((f"{asks} the {chance.choice(THINGS)} of {chance.choice(TOWNS)} founded?", has_answer))
    return made


def test_a_way_of_asking_gives_away_that_there_is_no_answer() -> None:
    assert given_away(learnt(questions(1, tells=True)), questions(2, tells=True)) > 0.99


def test_questions_of_one_form_give_nothing_away() -> None:
    assert 0.35 < given_away(learnt(questions(1, tells=False)), questions(2, tells=False)) < 0.65


def test_levelled_questions_give_nothing_away() -> None:
    asked = questions(2, tells=True, always=0.8, count=600)
    model = learnt(questions(1, tells=True, always=0.8, count=600))
    told = model.predict_proba([question for question, _ in asked])[:, 1]
    has_answer = [flag for _, flag in asked]
    assert roc_auc_score(has_answer, told) > 0.7
    assert roc_auc_score(has_answer, told, sample_weight=levelled(model, asked)) < 0.6


@pytest.mark.parametrize(("chance", "with_answer", "without"), [(0.8, 0.25, 1.0), (0.5, 1.0, 1.0), (0.2, 1.0, 0.25)])
def test_a_question_weighs_less_the_more_it_is_asked_like_its_own_kind(
    chance: float, with_answer: float, without: float
) -> None:
    weights = levelled(Told(chance), [("Which levy?", True), ("Which levy?", False)])
    assert list(weights) == pytest.approx([with_answer, without])


class Told:
    """A model that says the same of every question."""

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def predict_proba(self, asked: list[str]) -> npt.NDArray[np.float64]:
        return np.array([[1 - self.chance, self.chance]] * len(asked))
