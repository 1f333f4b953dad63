"""`lmc tools benchmark`: freeze the comparison of a quarter, from a file or from the records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.ask import print_json
from cli.responses import Sheet, mark_of
from cli.settings import Settings
from cli.tools.given import find_healthcheck, refuse_team, say_problems, scored
from cli.tools.output import write
from cli.tools.snapshots import basis_file, read_kept, read_snapshot
from corpus.errors import ResponsesError, SettingsError
from scoring.benchmark import Basis, Counted, Release, freeze
from scoring.instrument import Healthcheck
from scoring.result import HealthcheckResult, Result

_PRIVATE = "keep the file .basis.json beside it private, for the next quarter.\n"


def run_benchmark(options: argparse.Namespace, settings: Settings) -> int:
    instrument = find_healthcheck(options.instrument, "compared between practices")
    if options.responses is None:
        return _release(options, settings, instrument)
    if options.quarter is None or options.out is None:
        raise SettingsError("Say which quarter it is with --quarter 2026Q4, and where to write it with --out FILE.")
    refuse_team(options)
    before = _before(options.before, instrument, options.quarter) if options.before else None
    if options.out.exists():
        raise SettingsError(f"{options.out} is there already, and what is frozen is not changed; name another file.")
    sheet, results = scored(options.responses, instrument)
    if sheet.problems:
        say_problems(sheet)
        raise ResponsesError("Nothing was frozen, because a frozen quarter cannot be mended: correct these rows first.")
    release = freeze_rows(instrument, sheet, results, options.quarter, before)
    write(options.out, release.snapshot.to_json().encode())
    write(basis_file(options.out), release.basis.to_json().encode(), private=True)
    count = len(release.snapshot.figures)
    if options.json:
        print_json({"quarter": options.quarter, "figures": count, "snapshot": str(options.out)})
    elif count:
        sys.stdout.write(f"{count} figures of {options.quarter} written to {options.out}; {_PRIVATE}")
    else:
        sys.stdout.write(f"No figure of {options.quarter} may be told yet: it needs at least eight practices.\n")
    return 0


def freeze_rows(
    instrument: Healthcheck, sheet: Sheet, results: Mapping[str, Result], quarter: str, before: Release | None
) -> Release:
    """The rows of a file as a release, beside all that was released before."""
    counted = [
        Counted(*mark_of(row), result) for row in sheet.rows if isinstance(result := results[row.id], HealthcheckResult)
    ]
    return freeze(counted, instrument, quarter, before)


def _before(file: Path, instrument: Healthcheck, quarter: str) -> Release:
    """The release that was written earlier. Raises: ResponsesError."""
    snapshot = read_snapshot(file, instrument)
    basis = basis_file(file)
    if not basis.is_file():
        raise ResponsesError(f"{basis} is missing: without it the figures of two quarters could be subtracted.")
    if snapshot.quarter >= quarter:
        raise ResponsesError(f"{file} is of {snapshot.quarter}, which is not before {quarter}; name an earlier one.")
    return Release(snapshot, read_kept(basis, Basis))


def _release(options: argparse.Namespace, settings: Settings, instrument: Healthcheck) -> int:
    """Freeze the quarter that has ended from the records, where it stays."""
    if options.quarter or options.before:
        raise SettingsError("--quarter and --before belong to a file of responses; the records know their quarter.")
    from cli.tools.recorded import recorded

    with recorded(options, settings, instrument.id) as kept:
        release = kept.release()
    if release and options.out:
        write(options.out, release.snapshot.to_json().encode())
    quarter, figures = (release.snapshot.quarter, len(release.snapshot.figures)) if release else (None, 0)
    if options.json:
        print_json({"quarter": quarter, "figures": figures})
    elif release:
        sys.stdout.write(f"{quarter} is frozen, with {figures} figures that may be told.\n")
    else:
        sys.stdout.write("The quarter that has ended is frozen already; nothing was changed.\n")
    return 0
