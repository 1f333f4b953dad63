"""Guidance behind an area is what the library answers: word for word, for its readers, and silent otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.answerer import Answerer
from assess.guidance import Guide, guidance
from assess.shelf import Shelf
from corpus.errors import IndexMissing
from corpus.model import Audience
from index.embedded import EmbeddedStore
from index.generation import Generation
from tests.answer.libraries import TODAY, Desk, entry
from tests.fakes import FakeEmbedder

PAPERS = {
    "deed": "# Reviewing\nReview the partnership agreement every three years. All partners sign the agreement again.",
    "line": "# Officers\nOfficers tell practices to review the partnership agreement after every dispute of partners.",
    "office": "# Office\nThe helpdesk opens on Tuesdays.",
}
QUERY = "When should practices review the partnership agreement?"


class Library:
    """A library that is live: what `bot.engine.Engine` gives, without its clock."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked = 0
        self.missing = False
        self.hidden: set[str] = set()
        self._snapshot = desk.store.open()
        self._answerer = desk.answerer(TODAY)

    def answerer(self) -> Answerer:
        self.asked += 1
        return self._answerer

    def snapshot(self) -> Generation:
        if self.missing:
            raise IndexMissing("There is no index.")
        return self._snapshot

    def may_read(self, role: Audience, key: str) -> bool:
        stored = self._snapshot.document(key)
        return stored is not None and key not in self.hidden and stored.document.audience.admits(role)

    def publish(self) -> None:
        self._snapshot, self._answerer = self.desk.store.open(), self.desk.answerer(TODAY)


@pytest.fixture
def desk(tmp_path: Path, store: EmbeddedStore, embedder: FakeEmbedder) -> Desk:
    desk = Desk(tmp_path / "libraries", store, embedder)
    entries = entry("deed") + entry("line", Audience.OFFICER) + entry("office")
    desk.ingest(desk.write("lib", PAPERS, entries))
    return desk


@pytest.fixture
def shelf(desk: Desk) -> Library:
    return Library(desk)


def test_passages_are_word_for_word_with_their_source(desk: Desk) -> None:
    found = guidance(desk.answerer(), QUERY, Audience.PUBLIC)

    assert found
    assert found[0].document_id == "deed"
    assert found[0].quote in PAPERS["deed"].replace("# Reviewing\n", "")


def test_what_a_reader_may_not_see_is_not_there(desk: Desk) -> None:
    for_public = {item.document_id for item in guidance(desk.answerer(), QUERY, Audience.PUBLIC, k=5)}
    for_officers = {item.document_id for item in guidance(desk.answerer(), QUERY, Audience.OFFICER, k=5)}

    assert "line" not in for_public
    assert "line" in for_officers


def test_it_is_silent_where_the_library_is(desk: Desk) -> None:
    assert guidance(desk.answerer(), "How are volcanoes insured in Iceland?", Audience.OFFICER) == ()


def test_each_document_stands_once_and_there_are_at_most_k(desk: Desk) -> None:
    found = guidance(desk.answerer(), QUERY, Audience.OFFICER, k=1)

    assert len(found) == 1


def test_the_same_question_is_asked_once_of_a_generation(shelf: Library) -> None:
    guide = Guide(shelf)

    first = guide.passages(QUERY, Audience.PUBLIC)
    assert guide.passages(QUERY, Audience.PUBLIC) == first
    assert shelf.asked == 1
    guide.passages(QUERY, Audience.OFFICER)
    assert shelf.asked == 2


def test_a_new_generation_is_asked_anew(shelf: Library) -> None:
    guide = Guide(shelf)
    assert guide.passages(QUERY, Audience.PUBLIC)

    without = {name: text for name, text in PAPERS.items() if name != "deed"}
    (shelf.desk.root / "lib" / "deed.txt").unlink()
    shelf.desk.ingest(shelf.desk.write("lib", without, entry("line", Audience.OFFICER) + entry("office")))
    shelf.publish()

    assert guide.passages(QUERY, Audience.PUBLIC) == ()


