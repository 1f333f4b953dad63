"""A signed link in, the source at its page out, with the passage marked; and the file that it was read from.

Who may open a link was decided when it was made; whether it still opens is decided at every request, against the live
generation: a document that was withdrawn, or is now for fewer people, is gone for every link there ever was to it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.generation import Generation
from web.draw import Notice, draw_notice, draw_source, style_hash
from web.links import Links, Refusal
from web.original import open_original
from web.page import Opened, is_open, source_page

log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

GONE = Notice(
    "This link no longer opens a document",
    (
        "Links to sources stop working after some days. They also stop when a document is taken out of the library or"
        " is no longer open to the same readers.",
        "To see what the library says today, ask the assistant in Slack again: its answer has new links. If you need"
        " the document itself, ask your LMC office.",
    ),
)
UNKNOWN = Notice(
    "There is no such page",
    (
        "Part of the link may be missing. Go back to the message in Slack and open the link there.",
        "If it still does not open, ask the assistant again: its answer has new links.",
    ),
)
CHANGED = Notice(
    "The original file is not available",
    (
        "The file has been changed or moved since the assistant read it, so it is not shown: it may not say what was"
        " quoted.",
        "Go back to the page with the text as it was read, or ask your LMC office for the document.",
    ),
)
NOT_READY = Notice(
    "The library cannot be read at the moment",
    ("Nothing is wrong with your link. Try again in a few minutes.",),
)


def routes(
    snapshot: Callable[[], Generation],
    links: Links,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> list[BaseRoute]:
    """`/source/<token>` and `/file/<token>`; `snapshot` gives the live generation, at every request anew."""

    def page(request: Request) -> Response:
        opened = _open(request.path_params["token"], snapshot, links, now())
        if isinstance(opened, Response):
            return opened
        shown = source_page(opened, links, now())
        return _refused("page", GONE, 410) if shown is None else _html(draw_source(shown), 200)

    def file(request: Request) -> Response:
        opened = _open(request.path_params["token"], snapshot, links, now())
        return opened if isinstance(opened, Response) else _file(opened)

    return [Route("/source/{token}", page), Route("/file/{token}", file)]


# --- whether a link opens ----------------------------------------------------------------------------------------


def _open(token: str, snapshot: Callable[[], Generation], links: Links, now: dt.datetime) -> Opened | Response:
    """What a token opens, or the page that says that it opens nothing."""
    link = links.read(token, now)
    if isinstance(link, Refusal):
        return _refused(link, UNKNOWN, 404) if link is Refusal.FORGED else _refused(link, GONE, 410)
    try:
        generation = snapshot()
    except (IndexMissing, IndexDamaged, IndexMismatch) as error:
        log.error("there is no index to show a source from", extra={"error": type(error).__name__})
        return _html(draw_notice(NOT_READY), 503, {"Retry-After": "120"})
    stored = generation.document(link.document_key)
    if stored is None or not is_open(stored.document, link):
        return _refused("closed", GONE, 410)
    return Opened(link, stored, generation)


def _refused(why: str, notice: Notice, status: int) -> Response:
    log.info("a link was not opened", extra={"reason": str(why)})
    return _html(draw_notice(notice), status)


def _html(body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    policy = f"{_NOTHING}; style-src {style_hash()}"
    return HTMLResponse(body, status, {**_HEADERS, "Content-Security-Policy": policy, **(headers or {})})


# --- the original ------------------------------------------------------------------------------------------------


def _file(opened: Opened) -> Response:
    original = open_original(opened.document)
    if original is None:
        return _refused("file changed", CHANGED, 410)
    headers = {
        **_HEADERS,
        "Content-Security-Policy": _NOTHING if original.is_pdf else f"{_NOTHING}; sandbox",
        "Content-Disposition": original.disposition,
        "Content-Length": str(original.size),
    }
    return StreamingResponse(original.blocks(), 200, headers, original.media_type)
