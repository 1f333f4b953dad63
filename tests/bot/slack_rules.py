"""An independent reading of what Slack would make of a message or a view: its live markup, its limits, its bytes.

Written from Slack's documentation and not from the renderer, which it is there to catch out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View as SlackView

from bot.model import Message, View
from localslack.errors import SlackError
from localslack.validate import validate_blocks, validate_view

# Cf characters that are drawn (Arabic and Kaithi number signs), and the joiners that scripts and emoji need.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\u200c\u200d")
_SMUGGLED = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800")
_ENTITY = re.compile(r"<([^<>]*)>")


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names of fields left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a value."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from objects(item)


def live_in_mrkdwn(text: str) -> list[str]:
    """What Slack would make a link, a mention, a channel or a date of, and everything that is not escaped."""
    found = _ENTITY.findall(text)
    rest = _ENTITY.sub("", text)
    loose = re.findall(r"[<>]|&(?!amp;|lt;|gt;)", rest)
    return [*found, *(f"not escaped: {item}" for item in loose)]


def live_in_blocks(blocks: Any) -> list[str]:
    """The addresses, people and channels that blocks lead to, and all markup that words could be read as."""
    found = []
    for item in objects(blocks):
        kind = item.get("type")
        if kind == "mrkdwn":
            found += [f"mrkdwn: {text}" for text in live_in_mrkdwn(item["text"])]
        if kind in {"markdown", "broadcast", "usergroup", "emoji", "date", "team", "color"}:
            found.append(f"a live element: {kind}")
        found += [str(item[name]) for name in ("url", "user_id", "channel_id", "image_url") if name in item]
        if item.get("emoji") is True:
            found.append("emoji names are drawn")
    return found


def unseen(value: Any) -> set[str]:
    """Characters in a JSON value that nobody can see, or that cannot be sent."""
    return {character for text in set(strings(value)) for character in set(text) if _is_unseen(character)}


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cc":
        return character not in "\n\t"
    if category == "Cn":
        return 0xE0000 <= ord(character) <= 0xE0FFF or ord(character) & 0xFFFE == 0xFFFE
    return category == "Cs" or (category == "Cf" and character not in _DRAWN) or character in _SMUGGLED


def shown(value: Any) -> str:
    """All words that a reader sees in blocks, each element's text once, without what buttons carry."""
    found = []
    for item in objects(value):
        if item.get("type") in {"text", "link", "plain_text", "mrkdwn"} and item.get("text") != "\n":
            found.append(str(item.get("text", "")))
    return "\n".join(found)


def check_message(message: Message, allowed: frozenset[str]) -> None:
    """Raises AssertionError for a limit that is broken, for live markup that is not `allowed`, for what cannot be sent.

    `allowed` holds addresses, user ids and channel ids.
    """
    assert message.text.strip()
    assert len(message.text.encode("utf-16-le")) // 2 <= 4_000
    live = {token.split("|")[0].replace("&amp;", "&").lstrip("@#") for token in live_in_mrkdwn(message.text)}
    assert live <= allowed, live - allowed
    check_blocks(list(message.blocks), allowed)
    assert not unseen(message.text)
    if message.blocks:
        assert len(message.blocks) <= 50
        assert len(json.dumps(list(message.blocks), ensure_ascii=False, separators=(",", ":"))) <= 13_000
        _refused(validate_blocks, list(message.blocks), "message")


def check_view(view: View, allowed: frozenset[str]) -> None:
    """Like `check_message`, for a modal or App Home."""
    check_blocks(view["blocks"], allowed)
    assert not unseen(view)
    assert 1 <= len(view["blocks"]) <= 100
    assert len(json.dumps(view).encode()) <= 250_000
    _refused(validate_view, view)
    _refused(SlackView(**view).validate_json)


def check_blocks(blocks: list[dict[str, Any]], allowed: frozenset[str]) -> None:
    live = set(live_in_blocks(blocks))
    assert live <= allowed, live - allowed
    assert not unseen(blocks)
    assert json.loads(json.dumps(blocks, ensure_ascii=False).encode("utf-8").decode()) == blocks
    for block in SlackBlock.parse_all(blocks):
        _refused(block.to_dict)  # runs the SDK's validators


def _refused(validate: Any, *given: Any) -> None:
    try:
        validate(*given)
    except (SlackError, SlackObjectFormationError) as error:
        raise AssertionError(f"Slack would refuse it: {error!r} {error.args}") from error
