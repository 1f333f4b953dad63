"""Escalations are claimed by one officer, only go forward, and are reminded of once in each waiting period."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records import Records
from records.escalations import Escalation
from tests.records.conftest import TestClock


def opened(records: Records, **changes: Any) -> Escalation:
    values: dict[str, Any] = {
        "team": "T1", "user": "U0MO", "direct_channel": "D1", "direct_thread_ts": "1.0", "answer_id": "a1",
        "shared": "May a partner retire early?", "topic": "partnership", "urgent": True,
    }  # fmt: skip
    return records.escalations.open(**(values | changes))


def again(records: Records, escalation: Escalation) -> Escalation:
    found = records.escalations.get(escalation.id)
    assert found is not None
    return found


def test_what_was_opened_is_read_back(records: Records, clock: TestClock) -> None:
    one = opened(records)

    assert records.escalations.get(one.id) == one
    assert (one.state, one.officer, one.opened, one.claimed, one.shared) == (
        "open", "", clock.now, None, "May a partner retire early?",
    )  # fmt: skip
    assert records.escalations.get("none") is None


def test_opening_the_same_one_twice_opens_it_once(records: Records) -> None:
    first = opened(records, id="item-1")
    records.escalations.claim(first.id, "U0OLU")

    second = opened(records, id="item-1", shared="another text")

    assert (second.shared, second.state) == (first.shared, "claimed")
    assert len(records.escalations.open_ones()) == 1


def test_one_officer_claims_it_and_the_next_is_told_no(records: Records, clock: TestClock) -> None:
    one = opened(records)
    clock.advance(minutes=5)

    assert records.escalations.claim(one.id, "U0OLU")
    assert not records.escalations.claim(one.id, "U0BEA")
    assert not records.escalations.claim(one.id, "U0OLU")
    assert not records.escalations.claim("none", "U0OLU")
    found = again(records, one)
    assert (found.state, found.officer, found.claimed) == ("claimed", "U0OLU", clock.now)


def test_it_may_be_given_to_another_officer_until_it_is_closed(records: Records, clock: TestClock) -> None:
    one = opened(records)
    assert records.escalations.assign(one.id, "U0OLU")
    first = clock.now
    clock.advance(minutes=5)
    assert records.escalations.assign(one.id, "U0BEA")

    found = again(records, one)
    assert (found.state, found.officer, found.claimed) == ("claimed", "U0BEA", first)
    records.escalations.close(one.id)
    assert not records.escalations.assign(one.id, "U0OLU")
    assert again(records, one).officer == "U0BEA"


@pytest.mark.parametrize("was_claimed", [True, False])
def test_states_only_go_forward(records: Records, clock: TestClock, was_claimed: bool) -> None:
    one = opened(records)
    if was_claimed:
        records.escalations.claim(one.id, "U0OLU")
    closed = clock.advance(minutes=5)
    assert records.escalations.close(one.id)
    before = again(records, one)
    clock.advance(minutes=5)

    assert not records.escalations.close(one.id)
    assert not records.escalations.claim(one.id, "U0BEA")
    assert not records.escalations.assign(one.id, "U0BEA")
    assert again(records, one) == before
    assert (before.state, before.closed) == ("closed", closed)


def test_it_is_found_by_both_of_its_threads(records: Records) -> None:
    one = opened(records)
    records.escalations.posted(one.id, "C9", "5.0")
    records.escalations.moved(one.id, "D2", "6.0")

    assert records.escalations.by_officer_thread("C9", "5.0") == again(records, one)
    assert records.escalations.by_person_thread("D2", "6.0") == again(records, one)
    assert records.escalations.by_person_thread("D1", "1.0") is None
    assert records.escalations.by_officer_thread("C9", "5.1") is None


def test_in_one_thread_what_is_not_closed_comes_first_and_then_the_newest(records: Records, clock: TestClock) -> None:
    ids = []
    for _ in range(3):
        ids.append(opened(records).id)
        clock.advance(minutes=1)
    records.escalations.close(ids[2])

    found = records.escalations.by_person_thread("D1", "1.0")
    assert found is not None
    assert found.id == ids[1]
    for one in ids:
        records.escalations.close(one)
    found = records.escalations.by_person_thread("D1", "1.0")
    assert found is not None
    assert found.id == ids[2]


def test_each_waiting_period_has_one_reminder(records: Records, clock: TestClock) -> None:
    day = timedelta(hours=24)
    one = opened(records)
    clock.advance(hours=23)
    assert records.escalations.waiting(clock.now - day) == []

    clock.advance(hours=2)
    assert [late.id for late in records.escalations.waiting(clock.now - day)] == [one.id]
    assert records.escalations.reminded(one.id, before=clock.now - day)
    assert not records.escalations.reminded(one.id, before=clock.now - day)
    assert records.escalations.waiting(clock.now - day) == []

    clock.advance(hours=23)
    assert records.escalations.waiting(clock.now - day) == []
    clock.advance(hours=2)
    assert records.escalations.reminded(one.id, before=clock.now - day)
    assert again(records, one).reminded == clock.now


def test_nobody_is_reminded_of_what_somebody_has(records: Records, clock: TestClock) -> None:
    one, other = opened(records), opened(records)
    records.escalations.claim(one.id, "U0OLU")
    records.escalations.close(other.id)
    clock.advance(days=9)

    assert records.escalations.waiting(clock.now) == []
    assert not records.escalations.reminded(one.id, before=clock.now)


def test_open_ones_are_those_that_are_not_closed_oldest_first(records: Records, clock: TestClock) -> None:
    ids = []
    for _ in range(3):
        ids.append(opened(records).id)
        clock.advance(minutes=1)
    records.escalations.claim(ids[0], "U0OLU")
    records.escalations.close(ids[1])

    assert [one.id for one in records.escalations.open_ones()] == [ids[0], ids[2]]
