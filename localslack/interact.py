"""What the app is sent when somebody uses a button, a command, a shortcut or a modal, and what its answer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localslack import reach, screens
from localslack.blocks import Found
from localslack.deliver import Delivery, Reply
from localslack.errors import SlackError
from localslack.events import message_inner
from localslack.lint import Act, Write
from localslack.payloads import view_payload
from localslack.posting import respond
from localslack.world import Channel, Message, Notice, Payload, ResponseUrl, View

if TYPE_CHECKING:
    from localslack.slack import Slack

CONNECTION_TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How something that a person used went.

    Attributes:
        acked: the app answered within three seconds.
        payload: what it answered with.
        errors: of a modal, by block id: it stays open.
    """

    acked: bool
    latency_s: float = 0.0
    payload: Payload | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    trigger_id: str = ""
    response_url: str = ""


async def command(slack: Slack, user: str, name: str, text: str, channel: Channel) -> Receipt:
    """A slash command; what the app acknowledges it with is shown at once."""
    world, author = slack.world, slack.world.users[user]
    trigger, url = world.new_trigger(user), world.new_response_url(channel.id, user)
    payload = {
        "token": world.app.verification_token, "team_id": world.team.id, "team_domain": world.team.domain,
        "channel_id": channel.id, "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user, "user_name": author.name, "command": name, "text": text, "api_app_id": world.app.id,
        "is_enterprise_install": "false", "response_url": url_of(slack, url), "trigger_id": trigger.id,
    }  # fmt: skip
    _acted(slack, user, channel.id)
    reply = await slack.deliveries.once(Delivery("slash_commands", name, payload, user, accepts=True))
    if reply.acked and reply.payload:
        _show_answer(slack, url, reply.payload)
    url.settled.set()
    if not reply.acked:
        _notice(slack, user, channel.id, f'{name} failed with the error "dispatch_failed"')
    return _receipt(slack, reply, trigger.id, url)


async def shortcut(slack: Slack, user: str, callback_id: str, message: Message | None) -> Receipt:
    """A shortcut from a message's menu, or the global one."""
    trigger = slack.world.new_trigger(user)
    payload = _base(slack, user) | {"callback_id": callback_id, "trigger_id": trigger.id, "action_ts": _now(slack)}
    url: ResponseUrl | None = None
    if message is None:
        payload["type"] = "shortcut"
    else:
        url = slack.world.new_response_url(message.channel, user, thread_ts=message.thread_ts, message_ts=message.ts)
        payload |= {
            "type": "message_action", "channel": _channel(slack, message.channel), "message_ts": message.ts,
            "message": message_inner(slack, message, bare=True), "response_url": url_of(slack, url),
        }  # fmt: skip
    reply = await _interact(slack, payload, f"{payload['type']} {callback_id}", user)
    if not reply.acked:
        _notice(slack, user, message.channel if message else "", CONNECTION_TROUBLE)
    return _receipt(slack, reply, trigger.id, url)


async def block_actions(
    slack: Slack, user: str, source: Message | View, found: Found, action: Mapping[str, Any]
) -> Receipt:
    """Somebody used an element; `action` is what it says of itself."""
    trigger = slack.world.new_trigger(user)
    payload = _base(slack, user) | {"type": "block_actions", "trigger_id": trigger.id}
    url: ResponseUrl | None = None
    if isinstance(source, View):
        payload |= {"container": {"type": "view", "view_id": source.id}, "view": view_payload(slack.world, source)}
    else:
        url = slack.world.new_response_url(source.channel, user, thread_ts=source.thread_ts, message_ts=source.ts)
        payload |= _message_source(slack, user, source) | {"response_url": url_of(slack, url)}
    payload["actions"] = [
        {
            "type": found.type, "action_id": found.element["action_id"], "block_id": found.block.get("block_id", ""),
            "action_ts": _now(slack), **action,
        }
    ]  # fmt: skip
    reply = await _interact(slack, payload, f"block_actions {found.element['action_id']}", user, _chosen(action))
    if not reply.acked:
        _notice(slack, user, "" if isinstance(source, View) else source.channel, CONNECTION_TROUBLE)
    return _receipt(slack, reply, trigger.id, url)


async def submission(slack: Slack, user: str, view: View) -> Receipt:
    """Somebody submitted the topmost modal; the answer closes, changes or keeps it."""
    trigger = slack.world.new_trigger(user)
    payload = _base(slack, user) | {
        "type": "view_submission", "trigger_id": trigger.id, "view": view_payload(slack.world, view),
        "response_urls": [],
    }  # fmt: skip
    chosen = {user for block in view.values.values() for state in block.values() for user in _chosen(state)}
    reply = await _interact(slack, payload, f"view_submission {view.callback_id}", user, chosen, accepts=True)
    if not reply.acked:
        _notice(slack, user, "", CONNECTION_TROUBLE)
        return _receipt(slack, reply, trigger.id, None)
    errors = _apply(slack, user, view, reply.payload or {})
    return _receipt(slack, reply, trigger.id, None, errors)


async def closing(slack: Slack, user: str, view: View, *, cleared: bool) -> Receipt:
    """Tell the app that a modal was closed, if it asked to be told."""
    payload = _base(slack, user) | {
        "type": "view_closed", "view": view_payload(slack.world, view), "is_cleared": cleared,
    }  # fmt: skip
    reply = await _interact(slack, payload, f"view_closed {view.callback_id}", user)
    return _receipt(slack, reply, "", None)


