"""A file that somebody sent, fetched from Slack: with the token, from Slack's own hosts only, and no more than agreed.

Without access Slack sends no error but a page to log in on, so type and size are held against what the event said.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from bot.model import TryLater

TIMEOUT_S = 30.0
MOST_REDIRECTS = 3
BLOCK = 1 << 16
# Slack's and, for authorities in the United States, GovSlack's.
SLACK_HOSTS = (".slack.com", ".slack-gov.com")
NO_ACCESS = "I could not fetch the file from Slack. Send it again; if that does not help, it may have been deleted."
TOO_LARGE = "The file is larger than Slack said, so I did not take it."


class NotFetched(Exception):
    """The file cannot be had; `sentence` says why, for whoever sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as the event named it. `size_bytes` is 0 where it did not say."""

    url: str
    size_bytes: int
    mimetype: str


def fetch(sent: Sent, target: Path, *, token: str, api_url: str, most_bytes: int) -> None:
    """Write the file to `target`, whole or not at all.

    Args:
        api_url: Slack's Web API as we reach it; its host is trusted too.
    Raises: NotFetched; TryLater when Slack is busy or cannot be reached.
    """
    url = sent.url
    for _ in range(MOST_REDIRECTS + 1):
        if not is_slacks(url, api_url):
            raise NotFetched(NO_ACCESS)
        try:
            with _opener().open(_request(url, token), timeout=TIMEOUT_S) as answer:
                _check_type(answer.headers.get("Content-Type") or "", sent.mimetype)
                _write(answer, target, sent.size_bytes, most_bytes)
                return
        except HTTPError as error:
            url = _next(url, error)
        except (URLError, http.client.HTTPException, OSError) as error:
            raise TryLater(2.0, counts=True) from error
    raise NotFetched(NO_ACCESS)


def is_slacks(url: str, api_url: str) -> bool:
    """Whether the token may be sent there.

    >>> is_slacks("https://files.slack.com/files-pri/T0-F0/a.pdf", "https://slack.com/api/")
    True
    >>> is_slacks("https://files.slack.com.evil.example/a.pdf", "https://slack.com/api/")
    False
    """
    try:
        there, api = urlsplit(url), urlsplit(api_url)
        if (there.scheme, there.netloc) == (api.scheme, api.netloc):
            return True
        host = there.hostname or ""
        plain = there.port in {None, 443} and there.username is None
    except ValueError:
        return False
    return there.scheme == "https" and plain and (host == "slack.com" or host.endswith(SLACK_HOSTS))


class _NoRedirects(HTTPRedirectHandler):
    """urllib would take the token along to wherever it is sent."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirects)


def _request(url: str, token: str) -> Request:
    return Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  is_slacks allows http(s) only


def _next(url: str, error: HTTPError) -> str:
    """Where a redirect leads. Raises: NotFetched, TryLater for what is none."""
    with error:
        if error.code in {301, 302, 303, 307, 308} and (place := error.headers.get("Location")):
            return urljoin(url, place)
        if error.code == 429 or error.code >= 500:
            raise TryLater(_seconds(error), counts=True) from error
        raise NotFetched(NO_ACCESS) from error


def _seconds(error: HTTPError) -> float:
    text = error.headers.get("Retry-After") or "2"
    return float(text) if text.isdigit() else 2.0


def _check_type(found: str, said: str) -> None:
    """A page of HTML for what is none is Slack's page to log in on."""
    if found.startswith("text/html") and not said.startswith("text/html"):
        raise NotFetched(NO_ACCESS)


def _write(answer: IO[bytes], target: Path, size_bytes: int, most_bytes: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    limit = min(most_bytes, size_bytes or most_bytes)
    written = 0
    try:
        with draft.open("wb") as handle:
            while block := answer.read(BLOCK):
                written += len(block)
                if written > limit:
                    raise NotFetched(TOO_LARGE)
                handle.write(block)
        if size_bytes and written != size_bytes:
            raise NotFetched(NO_ACCESS)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
