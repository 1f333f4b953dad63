"""`lmc tools cohort`: responses of made-up practices, to try things with."""

from __future__ import annotations

import argparse
import sys

from cli.ask import print_json
from cli.responses import csv_text, field_ids
from cli.settings import Settings
from cli.tools.given import HEALTHCHECK, find_healthcheck
from cli.tools.output import write
from scoring.cohort import cohort


def run_cohort(options: argparse.Namespace, _: Settings) -> int:
    instrument = find_healthcheck(HEALTHCHECK, "made up")
    made = cohort(instrument, options.count, options.seed)
    rows = [{"id": f"SIM{number:03d}", **responses} for number, responses in enumerate(made, 1)]
    write(options.out, csv_text(["id", *field_ids(instrument)], rows).encode())
    if options.json:
        print_json({"practices": len(rows), "out": str(options.out)})
    else:
        sys.stdout.write(f"{len(rows)} made-up practices written to {options.out}; nobody's real answers.\n")
    return 0
