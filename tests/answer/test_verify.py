"""The last check: a quote that does not stand on its page, or that its reader may not see, never leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from answer.verify import verified
from corpus.model import Audience, Citation, Nation, Status
from index.embedded import EmbeddedStore
from index.generation import Generation
from index.store import Scope
from tests.fakes import DIMENSION, a_document, stored

TEXT = "The survey takes an hour. Tea is served."
GOOD = Citation(1, "p", "paper", "lib", "Paper", "", None, Status.CURRENT, 1, "", "", "takes an hour.", TEXT, 0.5)
OFFICERS = Scope.of_role(Audience.OFFICER, ["lib"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return EmbeddedStore(tmp_path_factory.mktemp("verify") / "data")


@pytest.fixture(scope="module")
def snapshot(store: EmbeddedStore) -> Iterator[Generation]:
    closed = a_document("closed", audience=Audience.CONFIDENTIAL)
    gone = a_document("gone", audience=Audience.PUBLIC, status=Status.WITHDRAWN)
    welsh = a_document("welsh", audience=Audience.PUBLIC, nation=Nation.WALES)
    store.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
    store.put("1", [stored(document, TEXT) for document in (a_document(), closed, gone, welsh)])
    store.publish("1", None)
    opened = store.open()
    yield opened
    opened.close()
    store.close()


def test_quote_that_stands_on_its_page_is_kept(snapshot: Generation) -> None:
    assert verified([GOOD], snapshot, OFFICERS) == [GOOD]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": "takes two hours."},
        {"quote": "Tea is free.", "passage": "Tea is free."},
        {"quote": ""},
        {"quote": "Takes an hour."},
        {"page": 2},
        {"page": 0},
        {"passage": "Tea is served."},
        {"document_id": "nowhere"},
        {"library": "other"},
        {"document_id": "closed"},
        {"document_id": "gone"},
    ],
    ids=str,
)
def test_citation_that_does_not_hold_is_dropped_and_the_others_stay(
    wrong: dict[str, Any], snapshot: Generation
) -> None:
    assert verified([replace(GOOD, **wrong), GOOD], snapshot, OFFICERS) == [GOOD]


def test_document_is_kept_for_those_who_may_see_it(snapshot: Generation) -> None:
    closed, welsh = replace(GOOD, document_id="closed"), replace(GOOD, document_id="welsh")

    assert verified([closed], snapshot, Scope.of_role(Audience.CONFIDENTIAL, ["lib"])) == [closed]
    assert verified([welsh], snapshot, Scope.of_role(Audience.OFFICER, ["lib"], Nation.WALES)) == [welsh]
    assert verified([welsh], snapshot, Scope.of_role(Audience.OFFICER, ["lib"], Nation.SCOTLAND)) == []


def test_document_that_was_hidden_meanwhile_is_dropped(store: EmbeddedStore, snapshot: Generation) -> None:
    store.hide({"lib/paper": "a complaint"})
    hidden = verified([GOOD], snapshot, OFFICERS)
    store.show(["lib/paper"])

    assert hidden == []
    assert verified([GOOD], snapshot, OFFICERS) == [GOOD]
