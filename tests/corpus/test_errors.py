"""The tree in the docstring is the tree."""

from __future__ import annotations

import inspect
import re

from corpus import errors
from corpus.errors import DocumentError, LmcError, OperatorError

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception)]


def drawn() -> dict[str, str]:
    """Child to parent, as the docstring draws them."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│├└─ ]*)([A-Z]\w+)", line)
        if found:
            depth = len(found[1]) // 4
            path = [*path[:depth], found[2]]
            if depth:
                parents[found[2]] = path[depth - 1]
    return parents


def test_the_docstring_draws_the_classes_that_there_are() -> None:
    real = {c.__name__: c.__mro__[1].__name__ for c in CLASSES if c is not LmcError}

    assert drawn() == real


def test_the_docstring_gives_the_exit_codes_that_there_are() -> None:
    said = dict(re.findall(r"([A-Z]\w+) .*?(\d)$", errors.__doc__ or "", re.MULTILINE))

    assert said == {
        c.__name__: str(c.exit_code) for c in CLASSES if issubclass(c, OperatorError) and c is not OperatorError
    }


def test_each_way_a_document_fails_has_a_short_name_of_its_own() -> None:
    codes = [c.code for c in CLASSES if issubclass(c, DocumentError)]

    assert len(set(codes)) == len(codes)
