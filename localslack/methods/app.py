"""The app itself: who it is, its sockets, its installation."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import parse_qsl

from localslack.errors import SlackError
from localslack.events import tell_revoked
from localslack.payloads import bot_payload
from localslack.registry import Call, method
from localslack.tiers import SPECIAL, TIER_3, TIER_4
from localslack.world import Payload, Token


@method("api.test", tier=TIER_4, is_open=True)
def api_test(call: Call) -> Payload:
    if error := call.args.text("error"):
        raise SlackError(error, extra={"args": dict(call.args.given)})
    return {"args": dict(call.args.given)}


@method("auth.test", tier=SPECIAL, kinds=("bot", "user", "app"))
def auth_test(call: Call) -> Payload:
    world = call.world
    base = {
        "url": f"https://{world.team.domain}.slack.com/", "team": world.team.name, "team_id": world.team.id,
        "is_enterprise_install": False,
    }  # fmt: skip
    if call.token.kind == "app":
        return base | {"app_name": world.app.name, "app_id": world.app.id}
    author = world.users[call.token.user]
    return base | {"user": author.name, "user_id": author.id, "bot_id": world.app.bot_id}


@method("auth.revoke", tier=TIER_3)
def auth_revoke(call: Call) -> Payload:
    if call.args.flag("test"):
        return {"revoked": False}
    call.token.revoked = True
    call.slack.spawn(tell_revoked(call.slack, call.token.kind == "bot"))
    return {"revoked": True}


@method("apps.connections.open", "connections:write", tier=TIER_3, kinds=("app",))
def connections_open(call: Call) -> Payload:
    return {"url": call.slack.sockets.ticket()}


@method("bots.info", "users:read", tier=TIER_3)
def bots_info(call: Call) -> Payload:
    if call.args.text("bot", call.world.app.bot_id) != call.world.app.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": bot_payload(call.world.app, call.world.team.id)}


@method("team.info", "team:read", tier=TIER_3)
def team_info(call: Call) -> Payload:
    team = call.world.team
    if call.args.text("team", team.id) != team.id:
        raise SlackError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


@method("oauth.v2.access", tier=SPECIAL, is_open=True)
def oauth_access(call: Call) -> Payload:
    """Exchange the code of the authorize page for a token."""
    world = call.world
    _check_client(call)
    granted = call.slack.codes.pop(call.args.text("code"), None)
    if granted is None:
        raise SlackError("invalid_code")
    if granted.expires < world.clock.now():
        raise SlackError("code_expired")
    if granted.redirect_uri and call.args.text("redirect_uri") not in ("", granted.redirect_uri):
        raise SlackError("bad_redirect_uri")
    token = Token(f"xoxb-installed-{secrets.token_hex(12)}", "bot", granted.scopes, world.app.bot_user)
    world.tokens[token.value] = token
    call.slack.lint.keeps_secret(token.value)
    return {
        "access_token": token.value, "token_type": "bot", "scope": ",".join(sorted(token.scopes)),
        "bot_user_id": world.app.bot_user, "app_id": world.app.id, "enterprise": None, "is_enterprise_install": False,
        "team": {"id": world.team.id, "name": world.team.name}, "authed_user": {"id": granted.user},
    }  # fmt: skip


def _check_client(call: Call) -> None:
    client_id, client_secret = call.args.text("client_id"), call.args.text("client_secret")
    if call.authorization.lower().startswith("basic "):
        client_id, client_secret = _basic(call.authorization)
    if client_id != call.world.app.client_id:
        raise SlackError("invalid_client_id")
    if client_secret != call.world.app.client_secret:
        raise SlackError("bad_client_secret")


def _basic(authorization: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_client_id") from error
    return _unquoted(name), _unquoted(secret)


def _unquoted(text: str) -> str:
    return dict(parse_qsl(f"x={text}")).get("x", "")
