"""Personal data is caught before anything is stored, searched or logged; distress and clinical matters too."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.serve import Service
from tests.bot.anytown import shown
from tests.bot.town import Town

pytestmark = pytest.mark.slow

NHS = "943 476 5919"  # a specimen number that passes the check digit


def stored_bytes(data: Path) -> bytes:
    """Everything in the records database, its write-ahead log too."""
    return b"".join(file.read_bytes() for file in sorted(data.glob("records.sqlite*")))


@pytest.mark.parametrize("surface", ["direct", "mention", "command", "shortcut"])
def test_a_patients_number_is_neither_stored_nor_logged_nor_echoed(
    slack: Town, bot: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture, surface: str
) -> None:
    caplog.set_level(logging.DEBUG)
    mo = slack.person("mo")
    text = f"Patient with NHS number {NHS} wants to register, who decides?"
    if surface == "direct":
        mo.says(text, in_=mo.dm)
    elif surface == "mention":
        mo.mentions(text, in_="#general")
    elif surface == "command":
        mo.runs("/ask", text, in_="#general")
    else:
        message = slack.person("alice").says(text, in_="#general")
        mo.shortcut("ask_about_message", message)

    def told() -> bool:
        seen = shown([slack.messages(mo.dm), slack.ephemerals(mo), slack.screen(mo)])
        return "details of a patient" in seen

    slack.wait_for(told)
    slack.settle()
    assert b"5919" not in stored_bytes(tmp_path / "data")
    ours = [record for record in caplog.records if record.name.split(".")[0] in {"bot", "records", "answer", "index"}]
    assert "5919" not in " ".join(str(record.__dict__) for record in ours)
    posted = [message for message in slack.messages("#general") + slack.messages(mo.dm) if message.bot_id]
    assert "5919" not in shown([(message.text, message.blocks) for message in posted])


def test_a_notice_about_a_patients_details_is_private(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.mentions(f"patient NHS number {NHS}", in_="#general")

    slack.wait_for(lambda: "Delete your message" in shown(slack.messages(mo.dm)))
    assert f"<#{asked.channel}>" in slack.messages(mo.dm)[-1].text
    slack.settle()
    assert slack.bot_replies(asked) == []


def test_somebody_in_distress_is_told_in_private_whom_to_phone(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.mentions("I cannot cope any more and want to end it all", in_="#general")

    slack.wait_for(lambda: "116 123" in shown(slack.messages(mo.dm)))
    slack.settle()
    assert slack.bot_replies(asked) == []


@pytest.mark.parametrize(
    "text",
    ["What dose of amoxicillin should I give a child?", "I cannot cope any more and want to end it all"],
)
def test_of_clinical_questions_and_of_distress_no_word_is_kept(
    slack: Town, bot: Service, tmp_path: Path, text: str
) -> None:
    mo = slack.person("mo")
    slack.one_reply(mo.says(text, in_=mo.dm))
    slack.settle()

    kept = bot.parts.records.answers.of_person(bot.parts.team, mo.id)
    assert [item.outcome for item in kept] == ["declined"]
    assert kept[0].question == ""
    assert text not in kept[0].text


def test_no_log_holds_what_somebody_asked(slack: Town, bot: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.DEBUG, logger="records")
    mo = slack.person("mo")
    slack.fault("chat.postMessage", status=503, times=1)
    slack.fault("chat.postMessage", error="invalid_blocks", times=1)
    slack.one_reply(mo.says("Where is the xylophone kept in Anytown?", in_=mo.dm), timeout_s=20)

    assert caplog.records
    assert "xylophone" not in caplog.text
    assert "xylophone" not in " ".join(str(record.__dict__) for record in caplog.records)
