"""`lmc gaps`: the questions that the library does not answer, grouped by what they ask."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import asdict
from typing import Any

from bot.gaps import Gap, find_gaps
from cli.ask import print_json
from cli.settings import Settings
from cli.wire import open_answerer, open_store, records_url
from corpus.model import Audience
from records.open import Records


def add_commands(commands: Any) -> None:
    gaps = commands.add_parser(
        "gaps",
        help="list the questions that the library does not answer",
        description="Groups the questions that people asked in Slack and that were not answered, or not surely, by "
        "what they mean, the most asked first, and asks each again: one that a document answers by now is shown as "
        "answered.",
    )
    gaps.add_argument("--days", type=_days, default=90, help="how far to look back (default 90)")
    gaps.set_defaults(run=run_gaps)


def _days(text: str) -> int:
    try:
        days = int(text)
    except ValueError:
        days = 0
    if not 1 <= days <= 36_500:
        raise argparse.ArgumentTypeError("a number of days, from 1 on")
    return days


def run_gaps(options: argparse.Namespace, settings: Settings) -> int:
    with Records.open(records_url(settings)) as records:
        unanswered = records.answers.unanswered(records.database.now() - dt.timedelta(days=options.days))
    gaps: list[Gap] = []
    if unanswered:
        snapshot = open_store(settings).open()
        libraries = (settings.library,) if settings.library else ()
        # Who may run this reads the database in any case, so nothing of it is left out here.
        answerer, reader = open_answerer(settings, snapshot), Audience.CONFIDENTIAL
        gaps = list(find_gaps(unanswered, answerer, snapshot.generation, reader=reader, libraries=libraries))
    if options.json:
        print_json({"gaps": [{**asdict(gap), "newest": gap.newest.isoformat()} for gap in gaps]})
    else:
        _print(gaps, options.days)
    return 0


def _still(gap: Gap) -> str:
    return f"perhaps answered by {gap.may_help}" if gap.may_help else "unanswered"


def _print(gaps: list[Gap], days: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not gaps:
        Console().print(f"No question of the last {days} days went unanswered.")
        return
    table = Table("Asked", "Last", "Role", "For example", "By now", title="Questions that the library does not answer")
    for gap in gaps:
        state = f"answered by {gap.document}" if gap.is_closed else _still(gap)
        table.add_row(
            str(gap.count), gap.newest.date().isoformat(), gap.role.value, escape(gap.example), escape(state)
        )  # fmt: skip
    Console().print(table)
