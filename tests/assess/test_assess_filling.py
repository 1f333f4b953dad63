"""Filling in: begun once, saved at every step, good fields beside bad ones, two people at once, killed at any time."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assess.base import PATIENT
from assess.desk import Assessing
from assess.model import Conflict, Who
from corpus.errors import AssessmentFinished, AssessmentRefused
from records import Records
from scoring.result import HealthcheckResult
from tests.assess.desk_setup import (
    HEALTHCHECK,
    LEVELS,
    MANAGER,
    MERGER,
    OTHER_TEAM,
    OUTSIDER,
    PARTNER,
    SKILLS,
    Place,
    is_officer,
)
from tests.records.everything import tables_with

ROOT = Path(__file__).resolve().parents[2]


def responses(place: Place, assessment_id: str, who: Who = MANAGER) -> dict[str, str]:
    return dict(place.desk.open(who, assessment_id).responses)


def test_a_practice_goes_on_with_the_one_that_is_open(place: Place) -> None:
    one = place.begin(HEALTHCHECK)

    assert place.begin(HEALTHCHECK, PARTNER) == place.begin(HEALTHCHECK, place.guest) == one
    assert place.desk.open_for(PARTNER, HEALTHCHECK) == one
    assert place.desk.open_for(OUTSIDER, HEALTHCHECK) is None
    assert one.kept_months == 36


def test_a_page_that_was_sent_is_there_for_everybody_of_the_practice(place: Place) -> None:
    one = place.begin(HEALTHCHECK)

    saved = place.desk.save(MANAGER, one.id, "partnership", {"PL1": "3", "PL2": "DK", "page": "partnership"})

    assert (saved.progress.answered, saved.problems, saved.conflicts) == (2, {}, ())
    assert responses(place, one.id, place.guest) == {"PL1": "3", "PL2": "DK"}
    (standing, *_) = place.desk.listing(PARTNER)
    assert standing.progress == saved.progress


def test_good_fields_are_kept_beside_bad_ones(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "1"})

    saved = place.desk.save(MANAGER, one.id, "partnership", {"PL1": "9", "PL2": "4"})

    assert list(saved.problems) == ["PL1"]
    assert responses(place, one.id) == {"PL1": "1", "PL2": "4"}


def test_an_empty_field_clears_and_one_that_was_not_sent_stays(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "1", "PL2": "4"})

    place.desk.save(MANAGER, one.id, "partnership", {"PL1": ""})

    assert responses(place, one.id) == {"PL2": "4"}


def test_a_note_about_a_patient_is_not_kept_anywhere(place: Place, records: Records) -> None:
    one = place.begin(LEVELS)

    saved = place.desk.save(
        MANAGER, one.id, "partnership", {"RA01": "2", "RA01.note": "See NHS number 943 476 5919", "RA02": "3"}
    )

    assert saved.problems == {"RA01.note": PATIENT}
    assert responses(place, one.id) == {"RA01": "2", "RA02": "3"}
    assert tables_with(records, "943 476 5919") == set()


def test_a_page_that_is_not_there_is_refused_in_words(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    with pytest.raises(AssessmentRefused, match="first page"):
        place.desk.save(MANAGER, one.id, "no-such-page", {"PL1": "1"})
    with pytest.raises(AssessmentRefused, match="no such questionnaire"):
        place.begin("no_such_instrument")


def test_a_task_that_a_colleague_has_just_ruled_out_is_still_kept(place: Place) -> None:
    one = place.begin(MERGER)
    instrument = place.desk.open(MANAGER, one.id).instrument
    area, task = next((area, item) for area in instrument.areas for item in area.items if item.only_if)  # type: ignore[attr-defined]
    place.desk.save(PARTNER, one.id, "about", {f"if.{task.only_if}": "no"})

    place.desk.save(MANAGER, one.id, area.id, {task.id: "done"})

    assert responses(place, one.id)[task.id] == "done"


def test_two_who_change_a_field_at_once_are_told(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "1", "PL2": "2"})
    seen = place.desk.open(PARTNER, one.id).revisions
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "3", "PL3": "0"}, seen)

    # The form sends all of the page, also what they did not touch.
    saved = place.desk.save(PARTNER, one.id, "partnership", {"PL1": "4", "PL2": "2", "PL3": "", "PL4": "1"}, seen)

    assert saved.conflicts == (Conflict("PL1", "3", "4", MANAGER.member, 2),)
    assert responses(place, one.id) == {"PL1": "3", "PL2": "2", "PL3": "0", "PL4": "1"}

    again = place.desk.save(PARTNER, one.id, "partnership", {"PL1": "4"}, {"PL1": saved.conflicts[0].revision})
    assert again.conflicts == ()
    assert responses(place, one.id)["PL1"] == "4"


def test_what_is_finished_is_opened_again_before_it_is_changed(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    with pytest.raises(AssessmentRefused, match="Nothing has been answered"):
        place.desk.finish(MANAGER, one.id)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "1"})
    assert not place.desk.finish(PARTNER, one.id, counted=True).is_open
    assert place.desk.has_counted(MANAGER, one.id)
    with pytest.raises(AssessmentFinished):
        place.desk.save(MANAGER, one.id, "partnership", {"PL1": "2"})

    place.desk.reopen(MANAGER, one.id)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "2"})

    assert responses(place, one.id) == {"PL1": "2"}
    place.desk.finish(MANAGER, one.id)
    assert not place.desk.has_counted(MANAGER, one.id)
    other = place.begin(HEALTHCHECK)
    with pytest.raises(AssessmentRefused, match="open already"):
        place.desk.reopen(MANAGER, one.id)
    assert other.id != one.id


def test_a_result_is_there_at_any_time(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "4", "PL2": "4", "PL3": "4", "PL4": "4"})

    result = place.desk.result(MANAGER, one.id)

    assert isinstance(result, HealthcheckResult)
    assert [area.answered for area in result.areas if area.id == "partnership"] == [4]
    assert result.overall is None


def test_one_that_was_filled_in_with_very_different_questions_is_not_scored(place: Place, records: Records) -> None:
    one = place.begin(HEALTHCHECK)
    old = place.desk.open(MANAGER, one.id).instrument
    newer = Assessing(records, instruments={old.id: old.model_copy(update={"version": "2.0"})})

    with pytest.raises(AssessmentRefused, match="changed too much"):
        newer.result(MANAGER, one.id)
    newer.delete(MANAGER, one.id)


def test_what_is_deleted_is_gone(place: Place, records: Records) -> None:
    one = place.levels("approved")

    place.desk.delete(PARTNER, one.id)

    assert place.desk.listing(MANAGER) == []
    assert tables_with(records, "No deed since 2019") == set()


def test_nothing_that_was_written_is_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        one = place.levels("approved")
        place.desk.listing(MANAGER)
        place.desk.delete(MANAGER, one.id)

    assert not [word for word in ("No deed since 2019", "Ann Example", "Elm Surgery") if word in caplog.text]


@pytest.mark.parametrize("code", ["A1234", "12345A", "A123456", "ÀB1234", "a 12 34 x"])
def test_an_ods_code_has_a_letter_and_five_digits(place: Place, code: str) -> None:
    with pytest.raises(AssessmentRefused, match="A12345"):
        place.desk.add_practice(OUTSIDER, "Ash Surgery", code)


def test_a_practice_is_added_once(place: Place) -> None:
    with pytest.raises(AssessmentRefused, match="here already"):
        place.desk.add_practice(OUTSIDER, "Elm", "A12345")
    assert place.desk.add_practice(OTHER_TEAM, "Elm", " a12345 ").code == "A12345"


# --- at once, and killed ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_many_who_start_at_once_have_one_between_them(url: str) -> None:
    with Records.open(url) as records:
        desk = Assessing(records, is_officer=is_officer)
        practice = desk.add_practice(MANAGER, "Elm Surgery")
        together = threading.Barrier(8)

        def start(instrument_id: str) -> str:
            together.wait(30)
            return desk.start(MANAGER, instrument_id, practice.id).id

        for instrument_id in (HEALTHCHECK, SKILLS):
            with ThreadPoolExecutor(8) as pool:
                assert len(set(pool.map(start, [instrument_id] * 8))) == 1


@pytest.mark.slow
def test_many_who_save_at_once_lose_no_answer(url: str) -> None:
    with Records.open(url) as records:
        desk = Assessing(records)
        practice = desk.add_practice(MANAGER, "Elm Surgery")
        one = desk.start(MANAGER, HEALTHCHECK, practice.id)
        items = [(area.id, item.id) for area in desk.open(MANAGER, one.id).instrument.areas for item in area.items]  # type: ignore[attr-defined]

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda item: desk.save(MANAGER, one.id, item[0], {item[1]: "3"}, {}), items))
            list(pool.map(lambda item: desk.save(MANAGER, one.id, item[0], {item[1]: "2"}), items * 2))

        opened = desk.open(MANAGER, one.id)
        assert dict(opened.responses) == {item: "2" for _, item in items}
        assert set(opened.revisions.values()) == {2}


def child(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.assess.assess_child", *(str(argument) for argument in arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_an_answer_that_was_saved_outlives_a_killed_process(url: str) -> None:
    with Records.open(url) as records:
        desk = Assessing(records)
        one = desk.start(MANAGER, HEALTHCHECK, desk.add_practice(MANAGER, "Elm Surgery").id)
        for lines in (1, 6, 15):
            with child("fill", url, MANAGER.team, MANAGER.member, one.id) as victim:
                assert victim.stdout is not None
                said = [victim.stdout.readline().split() for _ in range(lines)]
                victim.kill()
                said += [line.split() for line in victim.stdout.read().splitlines() if len(line.split()) == 2]

            kept = desk.open(MANAGER, one.id).responses
            told: dict[str, str] = {}
            for field, value in said:
                told[field] = value
            # The last save may have been kept without its line having been written.
            different = {field for field, value in told.items() if kept.get(field) != value}
            assert len(different) <= 1
            assert all(kept[field] == str((int(told[field]) + 1) % 5) for field in different)


@pytest.mark.slow
def test_killed_at_any_moment_a_page_is_saved_whole_or_not_at_all(url: str) -> None:
    most = 200
    with Records.open(url) as records:
        desk = Assessing(records)
        one = desk.start(MANAGER, HEALTHCHECK, desk.add_practice(MANAGER, "Elm Surgery").id)
        with child("die", url, MANAGER.team, MANAGER.member, one.id, most) as dying:
            assert dying.stdout is not None
            for line in dying.stdout:
                moment, *steps = line.split()
                kept = desk.open(MANAGER, one.id).responses
                assert kept.get("PL1") == kept.get("PL2"), line
                if "saved" in steps:
                    assert kept["PL1"] == str(int(moment) % 5), line
        assert dying.returncode == 0
        assert "lived" in steps
        assert 10 < int(moment) < most
