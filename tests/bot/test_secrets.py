"""The bench of hidden words in small: 200 questions, half of them through the whole bot, and not one leak."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import Audience
from evaluation.bench import secrets
from evaluation.bench.secrets_library import Oracle, make
from tests.bot.anytown import FACTS, QUESTIONS
from tests.bot.town import Town

SEED = 11


def test_the_oracle_knows_what_is_not_for_a_reader(tmp_path: Path) -> None:
    made = make(tmp_path / "library", SEED)
    oracle = Oracle(made.secrets)
    for file in made.folder.glob("*.md"):
        audience = made.secrets[file.stem]
        found = oracle.told(file.read_text("utf-8"))

        assert len(found) == 3
        for role in Audience:
            assert (oracle.leaks(file.read_text("utf-8"), role) == found) is not audience.admits(role)


@pytest.mark.slow
def test_200_questions_show_nobody_what_is_not_for_them(tmp_path: Path, models: Path) -> None:
    made, data = secrets.prepare(tmp_path / "secrets", models, SEED)

    visited = secrets.visit(made, data, tmp_path / "bot.log", 60, SEED, each=1)
    direct = secrets.ask_directly(data, Oracle(made.secrets), 140, SEED)

    assert direct.leaks == ()
    assert visited.looked.leaks == ()
    assert direct.rightful > 50
    assert visited.looked.rightful > 50
    assert visited.clicks > 20


@pytest.mark.slow
def test_a_click_from_where_somebody_is_not_tells_them_nothing(slack: Town, bot: object) -> None:
    """Found by this bench: the form to ask a person named the documents of an answer in a channel of others."""
    alice, pat = slack.person("alice"), slack.person("pat")
    reply = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#officers"))
    assert FACTS[Audience.OFFICER] in reply.text

    slack.forge_click(pat, reply, "ask_person")

    slack.settle()
    assert "Negotiation" not in slack.screen(pat)
