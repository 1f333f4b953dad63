"""The partners as a team: frozen, so that two views and one's own answers tell nothing of a third person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from assess import team as teams
from assess.model import Who
from corpus.errors import NotYours
from records import Records
from records.team_views import Behind
from scoring.hidden import Hidden
from scoring.instrument import Skills, instruments
from scoring.result import SkillsResult
from scoring.skills import score_skills
from scoring.team import TeamArea, TeamResult, team
from tests.assess.desk_setup import MANAGER, OFFICER, OUTSIDER, SKILLS, Place
from tests.records.conftest import TestClock
from tests.records.everything import dump

AREA = "LG1"
ATTACKER = "U0PARTNER"
OTHERS = ("U0BOTH", "U0BEA", "U0CAL", "U0DEE")
VICTIM = "U0EVE"
LEVELS = ("0", "2", "4")
"""What the partners of these tests answer with, to every task of a competency alike."""


@dataclass(frozen=True)
class Answers:
    """One partner's, of one competency: a level for every task, and whether they lead and want training."""

    level: str = "2"
    leads: str = "no"
    wants: str = "no"

    def fields(self, instrument: Skills) -> dict[str, str]:
        items = next(area for area in instrument.areas if area.id == AREA).items
        return {**{item.id: self.level for item in items}, f"{AREA}.leads": self.leads, f"{AREA}.wants": self.wants}


def skills() -> Skills:
    found = instruments()[SKILLS]
    assert isinstance(found, Skills)
    return found


def answer(place: Place, member: str, answers: Answers, *, named: bool = False) -> str:
    """Somebody of the practice fills it in, again where they have before."""
    who = Who("T1", member)
    place.desk.add_member(MANAGER, place.practice_id, member)
    one = place.begin(SKILLS, who)
    place.desk.save(who, one.id, AREA, answers.fields(skills()))
    place.desk.finish(who, one.id, named=named)
    return one.id


def change(place: Place, member: str, assessment_id: str, answers: Answers) -> None:
    who = Who("T1", member)
    place.desk.reopen(who, assessment_id)
    place.desk.save(who, assessment_id, AREA, answers.fields(skills()))
    place.desk.finish(who, assessment_id)


def view(place: Place, who: Who = MANAGER) -> teams.Shown:
    return place.desk.team_view(who, place.practice_id)


def area_of(shown: teams.Shown) -> TeamArea:
    assert isinstance(shown.result, TeamResult)
    return next(area for area in shown.result.areas if area.id == AREA)


# --- the attacker ------------------------------------------------------------------------------------------------

EVERYTHING = [Answers(*one) for one in product(LEVELS, ("yes", "no"), ("yes", "no"))]
"""All that somebody may have answered."""


def profile(answers: Answers) -> SkillsResult:
    return score_skills(skills(), answers.fields(skills()))


def candidates(own: Answers, before: teams.Shown, after: teams.Shown, known: Sequence[Answers]) -> set[Answers]:
    """What the victim may have answered, for who knows both views, their own answers and some of the others'.

    The views are of the same people without the victim, and with them.
    """
    profiles = {one: profile(one) for one in EVERYTHING}
    rest = [profiles[one] for one in (own, *known)]
    found = set()
    for unknown, victim in product(EVERYTHING, EVERYTHING):
        behind = [*rest, profiles[unknown]]
        if figures(behind) == area_of(before) and figures([*behind, profiles[victim]]) == area_of(after):
            found.add(victim)
    return found


def figures(partners: Sequence[SkillsResult]) -> TeamArea | None:
    made = team(skills(), partners, consent_all=False)
    return made.areas[0] if isinstance(made, TeamResult) else None


GROUP = {OTHERS[0]: Answers("4"), OTHERS[1]: Answers("2", leads="yes"), OTHERS[2]: Answers("0")}
OWN, SECRET = Answers("2"), Answers("4", wants="yes")


