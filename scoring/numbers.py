"""The few numbers that every kind of score is made of."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from corpus.errors import ResponsesError
from scoring.fields import Responses
from scoring.result import AreaScore

TOP = 4  # every scored answer is 0 to 4


def level(responses: Responses, field: str, *, unscored: Collection[str] = ()) -> int | None:
    """The answer to a field as a number from 0 to 4; None where it is open or one of `unscored`.

    Raises: ResponsesError for anything else; the text does not repeat it.
    """
    return number(responses, field, range(TOP + 1), unscored)


def number(responses: Responses, field: str, allowed: range, unscored: Collection[str] = ()) -> int | None:
    """The answer to a field as a number in `allowed`. Raises: ResponsesError for anything else."""
    said = responses.get(field, "")
    if not said or said in unscored:
        return None
    if said not in {str(value) for value in allowed}:
        raise ResponsesError(f"The answer to {field} is none that can be given; write {allowed[0]} to {allowed[-1]}.")
    return int(said)


def rounded(value: float | None) -> int | None:
    """Half up, as people expect it: 62.5 is shown as 63.

    >>> rounded(62.5), rounded(61.5), rounded(None)
    (63, 62, None)
    """
    # A mean of eighths and twelfths may come out a hair under the half that it is.
    return None if value is None else math.floor(round(value, 9) + 0.5)


def percent_of(share: int, total: int) -> int:
    """The least whole number that is `share` per cent of `total` or more, in whole numbers, free of rounding.

    >>> percent_of(60, 4), percent_of(60, 3), percent_of(80, 5)
    (3, 2, 4)
    """
    return -(-total * share // 100)


def mean_of_areas(areas: Sequence[AreaScore], needed: int) -> float | None:
    """The plain mean of the areas that have a score; None with fewer than `needed` of them."""
    values = [area.value for area in areas if area.value is not None]
    return math.fsum(values) / len(values) if len(values) >= needed else None
