"""`lmc tools`: the scoring tools over files, as somebody at a terminal uses them."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assess.desk import Assessing
from assess.model import Who
from cli.responses import field_ids
from records.open import Records
from scoring.instrument import SHIPPED, instruments
from tests.cli.conftest import ROOT, Lmc

HEALTHCHECK = instruments()["practice_healthcheck"]
SKILLS = instruments()["partner_skills"]
GOOD = {item.id: "0" if getattr(item, "reverse", False) else "4" for item in HEALTHCHECK.items}
PARTNER = {item.id: "4" for item in SKILLS.items}


def write(file: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def cohort(lmc: Lmc, tmp_path: Path) -> Path:
    file = tmp_path / "cohort.csv"
    assert lmc("tools", "cohort", "--out", file).code == 0
    return file


# --- instruments -------------------------------------------------------------------------------------------------


def test_list_names_the_four_instruments_with_what_they_ask(lmc: Lmc) -> None:
    shown = lmc("tools", "list")
    rows = json.loads(lmc("tools", "list", "--json").out)["instruments"]

    assert [row["id"] for row in rows] == list(instruments())
    assert (rows[0]["kind"], rows[0]["items"], rows[0]["minutes"]) == ("healthcheck", 36, 12)
    assert all(name in shown.out for name in instruments())


def test_list_shows_ids_whole_in_a_narrow_terminal(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert "resilience_assessment" in lmc("tools", "list").out


def test_validate_says_ok_for_good_files_and_names_file_and_item_of_a_bad_one(lmc: Lmc, tmp_path: Path) -> None:
    good = SHIPPED / "practice_healthcheck.yaml"
    bad = tmp_path / "bad.yaml"
    bad.write_text(good.read_text("utf-8").replace("id: PL2", "id: PL1"), "utf-8")

    done = lmc("tools", "validate", bad, good)

    assert done.code == 3
    assert f"{good}: ok (practice_healthcheck, version 1.1, 36 items)." in done.out
    assert str(bad) in done.err
    assert "PL1" in done.err
    assert "Traceback" not in done.err


def test_validate_of_no_file_is_one_sentence(lmc: Lmc, tmp_path: Path) -> None:
    done = lmc("tools", "validate", tmp_path / "none.yaml", "--json")

    assert done.code == 3
    assert "cannot be read" in json.loads(done.out)["files"][0]["problem"]


# --- scores ------------------------------------------------------------------------------------------------------


def test_score_prints_areas_overall_band_and_flags(lmc: Lmc, tmp_path: Path) -> None:
    flagged = next(item for item in HEALTHCHECK.items if getattr(item, "red_flag", None))
    worst = "4" if getattr(flagged, "reverse", False) else "0"
    file = write(tmp_path / "r.csv", [{"id": "P1", **GOOD}, {"id": "P2", **GOOD, flagged.id: worst}])

    done = lmc("tools", "score", HEALTHCHECK.id, file)

    assert done.code == 0
    assert "P1: 100 of 100, Strong" in done.out
    assert f"Red flags: {flagged.id}" in done.out
    assert "held down by a red flag" in done.out
    assert done.err == ""


def test_bad_rows_are_named_by_line_and_field_and_the_rest_goes_on(lmc: Lmc, tmp_path: Path) -> None:
    rows = [{"id": "P1", **GOOD}, {"id": "P2", **GOOD, "PL1": "secret 9"}, {"id": "", **GOOD}, {"id": "P1", **GOOD}]
    file, out = write(tmp_path / "r.csv", [*rows, {"id": "P5", **GOOD}]), tmp_path / "scores.csv"

    done = lmc("tools", "score", HEALTHCHECK.id, file, "--out", out)

    assert done.code == 3
    assert f"{file}, line 3, PL1: Write one of 0, 1, 2, 3, 4, DK, NA." in done.err
    assert "line 4, id:" in done.err
    assert "line 5, id: The same id stands on line 2" in done.err
    assert "secret" not in done.err
    found = read(out)
    assert [(row["line"], row["overall"], bool(row["problem"])) for row in found] == [
        ("2", "100", False), ("3", "", True), ("4", "", True), ("5", "", True), ("6", "100", False),
    ]  # fmt: skip


def test_row_that_breaks_over_lines_or_has_too_few_cells_is_named(lmc: Lmc, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text('id,locality,PL1\nP1,"Fen\nbridge",4\nP2,Fen\n', "utf-8")

    done = lmc("tools", "score", HEALTHCHECK.id, file)

    assert done.code == 3
    assert "line 4: It has 2 cells and the heading has 3" in done.err
    assert "P1" in done.out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"id;PL1\nP1;4\n", "parted by semicolons"),
        (b"id\tPL1\nP1\t4\n", "parted by tabs"),
        (b"PL1\n4\n", "there is no column id"),
        (b"id,PL1\n", "holds no responses"),
        (b"id,PL01\nP1,4\n", "the column PL01 is no field of practice_healthcheck"),
        (b"id,PL1,PL1\nP1,4,4\n", "the column PL1 stands twice"),
        (b"id,PL1\nP\xff,4\n", "is not UTF-8 text"),
        (b'id,PL1\nP1,"4\n', "is not CSV"),
    ],
)
def test_file_that_cannot_be_read_is_one_sentence(content: bytes, says: str, lmc: Lmc, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(content)

    done = lmc("tools", "score", HEALTHCHECK.id, file)

    assert done.code == 3
    assert says in done.err
    assert str(file) in done.err
    assert "Traceback" not in done.err


def test_unknown_instrument_and_missing_file_are_one_sentence(lmc: Lmc, tmp_path: Path) -> None:
    unknown = lmc("tools", "score", "phq", tmp_path / "r.csv")
    missing = lmc("tools", "score", HEALTHCHECK.id, tmp_path / "r.csv")

    assert (unknown.code, missing.code) == (3, 3)
    assert "There is no instrument phq" in unknown.err
    assert "cannot be read" in missing.err


def test_instrument_may_be_a_file(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": "P1", **GOOD}])

    assert "P1: 100 of 100" in lmc("tools", "score", SHIPPED / "practice_healthcheck.yaml", file).out


def test_levels_and_checklists_are_scored_with_dates_as_people_write_them(lmc: Lmc, tmp_path: Path) -> None:
    levels, merger = instruments()["resilience_assessment"], instruments()["merger_readiness"]
    claimed = write(tmp_path / "l.csv", [{"id": "P1", **{item.id: "4" for item in levels.items}}])
    tasks = write(tmp_path / "m.csv", [{"id": "M", "date": "1/4/2027", **{item.id: "done" for item in merger.items}}])

    score = json.loads(lmc("tools", "score", levels.id, claimed, "--json").out)["rows"][0]
    ready = json.loads(lmc("tools", "score", merger.id, tasks, "--json").out)["rows"][0]

    assert (score["claimed"], score["overall"]) == (100, 50)
    assert len(score["capped"]) == len(levels.items)
    assert ready["overall"] == 100


# --- partner skills ------------------------------------------------------------------------------------------------


def test_team_view_is_shown_of_four_partners_and_hidden_of_three(lmc: Lmc, tmp_path: Path) -> None:
    partners = [{"id": f"G{number}", "consent": "no", **PARTNER} for number in range(4)]
    four, three = write(tmp_path / "4.csv", partners), write(tmp_path / "3.csv", partners[:3])

    assert "The partners together (4 answered):" in lmc("tools", "score", SKILLS.id, four).out
    hidden = lmc("tools", "score", SKILLS.id, three).out
    assert "at least 4 partners" in hidden
    assert "middle" not in hidden


def test_team_view_of_three_needs_the_consent_of_each_also_of_who_cannot_be_read(lmc: Lmc, tmp_path: Path) -> None:
    partners = [{"id": f"G{number}", "consent": "yes", **PARTNER} for number in range(3)]
    bad = {"id": "G9", "consent": "", **PARTNER, SKILLS.items[0].id: "9"}

    agreed = lmc("tools", "score", SKILLS.id, write(tmp_path / "a.csv", partners))
    unread = lmc("tools", "score", SKILLS.id, write(tmp_path / "b.csv", [*partners, bad]))

    assert "(3 answered)" in agreed.out
    assert "at least 4 partners" in unread.out


# --- the benchmark -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_benchmark_holds_no_id_and_its_basis_is_private(lmc: Lmc, cohort: Path, tmp_path: Path) -> None:
    out, basis = tmp_path / "q4.json", tmp_path / "q4.basis.json"

    done = lmc("tools", "benchmark", HEALTHCHECK.id, cohort, "--quarter", "2026Q4", "--out", out)

    assert done.code == 0
    assert json.loads(out.read_text("utf-8"))["quarter"] == "2026-Q4"
    assert "SIM0" not in out.read_text("utf-8") + basis.read_text("utf-8")
    assert basis.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_benchmark_of_a_quarter_after_another_needs_its_basis(lmc: Lmc, cohort: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "q3.json", tmp_path / "q4.json"
    over = ("tools", "benchmark", HEALTHCHECK.id, cohort, "--out")
    assert lmc(*over, first, "--quarter", "2026-Q3").code == 0

    assert lmc(*over, second, "--quarter", "2026Q4", "--before", first).code == 0
    assert "is not before" in lmc(*over, second, "--quarter", "2026Q3", "--before", first).err
    (tmp_path / "q3.basis.json").unlink()
    assert "q3.basis.json is missing" in lmc(*over, second, "--quarter", "2026Q4", "--before", first).err


@pytest.mark.slow
def test_benchmark_that_was_frozen_is_not_frozen_again(lmc: Lmc, cohort: Path, tmp_path: Path) -> None:
    """Another figure of the same quarter could be subtracted from the first."""
    out = tmp_path / "q4.json"
    over = ("tools", "benchmark", HEALTHCHECK.id, cohort, "--quarter", "2026Q4", "--out", out)
    lmc(*over)
    first = out.read_text("utf-8")

    again = lmc(*over)

    assert again.code == 2
    assert f"{out} is there already" in again.err
    assert out.read_text("utf-8") == first


def test_file_and_workspace_together_are_refused(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": "P1", **GOOD}])
    frozen = ("tools", "benchmark", HEALTHCHECK.id, file, "--quarter", "2026Q4", "--out", tmp_path / "b.json")

    for command in (frozen, ("tools", "drivers", file)):
        done = lmc(*command, "--team", "T1")
        assert done.code == 2
        assert "leave out either it or the file" in done.err


def test_benchmark_is_not_frozen_over_a_bad_row(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": "P1", **GOOD, "PL1": "9"}])

    done = lmc("tools", "benchmark", HEALTHCHECK.id, file, "--quarter", "2026Q4", "--out", tmp_path / "b.json")

    assert done.code == 3
    assert "line 2, PL1" in done.err
    assert "Nothing was frozen" in done.err
    assert not (tmp_path / "b.json").exists()


def test_benchmark_is_made_from_the_records_once(lmc: Lmc) -> None:
    over = ("tools", "benchmark", HEALTHCHECK.id, "--team", "T1")

    assert "is frozen, with 0 figures" in lmc(*over).out
    assert "frozen already" in lmc(*over).out


def test_benchmark_of_what_is_not_compared_or_without_a_quarter_is_refused(lmc: Lmc, cohort: Path) -> None:
    assert "partner_skills is not compared" in lmc("tools", "benchmark", SKILLS.id, cohort).err
    assert "--quarter" in lmc("tools", "benchmark", HEALTHCHECK.id, cohort).err
    assert lmc("tools", "benchmark", HEALTHCHECK.id, cohort, "--quarter", "soon").code == 2


# --- reports -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_report_compares_with_a_benchmark_in_every_format(lmc: Lmc, cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "q4.json"
    lmc("tools", "benchmark", HEALTHCHECK.id, cohort, "--quarter", "2026Q4", "--out", out)
    over = ("tools", "report", HEALTHCHECK.id, cohort, "--row", "SIM003", "--benchmark", out)

    assert "practices took part" in lmc(*over).out
    begins = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}
    for form, begin in begins.items():
        file = tmp_path / f"report.{form}"
        assert lmc(*over, "--format", form, "--out", file).code == 0
        assert file.read_bytes().lstrip()[: len(begin)].upper() == begin.upper()


@pytest.mark.parametrize("name", ["resilience_assessment", "partner_skills", "merger_readiness"])
def test_report_of_every_kind_is_text(name: str, lmc: Lmc, tmp_path: Path) -> None:
    instrument = instruments()[name]
    value = "in_progress" if name == "merger_readiness" else "1"
    file = write(tmp_path / "r.csv", [{"id": "Ours", **{item.id: value for item in instrument.items}}])

    done = lmc("tools", "report", name, file, "--row", "Ours")

    assert done.code == 0, done.err
    assert "Ours" in done.out
    assert "Do this next" in done.out
    assert "PHQ" not in done.out


def test_report_of_the_partners_together_keeps_to_its_rules(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": f"G{number}", **PARTNER} for number in range(3)])

    done = lmc("tools", "report", SKILLS.id, file, "--team")

    assert done.code == 0
    assert "at least 4 partners" in done.out
    other = write(tmp_path / "h.csv", [{"id": "P1", **GOOD}])
    assert "has no team view" in lmc("tools", "report", HEALTHCHECK.id, other, "--team").err


def test_report_of_no_row_of_a_bad_row_and_to_nowhere_is_one_sentence(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": "P1", **GOOD}, {"id": "P2", **GOOD, "PL1": "9"}])
    over = ("tools", "report", HEALTHCHECK.id, file, "--row")

    assert "has no row with the id P7" in lmc(*over, "P7").err
    assert "line 3, PL1" in lmc(*over, "P2").err
    assert "--out" in lmc(*over, "P1", "--format", "pdf").err
    assert "cannot be written" in lmc(*over, "P1", "--out", tmp_path / "no" / "r.txt").err
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", "utf-8")
    assert "no benchmark" in lmc(*over, "P1", "--benchmark", wrong).err


# --- the cohort and what officers see --------------------------------------------------------------------------------


def test_cohort_has_138_practices_that_can_be_scored(lmc: Lmc, cohort: Path) -> None:
    rows = read(cohort)

    assert len(rows) == 138
    assert tuple(rows[0]) == ("id", *field_ids(HEALTHCHECK))
    assert lmc("tools", "score", HEALTHCHECK.id, cohort, "--out", cohort.with_name("s.csv")).code == 0


@pytest.mark.slow
def test_drivers_say_what_is_linked_and_never_what_causes(lmc: Lmc, cohort: Path) -> None:
    done = lmc("tools", "drivers", cohort, "--practices", "150", "--bootstraps", "100")

    assert done.code == 0
    assert "About 140 of 150 practices took part" in done.out
    assert "linked with" in done.out
    assert "cause" not in done.out.lower()
    assert "SIM0" not in done.out


@pytest.mark.slow
def test_distribution_of_a_file_and_of_what_was_frozen_from_it_is_the_same(
    lmc: Lmc, cohort: Path, tmp_path: Path
) -> None:
    out = tmp_path / "q4.json"
    lmc("tools", "benchmark", HEALTHCHECK.id, cohort, "--quarter", "2026Q4", "--out", out)

    loose = lmc("tools", "distribution", cohort)
    frozen = lmc("tools", "distribution", "--benchmark", out)
    values = json.loads(lmc("tools", "distribution", "--benchmark", out, "--json").out)["distribution"]

    assert (loose.code, frozen.code) == (0, 0)
    assert [line.split(": mean")[1] for line in loose.out.splitlines() if ": mean" in line] == [
        line.split(": mean")[1] for line in frozen.out.splitlines() if ": mean" in line
    ]
    assert "These figures are not frozen" in loose.out
    assert "not frozen" not in frozen.out
    assert [spread["title"] for spread in values["spreads"]] == ["Overall", *(a.title for a in HEALTHCHECK.areas)]
    assert all(spread["n"] % 5 == 0 for spread in values["spreads"])
    assert "SIM0" not in loose.out + frozen.out


def test_distribution_is_hidden_of_a_few_and_refuses_two_sources(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": f"P{number}", **GOOD} for number in range(19)])
    bad = write(tmp_path / "b.csv", [{"id": "P1", **GOOD, "PL1": "9"}])

    few, wrong = lmc("tools", "distribution", file), lmc("tools", "distribution", bad)

    assert few.out.strip() == "Not shown: it needs at least 20 practices in a finished quarter."
    assert wrong.code == 3
    assert "line 2, PL1" in wrong.err
    assert lmc("tools", "distribution", file, "--team", "T1").code == 2
    assert "Give one of RESPONSES" in lmc("tools", "distribution", file, "--benchmark", file).err
    assert "no benchmark" in lmc("tools", "distribution", "--benchmark", file).err


@pytest.mark.slow
def test_distribution_of_the_records_is_that_of_the_last_frozen_quarter_and_is_audited(
    lmc: Lmc, kept_records: Path
) -> None:
    before = lmc("tools", "distribution", "--team", "T1").out
    lmc("tools", "benchmark", HEALTHCHECK.id, "--team", "T1")

    after = lmc("tools", "distribution", "--team", "T1").out

    assert "Not shown" in before
    assert "about 30 practices: mean" in after  # 32 to the nearest five; the 9 of today wait
    assert "statistics.read" in lmc("audit", "--json").out


@pytest.fixture(scope="module")
def filled_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records in which 32 practices finished before this quarter, and nine more today."""
    file = tmp_path_factory.mktemp("filled") / "records.sqlite"
    today = dt.datetime.now(dt.UTC)
    finish_healthchecks(file, count=32, finished=today - dt.timedelta(days=100))
    finish_healthchecks(file, count=9, finished=today)
    return file


