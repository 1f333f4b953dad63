"""The desk: one object by which Slack, the browser and the command line start, fill in, share and plan.

It decides who may see what (assess/access.py) and keeps everything in the records. Whoever asks is given as `Who`, a
person of one team. What is missing and what is somebody else's raise the same error, so that nobody can try ids.
"""

from __future__ import annotations

from assess.officers import Officers
from assess.people import People
from assess.planning import Planning
from assess.team import Team

__all__ = ["Assessing"]


class Assessing(People, Planning, Team, Officers):
    """People and practices, filling in, plans, the team of partners and comparison; safe to share between threads.

    Methods raise NotYours, AssessmentFinished and AssessmentRefused (corpus/errors.py), each a sentence for the person
    who asked, and RecordsError when the database cannot be reached.
    """
