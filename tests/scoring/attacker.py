"""Somebody who knows every released figure, who stands behind each, and their own score, and wants one practice's.

Everything that the figures say is put into one programme: how many practices of each kind (those that are in the same
groups) have each whole score. The least and the greatest score that the victim can have in it is what was learned.
The attacker of these tests knows more than a real one could: the exact numbers and members of all groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from scoring.benchmark import OVERALL, Figures, Release
from scoring.disclosure import RULES, Group, Rules

POINTS = np.arange(101)
EXPOSED = 10
"""A score known to within so many points from end to end (five either way) counts as learned."""

Answers = tuple[str, str]


@dataclass
class Attacker:
    """`known` are scores known from elsewhere: one's own, or what a practice has told."""

    rules: Rules = RULES
    known: Mapping[Answers, float] = field(default_factory=dict)

    def learns(self, releases: Sequence[Release], victim: Answers) -> tuple[float, float]:
        """The least and the greatest overall score that `victim` may have."""
        figures = [one for release in releases for one in _with_groups(release)]
        everybody = sorted({victim}.union(*(group for _, group in figures)))
        kinds = self._kinds(everybody, victim, [group for _, group in figures])
        names = list(kinds)
        rows: list[np.ndarray] = []
        lows: list[float] = []
        highs: list[float] = []
        for at, kind in enumerate(names):
            rows.append(_row(len(names), {at: np.ones(101)}))
            lows.append(len(kinds[kind]))
            highs.append(len(kinds[kind]))
        for figure, group in figures:
            inside = [at for at, kind in enumerate(names) if kinds[kind][0] in group]
            for weights, low, high in self._says(figure, len(group)):
                rows.append(_row(len(names), dict.fromkeys(inside, weights)))
                lows.append(low)
                highs.append(high)
        caps = self._caps(names, kinds)
        aim = _row(len(names), {names.index(("victim",)): POINTS.astype(float)})
        whole = (aim > 0).astype(int)  # the others in fractions: far faster, and hardly weaker
        limits = LinearConstraint(np.array(rows), lows, highs)
        found = [milp(s * aim, constraints=limits, integrality=whole, bounds=caps) for s in (1, -1)]
        assert all(one.success for one in found), "the attacker's programme has no solution: it is wrong"
        return round(found[0].fun, 6), round(-found[1].fun, 6)

    def exposes(self, releases: Sequence[Release], victim: Answers) -> bool:
        low, high = self.learns(releases, victim)
        return high - low <= EXPOSED

    def _kinds(
        self, everybody: Sequence[Answers], victim: Answers, groups: Sequence[Group]
    ) -> dict[tuple[str, ...], list[Answers]]:
        """Who cannot be told apart: in the same groups. The victim and whoever is known stand alone."""
        kinds: dict[tuple[str, ...], list[Answers]] = {}
        for one in everybody:
            if one == victim:
                kind: tuple[str, ...] = ("victim",)
            elif one in self.known:
                kind = ("known", *one)
            else:
                kind = tuple(str(one in group) for group in groups)
            kinds.setdefault(kind, []).append(one)
        return kinds

    def _caps(self, names: Sequence[tuple[str, ...]], kinds: Mapping[tuple[str, ...], Sequence[Answers]]) -> Bounds:
        most = np.concatenate([np.full(101, float(len(kinds[kind]))) for kind in names])
        for at, kind in enumerate(names):
            if kind[0] == "known":
                most[at * 101 : (at + 1) * 101] = self.known[kind[1], kind[2]] == POINTS
        return Bounds(np.zeros(len(most)), most)

    def _says(self, figure: Figures, n: int) -> list[tuple[np.ndarray, float, float]]:
        """What one figure says, as bounds on weighted counts of the practices at each score."""
        low, high = self._rounded(figure.mean, self.rules.mean_ends)
        said = [(POINTS.astype(float), low * n, high * n)]
        cuts = [(figure.quartiles or (), 4), (figure.grid, len(figure.grid) + 1)]
        for values, parts in cuts:
            for j, value in enumerate(values, start=1):
                said += self._cut(value, (n - 1) * j / parts, n)
        return said

    def _cut(self, value: float, place: float, n: int) -> list[tuple[np.ndarray, float, float]]:
        """A quantile lies between the practices before and after its place."""
        low, high = self._rounded(value, self.rules.quantile_ends)
        before = int(place + 1e-9)
        is_whole = abs(place - round(place)) < 1e-9
        at_most_below = before if is_whole else before + 1
        return [
            ((high + 1e-9 >= POINTS).astype(float), before + 1, n),
            ((low - 1e-9 > POINTS).astype(float), 0, at_most_below),
        ]

    def _rounded(self, value: float, ends: tuple[int, int]) -> tuple[float, float]:
        half = self.rules.mean_step / 2 or 1e-6
        low = 0.0 if value <= ends[0] else value - half
        return max(low, 0.0), 100.0 if value >= ends[1] else min(value + half, 100.0)


def _row(kinds: int, parts: Mapping[int, np.ndarray]) -> np.ndarray:
    row = np.zeros(kinds * 101)
    for at, weights in parts.items():
        row[at * 101 : (at + 1) * 101] = weights
    return row


def _with_groups(release: Release) -> list[tuple[Figures, Group]]:
    """The overall figures that are new in a release, and who stands behind each."""
    latest = {(b.breakdown, b.value): b for b in release.basis.groups if b.measure == OVERALL}
    return [
        (figure, release.basis.group(latest[figure.breakdown, figure.value]))
        for figure in release.snapshot.figures
        if figure.measure == OVERALL and figure.quarter == release.snapshot.quarter
    ]
