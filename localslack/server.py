"""The server: its routes, and how a test (`LocalSlack`) or the command line (`serve`) runs it."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from localslack import api, control, events, hands, hosts
from localslack.deliver import Ack, Delivery
from localslack.errors import LintFailure
from localslack.faults import Chaos, Chosen, Fault, Quirk
from localslack.interact import Receipt
from localslack.page.routes import add_routes
from localslack.people import Person, Place
from localslack.sample import APP_TOKEN, BOT_TOKEN, Somebody, add_person, anytown
from localslack.signed import SignedHttp
from localslack.slack import ACK_WITHIN_S, ApiCall, Slack
from localslack.world import Channel, Message, Status, User, UserGroup, View, Workspace

T = TypeVar("T")
Handler = Callable[[Slack, web.Request], Awaitable[web.StreamResponse]]

LARGEST_REQUEST = 256 * 2**20
PATIENCE_S = 30.0
"""How long a call of a test may take on the event loop."""


def build(slack: Slack, hints: Sequence[str] = ()) -> web.Application:
    """The application with all of Slack's addresses, and the page for people at `/`, which shows `hints`."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app.router.add_route("*", "/api/{method}", _bound(slack, api.handle))
    app.router.add_get("/link/", slack.sockets.handle)
    app.router.add_post("/response/{key}", _bound(slack, hosts.answer_url))
    app.router.add_post("/upload/v1/{key}", _bound(slack, hosts.take_upload))
    app.router.add_get("/files-pri/{file}/{name}", _bound(slack, hosts.give_file))
    app.router.add_get("/files-pri/download/{file}/{name}", _bound(slack, hosts.give_file))
    app.router.add_get("/signin", _bound(slack, hosts.sign_in))
    app.router.add_get("/oauth/v2/authorize", _bound(slack, hosts.ask_to_install))
    app.router.add_post("/oauth/v2/authorize", _bound(slack, hosts.install))
    control.add_routes(app, slack)
    add_routes(app, slack, first_steps=hints)
    return app


