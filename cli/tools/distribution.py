"""`lmc tools distribution`, for officers: how everybody's scores lie, in figures that may be told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from cli.ask import print_json
from cli.settings import Settings
from cli.tools.benchmark import freeze_rows
from cli.tools.given import HEALTHCHECK, find_healthcheck, say_problems, scored, today
from cli.tools.output import plain
from cli.tools.snapshots import read_snapshot
from corpus.errors import SettingsError
from scoring.benchmark import Snapshot, quarter_of
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.officers import Distribution, distribution

UNFROZEN = (
    "These figures are not frozen. Two lists of slightly different practices can be subtracted: "
    "pass on only what lmc tools benchmark has frozen."
)


def run_distribution(options: argparse.Namespace, settings: Settings) -> int:
    instrument = find_healthcheck(HEALTHCHECK, "compared between practices")
    if sum(map(bool, (options.responses, options.benchmark, options.team))) > 1:
        raise SettingsError("Give one of RESPONSES, --benchmark SNAPSHOT and --team T….")
    if options.responses:
        sheet, results = scored(options.responses, instrument)
        made = freeze_rows(instrument, sheet, results, quarter_of(today()), None).snapshot
        _say(options, distribution(made, instrument), UNFROZEN)
        return say_problems(sheet)
    _say(options, distribution(_frozen(options, settings, instrument), instrument), "")
    return 0


def _frozen(options: argparse.Namespace, settings: Settings, instrument: Healthcheck) -> Snapshot | None:
    if options.benchmark:
        return read_snapshot(options.benchmark, instrument)
    from cli.tools.recorded import recorded

    with recorded(options, settings, instrument.id) as kept:
        return kept.snapshot()


def _say(options: argparse.Namespace, found: Distribution | Hidden, note: str) -> None:
    if options.json:
        print_json({"distribution": plain(found), "note": note})
        return
    sys.stdout.writelines(f"{line}\n" for line in _words(found))
    if note and not isinstance(found, Hidden):
        sys.stdout.write(f"{note}\n")


def _words(found: Distribution | Hidden) -> Iterator[str]:
    if isinstance(found, Hidden):
        yield found.reason
        return
    width = max(len(spread.title) for spread in found.spreads)
    yield from (f"{spread.title:<{width}}  {spread.words}" for spread in found.spreads)
    yield found.caveat
