"""Misspelt words, mended from the words that the library has."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from corpus.glossary import Glossary
from index.lexical import analyse, words

MENDABLE = 5  # letters; shorter words are too often names or acronyms


def mend(
    text: str,
    frequency: Callable[[str], int],
    vocabulary: Callable[[str], Sequence[str]],
    glossary: Glossary,
    names: Collection[str],
) -> dict[str, str]:
    """Words that the library does not have, with the nearest stem that it has.

    Args:
        frequency: in how many passages a stem occurs.
        vocabulary: the library's stems that begin with some letters.
        names: words in small letters that are written as names; a name is never mended.
    """
    found = {}
    for word in dict.fromkeys(words(text)):
        stem = analyse(word)
        if (
            len(word) < MENDABLE
            or word in names
            or not stem
            or not word.isalpha()
            or frequency(stem[0])
            or glossary.get(word.upper())
        ):
            continue
        near = _nearest(stem[0], vocabulary(word[:2]), frequency)
        if near:
            found[word] = near
    return found


def _nearest(stem: str, candidates: Sequence[str], frequency: Callable[[str], int]) -> str | None:
    allowed = 1 if len(stem) < 8 else 2
    scored = [
        (distance, -frequency(candidate), candidate)
        for candidate in candidates
        if abs(len(candidate) - len(stem)) <= allowed
        and (distance := edit_distance(stem, candidate, allowed)) <= allowed
    ]
    return min(scored)[2] if scored else None


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours; stops counting above `limit`.

    >>> edit_distance("resiliance", "resilience", 2), edit_distance("mergre", "merger", 2)
    (1, 1)
    """
    before, row = [0] * 0, list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def respelt(text: str, mended: Mapping[str, str]) -> str:
    """The text with misspelt words replaced."""
    for word, better in mended.items():
        text = re.sub(rf"\b{re.escape(word)}\b", better, text, flags=re.IGNORECASE)
    return text
