"""Practices, assessments, responses and plans in the database: what is kept, for how long, and what the audit says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from corpus.errors import AssessmentFinished, NotYours
from records import Records
from records.assessments import COUNTED, Assessment
from records.plans import APPROVED, DRAFT, MOST, SUBMITTED, NewAction
from records.practices import Practice
from records.retention import months_before
from records.schema import actions, assessments, members, practices, reminders, responses, snapshots
from records.snapshots import KeptSnapshot
from tests.records.conftest import TestClock
from tests.records.everything import dump, tables_with

MANAGER, PARTNER, OFFICER = "U0MANAGER", "U0PARTNER", "U0OFFICER"


@pytest.fixture
def practice(records: Records) -> Practice:
    made = records.practices.add("T1", MANAGER, "Elm Surgery", "A12345")
    assert made is not None
    return made


def begin(
    records: Records, practice: Practice, kind: str = "healthcheck", member: str = MANAGER, months: int = 36
) -> Assessment:
    return records.assessments.start(
        practice, member, kind=kind, instrument=f"the_{kind}", version="1.0", kept_months=months
    )


def action(criterion: str = "RA01", due: date = date(2026, 4, 1)) -> NewAction:
    return NewAction(
        criterion=criterion,
        why="Nobody knows",
        action="Ask the solicitor",
        owner_role="Partner",
        due=due,
        horizon="now",
    )


def noted(records: Records) -> list[str]:
    return [entry.action for entry in reversed(records.audit.recent(100))]


# --- practices ----------------------------------------------------------------------------------------------------


def test_a_practice_begins_with_the_person_who_added_it(records: Records, practice: Practice) -> None:
    assert records.practices.of_person("T1", MANAGER) == [practice]
    assert [member.member for member in records.practices.members(practice.id)] == [MANAGER]
    assert noted(records) == ["practice.added", "practice.joined"]


def test_a_code_belongs_to_one_practice_of_a_team(records: Records, practice: Practice) -> None:
    assert records.practices.add("T1", "U0OTHER", "Elm Surgery again", practice.code) is None
    assert records.practices.of_person("T1", "U0OTHER") == []
    assert records.practices.add("T2", "U0OTHER", "Elm Surgery", practice.code) is not None
    for _ in range(2):
        assert records.practices.add("T1", "U0OTHER", "Without a code") is not None


def test_a_guest_has_a_name_in_the_practice_and_none_in_the_audit(records: Records, practice: Practice) -> None:
    guest = records.practices.invite(practice, "Doctor Ann Example", by=MANAGER)

    assert guest.member.startswith("guest-")
    assert tables_with(records, "Ann Example") == {"members"}
    assert tables_with(records, guest.member) == {"members", "people"}


def test_a_guest_is_exported_and_forgotten_like_anybody(records: Records, practice: Practice) -> None:
    guest = records.practices.invite(practice, "Doctor Ann Example", by=MANAGER).member
    one = begin(records, practice, "skills", guest)
    records.assessments.save(one.id, guest, {"LG1.1": "3"})

    export = records.privacy.export("T1", guest)
    records.privacy.delete("T1", guest)

    assert "Doctor Ann Example" in str(export["members"])
    assert "LG1.1" in str(export["own_responses"])
    assert len(export["audit"]) >= 3  # type: ignore[arg-type]
    assert tables_with(records, guest) == tables_with(records, "Ann Example") == tables_with(records, "LG1.1") == set()


def test_who_leaves_is_no_member_any_more(records: Records, practice: Practice) -> None:
    records.practices.join(practice, PARTNER, by=MANAGER)
    assert records.practices.leave(practice, PARTNER, by=MANAGER)
    assert not records.practices.leave(practice, PARTNER, by=MANAGER)
    assert records.practices.of_person("T1", PARTNER) == []


# --- responses ----------------------------------------------------------------------------------------------------


def test_a_practice_has_one_open_assessment_and_each_partner_one_of_their_own(
    records: Records, practice: Practice
) -> None:
    shared = begin(records, practice)
    assert begin(records, practice, member=PARTNER) == shared
    own, other = begin(records, practice, "skills"), begin(records, practice, "skills", PARTNER)
    assert own.id != other.id
    assert begin(records, practice, "skills") == own
    assert noted(records).count("assessment.started") == 3


def test_what_is_finished_is_followed_by_a_new_one(records: Records, practice: Practice) -> None:
    first = begin(records, practice)
    records.assessments.finish(first.id, MANAGER, counted=True)
    second = begin(records, practice)

    assert second.id != first.id
    assert not records.assessments.reopen(first.id, MANAGER)
    records.assessments.finish(second.id, MANAGER)
    assert records.assessments.reopen(first.id, MANAGER)
    assert records.assessments.agreed([first.id, second.id], COUNTED) == {first.id}


def test_responses_are_kept_with_who_changed_them_and_how_often(records: Records, practice: Practice) -> None:
    one = begin(records, practice)
    records.assessments.save(one.id, MANAGER, {"PL1": "3", "PL2": "1"})
    records.assessments.save(one.id, PARTNER, {"PL1": "4", "PL2": "1"})
    kept, clashes = records.assessments.save(one.id, PARTNER, {"PL1": ""})

    assert clashes == []
    assert {field: (found.value, found.revision, found.member) for field, found in kept.items()} == {
        "PL1": ("", 3, PARTNER),
        "PL2": ("1", 1, MANAGER),
    }
    assert kept == records.assessments.responses(one.id)
    assert records.assessments.responses_of([one.id]) == {one.id: {"PL2": "1"}}
    assert records.assessments.revisions_of([one.id]) == {one.id: 4}


SAVES = {
    # field seen at revision, what is sent, what is kept then, whether that is a conflict; it went "" -> 1 -> 2
    "as it was shown last": (2, "3", "3", False),
    "shown before the other changed it": (1, "3", "2", True),
    "shown empty": (0, "3", "2", True),
    "sent as it was shown before": (1, "1", "2", False),
    "sent empty as it was shown": (0, "", "2", False),
    "sent the same as the other": (0, "2", "2", False),
    "not looked at": (None, "3", "3", False),
    "cleared after it was seen": (2, "", "", False),
    "cleared while the other changed it": (1, "", "2", True),
}


@pytest.mark.parametrize("name", SAVES)
def test_two_who_change_a_field_are_told_and_neither_is_lost(records: Records, practice: Practice, name: str) -> None:
    seen, sent, left, is_conflict = SAVES[name]
    one = begin(records, practice)
    for value in ("1", "2"):
        records.assessments.save(one.id, MANAGER, {"PL1": value})

    kept, clashes = records.assessments.save(
        one.id, PARTNER, {"PL1": sent, "PL2": "4"}, None if seen is None else {"PL1": seen}
    )

    assert kept["PL1"].value == left
    assert [(clash.field, clash.sent, clash.kept.value, clash.kept.member) for clash in clashes] == (
        [("PL1", sent, "2", MANAGER)] if is_conflict else []
    )
    assert kept["PL2"].value == "4"  # whatever becomes of the other field


def test_nothing_is_saved_in_what_is_finished_or_gone(records: Records, practice: Practice) -> None:
    one = begin(records, practice)
    records.assessments.finish(one.id, MANAGER)
    with pytest.raises(AssessmentFinished):
        records.assessments.save(one.id, MANAGER, {"PL1": "3"})
    with pytest.raises(AssessmentFinished):
        records.assessments.finish(one.id, MANAGER)
    records.assessments.delete(one.id, MANAGER)
    with pytest.raises(NotYours):
        records.assessments.save(one.id, MANAGER, {"PL1": "3"})
    assert not any(dump(records)[table] for table in ("assessments", "responses"))


def test_the_audit_says_what_was_done_and_nothing_of_what_was_written(records: Records, practice: Practice) -> None:
    one = begin(records, practice)
    records.assessments.save(one.id, MANAGER, {"PL1": "3", "RA01.note": "a secret partner"})
    records.assessments.save(one.id, MANAGER, {"PL1": "3"})  # nothing new
    records.assessments.share(one, "lmc", by=MANAGER)
    records.assessments.unshare(one.id, "lmc", by=MANAGER)
    records.assessments.finish(one.id, MANAGER, counted=False)
    records.assessments.reopen(one.id, MANAGER)
    records.assessments.delete(one.id, MANAGER)

    assert noted(records)[2:] == [
        "assessment.started", "assessment.saved", "assessment.shared", "assessment.unshared", "assessment.refused",
        "assessment.finished", "assessment.reopened", "assessment.deleted",
    ]  # fmt: skip
    (saved,) = records.audit.recent(10, action="assessment.saved")
    assert (saved.actor, saved.thing, saved.details) == (MANAGER, one.id, {"fields": 2, "conflicts": 0})
    assert tables_with(records, "secret") == set()


# --- plans --------------------------------------------------------------------------------------------------------


def test_a_draft_made_anew_keeps_what_was_changed_by_hand(records: Records, practice: Practice) -> None:
    one = begin(records, practice, "levels")
    records.plans.draft(one, MANAGER, [action("RA01"), action("RA02")])
    plan = records.plans.get(one.id)
    assert plan is not None
    assert records.plans.change(plan.actions[0], {DRAFT}, {"action": "Ask two solicitors"}, by=MANAGER)

    records.plans.draft(one, MANAGER, [action("RA01"), action("RA03")])

    again = records.plans.get(one.id)
    assert again is not None
    assert sorted((found.criterion, found.action) for found in again.actions) == [
        ("RA01", "Ask two solicitors"), ("RA03", "Ask the solicitor"),
    ]  # fmt: skip


def test_a_plan_never_has_more_than_twelve_actions(records: Records, practice: Practice) -> None:
    one = begin(records, practice, "levels")
    records.plans.draft(one, MANAGER, [action(f"RA{n:02}") for n in range(1, 12)])

    assert records.plans.add(one, action("RA40"), {DRAFT}, by=MANAGER) is not None
    assert records.plans.add(one, action("RA41"), {DRAFT}, by=MANAGER) is None
    plan = records.plans.get(one.id)
    assert plan is not None
    assert len(plan.actions) == MOST


def test_a_plan_that_has_moved_on_is_not_changed_as_if_it_had_not(records: Records, practice: Practice) -> None:
    one = begin(records, practice, "levels")
    records.plans.draft(one, MANAGER, [action()])
    plan = records.plans.get(one.id)
    assert plan is not None
    assert records.plans.move(one.id, DRAFT, SUBMITTED, by=MANAGER, what="submitted")

    assert not records.plans.move(one.id, DRAFT, SUBMITTED, by=MANAGER, what="submitted")
    assert not records.plans.change(plan.actions[0], {DRAFT}, {"action": "Other"}, by=MANAGER)
    assert not records.plans.drop(plan.actions[0], {DRAFT}, by=MANAGER)
    records.plans.draft(one, MANAGER, [])
    assert records.plans.move(one.id, SUBMITTED, APPROVED, by=OFFICER, what="approved", analyst=OFFICER)
    left = records.plans.get(one.id)
    assert left is not None
    assert left.actions == plan.actions


def test_a_reminder_is_noted_once(records: Records, practice: Practice) -> None:
    one = begin(records, practice, "levels")
    records.plans.draft(one, MANAGER, [action()])
    plan = records.plans.get(one.id)
    assert plan is not None
    action_id = plan.actions[0].id

    assert [records.plans.reminded(action_id, "before-14:2026-04-01") for _ in range(2)] == [True, False]
    assert records.plans.reminded(action_id, "before-3:2026-04-01")
    assert not records.plans.reminded("no such action", "before-3:2026-04-01")


def test_a_quarter_is_frozen_once(records: Records) -> None:
    first = KeptSnapshot("2026-Q1", {"mean": 61}, {"marks": ["a:1"]})

    assert records.snapshots.keep("T1", "practice_healthcheck", 1, first)
    assert not records.snapshots.keep("T1", "practice_healthcheck", 1, KeptSnapshot("2026-Q1", {"mean": 2}, {}))
    assert records.snapshots.latest("T1", "practice_healthcheck", 1) == first
    assert records.snapshots.keep("T1", "practice_healthcheck", 1, KeptSnapshot("2026-Q2", {"mean": 3}, {}))
    latest = records.snapshots.latest("T1", "practice_healthcheck", 1)
    assert latest is not None
    assert latest.quarter == "2026-Q2"
    assert records.snapshots.latest("T1", "practice_healthcheck", 2) is None


# --- how long it is kept ------------------------------------------------------------------------------------------


def expire(records: Records, clock: TestClock) -> dict[str, int]:
    return dict(
        records.privacy.expire(
            questions_before=clock.now - timedelta(days=90), audit_before=clock.now - timedelta(days=730)
        )
    )


@pytest.mark.parametrize(("kind", "months"), [("healthcheck", 36), ("levels", 36), ("skills", 18), ("checklist", 72)])
def test_each_kind_is_kept_for_as_long_as_was_said_after_its_last_change(
    records: Records, clock: TestClock, practice: Practice, kind: str, months: int
) -> None:
    one = begin(records, practice, kind, months=months)
    clock.advance(days=200)
    records.assessments.save(one.id, MANAGER, {"A": "1"})
    changed = clock.now
    while months_before(clock.now + timedelta(days=1), months) <= changed:
        clock.advance(days=1)
    expire(records, clock)
    assert records.assessments.get(one.id) is not None

    clock.advance(days=1, seconds=1)
    counts = expire(records, clock)

    assert counts["assessments"] == 1
    assert not any(dump(records)[table] for table in ("assessments", "responses"))


def test_the_months_are_those_of_the_calendar() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 11, 23, tzinfo=UTC), 36) == datetime(2023, 11, 23, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 18) == datetime(2024, 7, 15, tzinfo=UTC)


def test_a_checklist_that_was_closed_goes_after_ninety_days(
    records: Records, clock: TestClock, practice: Practice
) -> None:
    for kind in ("checklist", "healthcheck"):
        records.assessments.finish(begin(records, practice, kind, months=72).id, MANAGER)
    clock.advance(days=90)
    assert expire(records, clock)["assessments"] == 0

    clock.advance(days=1)

    assert expire(records, clock)["assessments"] == 1
    assert [one.kind for one in records.assessments.of_practices([practice.id])] == ["healthcheck"]


def test_a_practice_goes_with_its_members_when_nothing_of_it_is_left(
    records: Records, clock: TestClock, practice: Practice
) -> None:
    one = begin(records, practice)
    records.plans.draft(one, MANAGER, [action()])
    records.assessments.share(one, "lmc", by=MANAGER)
    records.snapshots.keep("T1", "practice_healthcheck", 1, KeptSnapshot("2026-Q1", {}, {}))
    clock.advance(days=1_090)
    counts = expire(records, clock)
    assert (counts["assessments"], counts["practices"], counts["snapshots"]) == (0, 0, 1)

    clock.advance(days=10)
    counts = expire(records, clock)

    assert (counts["assessments"], counts["practices"]) == (1, 1)
    with records.database.read() as connection:
        for table in (practices, members, assessments, responses, actions, reminders, snapshots):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


# --- a person's rights --------------------------------------------------------------------------------------------


def test_a_partners_own_answers_go_with_them_and_the_practices_stay_without_them(
    records: Records, practice: Practice
) -> None:
    records.practices.join(practice, PARTNER, by=MANAGER)
    shared, own = begin(records, practice), begin(records, practice, "skills", PARTNER)
    records.assessments.save(shared.id, PARTNER, {"PL1": "3"})
    records.assessments.save(own.id, PARTNER, {"LG1.1": "4"})
    records.assessments.consent(own, "named", PARTNER, given=True)
    records.assessments.share(shared, "lmc", by=PARTNER)
    records.plans.draft(shared, PARTNER, [action()])
    plan = records.plans.get(shared.id)
    assert plan is not None
    records.plans.change(plan.actions[0], {DRAFT}, {"owner": PARTNER}, by=PARTNER)

    export = records.privacy.export("T1", PARTNER)
    assert [(row["field"], row["value"]) for row in export["own_responses"]] == [("LG1.1", "4")]  # type: ignore[index,union-attr,call-overload]
    assert [row["name"] for row in export["practices"]] == ["Elm Surgery"]  # type: ignore[index,union-attr,call-overload]

    counts = records.privacy.delete("T1", PARTNER)

    assert (counts["assessments"], counts["responses"], counts["members"]) == (1, 2, 1)
    assert records.assessments.get(own.id) is None
    assert tables_with(records, PARTNER) == tables_with(records, "LG1.1") == set()
    left = records.assessments.responses(shared.id)["PL1"]
    assert (left.value, left.member[:5]) == ("3", "gone-")
    assert [share.reader for share in records.assessments.shares(shared.id)] == ["lmc"]
    after = records.plans.get(shared.id)
    assert after is not None
    assert (after.actions[0].action, after.actions[0].owner[:5]) == ("Ask the solicitor", "gone-")
