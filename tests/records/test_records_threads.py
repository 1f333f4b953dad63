"""Where the bot takes part, and where it is quiet."""

from __future__ import annotations

from records import Records
from records.threads import ThreadState

THREAD = ("T1", "C1", "1.0")


def test_a_thread_that_nobody_asked_in_is_unknown(records: Records) -> None:
    assert records.threads.get(*THREAD) is None


def test_the_bot_takes_part_where_it_was_addressed(records: Records) -> None:
    records.threads.engage(*THREAD, "U0ALICE")
    records.threads.engage(*THREAD, "U0BEA")

    assert records.threads.get(*THREAD) == ThreadState("U0BEA", quiet=False)
    assert records.threads.get("T1", "C1", "2.0") is None


def test_it_is_quiet_until_it_is_addressed_again(records: Records) -> None:
    records.threads.engage(*THREAD, "U0ALICE")
    records.threads.hush(*THREAD)
    assert records.threads.get(*THREAD) == ThreadState("U0ALICE", quiet=True)

    records.threads.engage(*THREAD, "U0ALICE")

    assert records.threads.get(*THREAD) == ThreadState("U0ALICE", quiet=False)


def test_it_can_be_quiet_where_it_never_took_part(records: Records) -> None:
    records.threads.hush(*THREAD)

    assert records.threads.get(*THREAD) == ThreadState("", quiet=True)
