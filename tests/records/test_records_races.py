"""Many threads and several processes at once, some of them killed: nothing is lost and nothing happens twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from records import Records
from records.schema import audit, inbox, people

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
THREADS = 20


@pytest.fixture
def open_records(url: str) -> Iterator[Records]:
    """With the clock on the wall."""
    with Records.open(url) as records:
        yield records


def at_once(work: Callable[[int], object], count: int = THREADS) -> list[object]:
    """What each of many threads returned, all having begun together."""
    together = threading.Barrier(count)

    def begin(number: int) -> object:
        together.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def child(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.records.records_child", *(str(argument) for argument in arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(*processes: subprocess.Popen[str]) -> Counter[str]:
    """Every line of children that end well."""
    lines: Counter[str] = Counter()
    for process in processes:
        output, _ = process.communicate(timeout=120)
        lines.update(output.splitlines())
        assert process.returncode == 0
    return lines


def states(records: Records) -> dict[str, int]:
    with records.database.read() as connection:
        rows = connection.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state)).all()
        return {row[0]: row[1] for row in rows}


def test_one_item_delivered_by_many_threads_is_stored_once(open_records: Records) -> None:
    """Each thread brings two of three keys, so that each pair of deliveries shares at least one."""
    pairs = [["a", "b"], ["c", "b"], ["c", "a"]]

    for turn in range(10):
        ids = at_once(
            lambda number, turn=turn: open_records.inbox.receive(  # type: ignore[misc]
                [f"{turn}{key}" for key in pairs[number % 3]], "question", {}
            )
        )
        assert len([found for found in ids if found]) == 1

    assert states(open_records) == {"waiting": 10}


def test_twenty_claimers_share_two_hundred_items_without_sharing_one(open_records: Records) -> None:
    for number in range(200):
        open_records.inbox.receive([str(number)], "question", {"n": number})

    def claim_all(owner: int) -> list[str]:
        mine = []
        while item := open_records.inbox.claim(f"w{owner}"):
            mine.append(item.id)
            assert open_records.inbox.done(item.id, f"w{owner}")
        return mine

    taken: list[str] = [item for mine in at_once(claim_all) for item in mine]  # type: ignore[attr-defined]

    assert len(taken) == len(set(taken)) == 200
    assert states(open_records) == {"done": 200}


def test_an_item_whose_lease_ran_out_has_one_new_worker(open_records: Records) -> None:
    for turn in range(20):
        open_records.inbox.receive([f"k{turn}"], f"kind-{turn}", {})
        assert open_records.inbox.claim("first", kinds=[f"kind-{turn}"], lease_s=-1)

        taken = at_once(lambda number, turn=turn: open_records.inbox.claim(f"w{number}", kinds=[f"kind-{turn}"]), 8)  # type: ignore[misc]

        assert len([item for item in taken if item]) == 1


def test_of_many_officers_who_click_at_once_one_has_it(open_records: Records) -> None:
    for _ in range(10):
        one = open_records.escalations.open(team="T1", user="U0MO")

        claimed = at_once(lambda number, one=one: open_records.escalations.claim(one.id, f"U0{number}"))  # type: ignore[misc]

        assert claimed.count(True) == 1


def test_a_person_who_is_noted_by_many_at_once_has_one_pseudonym(open_records: Records) -> None:
    at_once(lambda number: open_records.audit.note("U0OLU", "a", str(number)))

    with open_records.database.read() as connection:
        assert len(set(connection.scalars(select(audit.c.actor)))) == 1
        assert len(connection.execute(select(people)).all()) == 1


def test_three_processes_store_and_finish_each_item_once(url: str) -> None:
    """They open an empty database together, so that they also build its tables together."""
    items = 60

    lines = said(*(child("work", url, f"p{number}", items, 600) for number in range(3)))

    assert lines == {
        "delivered": 3,
        **{f"{what} {number}": 1 for what in ("stored", "claimed", "done") for number in range(items)},
    }


def test_processes_that_are_killed_and_replaced_lose_nothing_and_double_nothing(
    url: str, open_records: Records
) -> None:
    items, deaths = 60, 6
    lines: Counter[str] = Counter()
    with ExitStack() as stack:
        for death in range(deaths):
            victim = stack.enter_context(child("work", url, f"victim-{death}", items, 0.2))
            assert victim.stdout is not None
            # Each dies after another number of lines: while it delivers, while it claims, while it finishes.
            seen = [victim.stdout.readline().strip() for _ in range(7 + 3 * death)]
            victim.kill()
            lines.update(line for line in [*seen, *victim.stdout.read().splitlines()] if line)
    lines.update(said(child("work", url, "last-1", items, 0.2), child("work", url, "last-2", items, 0.2)))

    assert states(open_records) == {"done": items}
    assert max(lines[f"stored {number}"] for number in range(items)) == 1
    assert max(lines[f"done {number}"] for number in range(items)) == 1


def test_killed_at_any_moment_an_item_is_neither_lost_nor_doubled(url: str, open_records: Records) -> None:
    most = 200
    deaths = [line.split() for line in said(child("die", url, most))]
    open_records.database.now = lambda: datetime.now(UTC) + timedelta(hours=1)

    assert max(int(moment) for moment, *_ in deaths) < most
    assert len({tuple(steps) for _, *steps in deaths}) == 5  # nothing, received, known, claimed, done and lived
    for moment, *steps in deaths:
        check_after(moment, steps, open_records)


def check_after(moment: str, steps: list[str], records: Records) -> None:
    """Slack delivers again what was not acknowledged, and a worker takes what nobody finished."""
    kind = f"moment-{moment}"
    again = [
        records.inbox.receive([f"{kind}-{key}" for key in keys], kind, {"text": kind})
        for keys in (["a", "b"], ["b", "c"])
    ]
    left = records.inbox.claim("after", kinds=[kind])
    finished = bool(left) and records.inbox.done(left.id, "after")  # type: ignore[union-attr]
    with records.database.read() as connection:
        rows = connection.execute(select(inbox.c.state, inbox.c.payload).where(inbox.c.kind == kind)).all()

    assert [tuple(row) for row in rows] == [("done", {})], moment
    assert again[1] is None
    if "received" in steps:
        assert again[0] is None, moment
    if "done" in steps:
        assert not finished, moment
    if left:
        assert left.payload == {"text": kind}
