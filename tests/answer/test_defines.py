"""A question for what a thing is, and the sentence that says it."""

from __future__ import annotations

import pytest

from answer.defines import defines, term_of
from answer.understand import Understood, wants
from index.lexical import analyse


def term(question: str) -> set[str]:
    return set(term_of(Understood(question, question, wants(question), {}, (), frozenset())))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is a federation?", "federation"),
        ("what's a PCN", "PCN"),
        ("Hi, what is the practice healthcheck?", "practice healthcheck"),
        ("What does LMC stand for?", "LMC"),
        ("What is the salary of a manager?", ""),
        ("What is the deadline for returns?", ""),
        ("Who runs a federation?", ""),
        ("How long does a federation take to set up?", ""),
    ],
)
def test_thing_that_is_asked_for_is_found(question: str, asked: str) -> None:
    assert term(question) == set(analyse(asked))


@pytest.mark.parametrize(
    ("sentence", "is_definition"),
    [
        ("A federation is a group of practices.", True),
        ("• Primary care federation (PCF): practices that work together.", True),
        ("Federations are groups that bid together.", True),
        ("The federation is under review.", False),
        ("Practices join a federation.", False),
        ("What is a federation?", False),
        ("Member: A leader of the federation", False),
    ],
)
def test_sentence_that_says_what_it_is_is_told_from_a_mention(sentence: str, is_definition: bool) -> None:
    assert defines(sentence, frozenset(analyse("federation"))) == is_definition


def test_nothing_defines_nothing() -> None:
    assert not defines("It is a thing.", frozenset())
