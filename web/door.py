"""Who comes in: a request for an assessment becomes a visit of one person, or a page that says why it does not open.

The token in the path is the whole authority; there is no cookie that another site could make a browser send. Yet a form
is taken from our own pages only, and a GET never changes anything: Slack and mail programs open links by themselves.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assess.desk import Assessing
from assess.model import May, Opened, Who
from corpus.errors import AssessmentError, AssessmentFinished, NotYours, RecordsError
from web.draw import Notice
from web.layout import draw
from web.passes import Pass, Passes
from web.seal import Refusal

log = logging.getLogger(__name__)

# Six criteria with two long texts each, in letters that take nine characters of a form, stay below this.
MOST_BYTES = 512_000
MOST_FIELDS = 500

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with that, a browser says of a form of ours only that it comes from "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

GONE = Notice(
    "This link does not open the questionnaire any more",
    (
        "Links work for a week. They also stop when the answers have been deleted, or when you no longer belong to the"
        " practice. What was saved is not lost because a link has ended.",
        "To go on, open the assistant in Slack: its Home has a new link. If you do not use Slack, ask the colleague who"
        " sent you the link for a new one, or ask your LMC office.",
    ),
)
UNKNOWN = Notice(
    "There is no such page",
    (
        "Part of the link may be missing. Open it again from the message that you got it in, or copy the whole of it.",
        "If it still does not open, get a new link from the assistant's Home in Slack, or from the colleague who sent"
        " it to you.",
    ),
)
BUSY = Notice(
    "This cannot be opened at the moment",
    ("Nothing that was saved is lost. Try again in a few minutes.",),
)
FOREIGN_FORM = Notice(
    "This was not saved",
    (
        "It was not sent from a page of the assistant, so it was not taken.",
        "Open your link again and fill in the page there.",
    ),
)
TOO_LARGE = Notice(
    "This was too much to save",
    ("What you sent is far longer than the page has room for. Go back in your browser and shorten what you wrote.",),
)


BROKEN = (
    "The assistant could not do that. What was saved before is not lost.",
    "Go back in your browser and try once more.",
)


@dataclass(frozen=True, slots=True)
class Onward:
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one assessment. `form` is what was sent, empty for a page that is only read."""

    who: Who
    opened: Opened
    token: str
    until: dt.date
    prefix: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(repr=False)

    @property
    def id(self) -> str:
        return self.opened.assessment.id

    def to(self, path: str) -> str:
        """The address of a page of the same assessment."""
        return f"{self.prefix}/assessment/{self.token}/{path}"

    def may(self, what: May) -> bool:
        return what in self.opened.may

    @property
    def renewal(self) -> str:
        """How this person gets another link."""
        if self.who.is_guest:
            return "For a new link, ask the colleague who invited you."
        return "For a new link, open the assistant in Slack."


Handler: TypeAlias = Callable[[Visit], Response]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """Makes endpoints of handlers; each request is checked anew."""

    desk: Assessing
    passes: Passes
    now: Callable[[], dt.datetime]

    def __call__(self, handler: Handler) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            form: Mapping[str, str] = {}
            if request.method == "POST":
                sent = await self._form(request)
                if isinstance(sent, Response):
                    return sent
                form = sent
            # In a thread: the database must not hold up other requests.
            return await run_in_threadpool(self._answer, request, form, handler)

        return endpoint

    def again(self, visit: Visit) -> Visit:
        """The same visit with what the assessment holds now."""
        return replace(visit, opened=self.desk.open(visit.who, visit.id))

    def notice(self, notice: Notice, status: int, onward: Onward | None = None) -> Response:
        return html(draw("notice.html", self.passes.prefix, notice=notice, onward=onward), status)

    def _answer(self, request: Request, form: Mapping[str, str], handler: Handler) -> Response:
        token = request.path_params["token"]
        found = self.passes.read(token, self.now())
        if isinstance(found, Refusal):
            log.info("a pass was not opened", extra={"reason": str(found)})
            return self.notice(UNKNOWN, 404) if found is Refusal.FORGED else self.notice(GONE, 410)
        return self._guarded(found, token, request, form, handler)

    def _guarded(
        self, found: Pass, token: str, request: Request, form: Mapping[str, str], handler: Handler
    ) -> Response:
        who = Who(found.team, found.member)
        start = Onward("Go to the start page", f"{self.passes.prefix}/assessment/{token}/start")
        try:
            visit = Visit(
                who, self.desk.open(who, found.assessment_id), token, found.expires.date(), self.passes.prefix,
                request.path_params, request.query_params, form,
            )  # fmt: skip
            return handler(visit)
        except NotYours:
            log.info("a pass was not opened", extra={"reason": "not theirs"})
            return self.notice(GONE, 410)
        except AssessmentFinished as error:
            return self.notice(Notice("This is finished", (str(error),)), 409, start)
        except AssessmentError as error:
            return self.notice(Notice("This cannot be done", (str(error),)), 409, start)
        except RecordsError as error:
            log.error("an assessment could not be read or kept", extra={"error": type(error).__name__})
            return self.notice(BUSY, 503)
        except Exception as error:  # the edge of the process: a person gets a page, and the log the traceback
            reference = secrets.token_hex(4)
            log.error("a page failed", extra={"reference": reference, "error": type(error).__name__}, exc_info=error)
            broken = Notice("Something went wrong", (*BROKEN, f"Your LMC office can look it up by {reference}."))
            return self.notice(broken, 500, start)

    async def _form(self, request: Request) -> Mapping[str, str] | Response:
        if not self._is_ours(request):
            log.info("a form was not taken", extra={"reason": "another site"})
            return self.notice(FOREIGN_FORM, 403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                log.info("a form was not taken", extra={"reason": "too large"})
                return self.notice(TOO_LARGE, 413)
        try:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return self.notice(TOO_LARGE, 413)
        return dict(pairs)

    def _is_ours(self, request: Request) -> bool:
        """Whether a browser says that a form comes from a page of this site; what is no browser says nothing."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}  # none: the person, by reloading what was sent
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc.lower() in {self.passes.host, request.headers.get("host")}


def html(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(body, status, {**HEADERS, **(headers or {})})


def see(address: str) -> Response:
    """Another page to be shown after a form, so that reloading it sends nothing twice."""
    return RedirectResponse(address, 303, HEADERS)
