"""`lmc serve` and `lmc localslack`: the bot, connected to Slack or to a Slack on this machine."""

from __future__ import annotations

import argparse
import html
import re
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assess.guidance import Guide
from assess.reporting import Reporting
from bot.assessing import errand_hearer, open_assessing
from bot.connect import posting_client, reading_client, who_am_i
from bot.engine import Engine
from bot.log import log_as_json
from bot.metrics import Metrics
from bot.model import BotSettings
from bot.parts import Parts
from bot.people import People
from bot.post import Poster
from bot.serve import Service, make_service, make_workers
from cli.settings import Settings
from cli.wire import open_desk, open_model, open_reading_model, open_shelf, open_store, open_vocabulary, records_url
from corpus.errors import SettingsError
from corpus.model import Audience
from corpus.tools import load_tools
from records.open import Records
from web.links import Links, open_secret
from web.passes import Passes

if TYPE_CHECKING:
    from localslack.server import LocalSlack

ASKED = (
    "When should we first talk to the commissioner about a merger?",
    "What is the Practice Healthcheck?",
    "Is there national money for practice resilience in 2026?",
)
TRY = (
    f"In #practice-managers, mention the assistant: @guidance {ASKED[0]}",
    f"In the direct message with the assistant, ask: {ASKED[1]}",
    f"Type /ask {ASKED[2]} Only you see the answer, until you share it with the channel.",
)


def add_commands(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="run the Slack bot",
        description="Connects to Slack with SLACK_BOT_TOKEN and SLACK_APP_TOKEN (or, with LMC_SLACK_MODE=http, waits"
        " for Slack's signed requests) and answers until it is stopped. Health is at /health, metrics at /metrics.",
    )
    serve.set_defaults(run=run_serve)
    local = commands.add_parser(
        "localslack",
        help="try the bot in a Slack on this machine",
        description="Starts a small Slack on this machine and the bot in it, and prints the address to open in a"
        " browser. Nothing leaves the machine, and no account is needed.",
    )
    local.add_argument("--port", type=int, default=8_065, help="where the page is served (default 8065; 0 finds one)")
    local.add_argument("--stay", action="store_true", help="keep running without a terminal, too")
    local.add_argument("--alone", action="store_true", help="only the Slack; print how a bot connects to it")
    local.set_defaults(run=run_localslack)


def run_serve(_: argparse.Namespace, settings: Settings) -> int:
    """Serve until a signal; everything unfinished waits in the inbox."""
    log_as_json(settings.log_level if "log_level" in settings.model_fields_set else "INFO")
    service = open_service(settings)
    service.start()
    sys.stderr.write(f"lmc: serving; health at http://{settings.http_host}:{service.port}/health\n")
    _wait_for_a_signal()
    service.stop()
    return 0


def run_localslack(options: argparse.Namespace, settings: Settings) -> int:
    """Serve a local Slack until a signal. Without a terminal to stop it from, show three questions and end."""
    from localslack.server import LocalSlack

    # A person may ask anything here: the lint is for tests, and Slack's limits would only be in the way.
    with LocalSlack(port=options.port, hints=() if options.alone else TRY, lenient=True) as slack:
        if options.alone:
            _say(f"The Slack on this machine: {slack.url}", *_connection(slack))
            _wait_for_a_signal()
            return 0
        service = open_service(_as_sample(settings, slack))
        service.start()
        try:
            _show_round(slack, stays=options.stay or sys.stdin.isatty())
        finally:
            service.stop()
    return 0


def _show_round(slack: LocalSlack, *, stays: bool) -> None:
    if stays:
        _say(f"Open this address in a browser: {slack.url}", "Ctrl-C stops it. Three things to try there:")
        _say(*(f"  {number}. {hint}" for number, hint in enumerate(TRY, 1)))
        _wait_for_a_signal()
        return
    _say("There is no terminal, so here is what three people ask and see; --stay keeps it running for a browser.")
    manager, officer = slack.person("mo"), slack.person("alice")
    asked = manager.mentions(ASKED[0], in_="#practice-managers")
    _say(f"\nMo, in #practice-managers: {ASKED[0]}", _readable(slack.one_reply(asked, 30).text))
    asked = manager.says(ASKED[1], in_=manager.dm)
    _say(f"\nMo, in a direct message: {ASKED[1]}", _readable(slack.one_reply(asked, 30).text))
    officer.runs("/ask", ASKED[2], in_="#general")
    slack.wait_for(lambda: any(ASKED[2] in seen.text for seen in slack.ephemerals(officer)), 30)
    _say(f"\nAlice, with /ask: {ASKED[2]}", _readable(slack.ephemerals(officer)[-1].text))


def _connection(slack: LocalSlack) -> list[str]:
    """What a bot needs to connect to it, as lines of a `.env` file."""
    return [
        f"SLACK_API_URL={slack.api_url}",
        f"SLACK_BOT_TOKEN={slack.bot_token}",
        f"SLACK_APP_TOKEN={slack.app_token}",
        f"SLACK_SIGNING_SECRET={slack.signing_secret}",
    ]


