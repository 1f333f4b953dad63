"""Practices together: those that agreed, the newest of each, frozen each quarter; partners together by the rules."""

from __future__ import annotations

import pytest

from assess.desk import Assessing
from assess.model import Coverage, Who
from corpus.errors import NotYours
from records import Records
from scoring.hidden import Hidden
from scoring.team import TeamResult
from tests.assess.desk_setup import (
    HEALTHCHECK,
    LEVELS,
    MANAGER,
    MEMBER_OFFICER,
    OFFICER,
    PARTNER,
    SKILLS,
    Place,
    day,
    is_officer,
)
from tests.records.conftest import TestClock


def fill_in(desk: Assessing, who: Who, practice_id: str, value: str, counted: bool = True) -> str:
    one = desk.start(who, HEALTHCHECK, practice_id)
    for area in desk.open(who, one.id).instrument.areas:
        desk.save(who, one.id, area.id, {item.id: value for item in area.items})  # type: ignore[attr-defined]
    desk.finish(who, one.id, counted=counted)
    return one.id


@pytest.fixture
def practices(records: Records) -> tuple[Assessing, list[tuple[Who, str, str]]]:
    """Twenty-one practices, of which the last does not count."""
    desk = Assessing(records, is_officer=is_officer)
    made = []
    for number in range(21):
        who = Who("T1", f"U0M{number:03}")
        practice = desk.add_practice(who, f"Practice {number}")
        made.append((who, practice.id, fill_in(desk, who, practice.id, str(number % 5), counted=number < 20)))
    return desk, made


@pytest.mark.slow
def test_a_quarter_is_frozen_once_and_compared_with(
    practices: tuple[Assessing, list[tuple[Who, str, str]]], clock: TestClock
) -> None:
    desk, made = practices
    who, practice_id, first = made[0]
    assert desk.coverage(OFFICER, HEALTHCHECK) == Coverage(21, 21, 21, 20)
    assert len(desk.counted("T1", HEALTHCHECK)) == len(desk.counted_responses("T1", HEALTHCHECK)) == 20
    assert isinstance(desk.comparison(who, first), Hidden)
    assert desk.release("T1", HEALTHCHECK, day(4, 2)) is not None
    assert desk.release("T1", HEALTHCHECK, day(6, 30)) is None
    frozen = desk.snapshot("T1", HEALTHCHECK)
    assert frozen is not None
    assert frozen.quarter == "2026-Q1"

    compared = desk.comparison(who, first)
    clock.advance(days=60)
    fill_in(desk, who, practice_id, "4")

    assert not isinstance(compared, Hidden)
    assert desk.snapshot("T1", HEALTHCHECK) == frozen
    assert desk.comparison(who, first) == compared
    assert desk.snapshot("T2", HEALTHCHECK) is None
    assert desk.release("T1", LEVELS) is None


@pytest.mark.slow
def test_the_newest_of_a_practice_decides_whether_it_counts(
    practices: tuple[Assessing, list[tuple[Who, str, str]]], clock: TestClock
) -> None:
    desk, made = practices
    who, practice_id, first = made[3]
    clock.advance(days=1)
    fill_in(desk, who, practice_id, "0", counted=False)
    assert practice_id not in {one.practice for one in desk.counted("T1", HEALTHCHECK)}
    assert practice_id in {one.practice for one in desk.counted("T1", HEALTHCHECK, clock.now.date())}

    desk.count_in(who, first, False)

    assert practice_id not in {one.practice for one in desk.counted("T1", HEALTHCHECK, clock.now.date())}
    assert [one.practice for one in desk.counted("T2", HEALTHCHECK)] == []


def test_what_is_counted_has_another_mark_when_its_answers_are_others(place: Place) -> None:
    one = fill_in(place.desk, MANAGER, place.practice_id, "3")
    (before,) = place.desk.counted("T1", HEALTHCHECK)
    place.desk.reopen(MANAGER, one)
    place.desk.save(MANAGER, one, "partnership", {"PL1": "1"})
    assert place.desk.counted("T1", HEALTHCHECK) == []
    place.desk.finish(MANAGER, one, counted=True)

    (after,) = place.desk.counted("T1", HEALTHCHECK)

    assert (before.practice, before.mark != after.mark) == (after.practice, True)


def answer_skills(place: Place, who: Who, *, named: bool = False) -> str:
    one = place.begin(SKILLS, who)
    for area in place.desk.open(who, one.id).instrument.areas:
        place.desk.save(who, one.id, area.id, {item.id: "3" for item in area.items})  # type: ignore[attr-defined]
    place.desk.finish(who, one.id)
    place.desk.consent(who, one.id, named)
    return one.id


def test_a_team_of_three_is_shown_only_when_all_have_agreed(place: Place) -> None:
    team = (MANAGER, PARTNER, place.guest)
    ids = {who: answer_skills(place, who, named=who != PARTNER) for who in team}
    hidden = place.desk.team_view(MANAGER, place.practice_id).result
    assert not isinstance(hidden, TeamResult)
    with pytest.raises(NotYours):
        place.desk.team_view(OFFICER, place.practice_id)

    place.desk.consent(PARTNER, ids[PARTNER], True)

    shown = place.desk.team_view(MANAGER, place.practice_id).result
    assert isinstance(shown, TeamResult)
    assert shown.respondents == 3
    assert place.desk.team_view(OFFICER, place.practice_id).result == shown


def test_a_team_of_four_is_shown_to_itself_and_not_to_the_lmc(place: Place) -> None:
    for who in (MANAGER, PARTNER, MEMBER_OFFICER, place.guest):
        answer_skills(place, who)

    assert isinstance(place.desk.team_view(place.guest, place.practice_id).result, TeamResult)
    with pytest.raises(NotYours):
        place.desk.team_view(OFFICER, place.practice_id)


def test_who_has_left_or_not_finished_is_not_in_the_team(place: Place) -> None:
    for who in (MANAGER, PARTNER, MEMBER_OFFICER, place.guest):
        answer_skills(place, who)
    place.desk.remove_member(MANAGER, place.practice_id, PARTNER.member)

    assert not isinstance(place.desk.team_view(MANAGER, place.practice_id).result, TeamResult)
