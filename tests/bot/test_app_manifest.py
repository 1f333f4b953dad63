"""manifest.yml keeps Slack's rules and asks for what the bot uses: no listener without its event, no scope too many."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from slack_bolt import App
from slack_sdk import WebClient

import bot
from bot import actions, listeners
from bot.parts import Parts

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "manifest.yml").read_text("utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)
FEATURES: dict[str, Any] = MANIFEST["features"]
SCOPES = set(MANIFEST["oauth_config"]["scopes"]["bot"])
EVENTS = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])

CONVERSATIONS = {"channels", "groups", "im"}  # group direct messages are not served

# The bot scopes of each Web API method that the bot calls: docs.slack.dev/reference/methods/METHOD. A method that reads
# conversations needs a scope for each kind of them.
METHOD_SCOPES: dict[str, set[str]] = {
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {f"{kind}:history" for kind in CONVERSATIONS},
    "conversations.info": {f"{kind}:read" for kind in CONVERSATIONS},
    "conversations.members": {f"{kind}:read" for kind in CONVERSATIONS},
    "conversations.open": {"im:write"},
    "conversations.replies": {f"{kind}:history" for kind in CONVERSATIONS},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
# The scopes without which Slack does not send an event: docs.slack.dev/reference/events/EVENT.
EVENT_SCOPES: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}
# A file's bytes are fetched from its private address, not by a method.
DOWNLOAD = "url_private"


# --- what the bot uses

KINDS = ("event", "command", "shortcut", "action", "options", "view", "view_closed")


class Recorder:
    """Stands where Bolt's app does while listeners register, and remembers for what."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = {kind: set() for kind in KINDS}

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        if kind not in self.heard:
            raise AttributeError(f"listeners register for app.{kind}, which this test does not know yet")

        def register(named: Any, **_: Any) -> Callable[[Any], Any]:
            self.heard[kind].add(named["type"] if isinstance(named, dict) else getattr(named, "pattern", named))
            return lambda listener: listener

        return register


@cache
def heard() -> dict[str, set[str]]:
    """What the listeners of the bot are registered for."""
    recorder = Recorder()
    for found in pkgutil.iter_modules(listeners.__path__):
        module = importlib.import_module(f"{listeners.__name__}.{found.name}")
        if hasattr(module, "register"):
            module.register(cast(App, recorder), cast(Parts, None))
    return recorder.heard


@cache
def method_of(function: str) -> frozenset[str]:
    """The Web API methods behind a function of the SDK's client, such as `chat_postMessage`."""
    found = inspect.getattr_static(WebClient, function, None)
    if function.startswith("_") or function == "api_call" or not inspect.isfunction(found):
        return frozenset()
    source = inspect.getsource(found)
    inner = {name for used in re.findall(r"self\.(\w+)\(", source) if used != function for name in method_of(used)}
    return frozenset({*re.findall(r'api_call\(\s*"([\w.]+)"', source), *inner})


