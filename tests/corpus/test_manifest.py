"""A library folder becomes documents; what is wrong with it becomes a sentence with file and entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ManifestError
from corpus.manifest import SLUG, Library, load_library, slug
from corpus.model import Audience, Authority, Document, Kind, Nation, Status
from corpus.when import When

SUFFIXES = [".md", ".txt"]
GOOD = '[[document]]\npath = "good.md"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "Our Library"
    root.mkdir()
    (root / "good.md").write_text("Good.")
    return root


def load(folder: Path, manifest: str = "", audience: Audience | None = None) -> Library:
    if manifest:
        (folder / "manifest.toml").write_text(manifest, "utf-8")
    return load_library(folder, SUFFIXES, audience=audience)


def by_id(library: Library) -> dict[str, Document]:
    return {source.document.id: source.document for source in library.sources}


def test_an_entry_gives_a_document_its_metadata(folder: Path) -> None:
    library = load(
        folder,
        '[library]\nid = "ours"\nname = "Our papers"\n[[document]]\nid = "g"\npath = "good.md"\n'
        'title = "Good paper"\npublisher = "LMC"\nkind = "toolkit"\n'
        'audience = "practice"\nnation = "wales"\nauthority = "statute"\n'
        'published = "2015-06"\nreviewed = 2026-01-02\nreview_due = 2027\nstatus = "under_review"\n'
        'source_url = "https://lmc.example/g"\nlicence = "OGL"\ncontact = "office"\npassword = "secret"\n',
    )

    [source] = library.sources
    assert (library.id, library.name, library.problems) == ("ours", "Our papers", ())
    assert source.document == Document(
        id="g", title="Good paper", library="ours", path=(folder / "good.md").as_posix(), publisher="LMC",
        kind=Kind.TOOLKIT, audience=Audience.PRACTICE, nation=Nation.WALES, authority=Authority.STATUTE,
        published=When(2015, 6), reviewed=When(2026, 1, 2), review_due=When(2027), status=Status.UNDER_REVIEW,
        source_url="https://lmc.example/g", licence="OGL", contact="office",
    )  # fmt: skip
    assert (source.password, source.title_given, source.published_given) == ("secret", True, True)


def test_a_file_without_an_entry_is_taken_in_for_officers_only(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "Dropped In.txt").write_text("x")

    library = load(folder)

    assert (library.id, library.problems) == ("our-library", ())
    assert {name: d.audience for name, d in by_id(library).items()} == {
        "good": Audience.OFFICER,
        "sub-dropped-in": Audience.OFFICER,
    }


def test_a_default_audience_opens_entries_and_not_what_is_dropped_in(folder: Path) -> None:
    (folder / "dropped.md").write_text("x")

    library = load(folder, '[defaults]\naudience = "public"\npublisher = "LMC"\n' + GOOD)

    assert {name: (d.audience, d.publisher) for name, d in by_id(library).items()} == {
        "good": (Audience.PUBLIC, "LMC"),
        "dropped": (Audience.OFFICER, "LMC"),
    }


def test_the_audience_option_opens_what_does_not_say(folder: Path) -> None:
    (folder / "own.md").write_text("x")
    (folder / "dropped.md").write_text("x")

    library = load(
        folder, GOOD + '[[document]]\npath = "own.md"\naudience = "confidential"\n', audience=Audience.PRACTICE
    )

    assert {name: d.audience for name, d in by_id(library).items()} == {
        "good": Audience.PRACTICE,
        "own": Audience.CONFIDENTIAL,
        "dropped": Audience.PRACTICE,
    }


def test_an_entry_overrides_the_defaults(folder: Path) -> None:
    (folder / "other.md").write_text("x")

    library = load(
        folder,
        '[defaults]\nkind = "toolkit"\nreview_due = "2027-01"\n'
        + GOOD
        + '[[document]]\npath = "other.md"\nkind = "form"\n',
    )

    assert [(d.kind, d.review_due) for d in by_id(library).values()] == [
        (Kind.TOOLKIT, When(2027, 1)),
        (Kind.FORM, When(2027, 1)),
    ]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('id = "b"\npath = "b.md"\ncolour = "red"', "document b: colour: is not a known key"),
        ('id = "b"\npath = "b.md"\npublished = "June"', "document b: published: 'June' is not a date such as"),
        ('id = "b"\npath = "b.md"\npublished = "2015-02-30"', "document b: published: day"),
        ('id = "b"\npath = "b.md"\npublished = true', "document b: published: 'True' is not a date"),
        ('id = "b"\npath = "b.md"\npublished = 20150611', "document b: published: year 20150611 is out of range"),
        ('id = "b"\npath = "b.md"\naudience = "everybody"', "document b: audience: Input should be 'public'"),
        ('id = "b"\npath = "nowhere.md"', "document b: path: there is no file nowhere.md"),
        ('path = "../secret.md"', "document secret: path: ../secret.md leaves the library's folder"),
        ('path = "/etc/passwd"', "document passwd: path: /etc/passwd leaves the library's folder"),
        ('id = "B b"\npath = "b.md"', "document B b: id: only a-z, 0-9"),
        ('id = "good"\npath = "b.md"', "document good: id: it is used twice, for .*good.md and .*b.md"),
        ('id = "b"', "document b: path: Field required"),
        ('title = "No path"', "document number 1: path: Field required"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_wrong_entry_is_a_sentence_with_its_file_and_the_good_ones_go_on(
    folder: Path, entry: str, says: str, place: str
) -> None:
    (folder.parent / "secret.md").write_text("x")
    (folder / "b.md").write_text("x")
    wrong = f"[[document]]\n{entry}\n"
    # Of two with one id the first stays, and an entry without a name is called by its number: both need this order.
    after = (place == "after" and "number 1" not in says) or "twice" in says

    library = load(folder, GOOD + wrong if after else wrong + GOOD)

    [problem] = library.problems
    assert problem.startswith(f"{folder / 'manifest.toml'}: document ")
    assert re.search(says, problem)
    assert "good" in by_id(library)


def test_the_file_of_a_wrong_entry_is_not_taken_in_as_if_it_had_none(folder: Path) -> None:
    (folder / "notes.md").write_text("Confidential.")

    library = load(
        folder,
        '[defaults]\naudience = "public"\n[[document]]\npath = "./notes.md"\naudience = "confidental"\n' + GOOD,
        audience=Audience.PUBLIC,
    )

    assert list(by_id(library)) == ["good"]


def test_a_file_that_is_named_by_a_roundabout_path_is_taken_in_once(folder: Path) -> None:
    (folder / "sub").mkdir()

    library = load(folder, '[[document]]\nid = "g"\npath = "sub/../good.md"\n')

    assert list(by_id(library)) == ["g"]


def test_an_unknown_successor_is_named_and_the_document_stays(folder: Path) -> None:
    library = load(folder, GOOD + 'superseded_by = "newer"\n')

    assert list(library.problems) == [
        f"{folder / 'manifest.toml'}: document good: superseded_by: there is no document newer."
    ]
    assert list(by_id(library)) == ["good"]


def test_a_successor_may_be_a_file_without_an_entry(folder: Path) -> None:
    (folder / "newer.md").write_text("x")

    assert load(folder, GOOD + 'superseded_by = "newer"\n').problems == ()


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("[library", "is not valid TOML"),
        ('document = "good.md"', r"write each document as \[\[document\]\]"),
        ('document = ["good.md"]', r"write each document as \[\[document\]\]"),
        ("[document]\npath = 1", r"write each document as \[\[document\]\]"),
        ('[library]\nid = "x"\ncolour = 1', "library.colour: is not a known key"),
        ("[libary]\nid = 1", "libary: is not a known key"),
        ('[defaults]\naudience = "all"', "defaults.audience: "),
        ('[library]\nid = "Our Papers"', "the library id 'Our Papers' may hold only"),
    ],
)
def test_a_manifest_that_cannot_be_used_as_a_whole_is_refused(folder: Path, manifest: str, says: str) -> None:
    with pytest.raises(ManifestError, match=says) as caught:
        load(folder, manifest)

    assert str(folder) in str(caught.value)


def test_a_manifest_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "manifest.toml").write_bytes(b'[library]\nid = "caf\xe9"')

    with pytest.raises(ManifestError, match="is not valid TOML"):
        load(folder)


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="does not exist; name a folder or a file"):
        load_library(tmp_path / "nowhere", SUFFIXES)


def test_one_file_is_a_library_of_one(folder: Path) -> None:
    (folder / "other.md").write_text("x")

    library = load_library(folder / "good.md", SUFFIXES, library_id="mine")

    assert (library.id, list(by_id(library))) == ("mine", ["good"])


def test_hidden_files_and_those_of_other_kinds_are_left_alone(folder: Path) -> None:
    for name in (".hidden.md", "~$good.md", "picture.png", ".git/readme.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")

    assert list(by_id(load(folder))) == ["good"]


def test_two_files_with_one_stem_get_two_ids(folder: Path) -> None:
    (folder / "good.txt").write_text("x")

    assert set(by_id(load(folder))) == {"good-md", "good-txt"}


@given(st.text())
def test_any_name_has_a_slug_that_is_an_id(name: str) -> None:
    assert SLUG.fullmatch(slug(name))
