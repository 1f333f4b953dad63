"""Anytown LMC, the sample workspace: people of every kind, channels of every kind, and the app as it is installed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from localslack.clock import Clock
from localslack.world import AppConfig, Channel, Kind, Team, Token, User, UserGroup, Workspace

TEAM = Team("T0ANYTOWN", "Anytown LMC", "anytown-lmc")
OTHER_TEAM = "T0PARTNER"
BOT = "U0GUIDBOT"
BOT_TOKEN = "xoxb-local-bot-token"  # noqa: S105 - tokens of a Slack that exists on this machine only
APP_TOKEN = "xapp-local-app-token"  # noqa: S105
SIGNING_SECRET = "local-signing-secret"  # noqa: S105
CLIENT_SECRET = "local-client-secret"  # noqa: S105

BOT_SCOPES = frozenset(
    """app_mentions:read assistant:write channels:history channels:read chat:write commands files:read files:write
    groups:history groups:read im:history im:read im:write reactions:write usergroups:read users:read""".split()  # noqa: SIM905 - read as a list
)

EVENTS = frozenset(
    """app_home_opened app_mention member_joined_channel member_left_channel message.channels message.groups message.im
    subteam_members_changed subteam_updated user_change""".split()  # noqa: SIM905 - read as a list
)

COMMANDS = {"/ask": "Ask the guidance; only you see the answer until you share it"}
MESSAGE_SHORTCUTS = {"ask_about_message": "Ask about this message"}
GLOBAL_SHORTCUTS = {"ask_global": "Ask the guidance"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the sample."""

    name: str
    real_name: str
    title: str
    is_admin: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    deleted: bool = False


PEOPLE = (
    Somebody("alice", "Alice Archer", "LMC officer"),
    Somebody("olu", "Olu Adeyemi", "Medical secretary", is_admin=True),
    Somebody("bea", "Bea Bright", "Office manager", is_admin=True),
    Somebody("mo", "Mo Malik", "Practice manager, Mill Lane Surgery"),
    Somebody("priya", "Priya Patel", "Practice manager, The Green Practice"),
    Somebody("pat", "Pat Porter", "GP"),
    Somebody("gus", "Gus Guest", "Locum", is_guest=True),
    Somebody("ext", "Erin Extern", "ICB primary care team", is_stranger=True),
    Somebody("dan", "Dan Departed", "Former officer", deleted=True),
)

GROUPS = (
    ("S0OFFICERS", "lmc-officers", "LMC officers", ("alice", "olu", "bea")),
    ("S0ADMINS", "lmc-admins", "Library admins", ("olu", "bea")),
    ("S0PRACTICE", "practice-managers", "Practice managers", ("mo", "priya")),
    ("S0CONFID", "lmc-confidential", "Confidential matters", ("olu",)),
)

TEAM_MEMBERS = ("alice", "olu", "bea", "mo", "priya", "pat")
CHANNELS: tuple[tuple[str, str, Kind, tuple[str, ...]], ...] = (
    ("C0GENERAL", "general", "channel", TEAM_MEMBERS),
    ("C0OFFICERS", "officers", "group", ("alice", "olu", "bea")),
    ("C0PRACTICE", "practice-managers", "group", ("alice", "olu", "bea", "mo", "priya")),
    ("C0LOBBY", "lobby", "channel", ("alice", "mo", "pat", "gus")),
    ("C0SHARED", "shared-icb", "channel", ("alice", "mo", "ext")),
    ("C0ARCHIVE", "archive", "channel", ("alice", "olu")),
)


def app_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What `anytown` needs of an app's manifest: its scopes, events, commands and shortcuts."""
    features, events = manifest["features"], manifest["settings"]["event_subscriptions"]["bot_events"]
    shortcuts: dict[str, dict[str, str]] = {"message": {}, "global": {}}
    for one in features.get("shortcuts", []):
        shortcuts[one["type"]][one["callback_id"]] = one["name"]
    return {
        "events": set(events), "scopes": frozenset(manifest["oauth_config"]["scopes"]["bot"]),
        "commands": {one["command"]: one["description"] for one in features.get("slash_commands", [])},
        "message_shortcuts": shortcuts["message"], "global_shortcuts": shortcuts["global"],
    }  # fmt: skip


def user_id(name: str) -> str:
    return "U0" + "".join(letter for letter in name.upper() if letter.isalnum())


def anytown(
    *,
    events: Collection[str] = EVENTS,
    scopes: Collection[str] = BOT_SCOPES,
    commands: dict[str, str] | None = None,
    message_shortcuts: dict[str, str] | None = None,
    global_shortcuts: dict[str, str] | None = None,
    clock: Clock | None = None,
) -> Workspace:
    """A new workspace. `events`, `scopes`, commands and shortcuts are the app's, as its manifest has them."""
    app = AppConfig(
        id="A0GUIDANCE", name="Guidance Assistant", bot_user=BOT, bot_id="B0GUIDBOT", events=set(events),
        commands=dict(COMMANDS if commands is None else commands),
        message_shortcuts=dict(MESSAGE_SHORTCUTS if message_shortcuts is None else message_shortcuts),
        global_shortcuts=dict(GLOBAL_SHORTCUTS if global_shortcuts is None else global_shortcuts),
        signing_secret=SIGNING_SECRET, client_id="1234567890.1234567890", client_secret=CLIENT_SECRET,
    )  # fmt: skip
    world = Workspace(TEAM, app, clock or Clock())
    _add_channels(world)
    _add_people(world)
    world.tokens[BOT_TOKEN] = Token(BOT_TOKEN, "bot", frozenset(scopes), BOT)
    world.tokens[APP_TOKEN] = Token(APP_TOKEN, "app", frozenset({"connections:write", "authorizations:read"}))
    return world


def add_person(world: Workspace, one: Somebody) -> User:
    """Somebody more, with a direct message with the bot, in no channel."""
    team = OTHER_TEAM if one.is_stranger else TEAM.id
    user = User(
        user_id(one.name), one.name, one.real_name, team, email=f"{one.name}@anytown-lmc.example", title=one.title,
        is_admin=one.is_admin, is_guest=one.is_guest, is_single_channel_guest=one.is_guest,
        is_stranger=one.is_stranger, deleted=one.deleted,
    )  # fmt: skip
    world.users[user.id] = user
    direct = "D" + user.id[1:]
    world.channels[direct] = Channel(direct, "", "im", [user.id, BOT], world.clock.now())
    return user


def _add_people(world: Workspace) -> None:
    for one in PEOPLE:
        add_person(world, one)
    world.users[BOT] = User(BOT, "guidance", world.app.name, TEAM.id, is_bot=True)
    for group_id, handle, name, users in GROUPS:
        world.groups[group_id] = UserGroup(group_id, handle, name, [user_id(user) for user in users])


def _add_channels(world: Workspace) -> None:
    created = world.clock.now()
    for channel_id, name, kind, members in CHANNELS:
        channel = Channel(channel_id, name, kind, [BOT, *(user_id(member) for member in members)], created)
        channel.creator, channel.is_general = user_id("alice"), name == "general"
        channel.is_archived, channel.is_ext_shared = name == "archive", name == "shared-icb"
        world.channels[channel_id] = channel
