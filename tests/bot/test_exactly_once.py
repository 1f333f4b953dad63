"""Whoever addresses the bot gets exactly one reply, whatever Slack and the network do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.serve import Service
from corpus.model import Audience
from localslack.world import Message
from tests.bot.anytown import FACTS, QUESTIONS
from tests.bot.conftest import StartBot
from tests.bot.looking import at_rest
from tests.bot.town import Town

# The socket client leaves the sockets of dead connections to the garbage collector, which warns of them.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

LEVY = QUESTIONS[Audience.PUBLIC]
FACT = FACTS[Audience.PUBLIC]


def only_reply(slack: Town, asked: Message) -> str:
    """The text of the one reply, after everything has come to rest."""
    slack.one_reply(asked, timeout_s=20)
    slack.settle()
    replies = slack.bot_replies(asked)
    assert len(replies) == 1
    return str(replies[0].text)


def test_one_event_delivered_five_times(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    slack.duplicate_deliveries(3)

    assert FACT in only_reply(slack, mo.says(LEVY, in_=mo.dm))


@pytest.mark.parametrize("order", ["mention-first", "message-first"])
def test_a_mention_and_its_message_in_either_order(slack: Town, bot: Service, order: str) -> None:
    slack.slack.mention_order = order

    assert FACT in only_reply(slack, slack.person("alice").mentions(LEVY, in_="#general"))


def test_two_bots_on_one_inbox(slack: Town, start_bot: StartBot) -> None:
    start_bot()
    start_bot()
    mo = slack.person("mo")
    slack.duplicate_deliveries(3)
    asked = [mo.says(LEVY, in_=mo.dm, wait=False) for _ in range(20)]

    slack.wait_for(lambda: all(slack.bot_replies(one) for one in asked), 60.0)
    slack.settle()
    assert [[FACT in reply.text for reply in slack.bot_replies(one)] for one in asked] == [[True]] * 20


FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 503},
    {"status": 500},
    {"status": 502},
    {"status": 504},
    {"status": 503, "after_write": True},
    {"status": 500, "after_write": True},
    {"reset": True},
    {"reset": True, "after_write": True},
    {"status": 429, "retry_after": 1},
    {"status": 429},
    {"error": "rate_limited"},
    {"error": "internal_error"},
    {"status": 200, "body": "<html>not JSON</html>"},
    {"status": 200, "body": "<html>not JSON</html>", "after_write": True},
)


def test_a_reply_that_slack_did_not_take_at_first(slack: Town, start_bot: StartBot) -> None:
    """Each fault meets the replies to one person, all of them at once: nobody waits for the others."""
    bot = start_bot(workers=4)
    asked = {}
    for number, fault in enumerate(FAULTS):
        person = slack.add_person(f"asker{number}")
        slack.fault("chat.postMessage", times=2, when=_to(person.dm.id), **fault)
        asked[str(fault)] = person.says(LEVY, in_=person.dm, wait=False)
    metrics = bot.parts.metrics.registry

    slack.wait_for(lambda: metrics.get_sample_value("lmc_done_total", {"kind": "question"}) == len(FAULTS), 60.0)
    slack.settle()

    replies = {fault: [FACT in reply.text for reply in slack.bot_replies(one)] for fault, one in asked.items()}
    assert replies == {fault: [True] for fault in asked}
    tried = Counter(str(call.args["channel"]) for call in slack.called("chat.postMessage"))
    # What was not written is posted again until it is; what was written is found, and not posted again.
    wanted = {name: 1 if "after_write" in name else 3 for name in asked}
    assert {name: tried[one.channel] for name, one in asked.items()} == wanted


def _to(channel: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda args: args.get("channel") == channel


def test_a_follow_up_that_is_tried_again_is_still_read_with_its_thread(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    asked = alice.mentions(LEVY, in_="#general")
    slack.one_reply(asked)
    slack.fault("chat.postMessage", status=503, times=2)

    alice.says("And when do practices pay it?", in_="#general", thread=asked)

    slack.wait_for(lambda: len(slack.bot_replies(asked)) == 2)
    assert "four equal parts" in slack.bot_replies(asked)[1].text
    assert bot.parts.records.answers.of_person(bot.parts.team, alice.id, 1)[0].after == LEVY


@pytest.mark.parametrize(
    "method", ["users.info", "conversations.info", "usergroups.users.list", "conversations.members"]
)
def test_slack_does_not_say_who_somebody_is_at_first(slack: Town, bot: Service, method: str) -> None:
    slack.fault(method, status=503, times=2)

    assert FACT in only_reply(slack, slack.person("alice").mentions(LEVY, in_="#general"))


def test_blocks_that_slack_refuses_come_as_plain_text(
    slack: Town, bot: Service, caplog: pytest.LogCaptureFixture
) -> None:
    mo = slack.person("mo")
    slack.fault("chat.postMessage", error="invalid_blocks", times=1)

    assert FACT in only_reply(slack, mo.says(LEVY, in_=mo.dm))
    assert "refused the blocks" in caplog.text


def test_a_bug_ends_in_an_apology_with_the_reference_that_the_log_has(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mo = slack.person("mo")

    def broken() -> None:
        raise RuntimeError("the secret inner words")

    monkeypatch.setattr(bot.parts.engine, "answerer", broken)
    text = only_reply(slack, mo.says(LEVY, in_=mo.dm))

    assert "secret inner words" not in text
    references = [getattr(record, "reference", "") for record in caplog.records]
    assert any(reference and reference in text for reference in references)
    at_rest(slack, bot)
    assert bot.parts.records.inbox.state().failed == 1


@pytest.mark.parametrize("how", ["rst", "fin", "close", "warning", "refresh_requested"])
def test_the_connection_is_lost_while_people_ask(slack: Town, bot: Service, how: str) -> None:
    mo = slack.person("mo")
    slack.sockets.drop(how)
    asked = mo.says(LEVY, in_=mo.dm, wait=False)
    slack.wait_for(lambda: len(slack.sockets))
    slack.redeliver(asked)

    assert FACT in only_reply(slack, asked)


def test_what_was_asked_while_the_bot_was_away_is_answered_when_it_is_back(slack: Town, start_bot: StartBot) -> None:
    mo = slack.person("mo")
    asked = mo.says(LEVY, in_=mo.dm, wait=False)

    start_bot()
    slack.redeliver(asked)

    assert FACT in only_reply(slack, asked)


def test_an_item_left_by_a_killed_bot_is_answered_by_the_next(slack: Town, start_bot: StartBot) -> None:
    first = start_bot(workers=1)
    mo = slack.person("mo")
    slack.fault("chat.postMessage", delay_s=0.0, status=503, after_write=True, times=1)
    asked = mo.says(LEVY, in_=mo.dm)
    slack.wait_for(lambda: any(call.method == "chat.postMessage" for call in slack.calls))
    first.stop()

    start_bot(workers=1)

    assert FACT in only_reply(slack, asked)


def test_over_signed_http_too(slack: Town, start_bot: StartBot) -> None:
    service = start_bot(slack_mode="http")
    slack.http_url = f"http://127.0.0.1:{service.port}/slack/events"
    mo = slack.person("mo")
    slack.duplicate_deliveries(3)

    assert FACT in only_reply(slack, mo.says(LEVY, in_=mo.dm))
    assert FACT in only_reply(slack, slack.person("alice").mentions(LEVY, in_="#general"))
