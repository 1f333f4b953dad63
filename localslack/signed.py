"""Signed HTTP: the same deliveries as requests to the app's own address, and the requests by which Slack probes it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from localslack.deliver import Delivery, Reply
from localslack.faults import Quirk
from localslack.world import Payload

if TYPE_CHECKING:
    from localslack.slack import Slack

REDIRECTS = 2
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's `x-slack-signature`: docs.slack.dev/authentication/verifying-requests-from-slack."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class SignedHttp:
    """Requests to `url`."""

    slack: Slack
    url: str
    closed: bool = False
    _session: aiohttp.ClientSession | None = None

    async def attempt(self, delivery: Delivery, attempt: int, reason: str, quirk: Quirk) -> Reply:
        body, content_type = _encode(delivery)
        headers = self._sign(body, quirk) | {"content-type": content_type}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        reply = await self._send(body, headers, quirk)
        for _ in range(1, quirk.copies):
            await self._send(body, headers, quirk)
        return reply

    async def verify(self) -> bool:
        """Whether the address answers Slack's challenge, as it must before Slack sends it anything."""
        challenge = secrets.token_hex(16)
        token = self.slack.world.app.verification_token
        body = json.dumps({"token": token, "challenge": challenge, "type": "url_verification"})
        status, text = await self._post(body, self._sign(body, Quirk()) | {"content-type": JSON_TYPE})
        return status == 200 and challenge in text

    async def ssl_check(self) -> bool:
        """Slack's occasional check of a command's certificate; any 200 will do."""
        body = urlencode({"ssl_check": "1", "token": self.slack.world.app.verification_token})
        status, _ = await self._post(body, self._sign(body, Quirk()) | {"content-type": FORM_TYPE})
        return status == 200

    async def close(self) -> None:
        self.closed = True
        if self._session is not None:
            await self._session.close()

    def _sign(self, body: str, quirk: Quirk) -> dict[str, str]:
        timestamp = str(int(time.time() - quirk.stale_s))
        secret = "another secret" if quirk.bad_signature else self.slack.world.app.signing_secret
        return {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(secret, timestamp, body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def _send(self, body: str, headers: dict[str, str], quirk: Quirk) -> Reply:
        started = time.perf_counter()
        if self.closed:
            return Reply(False, reason="connection_failed", sent=False)
        try:
            async with self._client().post(
                self.url, data=body.encode(), headers=headers, max_redirects=REDIRECTS
            ) as response:
                text = await response.text()
                took_s = time.perf_counter() - started
                return _reply(response, text, took_s, quirk)
        except TimeoutError:
            return Reply(False, time.perf_counter() - started, reason="http_timeout", app_to_blame=not quirk.unacked)
        except aiohttp.TooManyRedirects:
            return Reply(False, reason="too_many_redirects")
        except aiohttp.ClientSSLError:
            return Reply(False, reason="ssl_error", sent=False)
        except (aiohttp.ClientError, OSError):
            return Reply(False, reason="connection_failed", sent=False)

    async def _post(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        async with self._client().post(self.url, data=body.encode(), headers=headers) as response:
            return response.status, await response.text()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self.slack.ack_timeout_s)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self._session


def _encode(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), JSON_TYPE
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}), FORM_TYPE
    return urlencode({key: item for key, item in delivery.payload.items() if item is not None}), FORM_TYPE


def _reply(response: aiohttp.ClientResponse, text: str, took_s: float, quirk: Quirk) -> Reply:
    acked = 200 <= response.status < 300 and not quirk.unacked
    if acked:
        return Reply(acked=True, latency_s=took_s, payload=_payload(text))
    no_retry = response.headers.get("x-slack-no-retry") == "1"
    to_blame = not quirk.unacked
    return Reply(False, took_s, reason="http_error", no_retry=no_retry, app_to_blame=to_blame)


def _payload(text: str) -> Payload | None:
    """What an app answered: JSON, or the plain text of a command's answer."""
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else None
