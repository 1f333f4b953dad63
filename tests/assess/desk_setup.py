"""A desk over real records with the shipped questionnaires, and the people who come to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assess.desk import Assessing
from assess.model import LMC, Who
from records import Records
from records.assessments import Assessment
from records.plans import Action

HEALTHCHECK, LEVELS = "practice_healthcheck", "resilience_assessment"
SKILLS, MERGER = "partner_skills", "merger_readiness"

MANAGER, PARTNER = Who("T1", "U0MANAGER"), Who("T1", "U0PARTNER")
OUTSIDER, READER = Who("T1", "U0OUTSIDER"), Who("T1", "U0READER")
OFFICER, OTHER_TEAM = Who("T1", "U0OFFICER"), Who("T2", "U0MANAGER")
MEMBER_OFFICER = Who("T1", "U0BOTH")


def is_officer(who: Who) -> bool:
    return who in {OFFICER, MEMBER_OFFICER}


@dataclass(frozen=True)
class Place:
    """A desk with one practice of a manager, a partner, an officer who is a partner there too, and a guest."""

    desk: Assessing
    practice_id: str
    guest: Who

    def begin(self, instrument_id: str, who: Who = MANAGER) -> Assessment:
        return self.desk.start(who, instrument_id, self.practice_id)

    def levels(self, state: str) -> Assessment:
        """A Resilience Assessment whose plan is in that state: "", "draft", "submitted" or "approved"."""
        one = self.begin(LEVELS)
        self.desk.save(MANAGER, one.id, "partnership", {"RA01": "0", "RA02": "1", "RA01.note": "No deed since 2019"})
        if state:
            self.desk.finish(MANAGER, one.id)
        if state in {"submitted", "approved"}:
            self.desk.submit(MANAGER, one.id)
        if state == "approved":
            self.desk.approve(OFFICER, one.id)
        return self.desk.open(MANAGER, one.id).assessment

    def action(self, one: Assessment) -> Action:
        plan = self.desk.plan(MANAGER, one.id)
        assert plan is not None
        return plan.actions[0]


def set_up(records: Records) -> Place:
    desk = Assessing(records, is_officer=is_officer)
    practice = desk.add_practice(MANAGER, "Elm Surgery", "a12345")
    for who in (PARTNER, MEMBER_OFFICER):
        desk.add_member(MANAGER, practice.id, who.member)
    guest = desk.invite(MANAGER, practice.id, "Doctor Ann Example")
    desk.add_practice(OUTSIDER, "Oak Surgery")
    return Place(desk, practice.id, Who("T1", guest.member))


def share_all(place: Place, one: Assessment) -> None:
    place.desk.share(MANAGER, one.id, LMC)
    place.desk.share(MANAGER, one.id, READER.member)


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)