async def suggestion(slack: Slack, user: str, source: Message | View, found: Found, text: str) -> Receipt:
    """Somebody typed into a select whose options the app has to supply."""
    payload = _base(slack, user) | {
        "type": "block_suggestion", "action_id": found.element["action_id"], "value": text,
        "block_id": found.block.get("block_id", ""),
    }  # fmt: skip
    if isinstance(source, View):
        payload |= {"container": {"type": "view", "view_id": source.id}, "view": view_payload(slack.world, source)}
    else:
        payload |= _message_source(slack, user, source)
    reply = await _interact(slack, payload, f"block_suggestion {found.element['action_id']}", user, accepts=True)
    return _receipt(slack, reply, "", None)


def url_of(slack: Slack, url: ResponseUrl) -> str:
    return f"{slack.base_url}/response/{url.id}"


async def _interact(
    slack: Slack, payload: Payload, name: str, user: str, chosen: set[str] | None = None, *, accepts: bool = False
) -> Reply:
    _acted(slack, user, str(payload.get("channel", {}).get("id", "")), chosen)
    return await slack.deliveries.once(Delivery("interactive", name, payload, user, accepts=accepts))


def _acted(slack: Slack, user: str, channel: str, chosen: set[str] | None = None) -> None:
    slack.lint.acted(Act(slack.world.next_ts(), user, channel), chosen or set())


def _base(slack: Slack, user: str) -> Payload:
    world, author = slack.world, slack.world.users[user]
    return {
        "user": {"id": user, "username": author.name, "name": author.name, "team_id": author.team},
        "team": {"id": world.team.id, "domain": world.team.domain}, "api_app_id": world.app.id,
        "token": world.app.verification_token, "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip


def _message_source(slack: Slack, user: str, message: Message) -> Payload:
    """Where a click in a message came from. Slack does not repeat an ephemeral message."""
    container: Payload = {
        "type": "message", "message_ts": message.ts, "channel_id": message.channel,
        "is_ephemeral": message.is_ephemeral,
    }  # fmt: skip
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    values = reach.values_of(slack.world, user, message)
    found: Payload = {"container": container, "channel": _channel(slack, message.channel), "state": {"values": values}}
    if not message.is_ephemeral:
        found["message"] = message_inner(slack, message, bare=True)
    return found


def _channel(slack: Slack, channel: str) -> Payload:
    found = slack.world.channels[channel]
    names = {"im": "directmessage", "group": "privategroup"}
    return {"id": channel, "name": names.get(found.kind, found.name)}


def _chosen(state: Mapping[str, Any]) -> set[str]:
    """The people that somebody picked."""
    picked = [state.get("selected_user"), *(state.get("selected_users") or [])]
    return {user for user in picked if user}


def _show_answer(slack: Slack, url: ResponseUrl, payload: Payload) -> None:
    try:
        respond(slack, url, payload)
    except SlackError as error:
        slack.lint.add("refused-content", f"the answer to a command was refused: {error.error}")


def _apply(slack: Slack, user: str, view: View, payload: Payload) -> dict[str, str]:
    """Do what the app answered to a submission.

    Returns: the errors to show, by block id.
    """
    action = payload.get("response_action")
    if action == "errors":
        return _show_errors(slack, view, dict(payload.get("errors") or {}))
    if action == "clear":
        screens.close_all(slack.world, user)
    elif action in ("update", "push"):
        _change_screen(slack, user, view, str(action), payload.get("view") or {})
    elif view.is_open:
        screens.close_top(slack.world, user)
    return {}


def _show_errors(slack: Slack, view: View, errors: dict[str, str]) -> dict[str, str]:
    known = {str(block.get("block_id")) for block in view.blocks if block.get("type") == "input"}
    if unknown := set(errors) - known:
        slack.lint.add("refused-content", f"errors for blocks that are no inputs of the modal: {sorted(unknown)}")
    view.errors = errors
    slack.world.touch()
    return errors


def _change_screen(slack: Slack, user: str, view: View, action: str, body: Payload) -> None:
    try:
        checked = screens.check_view(body, "modal")
        if action == "push":
            shown = screens.push_modal(slack.world, user, checked)
        else:
            shown = screens.replace_view(slack.world, view, checked)
    except SlackError as error:
        slack.lint.add("refused-content", f"the answer to a submission was refused: {error.error} {error.messages}")
        return
    saw_view(slack, shown)


def saw_view(slack: Slack, view: View) -> None:
    """Let the rules look at a view that is shown from now on."""
    slack.lint.keeps_secret(view.private_metadata)
    slack.lint.wrote(Write("view", "", view.title, view.blocks, view.body))


def _notice(slack: Slack, user: str, channel: str, text: str) -> None:
    slack.world.notices.append(Notice(user, channel, text))
    slack.world.touch()


def _now(slack: Slack) -> str:
    return slack.world.next_ts()


def _receipt(
    slack: Slack, reply: Reply, trigger_id: str, url: ResponseUrl | None, errors: Mapping[str, str] | None = None
) -> Receipt:
    address = url_of(slack, url) if url else ""
    return Receipt(reply.acked, reply.latency_s, reply.payload, errors or {}, trigger_id, address)
