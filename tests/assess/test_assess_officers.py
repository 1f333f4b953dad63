"""Officers' figures: of all together, made once a quarter, and not moved by one practice that answers again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assess.desk import Assessing
from assess.model import Who
from assess.officers import NOT_KEPT, NOT_YET
from assess.officers_report import linked_report, together_report
from bot.render import limits
from bot.render.report import ReportAddresses, report_message
from corpus.errors import AssessmentRefused, NotYours
from records import Records
from records.practices import Practice
from scoring.cohort import cohort
from scoring.drivers import Drivers
from scoring.form import Responses
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, instruments
from scoring.officers import Coverage, Distribution
from scoring.report import Report
from tests.assess.desk_setup import HEALTHCHECK, LEVELS, MANAGER, OFFICER, day, is_officer
from tests.records.conftest import TestClock
from web.table import report_csv

pytestmark = pytest.mark.slow

COHORT = 138
TEAM = OFFICER.team
QUARTER = "2026-Q1"


def healthcheck() -> Healthcheck:
    found = instruments()[HEALTHCHECK]
    assert isinstance(found, Healthcheck)
    return found


def fill_in(records: Records, practice: Practice, member: str, responses: Responses) -> None:
    instrument = healthcheck()
    one = records.assessments.start(
        practice, member, kind=instrument.kind.value, instrument=instrument.id, version=instrument.version,
        kept_months=instrument.kept_months,
    )  # fmt: skip
    records.assessments.save(one.id, member, responses)
    records.assessments.finish(one.id, member, counted=True)


@pytest.fixture(scope="module")
def filled_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of the made-up cohort, finished in the first quarter of 2026."""
    file = tmp_path_factory.mktemp("cohort") / "records.db"
    with Records.open(f"sqlite:///{file}", TestClock()) as records:
        for number, responses in enumerate(cohort(healthcheck(), COHORT)):
            practice = records.practices.add(TEAM, f"U0M{number:03}", f"Practice {number}")
            assert practice is not None
            fill_in(records, practice, f"U0M{number:03}", responses)
        records.database.engine.dispose()
    return file


@pytest.fixture
def clock() -> TestClock:
    clock = TestClock()
    clock.advance(days=40)  # into the second quarter
    return clock


@pytest.fixture
def desk(filled_in: Path, tmp_path: Path, clock: TestClock) -> Assessing:
    for file in filled_in.parent.glob("records.db*"):
        shutil.copy(file, tmp_path)
    return Assessing(Records.open(f"sqlite:///{tmp_path / 'records.db'}", clock), is_officer=is_officer)


def words(report: Report) -> str:
    return report_csv(report).decode("utf-8-sig")


def answer_again(desk: Assessing, count: int) -> None:
    """So many practices finish another one."""
    records = desk._records
    for number in range(count):
        [practice] = records.practices.of_person(TEAM, f"U0M{number:03}")
        fill_in(records, practice, f"U0M{number:03}", cohort(healthcheck(), COHORT)[(number + 7) % COHORT])


def test_coverage_distribution_and_reliability_of_a_quarter_are_told_to_officers(desk: Assessing) -> None:
    desk.release(TEAM, HEALTHCHECK)
    found = desk.together(OFFICER, HEALTHCHECK, QUARTER)

    assert desk.quarters(OFFICER, HEALTHCHECK) == [QUARTER]
    assert isinstance(found.coverage, Coverage)
    assert (found.coverage.taken, found.coverage.practices) == (138, 138)
    assert isinstance(found.distribution, Distribution)
    assert not isinstance(found.reliability, Hidden)
    assert len(found.reliability) == 10
    told = words(together_report(found, day(4, 11)))
    assert "January to March 2026" in told
    assert "Cronbach's alpha" in told
    assert "Practice 1" not in told


def test_in_slack_the_figures_of_all_areas_have_room(desk: Assessing) -> None:
    desk.release(TEAM, HEALTHCHECK)
    together = together_report(desk.together(OFFICER, HEALTHCHECK, QUARTER), day(4, 11))
    linked = linked_report(desk.linked(OFFICER, HEALTHCHECK), day(4, 11))

    for report in (together, linked):
        message = report_message(report, ReportAddresses())
        assert limits.fits(message.blocks)
        for area in healthcheck().areas:
            assert area.title in message.text


