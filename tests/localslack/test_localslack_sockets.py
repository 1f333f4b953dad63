"""Socket Mode: tickets, frames, how deliveries are shared out, what is tried again, how sockets end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import websocket

from localslack.deliver import RETRY_AFTER_S
from localslack.server import LocalSlack
from tests.localslack.clients import Ear, ticket

Listen = Callable[..., Ear]


@pytest.fixture
def hasty() -> Iterator[LocalSlack]:
    """A Slack that waits a twentieth of a second for an acknowledgement."""
    with LocalSlack(ack_timeout_s=0.05) as slack:
        yield slack


def _reached(slack: LocalSlack, attempts: int) -> bool:
    return len(slack.acks) >= attempts


def test_hello_counts_the_connections(listen: Listen) -> None:
    hellos = [listen().frames[0] for _ in range(2)]

    assert [hello["num_connections"] for hello in hellos] == [1, 2]
    assert hellos[0]["connection_info"] == {"app_id": "A0GUIDANCE"}


def test_a_ticket_is_good_for_one_connection(slack: LocalSlack) -> None:
    address = ticket(slack)
    websocket.create_connection(address).close()

    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address)


def test_a_ticket_runs_out(slack: LocalSlack) -> None:
    address = ticket(slack)
    slack.clock.advance(31)

    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address)


def test_the_eleventh_socket_is_sent_away(slack: LocalSlack, listen: Listen) -> None:
    slack.sockets.at_most(1)
    listen()

    assert listen().frames[0]["reason"] == "too_many_websockets"
    assert len(slack.sockets) == 1


@pytest.mark.parametrize(("how", "shares"), [("round-robin", [3, 3]), ("sticky", [6, 0])])
def test_each_event_goes_to_one_socket(slack: LocalSlack, listen: Listen, how: str, shares: list[int]) -> None:
    slack.sockets.spread(how)
    ears = [listen(), listen()]
    for number in range(6):
        slack.person("alice").says(f"Message {number}")

    assert [len(ear.envelopes) for ear in ears] == shares


def test_random_sharing_uses_every_socket(slack: LocalSlack, listen: Listen) -> None:
    slack.sockets.spread("random")
    ears = [listen(), listen()]
    for number in range(12):
        slack.person("alice").says(f"Message {number}")

    shares = [len(ear.envelopes) for ear in ears]
    assert sum(shares) == 12
    assert min(shares) > 0


def test_pings_are_answered(ear: Ear, slack: LocalSlack) -> None:
    pongs: list[bytes] = []
    other = websocket.create_connection(ticket(slack), timeout=5)
    other.recv()
    other.ping("x")
    while not pongs:
        opcode, frame = other.recv_data_frame(control_frame=True)
        pongs += [frame.data] if opcode == websocket.ABNF.OPCODE_PONG else []

    assert pongs == [b"x"]
    other.close()


# --- acknowledgements


def test_an_acknowledgement_is_kept_with_its_latency(slack: LocalSlack, ear: Ear) -> None:
    slack.person("alice").says("Hello")

    ack = slack.acks[0]
    assert (ack.kind, ack.name, ack.user, ack.attempt, ack.acked) == ("events_api", "message", "U0ALICE", 0, True)
    assert 0 < ack.latency_s < 1


@pytest.mark.slow
def test_an_event_that_nobody_acknowledges_is_tried_three_times_more(hasty: LocalSlack) -> None:
    hasty.allow("ack-missed")
    ear = Ear(hasty, acks=False)
    hasty.person("alice").says("Hello")
    hasty.wait_for(lambda: len(hasty.acks) == 2)
    for _ in range(2):
        hasty.clock.advance(300)
        attempts = len(hasty.acks) + 1
        hasty.wait_for(partial(_reached, hasty, attempts))
    hasty.wait_for(lambda: hasty.lost)

    assert [envelope["retry_attempt"] for envelope in ear.envelopes] == [0, 1, 2, 3]
    assert [envelope["retry_reason"] for envelope in ear.envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({envelope["payload"]["event_id"] for envelope in ear.envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in ear.envelopes}) == 4
    ear.close()


def test_retries_wait_for_their_minute(hasty: LocalSlack) -> None:
    """At once, after a minute, after five."""
    hasty.allow("ack-missed")
    ear = Ear(hasty, acks=False)
    hasty.person("alice").says("Hello")
    hasty.wait_for(lambda: len(hasty.acks) == 2)
    hasty.clock.advance(59)
    before = len(ear.envelopes)
    hasty.clock.advance(1.5)
    hasty.wait_for(lambda: len(ear.envelopes) == 3)

    assert before == 2
    assert RETRY_AFTER_S == (0, 60, 300)
    ear.close()


def test_without_a_socket_only_retries_deliver(slack: LocalSlack, listen: Listen) -> None:
    slack.person("alice").says("Hello")
    slack.wait_for(lambda: len(slack.acks) == 2)
    ear = listen()
    slack.clock.advance(60)

    assert ear.heard("message")["text"] == "Hello"
    assert ear.envelopes[0]["retry_attempt"] == 2
    assert [ack.sent for ack in slack.acks[:2]] == [False, False]


def test_any_socket_may_acknowledge(slack: LocalSlack, listen: Listen) -> None:
    slack.sockets.spread("sticky")
    first, second = listen(acks=False), listen()
    slack.person("alice").says("Hello", wait=False)
    first.heard("message")
    second.acknowledge(first.envelopes[0])

    assert slack.wait_for(lambda: slack.acks)[0].acked


def test_a_second_acknowledgement_is_only_noted(slack: LocalSlack, ear: Ear) -> None:
    slack.person("alice").says("Hello")
    ear.acknowledge(ear.envelopes[0])

    slack.wait_for(lambda: slack.slack.sockets.late_acks)
    assert len(slack.acks) == 1


# --- disturbances


def test_an_envelope_can_come_twice(slack: LocalSlack, ear: Ear) -> None:
    slack.disturb(copies=2)
    slack.person("alice").says("Hello")

    slack.wait_for(lambda: len(ear.envelopes) == 2)
    assert len({envelope["envelope_id"] for envelope in ear.envelopes}) == 1


def test_every_event_can_come_several_times(slack: LocalSlack, ear: Ear) -> None:
    slack.duplicate_deliveries(3)
    slack.person("alice").says("Hello")
    slack.calm()
    slack.person("alice").says("Goodbye")

    slack.settle(0.05)
    assert [event["text"] for event in ear.events] == ["Hello"] * 3 + ["Goodbye"]


def test_a_lost_acknowledgement_brings_the_event_again_at_once(slack: LocalSlack, ear: Ear) -> None:
    slack.disturb(lose_ack=True)
    slack.person("alice").says("Hello")

    slack.wait_for(lambda: len(ear.envelopes) == 2)
    assert [envelope["retry_attempt"] for envelope in ear.envelopes] == [0, 1]


def test_a_ghost_may_swallow_an_event(slack: LocalSlack, ear: Ear) -> None:
    slack.disturb(swallow=True)
    slack.person("alice").says("Hello")

    ear.heard("message")
    assert [envelope["retry_attempt"] for envelope in ear.envelopes] == [1]


def test_a_delayed_event_is_overtaken(slack: LocalSlack, ear: Ear) -> None:
    slack.disturb(delay_s=0.1, when=lambda payload: payload["event"]["text"] == "First")
    alice = slack.person("alice")
    alice.says("First", wait=False)
    alice.says("Second")

    slack.wait_for(lambda: len(ear.events) == 2)
    assert [event["text"] for event in ear.events] == ["Second", "First"]


@pytest.mark.slow
def test_an_envelope_may_be_larger_than_a_megabyte(slack: LocalSlack, ear: Ear) -> None:
    slack.sends({"type": "huge", "text": "y" * 1_100_000})

    assert len(ear.events[0]["text"]) == 1_100_000


def test_a_frame_that_is_no_envelope_can_be_sent(slack: LocalSlack, ear: Ear) -> None:
    slack.sockets.send_raw(json.dumps({"type": "novelty"}))

    slack.wait_for(lambda: len(ear.frames) > 1)
    assert ear.frames[-1] == {"type": "novelty"}


# --- how sockets end


@pytest.mark.parametrize("how", ["close", "rst", "fin"])
def test_a_cut_socket_is_gone(slack: LocalSlack, ear: Ear, how: str) -> None:
    assert slack.sockets.drop(how) == 1

    slack.wait_for(lambda: len(slack.sockets) == 0)


@pytest.mark.parametrize("how", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
def test_slack_says_why_before_it_closes(slack: LocalSlack, ear: Ear, how: str) -> None:
    slack.sockets.drop(how)
    slack.wait_for(lambda: len(ear.frames) == 2)
    slack.clock.advance(10)

    assert (ear.frames[1]["type"], ear.frames[1]["reason"]) == ("disconnect", how)
    slack.wait_for(lambda: len(slack.sockets) == 0)


def test_a_socket_that_was_warned_gets_no_more_than_the_new_one_leaves(slack: LocalSlack, listen: Listen) -> None:
    old = listen()
    slack.sockets.drop("warning")
    slack.person("alice").says("To the old one")
    new = listen()
    for _ in range(3):
        slack.person("alice").says("To the new one")

    assert (len(old.envelopes), len(new.envelopes)) == (1, 3)


def test_nothing_passes_a_half_open_socket(hasty: LocalSlack) -> None:
    ear = Ear(hasty)
    hasty.sockets.drop("half-open")
    hasty.person("alice").says("Hello")

    assert ear.envelopes == []
    assert not hasty.acks[0].acked
    assert len(hasty.sockets) == 1
    ear.close()


def test_chaos_cuts_sockets_until_it_is_calm(slack: LocalSlack, listen: Listen) -> None:
    ears = [listen(), listen()]
    slack.chaos(drop_socket_every_s=0.02)
    slack.wait_for(lambda: sum(len(ear.frames) for ear in ears) > 2)
    slack.calm()

    assert any(frame["type"] == "disconnect" for ear in ears for frame in ear.frames)


def test_an_unknown_way_to_drop_is_refused(slack: LocalSlack, ear: Ear) -> None:
    with pytest.raises(ValueError, match="no way to drop"):
        slack.sockets.drop("gently")
