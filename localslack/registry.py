"""What a Web API method is: its name, who may call it, how often, and the function that answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localslack.errors import SlackError
from localslack.tiers import TIER_3, Tier
from localslack.world import Payload, Token, Workspace

if TYPE_CHECKING:
    from localslack.slack import Slack

TRUE = ("true", "1", "True", True, 1)


class Args:
    """The arguments of a call, whatever they came as: JSON, a form (values are text, lists are JSON), multipart."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        found = self.given.get(name)
        return default if found is None else str(found)

    def required(self, *names: str) -> str:
        """The first of these arguments that is given, as text.

        Raises: SlackError `invalid_arguments` if none is.
        """
        for name in names:
            if found := self.text(name):
                return found
        raise missing(names[0])

    def flag(self, name: str, *, default: bool = False) -> bool:
        found = self.given.get(name)
        return default if found is None else found in TRUE

    def number(self, name: str, default: int) -> int:
        found = self.given.get(name)
        if found in (None, ""):
            return default
        try:
            return int(str(found))
        except ValueError as error:
            raise SlackError("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]) from error

    def data(self, name: str) -> Any:
        """A structure: as it stands, or decoded from the JSON that a form holds."""
        found = self.given.get(name)
        if not isinstance(found, str):
            return found
        if not found:
            return None
        try:
            return json.loads(found)
        except ValueError as error:
            raise SlackError("invalid_arguments", [f"[ERROR] invalid JSON [json-pointer:/{name}]"]) from error

    def items(self, name: str) -> list[Payload]:
        """A list of objects, empty if it is missing."""
        found = self.data(name)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise SlackError("invalid_arguments", [f"[ERROR] must be an array of objects [json-pointer:/{name}]"])
        return found

    def names(self, name: str) -> list[str]:
        """A list of ids: an array, or text with commas."""
        found = self.given.get(name)
        if isinstance(found, list):
            return [str(item) for item in found]
        return [item.strip() for item in str(found or "").split(",") if item.strip()]

    def thing(self, name: str) -> Payload:
        """An object that must be there."""
        found = self.data(name)
        if not isinstance(found, dict):
            raise missing(name)
        return found


def missing(name: str) -> SlackError:
    return SlackError("invalid_arguments", [f"[ERROR] missing required field: {name} [json-pointer:/{name}]"])


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may be answered: its token is valid and has the scope."""

    slack: Slack
    method: str
    args: Args
    token: Token
    authorization: str = ""

    @property
    def world(self) -> Workspace:
        return self.slack.world

    def require(self, *scopes: str) -> None:
        """Raise `missing_scope` unless the token has one of these scopes."""
        if scopes and not self.token.scopes.intersection(scopes):
            provided = ",".join(sorted(self.token.scopes))
            raise SlackError("missing_scope", extra={"needed": ",".join(scopes), "provided": provided})


Answer = Payload
Run = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method. `scopes`: one of them is needed. `kinds`: of token. `is_open`: needs no token."""

    name: str
    run: Run
    tier: Tier
    scopes: tuple[str, ...]
    kinds: frozenset[str]
    is_open: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tier: Tier = TIER_3,
    kinds: tuple[str, ...] = ("bot", "user"),
    is_open: bool = False,
) -> Callable[[Run], Run]:
    """Register the function that answers a method."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(name, run, tier, scopes, frozenset(kinds), is_open)
        return run

    return register
