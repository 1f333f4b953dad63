"""What a source page says of a document: its facts, what to know before relying on it, the page, and the ways on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from corpus.model import Document, Passage, Status
from corpus.when import When
from index.generation import Generation
from index.store import StoredDocument
from web.draw import Fact, PageLink, SourcePage
from web.links import LINKED, Links, SourceLink
from web.original import opens_in_browser
from web.setting import set_out

# Older than this a source says its age; the same as in answer/notes.py.
OLD_MONTHS = 24

LOST = (
    "The document has changed since this link was made: the passage that was quoted is no longer in it in the same"
    " words."
)
SCANNED = "This page is a picture that was read by text recognition. Compare it with the original file."


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that holds, with what it opens in the generation that is live now."""

    link: SourceLink
    stored: StoredDocument
    generation: Generation

    @property
    def document(self) -> Document:
        return self.stored.document


def is_open(document: Document, link: SourceLink) -> bool:
    """Whether those for whom the link was made may read the document today."""
    return (
        document.audience in LINKED
        and document.audience.admits(link.audience)
        and document.status is not Status.WITHDRAWN
    )


def source_page(opened: Opened, links: Links, now: dt.datetime) -> SourcePage | None:
    """What the page shows; None when the document has no such page any more."""
    link, document, generation = opened.link, opened.document, opened.generation
    stored = generation.page(document.key, link.page)
    count = max(opened.stored.report.page_count, stored.number if stored else 0)
    if not 1 <= link.page <= count:
        return None
    passages = [found.passage for found in generation.reader.passages_of(document.key)]
    quoted = next((passage for passage in passages if passage.id == link.passage_id), None)
    setting = set_out(stored.text, link.page, passages, link.passage_id) if stored else None
    is_marked = setting is not None and setting.has_mark
    return SourcePage(
        title=document.title,
        page=link.page,
        page_count=count,
        page_label=stored.label if stored and stored.label != str(link.page) else "",
        facts=_facts(opened, links),
        cautions=_cautions(
            opened,
            now.date(),
            is_lost=bool(link.passage_id) and quoted is None,
            is_scanned=stored is not None and stored.ocr,
        ),
        setting=setting,
        hint=_hint(quoted) if quoted and is_marked else "",
        before=_page_link(links, link, link.page - 1) if link.page > 1 else None,
        after=_page_link(links, link, link.page + 1) if link.page < count else None,
        marked=_page_link(links, link, quoted.page_start) if quoted and _is_elsewhere(quoted, link.page) else None,
        original=_original_href(links, link, document),
        original_opens=opens_in_browser(document),
        until=link.expires.date(),
    )


def _is_elsewhere(passage: Passage, page: int) -> bool:
    return not passage.page_start <= page <= passage.page_end


def _hint(passage: Passage) -> str:
    where = f" It stands under “{passage.heading}”." if passage.heading else ""
    first, last = passage.page_start, passage.page_end
    across = f" It begins on page {first} and ends on page {last}." if first != last else ""
    return f"The passage that was quoted is marked.{where}{across}"


def _page_link(links: Links, link: SourceLink, page: int) -> PageLink:
    """Another page under the same terms. The address is relative: a proxy may have put us anywhere."""
    return PageLink(page, links.token(replace(link, page=page)))


def _original_href(links: Links, link: SourceLink, document: Document) -> str:
    place = f"#page={link.page}" if opens_in_browser(document) else ""
    return f"../file/{links.token(link)}{place}"


def _facts(opened: Opened, links: Links) -> list[Fact]:
    document = opened.document
    facts = [
        Fact("Publisher", document.publisher),
        Fact("Published", document.published.words() if document.published else "No date given"),
        Fact("Last reviewed", document.reviewed.words() if document.reviewed else ""),
        Fact("Next review due", document.review_due.words() if document.review_due else ""),
        _status(opened, links),
        Fact("Who to ask", document.contact[:1].upper() + document.contact[1:]),
        Fact("Licence", document.licence),
    ]
    return [fact for fact in facts if fact.value]


def _status(opened: Opened, links: Links) -> Fact:
    document = opened.document
    if document.status is not Status.SUPERSEDED:
        return Fact("Status", "Under review" if document.status is Status.UNDER_REVIEW else "Current")
    later = _successor(opened)
    if later is None:
        return Fact("Status", "Replaced")
    other = replace(opened.link, document_key=later.key, page=1, passage_id="")
    published = later.source_url or ""
    # Only an address of the web: a manifest could name another kind, which a click would run.
    href = published if published.startswith(("https://", "http://")) else links.token(other)
    return Fact("Status", f"Replaced by “{later.title}”", href)


def _successor(opened: Opened) -> Document | None:
    """What replaces the document, where those who have this link may read it."""
    found = opened.generation.document(f"{opened.document.library}/{opened.document.superseded_by}")
    return found.document if found and is_open(found.document, opened.link) else None


def _cautions(opened: Opened, today: dt.date, *, is_lost: bool, is_scanned: bool) -> list[str]:
    document = opened.document
    cautions = [
        _standing(opened),
        _age(document.dated, today),
        _overdue(document.review_due, today),
        LOST if is_lost else "",
        SCANNED if is_scanned else "",
    ]
    return [caution for caution in cautions if caution]


def _standing(opened: Opened) -> str:
    if opened.document.status is Status.UNDER_REVIEW:
        return "This document is under review: it may change soon."
    if opened.document.status is not Status.SUPERSEDED:
        return ""
    if _successor(opened):
        return "This document has been replaced. Do not act on it without reading what replaced it."
    return f"This document has been replaced. Ask {opened.document.contact or 'your LMC office'} what holds now."


def _age(dated: When | None, today: dt.date) -> str:
    if dated is None:
        return "This document does not give its date. Check that it still holds before you act on it."
    months = dated.months_before(today)
    if months < OLD_MONTHS:
        return ""
    ago = f", {months // 12} years ago" if dated.month else ""
    return f"This document is from {dated.month_words()}{ago}. Check that it still holds before you act on it."


def _overdue(review_due: When | None, today: dt.date) -> str:
    if review_due is None or review_due.months_before(today) < 1:
        return ""
    return f"Its review was due in {review_due.month_words()}."
