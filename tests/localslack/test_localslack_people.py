"""People can do what Slack's client would let them do, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from localslack.errors import NotPossible
from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Ear

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def shown(client: WebClient, person: Person, *blocks: dict[str, Any], submit: bool = True) -> None:
    """Open a modal in front of somebody."""
    view: dict[str, Any] = {"type": "modal", "title": plain("Form"), "blocks": list(blocks)}
    if submit:
        view["submit"] = plain("Send")
    client.views_open(trigger_id=person.shortcut("ask_global").trigger_id, view=view)


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "label": plain("Field"), "element": {"action_id": "a", **element}, **more}


@pytest.mark.parametrize(
    ("name", "channel", "reason"),
    [
        ("mo", "#officers", "there is no channel"),
        ("gus", "#general", "is not in"),
        ("alice", "#archive", "is archived"),
        ("alice", "#nowhere", "there is no channel"),
        ("dan", "D0DAN", "deactivated"),
        ("mo", "D0ALICE", "there is no channel"),
    ],
)
def test_nobody_posts_where_they_are_not(slack: LocalSlack, name: str, channel: str, reason: str) -> None:
    with pytest.raises(NotPossible, match=reason):
        slack.person(name).says("Hello", channel)


def test_an_empty_message_is_not_sent(alice: Person) -> None:
    with pytest.raises(NotPossible, match="nothing to send"):
        alice.says("  ")


def test_a_reply_needs_its_thread(alice: Person) -> None:
    with pytest.raises(NotPossible, match="no such thread"):
        alice.says("Hello", thread="1.1")


def test_only_ones_own_messages_can_be_changed(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    said = alice.says("Mine", "#general")
    mo = slack.person("mo")

    with pytest.raises(NotPossible, match="own messages"):
        mo.edits(said, "Yours")
    with pytest.raises(NotPossible, match="own messages"):
        mo.deletes(said)


@pytest.mark.parametrize(
    ("name", "channel"), [("gus", "#general"), ("ext", "#lobby"), ("mo", "#officers"), ("alice", "#lobby")]
)
def test_not_everybody_can_join(slack: LocalSlack, name: str, channel: str) -> None:
    with pytest.raises(NotPossible):
        slack.person(name).joins(channel)


def test_an_unknown_command_is_not_sent(slack: LocalSlack, alice: Person) -> None:
    with pytest.raises(NotPossible, match="not a valid command"):
        alice.runs("/sing", "a song", "#general")
    assert slack.acks == []


def test_a_shortcut_must_be_in_the_menu(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    said = alice.says("Hello", "#general")

    with pytest.raises(NotPossible, match="no shortcut"):
        alice.shortcut("ask_global", said)
    with pytest.raises(NotPossible, match="no shortcut"):
        alice.shortcut("ask_about_message")


def test_a_button_must_be_there(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[{"type": "actions", "elements": [GO]}], **QUIET)
    message = slack.posts("#general")[0]

    with pytest.raises(NotPossible, match="there is go"):
        alice.clicks(message, "stop")
    with pytest.raises(NotPossible, match="value is 1"):
        alice.clicks(message, "go", "2")
    with pytest.raises(NotPossible, match="does not see"):
        slack.person("gus").clicks(message, "go")
    client.chat_delete(channel="C0GENERAL", ts=message.ts)
    with pytest.raises(NotPossible, match="does not see"):
        alice.clicks(message, "go")


def test_buttons_with_one_name_are_told_apart(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    blocks = [{"type": "actions", "block_id": f"b{n}", "elements": [{**GO, "value": str(n)}]} for n in range(2)]
    client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks, **QUIET)
    message = slack.posts("#general")[0]

    with pytest.raises(NotPossible, match="2 times"):
        alice.clicks(message, "go")
    alice.clicks(message, "go", "1")
    alice.clicks(message, "go", block_id="b0")
    assert [envelope["payload"]["actions"][0]["value"] for envelope in ear.envelopes[-2:]] == ["1", "0"]


def test_a_button_for_somebody_else_is_not_there(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    bin_ = {
        "type": "icon_button",
        "action_id": "bin",
        "icon": "trash",
        "text": plain("Delete"),
        "visible_to_user_ids": ["U0ALICE"],
    }
    client.chat_postMessage(
        channel="C0GENERAL", text="x", blocks=[{"type": "context_actions", "elements": [bin_]}], **QUIET
    )
    message = slack.posts("#general")[0]

    with pytest.raises(NotPossible):
        slack.person("mo").clicks(message, "bin")
    assert alice.clicks(message, "bin").acked


def test_ephemeral_messages_are_out_of_others_reach(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    client.chat_postEphemeral(
        channel="C0GENERAL", user=alice.id, text="x", blocks=[{"type": "actions", "elements": [GO]}]
    )

    with pytest.raises(NotPossible, match="does not see"):
        slack.person("mo").clicks(alice.whispers[0], "go")


def test_modals_of_others_are_out_of_reach(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    shown(client, alice, field({"type": "plain_text_input"}))

    with pytest.raises(NotPossible, match="not open"):
        slack.person("mo").submits(alice.modal, {"b": "x"})


def test_only_the_topmost_modal_is_in_reach(client: WebClient, ear: Ear, alice: Person) -> None:
    shown(client, alice, {"type": "actions", "elements": [GO]})
    below = alice.modal
    assert below is not None
    trigger = alice.clicks(below, "go").trigger_id
    client.views_push(
        trigger_id=trigger, view={"type": "modal", "title": plain("Top"), "blocks": [{"type": "divider"}]}
    )

    with pytest.raises(NotPossible, match="on top"):
        alice.clicks(below, "go")


@pytest.mark.parametrize(
    ("element", "values", "reason"),
    [
        ({"type": "plain_text_input"}, {}, "b is required"),
        ({"type": "plain_text_input"}, {"b": ""}, "b is required"),
        ({"type": "plain_text_input", "max_length": 3}, {"b": "four"}, "at most 3"),
        ({"type": "plain_text_input", "min_length": 5}, {"b": "four"}, "at least 5"),
        ({"type": "plain_text_input"}, {"b": "x" * 3001}, "at most 3000"),
        ({"type": "plain_text_input"}, {"b": "x", "c": "y"}, "no input c"),
        ({"type": "datepicker"}, {"b": "tomorrow"}, "cannot be picked"),
        ({"type": "number_input", "is_decimal_allowed": False}, {"b": "many"}, "not a number"),
        ({"type": "users_select"}, {"b": "dan"}, "nobody dan"),
        ({"type": "radio_buttons", "options": [{"text": plain("A"), "value": "a"}]}, {"b": "z"}, "no option z"),
    ],
)
def test_a_form_must_be_filled_in_as_it_asks(
    client: WebClient, ear: Ear, alice: Person, element: dict[str, Any], values: dict[str, str], reason: str
) -> None:
    shown(client, alice, field(element))

    with pytest.raises(NotPossible, match=reason):
        alice.submits(values=values)
    assert alice.modal is not None


def test_what_is_optional_may_stay_empty(client: WebClient, ear: Ear, alice: Person) -> None:
    shown(client, alice, field({"type": "plain_text_input"}, optional=True))

    assert alice.submits().acked


def test_a_modal_without_a_button_cannot_be_submitted(client: WebClient, ear: Ear, alice: Person) -> None:
    shown(client, alice, {"type": "section", "text": {"type": "mrkdwn", "text": "Read"}}, submit=False)

    with pytest.raises(NotPossible, match="no button"):
        alice.submits()


def test_files_can_be_given_in_a_form(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    shown(client, alice, field({"type": "file_input", "max_files": 1}))
    with pytest.raises(NotPossible, match="at most 1"):
        alice.submits(values={"b": [("a.txt", b"a"), ("b.txt", b"b")]})
    alice.submits(values={"b": [("a.txt", b"a")]})

    file = ear.envelopes[-1]["payload"]["view"]["state"]["values"]["b"]["a"]["files"][0]
    assert (file["name"], file["size"]) == ("a.txt", 1)


def test_a_hostile_client_can_click_what_it_does_not_see(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    blocks = [{"type": "actions", "elements": [GO]}]
    client.chat_postEphemeral(channel="C0GENERAL", user=alice.id, text="x", blocks=blocks)
    receipt = slack.forge_click(slack.person("mo"), alice.whispers[0], "go", "2")

    payload = ear.envelopes[-1]["payload"]
    assert receipt.acked
    assert (payload["user"]["id"], payload["actions"][0]["value"]) == ("U0MO", "2")


def test_a_hostile_client_can_submit_the_modal_of_another(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    shown(client, alice, field({"type": "plain_text_input", "max_length": 3}))
    assert alice.modal is not None
    slack.forge_submit(slack.person("mo"), alice.modal, {"b": "far too long"})

    payload = ear.envelopes[-1]["payload"]
    assert payload["user"]["id"] == "U0MO"
    assert payload["view"]["state"]["values"]["b"]["a"]["value"] == "far too long"
    assert alice.modal.is_open


def test_one_reply_is_one(slack: LocalSlack, ear: Ear, client: WebClient, alice: Person) -> None:
    slack.allow("two-answers")
    asked = alice.says("Question")
    with pytest.raises(AssertionError, match="no reply"):
        slack.one_reply(asked, 0.02)
    client.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="One", **QUIET)
    assert slack.one_reply(asked).text == "One"
    client.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="Two", **QUIET)

    with pytest.raises(AssertionError, match="2 replies"):
        slack.one_reply(asked)


def test_a_reaction_is_given_once(ear: Ear, alice: Person) -> None:
    said = alice.says("Hello")
    alice.reacts(said, "tada")

    with pytest.raises(NotPossible, match="already"):
        alice.reacts(said, "tada")
    with pytest.raises(NotPossible, match="not reacted"):
        alice.unreacts(said, "eyes")


def test_nobody_else_exists(slack: LocalSlack) -> None:
    with pytest.raises(LookupError, match="nobody called zoe"):
        slack.person("zoe")
