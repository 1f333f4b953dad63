"""The unit, the image and the page about installing name what the program really has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.http import EVENTS_PATH
from bot.metrics import Metrics
from bot.serve import STOP_S
from cli.settings import Settings, variable

ROOT = Path(__file__).parents[2]
FILES = ["docs/install-slack.md", "packaging/lmc-assistant.service", "packaging/Dockerfile", "packaging/compose.yaml"]
SETTINGS = {variable(field) for field in Settings.model_fields}


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"\b(?:LMC|SLACK)_[A-Z_]+[A-Z]\b", text_of(name)))

    assert named <= SETTINGS


def test_every_metric_that_is_named_exists() -> None:
    named = set(re.findall(r"`(lmc_[a-z_]+)`", text_of("docs/install-slack.md")))

    assert named
    assert all(name.encode() in Metrics().text() for name in named)


def test_the_proxy_passes_on_the_path_that_slack_calls() -> None:
    page = text_of("docs/install-slack.md")

    assert page.count(f"https://guidance.example.org{EVENTS_PATH}") == 4
    assert f"handle {EVENTS_PATH} {{" in page
    assert f"location = {EVENTS_PATH} {{" in page


def test_the_unit_starts_the_bot_and_gives_it_time_to_finish() -> None:
    unit = dict(re.findall(r"^(\w+)=(.*)$", text_of("packaging/lmc-assistant.service"), re.MULTILINE))

    assert unit["ExecStart"].endswith("/.venv/bin/lmc serve")
    assert unit["User"] != "root"
    # Besides the work in hand: the connection, the web server and the chores.
    assert int(unit["TimeoutStopSec"]) >= STOP_S + 20


def test_the_image_runs_the_bot_as_nobody_in_particular_and_asks_for_its_health() -> None:
    image = text_of("packaging/Dockerfile")

    assert re.search(r"^USER [1-9]\d*$", image, re.MULTILINE)
    assert image.rstrip().endswith('CMD ["lmc", "serve"]')
    assert "/health" in image
    assert image.index("USER ") < image.index("VOLUME ")
    compose = yaml.safe_load(text_of("packaging/compose.yaml"))["services"]["assistant"]
    assert (ROOT / "packaging" / compose["build"]["context"] / compose["build"]["dockerfile"]).is_file()
    assert int(compose["stop_grace_period"].rstrip("s")) >= STOP_S + 20


def test_no_secret_and_no_data_gets_into_an_image() -> None:
    left_out = set(text_of(".dockerignore").split("\n"))

    assert {".env", ".env.*", "var", ".git", ".venv"} <= left_out
