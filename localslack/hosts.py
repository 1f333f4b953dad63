"""Slack's other addresses: response URLs, the upload and download hosts, the page on which an app is installed."""

from __future__ import annotations

import asyncio
import html
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from localslack.errors import SlackError
from localslack.faults import Fault
from localslack.posting import respond
from localslack.world import ResponseUrl, new_id

if TYPE_CHECKING:
    from localslack.slack import Slack

CODE_LASTS_S = 600.0
ACK_GOES_FIRST_WITHIN_S = 0.25
RESPONSE_URL, UPLOAD, DOWNLOAD = "response_url", "upload", "download"
"""The names under which faults can be planned for these addresses."""


@dataclass(slots=True)
class Expected:
    """A file that is to be uploaded to the address with `key`."""

    key: str
    file_id: str
    name: str
    length: int
    user: str
    data: bytes | None = None


@dataclass(slots=True)
class Uploads:
    """Files on their way from getUploadURLExternal to completeUploadExternal."""

    by_key: dict[str, Expected] = field(default_factory=dict)

    def expect(self, file_id: str, name: str, length: int, user: str) -> Expected:
        made = Expected(secrets.token_hex(12), file_id, name, length, user)
        self.by_key[made.key] = made
        return made

    def finished(self, file_id: str) -> Expected | None:
        """The upload with this file id, which can be completed once."""
        found = next((one for one in self.by_key.values() if one.file_id == file_id), None)
        return self.by_key.pop(found.key) if found and found.data is not None else None


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody allowed on the authorize page, for the code that the app exchanges."""

    user: str
    scopes: frozenset[str]
    redirect_uri: str
    expires: float


# --- response URLs


async def answer_url(slack: Slack, request: web.Request) -> web.StreamResponse:
    """What an app sends to a response URL."""
    given = await _body(request)
    fault = slack.faults.for_call(RESPONSE_URL, given)
    if fault and not fault.after_write:
        return _faulty(request, fault)
    url = slack.world.response_urls.get(request.match_info["key"])
    if url is not None:
        await _let_ack_go_first(url)
    if url is None or url.expires < slack.clock.now():
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if url.left < 1:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    answered = _respond(slack, url, given)
    return _faulty(request, fault) if fault else answered


async def _let_ack_go_first(url: ResponseUrl) -> None:
    """An app that acknowledges with words and answers at once means them in this order, whichever arrives first."""
    if url.message_ts or url.settled.is_set():
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(url.settled.wait(), ACK_GOES_FIRST_WITHIN_S)


def _respond(slack: Slack, url: ResponseUrl, given: Mapping[str, Any]) -> web.Response:
    url.left -= 1
    try:
        respond(slack, url, given)
    except SlackError as error:
        slack.lint.add("refused-content", f"an answer to a response URL was refused: {error.error}")
        return web.json_response({"ok": False, "error": error.error}, status=400)
    return web.Response(text="ok")


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        text = parse_qs(text).get("payload", ["{}"])[0]
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}


# --- files


async def take_upload(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The bytes of a file: raw, or as a part of a form."""
    expected = slack.uploads.by_key.get(request.match_info["key"])
    if expected is None:
        return web.Response(status=404, text="no such upload")
    fault = slack.faults.for_call(UPLOAD, {"filename": expected.name})
    if fault:
        return _faulty(request, fault)
    data = await _uploaded(request)
    if len(data) != expected.length:
        return web.Response(status=500, text=f"expected {expected.length} bytes, got {len(data)}")
    expected.data = data
    return web.Response(text=f"OK - {len(data)}")


async def _uploaded(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        if getattr(part, "filename", None):
            return bytes(await part.read())  # type: ignore[union-attr]
    return b""


async def give_file(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The bytes of a file, for its bearer token; without one a redirect to a page, as Slack does."""
    file = slack.world.files.get(request.match_info["file"].rpartition("-")[2])
    fault = slack.faults.for_call(DOWNLOAD, {"file": request.match_info["file"]})
    if fault:
        return _faulty(request, fault)
    token = slack.world.tokens.get(request.headers.get("authorization", "").partition(" ")[2])
    if token is None or token.revoked or "files:read" not in token.scopes:
        return web.Response(status=302, headers={"Location": f"{slack.base_url}/signin"})
    if file is None or file.deleted:
        return web.Response(status=404)
    disposition = f"attachment; filename*=UTF-8''{urlencode({'': file.name})[1:]}"
    headers = {"Content-Disposition": disposition, "Content-Type": file.mimetype}
    return web.Response(body=file.data, headers=headers)


async def sign_in(slack: Slack, _request: web.Request) -> web.StreamResponse:
    """What comes instead of a file for somebody without a token: a page, with status 200."""
    title = html.escape(slack.world.team.name)
    return web.Response(text=f"<!DOCTYPE html><title>Sign in to {title}</title>", content_type="text/html")


# --- installing


async def ask_to_install(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The page on which somebody allows the app its scopes."""
    if request.query.get("client_id") != slack.world.app.client_id:
        return web.Response(status=400, text="Invalid client_id parameter")
    scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in _scopes(request.query.get("scope", "")))
    page = (
        f"<!DOCTYPE html><html lang=en><title>Install</title><h1>{html.escape(slack.world.app.name)} wants to</h1>"
        f"<ul>{scopes}</ul><form method=post><button name=allow value=yes>Allow</button>"
        "<button name=allow value=no>Cancel</button></form></html>"
    )
    return web.Response(text=page, content_type="text/html")


async def install(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Allowed or not: back to the app with a code or an error."""
    if request.query.get("client_id") != slack.world.app.client_id:
        return web.Response(status=400, text="Invalid client_id parameter")
    given, answer = await request.post(), {"state": request.query.get("state", "")}
    redirect = request.query.get("redirect_uri", "")
    if given.get("allow") == "yes":
        answer["code"] = _grant(slack, request.query.get("scope", ""), redirect)
    else:
        answer["error"] = "access_denied"
    if not redirect:
        return web.json_response(answer)
    joint = "&" if "?" in redirect else "?"
    return web.Response(status=302, headers={"Location": redirect + joint + urlencode(answer)})


def _grant(slack: Slack, scopes: str, redirect: str) -> str:
    admin = next((user.id for user in slack.world.users.values() if user.is_admin), slack.world.app.bot_user)
    code = new_id("code-")
    slack.codes[code] = Grant(admin, frozenset(_scopes(scopes)), redirect, slack.clock.now() + CODE_LASTS_S)
    return code


def _scopes(text: str) -> list[str]:
    return [scope.strip() for scope in text.split(",") if scope.strip()]


def _faulty(request: web.Request, fault: Fault) -> web.Response:
    if fault.reset and request.transport is not None:
        request.transport.abort()
    headers = {"Retry-After": str(fault.retry_after)} if fault.status == 429 and fault.retry_after else None
    return web.Response(status=fault.status or 200, text=fault.body or "upstream error", headers=headers)
