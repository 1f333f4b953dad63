"""Everything that can go wrong with a call, on purpose, and the time that a test can move on."""

from __future__ import annotations

import asyncio
import http.client
import time
import urllib.error
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from localslack.clock import Clock
from localslack.errors import LintFailure
from localslack.methods import METHODS
from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Ear

HELLO: dict[str, Any] = {"channel": "C0GENERAL", "text": "Hello", "unfurl_links": False, "unfurl_media": False}


def response_of(client: WebClient, **arguments: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(**{**HELLO, **arguments})
    return caught.value.response


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_status_is_answered_once_and_nothing_is_written(slack: LocalSlack, client: WebClient, status: int) -> None:
    slack.fault("chat.postMessage", status=status)

    assert response_of(client).status_code == status
    assert slack.posts() == []
    assert client.chat_postMessage(**HELLO)["ok"]


def test_a_write_may_happen_though_its_answer_is_lost(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", status=503, after_write=True)

    assert response_of(client).status_code == 503
    assert [message.text for message in slack.posts()] == ["Hello"]


@pytest.mark.parametrize(("after_write", "posts"), [(False, 0), (True, 1)])
def test_a_connection_may_be_reset(slack: LocalSlack, client: WebClient, after_write: bool, posts: int) -> None:
    slack.fault("chat.postMessage", reset=True, after_write=after_write)

    with pytest.raises((ConnectionError, http.client.HTTPException, urllib.error.URLError)):
        client.chat_postMessage(**HELLO)
    assert len(slack.posts()) == posts


def test_a_rate_limit_says_when_to_try_again(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", status=429, retry_after=7)
    slack.fault("chat.postMessage", status=429, retry_after=None)

    first, second = response_of(client), response_of(client)
    assert (first["error"], first.headers["Retry-After"]) == ("ratelimited", "7")
    assert "Retry-After" not in second.headers


@pytest.mark.slow
def test_slacks_own_retry_handler_gets_through(slack: LocalSlack) -> None:
    patient = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[RateLimitErrorRetryHandler(2)])
    slack.fault("chat.postMessage", status=429, retry_after=0, times=2)

    assert patient.chat_postMessage(**HELLO)["ok"]
    assert [call.status for call in slack.called("chat.postMessage")] == [429, 429, 200]


def test_an_error_may_come_with_status_200(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", error="rate_limited")

    response = response_of(client)
    assert (response["error"], response.status_code) == ("rate_limited", 200)


def test_a_body_may_be_no_json(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", body="<html>maintenance</html>")

    with pytest.raises(SlackApiError, match="non-JSON"):
        client.chat_postMessage(**HELLO)


def test_an_answer_may_be_slow(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", delay_s=0.1)
    started = time.monotonic()

    assert client.chat_postMessage(**HELLO)["ok"]
    assert time.monotonic() - started >= 0.1


def test_a_fault_can_choose_its_calls(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("*", error="fatal_error", when=lambda args: args.get("text") == "Bad")

    assert client.chat_postMessage(**HELLO)["ok"]
    assert response_of(client, text="Bad")["error"] == "fatal_error"


def test_an_injected_fault_is_no_breach_of_a_rule(slack: LocalSlack, client: WebClient) -> None:
    slack.fault("chat.postMessage", error="invalid_blocks")
    slack.fault("chat.postMessage", status=429)
    response_of(client)
    response_of(client)

    slack.check()
    assert [call.injected for call in slack.called("chat.postMessage")] == [True, True]


def test_sockets_may_be_refused(slack: LocalSlack) -> None:
    slack.fault("apps.connections.open", status=503)

    with pytest.raises(SlackApiError):
        WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)


def test_chaos_is_the_same_for_the_same_seed(slack: LocalSlack, client: WebClient) -> None:
    def statuses() -> list[int]:
        slack.chaos(4, status_429=0.2, status_5xx=0.2, lost_answer=0.2)
        found = []
        for _ in range(9):
            try:
                found.append(client.chat_postMessage(**HELLO).status_code)
            except SlackApiError as error:
                found.append(error.response.status_code)
        slack.calm()
        return found

    first = statuses()
    slack.clock.advance(60)
    assert statuses() == first
    assert {200, 429} < set(first)


def test_chaos_disturbs_events_and_loses_none(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.chaos(1, duplicate=0.3, lose_ack=0.3, late=0.2, late_s=0.03, reorder=0.2, reorder_s=0.02)
    for number in range(20):
        alice.says(f"Message {number}", wait=False)
    slack.wait_for(lambda: len({event["text"] for event in ear.events}) == 20)

    assert len(ear.events) > 20
    assert ear.events != sorted(ear.events, key=lambda event: str(event["ts"]))


# --- time


def test_time_moves_on_when_told_to() -> None:
    async def wait() -> float:
        clock = Clock()
        before = clock.now()
        sleeping = asyncio.ensure_future(clock.sleep(3600))
        await asyncio.sleep(0)
        clock.move_on(3600)
        await asyncio.wait_for(sleeping, 1)
        return clock.now() - before

    assert 3600 <= asyncio.run(wait()) < 3602


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="only moves on"):
        Clock().move_on(-1)


def test_messages_are_stamped_with_the_moved_time(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    before = alice.says("Before")
    slack.clock.advance(3600)
    after = alice.says("After")

    assert 3600 <= float(after.ts) - float(before.ts) < 3602


def test_a_status_goes_after_two_minutes_or_with_an_answer(
    slack: LocalSlack, ear: Ear, client: WebClient, alice: Person
) -> None:
    asked = alice.says("Question")
    where: dict[str, Any] = {"channel_id": asked.channel, "thread_ts": asked.ts}
    client.assistant_threads_setStatus(status="is looking", loading_messages=["Reading"], **where)
    shown = slack.status(asked)
    slack.clock.advance(121)

    assert shown is not None
    assert (shown.text, shown.loading_messages) == ("is looking", ("Reading",))
    assert slack.status(asked) is None
    client.assistant_threads_setStatus(status="is looking", **where)
    client.chat_postMessage(**{**HELLO, "channel": asked.channel, "thread_ts": asked.ts})
    assert slack.status(asked) is None


def test_suggested_prompts_are_four_at_most(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    slack.allow("refused-content")
    prompt = {"title": "Leave", "message": "How much leave?"}
    client.assistant_threads_setSuggestedPrompts(channel_id=alice.dm.id, title="Ask", prompts=[prompt] * 4)

    assert slack.world.prompts[alice.dm.id, ""].prompts == (prompt,) * 4
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.assistant_threads_setSuggestedPrompts(channel_id=alice.dm.id, prompts=[prompt] * 5)


def test_a_fault_of_the_local_slack_is_logged_and_fails_the_test(
    slack: LocalSlack, client: WebClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: object) -> NoReturn:
        raise KeyError("not foreseen")

    monkeypatch.setitem(METHODS, "auth.test", replace(METHODS["auth.test"], run=broken))

    with pytest.raises(SlackApiError, match="fatal_error"):
        client.auth_test()

    [record] = [record for record in caplog.records if "failed at auth.test" in record.getMessage()]
    assert record.exc_info
    with pytest.raises(LintFailure, match=r"the local Slack failed: auth\.test: [\s\S]+KeyError"):
        slack.check()
    slack.slack.crashes.clear()
