"""Questions as hurried people type them, to see what mending brings."""

from __future__ import annotations

import hashlib
import re

# Nearly every question has a word as long as this, and the product mends it (`answer.spelling.MENDABLE` is less).
LEAST_LETTERS = 6

_WORD = re.compile(rf"(?<!\w)[a-z]{{{LEAST_LETTERS},}}(?!\w)")


def misspelt(text: str) -> str:
    """The text with two neighbouring letters of its longest word in small letters swapped, none of them at an end.

    Which two is drawn by the hash of the text. Unchanged where no word is long enough.

    >>> misspelt("Who pays for the resilience programme?")
    'Who pays for the reislience programme?'
    """
    longest = max(_WORD.finditer(text), key=lambda word: len(word.group()), default=None)
    if longest is None:
        return text
    word = longest.group()
    places = [i for i in range(1, len(word) - 2) if word[i] != word[i + 1]]
    if not places:
        return text
    place = places[hashlib.sha256(text.encode()).digest()[0] % len(places)]
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return text[: longest.start()] + swapped + text[longest.end() :]
