"""The addresses of the page: one for each person and place, and forms that do what a person can do.

A form answers with the page where it was, so everything works without JavaScript; with it, the script sends the same
forms and takes over from the answer what has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web
from aiohttp.web_request import FileField
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from multidict import MultiDictProxy

from localslack import hands, reach
from localslack.errors import NotPossible
from localslack.page.build import Look, build, confirmation, notices
from localslack.page.compose import with_handles
from localslack.page.filling import fill, missing, picked
from localslack.page.panes import Seen, people, scene_for
from localslack.page.scene import read_field_name
from localslack.world import Channel, Message, User, View

if TYPE_CHECKING:
    from localslack.slack import Slack

Form = MultiDictProxy[str | bytes | bytearray | FileField]
Doing = Callable[["Visit", Form], Awaitable[str | Look | None]]
"""Does what a form says. Returns: where to go on, or a look with a question in it, or None to go back."""

PANES = "X-Page"
"""A request of the script, which is told of changes; other requests are given a moment for the app to answer."""
SETTLES_WITHIN_S = 1.5
QUIET_FOR_S = 0.25
TICK_S = 15.0  # a status can run out without anything happening
STEPS_COOKIE = "steps"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src http: https: data:;"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def add_routes(app: web.Application, slack: Slack, *, first_steps: Sequence[str] = ()) -> None:
    """Put the page on a server, from `/` on.

    Args:
        slack: whose world is shown and who acts in it; handlers run on its event loop.
        first_steps: what somebody new could try, in mrkdwn; shown until they hide it.
    """
    site = Site(slack, first_steps)
    app.on_shutdown.append(site.stop)
    app.router.add_get("/", site.start)
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
        app.router.add_get(f"/page/{name}", _static(name, kind))
    app.router.add_get("/as/{person}", site.arrive)
    app.router.add_get("/as/{person}/c/{channel}", site.messages)
    app.router.add_get("/as/{person}/c/{channel}/home", site.home)
    app.router.add_get("/as/{person}/file/{file}", site.file)
    app.router.add_get("/as/{person}/changes", site.changes)
    for name, doing in DOINGS.items():
        app.router.add_post(f"/as/{{person}}/{name}", site.does(doing))


def _static(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = resources.files("localslack.page").joinpath("static", name).read_bytes()

    async def send(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return send


@cache
def _template() -> Template:
    templates = Environment(loader=PackageLoader("localslack.page"), autoescape=True, undefined=StrictUndefined)
    templates.trim_blocks = templates.lstrip_blocks = True
    return templates.get_template("page.html")


class Visit:
    """One request: who makes it, and the server it is made to."""

    def __init__(self, site: Site, request: web.Request) -> None:
        self.slack, self.request = site.slack, request
        self.world = site.slack.world
        named = request.match_info["person"]
        person = next((user for user in people(self.world) if user.name == named), None)
        if person is None:
            raise web.HTTPNotFound(text=f"There is nobody called {named} here.")
        self.viewer: User = person
        self.steps = () if STEPS_COOKIE in request.cookies else site.first_steps

    def look(self, path: str) -> Look:
        """What is seen at the address of a page.

        Raises: HTTPNotFound for a place that the viewer does not see.
        """
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        segments = parts.path.split("/")[1:]
        if len(segments) < 4 or segments[0] != "as" or segments[2] != "c":
            raise web.HTTPNotFound(text="There is no such page.")
        channel = self.channel(segments[3])
        tab = "home" if segments[4:] == ["home"] else "messages"
        thread, editing = query.get("thread", ""), query.get("edit", "")
        return Look(
            self.viewer,
            channel,
            tab,
            thread if channel.thread(thread) else "",
            editing if editing in channel.messages else "",
            steps=self.steps,
        )

    def channel(self, name: str) -> Channel:
        found = self.world.channel_named(name)
        if found is None or (found.is_private and self.viewer.id not in found.members) or not self._reaches(found):
            raise web.HTTPNotFound(text="There is no such conversation for you.")
        return found

    def _reaches(self, channel: Channel) -> bool:
        outside = self.viewer.is_guest or self.viewer.is_single_channel_guest or self.viewer.is_stranger
        return self.viewer.id in channel.members or not outside

    def message(self, form: Form) -> Message:
        """The message that a form is about.

        Raises: NotPossible if it is gone, or the viewer does not see it.
        """
        channel, ts = text_of(form, "channel"), text_of(form, "ts")
        if text_of(form, "private"):
            whispers = self.world.ephemerals_for(self.viewer.id, channel)
            found = next((one for one in whispers if one.ts == ts), None)
        else:
            found = self.world.message(channel, ts)
        if found is None or not reach.sees(self.world, self.viewer.id, found):
            raise NotPossible("That message is not there any more.")
        return found

    def source(self, form: Form) -> Message | View:
        """The view or message that a form is about.

        Raises: NotPossible if it is gone.
        """
        if not (view_id := text_of(form, "view")):
            return self.message(form)
        view = self.world.views.get(view_id)
        if view is None or view.user != self.viewer.id:
            raise NotPossible("That window is not open any more.")
        return view


class Site:
    """The pages of one server."""

    def __init__(self, slack: Slack, first_steps: Sequence[str]) -> None:
        self.slack = slack
        self.first_steps = tuple(first_steps)
        self.seen = Seen()
        self._watching: set[asyncio.Task[None]] = set()

    # --- looking

    async def start(self, _: web.Request) -> web.Response:
        first = next(iter(people(self.slack.world)), None)
        if first is None:
            raise web.HTTPNotFound(text="There is nobody in this workspace.")
        raise web.HTTPFound(f"/as/{quote(first.name)}")

    async def arrive(self, request: web.Request) -> web.Response:
        """Where somebody begins: the direct message with the app, or their first channel."""
        visit = Visit(self, request)
        direct = self.slack.world.direct(visit.viewer.id)
        first = direct or next(self.slack.world.channels_of(visit.viewer.id), None)
        if first is None:
            raise web.HTTPNotFound(text=f"{visit.viewer.real_name} is in no conversation.")
        raise web.HTTPFound(Look(visit.viewer, first).path)

    async def messages(self, request: web.Request) -> web.Response:
        visit = Visit(self, request)
        look = visit.look(request.path_qs)
        if look.channel is self.slack.world.direct(visit.viewer.id) and PANES not in request.headers:
            self.slack.spawn(hands.opens_dm(self.slack, visit.viewer.id))
        return self._draw(look)

    async def home(self, request: web.Request) -> web.Response:
        visit = Visit(self, request)
        if PANES not in request.headers and self.slack.world.direct(visit.viewer.id):
            since = self.slack.world.version
            await hands.opens_home(self.slack, visit.viewer.id)
            await self._settle(request, since)
        return self._draw(visit.look(request.path_qs))

    async def file(self, request: web.Request) -> web.Response:
        visit = Visit(self, request)
        file = self.slack.world.files.get(request.match_info["file"])
        mine = {channel.id for channel in self.slack.world.channels_of(visit.viewer.id)}
        if file is None or file.deleted or not mine.intersection(file.channels):
            raise web.HTTPNotFound(text="There is no such file for you.")
        name = quote(file.name)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.data, content_type="application/octet-stream", headers=headers)

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the version of the world, after each change and now and then."""
        Visit(self, request)
        since = _number(request.headers.get("Last-Event-ID") or request.query.get("since", ""))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        watching = asyncio.create_task(self._watch(response, since))
        self._watching.add(watching)
        try:
            await watching
        except (asyncio.CancelledError, ConnectionError):
            watching.cancel()  # the browser went, or the server stops
        finally:
            self._watching.discard(watching)
        return response

    async def stop(self, _: web.Application) -> None:
        """Let go of the browsers, which else would keep the server from stopping."""
        for watching in self._watching:
            watching.cancel()

    async def _watch(self, response: web.StreamResponse, since: int) -> None:
        world = self.slack.world
        since = since if since <= world.version else -1  # it is another server than the one that the browser knew
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(world.changed(since), TICK_S)
            since = world.version
            await response.write(f"id: {since}\ndata: {since}\n\n".encode())

    # --- doing

    def does(self, doing: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler of a form: do it, then show the page again, with a sentence where it could not be done."""

        async def handle(request: web.Request) -> web.Response:
            _same_origin(request)
            visit = Visit(self, request)
            form = await request.post()
            since = self.slack.world.version
            back = text_of(form, "back")
            try:
                result = await doing(visit, form)
            except NotPossible as error:
                return self._draw(_flash(visit.look(back), str(error)), status=422)
            if isinstance(result, Look):
                return self._draw(result)
            await self._settle(request, since)
            response = web.HTTPSeeOther(result or visit.look(back).back)
            if doing is hides_steps:
                response.set_cookie(STEPS_COOKIE, "hidden", max_age=31_536_000, samesite="Lax")
            raise response

        return handle

    async def _settle(self, request: web.Request, since: int) -> None:
        """Where nothing tells the page of changes: wait until the app has done something and is done with it."""
        if PANES in request.headers:
            return
        deadline = asyncio.get_running_loop().time() + SETTLES_WITHIN_S
        patience = SETTLES_WITHIN_S
        with suppress(TimeoutError):
            while (left := deadline - asyncio.get_running_loop().time()) > 0:
                since = await asyncio.wait_for(self.slack.world.changed(since), min(patience, left))
                patience = QUIET_FOR_S

    def _draw(self, look: Look, *, status: int = 200) -> web.Response:
        page = build(self.slack, look, self.seen)
        html = _template().render(page=page)
        return web.Response(text=html, content_type="text/html", headers=_HEADERS, status=status)


def text_of(form: Form, name: str) -> str:
    """A field of a form as text; empty where it is none."""
    found = form.get(name, "")
    return found if isinstance(found, str) else ""


def _flash(look: Look, told: str) -> Look:
    sentence = told[:1].upper() + told[1:]
    return replace(look, flash=sentence if sentence.endswith((".", "!", "?")) else sentence + ".")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _same_origin(request: web.Request) -> None:
    """Another site that is open in the same browser must not act here."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="This form was sent from another site.")


# --- what forms do


async def says(visit: Visit, form: Form) -> str | None:
    """Send what is in the message box: a message, files, or a slash command."""
    typed, thread = text_of(form, "text").strip(), text_of(form, "thread")
    channel = visit.channel(text_of(form, "channel"))
    files = [(one.filename, one.file.read()) for one in form.getall("files", []) if isinstance(one, FileField)]
    if typed.startswith("/") and not files:
        await _runs(visit, typed, thread, channel)
        return None
    text = with_handles(typed, visit.world)
    sent = await hands.says(
        visit.slack,
        visit.viewer.id,
        text,
        channel.id,
        thread_ts=thread,
        files=files,
        wait=PANES not in visit.request.headers,
    )
    # The answer comes in the thread: in the direct message with the app that is opened beside, as Slack's agents do.
    direct = visit.world.direct(visit.viewer.id)
    return Look(visit.viewer, channel, thread=sent.root_ts).path if channel is direct else None


async def _runs(visit: Visit, typed: str, thread: str, channel: Channel) -> None:
    """Run a slash command."""
    command, _, rest = typed.partition(" ")
    if thread:
        raise NotPossible(f"{command} does not work in threads. Sorry!")
    await hands.runs(visit.slack, visit.viewer.id, command, with_handles(rest.strip(), visit.world), channel.id)


async def presses(visit: Visit, form: Form) -> Look | None:
    """Use an element of a message, of App Home, or of the modal on top."""
    named = read_field_name(text_of(form, "press"))
    if named is None:
        return None
    source, (block_id, action_id, value) = visit.source(form), named
    found = reach.element(visit.viewer.id, source, action_id, block_id, value)
    if (asked := found.element.get("confirm")) and not text_of(form, "confirmed"):
        fields = [(name, item) for name, item in form.items() if isinstance(item, str)]
        look = visit.look(text_of(form, "back"))
        return confirmation(look, f"{look.base}/press", asked, fields, scene_for(visit.world, visit.viewer))
    if isinstance(source, View):
        fill(visit.world, source, form)
    given = value if value is not None else picked(found, form)
    await hands.clicks(visit.slack, visit.viewer.id, source, action_id, block_id=block_id, value=given)
    return None


async def fills_in(visit: Visit, form: Form) -> Look | None:
    """Submit or close the modal on top, or press something in it."""
    if text_of(form, "press"):
        return await presses(visit, form)
    view = visit.source(form)
    if not isinstance(view, View) or not (do := text_of(form, "do")):
        return None
    if do == "close":
        await hands.closes(visit.slack, visit.viewer.id, view)
        return None
    files = fill(visit.world, view, form)
    view.errors |= missing(view, files)
    visit.world.touch()
    if not view.errors:
        await hands.submits(visit.slack, visit.viewer.id, view, files)
    return None


async def uses_menu(visit: Visit, form: Form) -> str | Look | None:
    """What the menus of a message offer: reactions, shortcuts, editing and deleting; and the global shortcuts."""
    kind, _, name = text_of(form, "do").partition(":")
    slack, user = visit.slack, visit.viewer.id
    if kind == "shortcut":
        message = visit.message(form) if text_of(form, "ts") else None
        await hands.shortcut(slack, user, name, message)
    elif kind == "react":
        message = visit.message(form)
        does = hands.unreacts if user in message.reactions.get(name, ()) else hands.reacts
        await does(slack, user, message, name)
    elif kind == "edit":
        await hands.edits(slack, user, visit.message(form), with_handles(text_of(form, "text"), visit.world))
        return visit.look(text_of(form, "back")).path
    elif kind == "delete":
        return await _deletes(visit, form)
    elif kind == "join":
        await hands.joins(slack, user, text_of(form, "channel"))
    return None


async def _deletes(visit: Visit, form: Form) -> Look | None:
    if text_of(form, "confirmed"):
        await hands.deletes(visit.slack, visit.viewer.id, visit.message(form))
        return None
    look = visit.look(text_of(form, "back"))
    fields = [(name, item) for name, item in form.items() if isinstance(item, str)]
    asked = {
        "title": {"text": "Delete this message?"},
        "text": {"type": "plain_text", "text": "It is removed for everybody, and it cannot be undone."},
        "confirm": {"text": "Delete"},
        "style": "danger",
    }
    return confirmation(look, f"{look.base}/message", asked, fields, scene_for(visit.world, visit.viewer))


async def stops(visit: Visit, form: Form) -> None:
    await hands.presses_stop(visit.slack, visit.viewer.id, text_of(form, "channel"), text_of(form, "thread"))


async def dismisses(visit: Visit, form: Form) -> None:
    """Take away one of Slack's own notices."""
    look = visit.look(text_of(form, "back"))
    shown, at = notices(visit.world, visit.viewer, look.channel), _number(text_of(form, "at"))
    if at < len(shown):
        visit.world.notices.remove(shown[at])
        visit.world.touch()


async def hides_steps(_visit: Visit, _form: Form) -> None:
    """The answer sets the cookie by which the first steps stay hidden."""


DOINGS: dict[str, Doing] = {
    "say": says,
    "press": presses,
    "modal": fills_in,
    "message": uses_menu,
    "stop": stops,
    "notice": dismisses,
    "steps": hides_steps,
}
