"""The whole passage that a citation is quoted from, as a modal; or why it cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model import Block, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import header, labelled, line, linked, modal, quote, rich, said
from bot.render.blocks import words as part
from corpus.model import Document, Status
from corpus.when import When

CALLBACK = "passage_view"
_TITLE = "Passage"
# Far more than a passage has; a view must stay under 250 KB.
_LONGEST = 30_000


@dataclass(frozen=True, slots=True)
class PassageShown:
    """A passage as it stood when it was quoted, and its document as it is now.

    `url` is a web address or empty. `changed` says that the document is another text by now.
    """

    title: str
    text: str
    publisher: str = ""
    published: When | None = None
    reviewed: When | None = None
    status: Status = Status.CURRENT
    replaced_by: str = ""
    heading: str = ""
    page: int = 1
    page_label: str = ""
    page_end: int = 0
    url: str = ""
    ocr: bool = False
    changed: bool = False


def shown(citation: Mapping[str, object], document: Document | None, replaced_by: str = "") -> PassageShown:
    """A citation of `answer.outcome.to_json` with its document of today; `replaced_by` is a title."""
    page = citation.get("page")
    number = page if isinstance(page, int) else 1
    published = str(citation.get("published") or "")
    return PassageShown(
        title=document.title if document else str(citation.get("title") or ""),
        text=str(citation.get("passage") or citation.get("quote") or ""),
        publisher=document.publisher if document else str(citation.get("publisher") or ""),
        published=document.published if document else When.parse(published) if published else None,
        reviewed=document.reviewed if document else None,
        status=document.status if document else Status(str(citation.get("status") or Status.CURRENT)),
        replaced_by=replaced_by,
        heading=str(citation.get("heading") or ""),
        page=number,
        page_label=str(citation.get("page_label") or ""),
        url=document.link(number) if document and document.source_url else str(citation.get("url") or ""),
        ocr=bool(citation.get("ocr")),
    )


def passage_view(passage: PassageShown) -> View:
    """The document, its dates and status, where in it, and every word of the passage."""
    title = safe.one_line(passage.title) or words.NO_TITLE
    blocks = [header(title), rich(*_facts(passage))]
    text = safe.clip(safe.plain(passage.text), _LONGEST)
    blocks += [rich(quote(part(piece))) for piece in safe.pieces(text, limits.RICH_TEXT)]
    if passage.ocr:
        blocks.append(said("This page was read by text recognition, so letters may be wrong. Check the document."))
    return modal(CALLBACK, _TITLE, blocks)


def _facts(passage: PassageShown) -> Iterator[Block]:
    publisher = safe.one_line(passage.publisher)
    if publisher:
        yield labelled("Publisher", publisher, limit=200)
    yield labelled("Published", words.date(passage.published))
    if passage.reviewed:
        yield labelled("Reviewed", passage.reviewed.words())
    yield labelled("Status", words.status(passage.status, safe.clip(safe.one_line(passage.replaced_by), 150)))
    yield labelled("Page", _pages(passage))
    heading = safe.one_line(passage.heading)
    if heading:
        yield labelled("Section", heading, limit=300)
    if safe.url(passage.url):
        yield line(linked(passage.url, f"Open the document at {words.page(passage.page)}"))
    if passage.changed:
        yield line(part("This document has changed since. Below is the passage as it was quoted.", bold=True))


def _pages(passage: PassageShown) -> str:
    label = safe.clip(safe.one_line(passage.page_label), 12)
    if passage.page_end > passage.page:
        return f"{passage.page} to {passage.page_end}"
    return words.page(passage.page, label).removeprefix("page ")


# --- why a passage cannot be shown -------------------------------------------------------------------------------


def gone_view() -> View:
    """The answer, or its text, is not kept any more."""
    return _instead("I no longer have the text of this answer. Ask the question again to see the passage.")


def refused_view() -> View:
    """The same words for a document that was never theirs and for one that is gone: neither tells that it exists."""
    return _instead(
        "I cannot show you this passage: you may not see its document, or it is no longer in the library. "
        "Ask the question again to see what the library says now."
    )


def _instead(sentence: str) -> View:
    return modal(CALLBACK, _TITLE, [said(sentence)])
