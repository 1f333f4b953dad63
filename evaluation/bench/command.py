"""The arguments that the benches share."""

from __future__ import annotations

import argparse
from pathlib import Path

WORK = Path("var/bench")


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """A parser with `--json`, `--work` and `--set`."""
    made = argparse.ArgumentParser(
        prog=f"scripts/bench {name}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--json", type=Path, metavar="OUT", help="write the figures here as well")
    made.add_argument("--work", type=Path, default=WORK, help=f"folder to work in (default {WORK})")
    made.add_argument("--set", type=Path, metavar="FOLDER", help="documents to take the text from (default: made up)")
    return made


def how(options: argparse.Namespace) -> dict[str, str]:
    """The arguments as they go into the JSON file, without where it was written."""
    given = {name: str(value) for name, value in vars(options).items() if name not in {"json", "work"}}
    return dict(sorted(given.items()))
