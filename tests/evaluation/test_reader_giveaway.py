"""What a question gives away is found where there is something to find, and not where there is nothing."""

from __future__ import annotations

import random

from evaluation.reader.giveaway import Asked, given_away, learnt

TOWNS = ["Hale", "Corve", "Eastwick", "Tollandby", "Marlshire", "Orrin", "Thornby", "Saldrin"]
THINGS = ["bank", "levy", "lease", "rota", "board", "grant", "clinic", "audit"]


def questions(seed: int, *, tells: bool) -> list[Asked]:
    """Questions of one form; where `tells`, those without an answer ask for a name."""
    chance = random.Random(seed)
    made = []
    for _ in range(120):
        has_answer = chance.random() < 0.5
        asks = "What is the name of" if tells and not has_answer else "When was"
        made.append((f"{asks} the {chance.choice(THINGS)} of {chance.choice(TOWNS)} founded?", has_answer))
    return made


def test_a_way_of_asking_gives_away_that_there_is_no_answer() -> None:
    assert given_away(learnt(questions(1, tells=True)), questions(2, tells=True)) > 0.99


def test_questions_of_one_form_give_nothing_away() -> None:
    assert 0.35 < given_away(learnt(questions(1, tells=False)), questions(2, tells=False)) < 0.65
