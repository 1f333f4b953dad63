"""The durable inbox: what came from Slack is stored before it is acknowledged, and worked on once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select, update

from records.columns import Json
from records.database import Database
from records.schema import FAILED, ID, LIVE, inbox, inbox_keys

WAITING, CLAIMED, DONE, GIVEN_UP = "waiting", "claimed", "done", "failed"

KEEP_KEYS = timedelta(days=2)
"""Slack repeats a delivery for up to a day ("delayed events"), so a key is remembered for longer than that."""

_TO_APOLOGISE = frozenset({"team", "channel", "user", "ts", "thread_ts", "surface", "answer_id"})


@dataclass(frozen=True, slots=True)
class Item:
    """Something to work on; `attempts` is 1 at the first claim."""

    id: str
    kind: str
    payload: Mapping[str, Json]
    attempts: int
    received: datetime


@dataclass(frozen=True, slots=True)
class InboxState:
    """How many could be claimed now, are being worked on, and have failed; and for how long the oldest has been due."""

    waiting: int
    claimed: int
    failed: int
    oldest_waiting_s: float


class Inbox:
    """Items and the keys by which they were delivered.

    A payload says whose it is by `team` and `user`, at its top or in a mapping in it, so that it can be forgotten.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def receive(
        self, keys: Sequence[str], kind: str, payload: Mapping[str, Json], *, due: datetime | None = None
    ) -> str | None:
        """Store an item; its id, or None when any of its keys is known already (and the others are known from now)."""
        now = self._database.now()
        with self._database.write() as connection:
            # In order, so that two deliveries of the same keys cannot each wait for the other.
            rows = [{"key": key, "received": now} for key in sorted(set(keys))]
            learn = self._database.insert(inbox_keys).on_conflict_do_nothing().returning(inbox_keys.c.key)
            if rows and len(connection.execute(learn.values(rows)).all()) < len(rows):
                return None
            item_id = uuid.uuid4().hex
            connection.execute(
                inbox.insert().values(
                    id=item_id, kind=kind, payload=payload, team=_named("team", payload), user=_named("user", payload),
                    received=now, due=due or now, ready=due or now, state=WAITING, owner="", attempts=0, reference="",
                )
            )  # fmt: skip
            return item_id

    def claim(self, owner: str, *, kinds: Collection[str] | None = None, lease_s: float = 60.0) -> Item | None:
        """Take the item that has been due the longest, for `lease_s`; no two claimers get the same one.

        `owner` is unique among all workers of all processes. An item whose lease ran out may be claimed again.
        """
        now = self._database.now()
        oldest = select(inbox.c.number).where(LIVE, inbox.c.ready <= now)
        if kinds is not None:
            oldest = oldest.where(inbox.c.kind.in_(sorted(kinds)))
        oldest = oldest.order_by(inbox.c.due, inbox.c.number).limit(1)
        with self._database.read() as connection:
            # An idle worker that looks must not keep others from writing.
            if connection.execute(oldest).first() is None:
                return None
        take = (
            update(inbox)
            # SKIP LOCKED is PostgreSQL's; SQLite leaves it out, and has one writer at a time anyway.
            .where(inbox.c.number == oldest.with_for_update(skip_locked=True).scalar_subquery())
            .values(
                state=CLAIMED, owner=owner, ready=now + timedelta(seconds=lease_s), attempts=inbox.c.attempts + 1
            )
            .returning(inbox)
        )  # fmt: skip
        with self._database.write() as connection:
            row = connection.execute(take).first()
        return _item(row) if row else None

    def renew(self, item_id: str, owner: str, lease_s: float = 60.0) -> bool:
        """Hold an item for longer; False when somebody else has it now."""
        return self._change(item_id, owner, ready=self._database.now() + timedelta(seconds=lease_s))

    def later(self, item_id: str, owner: str, due: datetime, *, count: bool = True) -> bool:
        """Give an item back to be claimed at `due`; without `count` this attempt was none. False: it is another's."""
        attempts = inbox.c.attempts if count else inbox.c.attempts - 1
        return self._change(item_id, owner, state=WAITING, owner="", due=due, ready=due, attempts=attempts)

    def done(self, item_id: str, owner: str) -> bool:
        """Finish an item and wipe its payload; False when somebody else has it now."""
        return self._change(item_id, owner, state=DONE, owner="", payload={}, user="")

    def fail(self, item_id: str, owner: str, reference: str) -> bool:
        """Give an item up, keeping of its payload only where to apologise. False: it is another's."""
        with self._database.read() as connection:
            payload = connection.execute(select(inbox.c.payload).where(inbox.c.id == item_id)).scalar()
        return self._change(
            item_id, owner, state=GIVEN_UP, owner="", reference=reference, payload=_address(payload or {})
        )

    def state(self) -> InboxState:
        now = self._database.now()
        is_due = inbox.c.ready <= now
        live = select(
            func.count(case((is_due, 1))), func.count(case((~is_due & (inbox.c.state == CLAIMED), 1))),
            func.min(case((is_due, inbox.c.due))),
        ).where(LIVE)  # fmt: skip
        with self._database.read() as connection:
            waiting, claimed, oldest = connection.execute(live).one()
            failed = connection.scalar(select(func.count()).select_from(inbox).where(FAILED)) or 0
        return InboxState(waiting, claimed, failed, (now - oldest).total_seconds() if oldest else 0.0)

    def _change(self, item_id: str, owner: str, /, **values: Any) -> bool:
        """Change an item if its worker still has it."""
        mine = (inbox.c.id == item_id) & (inbox.c.state == CLAIMED) & (inbox.c.owner == owner)
        with self._database.write() as connection:
            changed = connection.execute(update(inbox).where(mine).values(values).returning(inbox.c.id))
            return changed.first() is not None


def _item(row: Row[Any]) -> Item:
    return Item(row.id, row.kind, row.payload, row.attempts, row.received)


def _named(name: str, payload: Mapping[str, Json]) -> str:
    """The first text of that name, nearest to the top; "" where there is none."""
    found = next(_texts(name, payload), "")
    return found if len(found) <= ID else ""


def _texts(name: str, payload: Mapping[str, Json]) -> Iterator[str]:
    found = payload.get(name)
    if isinstance(found, str):
        yield found
    for inner in payload.values():
        if isinstance(inner, Mapping):
            yield from _texts(name, inner)


def _address(payload: Mapping[str, Json]) -> dict[str, Json]:
    """The ids in a payload by which its person and place are reached, and none of its text."""
    kept: dict[str, Json] = {}
    for name, found in payload.items():
        if isinstance(found, Mapping):
            kept |= {name: inner} if (inner := _address(found)) else {}
        elif name in _TO_APOLOGISE and isinstance(found, str) and len(found) <= ID:
            kept[name] = found
    return kept
