"""Does one text say again what another one says? By its words, so that two papers with other figures never do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

# Of the words, and of the pairs of words, of the shorter text that the longer one must have.
SAME_WORDS = 0.9
SAME_PAIRS = 0.7
# Of the sentences of a quote that were said before, in characters, from which it says nothing new.
SAID_BEFORE = 0.8
_WORD = re.compile(r"\w+(?:[.,]\d+)*")


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("n’t", " not").replace("n't", " not"))


# What makes two sentences of the same words mean different things.
_TELLING = frozenset(
    words(
        "not no never none neither nor cannot without unless except before after more less most least under over "
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety "
        "minute minutes hour hours day days week weeks month months year years "
        "hundred thousand million half quarter once twice january february march april may june july august september "
        "october november december england scotland wales northern ireland"
    )
)


def says_again(text: str, other: str) -> bool:
    """Whether the shorter of two texts says nothing that the longer one does not.

    >>> says_again("The survey takes ten minutes.", "The Survey takes ten minutes!")
    True
    >>> says_again("The survey takes ten minutes online.", "The survey takes fifteen minutes online.")
    False
    """
    short, long = sorted((words(text), words(other)), key=len)
    if not short:
        return False
    if _telling(short) - _telling(long) or _names(text) ^ _names(other):
        return " ".join(short) in " ".join(long)
    shared = sum((Counter(short) & Counter(long)).values()) / len(short)
    return shared >= SAME_WORDS and _shared_pairs(short, long) >= SAME_PAIRS


def is_said_before(sentences: Sequence[str], before: Sequence[str]) -> bool:
    """Whether what a quote says was said before, in nearly all of its sentences."""
    again = sum(len(text) for text in sentences if any(_is_within(text, other) for other in before))
    return again >= SAID_BEFORE * max(1, sum(map(len, sentences)))


def _is_within(text: str, other: str) -> bool:
    return len(text) <= 1.25 * len(other) and says_again(text, other)


def _telling(found: Sequence[str]) -> Counter[str]:
    return Counter(word for word in found if word in _TELLING or any(letter.isdigit() for letter in word))


def _names(text: str) -> set[str]:
    return set(re.findall(r"(?<=[a-z,;] )[A-Z]\w+", text))


def _shared_pairs(short: Sequence[str], long: Sequence[str]) -> float:
    pairs = set(pairwise(short))
    return len(pairs & set(pairwise(long))) / len(pairs) if pairs else 1.0
