"""`lmc tools list` and `lmc tools validate`: which instruments there are, and whether a file is one."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from cli.ask import print_json
from cli.settings import Settings
from corpus.errors import InstrumentError
from scoring.instrument import Instrument, instruments, load_instrument


def run_list(options: argparse.Namespace, _: Settings) -> int:
    rows = [_about(instrument) for instrument in instruments().values()]
    if options.json:
        print_json({"instruments": rows})
        return 0
    table = Table(Column("Instrument", no_wrap=True), "Title", "Kind", "Version", "Items", "Minutes")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("id", "title", "kind", "version", "items", "minutes")))
    Console().print(table)
    return 0


def run_validate(options: argparse.Namespace, _: Settings) -> int:
    code, found = 0, []
    for file in options.files:
        try:
            about = _about(load_instrument(file))
            found.append({"file": str(file), "ok": True, **about})
            said = f"{file}: ok ({about['id']}, version {about['version']}, {about['items']} items).\n"
        except InstrumentError as error:
            code = error.exit_code
            found.append({"file": str(file), "ok": False, "problem": str(error)})
            said = ""
            if not options.json:
                sys.stderr.write(f"lmc: {error}\n")
        if not options.json:
            sys.stdout.write(said)
    if options.json:
        print_json({"files": found})
    return code


def _about(instrument: Instrument) -> dict[str, Any]:
    return {
        "id": instrument.id, "title": instrument.title, "kind": str(instrument.kind), "version": instrument.version,
        "areas": len(instrument.areas), "items": len(instrument.items), "minutes": instrument.minutes,
    }  # fmt: skip
