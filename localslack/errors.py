"""What goes wrong: for the app (an error name of Slack's), for a person at the screen, and for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class SlackError(Exception):
    """What the Web API answers instead of `ok: true`.

    Args:
        error: Slack's name for it, such as `channel_not_found`.
        messages: Slack's details, such as `[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text]`.
        extra: further keys of the answer, such as `needed` and `provided` of `missing_scope`.
    """

    def __init__(self, error: str, messages: Sequence[str] = (), extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = tuple(messages)
        self.extra = dict(extra or {})


class NotBuilt(Exception):
    """A method that Slack has and that is not built here: HTTP 501, and the test fails."""


class NotPossible(Exception):
    """Slack's client would not let this person do that: the button is not there, the field is required, …"""


class LintFailure(AssertionError):
    """The app did what it must never do in Slack; one line for each finding."""
