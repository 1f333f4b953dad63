"""Which stems of papers stand for a question's everyday words, so that "lawyer" finds what says "solicitor"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from answer.content import content
from corpus.errors import ManifestError
from corpus.everyday import EverydayWord
from index.lexical import analyse

# What a word of a paper counts in the search beside the question's own word (1), and how much of the question's word it
# covers in a closer look: from the tuning parts and the questions kept back (docs/evidence.md).
SEARCHED, COVERED = 0.2, 0.6


class EverydayWords:
    """The entries by their stems. Raises: ManifestError for one that has only words that no search looks at."""

    def __init__(self, entries: Sequence[EverydayWord] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = defaultdict(list)
        for entry in entries:
            asked = tuple(analyse(entry.asked))
            written = frozenset(stem for words in entry.written for stem in analyse(words))
            if not content(entry.asked) or not written:
                raise ManifestError(f"Everyday words: {entry.asked} has only words that no search looks at; change it.")
            self._by_first[asked[0]].append((asked, written))

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._by_first.values())

    def alike(self, text: str) -> Mapping[str, frozenset[str]]:
        """For each stem of the text's everyday words the stems that papers have for them."""
        stems = analyse(text)
        found: dict[str, frozenset[str]] = {}
        for place, stem in enumerate(stems):
            for asked, written in self._by_first.get(stem, ()):
                if tuple(stems[place : place + len(asked)]) == asked:
                    for each in asked:
                        found[each] = found.get(each, frozenset()) | written
        return found
