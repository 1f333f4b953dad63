"""Does a text hold a fact? By rule, so that anyone gets the same figure.

A fact is a short text. It is held when the text has all its figures and at least two thirds of its words' stems (stop
words left out). Alternatives are parted by "|".
"""

from __future__ import annotations

import re

from index.lexical import analyse

SHARE = 2 / 3

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WORD_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case, one kind of dash, one kind of quote, single spaces."""
    text = re.sub(r"[‐‑‒–—−]", "-", text.lower())
    text = re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', text))
    return " ".join(text.split())


def holds_exactly(text: str, fact: str) -> bool:
    """Whether one of the fact's alternatives stands in the text, but for case, dashes and white space.

    >>> holds_exactly("It takes about 12\\nminutes.", "an hour|12 minutes")
    True
    """
    folded = fold(text)
    return any(fold(alternative) in folded for alternative in fact.split("|"))


def holds_by_words(text: str, fact: str) -> bool:
    """Whether the text has the fact's figures and most of its words.

    >>> holds_by_words("takes about 10-15minutes", "about 10-15 minutes")
    True
    >>> holds_by_words("takes about 20 minutes", "about 10-15 minutes")
    False
    """
    return any(_holds(text, alternative) for alternative in fact.split("|"))


def _holds(text: str, fact: str) -> bool:
    text, fact = _spaced(fold(text)), _spaced(fold(fact))
    if not _numbers(fact) <= _numbers(text):
        return False
    stems = {stem for stem in analyse(fact) if not stem.isdigit() and stem not in _WORD_NUMBERS}
    return len(stems & set(analyse(text))) >= SHARE * len(stems)


def _spaced(text: str) -> str:
    """Figures apart from the letters beside them: `10-15minutes` as `10-15 minutes`, `£10m` as `£10 m`."""
    return re.sub(r"(?<=\d)(?=[a-z])", " ", text)


def _numbers(text: str) -> set[str]:
    found = {number.replace(",", "") for number in _NUMBER.findall(text)}
    return found | {_WORD_NUMBERS[word] for word in re.findall(r"[a-z]+", text) if word in _WORD_NUMBERS}
