"""The tools, programmes and contacts that ship can be offered, and a wrong list says where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ManifestError
from corpus.model import Audience
from corpus.tools import Tool, ToolKind, load_tools

MINIMAL = '[[tool]]\nid = "a"\nname = "A"\nkind = "contact"\nwhy = "Because."\nnext_step = "Ask."\n'


def load(folder: Path, text: str) -> list[Tool]:
    file = folder / "tools.toml"
    file.write_text(text, "utf-8")
    return list(load_tools(file))


def test_a_tool_needs_little_and_is_public_unless_it_says_otherwise(tmp_path: Path) -> None:
    [tool] = load(tmp_path, MINIMAL)

    assert (tool.id, tool.kind, tool.audience, tool.minutes, tool.offer) == (
        "a", ToolKind.CONTACT, Audience.PUBLIC, None, (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MINIMAL + 'price = "10"', "tool a: price: is not a known key"),
        (MINIMAL + 'minutes = "long"', "tool a: minutes: "),
        (MINIMAL.replace("contact", "person"), "tool a: kind: "),
        (MINIMAL * 2, "tool a: id: it is used twice"),
        ('[[tool]]\nid = "b"\n', "tool b: name: "),
    ],
)
def test_a_wrong_tool_is_named_with_its_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ManifestError, match=says):
        load(tmp_path, text)


def test_every_shipped_tool_says_for_whom_it_is_and_when_to_offer_it() -> None:
    silent = [tool.id for tool in load_tools() if not tool.for_whom or not (tool.offer or tool.when_citing)]

    assert silent == []


def test_every_kind_of_help_ships() -> None:
    assert {tool.kind for tool in load_tools()} == set(ToolKind)
