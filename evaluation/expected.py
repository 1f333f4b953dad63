"""Expected figures with their tolerance: a figure that falls is an error, not a footnote."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import QuestionError
from corpus.manifest import sentence_of

# For these a smaller figure is the better one.
LOWER_IS_BETTER = frozenset({"declines_wrong", "p50_ms", "p95_ms"})


class Expectation(BaseModel):
    """One set: the command that gives the figures, the figures, and by how much they may differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str
    measured: str
    tolerance: float
    figures: dict[str, float]


def load_expected(file: Path) -> dict[str, Expectation]:
    """Read expectations by set. Raises: QuestionError naming the file and the set."""
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise QuestionError(f"{file} cannot be read: {error}.") from error
    found = {}
    for name, raw in data.items():
        try:
            found[name] = Expectation.model_validate(raw)
        except ValidationError as error:
            raise QuestionError(f"{file}: {name}: {sentence_of(error)}.") from error
    return found


def compare(file: Path, name: str, figures: dict[str, float]) -> list[str]:
    """A sentence for each figure of the set `name` that is worse than expected by more than the tolerance."""
    expectation = load_expected(file).get(name)
    if expectation is None:
        raise QuestionError(f"{file} expects nothing of a set {name}.")
    return [
        f"{name}: {figure} is {figures[figure]:.3f}; {wanted:.3f} was expected ({expectation.command})."
        for figure, wanted in expectation.figures.items()
        if _worse(figure, figures[figure], wanted) > expectation.tolerance
    ]


def _worse(figure: str, found: float, wanted: float) -> float:
    return found - wanted if figure in LOWER_IS_BETTER else wanted - found
