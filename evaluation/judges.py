"""Does a text that was found hold the answer? One judge for each way in which question sets tell it.

A judge sees the question, the id of the document and a text of it: a passage, a quote or a whole page; `around` is what
is shown above it (title and headings), which may hold a fact but is no text of the document at that place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from evaluation.questions import Question


class Judge(Protocol):
    """Whether texts answer. `judges_quotes` says whether a part of a passage can be judged as well."""

    @property
    def judges_quotes(self) -> bool: ...

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool: ...


@dataclass(frozen=True, slots=True)
class ByFacts:
    """Any of the question's facts stands in the text, whichever document it is of (`evaluation.facts`)."""

    judges_quotes: bool = True

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        return any(question.holds(f"{around}\n{text}", fact) for fact in question.facts)


@dataclass(frozen=True, slots=True)
class ByDocument:
    """The document is one that was judged to answer: for sets whose documents are passages themselves.

    With `answers`, one of the question's answers must stand in the text, but for case and white space.
    """

    grades: Mapping[str, Mapping[str, float]]
    answers: bool = False

    @property
    def judges_quotes(self) -> bool:
        return self.answers

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        if self.grades.get(question.id, {}).get(document, 0.0) <= 0:
            return False
        return not self.answers or any(squeezed(fact).lower() in squeezed(text).lower() for fact in question.facts)


@dataclass(frozen=True, slots=True)
class ByParagraph:
    """A paragraph that was marked as evidence stands whole in the text, and the text is of the question's page."""

    judges_quotes: bool = True

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        if document not in question.documents:
            return False
        inside = squeezed(text)
        return any(squeezed(fact) in inside for fact in question.facts)


@dataclass(frozen=True)
class BySpan:
    """The answer's place in its document lies inside the text: every character of it, white space left out.

    `texts` are the documents as the set gives them, by id: places of answers are counted in them. Reading and splitting
    change white space and ligatures only, so texts are found again without them; a text in which lines of the document
    are missing is found line by line. A text that stands in the document several times stands at all those places. The
    same words elsewhere do not count: an answer of "2003" is not found with any passage that has the year.
    """

    texts: Mapping[str, str]
    judges_quotes: bool = True

    @cached_property
    def _squeezed(self) -> dict[str, str]:
        return {name: squeezed(text) for name, text in self.texts.items()}

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        if question.span is None or document not in question.documents:
            return False
        before, answer = self.texts[document][: question.span[0]], self.texts[document][slice(*question.span)]
        start = len(squeezed(before))
        end = start + len(squeezed(answer))
        return any(one <= start and end <= other for one, other in places(self._squeezed[document], text))


def places(document: str, text: str) -> list[tuple[int, int]]:
    """Where a text stands in a squeezed document, as (start, end): everywhere, or else line by line, joined.

    >>> places("abcabcd", "a b c")
    [(0, 3), (3, 6)]
    >>> places("abXcdef", "ab\\ncd\\nef")
    [(0, 2), (3, 7)]
    """
    whole = squeezed(text)
    found = list(_everywhere(document, whole))
    return found or _joined(document, [squeezed(line) for line in text.splitlines()])


def _everywhere(document: str, text: str) -> Iterator[tuple[int, int]]:
    start = document.find(text) if text else -1
    while start >= 0:
        yield start, start + len(text)
        start = document.find(text, start + 1)


def _joined(document: str, lines: Sequence[str]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for line in lines:
        start = document.find(line, runs[-1][1] if runs else 0)
        if not line or start < 0:
            continue
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], start + len(line))
        else:
            runs.append((start, start + len(line)))
    return runs


# What reading writes out in letters.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})


def squeezed(text: str) -> str:
    """The text without white space and without ligatures.

    >>> squeezed("in\\nﬂuenza")
    'influenza'
    """
    return "".join(text.split()).translate(_LIGATURES)
