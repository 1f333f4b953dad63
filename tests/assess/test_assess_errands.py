"""Whoever is to be told of a change is told: the errand is kept with the change, whenever the process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from assess import errands
from assess.desk import Assessing
from assess.model import LMC, Who
from corpus.errors import AssessmentRefused
from records import Records
from records.schema import inbox
from tests.assess.desk_setup import (
    HEALTHCHECK,
    MANAGER,
    MEMBER_OFFICER,
    OFFICER,
    PARTNER,
    READER,
    SKILLS,
    Place,
)
from tests.assess.errands_child import NEW
from tests.records.conftest import schema_of_its_own

ROOT = Path(__file__).parents[2]
Left = Counter[tuple[str, str]]


def left(records: Records, team: str = "T1") -> Left:
    """How many errands of which kind are left, and for whom."""
    wanted = select(inbox.c.kind, inbox.c.user).where(inbox.c.team == team)
    with records.database.read() as connection:
        return Counter((row.kind, row.user) for row in connection.execute(wanted))


# --- who is told -------------------------------------------------------------------------------------------------


def test_who_finishes_is_sent_the_report_only_where_they_asked_for_it(place: Place, records: Records) -> None:
    for send in (False, True):
        one = place.begin(HEALTHCHECK)
        place.desk.save(MANAGER, one.id, "partnership", {"PL1": "2"})
        place.desk.finish(MANAGER, one.id, send=send)

    assert left(records)[errands.RESULT, MANAGER.member] == 1


def test_partner_skills_are_agreed_to_and_finished_in_one_step(place: Place, records: Records) -> None:
    one = place.begin(SKILLS, PARTNER)
    place.desk.save(PARTNER, one.id, "LG1", {"LG1.1": "2"})
    place.desk.finish(PARTNER, one.id, named=True, send=True)

    assert place.desk.has_consented(PARTNER, one.id)
    assert left(records)[errands.RESULT, PARTNER.member] == 1


def test_officers_are_told_once_that_something_is_shared_with_them(place: Place, records: Records) -> None:
    one = place.begin(HEALTHCHECK)
    for _ in range(2):
        place.desk.share(MANAGER, one.id, LMC)

    assert left(records)[errands.OFFICERS, MANAGER.member] == 1


def test_a_reader_by_name_is_told_once_and_the_officers_are_not(place: Place, records: Records) -> None:
    one = place.begin(HEALTHCHECK)
    for _ in range(2):
        place.desk.share(MANAGER, one.id, READER.member)

    assert left(records)[errands.SHOWN, READER.member] == 1
    assert not left(records)[errands.OFFICERS, MANAGER.member]


def test_officers_are_told_once_of_a_plan_that_was_sent_though_sending_shares_it(
    place: Place, records: Records
) -> None:
    place.levels("submitted")

    assert left(records)[errands.OFFICERS, MANAGER.member] == 1


@pytest.mark.parametrize("back", [False, True])
def test_everybody_of_the_practice_who_is_in_slack_is_told_what_became_of_the_plan(
    place: Place, records: Records, back: bool
) -> None:
    one = place.levels("submitted")
    place.desk.send_back(OFFICER, one.id, "Name who does it.") if back else place.desk.approve(OFFICER, one.id)

    told = {user for kind, user in left(records) if kind == errands.PLAN}
    assert told == {MANAGER.member, PARTNER.member, MEMBER_OFFICER.member}


def test_a_colleague_is_told_once_that_they_were_added(place: Place, records: Records) -> None:
    for _ in range(2):
        place.desk.add_member(MANAGER, place.practice_id, NEW)

    assert left(records)[errands.ADDED, NEW] == 1


def test_what_was_refused_leaves_no_errand(place: Place, records: Records) -> None:
    one = place.levels("approved")
    before = left(records)
    with pytest.raises(AssessmentRefused):
        place.desk.approve(OFFICER, one.id)

    assert left(records) == before


def test_the_kind_of_an_errand_is_heard_when_it_is_kept(records: Records) -> None:
    heard: list[tuple[str, Left]] = []

    def hear(kind: str) -> None:
        heard.append((kind, left(records)))

    desk = Assessing(records, heard=hear)
    one = desk.start(MANAGER, HEALTHCHECK, desk.add_practice(MANAGER, "Elm Surgery").id)
    desk.share(MANAGER, one.id, READER.member)

    assert heard == [(errands.SHOWN, Counter({(errands.SHOWN, READER.member): 1}))]


def test_no_errand_has_anything_that_somebody_wrote(place: Place, records: Records) -> None:
    one = place.levels("submitted")
    place.desk.send_back(OFFICER, one.id, "Name who does it.")

    with records.database.read() as connection:
        payloads = str(connection.execute(select(inbox.c.payload)).all())
    assert "Name who" not in payloads
    assert "Elm" not in payloads


# --- the first person of a practice ------------------------------------------------------------------------------


def emptied(place: Place) -> None:
    for member in place.desk.members(MANAGER, place.practice_id):
        place.desk.remove_member(Who("T1", member.member), place.practice_id, member.member)


def test_an_officer_lets_somebody_into_a_practice_that_nobody_is_left_in(place: Place, records: Records) -> None:
    assert place.desk.without_members(OFFICER) == []
    with pytest.raises(AssessmentRefused, match="has members"):
        place.desk.admit(OFFICER, place.practice_id, NEW)
    emptied(place)
    [empty] = place.desk.without_members(OFFICER)
    with pytest.raises(AssessmentRefused, match="officer"):
        place.desk.admit(OFFICER, empty.id, OFFICER.member)

    place.desk.admit(OFFICER, empty.id, NEW)

    assert [practice.name for practice in place.desk.practices(Who("T1", NEW))] == ["Elm Surgery"]
    assert place.desk.without_members(OFFICER) == []
    assert left(records)[errands.ADMITTED, NEW] == 1


def test_the_audit_says_which_officer_let_whom_in(place: Place, records: Records) -> None:
    emptied(place)
    place.desk.admit(OFFICER, place.practice_id, NEW)

    [entry] = records.audit.recent(10, "practice.admitted")
    assert (entry.actor, entry.thing, entry.details["member"]) == (OFFICER.member, place.practice_id, NEW)


# --- killed ------------------------------------------------------------------------------------------------------


def is_finished(records: Records, about: str) -> bool:
    found = records.assessments.get(about)
    return found is not None and not found.is_open


def has_plan(records: Records, about: str, state: str) -> bool:
    plan = records.plans.get(about)
    return plan is not None and plan.state == state


def is_in(records: Records, about: str) -> bool:
    return NEW in {member.member for member in records.practices.members(about)}


Made = Callable[[Records, str], bool]
CHANGES: Mapping[str, tuple[Made, set[tuple[str, str]]]] = {
    "finish": (is_finished, {(errands.RESULT, "U0MANAGER")}),
    "submit": (lambda records, about: has_plan(records, about, "submitted"), {(errands.OFFICERS, "U0MANAGER")}),
    "approve": (
        lambda records, about: has_plan(records, about, "approved"),
        {(errands.PLAN, "U0MANAGER"), (errands.PLAN, "U0PARTNER")},
    ),
    "admit": (is_in, {(errands.ADMITTED, NEW)}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_killed_at_any_moment_a_change_and_its_errands_are_both_kept_or_neither(tmp_path: Path, name: str) -> None:
    moments, made = dies_at_every_moment(f"sqlite:///{tmp_path / 'records.db'}", name)

    # Also killed between the commit and its being said.
    assert 1 < made < moments


@pytest.mark.slow
@pytest.mark.postgres
def test_killed_at_any_moment_on_the_other_database_too(postgres_url: str) -> None:
    with schema_of_its_own(postgres_url) as url:
        moments, made = dies_at_every_moment(url, "admit")

    assert 1 < made < moments


def dies_at_every_moment(url: str, name: str) -> tuple[int, int]:
    """Kill a process at each moment of a change, and look at what was kept by then: of how many, and in how many."""
    most = 100
    is_made, wanted = CHANGES[name]
    with Records.open(url) as records:
        command = [sys.executable, "-m", "tests.assess.errands_child", url, name, str(most)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
        lines = [line.split() for line in done.stdout.splitlines()]
        made = 0
        for team, about, *told in lines:
            # What was left before the change, such as that a plan was sent, is of another kind.
            kept = {one for one in left(records, team) if one in wanted}
            assert is_made(records, about) == bool(kept), (team, told)
            assert kept in (set(), wanted), (team, told)
            assert kept or not told, team
            made += bool(kept)

    assert "told" in lines[-1]
    assert 5 < len(lines) < most
    return len(lines), made
