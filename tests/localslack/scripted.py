"""A small bot on the real slack_bolt, for tests of the page: it does a little of everything that a person can see."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from localslack.server import LocalSlack

PROMPTS = [
    {"title": "What can I ask you?", "message": "What topics does the guidance cover?"},
    {"title": "What changed recently?", "message": "Which guidance documents changed in the last 30 days?"},
]
VALUE = json.dumps({"v": 1, "a": "ans_01JD8Z6T4Q"}, separators=(",", ":"))


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": VALUE, **more}


def option(text: str, value: str, **more: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **more}


def source(number: int, title: str, about: str, quote: str) -> dict[str, Any]:
    return {
        "type": "section",
        "block_id": f"src_{number}",
        "text": marked(f"*{number}. <https://kb.example.gov/{number}|{title}>*\n{about}\n>{quote}"),
        "accessory": button(
            "Show passage", f"passage_{number}", accessibility_label=f"Show the passage quoted from source {number}"
        ),
    }


def answer_blocks() -> list[dict[str, Any]]:
    """An answer with everything that an answer has: text, sources to unfold, buttons, feedback."""
    menu = [option("Make it shorter", "shorter"), option("This guidance is out of date", "stale")]
    confirm = {
        "title": plain("Delete this answer?"), "text": marked("It is removed for everyone here."),
        "confirm": plain("Delete"), "deny": plain("Keep"),
    }  # fmt: skip
    return [
        {"type": "markdown", "text": (
            "**You can carry over up to 5 days of unused annual leave**, and you must use them by **31 March**."
            " [1](https://kb.example.gov/1)\n\n"
            "- Your line manager approves carry-over in the HR portal before 15 December. [1](https://kb.example.gov/1)\n"
            "- Days blocked by sickness or parental leave carry over without the 5-day limit. [2](https://kb.example.gov/2)\n"
            "- Part-time staff: the 5 days are pro-rated to your FTE. [3](https://kb.example.gov/3)\n\n"
            "_The guidance does not say what happens if you change department mid-year — ask HR if that is you._")},
        {"type": "container", "title": plain("Sources (3)"), "subtitle": plain("All current; checked 22 Nov 2026"),
         "is_collapsible": True, "default_collapsed": True, "child_blocks": [
            source(1, "Annual leave policy · §4.2 Carry-over", "HR · v7 · reviewed 12 Oct 2026",
                   "…no more than five days may be carried into the next leave year…"),
            source(2, "Sickness absence guide · §7", "HR · v3 · reviewed 2 Sep 2026",
                   "…leave that could not be taken because of sickness…"),
            source(3, "Part-time working · §2", "HR · v2 · reviewed 1 Jun 2026", "…entitlements are pro-rated…")]},
        {"type": "context", "elements": [marked(
            ":white_check_mark: Every claim is cited  ·  3 documents you can open  ·  Quoted by a machine: check the"
            " source before you act")]},
        {"type": "actions", "block_id": "tools", "elements": [
            button("Ask a person", "ask_person", style="primary"), button("Share to channel", "share"),
            button("Open the policy", "open_policy", url="https://kb.example.gov/1"),
            {"type": "overflow", "action_id": "more", "options": menu}]},
        {"type": "context_actions", "block_id": "fb", "elements": [
            {"type": "feedback_buttons", "action_id": "feedback",
             "positive_button": {"text": plain("Helpful"), "value": "up", "accessibility_label": "This answer helped"},
             "negative_button": {"text": plain("Not helpful"), "value": "down",
                                 "accessibility_label": "This answer did not help"}},
            {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "delete",
             "accessibility_label": "Delete this answer", "confirm": confirm, "value": VALUE}]},
    ]  # fmt: skip


def ask_view() -> dict[str, Any]:
    """A modal with every kind of input that the page has."""
    topics = [option("Contracts", "contracts"), option("Premises", "premises"), option("Workforce", "workforce")]
    urgency = [option("Today", "today"), option("This week", "week", description=plain("Most questions"))]
    shared = [option("My question", "question"), option("The answer that I got", "answer")]

    def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}

    return {
        "type": "modal", "callback_id": "ask_person", "title": plain("Ask a person"), "submit": plain("Send"),
        "close": plain("Cancel"), "blocks": [
            {"type": "alert", "level": "info", "text": plain("Please do not write anything about a patient.")},
            field("topic", "Topic", {"type": "static_select", "action_id": "v", "options": topics,
                                     "placeholder": plain("Choose a topic")}),
            field("details", "What would you like to know?",
                  {"type": "plain_text_input", "action_id": "v", "multiline": True, "max_length": 500},
                  hint=plain("An officer reads this; 10 characters at least")),
            field("urgency", "How soon?", {"type": "radio_buttons", "action_id": "v", "options": urgency,
                                           "initial_option": urgency[1]}),
            field("share", "Share with the officer", {"type": "checkboxes", "action_id": "v", "options": shared,
                                                      "initial_options": shared[:1]}, optional=True),
            field("areas", "Areas", {"type": "multi_static_select", "action_id": "v", "options": topics},
                  optional=True),
            field("by", "By when?", {"type": "datepicker", "action_id": "v"}, optional=True),
            field("who", "A particular officer", {"type": "users_select", "action_id": "v"}, optional=True),
            field("paper", "A document", {"type": "file_input", "action_id": "v", "filetypes": ["pdf", "txt"]},
                  optional=True),
        ],
    }  # fmt: skip


def steps_view(step: int, chosen: str = "") -> dict[str, Any]:
    """A modal that changes with a choice, and has another on top of it."""
    kinds = [option("Question", "question"), option("Complaint", "complaint")]
    select = {"type": "static_select", "action_id": "kind", "options": kinds, "placeholder": plain("Choose a kind")}
    text = {"type": "plain_text_input", "action_id": "v"}
    first = [
        {"type": "section", "block_id": "kind", "text": marked("What kind?"), "accessory": select},
        {"type": "input", "block_id": "words", "optional": True, "label": plain("Your words"), "element": text},
        {"type": "context", "elements": [marked(f"Chosen: {chosen or 'nothing yet'}")]},
    ]
    second = [{"type": "section", "text": marked("The second step")}]
    return {
        "type": "modal", "callback_id": "steps", "title": plain(f"Step {step}"), "submit": plain("Next"),
        "blocks": first if step == 1 else second,
    }  # fmt: skip


def home_view(pressed: int) -> dict[str, Any]:
    box = {"type": "plain_text_input", "action_id": "question", "placeholder": plain("Ask the guidance")}
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Good morning")},
            {"type": "input", "block_id": "box", "dispatch_action": True, "label": plain("Your question"),
             "element": box},
            {"type": "section", "text": marked(f"The button was pressed *{pressed}* times."),
             "accessory": button("Press", "press", value=str(pressed))},
            {"type": "divider"},
            {"type": "context", "elements": [marked("34 documents, all current")]},
        ],
    }  # fmt: skip


def build(client: WebClient) -> App:
    """The bot's listeners."""
    app = App(client=client, raise_error_for_unhandled_request=False)
    _questions(app)
    _private(app)
    _windows(app)
    return app


