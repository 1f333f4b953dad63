"""Who somebody is and what a conversation may see, asked of Slack and kept for a minute.

Whatever is not known is `public`: unknown people, guests, people of other organisations, groups that do not exist.
A conversation is cleared for what its least privileged member may read.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.model import BotSettings, Person, Place
from corpus.model import Audience

log = logging.getLogger(__name__)

# How long what Slack said counts. Changes of groups, channels and people reach us as events and are forgotten at once;
# these limits are for events that were lost. Members of a channel are asked for again just before posting.
GROUP_S = 60.0
PLACE_S = 60.0
PROFILE_S = 600.0
EXTERNAL = "external"
UNKNOWN = "unknown"
# Errors of Slack that say "there is no such person or channel (for you)": an answer, not a failure.
_ABSENT = {"user_not_found", "user_not_visible", "users_not_found", "no_such_subteam", "subteam_not_found"}
_NO_CHANNEL = {"channel_not_found", "missing_scope", "method_not_supported_for_channel_type", "fetch_members_failed"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    at: float


@dataclass(frozen=True, slots=True)
class _Profile:
    """What does not depend on groups. `is_outsider`: no full, active, human member of our own workspace."""

    is_outsider: bool
    is_stranger: bool
    is_bot: bool = False
    name: str = ""
    tz: str = "Europe/London"


class People:
    """Roles of people and clearances of conversations. Safe to share between threads.

    Raises, from every method that asks Slack: SlackApiError or the connection's error when Slack cannot be asked;
    nothing is guessed then.
    """

    def __init__(
        self,
        client: WebClient,
        settings: BotSettings,
        *,
        team: str,
        bot_user: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._settings = settings
        self._team = team
        self._bot_user = bot_user
        self._clock = clock
        self._lock = threading.Lock()
        self._profiles: dict[str, _Kept[_Profile]] = {}
        self._groups: dict[str, _Kept[frozenset[str]]] = {}
        self._places: dict[str, _Kept[Place]] = {}

    def person(self, team: str, user: str) -> Person:
        """Who somebody is."""
        profile = self._profile(user)
        if profile.is_outsider:
            return Person(
                team, user, Audience.PUBLIC, is_external=profile.is_stranger, name=profile.name, tz=profile.tz,
                is_guest=not profile.is_stranger,
            )  # fmt: skip
        role = self._role(user)
        admin = user in self._settings.admin_users or self._in_any(user, self._settings.admin_groups)
        officer = Audience.OFFICER.admits(role)
        return Person(team, user, role, is_admin=admin, is_officer=officer, name=profile.name, tz=profile.tz)

    def place(self, team: str, channel: str, *, max_age_s: float = PLACE_S) -> Place:
        """A conversation with its clearance; one that Slack does not show us is `public` and refused.

        Args:
            max_age_s: how old the list of its members may be.
        """
        kept = self._fresh(self._places, channel, max_age_s)
        if kept is None or kept.is_direct:
            return self._keep(self._places, channel, self._ask_place(team, channel))
        return kept

    def is_member(self, channel: str, user: str) -> bool:
        """Whether somebody is in a channel at this moment."""
        return user in self._members_of(channel)

    def forget_place(self, channel: str) -> None:
        """Somebody joined or left: ask again at the next question."""
        with self._lock:
            self._places.pop(channel, None)

    def forget_person(self, user: str) -> None:
        """Somebody's account has changed, and with it perhaps what their channels may read."""
        with self._lock:
            self._profiles.pop(user, None)
            self._places.clear()

    def forget_groups(self) -> None:
        """User groups have changed."""
        with self._lock:
            self._groups.clear()
            self._places.clear()

    # --- what is kept

    def _fresh(self, store: dict[str, _Kept[T]], key: str, max_age_s: float) -> T | None:
        with self._lock:
            kept = store.get(key)
        return kept.value if kept and self._clock() - kept.at <= max_age_s else None

    def _keep(self, store: dict[str, _Kept[T]], key: str, value: T) -> T:
        with self._lock:
            store[key] = _Kept(value, self._clock())
        return value

    # --- people

    def _profile(self, user: str) -> _Profile:
        kept = self._fresh(self._profiles, user, PROFILE_S)
        return kept or self._keep(self._profiles, user, self._ask_profile(user))

    def _ask_profile(self, user: str) -> _Profile:
        try:
            found: dict[str, Any] = self._client.users_info(user=user)["user"]
        except SlackApiError as error:
            if error.response.get("error") not in _ABSENT:
                raise
            return _Profile(is_outsider=True, is_stranger=True)
        name = (found.get("profile") or {}).get("display_name") or found.get("real_name") or found.get("name") or ""
        stranger = _is_stranger(found, self._team)
        bot = bool(found.get("is_bot")) and not stranger
        tz = found.get("tz") or "Europe/London"
        return _Profile(stranger or _is_restricted(found), stranger, is_bot=bot, name=name, tz=tz)

    def _role(self, user: str) -> Audience:
        """The highest role that a group or a setting gives; without any, that of members of the workspace."""
        for role in sorted(Audience, key=lambda audience: -audience.rank):
            if user in self._settings.users.get(role, ()):
                return role
            if self._in_any(user, self._settings.groups.get(role, frozenset())):
                return role
        return self._settings.member_role

    def _in_any(self, user: str, groups: Iterable[str]) -> bool:
        return any(user in self._members(group) for group in sorted(groups))

    def _members(self, group: str) -> frozenset[str]:
        kept = self._fresh(self._groups, group, GROUP_S)
        if kept is not None:
            return kept
        try:
            found = frozenset(self._client.usergroups_users_list(usergroup=group)["users"])
        except SlackApiError as error:
            if error.response.get("error") not in _ABSENT:
                raise
            # Fails closed: nobody has the role of a group that is not there.
            log.warning("user group is not there", extra={"group": group})
            found = frozenset()
        return self._keep(self._groups, group, found)

    # --- conversations

    def _ask_place(self, team: str, channel: str) -> Place:
        try:
            found: dict[str, Any] = self._client.conversations_info(channel=channel)["channel"]
            if found.get("is_im"):
                return Place(channel, True, self.person(team, found["user"]).role)
            refused = EXTERNAL if _is_shared(found) and channel not in self._settings.shared_channels else ""
            clearance = Audience.PUBLIC if refused else self._clearance(team, channel)
            return Place(channel, False, clearance, refused)
        except SlackApiError as error:
            if error.response.get("error") not in _NO_CHANNEL:
                raise
            return Place(channel, False, Audience.PUBLIC, UNKNOWN)

    def _clearance(self, team: str, channel: str) -> Audience:
        """The lowest role among the people of a channel; `public` for one that nobody is in. Apps are no people.

        Members without a group come first: one of them decides in most channels, and the others need not be asked for.
        """
        users = [user for user in self._members_of(channel) if user != self._bot_user]
        lowest: Audience | None = None
        for user in sorted(users, key=lambda user: self._role(user).rank):
            if self._profile(user).is_bot:
                continue
            role = self.person(team, user).role
            if lowest is None or role.rank < lowest.rank:
                lowest = role
            if lowest is Audience.PUBLIC:
                break
        return lowest or Audience.PUBLIC

    def _members_of(self, channel: str) -> Iterator[str]:
        cursor = ""
        while True:
            page = self._client.conversations_members(channel=channel, cursor=cursor, limit=1_000)
            yield from page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _is_stranger(user: dict[str, Any], team: str) -> bool:
    enterprise = user.get("enterprise_user") or {}
    teams = {user.get("team_id"), *enterprise.get("teams", ())}
    return bool(user.get("is_stranger")) or team not in teams


def _is_restricted(user: dict[str, Any]) -> bool:
    flags = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_invited_user", "is_workflow_bot")
    return any(user.get(flag) for flag in flags)


def _is_shared(channel: dict[str, Any]) -> bool:
    flags = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")
    return any(channel.get(flag) for flag in flags)
