"""Which groups of practices may be told about, so that no subtraction leads back to one practice.

What anybody can learn from means and quantiles of groups is what they know about *differences* of groups: everybody
less one list size is the others; this quarter less the last is who joined. So one rule covers complements, secondary
suppression and quarters alike: **no two groups that can be put together from what was ever released may differ by one
to seven practices.** A practice that answered again differs from itself. "Put together" means any released group and
any union of released cells of one breakdown; longer sums over three breakdowns are left to rounding, which widens a
sum by half a point for each practice in each of its groups: at least ± 12 points with the smallest groups there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Group: TypeAlias = frozenset[tuple[str, str]]
"""Who stands behind a figure: (practice, mark of the answers that count). Opaque ids, never names, never scores."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be told from how many practices on, and how coarsely. Source: domain.md §9.4 and the instrument's draft.

    The last four are ours. Tails and narrow cells would give away the weakest practice, which people often know by
    name, so a quantile has at least `cell_least` practices on either side and between it and the next, and figures
    near the ends are told as "15 or less": near an end, a mean pins everybody (a mean of 100 is 100 for each).
    """

    mean_least: int = 8
    quartiles_least: int = 12
    position_least: int = 20
    number_least: int = 50  # below it, the half-width is over 14 points: words only
    apart_least: int = 8
    n_step: int = 5
    mean_step: int = 1
    cell_least: int = 5
    cells_most: int = 20
    mean_ends: tuple[int, int] = (5, 95)
    quantile_ends: tuple[int, int] = (15, 85)


RULES = Rules()
ALL = "all"
"""The breakdown, and the value, of everybody together."""


@dataclass(frozen=True, slots=True)
class _Mask:
    """A group as bits: one for each set of answers, one for each practice."""

    answers: int
    practices: int

    def __or__(self, other: _Mask) -> _Mask:
        return _Mask(self.answers | other.answers, self.practices | other.practices)


@dataclass(frozen=True, slots=True)
class _Cell:
    breakdown: str
    value: str
    mask: _Mask


class Audit:
    """All groups that were released for one measure; tells of another whether it may be added."""

    def __init__(self, rules: Rules = RULES) -> None:
        self._rules = rules
        self._cells: list[_Cell] = []
        self._bits: dict[tuple[str, str] | str, int] = {}

    def add(self, breakdown: str, value: str, group: Group) -> None:
        """Remember a released group. Cells of one breakdown do not overlap, but for those of different quarters."""
        self._cells.append(_Cell(breakdown, value, self._mask(group)))

    def allows(self, breakdown: str, value: str, group: Group) -> bool:
        """True if nothing that was released before can be subtracted from `group`, or with its help, to a few."""
        new = _Cell(breakdown, value, self._mask(group))
        if any(not self._is_apart(new.mask, old.mask) for old in self._cells):
            return False
        cells = [*self._cells, new]
        own = [cell for cell in cells if cell.breakdown == breakdown]
        others = [[cell for cell in self._cells if cell.breakdown == name] for name in _names(self._cells)]
        old_targets = [cell.mask for cell in self._cells] + _rests(self._cells, self._cells) + _wholes(cells)
        new_targets = [new.mask, *_rests([new], cells), *_rests(self._cells, [new])]
        return all(self._no_union_is_near(target, own) for target in old_targets) and all(
            self._no_union_is_near(target, others_cells) for target in new_targets for others_cells in (own, *others)
        )

    def _no_union_is_near(self, target: _Mask, cells: Iterable[_Cell]) -> bool:
        """Cells do not overlap, so the union nearest to `target` has each cell that lies rather inside than outside."""
        best: dict[str, tuple[int, _Mask]] = {}
        for cell in cells:
            if cell.mask == target:
                continue
            inside = (cell.mask.answers & target.answers).bit_count()
            gain = inside - (cell.mask.practices & ~target.practices).bit_count()
            if gain > best.get(cell.value, (0, target))[0]:
                best[cell.value] = (gain, cell.mask)
        return self._is_apart(_union(mask for _, mask in best.values()), target)

    def _is_apart(self, left: _Mask, right: _Mask) -> bool:
        count = differing(left, right)
        return count == 0 or count >= self._rules.apart_least

    def _mask(self, group: Group) -> _Mask:
        answers = practices = 0
        for practice, mark in group:
            answers |= 1 << self._bits.setdefault((practice, mark), len(self._bits))
            practices |= 1 << self._bits.setdefault(practice, len(self._bits))
        return _Mask(answers, practices)


def _names(cells: Iterable[_Cell]) -> list[str]:
    return sorted({cell.breakdown for cell in cells})


def _wholes(cells: Sequence[_Cell]) -> list[_Mask]:
    """For each breakdown, everybody in its latest cells: what two breakdowns leave out can be subtracted too."""
    latest = {(cell.breakdown, cell.value): cell for cell in cells}
    return [_union(cell.mask for cell in latest.values() if cell.breakdown == name) for name in _names(cells)]


def _rests(cells: Iterable[_Cell], among: Iterable[_Cell]) -> list[_Mask]:
    """Everybody less each of `cells`, for each "everybody" that is in `among`: known as soon as both are."""
    wholes = [cell.mask for cell in among if cell.breakdown == ALL]
    return [
        _Mask(whole.answers & ~cell.mask.answers, whole.practices & ~cell.mask.practices)
        for cell in cells
        for whole in wholes
        if cell.breakdown != ALL
    ]


def _union(masks: Iterable[_Mask]) -> _Mask:
    whole = _Mask(0, 0)
    for mask in masks:
        whole |= mask
    return whole


def differing(left: _Mask, right: _Mask) -> int:
    """In how many practices two groups differ: those in one only, and those in both with other answers."""
    both = (left.practices & right.practices).bit_count()
    same = (left.answers & right.answers).bit_count()
    return (left.practices ^ right.practices).bit_count() + both - same
