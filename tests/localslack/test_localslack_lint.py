"""Each rule of the lint is broken on purpose, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.errors import LintFailure
from localslack.lint import RULES
from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Ear

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
LONG = "Five days of annual leave may be carried over into the next year."
GO = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
}
Break = Callable[[LocalSlack, WebClient], None]


def breaches(slack: LocalSlack) -> str:
    """What the lint has to say; empty when all is well."""
    try:
        slack.check()
    except LintFailure as failure:
        return str(failure)
    return ""


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def post(client: WebClient, text: str, **more: Any) -> str:
    """Post as an app should; its ts."""
    return str(client.chat_postMessage(**{"channel": "C0GENERAL", "text": text, **QUIET, **more})["ts"])


def text_missing(slack: LocalSlack, client: WebClient) -> None:
    client.api_call("chat.postMessage", json={"channel": "C0GENERAL", "blocks": [section("Hello")], **QUIET})


def unfurl_flags(slack: LocalSlack, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL", text="Hello", unfurl_links=False)


def update_parse(slack: LocalSlack, client: WebClient) -> None:
    client.chat_update(channel="C0GENERAL", ts=post(client, "Wait"), text="Done")


def broadcast_mention(slack: LocalSlack, client: WebClient) -> None:
    post(client, "Hello", blocks=[section("Attention <!channel>")])


def mention_not_built(slack: LocalSlack, client: WebClient) -> None:
    slack.person("alice").says("Is it about @mo?")
    post(client, "You asked about <@U0MO>")


def link_host(slack: LocalSlack, client: WebClient) -> None:
    post(client, "See <https://evil.example/x|the guidance>")


def link_in_button(slack: LocalSlack, client: WebClient) -> None:
    opener = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://evil.example"}
    post(client, "See", blocks=[{"type": "actions", "elements": [opener]}])


def blocks_too_long(slack: LocalSlack, client: WebClient) -> None:
    post(client, "Long", blocks=[section("x" * 3000) for _ in range(4)] + [section("y")])


def secret_shown(slack: LocalSlack, client: WebClient) -> None:
    post(client, f"My token is {slack.bot_token}")


def metadata_shown(slack: LocalSlack, client: WebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": [section("x")]}
    trigger = slack.person("alice").shortcut("ask_global").trigger_id
    client.views_open(trigger_id=trigger, view={**view, "private_metadata": "upload-4711-of-alice"})
    post(client, "Done with upload-4711-of-alice")


def ephemeral_made_public(slack: LocalSlack, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user="U0ALICE", text=LONG)
    post(client, f"Somebody asked. {LONG}")


def answer_twice(slack: LocalSlack, client: WebClient) -> None:
    metadata = {"event_type": "lmc_answer", "event_payload": {"answer_id": "a1"}}
    post(client, "Answer", metadata=metadata)
    post(client, "Answer", metadata=metadata)


def stream_not_stopped(slack: LocalSlack, client: WebClient) -> None:
    asked = slack.person("alice").says("Question")
    client.chat_startStream(channel=asked.channel, thread_ts=asked.ts)


def session_left_processing(slack: LocalSlack, client: WebClient) -> None:
    asked = slack.person("alice").says("Question")
    client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="processing")


def reply_outside_thread(slack: LocalSlack, client: WebClient) -> None:
    slack.person("alice").mentions("question?", "#general")
    post(client, "Answer")


def two_answers(slack: LocalSlack, client: WebClient) -> None:
    asked = slack.person("alice").mentions("question?", "#general")
    post(client, "Answer", thread_ts=asked.ts)
    post(client, "Another answer", thread_ts=asked.ts)


def refused_content(slack: LocalSlack, client: WebClient) -> None:
    client.api_call("blocks.validate", json={"blocks": [section("")]})


def over_tier(slack: LocalSlack, client: WebClient) -> None:
    for _ in range(21):
        client.users_list()


def method_not_built(slack: LocalSlack, client: WebClient) -> None:
    client.pins_list(channel="C0GENERAL")


BREAKS: list[tuple[str, Break]] = [
    ("text-missing", text_missing),
    ("unfurl-flags", unfurl_flags),
    ("update-parse", update_parse),
    ("broadcast-mention", broadcast_mention),
    ("mention-not-built", mention_not_built),
    ("link-host", link_host),
    ("link-host", link_in_button),
    ("blocks-too-long", blocks_too_long),
    ("secret-shown", secret_shown),
    ("secret-shown", metadata_shown),
    ("ephemeral-made-public", ephemeral_made_public),
    ("answer-twice", answer_twice),
    ("stream-not-stopped", stream_not_stopped),
    ("session-left-processing", session_left_processing),
    ("reply-outside-thread", reply_outside_thread),
    ("two-answers", two_answers),
    ("refused-content", refused_content),
    ("over-tier", over_tier),
    ("method-not-built", method_not_built),
]


@pytest.mark.parametrize(("rule", "break_it"), BREAKS, ids=[one.__name__ for _, one in BREAKS])
def test_a_broken_rule_fails_the_test(slack: LocalSlack, ear: Ear, rule: str, break_it: Break) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    with suppress(SlackApiError):  # refused calls
        break_it(slack, client)

    with pytest.raises(LintFailure, match=rf"\A{rule}: [^\n]+\Z"):
        slack.check()
    slack.allow(rule)
    assert breaches(slack) == ""


def test_a_missed_acknowledgement_fails_the_test() -> None:
    with LocalSlack(ack_timeout_s=0.05) as slack:
        ear = Ear(slack, acks=False)
        slack.person("alice").says("Hello")

        with pytest.raises(LintFailure, match="ack-missed: events_api message"):
            slack.check()
        slack.allow("ack-missed")
        ear.close()


@pytest.mark.slow
def test_a_socket_that_slack_cut_is_not_the_apps_fault(listen: Callable[..., Ear]) -> None:
    with LocalSlack(ack_timeout_s=0.2) as slack:
        ear = Ear(slack, acks=False)
        slack.person("alice").says("Hello", wait=False)
        ear.heard("message")
        slack.sockets.drop("rst")
        slack.wait_for(lambda: slack.acks)

        assert breaches(slack) == ""
        ear.close()


def test_every_rule_is_broken_above() -> None:
    assert {rule for rule, _ in BREAKS} | {"ack-missed"} == RULES


def test_leaving_the_block_checks() -> None:
    slack = LocalSlack()
    slack.start()
    slack.slack.lint.add("method-not-built", "x")

    with pytest.raises(LintFailure, match="method-not-built"):
        slack.__exit__(None, None, None)


def test_a_failed_test_is_not_hidden_by_what_was_found() -> None:
    slack = LocalSlack()
    slack.start()
    slack.slack.lint.add("method-not-built", "x")

    slack.__exit__(ZeroDivisionError, ZeroDivisionError(), None)  # raises nothing of its own

    assert [finding.rule for finding in slack.slack.lint.findings] == ["method-not-built"]


def test_a_rule_that_there_is_not_cannot_be_allowed(slack: LocalSlack) -> None:
    with pytest.raises(ValueError, match="no such rule: politeness"):
        slack.allow("politeness")


# --- what is no breach


def test_links_to_allowed_hosts_are_fine(slack: LocalSlack, client: WebClient) -> None:
    slack.allow_links("kb.example.org")
    post(client, "See <https://kb.example.org/leave#page=3|the guidance>")

    assert breaches(slack) == ""


def test_who_asked_or_was_chosen_may_be_named(slack: LocalSlack, ear: Ear, client: WebClient, alice: Person) -> None:
    pick = {"type": "users_select", "action_id": "pick"}
    post(client, "Who?", blocks=[{"type": "actions", "elements": [pick]}])
    alice.clicks(slack.posts("#general")[0], "pick", "mo")
    post(client, "<@U0ALICE> chose <@U0MO>")

    assert breaches(slack) == ""


def test_what_was_shared_by_a_click_may_be_public(
    slack: LocalSlack, ear: Ear, client: WebClient, alice: Person
) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user=alice.id, text=LONG, blocks=[section(LONG), GO])
    alice.clicks(alice.whispers[0], "go")
    post(client, LONG)

    assert breaches(slack) == ""


def test_an_answer_after_a_click_is_no_second_answer(
    slack: LocalSlack, ear: Ear, client: WebClient, alice: Person
) -> None:
    asked = alice.mentions("question?", "#general")
    post(client, "Which one?", thread_ts=asked.ts, blocks=[section("Which one?"), GO])
    alice.clicks(slack.replies(asked)[0], "go")
    post(client, "That one", thread_ts=asked.ts)

    assert breaches(slack) == ""


def test_an_answer_to_each_message_of_a_thread_is_fine(
    slack: LocalSlack, ear: Ear, client: WebClient, alice: Person
) -> None:
    asked = alice.mentions("question?", "#general")
    post(client, "Answer", thread_ts=asked.ts)
    alice.says("and?", thread=asked)
    post(client, "Another", thread_ts=asked.ts)

    assert breaches(slack) == ""
