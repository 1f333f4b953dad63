"""The inbox: an item is stored once, claimed by one worker at a time, and its text goes with its work."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from records import Records
from records.columns import Json
from records.inbox import InboxState, Item
from records.schema import inbox, inbox_keys
from tests.records.conftest import TestClock

QUESTION = {"team": "T1", "user": "U0ALICE", "channel": "C1", "ts": "1.2", "text": "How much notice must I give?"}


def claimed(records: Records, owner: str = "w1", lease_s: float = 60, kinds: Collection[str] | None = None) -> Item:
    item = records.inbox.claim(owner, kinds=kinds, lease_s=lease_s)
    assert item is not None
    return item


def stored(records: Records, item_id: str) -> dict[str, object]:
    with records.database.read() as connection:
        return dict(connection.execute(select(inbox).where(inbox.c.id == item_id)).one()._mapping)


@pytest.mark.parametrize("again", [["event-1"], ["T1:C1:1.2"], ["event-1", "T1:C1:1.2"], ["event-2", "T1:C1:1.2"]])
def test_an_item_is_stored_once_by_whichever_of_its_keys_it_comes_again(records: Records, again: list[str]) -> None:
    assert records.inbox.receive(["event-1", "T1:C1:1.2"], "question", QUESTION)

    assert records.inbox.receive(again, "question", QUESTION) is None
    assert records.inbox.state().waiting == 1


def test_a_second_delivery_teaches_its_other_keys(records: Records) -> None:
    records.inbox.receive(["event-1", "message"], "question", QUESTION)
    records.inbox.receive(["event-2", "message"], "question", QUESTION)

    assert records.inbox.receive(["event-2"], "question", QUESTION) is None


def test_an_item_that_is_done_is_not_stored_again(records: Records) -> None:
    records.inbox.receive(["event-1"], "question", QUESTION)
    records.inbox.done(claimed(records).id, "w1")

    assert records.inbox.receive(["event-1"], "question", QUESTION) is None
    assert records.inbox.claim("w1") is None


def test_items_with_different_keys_and_items_without_are_different(records: Records) -> None:
    ids = [records.inbox.receive(keys, "question", QUESTION) for keys in ([], [], ["a"], ["b", "b"])]

    assert None not in ids
    assert len(set(ids)) == 4


def test_what_was_received_is_what_is_claimed(records: Records, clock: TestClock) -> None:
    payload: dict[str, Json] = {
        "user": "U1",
        "list": [1, 2.5, None, True],
        "deep": {"text": 'NUL \0, half \ud83d, "quoted" £ 🙂'},
    }
    item_id = records.inbox.receive(["a"], "question", payload)

    assert claimed(records) == Item(str(item_id), "question", payload, 1, clock.now)


def test_the_longest_due_comes_first_whenever_it_was_received(records: Records, clock: TestClock) -> None:
    now = clock.now
    for name, minutes in [("second", -1), ("third", 0), ("first", -5), ("not yet", 1)]:
        records.inbox.receive([name], name, {}, due=now + timedelta(minutes=minutes))

    order = [item.kind for item in iter(lambda: records.inbox.claim("w1"), None)]

    assert order == ["first", "second", "third"]


def test_items_that_came_at_the_same_moment_keep_their_order(records: Records) -> None:
    for number in range(5):
        records.inbox.receive([f"key {9 - number}"], str(number), {})

    assert [claimed(records).kind for _ in range(5)] == list("01234")


def test_a_claimer_gets_only_the_kinds_that_it_knows(records: Records) -> None:
    records.inbox.receive(["a"], "upload", {})
    records.inbox.receive(["b"], "question", {})

    assert records.inbox.claim("w1", kinds=[]) is None
    assert records.inbox.claim("w1", kinds={"feedback"}) is None
    assert claimed(records, kinds={"question", "feedback"}).kind == "question"
    assert records.inbox.claim("w1", kinds={"question"}) is None


def test_an_item_is_nobody_elses_until_its_lease_runs_out(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    first = claimed(records, "w1", lease_s=60)
    clock.advance(seconds=59)
    assert records.inbox.claim("w2") is None

    clock.advance(seconds=1)
    second = claimed(records, "w2")

    assert (second.id, second.attempts) == (first.id, 2)
    assert second.payload == QUESTION


def test_one_that_renews_keeps_its_item(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    item = claimed(records, "w1", lease_s=60)
    for _ in range(3):
        clock.advance(seconds=50)
        assert records.inbox.renew(item.id, "w1", lease_s=60)

    assert records.inbox.claim("w2") is None


def test_one_that_is_late_but_was_not_replaced_may_still_finish(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    item = claimed(records, "w1", lease_s=60)
    clock.advance(hours=1)

    assert records.inbox.done(item.id, "w1")
    assert records.inbox.claim("w2") is None


@pytest.mark.parametrize("act", ["renew", "later", "done", "fail"])
def test_one_that_lost_its_lease_changes_nothing(records: Records, clock: TestClock, act: str) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    item = claimed(records, "w1", lease_s=60)
    clock.advance(seconds=61)
    claimed(records, "w2", lease_s=60)
    before = stored(records, item.id)

    changed = {
        "renew": lambda: records.inbox.renew(item.id, "w1"),
        "later": lambda: records.inbox.later(item.id, "w1", clock.now),
        "done": lambda: records.inbox.done(item.id, "w1"),
        "fail": lambda: records.inbox.fail(item.id, "w1", "ref"),
    }[act]()

    assert changed is False
    assert stored(records, item.id) == before


def test_nobody_finishes_what_nobody_claimed(records: Records) -> None:
    item_id = records.inbox.receive(["a"], "question", QUESTION)

    assert not records.inbox.done(str(item_id), "w1")
    assert not records.inbox.done(str(item_id), "")
    assert not records.inbox.renew("no such item", "w1")


def test_an_item_put_off_waits_until_it_is_due(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    item = claimed(records)

    assert records.inbox.later(item.id, "w1", clock.now + timedelta(seconds=30))
    assert records.inbox.claim("w1") is None
    clock.advance(seconds=30)
    assert claimed(records, "w2").attempts == 2


def test_an_attempt_that_does_not_count_is_not_counted(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    for _ in range(3):
        item = claimed(records)
        records.inbox.later(item.id, "w1", clock.now, count=False)

    assert claimed(records).attempts == 1


def test_done_wipes_what_was_said_and_by_whom(records: Records) -> None:
    item_id = records.inbox.receive(["a"], "question", QUESTION)

    assert records.inbox.done(claimed(records).id, "w1")
    row = stored(records, str(item_id))
    assert (row["payload"], row["user"], row["state"]) == ({}, "", "done")


def test_a_failed_item_keeps_where_to_apologise_and_none_of_its_text(records: Records) -> None:
    payload: dict[str, Json] = {
        "question": {**QUESTION, "thread_ts": "1.0", "user": "U0ALICE"}, "text": "secret",
        "blocks": [{"text": "secret"}], "surface": "secret " * 20,
    }  # fmt: skip
    item_id = str(records.inbox.receive(["a"], "question", payload))

    assert records.inbox.fail(claimed(records).id, "w1", "4f0c")
    row = stored(records, item_id)
    kept = {"team": "T1", "user": "U0ALICE", "channel": "C1", "ts": "1.2", "thread_ts": "1.0"}
    assert (row["payload"], row["reference"]) == ({"question": kept}, "4f0c")
    assert "secret" not in json.dumps(row, default=str)
    assert records.inbox.claim("w2") is None
    assert records.inbox.state().failed == 1


def test_whose_an_item_is_is_read_nearest_to_the_top(records: Records) -> None:
    payload: dict[str, Json] = {"event": {"user": "U2", "team": "T2"}, "user": "U1", "body": {"text": "x"}}
    item_id = str(records.inbox.receive(["a"], "question", payload))

    row = stored(records, item_id)

    assert (row["team"], row["user"]) == ("T2", "U1")


def test_the_state_counts_what_waits_is_worked_on_and_has_failed(records: Records, clock: TestClock) -> None:
    assert records.inbox.state() == InboxState(0, 0, 0, 0.0)
    for name in ("failed", "worked on", "waits", "waits too"):
        records.inbox.receive([name], "question", {})
        clock.advance(seconds=10)
    records.inbox.receive(["not yet"], "question", {}, due=clock.now + timedelta(hours=1))
    records.inbox.fail(claimed(records).id, "w1", "r")
    claimed(records, "w2", lease_s=60)

    assert records.inbox.state() == InboxState(waiting=2, claimed=1, failed=1, oldest_waiting_s=20.0)

    clock.advance(seconds=60)
    assert records.inbox.state() == InboxState(waiting=3, claimed=0, failed=1, oldest_waiting_s=90.0)


def test_a_delivery_that_is_known_leaves_no_trace_of_itself_but_its_keys(records: Records) -> None:
    records.inbox.receive(["a"], "question", QUESTION)
    records.inbox.receive(["a", "b"], "question", {**QUESTION, "text": "another"})

    with records.database.read() as connection:
        assert len(connection.execute(select(inbox)).all()) == 1
        assert sorted(connection.scalars(select(inbox_keys.c.key))) == ["a", "b"]


def test_looking_for_work_does_not_read_what_is_done(records: Records) -> None:
    """By the plan of the very statements that are sent."""
    with records.database.engine.connect() as connection:
        if not records.database.is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")  # a small table is read whole, whatever its indexes
        explain = "EXPLAIN QUERY PLAN " if records.database.is_sqlite else "EXPLAIN "
        plans = []
        for statement in sent_by(records, lambda: (records.inbox.claim("w1"), records.inbox.state())):
            rows = connection.exec_driver_sql(explain + statement[0], statement[1]).all()
            plans.append(" ".join(str(row) for row in rows))

    assert len(plans) == 3
    assert ["ix_inbox_live" in plan for plan in plans[:2]] == [True, True]
    assert "ix_inbox_failed" in plans[2]


def sent_by(records: Records, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """The queries that were sent meanwhile, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, values))

    event.listen(records.database.engine, "before_cursor_execute", note)
    work()
    event.remove(records.database.engine, "before_cursor_execute", note)
    return sent
