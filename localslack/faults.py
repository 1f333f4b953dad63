"""What goes wrong on purpose: faults of the Web API and disturbances of deliveries, declared by a test.

Each is used up after `times` uses. `Chaos` makes both at random, from a seed, for long runs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Chosen = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a call of the Web API meets instead of its answer, or, with `after_write`, after its effect.

    Attributes:
        status: the HTTP status, with `body` as it stands; 429 carries `Retry-After` unless `retry_after` is None.
        error: `ok: false` with this error (HTTP 200).
        after_write: what was asked for happens; only its answer is lost.
        reset: the connection is reset.
        delay_s: real seconds before anything happens.
    """

    status: int = 0
    error: str = ""
    after_write: bool = False
    reset: bool = False
    delay_s: float = 0.0
    retry_after: int | None = 1
    body: str = ""

    @property
    def replaces_answer(self) -> bool:
        return bool(self.status or self.error or self.reset or self.body)


@dataclass(frozen=True, slots=True)
class Quirk:
    """How a delivery to the app goes astray.

    Attributes:
        copies: how often the same envelope (or request) is sent.
        lose_ack: the app's answer does not arrive; events are delivered again.
        swallow: nothing arrives at the app (a ghost took it); events are delivered again.
        delay_s: real seconds that it is held back; later ones overtake it.
        bad_signature: the request is signed with another secret (HTTP only).
        stale_s: its timestamp lies this many seconds in the past (HTTP only).
    """

    copies: int = 1
    lose_ack: bool = False
    swallow: bool = False
    delay_s: float = 0.0
    bad_signature: bool = False
    stale_s: float = 0.0

    @property
    def unacked(self) -> bool:
        """No acknowledgement can count; the app is not to blame."""
        return self.lose_ack or self.swallow or self.bad_signature or bool(self.stale_s)


CALM = Quirk()


@dataclass(slots=True)
class Planned:
    """Something for the next `times` calls (or deliveries) of a name that `when` chooses."""

    name: str
    what: Fault | Quirk
    times: int
    when: Chosen | None = None

    def suits(self, name: str, args: Mapping[str, Any]) -> bool:
        return self.times > 0 and self.name in (name, "*") and (self.when is None or self.when(args))


@dataclass(frozen=True, slots=True)
class Chaos:
    """Random trouble from a seed; each rate is the share of calls or deliveries that meets it.

    `status_429`, `status_5xx`, `lost_answer` (503 after the write) and `reset` (after the write) are for the
    methods in `methods`; the others for events. `late` events come `late_s` seconds after others, `reorder` ones
    are overtaken by what comes within `reorder_s`. A socket is cut every `drop_socket_every_s`, 0 for never.
    """

    seed: int = 0
    status_429: float = 0.0
    status_5xx: float = 0.0
    lost_answer: float = 0.0
    reset: float = 0.0
    duplicate: float = 0.0
    lose_ack: float = 0.0
    late: float = 0.0
    late_s: float = 2.0
    reorder: float = 0.0
    reorder_s: float = 0.2
    drop_socket_every_s: float = 0.0
    methods: frozenset[str] = frozenset({"chat.postMessage"})


@dataclass(slots=True)
class Faults:
    """The faults that were declared and not yet used."""

    planned: list[Planned] = field(default_factory=list)
    chaos: Chaos | None = None
    standing: Quirk = CALM
    """What every event meets that meets nothing else."""
    used: list[tuple[str, Fault | Quirk]] = field(default_factory=list)
    _dice: random.Random = field(default_factory=random.Random)

    def plan(self, name: str, what: Fault | Quirk, times: int, when: Chosen | None = None) -> None:
        self.planned.append(Planned(name, what, times, when))

    def unleash(self, chaos: Chaos | None) -> None:
        """From now on, random trouble; None ends it."""
        self.chaos = chaos
        self._dice = random.Random(chaos.seed if chaos else 0)  # noqa: S311 - the same trouble every time

    def for_call(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """What this call meets; it is used up by asking."""
        found = self._next(method, args, Fault) or self._random_fault(method)
        return found if isinstance(found, Fault) else None

    def for_delivery(self, kind: str, payload: Mapping[str, Any]) -> Quirk:
        found = self._next(kind, payload, Quirk) or self._random_quirk(kind)
        if isinstance(found, Quirk):
            return found
        return self.standing if kind == "events_api" else CALM

    def clear(self) -> None:
        self.planned.clear()
        self.chaos = None
        self.standing = CALM

    def _next(self, name: str, args: Mapping[str, Any], kind: type) -> Fault | Quirk | None:
        for one in self.planned:
            if isinstance(one.what, kind) and one.suits(name, args):
                one.times -= 1
                if not one.times:
                    self.planned.remove(one)
                self.used.append((name, one.what))
                return one.what
        return None

    def _random_fault(self, method: str) -> Fault | Quirk | None:
        chaos = self.chaos
        if chaos is None or method not in chaos.methods:
            return None
        return self._one_of(
            method,
            (chaos.status_429, Fault(status=429)),
            (chaos.status_5xx, Fault(status=self._dice.choice((500, 502, 503, 504)))),
            (chaos.lost_answer, Fault(status=503, after_write=True)),
            (chaos.reset, Fault(reset=True, after_write=True)),
        )

    def _random_quirk(self, kind: str) -> Fault | Quirk | None:
        chaos = self.chaos
        if chaos is None or kind != "events_api":
            return None
        return self._one_of(
            kind,
            (chaos.duplicate, Quirk(copies=2)),
            (chaos.lose_ack, Quirk(lose_ack=True)),
            (chaos.late, Quirk(delay_s=chaos.late_s)),
            (chaos.reorder, Quirk(delay_s=self._dice.uniform(0, chaos.reorder_s))),
        )

    def _one_of(self, name: str, *choices: tuple[float, Fault | Quirk]) -> Fault | Quirk | None:
        drawn = self._dice.random()
        for rate, what in choices:
            if drawn < rate:
                self.used.append((name, what))
                return what
            drawn -= rate
        return None
