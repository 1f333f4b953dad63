"""Administrators change the library: a change ends in a published generation, or in the library as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexDamaged, IndexMissing, LibraryLocked, ManifestError, ModelUnavailable
from corpus.manifest import load_library
from corpus.model import Audience, Document, Status
from corpus.when import When
from index.embed import Embedder
from index.embedded import EmbeddedStore
from index.generation import Generation
from index.store import Scope
from ingest.books import BOOKS, CHANGING, Books, read_books
from ingest.desk import Changed, Desk
from ingest.likeness import Why, find_version
from ingest.news import What
from ingest.pipeline import DELETED, Options
from ingest.register import registered
from ingest.shelf import Facts, Override, new_id, overrides_of, overrides_text, with_entry
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress, a_document, write_library
from tests.index.store_contract import documents_found

STARTER = {
    "merger.txt": "# Deciding\nA merger takes time.\n# Staff\nTUPE protects staff.",
    "lease.txt": "The lease ends in 2030.",
}
MANIFEST = """[library]
id = "starter"
[defaults]
publisher = "Your LMC"
contact = "the office"
[[document]]
id = "merger"
path = "merger.txt"
title = "Merging practices"
audience = "practice"
published = 2020-01-01
[[document]]
id = "lease"
path = "lease.txt"
title = "Leases"
audience = "public"
"""


def found_in(snapshot: Generation, word: str) -> set[str]:
    """The documents that hold a word, for somebody who may read them all."""
    return documents_found(snapshot, word, Scope.of_role(Audience.CONFIDENTIAL, snapshot.libraries))[1]


@dataclass
class Office:
    """A starter library, a data folder, and a desk over both."""

    root: Path
    embedder: Callable[[], Embedder] = FakeEmbedder
    reader: DirectReader = field(default_factory=DirectReader)

    def __post_init__(self) -> None:
        write_library(self.root / "starter", STARTER, MANIFEST)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def desk(self) -> Desk:
        return Desk(
            self.data,
            self.embedder,
            readers=lambda _: nullcontext(self.reader),
            options=Options(),
            starter=self.root / "starter",
        )

    def file(self, text: str, name: str = "new.txt") -> Path:
        (self.root / "sent").mkdir(exist_ok=True)
        file = self.root / "sent" / name
        file.write_text(text, "utf-8")
        return file

    def add(self, text: str = "A dispensing practice.", **said: object) -> Changed:
        facts = {"title": "Dispensing", **said}
        return self.desk.add(self.file(text), Facts(**facts))  # type: ignore[arg-type]

    def open(self) -> Generation:
        return EmbeddedStore(self.data).open()

    def found(self, word: str) -> set[str]:
        return found_in(self.open(), word)

    def document(self, key: str) -> Document:
        return self.desk.document(key).document

    def live(self) -> str | None:
        return EmbeddedStore(self.data).live()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.desk.ensure()
    return office


# --- the first time ----------------------------------------------------------------------------------------------


def test_where_nothing_was_ingested_the_starter_library_is(tmp_path: Path) -> None:
    office = Office(tmp_path)

    changed = office.desk.ensure()

    assert changed is not None
    assert set(changed.new) == {"starter/lease", "starter/merger"}
    assert (changed.before, changed.after, changed.documents) == (None, office.live(), 2)
    assert office.desk.ensure() is None


def test_empty_library_has_a_state_and_no_changes(tmp_path: Path) -> None:
    desk = Office(tmp_path).desk

    assert (desk.state().live, desk.state().documents, desk.changes(), desk.documents()) == (None, 0, [], ())


# --- describing ----------------------------------------------------------------------------------------------------


def test_file_is_described_and_nothing_is_changed(office: Office) -> None:
    before = sorted(office.data.rglob("*"))

    found = office.desk.describe(office.file("# One\nText.\n---\n# Two\nMore text."), "Guide to leases.txt")

    assert (found.title, found.format, found.pages, found.passages, found.error) == (
        "Guide to leases",
        "text",
        2,
        2,
        "",
    )
    assert len(found.sha256) == 64
    assert found.same_as is None
    assert sorted(office.data.rglob("*")) == before


def test_file_that_cannot_be_read_is_described_by_its_error(office: Office) -> None:
    found = office.desk.describe(office.file("! the file is damaged"))

    assert found.error == "The file is damaged."
    assert (found.passages, found.title) == (0, "New")


def test_same_bytes_are_recognised(office: Office) -> None:
    found = office.desk.describe(office.file(STARTER["lease.txt"]), "other.txt")

    assert found.same_as is not None
    assert found.same_as.key == "starter/lease"


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("merger.pdf", "Something else", ("merger", Why.SAME_NAME)),
        ("Merger 2027 v2.pdf", "Something else", ("merger", Why.SAME_NAME)),
        ("x.pdf", "Merging practices (June 2027)", ("merger", Why.SAME_TITLE)),
        ("x.pdf", "Merging your practices", ("merger", Why.LIKE_TITLE)),
        ("x.pdf", "Dispensing", None),
        ("old.pdf", "Old paper", None),
    ],
)
def test_document_that_a_file_would_replace_is_guessed(name: str, title: str, expected: tuple[str, Why] | None) -> None:
    library = [
        a_document("merger", title="Merging practices"),
        a_document("lease", title="Leases"),
        a_document("old", title="Old paper", status=Status.SUPERSEDED),
    ]

    found = find_version(name, title, "0", library)

    assert (found and (found.document.id, found.why)) == expected


# --- adding --------------------------------------------------------------------------------------------------------


def test_added_document_is_found_with_its_facts(office: Office) -> None:
    changed = office.add(
        audience=Audience.PRACTICE, published=When(2026, 11), review_due=When(2027), status=Status.UNDER_REVIEW,
        source_url="https://lmc.example/d", contact="Olu", publisher="Anytown LMC",
    )  # fmt: skip

    assert (changed.key, changed.new, changed.documents) == ("starter/dispensing", ("starter/dispensing",), 3)
    assert changed.before != changed.after == office.live()
    assert office.found("dispensing") == {"starter/dispensing"}
    document = office.document("dispensing")
    assert (document.audience, document.published, document.review_due) == (
        Audience.PRACTICE, When(2026, 11), When(2027),
    )  # fmt: skip
    assert (document.status, document.contact, document.publisher) == (Status.UNDER_REVIEW, "Olu", "Anytown LMC")
    assert document.source_url == "https://lmc.example/d"
    assert Path(document.path).read_text("utf-8") == "A dispensing practice."
    assert Path(document.path).is_relative_to(office.data / "shelf" / "starter" / "files")


def test_document_is_closed_until_somebody_opens_it(office: Office) -> None:
    office.add()

    assert office.document("dispensing").audience is Audience.OFFICER


def test_added_document_stays_over_the_next_ingest(office: Office) -> None:
    office.add()
    office.add("Another paper.", title="Another")

    office.desk.reindex()

    assert office.found("dispensing") == {"starter/dispensing"}
    assert office.found("another") == {"starter/another"}


def test_manifest_of_the_shelf_can_be_read_and_edited_by_people(office: Office) -> None:
    office.add(audience=Audience.PUBLIC)
    manifest = office.data / "shelf" / "starter" / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"public"', '"officer" # closed by hand'), "utf-8")

    office.add("Another paper.", title="Another")

    assert "# closed by hand" in manifest.read_text("utf-8")
    assert office.document("dispensing").audience is Audience.OFFICER


def test_data_folder_can_be_moved(office: Office) -> None:
    office.add()
    moved = office.data.rename(office.root / "moved")

    changed = Desk(moved, FakeEmbedder, readers=lambda _: nullcontext(DirectReader())).reindex()

    assert (changed.documents, changed.removed, changed.failures) == (3, (), {})


def test_ids_in_a_library_are_unique(office: Office) -> None:
    first = office.add("One.", title="Leases", published=When(2027))
    second = office.add("Two.", title="Leases", published=When(2027))

    assert (first.key, second.key) == ("starter/leases", "starter/leases-2027")
    assert new_id("Leases", None, ["leases"]) == "leases-2"
    assert new_id("!!!", None, []) == "document"


def test_title_of_markup_and_quotes_is_only_a_title(office: Office) -> None:
    title = 'A "quoted" \\ title\n[[document]]\npath = "/etc/passwd"'

    office.add(title=title)

    assert [d.document.title for d in office.desk.documents() if "quoted" in d.document.title] == [title]
    assert office.desk.state().documents == 3


def test_second_run_of_the_same_adding_adds_nothing(office: Office) -> None:
    first = office.add(replaces="starter/merger")
    again = office.add(replaces="starter/merger")

    assert again.key == first.key
    assert (again.after, again.new, again.documents) == (first.after, (), 3)


def test_file_that_is_on_the_shelf_gets_the_new_facts(office: Office) -> None:
    office.add(audience=Audience.PUBLIC, replaces="starter/merger")

    changed = office.add(title="Dispensing doctors", audience=Audience.CONFIDENTIAL, replaces="starter/lease")

    assert (changed.key, changed.documents) == ("starter/dispensing", 3)
    assert office.document("dispensing").audience is Audience.CONFIDENTIAL
    assert office.document("dispensing").title == "Dispensing doctors"
    assert (office.document("merger").status, office.document("lease").status) == (Status.CURRENT, Status.SUPERSEDED)


def test_file_that_lies_elsewhere_in_the_library_is_refused(office: Office) -> None:
    with pytest.raises(ManifestError, match="in the library already, as “Leases”"):
        office.add(STARTER["lease.txt"])

    assert office.desk.state().documents == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "  "}, "Give the document a title"),
        ({"title": "x" * 151}, "Keep the title"),
        ({"source_url": "javascript:alert(1)"}, "Write the whole address"),
        ({"source_url": "https://a.example/<!channel>"}, "Write the whole address"),
        ({"published": When(2026, 5), "review_due": When(2025)}, "cannot be due before"),
        ({"published": When(2026, 5), "reviewed": When(2025)}, "cannot have been reviewed before"),
        ({"status": Status.WITHDRAWN}, "current or under review"),
        ({"replaces": "starter/nothing"}, "no document starter/nothing to replace"),
        ({"replaces": "starter/lease", "library": "other"}, "only by a document of library starter"),
        ({"library": "../up"}, "may hold only"),
    ],
)
def test_facts_that_cannot_stand_are_refused_in_a_sentence(said: dict[str, Any], sentence: str, office: Office) -> None:
    with pytest.raises(ManifestError, match=sentence):
        office.add(**said)

    assert office.desk.state().documents == 2


def test_file_that_cannot_be_read_is_refused_by_its_title(office: Office) -> None:
    live, books = office.live(), read_books(office.data)

    with pytest.raises(ManifestError, match=r"“Dispensing” cannot be added\. The file is damaged\."):
        office.add("! the file is damaged")

    assert (office.live(), read_books(office.data)) == (live, books)


def test_file_of_another_kind_is_refused(office: Office) -> None:
    with pytest.raises(ManifestError, match=r"macro\.exe cannot be read; send one of"):
        office.desk.add(office.file("x", "macro.exe"), Facts("Macro"))


def test_document_may_begin_a_library_of_its_own(office: Office) -> None:
    changed = office.add(library="minutes")

    assert changed.key == "minutes/dispensing"
    assert office.desk.state().libraries == ("minutes", "starter")


def test_adding_tells_its_progress(office: Office) -> None:
    progress = QuietProgress()

    office.desk.add(office.file("A dispensing practice."), Facts("Dispensing"), progress)

    assert progress.passages == 1
    assert progress.said


def test_new_file_is_read_once(office: Office) -> None:
    office.reader = DirectReader()

    office.add()

    assert office.reader.read_keys == ["file"]


# --- replacing -----------------------------------------------------------------------------------------------------


def test_replaced_document_says_so_though_its_manifest_is_not_ours(office: Office) -> None:
    manifest = (office.root / "starter" / "manifest.toml").read_text("utf-8")

    changed = office.add("Merging is quicker now.", title="Merging practices", replaces="starter/merger")

    old, new = office.document("starter/merger"), office.document("merging-practices")
    assert (old.status, old.superseded_by) == (Status.SUPERSEDED, new.id)
    assert changed.metadata == ("starter/merger",)
    assert office.desk.overrides() == {"starter/merger": "merging-practices"}
    assert (office.root / "starter" / "manifest.toml").read_text("utf-8") == manifest


def test_new_version_keeps_what_it_is_not_told_of_the_old(office: Office) -> None:
    office.add(replaces="starter/merger", publisher="Somebody else")

    new = office.document("dispensing")

    assert (new.contact, new.publisher) == ("the office", "Somebody else")


def test_mark_of_being_replaced_lasts_over_the_next_ingest_and_can_be_taken_off(office: Office) -> None:
    office.desk.supersede("merger", "lease")
    office.desk.reindex()
    marked = office.document("merger")

    office.desk.supersede("merger", None)

    assert (marked.status, marked.superseded_by) == (Status.SUPERSEDED, "lease")
    assert (office.document("merger").status, office.document("merger").superseded_by) == (Status.CURRENT, None)
    assert not (office.data / "overrides.toml").exists()


def test_document_cannot_replace_itself_nor_two_each_other(office: Office) -> None:
    with pytest.raises(ManifestError, match="place of itself"):
        office.desk.supersede("merger", "merger")
    office.desk.supersede("merger", "lease")
    with pytest.raises(ManifestError, match="is itself replaced by"):
        office.desk.supersede("lease", "merger")


def test_override_whose_successor_is_gone_is_told_and_not_applied(office: Office) -> None:
    office.desk.supersede("merger", "lease")
    (office.root / "starter" / "lease.txt").unlink()

    changed = office.desk.reindex()

    assert office.document("merger").status is Status.CURRENT
    assert any("overrides.toml: starter/merger" in problem for problem in changed.problems)


def test_overrides_that_cannot_be_read_stop_a_change_with_a_sentence(office: Office) -> None:
    (office.data / "overrides.toml").write_text("[document\n", "utf-8")

    with pytest.raises(ManifestError, match=r"overrides\.toml in the data folder cannot be read"):
        office.desk.reindex()


def test_overrides_are_read_back_as_written() -> None:
    said = {"lib/a.b": Override(Status.SUPERSEDED, "c"), "lib/b": Override(Status.SUPERSEDED, "d")}

    assert overrides_of(overrides_text(said)) == said
    assert (overrides_text({}), overrides_of("")) == ("", {})


def test_entry_says_only_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", "utf-8")
    text = with_entry("", "lib", "a", "a.txt", Facts("A title", published=When(2026, 3)))
    (tmp_path / "manifest.toml").write_text(text, "utf-8")

    [source] = load_library(tmp_path, []).sources

    assert (source.document.id, source.document.title, source.document.published) == ("a", "A title", When(2026, 3))
    assert "contact" not in text


# --- failing -------------------------------------------------------------------------------------------------------


def no_model() -> Embedder:
    raise ModelUnavailable("There is no model.")


def test_everything_is_put_back_when_the_build_fails(office: Office) -> None:
    office.add("Another paper.", title="Another")
    before, live, files = read_books(office.data), office.live(), sorted((office.data / "shelf").rglob("*"))
    office.embedder = no_model

    with pytest.raises(ModelUnavailable):
        office.add(replaces="starter/merger")

    assert (read_books(office.data), office.live()) == (before, live)
    assert sorted((office.data / "shelf").rglob("*")) == files
    assert not (office.data / BOOKS / CHANGING).exists()


def test_other_document_that_fails_is_named_and_the_new_one_is_added(office: Office) -> None:
    (office.root / "starter" / "lease.txt").write_text("! it is damaged", "utf-8")

    changed = office.add()

    assert changed.failures == {"starter/lease": "It is damaged."}
    assert office.desk.state().failures == changed.failures
    assert office.found("dispensing") == {"starter/dispensing"}


def test_folder_that_has_gone_is_named_and_nothing_changes(office: Office) -> None:
    (office.root / "starter").rename(office.root / "elsewhere")

    with pytest.raises(ManifestError, match="is not there any more"):
        office.add()

    assert office.desk.state().documents == 2


def test_one_at_a_time_changes_the_library(office: Office) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> Embedder:
        entered.set()
        leave.wait(10)
        return FakeEmbedder()

    office.embedder = slow
    first = threading.Thread(target=office.desk.reindex)
    first.start()
    assert entered.wait(10)

    try:
        with pytest.raises(LibraryLocked):
            office.add()
    finally:
        leave.set()
        first.join(10)
    assert office.add().documents == 3


# --- withdrawing ---------------------------------------------------------------------------------------------------


def test_withdrawn_document_is_gone_at_once_and_over_the_next_ingest(office: Office) -> None:
    opened = office.open()

    office.desk.withdraw("merger", "a complaint")

    assert found_in(opened, "merger") == set()
    office.desk.reindex()
    assert office.found("merger") == set()
    assert office.desk.state().hidden == {"starter/merger": "a complaint"}
    office.desk.restore("starter/merger")
    assert office.found("merger") == {"starter/merger"}


def test_no_reason_makes_an_ingest_show_it_again(office: Office) -> None:
    office.desk.withdraw("merger", DELETED)

    office.desk.reindex()

    assert office.found("merger") == set()


def test_document_that_is_not_there_cannot_be_withdrawn(office: Office) -> None:
    with pytest.raises(IndexMissing, match="no document nothing"):
        office.desk.withdraw("nothing", "x")


# --- rolling back ----------------------------------------------------------------------------------------------------


def test_roll_back_serves_the_generation_before_and_stays_over_the_next_change(office: Office) -> None:
    first = office.live()
    office.add(replaces="starter/merger")

    changed = office.desk.rollback()

    assert (changed.after, office.live(), changed.removed) == (first, first, ("starter/dispensing",))
    assert office.found("dispensing") == set()
    office.add("Another paper.", title="Another")
    assert office.found("dispensing") == set()
    assert office.document("merger").status is Status.CURRENT


def test_what_was_rolled_back_can_be_rolled_forward(office: Office) -> None:
    newer = office.add(replaces="starter/merger").after
    office.desk.rollback()

    office.desk.rollback(newer)

    assert office.found("dispensing") == {"starter/dispensing"}
    assert office.desk.reindex(everything=False).after == newer
    assert Path(office.document("dispensing").path).exists()


def test_there_is_nothing_before_the_first(office: Office) -> None:
    with pytest.raises(IndexMissing, match="no earlier generation"):
        office.desk.rollback()
    with pytest.raises(IndexMissing, match="no generation 17"):
        office.desk.rollback("17")


def test_damaged_generation_is_not_rolled_back_to(office: Office) -> None:
    first = office.live()
    office.add()
    (office.data / "generations" / str(first) / "spans.f16").write_bytes(b"x")

    with pytest.raises(IndexDamaged):
        office.desk.rollback()

    assert office.found("dispensing") == {"starter/dispensing"}


def test_files_that_no_generation_needs_are_deleted(office: Office) -> None:
    office.add()
    office.desk.rollback()
    for number in range(4):
        office.add(f"Paper {number}.", title=f"Paper {number}")

    names = [file.name for file in (office.data / "shelf" / "starter" / "files").iterdir()]

    assert len(names) == 4
    assert not any(name.startswith("dispensing") for name in names)


# --- reindex, verify, state, changes ---------------------------------------------------------------------------------


def test_all_is_read_again_when_everything_is_asked_for(office: Office) -> None:
    office.reader = DirectReader()

    changed = office.desk.reindex()

    assert sorted(office.reader.read_keys) == ["starter/lease", "starter/merger"]
    assert changed.before != changed.after
    assert (changed.new, changed.changed, changed.metadata) == ((), (), ())


def test_without_everything_only_what_changed_is_read(office: Office) -> None:
    office.reader = DirectReader()
    (office.root / "starter" / "lease.txt").write_text("The lease ends in 2040.", "utf-8")

    changed = office.desk.reindex(everything=False)

    assert office.reader.read_keys == ["starter/lease"]
    assert changed.changed == ("starter/lease",)


def test_verify_finds_a_damaged_file(office: Office) -> None:
    whole = office.desk.verify()
    (office.data / "generations" / str(office.live()) / "spans.f16").write_bytes(b"x")

    assert whole == ""
    assert "is damaged" in office.desk.verify()


def test_state_tells_what_serves(office: Office) -> None:
    office.add()
    office.desk.withdraw("lease", "old")

    state = office.desk.state()

    assert (state.live, state.documents, state.passages) == (office.live(), 3, 4)
    assert (len(state.generations), state.libraries, state.hidden) == (2, ("starter",), {"starter/lease": "old"})
    assert state.built is not None
    assert state.titles["starter/merger"] == "Merging practices"


def test_changes_are_what_the_last_generation_brought_and_then_the_newest_dates(office: Office) -> None:
    office.add(title="Merging practices 2027", replaces="starter/merger", audience=Audience.OFFICER)

    found = office.desk.changes()

    assert {(item.document.id, item.what) for item in found} == {
        ("merging-practices-2027", What.NEW), ("merger", What.REPLACED),
    }  # fmt: skip
    [replaced] = [item for item in found if item.what is What.REPLACED]
    assert replaced.successor is not None
    assert replaced.successor.id == "merging-practices-2027"
    office.add("Another paper.", title="Another", reviewed=When(2026, 9))
    assert [item.document.id for item in office.desk.changes(2)] == ["another", "merger"]


def test_hidden_documents_are_no_news(office: Office) -> None:
    office.desk.withdraw("merger", "x")

    assert "merger" not in [item.document.id for item in office.desk.changes()]


def test_shelf_is_registered_once(office: Office) -> None:
    office.add()
    office.add("Another paper.", title="Another")

    assert [entry.library for entry in registered(office.data)] == ["starter", "starter"]


def test_file_without_an_entry_on_the_shelf_is_no_document(office: Office) -> None:
    """As a crash between the copy and the entry would leave it."""
    office.add()
    (office.data / "shelf" / "starter" / "files" / "stray.txt").write_text("A stray.", "utf-8")

    office.desk.reindex()

    assert office.found("stray") == set()
    assert office.desk.state().documents == 3


def test_books_hold_every_small_file(office: Office) -> None:
    office.add(replaces="starter/merger")

    books = read_books(office.data)

    assert books == Books(books.sources, books.overrides, books.manifests)
    assert "shelf/starter" in books.sources
    assert "superseded" in books.overrides
    assert "Dispensing" in books.manifests["starter"]
