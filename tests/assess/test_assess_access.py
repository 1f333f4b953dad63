"""Who sees and does what, as a table; and that whoever may see nothing cannot tell what there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assess.model import LMC, May, Who
from corpus.errors import AssessmentFinished, AssessmentRefused, NotYours
from records.assessments import Assessment
from tests.assess.desk_setup import (
    HEALTHCHECK,
    LEVELS,
    MANAGER,
    MEMBER_OFFICER,
    OFFICER,
    OTHER_TEAM,
    OUTSIDER,
    PARTNER,
    READER,
    SKILLS,
    Place,
    day,
    share_all,
)

OWN = {May.SEE, May.SHARE, May.DELETE}
OPEN = {May.FILL, May.FINISH}


def healthcheck(place: Place) -> Assessment:
    return place.begin(HEALTHCHECK)


def finished(place: Place) -> Assessment:
    one = place.begin(HEALTHCHECK)
    place.desk.save(MANAGER, one.id, "partnership", {"PL1": "3"})
    return place.desk.finish(MANAGER, one.id)


def own_skills(place: Place) -> Assessment:
    return place.begin(SKILLS, PARTNER)


def guests_skills(place: Place) -> Assessment:
    return place.begin(SKILLS, place.guest)


def shared(make: Callable[[Place], Assessment]) -> Callable[[Place], Assessment]:
    def made(place: Place) -> Assessment:
        one = make(place)
        share_all(place, one)
        return one

    return made


def levels(state: str) -> Callable[[Place], Assessment]:
    return lambda place: place.levels(state)


NOBODY: set[May] = set()
PRACTICE = ("manager", "partner", "guest", "both")
EVERYBODY = {"manager": MANAGER, "partner": PARTNER, "both": MEMBER_OFFICER, "outsider": OUTSIDER, "reader": READER,
             "officer": OFFICER, "other team": OTHER_TEAM}  # fmt: skip

# What the practice may do, then what others may; whoever is not named may do nothing.
MATRIX: dict[str, tuple[Callable[[Place], Assessment], set[May], dict[str, set[May]]]] = {
    "open": (healthcheck, OWN | OPEN, {}),
    "open, shared": (shared(healthcheck), OWN | OPEN, {"reader": {May.SEE}, "officer": {May.SEE}}),
    "finished": (finished, OWN | {May.REOPEN}, {}),
    "finished, shared": (shared(finished), OWN | {May.REOPEN}, {"reader": {May.SEE}, "officer": {May.SEE}}),
    "levels, open": (levels(""), OWN | OPEN, {}),
    "levels, draft": (levels("draft"), OWN | {May.REOPEN, May.EDIT_PLAN, May.SUBMIT}, {}),
    "levels, draft, shared": (
        shared(levels("draft")), OWN | {May.REOPEN, May.EDIT_PLAN, May.SUBMIT},
        {"reader": {May.SEE}, "officer": {May.SEE}},
    ),
    "levels, submitted": (
        levels("submitted"), OWN | {May.WITHDRAW}, {"officer": {May.SEE, May.EDIT_PLAN, May.APPROVE}},
    ),
    "levels, approved": (levels("approved"), OWN | {May.ACCEPT}, {"officer": {May.SEE}}),
    "a partner's skills": (own_skills, NOBODY, {"partner": {May.SEE, May.DELETE, May.CONSENT} | OPEN}),
    "a guest's skills": (guests_skills, NOBODY, {"guest": {May.SEE, May.DELETE, May.CONSENT} | OPEN}),
}  # fmt: skip


def seen(place: Place, who: Who, one: Assessment) -> set[May]:
    try:
        return set(place.desk.open(who, one.id).may)
    except NotYours:
        return set()


@pytest.mark.parametrize("name", MATRIX)
def test_everybody_may_do_what_the_table_says_and_no_more(place: Place, name: str) -> None:
    make, practice, others = MATRIX[name]
    one = make(place)
    people = EVERYBODY | {"guest": place.guest}

    found = {who: seen(place, person, one) for who, person in people.items()}

    assert found == {who: others.get(who, practice if who in PRACTICE else NOBODY) for who in people}


def everything(place: Place, who: Who, assessment_id: str, action_id: str) -> dict[str, Callable[[], Any]]:
    """Each thing that somebody can ask about one assessment or one of its actions."""
    desk = place.desk
    return {
        "open": lambda: desk.open(who, assessment_id),
        "save": lambda: desk.save(who, assessment_id, "partnership", {"RA01": "3"}),
        "finish": lambda: desk.finish(who, assessment_id),
        "reopen": lambda: desk.reopen(who, assessment_id),
        "delete": lambda: desk.delete(who, assessment_id),
        "result": lambda: desk.result(who, assessment_id),
        "consent": lambda: desk.consent(who, assessment_id, True),
        "has_consented": lambda: desk.has_consented(who, assessment_id),
        "count_in": lambda: desk.count_in(who, assessment_id, True),
        "has_counted": lambda: desk.has_counted(who, assessment_id),
        "share": lambda: desk.share(who, assessment_id, LMC),
        "unshare": lambda: desk.unshare(who, assessment_id, LMC),
        "shares": lambda: desk.shares(who, assessment_id),
        "plan": lambda: desk.plan(who, assessment_id),
        "submit": lambda: desk.submit(who, assessment_id),
        "withdraw": lambda: desk.withdraw(who, assessment_id),
        "approve": lambda: desk.approve(who, assessment_id),
        "send_back": lambda: desk.send_back(who, assessment_id, "Look again"),
        "comparison": lambda: desk.comparison(who, assessment_id),
        "add_action": lambda: desk.add_action(
            who, assessment_id, criterion="RA01", action="a", owner_role="b", due=day(5, 1), horizon="now"
        ),
        "change_action": lambda: desk.change_action(who, action_id, action="a"),
        "drop_action": lambda: desk.drop_action(who, action_id),
        "accept": lambda: desk.accept(who, action_id),
        "progress": lambda: desk.progress(who, action_id, True),
    }


@pytest.mark.parametrize("state", ["draft", "approved"])
@pytest.mark.parametrize("name", ["outsider", "reader", "officer", "other team", "guest of another", "nobody"])
def test_what_is_missing_and_what_is_somebody_elses_cannot_be_told_apart(place: Place, state: str, name: str) -> None:
    one = place.levels(state)
    action = place.action(one)
    place.desk.unshare(MANAGER, one.id, LMC)
    before = place.desk.open(MANAGER, one.id), place.desk.plan(MANAGER, one.id)
    people = EVERYBODY | {"guest of another": Who("T1", "guest-0123456789abcdef"), "nobody": Who("", "")}

    for asked, ask in everything(place, people[name], one.id, action.id).items():
        missing = everything(place, people[name], "0" * 32, "0" * 32)[asked]
        said = []
        for question in (ask, missing):
            with pytest.raises(NotYours) as error:
                question()
            said.append(str(error.value))
        assert said[0] == said[1], asked

    assert (place.desk.open(MANAGER, one.id), place.desk.plan(MANAGER, one.id)) == before


def test_a_reader_sees_and_changes_nothing(place: Place) -> None:
    one = place.levels("draft")
    share_all(place, one)
    action = place.action(one)
    before = place.desk.open(MANAGER, one.id), place.desk.plan(MANAGER, one.id)

    for who in (READER, OFFICER):
        may_read = {"open", "result", "has_counted", "has_consented", "plan", "comparison"}
        for asked, ask in everything(place, who, one.id, action.id).items():
            if asked in may_read:
                ask()
            else:
                with pytest.raises((NotYours, AssessmentRefused, AssessmentFinished)):
                    ask()
        assert place.desk.plan(who, one.id) is None  # a draft is the practice's

    assert (place.desk.open(MANAGER, one.id), place.desk.plan(MANAGER, one.id)) == before


def test_what_is_unshared_is_seen_no_more(place: Place) -> None:
    one = finished(place)
    share_all(place, one)
    assert [found.assessment.id for found in place.desk.shared_with_lmc(OFFICER)] == [one.id]
    assert [found.assessment.id for found in place.desk.listing(READER)] == [one.id]

    for reader in (LMC, READER.member):
        place.desk.unshare(MANAGER, one.id, reader)

    assert place.desk.shared_with_lmc(OFFICER) == place.desk.listing(READER) == []
    assert seen(place, OFFICER, one) == seen(place, READER, one) == set()


def test_who_leaves_the_practice_keeps_only_their_own_answers(place: Place) -> None:
    one, own = finished(place), own_skills(place)

    place.desk.remove_member(MANAGER, place.practice_id, PARTNER.member)

    assert seen(place, PARTNER, one) == set()
    assert May.DELETE in seen(place, PARTNER, own)
    assert [found.assessment.id for found in place.desk.listing(PARTNER)] == [own.id]


def test_nobody_shares_a_partners_own_answers(place: Place) -> None:
    one = own_skills(place)

    for who, error in ((PARTNER, AssessmentRefused), (MANAGER, NotYours)):
        with pytest.raises(error):
            place.desk.share(who, one.id, LMC)


def test_lists_show_what_somebody_may_see(place: Place) -> None:
    shared_one, skills, other = finished(place), own_skills(place), guests_skills(place)
    lists = {
        name: {found.assessment.id for found in place.desk.listing(who)}
        for name, who in (EVERYBODY | {"guest": place.guest}).items()
    }

    assert lists == {
        "manager": {shared_one.id}, "both": {shared_one.id}, "partner": {shared_one.id, skills.id},
        "guest": {shared_one.id, other.id}, "outsider": set(), "reader": set(), "officer": set(), "other team": set(),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["outsider", "officer", "other team"])
def test_a_practice_is_closed_to_others(place: Place, name: str) -> None:
    who, desk = EVERYBODY[name], place.desk
    asks: list[Callable[[], object]] = [
        lambda: desk.members(who, place.practice_id),
        lambda: desk.invite(who, place.practice_id, "Somebody"),
        lambda: desk.add_member(who, place.practice_id, who.member),
        lambda: desk.remove_member(who, place.practice_id, MANAGER.member),
        lambda: desk.start(who, HEALTHCHECK, place.practice_id),
        lambda: desk.team_view(who, place.practice_id).result,
        lambda: desk.team_view(who, "0" * 32).result,
    ]
    for ask in asks:
        with pytest.raises(NotYours):
            ask()


@pytest.mark.parametrize("who", [MANAGER, OUTSIDER, OTHER_TEAM])
def test_what_is_for_officers_is_for_nobody_else(place: Place, who: Who) -> None:
    desk = place.desk
    asks: list[Callable[[], object]] = [
        lambda: desk.shared_with_lmc(who),
        lambda: desk.waiting_for_analyst(who),
        lambda: desk.coverage(who, HEALTHCHECK),
        lambda: desk.admit(who, place.practice_id, "U0NEW"),
        lambda: desk.without_members(who),
    ]
    for ask in asks:
        with pytest.raises(NotYours):
            ask()


def test_an_officer_does_not_approve_the_plan_of_their_own_practice(place: Place) -> None:
    one = place.levels("submitted")
    assert seen(place, MEMBER_OFFICER, one) == OWN | {May.WITHDRAW}

    with pytest.raises(AssessmentRefused):
        place.desk.approve(MEMBER_OFFICER, one.id)


def test_a_guest_is_no_officer_whatever_is_said_of_them(place: Place) -> None:
    place.desk._asks_officer = lambda _: True

    with pytest.raises(NotYours):
        place.desk.shared_with_lmc(place.guest)


def test_the_questionnaires_that_a_plan_belongs_to(place: Place) -> None:
    assert place.desk.plan(MANAGER, finished(place).id) is None
    assert place.desk.plan(MANAGER, place.begin(LEVELS).id) is None
