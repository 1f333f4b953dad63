"""What a question came to: an answer, no answer, a question back, or a refusal. Every surface renders these values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from corpus.model import Citation


class Reason(StrEnum):
    """Why a question was declined."""

    PATIENT_DATA = "patient_data"
    DISTRESS = "distress"
    CLINICAL = "clinical"
    INJECTION = "injection"
    LEGAL_DRAFTING = "legal_drafting"


# What every surface says above a tentative answer, before anything else; UNSURE_OF where there is room for a line only.
UNSURE_OF = "I am not sure, but this may help:"
MAY_HELP = "This may help, but I am not sure that it answers your question."
UNSURE = "Read it in its source before you rely on it, or ask a person."


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, in the words of its source; `citations` are numbers of citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A scoring tool, programme or contact that helps next, and why.

    `document` is the key of the document that explains it, where `url` leads there; empty where `url` is its own.
    """

    id: str
    name: str
    url: str
    minutes: int | None
    why: str
    kind: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds on the clock on the wall."""

    embed: float = 0.0
    search: float = 0.0
    compose: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all outcomes have. `id` is equal for equal questions to the same generation."""

    id: str
    question: str
    text: str
    confidence: float = 0.0
    notes: tuple[str, ...] = ()
    tools: tuple[OfferedTool, ...] = ()
    next_step: str = ""
    generation: str = ""
    timings: Timings = field(default_factory=Timings)

    kind = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Outcome):
    """Passages that answer, quoted word for word. `tentative`: they may answer, and it is said that they only may."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    tentative: bool = False

    kind = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer(Outcome):
    """The library is silent (for this reader): no sources are listed."""

    kind = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify(Outcome):
    """The question can mean several things; `options` are questions that each mean one."""

    options: tuple[str, ...]

    kind = "clarify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Outcome):
    """A question that the assistant must not answer, with where to turn instead."""

    reason: Reason

    kind = "declined"


def outcome_id(*parts: str) -> str:
    """A short id out of all that decided the outcome."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def timed(outcome: Outcome, timings: Timings) -> Outcome:
    return replace(outcome, timings=timings)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome contract, as plain values."""
    plain: dict[str, Any] = {
        "id": outcome.id,
        "outcome": outcome.kind,
        "question": outcome.question,
        "text": outcome.text,
        "confidence": round(outcome.confidence, 4),
        "claims": [],
        "citations": [],
        "notes": list(outcome.notes),
        "tools": [_tool(tool) for tool in outcome.tools],
        "next_step": outcome.next_step,
        "generation": outcome.generation,
        "timings_ms": {
            name: round(getattr(outcome.timings, name), 3) for name in ("embed", "search", "compose", "total")
        },
    }
    if isinstance(outcome, Answer):
        plain["tentative"] = outcome.tentative
        plain["claims"] = [{"text": claim.text, "citations": list(claim.citations)} for claim in outcome.claims]
        plain["citations"] = [_citation(citation) for citation in outcome.citations]
    if isinstance(outcome, Clarify):
        plain["options"] = list(outcome.options)
    if isinstance(outcome, Declined):
        plain["reason"] = outcome.reason.value
    return plain


def _tool(tool: OfferedTool) -> dict[str, Any]:
    return {
        "id": tool.id, "name": tool.name, "url": tool.url, "minutes": tool.minutes, "why": tool.why,
        "kind": tool.kind,
    }  # fmt: skip


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "passage_id": citation.passage_id,
        "document_id": citation.document_id,
        "library": citation.library,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published.iso() if citation.published else None,
        "status": citation.status.value,
        "superseded_by": citation.superseded_by,
        "page": citation.page,
        "page_label": citation.page_label,
        "heading": citation.heading,
        "url": citation.url,
        "quote": citation.quote,
        "marked": list(citation.marked) if citation.marked else None,
        "passage": citation.passage,
        "similarity": round(citation.similarity, 4),
        "ocr": citation.ocr,
    }


def numbered(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations, numbered from 1 in their order."""
    return tuple(replace(citation, n=n) for n, citation in enumerate(citations, 1))
