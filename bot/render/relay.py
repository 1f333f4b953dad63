"""Notices for when words between an asker and an officer cannot be passed on."""

from __future__ import annotations

from bot.model import Message
from bot.render import limits


def withdrawn_note() -> Message:
    """In the officers' thread, when the asker had their data deleted."""
    return limits.message("The asker had their data deleted, so this question is closed. Nothing more is passed on.")


def unreachable() -> Message:
    """In the officers' thread, when Slack does not let us write to the asker."""
    return limits.message("I cannot write to the asker in Slack, so nothing is passed on. Reach them another way.")


def too_long(limit: int) -> Message:
    """To whoever wrote a message that is longer than what is kept of one."""
    return limits.message(
        f"Your message is longer than {limit:,} characters, so I have not passed it on. Send it in several parts."
    )
