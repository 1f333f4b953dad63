"""What helps next: scoring tools, programmes and contacts, with for whom they are and when to offer them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus.model import Audience
from corpus.vocabulary import load_entries, shipped


class ToolKind(StrEnum):
    SCORING_TOOL = "scoring_tool"
    PROGRAMME = "programme"
    CONTACT = "contact"


class Tool(BaseModel):
    """One tool, programme or contact.

    `offer` are short phrases: the tool is offered when a question has every content word of one.
    `when_citing` are document ids: it is offered when an answer's first citation is one of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    kind: ToolKind
    why: str
    next_step: str
    for_whom: tuple[str, ...] = ()
    minutes: int | None = None
    url: str = ""
    document: str | None = None
    audience: Audience = Audience.PUBLIC
    offer: tuple[str, ...] = ()
    when_citing: tuple[str, ...] = ()


def load_tools(file: Path | None = None) -> Sequence[Tool]:
    """Read a tool list, by default the one that ships. Raises: ManifestError."""
    return load_entries(file or shipped("tools.toml"), "tool", Tool)
