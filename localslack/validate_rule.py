"""The rules that the tables of `validate_element` and `validate_block` are written in.

A rule looks at one value of a payload and notes what Slack would refuse, in Slack's words and with a JSON pointer to
the place: `[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Any
"""A value as it came out of JSON: nothing is known of it yet."""


@dataclass(slots=True)
class Findings:
    """What was refused so far, in the order of the payload."""

    messages: list[str] = field(default_factory=list)

    def refuse(self, at: str, words: str) -> None:
        self.messages.append(f"[ERROR] {words} [json-pointer:{at or '/'}]")


class Rule(Protocol):
    """Anything that can check a value that stands at the JSON pointer `at`."""

    def check(self, value: Json, at: str, found: Findings) -> None: ...


@dataclass(frozen=True, slots=True)
class String:
    """A string of `shortest` to `longest` characters, one of `allowed` where that is given."""

    longest: int | None = None
    shortest: int = 1
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    wanted: str = "invalid value"

    def check(self, value: Json, at: str, found: Findings) -> None:
        if not isinstance(value, str):
            found.refuse(at, "must provide a string")
        elif self.allowed and value not in self.allowed:
            found.refuse(at, f"value must be one of [{', '.join(self.allowed)}]")
        elif len(value) < self.shortest:
            found.refuse(at, f"must be more than {self.shortest - 1} characters")
        elif self.longest is not None and len(value) > self.longest:
            found.refuse(at, f"must be less than {self.longest + 1} characters")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            found.refuse(at, self.wanted)


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `lowest` to `highest`; a whole one unless `whole` is False. True and False are none."""

    lowest: float | None = None
    highest: float | None = None
    whole: bool = True

    def check(self, value: Json, at: str, found: Findings) -> None:
        kinds = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            found.refuse(at, "must provide an integer" if self.whole else "must provide a number")
        elif self.lowest is not None and value < self.lowest:
            found.refuse(at, f"must be greater than or equal to {self.lowest}")
        elif self.highest is not None and value > self.highest:
            found.refuse(at, f"must be less than or equal to {self.highest}")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or False."""

    def check(self, value: Json, at: str, found: Findings) -> None:
        if not isinstance(value, bool):
            found.refuse(at, "must provide a boolean")


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that Slack's reference does not describe."""

    def check(self, value: Json, at: str, found: Findings) -> None:
        """Nothing to refuse."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of `fewest` to `most` items that each satisfy `of`; `gaps` allows null in place of an item."""

    of: Rule
    fewest: int = 1
    most: int | None = None
    gaps: bool = False

    def check(self, value: Json, at: str, found: Findings) -> None:
        if not isinstance(value, list):
            found.refuse(at, "must provide an array")
            return
        if len(value) < self.fewest:
            found.refuse(at, f"no fewer than {self.fewest} items allowed")
        if self.most is not None and len(value) > self.most:
            found.refuse(at, f"no more than {self.most} items allowed")
            return
        for number, item in enumerate(value):
            if not (self.gaps and item is None):
                self.of.check(item, f"{at}/{number}", found)


Extra = Callable[[Mapping[str, Json], str, Findings], None]
"""What is to be said of several fields together."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: fields that must be there, fields that may be there, and none beside them.

    `type_name` is the value of its `type`; objects without one, such as a confirmation, leave it empty.
    """

    type_name: str = ""
    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    together: Sequence[Extra] = ()

    def check(self, value: Json, at: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.refuse(at, "must provide an object")
            return
        if self.type_name and value.get("type") != self.type_name:
            found.refuse(f"{at}/type", f"unsupported type: {value.get('type')}")
            return
        for name in self.required:
            if value.get(name) is None:
                found.refuse(at, f"missing required field: {name}")
        for name, item in value.items():
            self._check_field(name, item, at, found)
        for rule in self.together:
            rule(value, at, found)

    def _check_field(self, name: str, item: Json, at: str, found: Findings) -> None:
        rule = self.required.get(name) or self.optional.get(name)
        if rule is None:
            if name != "type" or not self.type_name:
                found.refuse(at, f"invalid additional property: {name}")
        elif item is not None:  # Slack takes null for a field that is not there
            rule.check(item, f"{at}/{name}", found)

    @property
    def fields(self) -> frozenset[str]:
        own = {"type"} if self.type_name else set()
        return frozenset({*self.required, *self.optional, *own})


@dataclass(frozen=True, slots=True)
class Either:
    """An object of one of several shapes, told apart by its `type`."""

    shapes: Mapping[str, Shape]

    def check(self, value: Json, at: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.refuse(at, "must provide an object")
            return
        name = value.get("type")
        if name is None:
            found.refuse(at, "missing required field: type")
        elif not isinstance(name, str) or name not in self.shapes:
            found.refuse(f"{at}/type", f"unsupported type: {name}")
        else:
            self.shapes[name].check(value, at, found)


def only(shapes: Mapping[str, Shape], names: Collection[str]) -> Either:
    """Those of `shapes` that may stand in one place."""
    return Either({name: shapes[name] for name in sorted(names)})


def items(value: Mapping[str, Json], name: str) -> list[Json]:
    """The list in that field; empty for anything else, which its own rule refuses."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def needs_one_of(*names: str) -> Extra:
    """At least one of these fields."""

    def rule(value: Mapping[str, Json], at: str, found: Findings) -> None:
        if all(value.get(name) is None for name in names):
            found.refuse(at, f"must define one of: {', '.join(names)}")

    return rule


def never_both(one: str, other: str) -> Extra:
    """One of these fields at most."""

    def rule(value: Mapping[str, Json], at: str, found: Findings) -> None:
        if value.get(one) is not None and value.get(other) is not None:
            found.refuse(at, f"cannot specify both {one} and {other}")

    return rule


def exactly_one_of(one: str, other: str) -> tuple[Extra, Extra]:
    """One of these fields, and not both."""
    return needs_one_of(one, other), never_both(one, other)
