"""Commands, shortcuts, buttons, modals and App Home: what the app is sent and what its answer does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.interact import Receipt
from localslack.people import Person
from localslack.server import LocalSlack
from localslack.world import View
from tests.localslack.clients import Ear, fetch

Listen = Callable[..., Ear]
QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "ask",
        "title": plain("Ask"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def text_input(block: str = "question", **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed", **more}
    return {"type": "input", "block_id": block, "label": plain("Question"), "element": element}


def button(action: str, value: str = "v") -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain("Press"), "value": value}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "tools", "elements": list(elements)}


def post(client: WebClient, *blocks: dict[str, Any], channel: str = "C0GENERAL") -> None:
    client.chat_postMessage(channel=channel, text="Blocks", blocks=list(blocks), **QUIET)


def send(url: str, **body: Any) -> int:
    """POST to a response URL; the HTTP status."""
    return fetch(url, json.dumps(body).encode(), **{"Content-Type": "application/json"}).status


def opened(client: WebClient, person: Person, view: dict[str, Any]) -> View:
    """A modal that the app opens for a global shortcut."""
    client.views_open(trigger_id=person.shortcut("ask_global").trigger_id, view=view)
    assert person.modal is not None
    return person.modal


# --- commands and response URLs


def test_a_command_carries_what_was_typed(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    alice.runs("/ask", "may @mo read #officers?", "#general")

    payload = ear.envelopes[0]["payload"]
    assert payload["command"] == "/ask"
    assert payload["text"] == "may <@U0MO|mo> read <#C0OFFICERS|officers>?"
    assert (payload["channel_id"], payload["channel_name"], payload["user_id"]) == ("C0GENERAL", "general", alice.id)


def test_the_answer_to_a_command_is_shown_to_one_person(slack: LocalSlack, listen: Listen, alice: Person) -> None:
    listen(payload=lambda _: {"text": "Looking"})
    receipt = alice.runs("/ask", "when?", "#general")

    assert receipt.payload == {"text": "Looking"}
    assert [message.text for message in alice.whispers] == ["Looking"]
    assert slack.messages("#general") == []


def test_the_answer_to_a_command_may_be_for_the_channel(slack: LocalSlack, listen: Listen, alice: Person) -> None:
    listen(payload=lambda _: {"text": "Everybody", "response_type": "in_channel", **QUIET})
    alice.runs("/ask", "when?", "#general")

    assert [message.text for message in slack.posts("#general")] == ["Everybody"]


def test_a_command_that_nobody_acknowledges_fails_on_the_screen(slack: LocalSlack, alice: Person) -> None:
    receipt = alice.runs("/ask", "when?", "#general")

    assert not receipt.acked
    assert "dispatch_failed" in alice.notices[0].text


def test_a_response_url_replaces_and_deletes_its_original(slack: LocalSlack, listen: Listen, alice: Person) -> None:
    listen(payload=lambda _: {"text": "Looking"})
    url = alice.runs("/ask", "when?", "#general").response_url

    assert send(url, text="Found", replace_original=True) == 200
    assert [message.text for message in alice.whispers] == ["Found"]
    assert send(url, delete_original=True) == 200
    assert alice.whispers == []


def test_the_words_of_an_acknowledgement_come_first(slack: LocalSlack, listen: Listen, alice: Person) -> None:
    """Though the answer that replaces them arrives before the acknowledgement."""
    answers: list[threading.Thread] = []

    def answer_and_acknowledge(envelope: dict[str, Any]) -> dict[str, Any]:
        url = envelope["payload"]["response_url"]
        answers.append(threading.Thread(target=send, args=(url,), kwargs={"text": "Found", "replace_original": True}))
        answers[0].start()
        answers[0].join(0.05)
        return {"text": "Looking"}

    listen(payload=answer_and_acknowledge)
    alice.runs("/ask", "when?", "#general")
    answers[0].join()

    assert [message.text for message in alice.whispers] == ["Found"]


@pytest.mark.slow
def test_an_answer_does_not_wait_long_for_its_acknowledgement(slack: LocalSlack, listen: Listen, alice: Person) -> None:
    statuses: list[int] = []

    def answer_first(envelope: dict[str, Any]) -> dict[str, Any]:
        statuses.append(send(envelope["payload"]["response_url"], text="Found"))
        return {}

    listen(payload=answer_first)

    assert alice.runs("/ask", "when?", "#general").acked
    assert statuses == [200]


def test_a_response_url_can_be_used_five_times(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    url = alice.runs("/ask", "when?", "#general").response_url

    assert [send(url, text=f"Answer {n}") for n in range(6)] == [200] * 5 + [404]
    assert len(alice.whispers) == 5


def test_a_response_url_lasts_for_thirty_minutes(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    url = alice.runs("/ask", "when?", "#general").response_url
    slack.clock.advance(1801)

    assert send(url, text="Late") == 404


def test_a_response_url_refuses_what_a_post_would(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.allow("refused-content")
    url = alice.runs("/ask", "when?", "#general").response_url

    assert send(url, text="x", blocks=[{"type": "sonnet"}]) == 400


# --- buttons and menus


def test_a_click_says_who_what_and_where(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    post(client, actions(button("go", '{"v":1}')))
    message = slack.posts("#general")[0]
    alice.clicks(message, "go")

    payload = ear.envelopes[-1]["payload"]
    assert payload["type"] == "block_actions"
    assert (payload["user"]["id"], payload["channel"]["name"]) == (alice.id, "general")
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == message.ts
    clicked = payload["actions"][0]
    assert (clicked["action_id"], clicked["block_id"], clicked["value"]) == ("go", "tools", '{"v":1}')


@pytest.mark.parametrize(
    ("element", "value", "key", "sent"),
    [
        ({"type": "overflow", "options": [option("a"), option("b")]}, "b", "selected_option", option("b")),
        ({"type": "static_select", "options": [option("a"), option("b")]}, "a", "selected_option", option("a")),
        ({"type": "users_select"}, "mo", "selected_user", "U0MO"),
        ({"type": "datepicker"}, "2026-11-23", "selected_date", "2026-11-23"),
        ({"type": "checkboxes", "options": [option("a"), option("b")]}, ["b"], "selected_options", [option("b")]),
    ],
)
def test_a_choice_is_sent_as_its_element_has_it(
    slack: LocalSlack,
    client: WebClient,
    ear: Ear,
    alice: Person,
    element: dict[str, Any],
    value: Any,
    key: str,
    sent: Any,
) -> None:
    post(client, actions({**element, "action_id": "pick"}))
    alice.clicks(slack.posts("#general")[0], "pick", value)

    assert ear.envelopes[-1]["payload"]["actions"][0][key] == sent


def test_what_was_chosen_in_a_message_comes_with_the_next_click(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
    post(client, actions(select, button("go")))
    message = slack.posts("#general")[0]
    alice.clicks(message, "pick", "b")
    alice.clicks(message, "go")
    slack.person("mo").clicks(message, "go")

    values = [envelope["payload"]["state"]["values"]["tools"]["pick"] for envelope in ear.envelopes[-2:]]
    assert [value["selected_option"] for value in values] == [option("b"), None]


def test_feedback_sends_the_value_of_its_button(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    feedback = {
        "type": "feedback_buttons", "action_id": "vote",
        "positive_button": {"text": plain("Yes"), "value": "good"},
        "negative_button": {"text": plain("No"), "value": "bad"},
    }  # fmt: skip
    post(client, {"type": "context_actions", "elements": [feedback]})
    alice.clicks(slack.posts("#general")[0], "vote", "negative")

    assert ear.envelopes[-1]["payload"]["actions"][0]["value"] == "bad"


def test_a_click_in_an_ephemeral_message_does_not_repeat_it(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user=alice.id, text="Yours", blocks=[actions(button("go"))])
    receipt = alice.clicks(alice.whispers[0], "go")

    payload = ear.envelopes[-1]["payload"]
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"]
    send(receipt.response_url, text="Gone", replace_original=True)
    assert [(message.text, message.blocks) for message in alice.whispers] == [("Gone", [])]


def test_elements_in_containers_can_be_used(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    inner = {"type": "section", "text": {"type": "mrkdwn", "text": "Source"}, "accessory": button("show")}
    post(client, {"type": "container", "title": plain("Sources"), "child_blocks": [inner]})

    assert alice.clicks(slack.posts("#general")[0], "show").acked


def test_a_message_shortcut_carries_the_message(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    said = slack.person("mo").says("How much leave?", "#general")
    alice.shortcut("ask_about_message", said)

    payload = ear.envelopes[-1]["payload"]
    assert (payload["type"], payload["message"]["text"]) == ("message_action", "How much leave?")
    assert payload["message_ts"] == said.ts


# --- modals


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    used, late = alice.shortcut("ask_global"), alice.shortcut("ask_global")
    client.views_open(trigger_id=used.trigger_id, view=modal(text_input()))
    slack.clock.advance(3.1)

    for trigger, error in (
        (used.trigger_id, "exchanged_trigger_id"),
        (late.trigger_id, "expired_trigger_id"),
        ("1.2.3", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError, match=error):
            client.views_open(trigger_id=trigger, view=modal(text_input()))
    assert len(alice.modals) == 1


def test_a_submission_carries_what_was_filled_in(client: WebClient, ear: Ear, alice: Person) -> None:
    kinds = {"type": "radio_buttons", "action_id": "kind", "options": [option("a"), option("b")]}
    radio = {"type": "input", "block_id": "kind", "label": plain("Kind"), "element": kinds, "optional": True}
    opened(client, alice, modal(text_input(), radio, private_metadata="secret-metadata"))
    alice.submits(values={"question": "How much leave?", "kind/kind": "b"})

    view = ear.envelopes[-1]["payload"]["view"]
    assert view["state"]["values"]["question"]["typed"] == {"type": "plain_text_input", "value": "How much leave?"}
    assert view["state"]["values"]["kind"]["kind"]["selected_option"] == option("b")
    assert view["private_metadata"] == "secret-metadata"
    assert alice.modal is None


def test_what_the_app_filled_in_is_sent_unless_it_is_changed(client: WebClient, ear: Ear, alice: Person) -> None:
    opened(client, alice, modal(text_input(initial_value="As it was")))
    alice.submits()

    values = ear.envelopes[-1]["payload"]["view"]["state"]["values"]
    assert values["question"]["typed"]["value"] == "As it was"


def submit(listen: Listen, client: WebClient, person: Person, answer: dict[str, Any]) -> Receipt:
    """Submit a modal to an app that answers in this way."""
    listen(payload=lambda envelope: answer if envelope["payload"]["type"] == "view_submission" else {})
    opened(client, person, modal(text_input()))
    return person.submits(values={"question": "How?"})


def test_errors_keep_the_modal_open(listen: Listen, client: WebClient, alice: Person) -> None:
    receipt = submit(listen, client, alice, {"response_action": "errors", "errors": {"question": "Too short"}})

    assert receipt.errors == {"question": "Too short"}
    assert alice.modal is not None
    assert alice.modal.errors == {"question": "Too short"}


def test_an_update_changes_the_modal_in_place(listen: Listen, client: WebClient, alice: Person) -> None:
    after = modal(text_input("more"), callback_id="second")
    submit(listen, client, alice, {"response_action": "update", "view": after})

    assert [view.callback_id for view in alice.modals] == ["second"]


def test_a_push_puts_a_modal_on_top(listen: Listen, client: WebClient, alice: Person) -> None:
    submit(listen, client, alice, {"response_action": "push", "view": modal({"type": "divider"}, callback_id="second")})

    assert [view.callback_id for view in alice.modals] == ["ask", "second"]
    assert alice.modals[1].previous_id == alice.modals[0].id
    alice.closes()
    assert [view.callback_id for view in alice.modals] == ["ask"]


def test_clear_closes_everything(listen: Listen, client: WebClient, alice: Person) -> None:
    submit(listen, client, alice, {"response_action": "clear"})

    assert alice.modals == []


def test_an_unanswered_submission_leaves_the_modal(
    slack: LocalSlack, client: WebClient, ear: Ear, alice: Person
) -> None:
    opened(client, alice, modal(text_input()))
    slack.disturb("interactive", lose_ack=True)
    receipt = alice.submits(values={"question": "How?"})

    assert not receipt.acked
    assert alice.modal is not None
    assert "trouble connecting" in alice.notices[0].text


def test_three_modals_are_the_most(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    view = modal(actions(button("push")))
    opened(client, alice, view)
    for _ in range(2):
        client.views_push(trigger_id=alice.clicks(alice.modals[-1], "push").trigger_id, view=view)

    trigger = alice.clicks(alice.modals[-1], "push").trigger_id
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=trigger, view=view)


def test_a_view_is_updated_unless_it_changed_meanwhile(client: WebClient, ear: Ear, alice: Person) -> None:
    first = opened(client, alice, modal(text_input())).hash
    assert alice.modal is not None
    client.views_update(view_id=alice.modal.id, hash=first, view=modal(text_input(), callback_id="second"))

    assert alice.modal.callback_id == "second"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=alice.modal.id, hash=first, view=modal(text_input()))


def test_a_view_that_was_closed_cannot_be_updated(client: WebClient, ear: Ear, alice: Person) -> None:
    view = opened(client, alice, modal(text_input()))
    alice.closes()

    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id=view.id, view=modal(text_input()))


def test_closing_is_told_to_an_app_that_asked(client: WebClient, ear: Ear, alice: Person) -> None:
    opened(client, alice, modal(text_input(), notify_on_close=True, clear_on_close=True))
    alice.closes()

    payload = ear.envelopes[-1]["payload"]
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)


def test_a_refused_view_says_where(slack: LocalSlack, client: WebClient, ear: Ear, alice: Person) -> None:
    slack.allow("refused-content")
    trigger = alice.shortcut("ask_global").trigger_id

    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=trigger, view=modal(title=plain("x" * 25)))
    assert caught.value.response["error"] == "invalid_arguments"
    assert any("/view/title/text" in one for one in caught.value.response["response_metadata"]["messages"])


def test_options_come_from_the_app(listen: Listen, client: WebClient, alice: Person) -> None:
    listen(payload=lambda envelope: {"options": [option(envelope["payload"].get("value", ""))]})
    select = {"type": "external_select", "action_id": "pick", "min_query_length": 1}
    opened(client, alice, modal({"type": "input", "block_id": "pick", "label": plain("Which"), "element": select}))

    assert alice.modal is not None
    offered = alice.suggests(alice.modal, "pick", "leave")
    assert offered == [option("leave")]
    alice.submits(values={"pick": offered[0]})


# --- App Home


def test_home_is_published_and_replaced(client: WebClient, ear: Ear, alice: Person) -> None:
    assert alice.home is None
    home = {"type": "home", "blocks": [actions(button("go"))]}
    first = client.views_publish(user_id=alice.id, view=home)["view"]["hash"]
    client.views_publish(user_id=alice.id, view=home, hash=first)

    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_publish(user_id=alice.id, view=home, hash=first)
    assert alice.home is not None
    assert alice.clicks(alice.home, "go").acked
    assert ear.envelopes[-1]["payload"]["container"]["type"] == "view"


def test_what_stands_in_a_box_on_home_comes_with_the_click(client: WebClient, ear: Ear, alice: Person) -> None:
    box = {**text_input(), "dispatch_action": True}
    client.views_publish(user_id=alice.id, view={"type": "home", "blocks": [box, actions(button("go"))]})
    assert alice.home is not None
    alice.clicks(alice.home, "typed", "How much leave?")
    alice.clicks(alice.home, "go")

    values = ear.envelopes[-1]["payload"]["view"]["state"]["values"]
    assert values["question"]["typed"]["value"] == "How much leave?"
    assert ear.envelopes[-2]["payload"]["actions"][0]["value"] == "How much leave?"
