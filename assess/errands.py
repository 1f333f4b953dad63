"""What people are to be told after a change: left in the inbox with the change itself, so that no crash parts them.

The desk decides who is told, wherever the change was made: in Slack, or in the browser. How it is said, and where, is
the bot's (bot/listeners), which looks at how things stand by then. An errand has ids and nothing that anybody wrote.
"""

from __future__ import annotations

RESULT = "assessment_result"
"""The report of `assessment`, to who has just finished it."""

OFFICERS = "assessment_officers"
"""To the officers: `user` has shared `assessment` with the LMC, or has sent its plan."""

SHOWN = "assessment_shown"
"""To `user`: `by` lets them see `assessment`."""

ADDED = "practice_added"
"""To `user`: `by`, a colleague, has made them a member of `practice`."""

ADMITTED = "practice_admitted"
"""To `user`: `by`, an officer, has let them into `practice`, which had no members."""

PLAN = "plan_tell"
"""To `user`, of the practice: the plan of `assessment` has come to `state`."""
