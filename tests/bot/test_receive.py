"""What of Slack's deliveries is taken in, under which keys, and what never is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Surface
from bot.receive import FILES, QUESTION, from_command, from_form, from_message, kept_text, plain, question_of

BOT = "U0BOT"
NHS = "943 476 5919"  # a specimen number that passes the check digit


def body(text: str = "who pays the levy?", event_id: str = "Ev1", **event: Any) -> dict[str, Any]:
    said = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "10.1", "text": text}
    return {"team_id": "T1", "event_id": event_id, "event": {**said, **event}}


def edit(before: str, after: str, **message: Any) -> dict[str, Any]:
    said = {"user": "U1", "ts": "10.1", "text": after, "edited": {"user": "U1", "ts": "11.0"}, **message}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im", "ts": "11.1"}
    return {
        "team_id": "T1",
        "event_id": "Ev9",
        "event": {**event, "message": said, "previous_message": {"text": before, "ts": "10.1"}},
    }


def test_a_mention_and_its_message_have_a_key_in_common() -> None:
    text = f"<@{BOT}> who pays the levy?"
    mention = from_message(body(text, "Ev1", type="app_mention"), BOT)
    message = from_message(body(text, "Ev2"), BOT)

    assert mention
    assert message
    assert set(mention.keys) & set(message.keys)
    assert mention.question == message.question
    assert mention.question.surface is Surface.MENTION
    assert mention.question.text == "who pays the levy?"


def test_a_retry_has_the_keys_of_its_first_delivery() -> None:
    first, again = from_message(body(channel_type="im"), BOT), from_message(body(channel_type="im"), BOT)

    assert first
    assert again
    assert first.keys == again.keys


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"user": None},
    ],
)
def test_what_no_person_wrote_is_not_for_the_bot(event: dict[str, Any]) -> None:
    assert from_message(body(channel_type="im", **event), BOT) is None


def test_talk_in_a_channel_is_not_for_the_bot() -> None:
    assert from_message(body("shall we have lunch?"), BOT) is None


def test_talk_in_a_thread_comes_out_as_such_and_is_for_the_caller_to_weigh() -> None:
    found = from_message(body("and how long?", thread_ts="9.0"), BOT)

    assert found
    assert found.question.surface is Surface.THREAD


def test_an_edit_that_changes_the_words_is_the_same_question_under_a_new_key() -> None:
    found = from_message(edit("who pays?", "who pays the levy?"), BOT)
    first = from_message(body("who pays?", channel="D1", channel_type="im"), BOT)

    assert found
    assert first
    assert found.question.edited
    assert found.question.ts == first.question.ts
    assert not set(found.keys) & set(first.keys)


def test_an_unfurl_is_no_edit() -> None:
    assert from_message(edit("who pays?", "who pays?"), BOT) is None
    assert from_message(edit("who pays?", "who pays the levy?", edited=None), BOT) is None


def test_files_in_a_direct_message_are_taken_in_by_name_and_size() -> None:
    attached = {"id": "F1", "name": "guide.pdf", "size": 12, "mimetype": "application/pdf", "url_private_download": "u"}
    found = from_message(body("", channel_type="im", channel="D1", subtype="file_share", files=[attached]), BOT)

    assert found
    assert found.kind == FILES
    assert found.payload()["attached"] == [
        {"id": "F1", "name": "guide.pdf", "size": 12, "mimetype": "application/pdf", "url": "u"}
    ]


def test_a_file_named_after_a_patient_loses_its_name() -> None:
    attached = {"id": "F1", "name": f"Letter NHS number {NHS}.pdf", "size": 12}
    found = from_message(body("", channel_type="im", channel="D1", subtype="file_share", files=[attached]), BOT)

    assert found
    assert "943" not in str(found.payload())
    assert found.question.declined == "patient_data"


@pytest.mark.parametrize(
    "text",
    [
        f"patient NHS number {NHS} wants to register",
        "patient NHS number 943\u200b476\u200b5919 wants to register",
        "patient NHS number <tel:9434765919|943 476 5919> wants to register",
        "patient NHS number \uff19\uff14\uff13 476 5919 wants to register",
        "CHI number 9434765919",
    ],
)
def test_a_patients_number_is_never_part_of_what_is_stored(text: str) -> None:
    asked = from_message(body(text, channel_type="im"), BOT)
    commanded = from_command(
        {"team_id": "T1", "channel_id": "C1", "user_id": "U1", "trigger_id": "1", "text": text}, BOT
    )
    filled = from_form(Surface.HOME, team="T1", user="U1", key="k", text=text)

    for found in (asked, commanded, filled):
        assert found
        assert found.question.declined == "patient_data"
        assert "5919" not in str(found.payload())


def test_the_earlier_question_of_a_form_is_looked_at_too() -> None:
    found = from_form(Surface.HOME, team="T1", user="U1", key="k", text="and now?", after=f"patient NHS no {NHS}")

    assert found.question.after == ""


def test_a_very_long_text_is_cut_but_still_too_long() -> None:
    text, declined = kept_text("word " * 20_000)

    assert len(text) == 2_001
    assert not declined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<@{BOT}> who pays?", "who pays?"),
        ("<@U2|mo> said so", "@mo said so"),
        ("<@U2> said so", "somebody said so"),
        ("see <#C2|general>", "see general"),
        ("<!here> look", "here look"),
        ("<https://a.example|the form> &amp; <https://b.example>", "the form & https://b.example"),
        ("a\x00b\u202ec\u200bd", "abcd"),
        ("one\n\n two", "one two"),
        ("\U000e0041\U000e0042hidden", "hidden"),
    ],
)
def test_slacks_markup_and_invisible_characters_are_taken_out(text: str, expected: str) -> None:
    assert plain(text, BOT) == expected


def test_a_question_survives_the_inbox() -> None:
    found = from_message(body(channel_type="im"), BOT)

    assert found
    assert found.kind == QUESTION
    assert question_of(found.payload()) == found.question
