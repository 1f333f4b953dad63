"""`/api/{method}`: reads a call, checks it in Slack's order, lets faults and limits have their say, and answers."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import secrets
import time
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from localslack.errors import SlackError
from localslack.faults import Fault
from localslack.methods import METHODS
from localslack.methods.known import KNOWN
from localslack.registry import Args, Call, Method
from localslack.slack import ApiCall, Slack
from localslack.world import Payload, Token

log = logging.getLogger(__name__)

NOBODY = Token("", "none", frozenset())
SECRET_ARGS = ("token", "client_secret")


@dataclass(frozen=True, slots=True)
class Result:
    """What the HTTP response will be."""

    body: Payload
    status: int = 200
    retry_after: int | None = None

    @property
    def error(self) -> str:
        return str(self.body.get("error", ""))


async def handle(slack: Slack, request: web.Request) -> web.StreamResponse:
    """One call of the Web API, kept in `slack.calls`."""
    started = time.perf_counter()
    name = request.match_info["method"]
    args, token = await _read(request)
    fault = slack.faults.for_call(name, args)
    if fault and fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    if fault and fault.replaces_answer and not fault.after_write:
        return _faulty(slack, request, name, args, fault, started)
    result = await _answer(slack, name, args, token, request.headers.get("authorization", ""))
    if fault and fault.after_write:
        return _faulty(slack, request, name, args, fault, started)
    _keep(slack, name, args, result.status, result.error, started, injected=False)
    return _response(slack, result, token)


async def _read(request: web.Request) -> tuple[dict[str, Any], str]:
    """The arguments without the token, and the token."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        args |= _json(text)
    elif request.content_type.startswith("multipart/"):
        args |= {key: item for key, item in (await request.post()).items() if isinstance(item, str)}
    else:
        args |= dict(parse_qsl(await request.text(), keep_blank_values=True))
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    in_body = str(args.pop("token", "") or "")
    return args, bearer if scheme.lower() == "bearer" else in_body


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {"": text}
    return found if isinstance(found, dict) else {"": found}


async def _answer(slack: Slack, name: str, args: dict[str, Any], token: str, authorization: str) -> Result:
    method = METHODS.get(name)
    if method is None:
        return _unknown(slack, name)
    try:
        call = _admit(slack, method, args, token, authorization)
        if wait_s := slack.limits.take(name, method.tier, str(args.get("channel", ""))):
            return Result({"ok": False, "error": "ratelimited"}, 429, wait_s)
        answer = method.run(call)
        found = await answer if inspect.isawaitable(answer) else answer
        return Result({"ok": True, **found})
    except SlackError as error:
        return Result(_error_body(error))
    except Exception:  # the edge: a fault of this server must not look like Slack's answer
        log.exception("the local Slack failed at %s; the app was told of an internal error", name)
        slack.crashes.append(f"{name}: {traceback.format_exc(limit=-3)}")
        return Result({"ok": False, "error": "fatal_error"}, 500)


def _unknown(slack: Slack, name: str) -> Result:
    if name in KNOWN:
        slack.lint.add("method-not-built", f"{name} is a method of Slack that the local Slack does not have")
        return Result({"ok": False, "error": "not_built_here", "req_method": name}, 501)
    return Result({"ok": False, "error": "unknown_method", "req_method": name})


def _admit(slack: Slack, method: Method, args: dict[str, Any], value: str, authorization: str) -> Call:
    """Token, its kind, its scopes: in the order in which Slack complains."""
    token = _token(slack, method, value)
    call = Call(slack, method.name, Args(args), token, authorization)
    call.require(*method.scopes)
    return call


def _token(slack: Slack, method: Method, value: str) -> Token:
    if method.is_open:
        return slack.world.tokens.get(value, NOBODY)
    if not value:
        raise SlackError("not_authed")
    token = slack.world.tokens.get(value)
    if token is None:
        raise SlackError("invalid_auth")
    if token.revoked:
        raise SlackError("token_revoked")
    if token.kind not in method.kinds:
        raise SlackError("not_allowed_token_type")
    return token


def _error_body(error: SlackError) -> Payload:
    body: Payload = {"ok": False, "error": error.error, **error.extra}
    if error.messages:
        body["errors"] = [message.removeprefix("[ERROR] ") for message in error.messages]
        body["response_metadata"] = {"messages": list(error.messages)}
    return body


def _keep(
    slack: Slack, name: str, args: dict[str, Any], status: int, error: str, started: float, *, injected: bool
) -> None:
    open_args = {key: item for key, item in args.items() if key not in SECRET_ARGS}
    took_ms = (time.perf_counter() - started) * 1000
    call = ApiCall(name, open_args, slack.clock.now(), status, error, took_ms, injected)
    slack.calls.append(call)
    slack.lint.called(call)


def _faulty(
    slack: Slack, request: web.Request, name: str, args: dict[str, Any], fault: Fault, started: float
) -> web.StreamResponse:
    status = fault.status or 200
    _keep(slack, name, args, 0 if fault.reset else status, fault.error or "fault", started, injected=True)
    if fault.reset and request.transport is not None:
        request.transport.abort()
        return web.Response()
    if status == 429:
        body = {"ok": False, "error": "ratelimited"}
        return _response(slack, Result(body, 429, fault.retry_after), "")
    if fault.error:
        return _response(slack, Result({"ok": False, "error": fault.error}, status), "")
    return web.Response(status=status, text=fault.body or "upstream error")


def _response(slack: Slack, result: Result, token: str) -> web.Response:
    headers = {"x-slack-req-id": secrets.token_hex(16)}
    if held := slack.world.tokens.get(token):
        headers["x-oauth-scopes"] = ",".join(sorted(held.scopes))
    if result.retry_after is not None:
        headers["Retry-After"] = str(result.retry_after)
    return web.json_response(result.body, status=result.status, headers=headers)