def words_of(file: Path) -> Iterator[str]:
    """Every attribute and every string of a module: a method of Slack is called by one or the other."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def called() -> frozenset[str]:
    """The Web API methods that the bot calls."""
    every = {name for function in dir(WebClient) for name in method_of(function)}
    found: set[str] = set()
    for file in Path(next(iter(bot.__path__))).rglob("*.py"):
        for word in words_of(file):
            found |= method_of(word) if word.isidentifier() else {word} & every
    return frozenset(found)


def downloads() -> bool:
    return any(DOWNLOAD in word for file in Path(next(iter(bot.__path__))).rglob("*.py") for word in words_of(file))


def scopes_used() -> set[str]:
    by_methods = {scope for method in called() for scope in METHOD_SCOPES.get(method, set())}
    by_events = {scope for event in EVENTS for scope in EVENT_SCOPES[event]}
    by_features = {"commands"} if heard()["command"] | heard()["shortcut"] else set()
    return by_methods | by_events | by_features | ({"files:read"} if downloads() else set())


# --- it asks for what is used, and for no more


def test_the_scopes_of_every_method_that_is_called_are_known() -> None:
    """For a new one look at its page at docs.slack.dev and add it to METHOD_SCOPES."""
    assert called() <= set(METHOD_SCOPES)
    assert "chat.postMessage" in called()


def test_every_method_that_is_called_has_its_scopes() -> None:
    missing = {method: METHOD_SCOPES[method] - SCOPES for method in called() if METHOD_SCOPES[method] - SCOPES}

    assert not missing


def test_every_event_has_its_scopes() -> None:
    assert set(EVENT_SCOPES) >= EVENTS
    assert not {event: EVENT_SCOPES[event] - SCOPES for event in EVENTS if EVENT_SCOPES[event] - SCOPES}


def test_every_listener_of_an_event_has_its_event_and_every_event_a_listener() -> None:
    assert heard()["event"] == {event.partition(".")[0] for event in EVENTS}


def test_messages_are_heard_in_every_kind_of_conversation_that_is_served() -> None:
    assert {event for event in EVENTS if event.startswith("message.")} == {
        "message.channels",
        "message.groups",
        "message.im",
    }


def test_every_command_and_shortcut_has_its_listener_and_the_other_way_round() -> None:
    assert heard()["command"] == {command["command"] for command in FEATURES["slash_commands"]} == {actions.ASK_COMMAND}
    assert heard()["shortcut"] == {shortcut["callback_id"] for shortcut in FEATURES["shortcuts"]}


def test_no_scope_is_asked_for_that_nothing_uses() -> None:
    assert scopes_used() == SCOPES


def test_a_direct_message_and_app_home_are_switched_on() -> None:
    assert FEATURES["app_home"] == {
        "home_tab_enabled": "views.publish" in called(),
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is bool(heard()["action"])


def test_every_scope_and_event_says_what_it_is_for() -> None:
    listed = dict(re.findall(r"^ {6}- ([\w:.]+)\s+# (.+)$", TEXT, re.MULTILINE))

    assert set(listed) == SCOPES | EVENTS


# --- Slack's limits (its manifest schema, version 2)

LIMITS: list[tuple[str, list[str], int, int]] = [
    ("name", [MANIFEST["display_information"]["name"]], 1, 35),
    ("description", [MANIFEST["display_information"]["description"]], 1, 140),
    ("long_description", [MANIFEST["display_information"]["long_description"]], 175, 4_000),
    ("agent_description", [FEATURES["agent_view"]["agent_description"]], 1, 300),
    ("display_name of the bot", [FEATURES["bot_user"]["display_name"]], 1, 80),
    ("titles of prompts", [prompt["title"] for prompt in FEATURES["agent_view"]["suggested_prompts"]], 1, 75),
    ("names of shortcuts", [shortcut["name"] for shortcut in FEATURES["shortcuts"]], 1, 24),
    ("descriptions of shortcuts", [shortcut["description"] for shortcut in FEATURES["shortcuts"]], 1, 150),
    ("callback ids", [shortcut["callback_id"] for shortcut in FEATURES["shortcuts"]], 1, 255),
    ("commands", [command["command"] for command in FEATURES["slash_commands"]], 2, 32),
    ("descriptions of commands", [command["description"] for command in FEATURES["slash_commands"]], 1, 2_000),
    ("usage hints", [command["usage_hint"] for command in FEATURES["slash_commands"]], 1, 1_000),
]


@pytest.mark.parametrize(("texts", "shortest", "longest"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_texts_are_as_long_as_slack_allows(texts: list[str], shortest: int, longest: int) -> None:
    assert all(shortest <= len(text) <= longest for text in texts)


@pytest.mark.parametrize(
    ("listed", "most"),
    [
        (FEATURES["agent_view"]["suggested_prompts"], 4),
        (FEATURES["shortcuts"], 10),
        (FEATURES["slash_commands"], 50),
        (sorted(EVENTS), 100),
    ],
)
def test_lists_are_as_long_as_slack_allows(listed: list[Any], most: int) -> None:
    assert 1 <= len(listed) <= most


def test_nothing_stands_twice() -> None:
    for listed in _lists(MANIFEST):
        shown = [str(item) for item in listed]
        assert len(shown) == len(set(shown)), shown


def _lists(value: Any) -> Iterator[list[Any]]:
    inside: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, list):
        yield value
    for item in inside:
        yield from _lists(item)


def test_it_is_a_new_agent_app_that_needs_no_public_address() -> None:
    assert "agent_view" in FEATURES
    assert "assistant_view" not in FEATURES  # refused for new apps since 30 June 2026
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert "url" not in TEXT.replace("a url:", "")
    assert re.fullmatch(r"#[0-9A-F]{6}", MANIFEST["display_information"]["background_color"])
    assert re.fullmatch(r"[a-z0-9._-]+", FEATURES["bot_user"]["display_name"])
    assert MANIFEST["_metadata"]["major_version"] == 2


def test_the_manifest_has_only_parts_that_the_schema_has() -> None:
    assert set(MANIFEST) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(FEATURES) <= {"agent_view", "app_home", "bot_user", "shortcuts", "slash_commands"}
    assert set(MANIFEST["settings"]) == {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    }
