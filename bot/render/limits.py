"""How much Slack takes, and how much of a message or a view is used.

Sources: slack_sdk 3.47 models, docs.slack.dev, and for the total of a message bolt-js issue 2509.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.model import Block, Message
from bot.render.text import clip, length, mrkdwn

TEXT = 4_000  # chat.postMessage takes 40,000, but chat.update refuses more than this
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_BLOCKS = 13_000  # characters of JSON over all blocks of a message: msg_blocks_too_long came at about 13,200
SECTION = 3_000
RICH_TEXT = 3_000  # of one rich_text block; Slack names no limit, so the one of a section
HEADER = 150
CONTEXT = 2_000
CONTEXT_ELEMENTS = 10
ACTIONS = 25
BUTTON = 75
OPTION = 75
OPTION_VALUE = 150
OPTIONS = 100
RADIOS = 10
PLACEHOLDER = 150
INPUT = 3_000
LABEL = 2_000
HINT = 2_000
TITLE = 24  # of a modal, and of its buttons
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
ALERT = 200
PROMPT_TITLE = 75
PROMPTS = 4

T = TypeVar("T")


def json_length(blocks: Sequence[Block]) -> int:
    """Characters of the blocks as JSON: more than Slack can possibly count."""
    return length(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":")))


def fits(blocks: Sequence[Block]) -> bool:
    """Whether Slack takes these blocks as one message."""
    return len(blocks) <= MESSAGE_BLOCKS and json_length(blocks) <= ALL_BLOCKS


def first_that_fits(tries: Iterable[T], fit: Callable[[T], bool]) -> T:
    """The first of several renderings, the fullest first, that fits; else the last.

    Raises: ValueError when there is none to try.
    """
    last: list[T] = []
    for tried in tries:
        if fit(tried):
            return tried
        last = [tried]
    if not last:
        raise ValueError("there is nothing to try")
    return last[0]


def mrkdwn_length(text: str) -> int:
    """What a text takes up once it is escaped for mrkdwn."""
    return length(mrkdwn(text))


def text_of(lines: Iterable[str]) -> str:
    """Lines of a fallback `text` that are escaped already, without empty ones in a row at either end."""
    return "\n".join(lines).strip("\n")


def message(text: str, blocks: Iterable[Block] = ()) -> Message:
    """A message whose `text` is plain words of ours and others: escaped here, and cut to what Slack takes."""
    return Message(mrkdwn(clip(text, TEXT, cost=mrkdwn_length)) or "(empty)", tuple(blocks))
