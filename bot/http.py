"""The web server of the bot: Slack's requests (in HTTP mode), health, and metrics."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.metrics import CONTENT_TYPE, Metrics
from corpus.errors import SettingsError

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
# Slack's own limit for a request is far below; a form with 250 kB of view is its largest.
MOST_BYTES = 2_000_000

Routes = list[BaseRoute]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service does its work: each check's name with a sentence, empty when all is well."""

    checks: Mapping[str, str]

    @property
    def is_well(self) -> bool:
        return not any(self.checks.values())


def web_app(
    health: Callable[[], Health], metrics: Metrics, app: App | None = None, extra: tuple[BaseRoute, ...] = ()
) -> Starlette:
    """The routes; `app` only where Slack calls us over HTTP."""

    async def show_health(_: Request) -> Response:
        found = await run_in_threadpool(health)
        body = {"status": "well" if found.is_well else "unwell", "checks": dict(found.checks)}
        return JSONResponse(body, 200 if found.is_well else 503)

    async def show_metrics(_: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text), media_type=CONTENT_TYPE)

    routes: list[BaseRoute] = [Route("/health", show_health), Route("/metrics", show_metrics), *extra]
    if app is not None:
        routes.append(Route(EVENTS_PATH, _slack(app), methods=["POST"]))
    return Starlette(routes=routes)


def _slack(app: App) -> Callable[..., object]:
    async def receive(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > MOST_BYTES:
            return Response(status_code=413)
        delivery = to_bolt_request(request, await request.body())
        # In a thread: storing what was received must not hold up other requests.
        return to_starlette_response(await run_in_threadpool(app.dispatch, delivery))

    return receive


class WebServer:
    """uvicorn in a thread of its own."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        config = uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._where = (host, port)

    @property
    def port(self) -> int:
        """The port it listens on; useful when 0 was asked for."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def start(self, deadline_s: float = 10.0) -> None:
        """Raises: SettingsError when the address is taken."""
        self._thread.start()
        end = time.monotonic() + deadline_s
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                host, port = self._where
                raise SettingsError(
                    f"The web server cannot listen on {host}:{port}; set LMC_HTTP_PORT to a free port (0 finds one)."
                )
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10.0)