def _say(client: WebClient, event: dict[str, Any], text: str, **more: Any) -> None:
    thread = event.get("thread_ts") or event["ts"]
    client.chat_postMessage(
        channel=event["channel"], thread_ts=thread, text=text, unfurl_links=False, unfurl_media=False, **more
    )


def _questions(app: App) -> None:
    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        _say(client, event, "You can carry over up to 5 days of unused annual leave.", blocks=answer_blocks())

    @app.event("message")
    def written(event: dict[str, Any], client: WebClient) -> None:
        if event.get("channel_type") == "im" and event.get("subtype") in (None, "file_share"):
            files = ", ".join(file["name"] for file in event.get("files", []))
            _say(client, event, f"You sent the file {files}." if files else f"You wrote: {event['text']}")


def _private(app: App) -> None:
    @app.command("/ask")
    def asked(ack: Ack, command: dict[str, Any]) -> None:
        share = {"type": "actions", "elements": [button("Share to channel", "share", style="primary")]}
        text = f"Only you see this: {command['text']}"
        ack(text=text, blocks=[{"type": "section", "text": marked(text)}, share])

    @app.action("share")
    def shared(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="It is shared.", replace_original=True)

    @app.action("feedback")
    def rated(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        value = body["actions"][0]["value"]
        message = body["message"]
        client.chat_postEphemeral(
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            thread_ts=message.get("thread_ts"),
            text=f"Noted: {value}",
        )

    @app.action("more")
    def chosen(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        value = body["actions"][0]["selected_option"]["value"]
        client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], thread_ts=body["message"].get("thread_ts"),
            text=f"You chose {value}",
        )  # fmt: skip

    @app.action("open_policy")
    def followed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], thread_ts=body["message"].get("thread_ts"),
            text="You opened the policy",
        )  # fmt: skip

    @app.action("delete")
    def deleted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])