def attack(place: Place) -> set[Answers]:
    """An attacker looks before and after somebody joins; whom they have sounded out is all but one of the others."""
    answer(place, ATTACKER, OWN)
    for member, answers in GROUP.items():
        answer(place, member, answers)
    before = view(place, Who("T1", ATTACKER))
    answer(place, VICTIM, SECRET)
    after = view(place, Who("T1", ATTACKER))
    if area_of(before) == area_of(after) and not after.is_current:
        return set(EVERYTHING)  # the same view twice tells of nobody who came in between
    return candidates(OWN, before, after, [GROUP[OTHERS[0]], GROUP[OTHERS[1]]])


def test_with_two_views_an_attacker_does_not_learn_what_somebody_answered_who_joined(place: Place) -> None:
    assert attack(place) == set(EVERYTHING)


def test_with_the_rule_off_the_same_attacker_learns_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "APART", 1)

    assert {(one.level, one.wants) for one in attack(place)} == {(SECRET.level, SECRET.wants)}


@pytest.mark.parametrize("what", ["leaves", "deletes", "answers again", "opens it again"])
def test_the_view_stays_when_one_partner_goes_or_changes(place: Place, what: str) -> None:
    kept = {member: answer(place, member, answers) for member, answers in GROUP.items()}
    kept[VICTIM] = answer(place, VICTIM, SECRET)
    kept[ATTACKER] = answer(place, ATTACKER, OWN)
    before = view(place)
    victim = Who("T1", VICTIM)
    match what:
        case "leaves":
            place.desk.remove_member(MANAGER, place.practice_id, VICTIM)
        case "deletes":
            place.desk.delete(victim, kept[VICTIM])
        case "answers again":
            change(place, VICTIM, kept[VICTIM], Answers("0"))
        case _:
            place.desk.reopen(victim, kept[VICTIM])

    after = view(place)
    assert after.result == before.result
    assert (before.is_current, after.is_current) == (True, False)


def test_who_varies_their_own_answers_does_not_see_the_view_move(place: Place) -> None:
    """Or they could find out, step by step, where the others stand; that they agree for themselves changes nothing."""
    for member, answers in GROUP.items():
        answer(place, member, answers)
    own = answer(place, ATTACKER, OWN, named=True)
    seen = [view(place, Who("T1", ATTACKER)).result]
    for level in LEVELS:
        change(place, ATTACKER, own, Answers(level))
        seen.append(view(place, Who("T1", ATTACKER)).result)

    assert all(one == seen[0] for one in seen)


def test_the_view_is_drawn_anew_when_four_have_other_answers(place: Place, clock: TestClock) -> None:
    kept = {member: answer(place, member, answers) for member, answers in GROUP.items()}
    kept[ATTACKER] = answer(place, ATTACKER, OWN)
    kept[VICTIM] = answer(place, VICTIM, SECRET)
    first = view(place)
    drawn = []
    for member, one in kept.items():
        clock.advance(days=1)
        change(place, member, one, Answers("0", wants="yes"))
        drawn.append(view(place).result != first.result)

    assert drawn[:4] == [False, False, False, True]
    assert view(place).day > first.day


def test_a_view_that_came_before_the_last_one_is_not_forgotten(place: Place, clock: TestClock) -> None:
    """Four leave, and come back without the victim: beside the last view four differ, beside the first only one."""
    everybody = [ATTACKER, *OTHERS, "U0FAY", "U0GUS", VICTIM]
    for member in everybody:
        answer(place, member, OWN if member == ATTACKER else Answers("4"))
    first = view(place)
    clock.advance(days=1)
    away = [*OTHERS[:3], "U0FAY"]
    for member in away:
        place.desk.remove_member(MANAGER, place.practice_id, member)
    second = view(place)
    for member in away:
        place.desk.add_member(MANAGER, place.practice_id, member)
    place.desk.remove_member(MANAGER, place.practice_id, VICTIM)
    third = view(place)

    assert (first.is_current, second.is_current, third.is_current) == (True, True, False)
    assert third.result == second.result


# --- everybody's consent -----------------------------------------------------------------------------------------


def test_where_everybody_has_agreed_the_view_is_always_up_to_date(place: Place) -> None:
    for member in (ATTACKER, OTHERS[0]):
        answer(place, member, OWN, named=True)
    small = view(place)
    answer(place, VICTIM, SECRET, named=True)

    assert view(place).is_current
    assert isinstance(small.result, TeamResult)
    assert view(place).result != small.result


