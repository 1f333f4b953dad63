"""A question in everyday words finds the passage that says the same in the words of papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.everyday import COVERED, SEARCHED, EverydayWords
from answer.gate import coverage
from answer.outcome import Answer
from answer.understand import Known, understand
from corpus.errors import ManifestError
from corpus.everyday import EverydayWord, load_everyday
from corpus.glossary import Glossary
from index.embedded import EmbeddedStore
from index.lexical import analyse
from tests.answer.libraries import Desk, entry
from tests.fakes import FakeEmbedder

(LAW,) = analyse("lawyer")
LAWYER = EverydayWord("lawyer", ("solicitor", "legal advice"))
WALK_AWAY = EverydayWord("walk away", ("withdraw",))


def test_a_word_stands_for_what_papers_write() -> None:
    assert EverydayWords([LAWYER]).alike("Which lawyers act?") == {LAW: {"solicitor", "legal", "advic"}}


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("May we walk away from it?", {"walk", "away"}),
        ("May we walk to the surgery?", set()),
        ("How far away may they walk?", set()),
    ],
)
def test_a_phrase_counts_only_as_a_whole(text: str, stems: set[str]) -> None:
    assert set(EverydayWords([WALK_AWAY]).alike(text)) == stems


def test_two_entries_of_one_word_are_both_used() -> None:
    words = EverydayWords([EverydayWord("boss", ("partner",)), EverydayWord("boss", ("manager",))])

    assert words.alike("the boss") == {"boss": {"partner", "manag"}}


def test_an_entry_of_nothing_but_stop_words_is_refused_by_name() -> None:
    with pytest.raises(ManifestError, match="Everyday words: will has only words that no search looks at"):
        EverydayWords([EverydayWord("will", ("probate",))])


def test_what_ships_can_be_searched_for() -> None:
    assert EverydayWords(load_everyday()).alike("Can one lawyer act for both surgeries?").keys() >= {LAW, "surgeri"}


def test_the_search_gets_the_words_of_papers_with_less_weight_than_the_own() -> None:
    known = Known(Glossary([]), lambda _: 1, lambda _: [], everyday=EverydayWords([LAWYER]))

    found = understand("Which lawyer gives advice?", None, known)

    assert found.terms == {LAW: 1.0, "advic": 1.0, "solicitor": SEARCHED, "legal": SEARCHED}


def test_a_word_is_covered_in_part_by_what_stands_for_it_and_wholly_by_itself() -> None:
    alike = {"lawyer": frozenset({"solicitor"})}
    weight = {"lawyer": 1.0, "merger": 1.0}

    shares = [
        coverage(("lawyer", "merger"), stems, weight, alike)
        for stems in ({"lawyer"}, {"solicitor"}, {"accountant"}, {"solicitor", "lawyer", "merger"})
    ]

    assert shares == [0.5, COVERED / 2, 0.0, 1.0]


def test_the_passage_in_the_words_of_papers_comes_first(
    tmp_path: Path, store: EmbeddedStore, embedder: FakeEmbedder
) -> None:
    desk = Desk(tmp_path, store, embedder)
    files = {
        "morning": "A receptionist may act for both practices in the morning, and for one of them later.",
        "deed": "A solicitor may act for both practices if neither objects, and must say so to each.",
    }
    desk.ingest(desk.write("town", files, entry("morning") + entry("deed")))

    outcome = desk.ask("Can one lawyer act for both practices?")

    assert isinstance(outcome, Answer)
    assert outcome.citations[0].document_id == "deed"
