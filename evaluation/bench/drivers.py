"""How long the drivers analysis takes: 138 made-up practices, 2,000 bootstraps of 1,024 models each; and a snapshot."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence

from evaluation.bench import command
from evaluation.bench.figures import Checked, median, report
from scoring.benchmark import Counted, freeze
from scoring.cohort import COUNT, SEED, cohort
from scoring.drivers import BOOTSTRAPS, Drivers, drivers
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, instruments
from scoring.result import HealthcheckResult
from scoring.score import score

TODAY = dt.date(2026, 11, 1)
AT_MOST_S = 60.0


def results(instrument: Healthcheck, count: int) -> list[HealthcheckResult]:
    found = [score(instrument, responses, TODAY) for responses in cohort(instrument, count)]
    return [one for one in found if isinstance(one, HealthcheckResult)]


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def figures(instrument: Healthcheck, count: int, bootstraps: int, times: int) -> tuple[list[Checked], list[str]]:
    made = results(instrument, count)
    found = drivers(made, instrument, bootstraps=2)  # loads what the first analysis loads
    if isinstance(found, Hidden):
        return [], [found.reason]
    taken = [seconds(lambda: drivers(made, instrument, bootstraps=bootstraps)) for _ in range(times)]
    counted = [Counted(f"p{i}", f"p{i}", one) for i, one in enumerate(made)]
    freezing = [seconds(lambda: freeze(counted, instrument, "2026-Q4")) for _ in range(times)]
    return [
        Checked(f"{bootstraps:,} bootstraps, {count} practices", median(taken), at_most=AT_MOST_S, unit="s"),
        Checked("freezing a quarter", median(freezing), unit="s"),
        Checked("R-squared of the whole regression", found.r2),
    ], _told(found)


def _told(found: Drivers) -> list[str]:
    return [f"{driver.effect.title}: {driver.dominance:.3f}" for driver in found.drivers[:3]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("drivers", __doc__)
    parser.add_argument("--practices", type=int, default=COUNT, help=f"made-up practices (default {COUNT})")
    parser.add_argument("--bootstraps", type=int, default=BOOTSTRAPS, help=f"default {BOOTSTRAPS:,}")
    parser.add_argument("--times", type=int, default=3, help="runs, of which the median is told (default 3)")
    options = parser.parse_args(arguments)
    instrument = instruments()["practice_healthcheck"]
    if not isinstance(instrument, Healthcheck):
        raise TypeError("practice_healthcheck is no healthcheck")
    found, notes = figures(instrument, options.practices, options.bootstraps, options.times)
    report("drivers", found, options.json, how={**command.how(options), "seed": SEED}, notes=notes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