def _windows(app: App) -> None:
    @app.action("ask_person")
    def opened(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=ask_view())
        ack()

    @app.shortcut("ask_about_message")
    def about(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        view = ask_view()
        view["blocks"].insert(0, {"type": "section", "text": marked(f">{shortcut['message']['text']}")})
        client.views_open(trigger_id=shortcut["trigger_id"], view=view)
        ack()

    @app.shortcut("ask_global")
    def anywhere(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=shortcut["trigger_id"], view=steps_view(1))
        ack()

    @app.action("kind")
    def changed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        chosen = body["actions"][0]["selected_option"]["value"]
        client.views_update(view_id=body["view"]["id"], view=steps_view(1, chosen))

    @app.view("steps")
    def next_step(ack: Ack) -> None:
        ack(response_action="push", view=steps_view(2))

    @app.view("ask_person")
    def sent(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        details = view["state"]["values"]["details"]["v"]["value"] or ""
        if len(details) < 10:
            ack(response_action="errors", errors={"details": "Please write a little more."})
            return
        ack()
        channel = client.conversations_open(users=body["user"]["id"])["channel"]["id"]
        client.chat_postMessage(
            channel=channel, text=f"An officer will read: {details}", unfurl_links=False, unfurl_media=False
        )

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=home_view(0))
        else:
            client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], thread_ts="", prompts=PROMPTS, title="Try asking"
            )

    @app.action("press")
    def pressed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        count = int(body["actions"][0]["value"]) + 1
        client.views_publish(user_id=body["user"]["id"], view=home_view(count))

    @app.action("question")
    def typed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        channel = client.conversations_open(users=body["user"]["id"])["channel"]["id"]
        text = f"From your home: {body['actions'][0]['value']}"
        client.chat_postMessage(channel=channel, text=text, unfurl_links=False, unfurl_media=False)


@contextmanager
def running(slack: LocalSlack, make: Callable[[WebClient], App] = build) -> Iterator[App]:
    """The bot, connected over Socket Mode."""
    app = make(WebClient(token=slack.bot_token, base_url=slack.api_url))
    handler = SocketModeHandler(app, slack.app_token, ping_interval=1)
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        slack.sockets.wait()
        yield app
    finally:
        _hang_up(handler, slack)
        handler.close()  # type: ignore[no-untyped-call]


def _hang_up(handler: SocketModeHandler, slack: LocalSlack) -> None:
    """End the connection from below.

    Closed from above, websocket-client 1.9 may wait ten seconds in `select` for a socket that another thread closed.
    """
    handler.client.auto_reconnect_enabled = False
    session = handler.client.current_session
    if session is not None and session.sock is not None and session.sock.sock is not None:
        session.keep_running = False
        with suppress(OSError):
            session.sock.sock.shutdown(socket.SHUT_RDWR)
        slack.wait_for(lambda: session.sock is None)