def test_what_is_withdrawn_is_gone_at_once(shelf: Library) -> None:
    guide = Guide(shelf)
    assert guide.passages(QUERY, Audience.PUBLIC)

    shelf.hidden.add("lib/deed")

    assert guide.passages(QUERY, Audience.PUBLIC) == ()


def test_a_missing_index_is_no_reason_to_go_without_a_report(shelf: Library) -> None:
    shelf.missing = True

    assert Guide(shelf).passages(QUERY, Audience.PUBLIC) == ()


def test_it_can_be_asked_ahead_a_little_at_a_time(shelf: Library) -> None:
    guide, queries = Guide(shelf), [QUERY, QUERY, f"{QUERY} again"]

    assert [guide.warm(queries, Audience.PRACTICE, 0.0) for _ in range(3)] == [True, True, False]
    before = shelf.asked
    guide.passages(QUERY, Audience.PRACTICE)
    assert shelf.asked == before == 2


def test_with_time_it_asks_ahead_of_all_that_is_not_in_memory(shelf: Library) -> None:
    guide, queries = Guide(shelf), [QUERY, f"{QUERY} again", f"{QUERY} once more"]
    guide.passages(QUERY, Audience.PRACTICE)

    assert guide.warm(queries, Audience.PRACTICE, 600.0)
    assert shelf.asked == 3
    assert not guide.warm(queries, Audience.PRACTICE, 600.0)


# --- over a restart ----------------------------------------------------------------------------------------------


def restarted(shelf: Library, file: Path, made_with: str = "a model") -> Guide:
    """What the next process has."""
    return Guide(shelf, Shelf(file, made_with))


def test_after_a_restart_the_same_passages_stand_there_without_a_question(shelf: Library, tmp_path: Path) -> None:
    file = tmp_path / "guidance.json"
    found = restarted(shelf, file).passages(QUERY, Audience.PUBLIC)
    assert (len(found), shelf.asked) == (1, 1)

    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC) == found
    assert not restarted(shelf, file).warm([QUERY], Audience.PUBLIC, 600.0)
    assert shelf.asked == 1


def test_after_a_restart_nothing_is_shown_that_was_withdrawn_in_the_meantime(shelf: Library, tmp_path: Path) -> None:
    file = tmp_path / "guidance.json"
    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC)
    shelf.hidden.add("lib/deed")

    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC) == ()


def test_what_was_found_with_other_settings_is_not_used(shelf: Library, tmp_path: Path) -> None:
    file = tmp_path / "guidance.json"
    restarted(shelf, file).passages(QUERY, Audience.PUBLIC)

    restarted(shelf, file, "another model").passages(QUERY, Audience.PUBLIC)

    assert shelf.asked == 2


def test_what_is_kept_of_an_earlier_generation_is_not_used(shelf: Library, tmp_path: Path) -> None:
    file = tmp_path / "guidance.json"
    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC)
    (shelf.desk.root / "lib" / "deed.txt").unlink()
    without = {name: text for name, text in PAPERS.items() if name != "deed"}
    shelf.desk.ingest(shelf.desk.write("lib", without, entry("line", Audience.OFFICER) + entry("office")))
    shelf.publish()

    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC) == ()
    assert shelf.asked == 2


@pytest.mark.parametrize("broken", [b"", b"{", b'{"generation": 1}', b"\xff"])
def test_a_damaged_file_costs_a_question_and_is_written_anew(shelf: Library, tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "guidance.json"
    file.write_bytes(broken)

    found = restarted(shelf, file).passages(QUERY, Audience.PUBLIC)

    assert found
    assert restarted(shelf, file).passages(QUERY, Audience.PUBLIC) == found
    assert shelf.asked == 1


def test_where_nothing_can_be_kept_there_is_guidance_all_the_same(
    shelf: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert restarted(shelf, tmp_path / "no folder" / "guidance.json").passages(QUERY, Audience.PUBLIC)

    assert "guidance was not kept" in caplog.text
