"""Practices and their members: who made one, who was asked in, with or without Slack."""

from __future__ import annotations

import re

from assess import errands
from assess.base import Base, in_slack, without_patients
from assess.model import Who
from corpus.errors import AssessmentRefused, NotYours
from records.practices import ADMITTED, Member, Practice

LONGEST_NAME = 100

_ODS = re.compile(r"[A-Z][0-9]{5}")


class People(Base):
    """Each method is asked by somebody: `who` comes first."""

    def practices(self, who: Who) -> list[Practice]:
        """Those that they belong to, by name."""
        return self._records.practices.of_person(who.team, who.member)

    def members(self, who: Who, practice_id: str) -> list[Member]:
        """Those of one of their practices, longest-standing first. Raises: NotYours."""
        return self._records.practices.members(self._own_practice(who, practice_id).id)

    def add_practice(self, who: Who, name: str, code: str = "") -> Practice:
        """A new practice with them as its first member. Raises: AssessmentRefused.

        Args:
            code: the ODS code, such as A12345, in any case; may be empty.
        """
        if who.is_guest:
            raise AssessmentRefused("Only somebody in Slack can add a practice; ask the person who invited you.")
        made = self._records.practices.add(who.team, who.member, _name(name), _code(code))
        if made is None:
            raise AssessmentRefused(
                "A practice with that code is here already. Ask a colleague there to add you, or ask your LMC office."
            )
        return made

    def invite(self, who: Who, practice_id: str, name: str) -> Member:
        """Add somebody who does not use Slack. Raises: NotYours, AssessmentRefused."""
        practice = self._own_practice(who, practice_id)
        return self._records.practices.invite(practice, _name(name), by=who.member)

    def add_member(self, who: Who, practice_id: str, member: str) -> Member:
        """Add a colleague in Slack, by their member id, and tell them. Raises: NotYours, AssessmentRefused."""
        practice = self._own_practice(who, practice_id)
        new = Member(practice.id, practice.team, in_slack(member), "")
        with self._telling() as leave:
            if self._records.practices.join(practice, member, by=who.member):
                leave(errands.ADDED, Who(who.team, member), by=who.member, practice=practice.id)
        return new

    def remove_member(self, who: Who, practice_id: str, member: str) -> None:
        """Take somebody out, or themselves; what they answered for themselves stays theirs. Raises: NotYours."""
        practice = self._own_practice(who, practice_id)
        if not self._records.practices.leave(practice, member, by=who.member):
            raise NotYours

    def without_members(self, who: Who) -> list[Practice]:
        """For officers: practices that nobody belongs to any more, by name. Raises: NotYours."""
        self._only_officers(who)
        return self._records.practices.without_members(who.team)

    def admit(self, who: Who, practice_id: str, member: str) -> Member:
        """An officer lets somebody into a practice that has no members, vouching that they work there; they are told.

        Raises: NotYours, AssessmentRefused.
        """
        self._only_officers(who)
        practice = self._records.practices.get(practice_id)
        if practice is None or practice.team != who.team:
            raise NotYours
        if self._is_officer(Who(who.team, in_slack(member))):
            raise AssessmentRefused("An officer cannot be put into a practice this way; name somebody of the practice.")
        with self._telling() as leave:
            self._records.practices.hold(practice.id)
            if self._records.practices.members(practice.id):
                raise AssessmentRefused("That practice has members; ask one of them to add their colleague.")
            self._records.practices.join(practice, member, by=who.member, what=ADMITTED)
            leave(errands.ADMITTED, Who(who.team, member), by=who.member, practice=practice.id)
        return Member(practice.id, practice.team, member, "")


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise AssessmentRefused(f"Write a name of 1 to {LONGEST_NAME} characters.")
    return without_patients(name)


def _code(code: str) -> str:
    code = "".join(code.split()).upper()
    if code and not _ODS.fullmatch(code):
        raise AssessmentRefused("Write the ODS code as a letter and five digits, such as A12345, or leave it open.")
    return code
