"""The sample workspace, and the app in it as its manifest says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from localslack.sample import anytown, app_of
from localslack.server import LocalSlack

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def test_the_app_of_the_sample_is_the_one_of_the_manifest() -> None:
    stated = app_of(yaml.safe_load(MANIFEST.read_text("utf-8")))

    world = anytown()
    assert world.app.events == stated["events"]
    assert world.tokens["xoxb-local-bot-token"].scopes == stated["scopes"]
    assert (world.app.commands, world.app.message_shortcuts, world.app.global_shortcuts) == (
        stated["commands"], stated["message_shortcuts"], stated["global_shortcuts"],
    )  # fmt: skip


def test_a_workspace_can_be_made_of_a_manifest() -> None:
    stated = app_of(yaml.safe_load(MANIFEST.read_text("utf-8")))

    assert anytown(**stated).app.commands.keys() == {"/ask"}


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("alice", {"lmc-officers"}),
        ("olu", {"lmc-officers", "lmc-admins", "lmc-confidential"}),
        ("bea", {"lmc-officers", "lmc-admins"}),
        ("mo", {"practice-managers"}),
        ("pat", set()),
    ],
)
def test_people_are_in_their_groups(slack: LocalSlack, name: str, groups: set[str]) -> None:
    assert {group.handle for group in slack.world.groups_of(slack.person(name).id)} == groups


def test_everybody_is_in_their_channels(slack: LocalSlack) -> None:
    assert slack.person("gus").channels() == ["#lobby", "D0GUS"]
    assert slack.person("ext").channels() == ["#shared-icb", "D0EXT"]
    assert slack.person("mo").channels() == ["#general", "#practice-managers", "#lobby", "#shared-icb", "D0MO"]


def test_worlds_are_apart() -> None:
    one, other = anytown(), anytown()
    one.groups["S0ADMINS"].users.clear()
    one.channels["C0GENERAL"].members.clear()

    assert other.groups["S0ADMINS"].users
    assert other.channels["C0GENERAL"].members
