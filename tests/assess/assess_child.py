"""A process that fills an assessment in and is killed by the tests.

    python -m tests.assess.assess_child fill URL TEAM MEMBER ASSESSMENT
    python -m tests.assess.assess_child die URL TEAM MEMBER ASSESSMENT MOST

`fill` saves an answer after another, for ever, and says `FIELD VALUE` when each was saved.

`die` forks a child for each of the first MOST moments at which a statement is sent or a transaction ends. The child
saves two fields of a page and is killed at its moment; a line says the moment, and `saved` if the desk had said so by
then. A child that outlives it says `lived`, and is the last.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle

from assess.desk import Assessing
from assess.model import Who
from records import Records
from tests.records.records_child import dying_at, say

FIELDS = ("PL1", "PL2", "PL3", "PL4")


def fill(url: str, who: Who, assessment_id: str) -> None:
    with Records.open(url) as records:
        desk = Assessing(records)
        for value in cycle("01234"):
            for field in FIELDS:
                desk.save(who, assessment_id, "partnership", {field: value})
                say(field, value)


def die(url: str, who: Who, assessment_id: str, most: int) -> None:
    for moment in range(1, most + 1):
        pipe, end = os.pipe()
        if os.fork() == 0:
            save_until(url, who, assessment_id, moment, end)
            os._exit(0)
        os.close(end)
        os.wait()
        with os.fdopen(pipe) as said:
            steps = said.read().split()
        say(moment, *steps)
        if "lived" in steps:
            return


def save_until(url: str, who: Who, assessment_id: str, moment: int, pipe: int) -> None:
    with Records.open(url) as records:
        desk = Assessing(records)
        dying_at(records.database.engine, moment)
        value = str(moment % 5)
        desk.save(who, assessment_id, "partnership", dict.fromkeys(FIELDS[:2], value))
        os.write(pipe, b"saved ")
        desk.save(who, assessment_id, "partnership", {FIELDS[2]: value})
        os.write(pipe, b"lived ")


if __name__ == "__main__":
    what, url, team, member, assessment_id, *rest = sys.argv[1:]
    if what == "fill":
        fill(url, Who(team, member), assessment_id)
    else:
        die(url, Who(team, member), assessment_id, int(rest[0]))
