"""The starter library is whole: it loads without a problem and shows everything that the model knows."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest

from corpus.manifest import Library, load_library
from corpus.model import Audience, Nation, Status
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from ingest.read import SUFFIXES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(shipped("documents"), SUFFIXES)


def test_the_starter_library_loads_without_a_problem(library: Library) -> None:
    assert (library.id, list(library.problems)) == ("starter", [])


def test_it_has_at_least_fifteen_documents_in_every_format_we_write(library: Library) -> None:
    assert len(library.sources) >= 15
    assert {source.file.suffix for source in library.sources} >= {".md", ".html", ".docx", ".pdf"}


def test_it_has_something_for_every_audience_and_of_every_status(library: Library) -> None:
    documents = [source.document for source in library.sources]

    assert {d.audience for d in documents} == set(Audience)
    assert {d.status for d in documents} == set(Status)
    assert {d.nation for d in documents} >= {Nation.UK, Nation.ENGLAND}


def test_a_document_that_was_replaced_names_a_current_one(library: Library) -> None:
    documents = {source.document.id: source.document for source in library.sources}
    pairs = [(d, documents[d.superseded_by]) for d in documents.values() if d.superseded_by]

    assert pairs
    assert all(old.status is Status.SUPERSEDED and new.status is Status.CURRENT for old, new in pairs)


def test_every_file_of_the_folder_has_an_entry_with_title_date_and_publisher(library: Library) -> None:
    incomplete = [
        source.document.id
        for source in library.sources
        if not (source.title_given and source.document.dated and source.document.publisher)
    ]

    assert incomplete == []


def test_only_what_is_past_or_out_of_use_lacks_a_review_date(library: Library) -> None:
    undated = [s.document for s in library.sources if s.document.review_due is None]

    assert {d.id for d in undated if d.status is Status.CURRENT and d.kind.value != "newsletter"} == set()


def test_every_tool_points_to_a_document_that_its_readers_may_see(library: Library) -> None:
    documents = {source.document.id: source.document for source in library.sources}

    for tool in load_tools():
        assert {*([tool.document] if tool.document else []), *tool.when_citing} <= set(documents), tool.id
        if tool.document:
            assert documents[tool.document].audience.admits(tool.audience), tool.id


@pytest.mark.slow
def test_building_the_library_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """The script is copied, so that it writes beside itself and not into the library that ships."""
    for part in ("scripts", "corpus/sources"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "corpus" / "documents").mkdir()
    script = runpy.run_path(str(tmp_path / "scripts" / "build_library.py"))

    script["main"]()

    built = {file.name: file.read_bytes() for file in (tmp_path / "corpus" / "documents").iterdir()}
    assert {Path(name).suffix for name in built} == {".pdf", ".docx"}
    assert [n for n, data in built.items() if (ROOT / "corpus/documents" / n).read_bytes() != data] == []
