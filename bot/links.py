"""Where a citation's title or a tool leads: its published page, else a page of our own that shows the source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from answer.outcome import Answer, Outcome
from corpus.model import Audience, Citation
from web.links import LINKED, Links


def links_of(
    outcome: Outcome,
    links: Links | None,
    audience_of: Callable[[str], Audience | None],
    now: dt.datetime | None = None,
) -> Mapping[int, str]:
    """Citation number to an address that a browser opens.

    Those without one are read by "Show passage": what only officers may read, and everything of ours where no
    `links` can be made. `audience_of` gives a document's audience by its key, None for one that is gone.
    """
    if not isinstance(outcome, Answer):
        return {}
    moment = now or dt.datetime.now(dt.UTC)
    found = {item.n: source_of(item, links, audience_of, moment) for item in outcome.citations}
    return {n: address for n, address in found.items() if address}


def source_of(
    citation: Citation,
    links: Links | None,
    audience_of: Callable[[str], Audience | None],
    now: dt.datetime | None = None,
) -> str:
    """Where the title of one citation leads; empty where there is no page."""
    return _address(citation.url, _place(citation), links, audience_of, now or dt.datetime.now(dt.UTC))


def tool_links_of(
    outcome: Outcome,
    links: Links | None,
    audience_of: Callable[[str], Audience | None],
    now: dt.datetime | None = None,
) -> Mapping[str, str]:
    """Tool id to an address that a browser opens: the tool's own, else the page that explains it."""
    moment = now or dt.datetime.now(dt.UTC)
    found = {item.id: _address(item.url, (item.document, 1, ""), links, audience_of, moment) for item in outcome.tools}
    return {name: address for name, address in found.items() if address}


def _place(citation: Citation) -> tuple[str, int, str]:
    return f"{citation.library}/{citation.document_id}", citation.page, citation.passage_id


def _address(
    url: str,
    place: tuple[str, int, str],
    links: Links | None,
    audience_of: Callable[[str], Audience | None],
    now: dt.datetime,
) -> str:
    """The published page, else ours (`place`: document key, page, passage); empty where there is neither."""
    if url.startswith(("https://", "http://")):
        return url
    key, page, passage_id = place
    audience = audience_of(key) if links and key else None
    if links is None or audience is None or audience not in LINKED:
        return ""
    return links.source(key, page, passage_id, audience=audience, now=now)