@pytest.fixture
def kept_records(filled_records: Path, tmp_path: Path) -> Path:
    """A copy of them where the commands look for the records."""
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(filled_records, tmp_path / "data"))


def finish_healthchecks(file: Path, count: int, finished: dt.datetime) -> None:
    """So many practices that finished theirs at that moment, and agreed to count."""
    with Records.open(f"sqlite:///{file}", lambda: finished) as records:
        desk = Assessing(records)
        for number in range(count):
            who = Who("T1", f"U{finished:%j}{number:03}")
            one = desk.start(who, HEALTHCHECK.id, desk.add_practice(who, f"Practice {number}").id)
            # All areas at once: page by page, as people do it, takes ten times as long.
            records.assessments.save(one.id, who.member, {item.id: str(number % 5) for item in HEALTHCHECK.items})
            desk.finish(who, one.id, counted=True)


@pytest.mark.slow
def test_drivers_of_the_records_count_what_was_finished_before_this_quarter(lmc: Lmc, kept_records: Path) -> None:
    done = lmc("tools", "drivers", "--team", "T1", "--practices", "400")

    assert done.code == 0, done.err
    assert "About 30 of 400 practices took part" in done.out  # 32 to the nearest five; the 9 of today wait
    assert "at least 100 practices" in done.out


def test_drivers_are_hidden_of_a_few_practices(lmc: Lmc, tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", [{"id": f"P{number}", **GOOD} for number in range(5)])

    done = lmc("tools", "drivers", file, "--practices", "150")
    too_few = lmc("tools", "drivers", file, "--practices", "3")

    assert done.code == 0
    assert "at least 100 practices" in done.out
    assert "at least 30 practices" in done.out
    assert "fewer than eight" in done.out
    assert too_few.code == 2


@pytest.mark.slow
def test_help_of_all_commands_loads_nothing_heavy() -> None:
    heavy = ("scipy", "statsmodels", "typst", "yaml", "torch")
    script = f"import sys; import cli.tools.commands; print([name for name in {heavy!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)

    assert done.stdout.strip() == "[]"
