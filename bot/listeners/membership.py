"""Who is in a channel or a user group has changed: what we knew of it is forgotten at once."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from bot.parts import Parts


def register(app: App, parts: Parts) -> None:
    def channel_changed(event: dict[str, Any]) -> None:
        parts.people.forget_place(str(event.get("channel") or ""))

    def person_changed(event: dict[str, Any]) -> None:
        parts.people.forget_person(str((event.get("user") or {}).get("id") or ""))

    def groups_changed() -> None:
        parts.people.forget_groups()

    app.event("member_joined_channel")(channel_changed)
    app.event("member_left_channel")(channel_changed)
    app.event("user_change")(person_changed)
    app.event("subteam_members_changed")(groups_changed)
    app.event("subteam_updated")(groups_changed)
