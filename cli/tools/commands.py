"""`lmc tools`: the scoring tools without Slack and without a browser. Each command's module is loaded when it runs."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cli.settings import Settings

QUARTER = re.compile(r"(20\d\d)-?Q([1-4])", re.IGNORECASE)


def add_commands(commands: Any) -> None:
    tools = commands.add_parser(
        "tools",
        help="score, compare and report responses to the scoring tools",
        description="INSTRUMENT is an id of `lmc tools list` or a YAML file. RESPONSES is a CSV file in UTF-8 with a"
        " row for each practice or partner: a column id, and a column for each field, such as PL1. A file of partner"
        " skills may have the columns practice and consent (yes or no) too.",
    )
    actions = tools.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list the instruments")
    listed.set_defaults(run=_later("instruments", "run_list"))
    validate = actions.add_parser("validate", help="check instrument files")
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an instrument, as YAML")
    validate.set_defaults(run=_later("instruments", "run_validate"))
    score = _over_responses(actions, "score", "score responses: areas, overall, band, red flags")
    score.add_argument("--out", type=Path, metavar="FILE", help="write a CSV file instead of printing")
    score.set_defaults(run=_later("scores", "run_score"))
    _add_benchmark(actions)
    _add_report(actions)
    cohort = actions.add_parser("cohort", help="write responses of made-up practices, to try things with")
    cohort.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file")
    cohort.add_argument("--count", type=_whole(1, 10_000), default=138, metavar="N", help="how many (default 138)")
    cohort.add_argument(
        "--seed", type=_whole(0, 2**32 - 1), default=138, metavar="N", help="other practices by another"
    )
    cohort.set_defaults(run=_later("cohort", "run_cohort"))
    _add_officers(actions)


def _over_responses(actions: Any, name: str, what: str, *, optional: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=what)
    parser.add_argument("instrument", metavar="INSTRUMENT", help="an id of `lmc tools list`, or a YAML file")
    parser.add_argument("responses", type=Path, metavar="RESPONSES", help="a CSV file", nargs="?" if optional else None)
    return parser


def _add_benchmark(actions: Any) -> None:
    benchmark = _over_responses(
        actions, "benchmark", "freeze the comparison of a quarter, from a file or from the records", optional=True
    )
    benchmark.add_argument("--quarter", type=_quarter, metavar="QUARTER", help="of a file, such as 2026Q4")
    benchmark.add_argument("--before", type=Path, metavar="SNAPSHOT", help="the benchmark of the quarter before")
    benchmark.add_argument(
        "--out", type=Path, metavar="SNAPSHOT", help="the JSON file; keep what is written beside it private"
    )
    benchmark.add_argument("--team", help="without a file: the workspace's ID (T…)")
    benchmark.set_defaults(run=_later("benchmark", "run_benchmark"))


def _add_report(actions: Any) -> None:
    report = _over_responses(actions, "report", "the report of one row, without passages of the library")
    whose = report.add_mutually_exclusive_group(required=True)
    whose.add_argument("--row", metavar="ID", help="whose report")
    whose.add_argument("--team", action="store_true", help="partner skills: the partners of the file together")
    report.add_argument("--benchmark", type=Path, metavar="SNAPSHOT", help="compare with it")
    report.add_argument("--format", choices=["text", "html", "pdf", "csv"], default="text", help="text, unless said")
    report.add_argument("--out", type=Path, metavar="FILE", help="where to; text is printed without it")
    report.set_defaults(run=_later("report", "run_report"))


def _add_officers(actions: Any) -> None:
    distribution = actions.add_parser("distribution", help="for officers: how scores lie, in rounded figures")
    distribution.add_argument(
        "--benchmark", type=Path, metavar="SNAPSHOT", help="of a quarter that `lmc tools benchmark` has frozen"
    )
    distribution.set_defaults(run=_later("distribution", "run_distribution"))
    drivers = actions.add_parser("drivers", help="for officers: what the outlook is linked with, reliability, coverage")
    drivers.add_argument(
        "--practices", type=_whole(1, 100_000), metavar="N", help="how many there are, for the coverage"
    )
    drivers.add_argument(
        "--bootstraps", type=_whole(100, 100_000), default=2_000, metavar="N", help="samples drawn (default 2,000)"
    )
    drivers.set_defaults(run=_later("drivers", "run_drivers"))
    for parser in (distribution, drivers):
        parser.add_argument(
            "responses", type=Path, metavar="RESPONSES", nargs="?",
            help="a CSV file of Practice Healthchecks; without it, the records up to the end of the last quarter",
        )  # fmt: skip
        parser.add_argument("--team", help="without a file: the workspace's ID (T…)")


def _whole(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not re.fullmatch(r"\d{1,10}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"write a whole number from {least:,} to {most:,}")
        return int(text)

    return number


def _quarter(text: str) -> str:
    """As 2026-Q4, also from 2026Q4."""
    found = QUARTER.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError("write a year and a quarter, such as 2026Q4")
    return f"{found[1]}-Q{found[2]}"


def _later(module: str, name: str) -> Callable[[argparse.Namespace, Settings], int]:
    """Run a command of this package, whose module and what that is made with are loaded no earlier."""

    def run(options: argparse.Namespace, settings: Settings) -> int:
        return int(getattr(import_module(f"cli.tools.{module}"), name)(options, settings))

    return run