def _readable(text: str) -> str:
    """A message's text for a terminal: links by their label alone."""
    return html.unescape(re.sub(r"<[^<>|]+\|([^<>]*)>", r"\1", text))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _as_sample(settings: Settings, slack: LocalSlack) -> Settings:
    """The settings with the local Slack's tokens, and its people's roles where none are set."""
    port = _free_port()  # before the server listens: links to its pages must name it
    local = {
        "slack_api_url": slack.api_url,
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_app_token": SecretStr(slack.app_token),
        "slack_mode": "socket",
        "http_host": "127.0.0.1",
        "http_port": port,
        "public_url": f"http://127.0.0.1:{port}",
    }
    roles = {
        "officer_groups": "S0OFFICERS", "practice_groups": "S0PRACTICE", "confidential_groups": "S0CONFID",
        "admin_groups": "S0ADMINS", "officers_channel": slack.channel_id("#officers"),
    }  # fmt: skip
    given = settings.model_dump(exclude_unset=True)
    return Settings.model_validate({**roles, **given, **local})


def _free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def open_service(settings: Settings) -> Service:
    """The whole bot, ready to start. Raises: OperatorError for tokens, an index or records that do not serve."""
    over_http = settings.slack_mode == "http"
    bot_token = _needed(settings.slack_bot_token, "SLACK_BOT_TOKEN")
    app_token = "" if over_http else _needed(settings.slack_app_token, "SLACK_APP_TOKEN")
    secret = _needed(settings.slack_signing_secret, "SLACK_SIGNING_SECRET") if over_http else ""
    metrics = Metrics()
    workers = make_workers(metrics, settings.workers)
    parts = open_parts(settings, bot_token, metrics, workers.wake)
    return make_service(
        parts, workers, app_token=app_token or None, signing_secret=secret or None, over_http=over_http,
        host=settings.http_host, port=settings.http_port,
    )  # fmt: skip


def open_parts(settings: Settings, bot_token: str, metrics: Metrics, wake: Any) -> Parts:
    client = reading_client(bot_token, settings.slack_api_url)
    team, bot_user = who_am_i(client)
    of_bot = bot_settings(settings)
    records = Records.open(records_url(settings))
    vocabulary, embedder = open_vocabulary(settings), open_model(settings, threads=1)
    desk = open_desk(settings, embedder)
    desk.ensure()
    engine = Engine(open_store(settings), embedder, vocabulary, reader=open_reading_model(settings, threads=1))
    engine.answerer()  # an index that cannot be answered from is told now, not at the first question
    people = People(client, of_bot, team=team, bot_user=bot_user)
    assessing = open_assessing(records, people, team, heard=errand_hearer(metrics, wake))
    tools = load_tools(settings.tools)
    secret = open_secret(settings.data_dir) if settings.public_url else b""
    return Parts(
        settings=of_bot,
        client=client,
        records=records,
        people=people,
        engine=engine,
        poster=Poster(posting_client(bot_token, settings.slack_api_url)),
        desk=desk,
        assessing=assessing,
        reporting=Reporting(assessing, Guide(engine, open_shelf(settings)), tools),
        tools=tools,
        metrics=metrics,
        wake=wake,
        bot_user=bot_user,
        team=team,
        links=Links(secret, settings.public_url) if settings.public_url else None,
        passes=Passes(secret, settings.public_url) if settings.public_url else None,
    )


def _needed(secret: SecretStr | None, name: str) -> str:
    if secret is None or not secret.get_secret_value():
        raise SettingsError(
            f"{name} is not set; docs/install-slack.md says where to find it. To try the bot without Slack, run"
            " lmc localslack."
        )
    return secret.get_secret_value()


def bot_settings(settings: Settings) -> BotSettings:
    """The part of the settings that the bot must know."""
    roles = (Audience.PRACTICE, Audience.OFFICER, Audience.CONFIDENTIAL)
    return BotSettings(
        groups={role: _names(getattr(settings, f"{role.value}_groups")) for role in roles},
        users={role: _names(getattr(settings, f"{role.value}_users")) for role in roles},
        admin_groups=_names(settings.admin_groups),
        admin_users=_names(settings.admin_users),
        member_role=settings.member_role,
        shared_channels=_names(settings.shared_channels),
        officers_channel=settings.officers_channel,
        escalation_hours=settings.escalation_hours,
        second_approval=settings.second_approval,
        libraries=(settings.library,) if settings.library else (),
        retention_days=settings.retention_days,
        audit_days=settings.audit_days,
        workers=settings.workers,
        public_url=settings.public_url,
        upload_mb=settings.upload_mb,
    )


def _names(listed: str) -> frozenset[str]:
    """Ids that a setting lists, with commas or spaces between them."""
    return frozenset(listed.replace(",", " ").split())


def _wait_for_a_signal() -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    while not stop.wait(1.0):
        pass
