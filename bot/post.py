"""Messages out, each shown once: rate limits are waited out, and after a doubtful failure Slack is asked first.

Slack has no idempotency key, so each reply carries its answer's id in its metadata, and is looked for by that.
Source: slack_sdk's retry handlers post twice when a write succeeded and its answer was lost (docs/adr/0010).
"""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.webhook import WebhookClient

from bot.model import Message, Outgoing, Posted, TryLater
from bot.render.answer import plain

log = logging.getLogger(__name__)

EVENT_TYPE = "lmc_answer"
# The connection failed, or what came back was no answer of Slack's: what was asked may have happened or not.
DOUBTFUL = (URLError, http.client.HTTPException, OSError, SlackRequestError)
# Of those, the ones that nothing but a connection raises.
_NO_ANSWER = (URLError, http.client.HTTPException, ConnectionError, TimeoutError)
_REFUSED_BLOCKS = {"invalid_blocks", "msg_blocks_too_long", "invalid_attachments", "invalid_blocks_format"}
_BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded"}
# Slack's own trouble, told with `ok: false`.
_SLACKS_TROUBLE = {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
_PAGE = 200
_MOST_PAGES = 5


class Refused(Exception):
    """Slack will not take a message, now or later; `error` is Slack's word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class _Doubt(Exception):
    """What was asked may have happened; `seconds` is how long to wait before asking again."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Poster:
    """Safe to share between threads. `client` must not retry by itself: see the module's docstring."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, outgoing: Outgoing, *, maybe_sent: bool = False) -> Posted:
        """Post a message, or find it where an earlier attempt may have posted it already.

        Args:
            maybe_sent: this is not the first attempt.
        Raises: TryLater when Slack is busy or in trouble; Refused when it will not have the message.
        """
        if maybe_sent and (found := self._find(outgoing)):
            return found
        try:
            return self._post(outgoing)
        except _Doubt as doubt:
            if found := self._find_at_last(outgoing):
                return found
            raise TryLater(doubt.seconds, counts=True) from doubt

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Change a message of ours; done twice it shows once. Raises: TryLater, Refused."""
        try:
            self._with_blocks(
                message,
                # Without the field Slack would keep the blocks that stand there.
                lambda shown: self._ask(
                    "chat_update", channel=channel, ts=ts, parse="none", text=shown.text, blocks=list(shown.blocks)
                ),
            )
        except _Doubt as doubt:
            raise TryLater(doubt.seconds, counts=True) from doubt

    def ephemeral(self, channel: str, user: str, message: Message, thread_ts: str = "") -> None:
        """Show a message to one person of a channel, as far as Slack manages to. Raises: TryLater, Refused."""
        extra = {"thread_ts": thread_ts} if thread_ts else {}
        try:
            self._with_blocks(
                message,
                lambda shown: self._ask(
                    "chat_postEphemeral", channel=channel, user=user, **_no_unfurls(), **extra, **_content(shown)
                ),
            )
        except _Doubt as doubt:
            # It cannot be looked for; a second one would be seen twice, a missing one is not fatal.
            log.warning("private notice may not have arrived", extra={"channel": channel, "after_s": doubt.seconds})

    def respond(self, response_url: str, message: Message) -> bool:
        """Replace what the person sees under their command; False when that address does not work any more."""
        webhook = WebhookClient(response_url, timeout=10)
        for shown in (message, plain(message)):
            try:
                done = webhook.send(
                    text=shown.text,
                    blocks=list(shown.blocks) or None,
                    response_type="ephemeral",
                    replace_original=True,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            except DOUBTFUL as error:
                raise TryLater(1.0, counts=True) from error
            if done.status_code == 429:
                raise TryLater(_retry_after(done.headers))
            if done.status_code >= 500:
                raise TryLater(1.0, counts=True)
            if done.status_code == 200 and done.body.strip() in {"ok", '{"ok":true}', ""}:
                return True
            if not any(word in done.body for word in _REFUSED_BLOCKS):
                return False
            log.error("Slack refused the blocks of a reply to a command; sent again as plain text")
        return False

    def direct(self, user: str) -> str:
        """The direct message between somebody and the bot. Raises: TryLater, Refused."""
        try:
            return str(self._ask("conversations_open", users=user)["channel"]["id"])
        except _Doubt as doubt:
            raise TryLater(doubt.seconds, counts=True) from doubt

    def status(self, channel: str, thread_ts: str, words: str) -> None:
        """Show that the bot is at work. Nice to have: when Slack does not take it, the answer comes without."""
        self._try("assistant_threads_setStatus", channel_id=channel, thread_ts=thread_ts, status=words)

    def receipt(self, channel: str, ts: str) -> None:
        """Mark a question as seen; see `status`."""
        self._try("reactions_add", channel=channel, timestamp=ts, name="eyes")

    def delete(self, channel: str, ts: str) -> None:
        """Take back a message of ours. Raises: TryLater, Refused."""
        try:
            self._ask("chat_delete", channel=channel, ts=ts)
        except _Doubt as doubt:
            raise TryLater(doubt.seconds, counts=True) from doubt
        except Refused as refused:
            if refused.error != "message_not_found":
                raise

    # --- posting

    def _post(self, outgoing: Outgoing) -> Posted:
        fixed: dict[str, Any] = {"channel": outgoing.channel, **_no_unfurls()}
        if outgoing.thread_ts:
            fixed["thread_ts"] = outgoing.thread_ts
        if outgoing.answer_id:
            payload = {"answer_id": outgoing.answer_id}
            fixed["metadata"] = {"event_type": EVENT_TYPE, "event_payload": payload}
        done = self._with_blocks(
            outgoing.message, lambda shown: self._ask("chat_postMessage", **fixed, **_content(shown))
        )
        return Posted(str(done["channel"]), str(done["ts"]))

    def _with_blocks(self, message: Message, send: Any) -> Any:
        """Send with blocks; when Slack refuses those, the same as plain text: a reply always arrives."""
        try:
            return send(message)
        except Refused as refused:
            if refused.error not in _REFUSED_BLOCKS or not message.blocks:
                raise
            log.error("Slack refused the blocks of a message; sent as plain text", extra={"error": refused.error})
            return send(plain(message))

    def _ask(self, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, method)(**arguments)
        except SlackApiError as error:
            raise _meaning(error) from error
        except DOUBTFUL as error:
            log.warning("Slack could not be reached", extra={"method": method, "error": type(error).__name__})
            raise _Doubt(1.0) from error
        except SlackClientError as error:
            log.warning("Slack gave no answer", extra={"method": method, "error": type(error).__name__})
            raise _Doubt(1.0) from error

    def _try(self, method: str, **arguments: Any) -> None:
        try:
            self._ask(method, **arguments)
        except (TryLater, Refused, _Doubt) as error:
            log.info("left out", extra={"method": method, "error": type(error).__name__})

    # --- finding again

    def _find_at_last(self, outgoing: Outgoing) -> Posted | None:
        """As `_find`, after a doubt: even when Slack is too busy to be asked, this was an attempt, to be looked for."""
        try:
            return self._find(outgoing)
        except TryLater as later:
            raise TryLater(later.seconds, counts=True) from later

    def _find(self, outgoing: Outgoing) -> Posted | None:
        """The message with this answer's id, if it stands where it was to be posted."""
        if not outgoing.answer_id:
            return None
        try:
            for message in self._messages(outgoing):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("answer_id") == outgoing.answer_id:
                    return Posted(outgoing.channel, str(message["ts"]))
        except _Doubt as doubt:
            raise TryLater(doubt.seconds, counts=True) from doubt
        except Refused as refused:
            if refused.error != "thread_not_found":
                raise
        return None

    def _messages(self, outgoing: Outgoing) -> Iterator[dict[str, Any]]:
        """The messages among which it would be: of the thread, or the newest of the conversation."""
        method = "conversations_replies" if outgoing.thread_ts else "conversations_history"
        place: dict[str, Any] = {"channel": outgoing.channel, "include_all_metadata": True, "limit": _PAGE}
        if outgoing.thread_ts:
            place["ts"] = outgoing.thread_ts
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = self._ask(method, **place, **({"cursor": cursor} if cursor else {}))
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def trouble(error: BaseException) -> TryLater | None:
    """When to ask Slack again, for an error of a call that only reads; None for one that asking again does not mend."""
    if isinstance(error, SlackApiError):
        meaning = _meaning(error)
        if isinstance(meaning, _Doubt):
            return TryLater(meaning.seconds, counts=True)
        return meaning if isinstance(meaning, TryLater) else None
    return TryLater(1.0, counts=True) if isinstance(error, (*_NO_ANSWER, SlackClientError)) else None


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)} if message.blocks else {"text": message.text}


def _no_unfurls() -> dict[str, bool]:
    return {"unfurl_links": False, "unfurl_media": False}


def _meaning(error: SlackApiError) -> Exception:
    """What a failed call means for what is to be done next."""
    status = getattr(error.response, "status_code", 200)
    word = str(_word(error))
    if status == 429 or word in _BUSY:
        return TryLater(_retry_after(getattr(error.response, "headers", {}) or {}))
    if status >= 500 or word in _SLACKS_TROUBLE:
        return _Doubt(1.0)
    return Refused(word)


def _word(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "unknown") if isinstance(data, dict) else "no answer"


def _retry_after(headers: Any) -> float:
    """Seconds that Slack asks to wait; a second where it does not say."""
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    value = found[0] if isinstance(found, list) else found
    try:
        return max(0.1, float(value))
    except ValueError:
        return 1.0
