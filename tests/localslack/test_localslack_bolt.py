"""The real Bolt, over the real websocket-client adapter, against the local Slack."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from slack_bolt import Ack, Respond, Say
from slack_sdk import WebClient

from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Bot

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(callback_id: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed"}
    return {
        "type": "modal", "callback_id": callback_id, "title": plain("Ask"), "submit": plain("Send"),
        "blocks": [{"type": "input", "block_id": "question", "label": plain("Question"), "element": element}], **more,
    }  # fmt: skip


def answering(bot: Bot) -> None:
    """An app that answers every mention in its thread, and hears every message."""

    @bot.app.event("app_mention")
    def answer(event: dict[str, Any], say: Say) -> None:
        say(text=f"You asked: {event['ts']}", thread_ts=event["ts"], **QUIET)

    @bot.app.event("message")
    def hear(event: dict[str, Any]) -> None:
        pass


@pytest.mark.slow
def test_a_mention_is_answered_in_its_thread(slack: LocalSlack, bot: Bot, alice: Person) -> None:
    answering(bot)
    bot.connect()
    asked = alice.mentions("when is the meeting?", "#general")

    assert slack.one_reply(asked).text == f"You asked: {asked.ts}"
    slack.wait_for(lambda: len(slack.acks) == 3)
    assert all(ack.acked and ack.latency_s < 1 for ack in slack.acks)


@pytest.mark.slow
def test_a_command_is_acknowledged_and_answered_later(slack: LocalSlack, bot: Bot, alice: Person) -> None:
    @bot.app.command("/ask")
    def ask(ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        ack(text="Looking")
        respond(text=f"Answer to {command['text']}", replace_original=True)

    bot.connect()
    receipt = alice.runs("/ask", "when?", "#general")

    assert receipt.payload == {"text": "Looking"}
    slack.wait_for(lambda: [message.text for message in alice.whispers] == ["Answer to when?"])


@pytest.mark.slow
def test_a_modal_is_opened_refused_and_changed(slack: LocalSlack, bot: Bot, alice: Person) -> None:
    @bot.app.shortcut("ask_about_message")
    def open_modal(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal("ask"))

    @bot.app.view("ask")
    def submitted(ack: Ack, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["question"]["typed"]["value"]
        if len(text) < 3:
            ack(response_action="errors", errors={"question": "Too short"})
        else:
            ack(response_action="update", view=modal("done"))

    @bot.app.view("done")
    def finished(ack: Ack) -> None:
        ack(response_action="clear")

    @bot.app.event("message")
    def hear(event: dict[str, Any]) -> None:
        pass

    bot.connect()
    said = alice.says("How much leave?", "#general")
    alice.shortcut("ask_about_message", said)
    slack.wait_for(lambda: alice.modal)
    assert alice.submits(values={"question": "no"}).errors == {"question": "Too short"}
    alice.submits(values={"question": "How much leave?"})
    assert [view.callback_id for view in alice.modals] == ["done"]
    alice.submits(values={"question": "Thanks"})
    assert alice.modals == []


@pytest.mark.slow
def test_a_click_opens_an_ephemeral_thank_you(slack: LocalSlack, bot: Bot, client: WebClient, alice: Person) -> None:
    @bot.app.action("vote")
    def voted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="Thank you")

    buttons = {
        "type": "feedback_buttons", "action_id": "vote",
        "positive_button": {"text": plain("Yes"), "value": "good"},
        "negative_button": {"text": plain("No"), "value": "bad"},
    }  # fmt: skip
    bot.connect()
    block = {"type": "context_actions", "elements": [buttons]}
    client.chat_postMessage(channel="C0GENERAL", text="Helpful?", blocks=[block], **QUIET)
    alice.clicks(slack.posts("#general")[0], "vote", "positive")

    slack.wait_for(lambda: [message.text for message in alice.whispers] == ["Thank you"])
    assert slack.ephemerals(slack.person("mo")) == []


@pytest.mark.slow
def test_bolt_streams_an_answer(slack: LocalSlack, bot: Bot, alice: Person) -> None:
    @bot.app.event("message")
    def stream(event: dict[str, Any], say_stream: Any, set_status: Any) -> None:
        set_status("is looking")
        answer = say_stream(buffer_size=1)
        answer.append(markdown_text="You may carry over ")
        answer.append(markdown_text="five days.")
        answer.stop(blocks=[{"type": "divider"}])

    bot.connect()
    asked = alice.says("How much leave?")

    reply = slack.wait_for_reply(asked)
    slack.wait_for(lambda: slack.world.stream_state(reply) == "stopped")
    assert reply.text == "You may carry over five days."
    assert slack.status(asked) is None


@pytest.mark.slow
@pytest.mark.parametrize("how", ["close", "rst", "warning"])
def test_bolt_comes_back_after_its_socket_was_cut(slack: LocalSlack, bot: Bot, alice: Person, how: str) -> None:
    answering(bot)
    bot.connect()
    before = slack.sockets.opened
    slack.sockets.drop(how)
    slack.wait_for(lambda: slack.sockets.opened > before and len(slack.sockets), 10)

    asked = alice.mentions("still there?", "#general")
    assert slack.one_reply(asked)


@pytest.mark.slow
def test_what_bolt_does_not_listen_to_is_never_acknowledged(alice: Person) -> None:
    """Bolt answers 404 to itself and sends nothing: Slack would deliver it again."""
    with LocalSlack(ack_timeout_s=0.3) as slack:
        bot = Bot(slack)
        bot.connect()
        slack.person("alice").says("Anybody?")

        slack.wait_for(lambda: len(slack.acks) == 2)
        assert not any(ack.acked for ack in slack.acks)
        slack.allow("ack-missed")
        bot.close()


@pytest.mark.slow
def test_a_slow_listener_still_acknowledges_in_time(slack: LocalSlack, bot: Bot, alice: Person) -> None:
    """Events are acknowledged before the listener is done: what it does must be durable by other means."""
    go_on = threading.Event()

    @bot.app.event("message")
    def slow(event: dict[str, Any]) -> None:
        go_on.wait(5)

    bot.connect()
    alice.says("Take your time")

    assert slack.acks[0].acked
    go_on.set()