def _bound(slack: Slack, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(slack, request)

    return handle


async def start(slack: Slack, host: str, port: int, hints: Sequence[str] = ()) -> web.AppRunner:
    """Listen; `slack.base_url` is the address from then on."""
    runner = web.AppRunner(build(slack, hints), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    bound = runner.addresses[0][1]
    slack.world.base_url = f"http://{host}:{bound}"
    slack.lint.keeps_secret(*slack.world.tokens)
    return runner


def describe(slack: Slack) -> dict[str, str]:
    """What an app needs to connect."""
    return {
        "url": slack.base_url, "SLACK_API_URL": f"{slack.base_url}/api/", "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": slack.world.app.signing_secret,
    }  # fmt: skip


async def serve(
    host: str,
    port: int,
    *,
    world: Workspace | None = None,
    hints: Sequence[str] = (),
    started: Callable[[Slack], None] = lambda _: None,
    stopped: asyncio.Event | None = None,
) -> None:
    """Run until cancelled, or until `stopped` is set; `started` is called once the server listens.

    The rate limits are off: people who try things out are not a test of them.
    """
    slack = Slack(world or anytown())
    slack.limits.enforced = False
    runner = await start(slack, host, port, hints)
    try:
        started(slack)
        await (stopped or asyncio.Event()).wait()
    finally:
        await slack.stop()
        await runner.cleanup()


class LocalSlack:
    """A Slack for one test, on a port of its own and in a thread of its own.

    Leaving the `with` block raises LintFailure for whatever the app did wrong and the test did not `allow`.

    Args:
        world: another workspace than Anytown; else `app`'s keys go to `sample.anytown`: events, scopes, commands,
            message_shortcuts, global_shortcuts.
        link_hosts: hosts that the app may link to; `*` for any.
        limits: enforce Slack's rate limits.
        ack_timeout_s: real seconds within which the app must acknowledge.
        lenient: leaving the `with` block raises nothing.
        hints: what somebody new could try, shown on the page.
    """

    def __init__(
        self,
        world: Workspace | None = None,
        *,
        app: Mapping[str, Any] | None = None,
        link_hosts: Collection[str] = (),
        limits: bool = True,
        ack_timeout_s: float = ACK_WITHIN_S,
        lenient: bool = False,
        hints: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        self.slack = Slack(world or anytown(**(app or {})), ack_timeout_s=ack_timeout_s)
        self.slack.limits.enforced = limits
        self.slack.lint.record.link_hosts.update(link_hosts)
        self.sockets = SocketsOf(self)
        self.clock = ClockOf(self)
        self._lenient, self._hints, self._port = lenient, hints, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="localslack", daemon=True)
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None

    # --- starting and stopping

    def __enter__(self) -> LocalSlack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._lenient:
                self.check()
        finally:
            self.stop()

    def start(self) -> None:
        """Listen. Raises: OSError if the port is taken."""
        self._thread.start()
        try:
            self._runner = self.run(start(self.slack, "127.0.0.1", self._port, self._hints))
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    async def _stop(self) -> None:
        await self.slack.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the event loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S + self.slack.ack_timeout_s)

    # --- what an app needs

    @property
    def world(self) -> Workspace:
        return self.slack.world

    @property
    def base_url(self) -> str:
        return self.slack.base_url

    @property
    def url(self) -> str:
        """The page for people."""
        return f"{self.slack.base_url}/"

    @property
    def team_id(self) -> str:
        return self.world.team.id

    @property
    def api_url(self) -> str:
        return f"{self.slack.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return BOT_TOKEN

    @property
    def app_token(self) -> str:
        return APP_TOKEN

    @property
    def signing_secret(self) -> str:
        return self.world.app.signing_secret

    @property
    def http_url(self) -> str:
        """Where signed HTTP requests go; empty for Socket Mode."""
        return self.slack.http.url if self.slack.http else ""

    @http_url.setter
    def http_url(self, url: str) -> None:
        self.run(self.slack.send_to(url))

    def verify_url(self) -> bool:
        """Whether `http_url` answers Slack's challenge."""
        return self.run(self._http().verify())

    def ssl_check(self) -> bool:
        """Whether `http_url` takes Slack's check of its certificate."""
        return self.run(self._http().ssl_check())

    # --- people and what they see

    def person(self, name: str) -> Person:
        """Somebody of the workspace, by name or id. Raises: LookupError."""
        user = self.world.users.get(name) or self.world.user_named(name)
        if user is None:
            raise LookupError(f"there is nobody called {name}")
        return self._people.setdefault(user.id, Person(self, user))

    def channel(self, name: Place) -> Channel:
        """A channel by `#name` or id. Raises: LookupError."""
        found = name if isinstance(name, Channel) else self.world.channel_named(name)
        if found is None:
            raise LookupError(f"there is no channel {name}")
        return found

    def channel_id(self, name: Place) -> str:
        return self.channel(name).id

    def messages(self, channel: Place) -> list[Message]:
        """Everything in a channel, oldest first, replies too."""
        return list(self.channel(channel).messages.values())

    def posts(self, channel: Place | None = None) -> list[Message]:
        """What the app posted, oldest first: in one channel or everywhere."""
        channels = [self.channel(channel)] if channel else list(self.world.channels.values())
        return [message for one in channels for message in list(one.messages.values()) if message.bot_id]

    def replies(self, message: Message) -> list[Message]:
        """What the app posted in the thread of a message, after it."""
        thread = self.channel(message.channel).thread(message.root_ts)
        return [reply for reply in thread if reply.bot_id and reply.ts > message.ts]

    def bot_replies(self, message: Message) -> list[Message]:
        """What the app posted in the thread of a message, oldest first."""
        return [reply for reply in self.channel(message.channel).thread(message.root_ts) if reply.bot_id]

    def one_reply(self, asked: Message, timeout_s: float = 5.0) -> Message:
        """The only answer to a message. Raises: AssertionError if there is none in time, or more than one."""
        try:
            self.wait_for(lambda: self.replies(asked), timeout_s)
        except TimeoutError:
            seen = [(post.channel, post.text[:60]) for post in self.posts()]
            raise AssertionError(f"no reply in the thread of {asked.ts} in {asked.channel}; posted: {seen}") from None
        found = self.replies(asked)
        if len(found) > 1:
            raise AssertionError(f"{len(found)} replies to {asked.ts}: {[reply.text[:60] for reply in found]}")
        return found[0]

    def ephemerals(self, person: Person, channel: Place | None = None) -> list[Message]:
        """What only that person sees."""
        return self.world.ephemerals_for(person.id, self.channel(channel).id if channel else "")

    def status(self, message: Message) -> Status | None:
        """The status beneath the thread of a message."""
        return self.world.status(message.channel, message.root_ts)

    def home(self, person: Person) -> View | None:
        return self.world.homes.get(person.id)

    def wait_for(self, found: Callable[[], T], timeout_s: float = 5.0) -> T:
        """Wait until something is so, looking again at every change of the world.

        Returns: what `found` returned. Raises: TimeoutError.
        """
        deadline = threading.TIMEOUT_MAX if timeout_s <= 0 else self._time() + timeout_s
        while not (value := found()):
            left_s = deadline - self._time()
            if left_s <= 0:
                raise TimeoutError(f"not so after {timeout_s} s")
            with self.world.condition:
                self.world.condition.wait(min(left_s, 0.02))
        return value

    def wait_for_reply(self, message: Message, timeout_s: float = 5.0) -> Message:
        """The app's first reply in the thread of a message."""
        return self.wait_for(lambda: self.replies(message), timeout_s)[0]

    def settle(self, quiet_s: float = 0.5, timeout_s: float = 30.0) -> None:
        """Wait until nothing was delivered, called, posted or shown for a while. Raises: TimeoutError."""
        deadline, quiet_since, before = self._time() + timeout_s, self._time(), self._busyness()
        while self._time() - quiet_since < quiet_s:
            with self.world.condition:
                self.world.condition.wait(min(0.02, quiet_s / 4))
            if (now := self._busyness()) != before:
                quiet_since, before = self._time(), now
            if self._time() > deadline:
                raise TimeoutError(f"not quiet after {timeout_s} s")

    # --- what happens to the workspace

    def set_group(self, group: str, people: Collection[Person | str]) -> None:
        """Change who is in a user group (its id or handle); the app is told."""
        users = [person if isinstance(person, str) else person.id for person in people]
        self.run(_set_group(self.slack, self._group(group), users))

    def add_person(
        self, name: str, *, groups: Collection[str] = (), channels: Collection[Place] = ("#general",), **traits: Any
    ) -> Person:
        """Somebody new, with a direct message with the app; nobody is told. `traits` as sample.Somebody has them."""
        self.run(_add_person(self.slack, Somebody(name, name.title(), "", **traits)))
        person = self.person(name)
        for channel in channels:
            self.channel(channel).members.append(person.id)
        for group in groups:
            self._group(group).users.append(person.id)
        return person

    def add_member(self, channel: Place, person: Person) -> None:
        """Somebody is put into a channel; the app is told."""
        self.run(_add_member(self.slack, self.channel(channel), person.id))

    def change_user(self, person: Person, **traits: Any) -> None:
        """Change somebody, such as `deleted=True` or `is_guest=True`; the app is told."""
        self.run(_change_user(self.slack, person.user, traits))

    def forge_click(self, person: Person, message: Message | View, action_id: str, value: str = "") -> Receipt:
        """A click by somebody who may not even see the button, perhaps with another value."""
        return self.run(hands.forges_click(self.slack, person.id, message, action_id, value))

    def forge_submit(self, person: Person, view: View, values: Mapping[str, Any]) -> Receipt:
        """A submission of anybody's modal, with anything in it."""
        return self.run(hands.forges_submission(self.slack, person.id, view, values))

    def unfurls(self, message: Message) -> None:
        """Slack adds a preview to a message, which the app sees as a change of it."""
        self.run(hands.unfurls(self.slack, message))

    def sends(self, inner: dict[str, Any], user: str = "") -> None:
        """Send the app an event as it stands, whatever it is and whether it subscribed or not."""
        self.run(events.send(self.slack, inner, user))

    def revoke_token(self, token: str = BOT_TOKEN) -> None:
        self.world.tokens[token].revoked = True

    def set_scopes(self, *scopes: str) -> None:
        """What the bot token may do from now on."""
        token = self.world.tokens[BOT_TOKEN]
        token.scopes = frozenset(scopes)

    # --- what goes wrong

    def fault(
        self,
        method: str,
        *,
        status: int = 0,
        error: str = "",
        after_write: bool = False,
        reset: bool = False,
        delay_s: float = 0.0,
        retry_after: int | None = 1,
        body: str = "",
        times: int = 1,
        when: Chosen | None = None,
    ) -> None:
        """Let the next calls of a method go wrong (`*`: of any; `response_url`, `upload`, `download` too)."""
        fault = Fault(status, error, after_write, reset, delay_s, retry_after, body)
        self.run(_plan(self.slack, method, fault, times, when))

    def disturb(
        self,
        kind: str = "events_api",
        *,
        copies: int = 1,
        lose_ack: bool = False,
        swallow: bool = False,
        delay_s: float = 0.0,
        bad_signature: bool = False,
        stale_s: float = 0.0,
        times: int = 1,
        when: Chosen | None = None,
    ) -> None:
        """Let the next deliveries of a kind go astray: events_api, interactive, slash_commands or `*`."""
        quirk = Quirk(copies, lose_ack, swallow, delay_s, bad_signature, stale_s)
        self.run(_plan(self.slack, kind, quirk, times, when))

    def duplicate_deliveries(self, copies: int) -> None:
        """From now on every event comes this many times in the same envelope; 1 ends it."""
        self.slack.faults.standing = Quirk(copies=copies)

    def drop_sockets(self, how: str = "close") -> int:
        return self.sockets.drop(how)

    @property
    def mention_order(self) -> str:
        """Which event of a mention comes first: mention-first or message-first."""
        return self.slack.mention_order

    @mention_order.setter
    def mention_order(self, order: str) -> None:
        if order not in ("mention-first", "message-first"):
            raise ValueError(f"mention-first or message-first, not {order}")
        self.slack.mention_order = order

    def chaos(self, seed: int = 0, **rates: Any) -> None:
        """Random trouble from now on; `rates` as faults.Chaos has them."""
        self.run(_unleash(self.slack, Chaos(seed, **rates)))

    def calm(self) -> None:
        """No more trouble: faults, disturbances and chaos end."""
        self.run(_calm(self.slack))

    # --- what was seen

    @property
    def calls(self) -> list[ApiCall]:
        return list(self.slack.calls)

    def called(self, method: str) -> list[ApiCall]:
        """The calls of one method, in order."""
        return [call for call in self.slack.calls if call.method == method]

    @property
    def acks(self) -> list[Ack]:
        """Every attempt to deliver something, with the time to its acknowledgement."""
        return list(self.slack.acks)

    @property
    def lost(self) -> list[Delivery]:
        """Events that were given up after the last attempt."""
        return list(self.slack.deliveries.lost)

    def allow(self, *rules: str) -> None:
        """Let this test break rules of the lint."""
        self.slack.lint.allow(*rules)

    def allow_links(self, *hosts_: str) -> None:
        """Hosts that the app may link to; `*` for any."""
        self.slack.lint.record.link_hosts.update(hosts_)

    def check(self) -> None:
        """Raise LintFailure for what the app did wrong, or for what went wrong in this server."""
        if self.slack.crashes:
            raise LintFailure("the local Slack failed: " + "\n".join(self.slack.crashes))
        self.run(_check(self.slack))

    def _http(self) -> SignedHttp:
        if self.slack.http is None:
            raise ValueError("set http_url first")
        return self.slack.http

    def _group(self, name: str) -> UserGroup:
        named = [group for group in self.world.groups.values() if name in (group.id, group.handle)]
        if not named:
            raise LookupError(f"there is no user group {name}")
        return named[0]

    def _busyness(self) -> tuple[int, ...]:
        slack = self.slack
        return (slack.world.version, len(slack.calls), len(slack.acks), slack.deliveries.under_way)

    def _time(self) -> float:
        return self._loop.time()


class SocketsOf:
    """The sockets of a LocalSlack, for a test."""

    def __init__(self, local: LocalSlack) -> None:
        self._local = local

    def __len__(self) -> int:
        return len(self._local.slack.sockets.open)

    @property
    def opened(self) -> int:
        """How many there have been."""
        return self._local.slack.sockets.opened

    def drop(self, how: str = "close", which: int | None = None) -> int:
        """Cut them: close, rst, fin, half-open, warning, refresh_requested, link_disabled, too_many_websockets."""
        return self._local.run(self._local.slack.sockets.drop(how, which))

    def spread(self, how: str) -> None:
        """How deliveries are shared out: round-robin, random, sticky."""
        self._local.slack.sockets.spread = how

    def at_most(self, number: int) -> None:
        """How many the app may have; Slack lets it have ten."""
        self._local.slack.sockets.largest = number

    def send_raw(self, text: str) -> None:
        self._local.run(self._local.slack.sockets.send_raw(text))

    def wait(self, number: int = 1, timeout_s: float = 10.0) -> None:
        """Wait until the app has this many open."""
        self._local.wait_for(lambda: len(self) >= number or None, timeout_s)


class ClockOf:
    """The virtual clock of a LocalSlack, for a test."""

    def __init__(self, local: LocalSlack) -> None:
        self._local = local

    def now(self) -> float:
        return self._local.slack.clock.now()

    def advance(self, seconds: float) -> None:
        """Move the time on; what falls due happens at once."""
        self._local.run(_advance(self._local.slack, seconds))


async def _advance(slack: Slack, seconds: float) -> None:
    slack.clock.move_on(seconds)
    slack.world.touch()
    await asyncio.sleep(0)


async def _plan(slack: Slack, name: str, what: Fault | Quirk, times: int, when: Chosen | None) -> None:
    slack.faults.plan(name, what, times, when)


async def _unleash(slack: Slack, chaos: Chaos) -> None:
    slack.faults.unleash(chaos)
    if chaos.drop_socket_every_s:
        slack.cutting = slack.spawn(slack.sockets.cut_now_and_then(chaos.drop_socket_every_s))


async def _calm(slack: Slack) -> None:
    slack.faults.clear()
    if slack.cutting is not None:
        slack.cutting.cancel()


async def _add_person(slack: Slack, somebody: Somebody) -> None:
    add_person(slack.world, somebody)
    slack.world.touch()


async def _add_member(slack: Slack, channel: Channel, user: str) -> None:
    channel.members.append(user)
    slack.world.touch()
    await events.tell_joined(slack, channel, user)


async def _change_user(slack: Slack, user: User, traits: Mapping[str, Any]) -> None:
    for name, value in traits.items():
        if name not in User.__slots__:
            raise ValueError(f"a user has no {name}")
        setattr(user, name, value)
    slack.world.touch()
    await events.tell_user_changed(slack, user)


async def _check(slack: Slack) -> None:
    slack.lint.check()


async def _set_group(slack: Slack, group: UserGroup, users: list[str]) -> None:
    before = set(group.users)
    group.users = users
    slack.world.touch()
    added, removed = sorted(set(users) - before), sorted(before - set(users))
    await events.tell_group_changed(slack, group, added, removed)


def main(host: str, port: int, *, as_json: bool) -> None:
    """Run until a signal, and say how to connect."""

    def say(slack: Slack) -> None:
        found = describe(slack)
        lines = json.dumps(found) if as_json else "\n".join(f"{key}={value}" for key, value in found.items())
        print(lines, flush=True)  # noqa: T201 - what this command is for

    async def until_a_signal() -> None:
        stopped = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            # Said explicitly: what a script starts in the background is told to ignore SIGINT.
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
        await serve(host, port, started=say, stopped=stopped)

    asyncio.run(until_a_signal())
