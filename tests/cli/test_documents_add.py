"""`lmc documents add`, `replace` and `supersede`, and the changes of the library as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.books import BOOKS, CHANGING
from tests.cli.conftest import Done, Lmc

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "How many meetings does a partner have with a mentor?"


def plain(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.raw)
    return found


def listed(lmc: Lmc) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in plain(lmc("documents", "--json"))["documents"]}


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "mentoring-2027.md"
    file.write_text("# Mentoring in 2027\n\nA partner has eight meetings with a mentor.\n", "utf-8")
    return file


@pytest.mark.usefixtures("stocked")
def test_added_document_answers(lmc: Lmc, paper: Path) -> None:
    done = lmc(
        "documents", "add", paper, "--title", "Mentoring in 2027", "--audience", "practice", "--published", "2026-11",
        "--review-due", "2027-11-01", "--source-url", "https://lmc.example/mentoring", "--contact", "Olu",
    )  # fmt: skip

    assert done.code == 0
    assert "tiny/mentoring-in-2027 is in the library." in done.out
    document = listed(lmc)["mentoring-in-2027"]
    assert (document["published"], document["review_due"]) == ("2026-11", "2027-11-01")
    assert (document["audience"], document["contact"]) == ("practice", "Olu")
    assert "eight meetings" in lmc("ask", QUESTION, "--json").raw


@pytest.mark.usefixtures("stocked")
def test_without_options_the_file_says_its_title_and_it_is_for_officers(lmc: Lmc, paper: Path) -> None:
    found = plain(lmc("documents", "add", paper, "--json"))

    assert found["document"] == "tiny/mentoring-in-2027"
    assert (found["new"], found["documents"]) == (["tiny/mentoring-in-2027"], 5)
    document = listed(lmc)["mentoring-in-2027"]
    assert (document["title"], document["audience"]) == ("Mentoring in 2027", "officer")


@pytest.mark.usefixtures("stocked")
def test_replaced_document_says_so_in_list_and_json(lmc: Lmc, paper: Path) -> None:
    done = lmc("documents", "replace", "mentoring", paper, "--title", "Mentoring, new")

    assert "takes the place of tiny/mentoring" in done.out
    documents = listed(lmc)
    assert documents["mentoring"]["status"] == "superseded"
    assert documents["mentoring"]["superseded_by"] == documents["mentoring"]["override"] == "mentoring-new"
    assert documents["mentoring-new"]["audience"] == "practice"
    assert documents["mentoring-new"]["override"] is None
    assert "replaced by mentoring-new (an administrator's word)" in lmc("documents").out


@pytest.mark.usefixtures("stocked")
def test_document_is_marked_as_replaced_and_unmarked(lmc: Lmc) -> None:
    marked = plain(lmc("documents", "supersede", "mentoring", "merger", "--json"))
    status = listed(lmc)["mentoring"]["status"]
    unmarked = lmc("documents", "supersede", "mentoring")

    assert (marked["document"], marked["metadata"], status) == ("tiny/mentoring", ["tiny/mentoring"], "superseded")
    assert "no longer marked" in unmarked.out
    assert listed(lmc)["mentoring"]["status"] == "current"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--published", "yesterday"), "--published: 'yesterday' is not a date"),
        (("--source-url", "lmc.example"), "Write the whole address"),
        (("--title", "x" * 200), "Keep the title"),
    ],
)
def test_wrong_facts_are_one_sentence_and_change_nothing(
    options: tuple[str, str], says: str, lmc: Lmc, stocked: Path, paper: Path
) -> None:
    before = (stocked / "CURRENT").read_text("utf-8")

    done = lmc("documents", "add", paper, *options)

    assert (done.code, (stocked / "CURRENT").read_text("utf-8")) == (3, before)
    assert done.err.startswith("lmc: ")
    assert says in done.err


@pytest.mark.usefixtures("stocked")
def test_file_or_document_that_is_not_there_is_one_sentence(lmc: Lmc, tmp_path: Path, paper: Path) -> None:
    no_file, no_document = lmc("documents", "add", tmp_path / "no.md"), lmc("documents", "replace", "nothing", paper)

    assert (no_file.code, no_document.code) == (3, 4)
    assert "There is no file" in no_file.err
    assert "There is no document nothing" in no_document.err


@pytest.mark.usefixtures("stocked")
def test_file_that_cannot_be_read_is_refused_by_name(lmc: Lmc, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")

    done = lmc("documents", "add", tmp_path / "broken.pdf", "--title", "A broken paper")

    assert done.code == 3
    assert "“A broken paper” cannot be added." in done.err


@pytest.mark.usefixtures("stocked")
def test_forgotten_library_takes_its_shelf_with_it(lmc: Lmc, paper: Path, tiny: Path) -> None:
    lmc("documents", "add", paper)

    lmc("ingest", "--forget", "tiny")
    lmc("ingest", tiny)

    assert set(listed(lmc)) == {"healthcheck", "mentoring", "merger", "minutes"}


def test_change_that_was_cut_short_is_undone_by_the_next_ingest(lmc: Lmc, stocked: Path) -> None:
    sources = (stocked / "sources.json").read_text("utf-8")
    live = (stocked / "CURRENT").read_text("utf-8").strip()
    note = {"live": live, "books": {"sources": sources, "overrides": "", "manifests": {}}}
    (stocked / BOOKS / CHANGING).write_text(json.dumps(note), "utf-8")
    override = '[document."tiny/mentoring"]\nstatus = "superseded"\nsuperseded_by = "merger"\n'
    (stocked / "overrides.toml").write_text(override, "utf-8")

    lmc("ingest")

    assert listed(lmc)["mentoring"]["status"] == "current"
    assert not (stocked / "overrides.toml").exists()
    assert not (stocked / BOOKS / CHANGING).exists()


@pytest.mark.usefixtures("stocked")
def test_withdraw_restore_and_verify_speak_json(lmc: Lmc) -> None:
    withdrawn = plain(lmc("documents", "withdraw", "merger", "--reason", "wrong", "--json"))
    restored = plain(lmc("documents", "restore", "merger", "--json"))
    verified = plain(lmc("generations", "verify", "--json"))

    assert withdrawn == {"document": "tiny/merger", "withdrawn": "wrong"}
    assert restored == {"document": "tiny/merger", "withdrawn": None}
    assert (verified["whole"], verified["problem"]) == (True, "")


@pytest.mark.usefixtures("stocked")
def test_roll_back_and_prune_speak_json(lmc: Lmc, paper: Path) -> None:
    added = plain(lmc("documents", "add", paper, "--json"))

    rolled = plain(lmc("generations", "rollback", "--json"))
    pruned = plain(lmc("generations", "prune", "--keep", "0", "--json"))

    assert (rolled["generation"], rolled["removed"]) == (added["before"], ["tiny/mentoring-in-2027"])
    assert pruned == {"deleted": [added["generation"]], "kept": [added["before"]]}
