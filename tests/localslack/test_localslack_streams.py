"""Streams: begun, continued, ended by the app, by a person, or by Slack after five minutes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.people import Person
from localslack.server import LocalSlack
from localslack.world import Message
from tests.localslack.clients import Ear


@pytest.fixture
def asked(ear: Ear, alice: Person) -> Message:
    return alice.says("Question")


def begin(client: WebClient, asked: Message, **more: Any) -> dict[str, Any]:
    """A stream in the thread of a question: its channel and ts."""
    started = client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, **more)
    return {"channel": asked.channel, "ts": started["ts"]}


def test_a_stream_grows_and_ends_with_its_blocks(slack: LocalSlack, client: WebClient, asked: Message) -> None:
    stream = begin(client, asked, markdown_text="You may ", task_display_mode="plan")
    task = {"type": "task_update", "id": "1", "title": "Searching", "status": "complete"}
    client.chat_appendStream(**stream, chunks=[task, {"type": "markdown_text", "text": "carry over"}])
    growing = slack.world.stream_state(slack.replies(asked)[0])
    client.chat_stopStream(**stream, markdown_text=" five days.", blocks=[{"type": "divider"}])

    answer = slack.replies(asked)[0]
    assert (growing, slack.world.stream_state(answer)) == ("streaming", "stopped")
    assert answer.text == "You may carry over five days."
    assert [block["type"] for block in answer.blocks] == ["task_card", "markdown", "divider"]


def test_slack_ends_a_stream_after_five_minutes(slack: LocalSlack, client: WebClient, asked: Message) -> None:
    stream = begin(client, asked, markdown_text="Well")
    slack.clock.advance(299)
    client.chat_appendStream(**stream, markdown_text=", still here")
    slack.clock.advance(1)

    for method in (client.chat_appendStream, client.chat_stopStream):
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            method(**stream, markdown_text="too late")
    assert client.chat_update(**stream, text="Well, here is the rest", parse="none")["ok"]
    slack.allow("stream-not-stopped")


def test_a_stream_cannot_be_edited_meanwhile(slack: LocalSlack, client: WebClient, asked: Message) -> None:
    stream = begin(client, asked)

    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        client.chat_update(**stream, text="x", parse="none")
    client.chat_stopStream(**stream, markdown_text="Done")


def test_a_person_stops_a_stream(slack: LocalSlack, client: WebClient, asked: Message, alice: Person) -> None:
    slack.world.app.events.add("agent_session_stopped")
    client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="processing")
    stream = begin(client, asked, markdown_text="Well")
    alice.presses_stop(asked)

    with pytest.raises(SlackApiError, match="stopped_by_user"):
        client.chat_appendStream(**stream, markdown_text="more")
    client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="active")


def test_the_end_of_a_stream_ends_the_work_of_its_session(slack: LocalSlack, client: WebClient, asked: Message) -> None:
    client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="processing", title="Leave")
    client.chat_stopStream(**begin(client, asked), markdown_text="Done")

    session = slack.world.sessions[asked.channel, asked.ts]
    assert (session.status, session.title) == ("active", "Leave")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0GENERAL"}, "invalid_arguments"),
        ({"channel": "C0GENERAL", "thread_ts": "root"}, "missing_recipient_team_id"),
        ({"channel": "C0GENERAL", "thread_ts": "root", "recipient_team_id": "T0ANYTOWN"}, "missing_recipient_user_id"),
        ({"channel": "D0ALICE", "thread_ts": "1.1"}, "invalid_thread_ts"),
        ({"channel": "D0ALICE", "thread_ts": "direct", "chunks": [{"type": "song"}]}, "invalid_chunks"),
        ({"channel": "D0ALICE", "thread_ts": "direct", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "D0ALICE", "thread_ts": "direct", "task_display_mode": "fast"}, "invalid_arguments"),
    ],
)
def test_a_stream_needs_what_it_needs(
    slack: LocalSlack, ear: Ear, client: WebClient, alice: Person, arguments: dict[str, Any], error: str
) -> None:
    slack.allow("refused-content")
    names = {"root": alice.says("Root", "#general").ts, "direct": alice.says("Direct").ts}
    given = {key: names.get(value, value) if isinstance(value, str) else value for key, value in arguments.items()}

    with pytest.raises(SlackApiError, match=error):
        client.api_call("chat.startStream", json=given)


def test_details_of_a_task_are_short(client: WebClient, asked: Message) -> None:
    task = {"type": "task_update", "id": "1", "title": "Searching", "status": "complete", "details": "x" * 257}

    with pytest.raises(SlackApiError, match="invalid_chunks"):
        begin(client, asked, chunks=[task])
