"""The outcome contract: which keys each kind of outcome has as JSON, and of which types."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answer.outcome import Answer, Claim, Clarify, Declined, NoAnswer, OfferedTool, Outcome, Reason, Timings, to_json
from corpus.model import Citation, Status
from corpus.when import When

CITATION = Citation(
    n=1, passage_id="p1", document_id="paper", library="lib", title="Paper", publisher="LMC",
    published=When(2015, 6, 11), status=Status.SUPERSEDED, page=3, heading="A › B", url="https://lmc.example/p#page=3",
    quote="It is so.", passage="It is so. Truly.", similarity=0.123456, page_label="iii", ocr=True, superseded_by="new",
    marked=(3, 5),
)  # fmt: skip
COMMON: dict[str, Any] = {
    "id": "abc", "question": "Is it so?", "text": "It is so. [1]", "confidence": 0.98765, "notes": ("Old.",),
    "tools": (OfferedTool("survey", "Survey", "https://s.example", 12, "It helps.", "scoring_tool"),),
    "next_step": "Read it.", "generation": "000001", "timings": Timings(1.23456, 2.0, 3.0, 6.5),
}  # fmt: skip
OUTCOMES: dict[str, Outcome] = {
    "answer": Answer(**COMMON, claims=(Claim("It is so.", (1,)),), citations=(CITATION,)),
    "no_answer": NoAnswer(**COMMON),
    "clarify": Clarify(**COMMON, options=("One thing", "Another")),
    "declined": Declined(**COMMON, reason=Reason.CLINICAL),
}
KEYS = {
    "id": str, "outcome": str, "question": str, "text": str, "confidence": float, "claims": list, "citations": list,
    "notes": list, "tools": list, "next_step": str, "generation": str, "timings_ms": dict,
}  # fmt: skip
MORE: dict[str, dict[str, type]] = {
    "answer": {"tentative": bool},
    "clarify": {"options": list},
    "declined": {"reason": str},
}
CITATION_KEYS = {
    "n": int, "passage_id": str, "document_id": str, "library": str, "title": str, "publisher": str, "published": str,
    "status": str, "superseded_by": str, "page": int, "page_label": str, "heading": str, "url": str, "quote": str,
    "marked": list, "passage": str, "similarity": float, "ocr": bool,
}  # fmt: skip
TOOL_KEYS = {"id": str, "name": str, "url": str, "minutes": int, "why": str, "kind": str}


def types_of(plain: dict[str, Any]) -> dict[str, type]:
    return {key: type(value) for key, value in plain.items()}


@pytest.mark.parametrize("kind", OUTCOMES)
def test_outcome_has_exactly_the_keys_of_the_contract(kind: str) -> None:
    plain = to_json(OUTCOMES[kind])

    assert plain["outcome"] == kind
    assert types_of(plain) == KEYS | MORE.get(kind, {})


@pytest.mark.parametrize("kind", OUTCOMES)
def test_outcome_survives_a_trip_through_json(kind: str) -> None:
    plain = to_json(OUTCOMES[kind])

    assert json.loads(json.dumps(plain)) == plain


@pytest.mark.parametrize("kind", OUTCOMES)
def test_tools_and_timings_have_exactly_the_keys_of_the_contract(kind: str) -> None:
    plain = to_json(OUTCOMES[kind])

    assert [types_of(tool) for tool in plain["tools"]] == [TOOL_KEYS]
    assert types_of(plain["timings_ms"]) == dict.fromkeys(("embed", "search", "compose", "total"), float)


def test_claims_and_citations_have_exactly_the_keys_of_the_contract() -> None:
    plain = to_json(OUTCOMES["answer"])

    assert plain["claims"] == [{"text": "It is so.", "citations": [1]}]
    assert [types_of(citation) for citation in plain["citations"]] == [CITATION_KEYS]


@pytest.mark.parametrize("kind", ["no_answer", "clarify", "declined"])
def test_only_an_answer_lists_sources(kind: str) -> None:
    plain = to_json(OUTCOMES[kind])

    assert (plain["claims"], plain["citations"]) == ([], [])


@pytest.mark.parametrize(
    ("published", "iso"),
    [(When(2015, 6, 11), "2015-06-11"), (When(2015, 6), "2015-06"), (When(2015), "2015"), (None, None)],
)
def test_published_is_iso_as_far_as_it_is_known(published: When | None, iso: str | None) -> None:
    answer = Answer(**COMMON, claims=(), citations=(replace(CITATION, published=published),))

    assert to_json(answer)["citations"][0]["published"] == iso


def test_status_reason_and_kind_are_plain_words() -> None:
    assert to_json(OUTCOMES["answer"])["citations"][0]["status"] == "superseded"
    assert to_json(OUTCOMES["declined"])["reason"] == "clinical"
    assert [reason.value for reason in Reason] == [
        "patient_data",
        "distress",
        "clinical",
        "injection",
        "legal_drafting",
    ]


def test_figures_are_rounded_to_what_they_mean() -> None:
    plain = to_json(OUTCOMES["answer"])

    assert plain["confidence"] == 0.9877
    assert plain["citations"][0]["similarity"] == 0.1235
    assert plain["timings_ms"] == {"embed": 1.235, "search": 2.0, "compose": 3.0, "total": 6.5}


def test_every_key_of_the_contract_is_described() -> None:
    text = (Path(__file__).parents[1] / "docs" / "outcome.md").read_text("utf-8")
    keys = {*KEYS, *CITATION_KEYS, *TOOL_KEYS, *(key for more in MORE.values() for key in more)}

    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_marked_words_are_offsets_or_nothing() -> None:
    bare = Answer(**COMMON, claims=(), citations=(replace(CITATION, marked=None),), tentative=True)

    assert to_json(OUTCOMES["answer"])["citations"][0]["marked"] == [3, 5]
    assert to_json(bare)["citations"][0]["marked"] is None
    assert (to_json(OUTCOMES["answer"])["tentative"], to_json(bare)["tentative"]) == (False, True)
