"""The benches of the questionnaires count what they say they count."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from evaluation.bench.filling import figures_of
from evaluation.bench.filling_crowd import Filled, Running, arrive, desk_in, fill_in
from evaluation.bench.report import Times
from evaluation.bench.report import figures_of as figures_of_reports
from scoring.form import pages
from scoring.instrument import instruments

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_people_who_fill_in_at_once_are_timed_at_every_page_and_nothing_is_lost(tmp_path: Path) -> None:
    people = arrive(tmp_path, 3)
    running = Running(tmp_path)
    running.start()
    try:
        filled = fill_in(running, people, think_s=0.0)
    finally:
        running.kill()

    assert len(filled.times) == 3 * len(pages(instruments()["practice_healthcheck"], {}))
    assert filled.lost == 0
    with desk_in(tmp_path) as desk:
        assert all(desk.open(one.who, one.assessment.id).responses["PL1"] for one in people)


@pytest.mark.slow
def test_somebody_whose_pages_are_not_saved_is_not_passed_over(tmp_path: Path) -> None:
    people = arrive(tmp_path, 2)
    with desk_in(tmp_path) as desk:
        desk.delete(people[1].who, people[1].assessment.id)
    running = Running(tmp_path)
    running.start()
    try:
        with pytest.raises(RuntimeError, match="410"):
            fill_in(running, people, think_s=0.0)
    finally:
        running.kill()


def test_a_slow_page_and_a_lost_answer_miss_the_bound() -> None:
    good = figures_of("cold", Filled((0.01,) * 100, 0))
    bad = figures_of("cold", Filled((0.01,) * 90 + (0.5,) * 10, 1))

    assert [figure.reached for figure in good] == [None, True, None, True]
    assert [figure.reached for figure in bad] == [None, False, None, False]


def test_the_first_report_is_told_by_itself_and_not_among_the_others() -> None:
    drawings = ("page", "PDF", "CSV", "Slack")
    published: Times = {"partner_skills": {name: [2_000.0, 50.0] for name in drawings}}
    restarted: Times = {"partner_skills": {name: [400.0, 50.0, 50.0] for name in drawings}}

    found = {figure.name: figure for figure in figures_of_reports(published, restarted)}

    assert found["partner_skills: first page after a publish"].value == 2_000.0
    assert found["partner_skills: first page after a restart"].reached is False
    assert found["partner_skills: page, p95"].value == 50.0
    assert found["partner_skills: page, p95"].reached


@pytest.mark.parametrize("name", ["report", "filling"])
def test_the_list_of_benches_names_them(name: str) -> None:
    listed = subprocess.run(["scripts/bench"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f"\n  {name} " in listed
