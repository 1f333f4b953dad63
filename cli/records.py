"""`lmc privacy` and `lmc audit`: what is held about a person, what has expired, and who did what."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cli.ask import print_json
from cli.settings import Settings
from cli.wire import records_url
from corpus.errors import SettingsError
from records.audit import AuditEntry
from records.columns import Json
from records.open import Records


def add_commands(commands: Any) -> None:
    privacy = commands.add_parser(
        "privacy",
        help="export or delete what is held about a person",
        description="A person is named by the member ID of Slack: their profile, “Copy member ID” (U…).",
    )
    actions = privacy.add_subparsers(dest="action", required=True)
    export = actions.add_parser("export", help="everything that is held about a person, as JSON")
    delete = actions.add_parser("delete", help="forget a person")
    for action in (export, delete):
        action.add_argument("user", metavar="USER", help="the person's member ID in Slack")
        action.add_argument("--team", help="the workspace's ID (T…); needed where the records are of several")
    delete.add_argument("--yes", action="store_true", help="do not ask first")
    export.set_defaults(run=run_export)
    delete.set_defaults(run=run_delete)
    expire = actions.add_parser("expire", help="delete what has been kept for long enough (the service does it hourly)")
    expire.set_defaults(run=run_expire)
    audit = commands.add_parser("audit", help="list who did what to the library, to questions and to data")
    audit.add_argument("--limit", type=int, default=50, help="how many entries, the newest (default 50)")
    audit.add_argument("--action", help="only entries of this kind, such as person.forgotten")
    audit.set_defaults(run=run_audit)


def run_export(options: argparse.Namespace, settings: Settings) -> int:
    with Records.open(records_url(settings)) as records:
        held = records.privacy.export(team_of(options, settings), options.user)
        records.audit.note("administrator", "person.exported", options.user)
    sys.stdout.write(json.dumps(held, ensure_ascii=False, indent=None if options.json else 2) + "\n")
    return 0


def run_delete(options: argparse.Namespace, settings: Settings) -> int:
    team = team_of(options, settings)
    if not options.yes and not _confirmed(options.user):
        sys.stdout.write("Nothing was deleted.\n")
        return 0
    with Records.open(records_url(settings)) as records:
        gone = records.privacy.delete(team, options.user)
    _print_rows("Deleted, or left without the person for the counts", gone, as_json=options.json)
    return 0


def _confirmed(user: str) -> bool:
    sys.stderr.write(f"Everything that is held about {user} is deleted; this cannot be undone. Type yes to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def run_expire(options: argparse.Namespace, settings: Settings) -> int:
    with Records.open(records_url(settings)) as records:
        now = records.database.now()
        gone = records.privacy.expire(
            questions_before=now - dt.timedelta(days=settings.retention_days),
            audit_before=now - dt.timedelta(days=settings.audit_days),
        )
    _print_rows("Expired", gone, as_json=options.json)
    return 0


def run_audit(options: argparse.Namespace, settings: Settings) -> int:
    with Records.open(records_url(settings)) as records:
        entries = records.audit.recent(options.limit, options.action)
    if options.json:
        print_json({"entries": [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries]})
    else:
        _print_audit(entries)
    return 0


def team_of(options: argparse.Namespace, settings: Settings) -> str:
    """The workspace: the one that was named, else the one that the bot's token belongs to. Raises: SettingsError."""
    if options.team:
        return str(options.team)
    if settings.slack_bot_token is None:
        raise SettingsError("Name the workspace with --team T…, or set SLACK_BOT_TOKEN.")
    from bot.connect import reading_client, who_am_i

    return who_am_i(reading_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))[0]


def _print_rows(title: str, rows: Mapping[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json({"rows": dict(rows)})
        return
    found = ", ".join(f"{table} {number}" for table, number in rows.items() if number)
    sys.stdout.write(f"{title}: {found or 'nothing'}.\n")


def _print_audit(entries: list[AuditEntry]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("When", "Who", "What", "Which", "Details", title="Audit trail")
    for entry in entries:
        moment = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(moment, escape(entry.actor), entry.action, escape(entry.thing), escape(_words(entry.details)))
    Console().print(table)


def _words(details: Mapping[str, Json]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in details.items())