def test_the_drivers_analysis_names_what_the_outlook_goes_with(desk: Assessing) -> None:
    found = desk.linked(OFFICER, HEALTHCHECK)

    assert isinstance(found.drivers, Drivers)
    first = found.drivers.drivers[0].effect.title
    assert f"Most closely linked: {first}" in words(linked_report(found, day(4, 11)))
    assert desk.linked(OFFICER, HEALTHCHECK) == found


def test_below_a_hundred_practices_the_drivers_analysis_says_why_it_is_not_told(
    tmp_path: Path, clock: TestClock
) -> None:
    with Records.open(f"sqlite:///{tmp_path / 'few.db'}", clock) as records:
        found = Assessing(records, is_officer=is_officer).linked(OFFICER, HEALTHCHECK)

    assert isinstance(found.drivers, Hidden)
    assert "at least 100 practices" in words(linked_report(found, day(4, 11)))


def test_before_a_quarter_has_ended_it_is_said_that_there_is_nothing_yet(desk: Assessing) -> None:
    assert desk.quarters(OFFICER, HEALTHCHECK) == []
    with pytest.raises(AssessmentRefused, match=NOT_YET):
        desk.together(OFFICER, HEALTHCHECK, QUARTER)


def test_only_the_healthcheck_has_statistics_and_only_officers_see_them(desk: Assessing) -> None:
    with pytest.raises(AssessmentRefused, match="Healthcheck"):
        desk.quarters(OFFICER, LEVELS)
    for who in (MANAGER, Who("T2", OFFICER.member)):
        for ask in (desk.linked, desk.quarters):
            with pytest.raises(NotYours):
                ask(who, HEALTHCHECK)
        with pytest.raises(NotYours):
            desk.together(who, HEALTHCHECK, QUARTER)


def test_what_is_told_of_a_quarter_does_not_change_when_a_practice_deletes_its_answers(desk: Assessing) -> None:
    desk.release(TEAM, HEALTHCHECK)
    before = desk.together(OFFICER, HEALTHCHECK, QUARTER), desk.linked(OFFICER, HEALTHCHECK)
    for number in range(30):
        who = Who(TEAM, f"U0M{number:03}")
        [one] = desk.listing(who)
        desk.delete(who, one.assessment.id)

    assert (desk.together(OFFICER, HEALTHCHECK, QUARTER), desk.linked(OFFICER, HEALTHCHECK)) == before


@pytest.mark.parametrize(("again", "of"), [(1, QUARTER), (7, QUARTER), (8, "2026-Q2")])
def test_where_few_practices_have_answered_again_the_earlier_figures_are_told_again(
    desk: Assessing, clock: TestClock, again: int, of: str
) -> None:
    """Or the new alpha less the old one would be theirs."""
    desk.release(TEAM, HEALTHCHECK)
    before = desk.together(OFFICER, HEALTHCHECK, QUARTER)
    clock.advance(days=1)
    answer_again(desk, again)
    clock.advance(days=90)
    desk.release(TEAM, HEALTHCHECK)
    after = desk.together(OFFICER, HEALTHCHECK, "2026-Q2")

    assert after.reliability_of == of
    assert (after.reliability == before.reliability) is (of == QUARTER)
    assert ("These figures are of January to March 2026" in words(together_report(after, day(7, 12)))) is (
        of == QUARTER
    )


def test_figures_that_were_not_made_when_a_quarter_ended_are_not_made_later(desk: Assessing, clock: TestClock) -> None:
    desk.release(TEAM, HEALTHCHECK)
    clock.advance(days=91)
    desk.release(TEAM, HEALTHCHECK)
    found = desk.together(OFFICER, HEALTHCHECK, QUARTER)

    assert found.coverage == found.reliability == NOT_KEPT


def test_who_read_them_is_in_the_audit(desk: Assessing) -> None:
    desk.release(TEAM, HEALTHCHECK)
    desk.together(OFFICER, HEALTHCHECK, QUARTER)

    [entry] = desk._records.audit.recent(5, "statistics.read")
    assert (entry.actor, entry.thing, entry.details["quarter"]) == (OFFICER.member, HEALTHCHECK, QUARTER)
