"""The last check before an answer leaves: every quote stands on its page, and its reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Citation
from index.store import Scope, Snapshot


def verified(citations: Sequence[Citation], snapshot: Snapshot, scope: Scope) -> list[Citation]:
    """The citations whose quote is a part of the stored page and whose document is in scope; others are dropped.

    Dropping should never happen: passages are cut from pages and searched in scope. It is the safety net for a
    damaged store or one without transactions.
    """
    return [citation for citation in citations if _holds(citation, snapshot, scope)]


def _holds(citation: Citation, snapshot: Snapshot, scope: Scope) -> bool:
    key = f"{citation.library}/{citation.document_id}"
    stored = snapshot.document(key)
    page = snapshot.page(key, citation.page)
    return (
        stored is not None
        and scope.admits(stored.document)
        and page is not None
        and bool(citation.quote)
        and citation.quote in page.text
        and citation.quote in citation.passage
    )
