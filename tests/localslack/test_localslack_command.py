"""`python -m localslack`, and driving it from another process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Ear, Fetched, fetch

ROOT = Path(__file__).parents[2]


@pytest.fixture
def running() -> Iterator[dict[str, str]]:
    """What `python -m localslack --json` prints."""
    command = [sys.executable, "-m", "localslack", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()


@pytest.mark.slow
def test_it_prints_how_to_connect(running: dict[str, str]) -> None:
    client = WebClient(running["SLACK_BOT_TOKEN"], base_url=running["SLACK_API_URL"])

    assert client.auth_test()["team"] == "Anytown LMC"
    assert fetch(running["url"]).status == 200


def test_a_port_that_is_taken_is_an_error(slack: LocalSlack) -> None:
    with (
        pytest.raises(OSError, match="address already in use"),
        LocalSlack(port=int(slack.base_url.rpartition(":")[2])),
    ):
        pass


def control(slack: LocalSlack, what: str, **given: Any) -> Fetched:
    return fetch(
        f"{slack.base_url}/_control/{what}", json.dumps(given).encode(), **{"Content-Type": "application/json"}
    )


def test_another_process_can_act_as_a_person(slack: LocalSlack, ear: Ear, client: WebClient, alice: Person) -> None:
    said = control(slack, "person", person="alice", act="says", text="Hello").data
    control(slack, "person", person="alice", act="runs", command="/ask", text="when?", **{"in": "#general"})
    control(slack, "person", person="alice", act="opens_home")
    control(slack, "person", person="alice", act="opens_dm")
    refused = control(slack, "person", person="mo", act="says", text="Hello", **{"in": "#officers"})

    assert slack.messages(alice.dm)[0].ts == said["ts"]
    assert ear.names() == ["message", "app_home_opened", "app_home_opened"]
    assert (refused.status, refused.data["ok"]) == (409, False)
    assert control(slack, "person", person="zoe", act="says").status == 400


def test_another_process_can_use_a_modal(slack: LocalSlack, ear: Ear, client: WebClient, alice: Person) -> None:
    text = {"type": "plain_text", "text": "Go"}
    button = {"type": "button", "action_id": "go", "text": text}
    posted = client.chat_postMessage(
        channel="C0GENERAL", text="x", blocks=[{"type": "actions", "elements": [button]}],
        unfurl_links=False, unfurl_media=False,
    )  # fmt: skip
    where = {"channel": "C0GENERAL", "ts": posted["ts"]}
    clicked = control(slack, "person", person="alice", act="clicks", action_id="go", **where).data
    element = {"type": "plain_text_input", "action_id": "typed"}
    field = {"type": "input", "block_id": "q", "label": text, "element": element}
    view = {"type": "modal", "title": text, "submit": text, "blocks": [field]}
    client.views_open(trigger_id=clicked["trigger_id"], view=view)

    assert control(slack, "person", person="alice", act="submits", values={"q": "Why?"}).data["acked"]
    assert alice.modal is None


def test_another_process_can_let_things_go_wrong(slack: LocalSlack, ear: Ear, client: WebClient) -> None:
    before = slack.clock.now()
    control(slack, "fault", name="auth.test", status=503)
    control(slack, "disturb", name="events_api", copies=2)
    control(slack, "advance", seconds=60)
    control(slack, "drop", how="close")

    assert fetch(f"{slack.api_url}auth.test", b"").status == 503
    assert slack.clock.now() - before >= 60
    slack.wait_for(lambda: len(slack.sockets) == 0)
    state = fetch(f"{slack.base_url}/_control/state").data
    assert state["calls"][-1]["status"] == 503
    assert state["messages"]["C0GENERAL"] == []