def test_who_takes_their_consent_back_is_out_of_the_small_view_at_once(place: Place) -> None:
    answer(place, ATTACKER, OWN, named=True)
    one = answer(place, VICTIM, SECRET, named=True)
    assert isinstance(view(place).result, TeamResult)

    place.desk.consent(Who("T1", VICTIM), one, named=False)

    assert isinstance(view(place).result, Hidden)


def test_that_those_who_stay_have_agreed_does_not_lay_open_who_left_without(place: Place) -> None:
    for member, answers in GROUP.items():
        answer(place, member, answers, named=True)
    answer(place, VICTIM, SECRET)
    before = view(place)
    place.desk.remove_member(MANAGER, place.practice_id, VICTIM)

    after = view(place)
    assert after.result == before.result
    assert not after.is_current


def test_an_officer_sees_a_view_only_while_everybody_in_it_has_agreed(place: Place) -> None:
    kept = {member: answer(place, member, answers, named=True) for member, answers in GROUP.items()}
    assert isinstance(view(place, OFFICER).result, TeamResult)
    with pytest.raises(NotYours):
        view(place, OUTSIDER)

    place.desk.consent(Who("T1", OTHERS[1]), kept[OTHERS[1]], named=False)

    with pytest.raises(NotYours):
        view(place, OFFICER)


# --- what is kept ------------------------------------------------------------------------------------------------


def whole(place: Place) -> dict[str, str]:
    kept = {member: answer(place, member, answers) for member, answers in GROUP.items()}
    return {**kept, VICTIM: answer(place, VICTIM, Answers("4", wants="yes", leads="yes"))}


def test_beside_a_view_stands_no_answer(place: Place, records: Records) -> None:
    whole(place)
    view(place)

    rows = dump(records)["team_view_partners"]
    assert len(rows) == 4
    assert not [word for word in ("yes", "no", SECRET.level * 4) if f'"{word}"' in str(rows)]


def test_who_is_forgotten_stands_behind_a_view_under_a_name_that_leads_nowhere(place: Place, records: Records) -> None:
    whole(place)
    before = view(place)

    records.privacy.delete("T1", VICTIM)

    assert VICTIM not in str(dump(records)["team_view_partners"])
    assert view(place).result == before.result


def test_a_view_is_kept_as_long_as_partner_skills(place: Place, records: Records, clock: TestClock) -> None:
    whole(place)
    view(place)
    counts = []
    for months in (17, 2):
        clock.advance(days=31 * months)
        long_ago = clock.now - timedelta(days=3_650)
        counts.append(records.privacy.expire(questions_before=long_ago, audit_before=long_ago)["team_views"])

    assert counts == [0, 1]
    assert dump(records)["team_view_partners"] == []


# --- the rule by itself ------------------------------------------------------------------------------------------


def behind(marks: Mapping[str, Mapping[str, str]]) -> list[Behind]:
    return [Behind(member, f"a-{member}", own) for member, own in marks.items()]


def differing_in(count: int, areas: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for n in range(8):
        yield f"U0{n}", dict.fromkeys(areas, "new" if n < count else "old") | {"same": "old"}


@pytest.mark.parametrize(("count", "drawn"), [(0, True), (1, False), (3, False), (4, True), (8, True)])
def test_in_no_competency_do_one_to_three_differ(count: int, drawn: bool) -> None:
    before = behind(dict(differing_in(0, ["LG1", "M1"])))
    now = behind(dict(differing_in(count, ["LG1"])) if count else dict(differing_in(0, ["LG1", "M1"])))
    wide = behind({one.member: {**one.marks, "M1": "old"} for one in now})

    assert teams.may_be_drawn(wide, [before], set()) is drawn


def test_enough_in_one_competency_do_not_make_up_for_one_in_another() -> None:
    before = behind(dict(differing_in(0, ["LG1", "M1"])))
    now = behind(
        {member: {**marks, "M1": "new" if member == "U00" else "old"} for member, marks in differing_in(5, ["LG1"])}
    )

    assert not teams.may_be_drawn(now, [before], set())
    assert teams.may_be_drawn(now, [before], {f"a-U0{n}" for n in range(8)})
    assert not teams.may_be_drawn(now, [before], {"a-U00"})
