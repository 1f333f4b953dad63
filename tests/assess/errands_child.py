"""A process that changes something of which people are told, and is killed by the tests.

    python -m tests.assess.errands_child URL CHANGE MOST

It forks a child for each of the first MOST moments at which a statement is sent or a transaction ends. The child has a
team of its own, makes the change in it and is killed at its moment; a line names the moment, the practice and the
assessment, and says `told` where the desk had said that it was done. A child that outlives it is the last.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from assess.desk import Assessing
from assess.model import Who
from records import Records
from records.assessments import Assessment
from tests.assess.desk_setup import HEALTHCHECK, LEVELS
from tests.records.records_child import dying_at, say

MANAGER, PARTNER, OFFICER, NEW = "U0MANAGER", "U0PARTNER", "U0OFFICER", "U0NEW"


class Town:
    """A team with a practice of two and an officer, as it is before a change."""

    def __init__(self, records: Records, team: str) -> None:
        self.desk = Assessing(records, is_officer=lambda who: who.member == OFFICER)
        self.manager, self.officer = Who(team, MANAGER), Who(team, OFFICER)
        self.practice = self.desk.add_practice(self.manager, "Elm Surgery")
        records.practices.join(self.practice, PARTNER, by=MANAGER)

    def healthcheck(self) -> Assessment:
        one = self.desk.start(self.manager, HEALTHCHECK, self.practice.id)
        self.desk.save(self.manager, one.id, "partnership", {"PL1": "2"})
        return one

    def levels(self, *, sent: bool) -> Assessment:
        """Finished, and its plan sent, where that is wanted; the errand of that is done."""
        one = self.desk.start(self.manager, LEVELS, self.practice.id)
        self.desk.save(self.manager, one.id, "partnership", {"RA01": "0"})
        self.desk.finish(self.manager, one.id)
        if sent:
            self.desk.submit(self.manager, one.id)
        return one

    def empty(self) -> None:
        for member in (PARTNER, MANAGER):
            self.desk.remove_member(self.manager, self.practice.id, member)


def finish(town: Town) -> tuple[str, Callable[[], object]]:
    one = town.healthcheck()
    return one.id, lambda: town.desk.finish(town.manager, one.id, counted=True, send=True)


def submit(town: Town) -> tuple[str, Callable[[], object]]:
    one = town.levels(sent=False)
    return one.id, lambda: town.desk.submit(town.manager, one.id)


def approve(town: Town) -> tuple[str, Callable[[], object]]:
    one = town.levels(sent=True)
    return one.id, lambda: town.desk.approve(town.officer, one.id)


def admit(town: Town) -> tuple[str, Callable[[], object]]:
    town.empty()
    return town.practice.id, lambda: town.desk.admit(town.officer, town.practice.id, NEW)


CHANGES: Mapping[str, Callable[[Town], tuple[str, Callable[[], object]]]] = {
    "finish": finish, "submit": submit, "approve": approve, "admit": admit,
}  # fmt: skip


def die(url: str, name: str, most: int) -> None:
    with Records.open(url) as records:
        for moment in range(1, most + 1):
            about, change = CHANGES[name](Town(records, f"T{moment}"))
            pipe, end = os.pipe()
            if os.fork() == 0:
                # Connections do not outlive a fork; the parent goes on with its own.
                records.database.engine.dispose(close=False)
                dying_at(records.database.engine, moment)
                change()
                os.write(end, b"told")
                os._exit(0)
            os.close(end)
            os.wait()
            with os.fdopen(pipe) as said:
                word = said.read()
            say(f"T{moment}", about, word)
            if word:
                return


if __name__ == "__main__":
    die(sys.argv[1], sys.argv[2], int(sys.argv[3]))
