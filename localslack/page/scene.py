"""Who looks at what is drawn and when, and readers for what a bot sent, which may have any shape."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

Block = Mapping[str, Any]
"""One block, element or text object of Block Kit."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# What no browser shows, or shows as something else: control characters, the tag characters, halves of pairs.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]")


@dataclass(frozen=True, slots=True)
class Directory:
    """What the ids of people, channels and groups are called; those of them that a menu may offer come in order."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """For whom blocks are drawn.

    `key` sets the form fields of one message or view apart from all others on the page. `entered` holds what was
    typed before a mistake was found (field name → values), `errors` what is wrong with it (block id → sentence).
    `viewer_groups` are the ids of the groups that the viewer is in.
    """

    directory: Directory = field(default_factory=Directory)
    viewer: str = ""
    viewer_groups: frozenset[str] = frozenset()
    now: datetime = _EPOCH
    tz: tzinfo = UTC
    key: str = ""
    entered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> Scene:
        """The same for another message or view."""
        return replace(self, key=key)

    def dom_id(self, *parts: str) -> str:
        """An id for an element of the page: the same at every drawing, and on one page only once."""
        told = json.dumps([self.key, *parts]).encode()
        return "f" + hashlib.sha256(told).hexdigest()[:12]


def clean(text: str) -> str:
    """`text` with a visible mark for each character that would hide or break something."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> Markup:
    """Plain text as HTML."""
    return escape(clean(text))


def text_in(holder: object, key: str) -> str:
    """The string under `key`, or nothing where there is none."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return found if isinstance(found, str) else ""


def block_in(holder: object, key: str) -> Block:
    """The object under `key`, or an empty one."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def blocks_in(holder: object, key: str) -> list[Block]:
    """The objects in the list under `key`."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return only_blocks(found)


def only_blocks(found: object) -> list[Block]:
    """The objects in `found` if it is a list."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def number_in(holder: object, key: str, otherwise: int = 0) -> int:
    """The whole number under `key`, from 0 to a thousand million."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return found if isinstance(found, int) and 0 <= found <= 10**9 else otherwise


def field_name(block_id: str, action_id: str, value: str | None = None) -> str:
    """The name of a form field, or the value of a button, by which the page knows what was pressed or filled in.

    Percent-encoded: browsers change quotation marks in the field names of multipart forms.
    """
    parts = [block_id, action_id] if value is None else [block_id, action_id, value]
    return "/".join(["f", *(quote(part, safe="", errors="surrogatepass") for part in parts)])


def read_field_name(name: str) -> tuple[str, str, str | None] | None:
    """What `field_name` put together, or None for any other string."""
    first, *parts = name.split("/")
    if first != "f" or len(parts) not in (2, 3):
        return None
    try:
        read = [unquote(part, errors="surrogatepass") for part in parts]
    except UnicodeDecodeError:
        return None
    return read[0], read[1], read[2] if len(read) == 3 else None
