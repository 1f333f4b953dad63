"""`lmc ingest`, `lmc documents`, `lmc generations` and `lmc doctor` over a tiny library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done, Lmc

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "How long does the Practice Healthcheck take?"
PLAN_KEYS = {"new", "changed", "metadata", "unchanged", "removed", "kept", "problems"}


def plain(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.raw)
    return found


def cited(done: Done) -> set[str]:
    return {citation["document_id"] for citation in plain(done)["citations"]}


# --- ingest --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("data")
def test_new_library_is_ingested_and_answers(lmc: Lmc, tiny: Path) -> None:
    done = lmc("ingest", tiny)

    assert done.code == 0
    assert "4 new, 0 changed" in done.out
    assert "is live" in done.out
    assert cited(lmc("ask", QUESTION, "--json")) >= {"healthcheck"}


@pytest.mark.usefixtures("data")
def test_ingest_again_says_that_nothing_changed_and_then_what_did(lmc: Lmc, tiny: Path) -> None:
    first = plain(lmc("ingest", tiny, "--json"))
    again = lmc("ingest")
    (tiny / "healthcheck.md").write_text(
        "# Practice Healthcheck\n\nThe Practice Healthcheck takes 20 minutes.\n", "utf-8"
    )
    (tiny / "minutes.md").unlink()
    changed = plain(lmc("ingest", "--json"))

    assert "Nothing changed" in again.out
    assert first["generation"] in again.out
    assert (changed["changed"], changed["removed"], changed["unchanged"], changed["embedded"]) == (
        ["tiny/healthcheck"], ["tiny/minutes"], 2, 1,
    )  # fmt: skip
    assert changed["generation"] > first["generation"]
    assert "20 minutes" in lmc("ask", QUESTION, "--json").raw


@pytest.mark.usefixtures("data")
def test_summary_as_json_has_its_keys(lmc: Lmc, tiny: Path) -> None:
    (tiny / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")

    found = plain(lmc("ingest", tiny, "--json"))

    assert set(found) == PLAN_KEYS | {"generation", "published", "passages", "embedded", "seconds", "documents"}
    assert found["published"] is True
    assert sorted(found["new"]) == [
        f"tiny/{name}" for name in ("broken", "healthcheck", "mentoring", "merger", "minutes")
    ]
    assert set(found["documents"]["tiny/merger"]) == {"state", "code", "error", "warnings", "format", "pages"}
    assert found["documents"]["tiny/merger"]["state"] == "indexed"
    assert found["documents"]["tiny/broken"]["state"] == "failed"
    assert found["documents"]["tiny/broken"]["error"]


def test_dry_run_says_what_would_change_and_changes_nothing(lmc: Lmc, tiny: Path, data: Path) -> None:
    done = lmc("ingest", tiny, "--dry-run")
    found = plain(lmc("ingest", tiny, "--dry-run", "--json"))

    assert done.code == 0
    assert "new: tiny/healthcheck" in done.out
    assert "Nothing was changed." in done.out
    assert set(found) == PLAN_KEYS | {"dry_run"}
    assert [file.name for file in data.iterdir()] == ["models"]


@pytest.mark.usefixtures("data")
def test_bad_entry_is_named_and_the_others_go_on(lmc: Lmc, tiny: Path) -> None:
    manifest = tiny / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8") + '[[document]]\npath = "minutes.md"\ncolour = "red"\n', "utf-8")

    done = lmc("ingest", tiny)

    assert done.code == 0
    assert "3 new" in done.out
    assert "minutes.md: colour: is not a known key" in done.out


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("[library\n", "is not valid TOML"),
        ('[library]\nid = "Not A Slug"\n', "library id"),
        ('[library]\nid = "tiny"\ncolour = "red"\n', "colour"),
        ('[defaults]\naudience = "king"\n', "audience"),
    ],
)
@pytest.mark.usefixtures("data")
def test_bad_manifest_is_one_sentence_and_exit_code_3(manifest: str, says: str, lmc: Lmc, tiny: Path) -> None:
    (tiny / "manifest.toml").write_text(manifest, "utf-8")

    done = lmc("ingest", tiny)

    assert done.code == 3
    assert done.err.startswith("lmc: ")
    assert says in done.err
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("data")
def test_path_that_is_missing_or_empty_is_one_sentence(lmc: Lmc, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    missing, empty = lmc("ingest", tmp_path / "nowhere"), lmc("ingest", tmp_path / "empty")

    assert (missing.code, empty.code) == (3, 3)
    assert "does not exist" in missing.err
    assert "no document that can be read" in empty.err


@pytest.mark.usefixtures("data")
def test_library_of_nothing_but_failures_is_not_published(lmc: Lmc, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")

    done = lmc("ingest", tmp_path / "bad")

    assert done.code == 7
    assert done.err.startswith("lmc: ")


@pytest.mark.usefixtures("stocked")
def test_forgotten_library_answers_no_more(lmc: Lmc) -> None:
    done = lmc("ingest", "--forget", "tiny")

    assert done.code == 0
    assert "4 removed" in done.out
    assert plain(lmc("ask", QUESTION, "--json"))["outcome"] == "no_answer"


# --- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stocked")
def test_documents_are_listed(lmc: Lmc) -> None:
    table = lmc("documents")
    found = plain(lmc("documents", "list", "--json"))["documents"]

    assert found == plain(lmc("documents", "--json"))["documents"]
    assert "Practice Healthcheck" in table.out
    assert "1 May 2026" in table.out
    assert [item["id"] for item in found] == ["healthcheck", "mentoring", "merger", "minutes"]
    assert [item["audience"] for item in found] == ["public", "practice", "public", "officer"]
    assert found[0]["published"] == "2026-05-01"
    assert found[0]["withdrawn"] is None
    assert len(found[0]["sha256"]) == 64


@pytest.mark.usefixtures("stocked")
def test_withdrawn_document_is_gone_at_once_and_restored_at_once(lmc: Lmc) -> None:
    before = cited(lmc("ask", QUESTION, "--json"))
    withdrawn = lmc("documents", "withdraw", "healthcheck", "--reason", "a complaint")
    meanwhile = cited(lmc("ask", QUESTION, "--json"))
    listed = plain(lmc("documents", "--json"))["documents"]
    table = lmc("documents").out
    restored = lmc("documents", "restore", "tiny/healthcheck")
    after = cited(lmc("ask", QUESTION, "--json"))

    assert (withdrawn.code, restored.code) == (0, 0)
    assert "healthcheck" in before
    assert "healthcheck" not in meanwhile
    assert [item["withdrawn"] for item in listed if item["id"] == "healthcheck"] == ["a complaint"]
    assert "withdrawn: a complaint" in table
    assert "withdrawn: a complaint" not in lmc("documents").out
    assert after == before


@pytest.mark.usefixtures("stocked")
def test_unknown_document_is_one_sentence(lmc: Lmc) -> None:
    done = lmc("documents", "withdraw", "nothing")

    assert done.code == 4
    assert done.err.startswith("lmc: There is no document nothing")


# --- generations ---------------------------------------------------------------------------------------------------


@pytest.fixture
def twice(stocked: Path, lmc: Lmc, tiny: Path) -> list[str]:
    """Two generations; the second says 20 minutes."""
    (tiny / "healthcheck.md").write_text(
        "# Practice Healthcheck\n\nThe Practice Healthcheck takes 20 minutes.\n", "utf-8"
    )
    (stocked / "sources.json").unlink()
    assert lmc("ingest", tiny).code == 0
    names: list[str] = plain(lmc("generations", "list", "--json"))["generations"]
    return names


def test_generations_are_listed_with_the_live_one(lmc: Lmc, twice: list[str]) -> None:
    found = plain(lmc("generations", "--json"))

    assert len(twice) == 2
    assert found == {"live": twice[1], "generations": twice}
    assert twice[0] in lmc("generations").out


def test_rollback_serves_the_generation_before(lmc: Lmc, twice: list[str]) -> None:
    newer = lmc("ask", QUESTION, "--json").raw
    done = lmc("generations", "rollback")
    older = lmc("ask", QUESTION, "--json").raw
    no_further = lmc("generations", "rollback")

    assert done.code == 0
    assert f"Generation {twice[0]} is live." in done.out
    assert "20 minutes" in newer
    assert "15 minutes" in older
    assert no_further.code == 4
    assert "no earlier generation" in no_further.err


def test_generation_of_a_name_can_be_rolled_to(lmc: Lmc, twice: list[str]) -> None:
    lmc("generations", "rollback", twice[0])

    assert lmc("generations", "rollback", twice[1]).code == 0
    assert plain(lmc("generations", "--json"))["live"] == twice[1]
    assert lmc("generations", "rollback", "nothing").code == 4


def test_prune_keeps_the_newest_and_the_live_one(lmc: Lmc, twice: list[str]) -> None:
    done = lmc("generations", "prune", "--keep", "1")

    assert "1 generations deleted, 1 kept." in done.out
    assert plain(lmc("generations", "--json")) == {"live": twice[1], "generations": [twice[1]]}


def test_prune_never_deletes_the_live_one(lmc: Lmc, twice: list[str]) -> None:
    lmc("generations", "rollback")

    lmc("generations", "prune", "--keep", "0")

    assert plain(lmc("generations", "--json")) == {"live": twice[0], "generations": [twice[0]]}


def test_verify_finds_a_damaged_file(lmc: Lmc, stocked: Path) -> None:
    whole = lmc("generations", "verify")
    live = (stocked / "CURRENT").read_text("utf-8").strip()
    file = stocked / "generations" / live / "passages.sqlite"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    damaged = lmc("generations", "verify", live)

    assert (whole.code, damaged.code) == (0, 4)
    assert "is whole" in whole.out
    assert "damaged" in damaged.out


def test_verify_before_anything_was_ingested_is_one_sentence(lmc: Lmc, data: Path) -> None:
    done = lmc("generations", "verify")

    assert done.code == 4
    assert "Nothing has been ingested" in done.err


# --- doctor --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stocked")
def test_doctor_finds_a_sound_installation_sound(lmc: Lmc) -> None:
    done = lmc("doctor", "--json")

    assert done.code == 0
    states = {item["what"]: item["state"] for item in plain(done)["findings"]}
    named = {
        "machine", "settings", "vocabulary", "model", "reading", "index", "ocr", "answering", "records", "pages",
        "slack",
    }  # fmt: skip
    assert set(states) == named
    assert "wrong" not in states.values()
    assert {states[name] for name in ("model", "reading", "index", "answering")} == {"ok"}


def test_doctor_names_what_is_wrong(lmc: Lmc, data: Path) -> None:
    done = lmc("doctor")

    assert done.code == 1
    assert "wrong index: Nothing has been ingested" in done.out
    assert "Traceback" not in done.err + done.out


def test_doctor_finds_a_damaged_index(lmc: Lmc, stocked: Path) -> None:
    live = (stocked / "CURRENT").read_text("utf-8").strip()
    shutil.rmtree(stocked / "generations" / live / "lexical", ignore_errors=True)
    (stocked / "generations" / live / "passages.sqlite").write_bytes(b"nothing")

    done = lmc("doctor")

    assert done.code == 1
    assert "wrong index" in done.out
