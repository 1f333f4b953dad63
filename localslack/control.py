"""`/_control/*`: the same hands for another process: people act, time moves on, things go wrong.

POST `/_control/person` {"person": "alice", "act": "says", "text": "…", "in": "#general"}; acts: says, runs, clicks,
submits, opens_home, opens_dm. POST `/_control/fault`, `/_control/disturb` with the fields of faults.py;
`/_control/advance` {"seconds": 60}; `/_control/drop` {"how": "rst"}. GET `/_control/state`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from localslack import hands
from localslack.errors import NotPossible
from localslack.faults import Fault, Quirk
from localslack.payloads import message_payload, view_payload
from localslack.world import Message, Payload, View

if TYPE_CHECKING:
    from localslack.slack import Slack

Act = Callable[["Slack", str, Mapping[str, Any]], Awaitable[Payload]]


def add_routes(app: web.Application, slack: Slack) -> None:
    async def person(request: web.Request) -> web.Response:
        return await _person(slack, await request.json())

    async def meddle(request: web.Request) -> web.Response:
        return await _meddle(slack, request.match_info["what"], await request.json())

    async def state(_: web.Request) -> web.Response:
        return web.json_response(_state(slack))

    app.router.add_post("/_control/person", person)
    app.router.add_post("/_control/{what:fault|disturb|advance|drop}", meddle)
    app.router.add_get("/_control/state", state)


async def _person(slack: Slack, given: Mapping[str, Any]) -> web.Response:
    user = slack.world.user_named(str(given.get("person"))) or slack.world.users.get(str(given.get("person")))
    act = ACTS.get(str(given.get("act")))
    if user is None or act is None:
        return web.json_response({"ok": False, "error": "nobody, or nothing that they can do"}, status=400)
    try:
        return web.json_response({"ok": True, **await act(slack, user.id, given)})
    except (NotPossible, LookupError) as error:
        return web.json_response({"ok": False, "error": str(error)}, status=409)


async def _meddle(slack: Slack, what: str, given: dict[str, Any]) -> web.Response:
    if what == "advance":
        slack.clock.move_on(float(given["seconds"]))
        slack.world.touch()
    elif what == "drop":
        await slack.sockets.drop(str(given.get("how", "close")))
    else:
        name, times = str(given.pop("name", "*")), int(given.pop("times", 1))
        slack.faults.plan(name, Fault(**given) if what == "fault" else Quirk(**given), times)
    return web.json_response({"ok": True})


def _state(slack: Slack) -> Payload:
    world = slack.world
    return {
        "messages": {c.id: [message_payload(world, m) for m in c.messages.values()] for c in world.channels.values()},
        "modals": {user: [view_payload(world, view) for view in views] for user, views in world.modals.items()},
        "homes": {user: view_payload(world, view) for user, view in world.homes.items()},
        "acks": [asdict(ack) for ack in slack.acks], "calls": [asdict(call) for call in slack.calls],
        "findings": [asdict(finding) for finding in slack.lint.findings], "sockets": len(slack.sockets.open),
    }  # fmt: skip


async def _says(slack: Slack, user: str, given: Mapping[str, Any]) -> Payload:
    channel = str(given.get("in") or _direct(slack, user))
    thread = str(given.get("thread") or "")
    message = await hands.says(slack, user, str(given["text"]), channel, thread_ts=thread)
    return {"channel": message.channel, "ts": message.ts}


async def _runs(slack: Slack, user: str, given: Mapping[str, Any]) -> Payload:
    channel = str(given.get("in") or _direct(slack, user))
    receipt = await hands.runs(slack, user, str(given["command"]), str(given.get("text") or ""), channel)
    return asdict(receipt)


async def _clicks(slack: Slack, user: str, given: Mapping[str, Any]) -> Payload:
    source = _source(slack, user, given)
    receipt = await hands.clicks(slack, user, source, str(given["action_id"]), value=given.get("value"))
    return asdict(receipt)


async def _submits(slack: Slack, user: str, given: Mapping[str, Any]) -> Payload:
    return asdict(await hands.submits(slack, user, _view(slack, user), given.get("values") or {}))


async def _opens_home(slack: Slack, user: str, _given: Mapping[str, Any]) -> Payload:
    await hands.opens_home(slack, user)
    return {}


async def _opens_dm(slack: Slack, user: str, _given: Mapping[str, Any]) -> Payload:
    await hands.opens_dm(slack, user)
    return {}


ACTS: dict[str, Act] = {
    "says": _says, "runs": _runs, "clicks": _clicks, "submits": _submits, "opens_home": _opens_home,
    "opens_dm": _opens_dm,
}  # fmt: skip


def _direct(slack: Slack, user: str) -> str:
    found = slack.world.direct(user)
    return found.id if found else ""


def _source(slack: Slack, user: str, given: Mapping[str, Any]) -> Message | View:
    """A message by channel and ts, or else the topmost modal or App Home."""
    if "ts" not in given:
        return _view(slack, user)
    ts = str(given["ts"])
    found = slack.world.message(str(given.get("channel", "")), ts) or slack.world.whispers.get(ts)
    if found is None:
        raise NotPossible("there is no such message")
    return found


def _view(slack: Slack, user: str) -> View:
    found = slack.world.top_modal(user) or slack.world.homes.get(user)
    if found is None:
        raise NotPossible("there is no modal and no App Home")
    return found
