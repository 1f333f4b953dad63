"""A library becomes a generation; what has not changed is neither read nor embedded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.errors import DocumentError, LibraryLocked, NothingIngested
from corpus.manifest import Library, load_library
from corpus.model import Audience, Document, Status
from corpus.when import When
from index.donors import open_base
from index.embedded import EmbeddedStore
from index.generation import Generation
from index.store import StoredDocument
from ingest import pipeline
from ingest.blocks import Block, BlockKind, Reading
from ingest.pipeline import DELETED, Ingest, Options, Summary, plan
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress, write_library
from tests.index.store_contract import documents_found

THREE = {
    "merger.txt": "# Deciding\nA merger takes time.\n# Staff\nTUPE protects staff.",
    "lease.txt": "The lease ends in 2030.",
    "mentor.txt": "A mentor listens.",
}


@dataclass
class Office:
    """A library folder and a data folder; each `ingest` is what one `lmc ingest` does."""

    root: Path
    options: Options = field(default_factory=Options)
    fingerprint: str = "fake-1"
    name: str = "lib"
    read: list[str] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    progress: QuietProgress = field(default_factory=QuietProgress)

    def write(self, files: dict[str, str], manifest: str = "") -> None:
        write_library(self.root / self.name, files, manifest)

    def library(self) -> Library:
        return load_library(self.root / self.name, [".txt"], library_id=self.name)

    def ingest(self, *, libraries: Sequence[Library] | None = None, forget: Sequence[str] = ()) -> Summary:
        store, embedder, reader = EmbeddedStore(self.data), FakeEmbedder(self.fingerprint), DirectReader()
        self.progress = QuietProgress()
        run = Ingest(store, embedder, lambda: reader, self.progress, self.options)
        try:
            return run.run([self.library()] if libraries is None else libraries, forget=forget)
        finally:
            store.close()
            self.read, self.embedded = sorted(reader.read_keys), sorted(embedder.embedded)

    @property
    def data(self) -> Path:
        return self.root / "data"

    def open(self) -> Generation:
        return EmbeddedStore(self.data).open()

    def documents(self) -> dict[str, StoredDocument]:
        return {stored.document.key: stored for stored in self.open().documents()}

    def document(self, name: str) -> Document:
        return self.documents()[f"{self.name}/{name}"].document

    def found(self, word: str) -> set[str]:
        return documents_found(self.open(), word)[1]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write(THREE)
    return office


@pytest.fixture
def live(office: Office) -> Office:
    office.ingest()
    return office


# --- the first time ----------------------------------------------------------------------------------------------


def test_everything_is_read_embedded_and_published(office: Office) -> None:
    summary = office.ingest()

    assert office.read == ["lib/lease", "lib/mentor", "lib/merger"]
    assert (summary.published, summary.passages, summary.embedded) == (True, 4, 4)
    assert summary.generation == EmbeddedStore(office.data).live()
    assert {key: report.state for key, report in summary.reports.items()} == dict.fromkeys(office.read, "indexed")
    assert office.found("lease") == {"lib/lease"}


def test_progress_tells_all_bytes_and_all_passages(office: Office) -> None:
    office.ingest()

    size = sum(len(text.encode()) for text in THREE.values())
    assert (office.progress.total_bytes, office.progress.done_bytes, office.progress.passages) == (size, size, 4)


def test_what_only_the_file_tells_becomes_metadata_unless_the_manifest_says_it(tmp_path: Path) -> None:
    class Dated(DirectReader):
        def read(self, jobs):  # type: ignore[no-untyped-def]
            for job, _ in super().read(jobs):
                blocks = [Block(BlockKind.PARAGRAPH, "Text.")]
                yield job, Reading("text", blocks, title="From the file", published=When(2015, 6))

    office = Office(tmp_path)
    office.write({"a.txt": "x", "b.txt": "y"}, '[[document]]\npath = "b.txt"\ntitle = "Said"\npublished = 2020\n')
    store = EmbeddedStore(office.data)

    Ingest(store, FakeEmbedder(), Dated, QuietProgress(), Options()).run([office.library()])
    store.close()

    documents = {d.document.id: d.document for d in office.open().documents()}
    assert {name: (d.title, d.published) for name, d in documents.items()} == {
        "a": ("From the file", When(2015, 6)),
        "b": ("Said", When(2020)),
    }


def test_a_document_without_any_title_is_called_by_its_file(live: Office) -> None:
    assert live.document("mentor").title == "Mentor"


def test_passages_are_found_by_their_title_and_headings(live: Office) -> None:
    assert live.found("deciding") == {"lib/merger"}


def test_warnings_name_the_pages_that_need_ocr(tmp_path: Path) -> None:
    class Scanned(DirectReader):
        def read(self, jobs):  # type: ignore[no-untyped-def]
            for job, _ in super().read(jobs):
                blocks = [Block(BlockKind.PARAGRAPH, "Read by a machine.", 2)]
                yield job, Reading("pdf", blocks, 4, blank_pages=[1, 4], ocr_pages=[2], warnings=["It is odd."])

    office = Office(tmp_path)
    office.write({"a.txt": "x"})
    store = EmbeddedStore(office.data)

    summary = Ingest(store, FakeEmbedder(), Scanned, QuietProgress(), Options()).run([office.library()])
    store.close()

    report = summary.reports["lib/a"]
    assert (report.state, report.page_count) == ("warnings", 4)
    assert report.warnings == (
        "It is odd.",
        "Pages 1, 4 have no text; install tesseract to read scanned pages.",
        "Page 2 was read by OCR; check quotes against the page.",
    )
    page = office.open().page("lib/a", 2)
    assert page is not None
    assert page.ocr


# --- again -------------------------------------------------------------------------------------------------------


def test_nothing_changed_reads_embeds_and_publishes_nothing(live: Office) -> None:
    before = EmbeddedStore(live.data).live()

    summary = live.ingest()

    assert (live.read, live.embedded, summary.published) == ([], [], False)
    assert summary.generation == before
    assert set(summary.reports) == {"lib/lease", "lib/mentor", "lib/merger"}


def test_only_the_file_that_changed_is_read_and_only_new_passages_are_embedded(live: Office) -> None:
    live.write({**THREE, "merger.txt": THREE["merger.txt"] + "\n# Money\nA levy is due."})

    summary = live.ingest()

    assert (live.read, live.embedded) == (["lib/merger"], ["A levy is due."])
    assert (summary.passages, live.found("levy"), live.found("lease")) == (5, {"lib/merger"}, {"lib/lease"})


def test_a_new_file_is_added_and_the_rest_is_taken_over_unchanged(live: Office) -> None:
    before = live.documents()
    live.write({**THREE, "board.txt": "A board decides."})

    live.ingest()

    assert (live.read, live.embedded) == (["lib/board"], ["A board decides."])
    assert {key: stored for key, stored in live.documents().items() if key in before} == before


def test_a_file_that_was_only_touched_is_not_read(live: Office) -> None:
    live.write(THREE)

    assert not live.ingest().published
    assert live.read == []


def test_other_metadata_is_taken_in_without_reading(live: Office) -> None:
    live.write(THREE, '[[document]]\npath = "lease.txt"\naudience = "public"\nreviewed = "2026-01"\n')

    summary = live.ingest()

    assert (live.read, live.embedded, summary.published) == ([], [], True)
    assert (live.document("lease").audience, live.document("lease").reviewed) == (Audience.PUBLIC, When(2026, 1))
    assert live.document("lease").title == "Lease"


def test_another_title_is_searched_anew(live: Office) -> None:
    live.write(THREE, '[[document]]\npath = "lease.txt"\ntitle = "Premises"\n')

    live.ingest()

    assert live.embedded == ["The lease ends in 2030."]
    assert live.found("premises") == {"lib/lease"}


def test_a_title_or_date_that_is_no_longer_given_is_derived_again(live: Office) -> None:
    live.write(THREE, '[[document]]\npath = "lease.txt"\ntitle = "Premises"\npublished = 2020\n')
    live.ingest()
    (live.root / "lib" / "manifest.toml").unlink()

    live.ingest()

    assert live.read == ["lib/lease"]
    assert (live.document("lease").title, live.document("lease").published) == ("Lease", None)


def test_another_model_embeds_everything_again_and_reads_nothing(live: Office) -> None:
    live.fingerprint = "fake-2"

    live.ingest()

    assert (live.read, len(live.embedded), live.open().fingerprint) == ([], 4, "fake-2")


def test_another_size_of_passages_reads_everything_again(live: Office) -> None:
    live.options = Options(passage_chars=400)

    live.ingest()

    assert len(live.read) == 3
    assert live.embedded == []  # the passages happen to be the same


def test_two_documents_with_the_same_passage_are_embedded_once(office: Office) -> None:
    manifest = '[[document]]\npath = "a.txt"\ntitle = "Same"\n[[document]]\npath = "b.txt"\ntitle = "Same"\n'
    office.write({"a.txt": "A merger.", "b.txt": "A merger."}, manifest)

    summary = office.ingest()

    assert (office.embedded, summary.passages) == (["A merger."], 2)
    assert office.found("merger") == {"lib/a", "lib/b"}


def test_many_documents_are_embedded_in_groups_and_all_arrive(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "EMBED_TOGETHER", 3)
    office.write({f"d{n}.txt": f"A merger.\n# Part\nNumber {n}." for n in range(7)})

    summary = office.ingest()

    assert (summary.passages, len(office.found("merger")), len(office.embedded)) == (14, 7, 14)


# --- gone, withdrawn, back ----------------------------------------------------------------------------------------


def test_a_deleted_file_is_found_no_more_not_even_by_a_reader_that_has_the_old_generation_open(live: Office) -> None:
    reader = live.open()
    live.write({key: text for key, text in THREE.items() if key != "lease.txt"})

    summary = live.ingest()

    assert summary.plan is not None
    assert summary.plan.removed == ["lib/lease"]
    assert (live.read, live.embedded) == ([], [])
    assert (documents_found(reader, "lease"), live.found("lease")) == (({"lib/merger", "lib/mentor"}, set()), set())


def test_a_deleted_file_is_hidden_before_the_build_begins(live: Office) -> None:
    """Whatever happens to the build: here the reader fails as a bug would."""
    live.write({"new.txt": "New."})

    class Broken(DirectReader):
        def read(self, jobs):  # type: ignore[no-untyped-def]
            raise KeyError("a bug")

    store = EmbeddedStore(live.data)
    with pytest.raises(KeyError):
        Ingest(store, FakeEmbedder(), Broken, QuietProgress(), Options()).run([live.library()])
    store.close()

    assert live.found("lease") == set()
    assert dict(EmbeddedStore(live.data).hidden())["lib/lease"] == DELETED


@pytest.mark.slow
@pytest.mark.parametrize("changed", ["", " Again."])
def test_a_file_that_comes_back_is_found_again(live: Office, changed: str) -> None:
    live.write({key: text for key, text in THREE.items() if key != "lease.txt"})
    live.ingest()
    live.write({**THREE, "lease.txt": THREE["lease.txt"] + changed})

    live.ingest()

    assert live.found("lease") == {"lib/lease"}
    assert dict(EmbeddedStore(live.data).hidden()) == {}


def test_a_file_that_is_back_before_its_removal_was_published_is_found_again(live: Office) -> None:
    """A build that was killed had hidden it already, and now there is nothing to build."""
    EmbeddedStore(live.data).hide({"lib/lease": DELETED})

    summary = live.ingest()

    assert not summary.published
    assert live.found("lease") == {"lib/lease"}


@pytest.mark.slow
def test_a_document_withdrawn_in_the_manifest_is_found_no_more_and_comes_back_with_it(live: Office) -> None:
    reader = live.open()
    live.write(THREE, '[[document]]\npath = "lease.txt"\nstatus = "withdrawn"\n')
    live.ingest()
    assert live.document("lease").status is Status.WITHDRAWN
    assert (live.read, live.found("lease"), documents_found(reader, "lease")[1]) == ([], set(), set())

    live.write(THREE, '[[document]]\npath = "lease.txt"\n')
    live.ingest()

    assert (live.read, live.found("lease")) == ([], {"lib/lease"})


@pytest.mark.slow
def test_what_a_person_withdrew_stays_withdrawn_whatever_is_ingested(live: Office) -> None:
    EmbeddedStore(live.data).hide({"lib/lease": "wrong figures"})
    live.write({key: text for key, text in THREE.items() if key != "lease.txt"})
    live.ingest()
    live.write({**THREE, "new.txt": "New."})
    live.ingest()

    assert live.found("lease") == set()
    assert dict(EmbeddedStore(live.data).hidden()) == {"lib/lease": "wrong figures"}


# --- what cannot be read ------------------------------------------------------------------------------------------


def test_one_bad_file_does_not_stop_the_rest(office: Office) -> None:
    office.write({**THREE, "bad.txt": "! it is damaged beyond reading"})

    summary = office.ingest()

    report = summary.reports["lib/bad"]
    assert (report.state, report.code, report.error) == ("failed", "damaged", "it is damaged beyond reading")
    assert (summary.published, office.found("lease")) == (True, {"lib/lease"})
    assert office.documents()["lib/bad"].passage_count == 0


@pytest.mark.slow
def test_a_file_that_failed_is_not_read_again_until_it_changes(office: Office) -> None:
    office.write({**THREE, "bad.txt": "! it is damaged"})
    office.ingest()

    again = office.ingest()
    assert (office.read, again.reports["lib/bad"].state) == ([], "failed")
    office.write({**THREE, "bad.txt": "A board."})
    mended = office.ingest()

    assert (office.read, mended.reports["lib/bad"].state) == (["lib/bad"], "indexed")
    assert office.found("board") == {"lib/bad"}


def test_a_file_that_fails_after_it_was_good_answers_no_more(live: Office) -> None:
    live.write({**THREE, "lease.txt": "! it is damaged now"})

    live.ingest()

    assert live.found("lease") == set()


def test_when_not_one_document_can_be_read_nothing_is_published_and_the_live_one_stays(live: Office) -> None:
    before = EmbeddedStore(live.data).live()
    live.write(dict.fromkeys(THREE, "! it is damaged"))

    with pytest.raises(NothingIngested, match=r"Not one document could be read.*lib/lease: it is damaged"):
        live.ingest()

    assert EmbeddedStore(live.data).live() == before
    assert live.found("lease") == {"lib/lease"}


def test_after_nothing_could_be_read_the_next_ingest_is_clean(live: Office) -> None:
    live.write(dict.fromkeys(THREE, "! it is damaged"))
    with pytest.raises(NothingIngested):
        live.ingest()
    live.write({**THREE, "new.txt": "A board."})

    live.ingest()

    assert live.found("board") == {"lib/new"}
    assert [f for f in (live.data / "generations").iterdir() if f.name.startswith(".")] == []


def test_a_text_that_no_file_can_hold_does_not_stop_the_rest(office: Office) -> None:
    class Odd(DirectReader):
        def read(self, jobs):  # type: ignore[no-untyped-def]
            for job, outcome in super().read(jobs):
                odd = Reading("text", [Block(BlockKind.PARAGRAPH, "Half \ud83d a pair, NUL \x00 and all.")])
                yield job, odd if job.key == "lib/lease" else outcome

    store = EmbeddedStore(office.data)
    summary = Ingest(store, FakeEmbedder(), Odd, QuietProgress(), Options()).run([office.library()])
    store.close()

    assert summary.published
    [page] = [office.open().page("lib/lease", 1)]
    assert page is not None
    assert page.text == "Half a pair, NUL and all."


# --- several libraries ---------------------------------------------------------------------------------------------


@pytest.fixture
def both(live: Office) -> Office:
    other = Office(live.root, name="other")
    other.write({"plan.txt": "The other plan."})
    other.ingest()
    return live


def test_other_libraries_are_kept_without_being_read(both: Office) -> None:
    both.write({**THREE, "new.txt": "New."})

    both.ingest()

    assert both.read == ["lib/new"]
    assert both.found("plan") == {"other/plan"}
    assert both.open().libraries == ["lib", "other"]


def test_a_library_that_is_forgotten_is_gone_and_the_others_stay(both: Office) -> None:
    summary = both.ingest(libraries=[], forget=["other"])

    assert summary.plan is not None
    assert summary.plan.removed == ["other/plan"]
    assert (both.found("plan"), both.found("lease"), both.open().libraries) == (set(), {"lib/lease"}, ["lib"])


@pytest.mark.slow
def test_when_the_live_generation_is_damaged_other_libraries_come_from_the_last_good_one(both: Office) -> None:
    both.write({**THREE, "new.txt": "New."})
    both.ingest()
    store = EmbeddedStore(both.data)
    damaged = str(store.live())
    (store.folder(damaged) / "vectors.faiss").write_bytes(b"not an index")

    summary = both.ingest()

    assert summary.published
    assert summary.generation != damaged
    assert (both.found("plan"), both.found("new")) == ({"other/plan"}, {"lib/new"})


# --- housekeeping --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_only_the_last_generations_are_kept_and_the_live_one_always(office: Office) -> None:
    for number in range(5):
        office.write({**THREE, "n.txt": f"Number {number}."})
        office.ingest()

    store = EmbeddedStore(office.data)
    assert len(store.generations()) == pipeline.KEPT_GENERATIONS
    assert store.live() == store.generations()[-1]


@pytest.mark.slow
def test_after_a_rollback_the_next_ingest_goes_on_from_what_serves(live: Office) -> None:
    first = str(EmbeddedStore(live.data).live())
    live.write({**THREE, "new.txt": "A board."})
    live.ingest()
    store = EmbeddedStore(live.data)
    store.publish(first, store.live())
    store.close()

    live.ingest()

    assert (live.read, live.embedded) == ([], [])  # the later generation still has it
    assert live.found("board") == {"lib/new"}


def test_while_another_process_writes_an_ingest_is_refused(office: Office) -> None:
    writer = EmbeddedStore(office.data)
    writer.lock()

    with pytest.raises(LibraryLocked):
        office.ingest()

    writer.close()


def test_a_dry_plan_says_what_would_change_and_changes_nothing(live: Office) -> None:
    base = open_base(EmbeddedStore(live.data))
    assert base is not None
    kept = {file: file.read_bytes() for file in live.data.rglob("*") if file.is_file()}
    live.write(
        {"merger.txt": "Changed.", "lease.txt": THREE["lease.txt"], "new.txt": "New."},
        '[[document]]\npath = "lease.txt"\naudience = "public"\n[[document]]\npath = "nowhere.txt"\n',
    )

    todo = plan([live.library()], base.documents(), live.options)

    assert {item.source.document.id: item.change for item in todo.documents} == {
        "merger": "changed", "lease": "metadata", "new": "new",
    }  # fmt: skip
    assert (todo.removed, todo.kept, todo.is_empty) == (["lib/mentor"], [], False)
    assert [problem.partition("manifest.toml: ")[2] for problem in todo.problems] == [
        "document nowhere: path: there is no file nowhere.txt."
    ]
    assert {file: file.read_bytes() for file in live.data.rglob("*") if file.is_file()} == kept


def test_a_reader_of_this_kind_says_which_documents_it_read() -> None:
    """The fake keeps its word: a line that begins with an exclamation mark is an error, others are blocks."""
    from tests.fakes import reading_of

    damaged, good = reading_of("! broken"), reading_of("# A\nB\n- c\n| d\n---\nE")

    assert isinstance(damaged, DocumentError)
    assert isinstance(good, Reading)
    assert [(b.kind.value, b.text, b.page) for b in good.blocks] == [
        ("heading", "A", 1), ("paragraph", "B", 1), ("item", "c", 1), ("row", "d", 1), ("paragraph", "E", 2),
    ]  # fmt: skip
