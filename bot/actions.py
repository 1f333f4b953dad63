"""The names that buttons and views carry to Slack and back, and the little that stands in their values.

A value comes back from anybody who can see the button, so it only names things; what the person may do with them is
looked up on the server at every click.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

# --- an answer
SHOW_PASSAGE = "show_passage"
SHARE_ANSWER = "share_answer"
DELETE_ANSWER = "delete_answer"
CHOOSE_MEANING = "choose_meaning"
OPEN_LINK = "open_link"
FEEDBACK = "answer_feedback"
ASK_PERSON = "ask_person"

# --- views that come back filled in (callback ids)
FEEDBACK_VIEW = "feedback_causes"
ASK_VIEW = "ask_view"
ESCALATION_VIEW = "escalation_view"
ESCALATION_REPLY_VIEW = "escalation_reply_view"
ESCALATION_ASSIGN_VIEW = "escalation_assign_view"
LIBRARY_VIEW = "library_view"
WITHDRAW_VIEW = "library_withdraw_view"
DELETE_DATA_VIEW = "delete_data_view"
START_VIEW = "assessment_start_view"
PAGE_VIEW = "assessment_page_view"
CHECK_VIEW = "assessment_check_view"
NOTICE_VIEW = "assessment_notice_view"
PRACTICE_VIEW = "practice_view"
PEOPLE_VIEW = "people_view"
ADMIT_VIEW = "practice_admit_view"
STATISTICS_VIEW = "statistics_view"
SHOW_VIEW = "assessment_show_view"
PLAN_VIEW = "plan_view"
ACTION_VIEW = "plan_action_view"
ACCEPT_VIEW = "plan_accept_view"

# --- shortcuts (callback ids) and commands
ASK_ABOUT_MESSAGE = "ask_about_message"
ASK_GLOBAL = "ask_global"
ASK_COMMAND = "/ask"

# --- App Home
HOME_ASK = "home_ask"
HOME_REFRESH = "home_refresh"
EXPORT_DATA = "export_data"
DELETE_DATA = "delete_data"

# --- asking a person
ESCALATION_CLAIM = "escalation_claim"
ESCALATION_CLOSE = "escalation_close"
ESCALATION_REPLY = "escalation_reply"
ESCALATION_ASSIGN = "escalation_assign"

# --- the library
LIBRARY_DESCRIBE = "library_describe"
LIBRARY_DISCARD = "library_discard"
LIBRARY_APPROVE = "library_approve"
LIBRARY_REJECT = "library_reject"
LIBRARY_WITHDRAW = "library_withdraw"
LIBRARY_RESTORE = "library_restore"
LIBRARY_ROLLBACK = "library_rollback"
LIBRARY_REINDEX = "library_reindex"
LIBRARY_VERIFY = "library_verify"

# --- filling in
TOOL_START = "tool_start"
ASSESSMENT_CONTINUE = "assessment_continue"
ASSESSMENT_PAGE = "assessment_page"
ASSESSMENT_BACK = "assessment_back"
ASSESSMENT_LATER = "assessment_later"
ASSESSMENT_CHECK = "assessment_check"
ASSESSMENT_CLOSE = "assessment_close"

# --- what has been filled in
ASSESSMENT_RESULT = "assessment_result"
ASSESSMENT_TEAM = "assessment_team"
ASSESSMENT_MORE = "assessment_more"
ASSESSMENT_SHARE = "assessment_share"
ASSESSMENT_UNSHARE = "assessment_unshare"
ASSESSMENT_SHOW = "assessment_show"
ASSESSMENT_COUNT = "assessment_count"
ASSESSMENT_CONSENT = "assessment_consent"
ASSESSMENT_REOPEN = "assessment_reopen"
ASSESSMENT_DELETE = "assessment_delete"
PRACTICE_ADD = "practice_add"
PRACTICE_PEOPLE = "practice_people"
PRACTICE_REMOVE = "practice_remove"
PRACTICE_OWN = "practice_own"

# --- for officers
PRACTICE_ADMIT = "practice_admit"
STATISTICS = "statistics"
STATISTICS_DRIVERS = "statistics_drivers"

# --- the plan
PLAN_OPEN = "plan_open"
PLAN_CHANGE = "plan_change"
PLAN_DROP = "plan_drop"
PLAN_WITHDRAW = "plan_withdraw"
PLAN_SEND_BACK = "plan_send_back"
PLAN_ACCEPT = "plan_accept"
PLAN_DECLINE = "plan_decline"
PLAN_DONE = "plan_done"
PLAN_UNDONE = "plan_undone"

VERSION = 1


def nth(action: str, n: int | str) -> str:
    """The action id of one of several buttons of a kind: ids must differ within a block.

    >>> nth(SHOW_PASSAGE, 2)
    'show_passage:2'
    """
    return f"{action}:{n}"


def any_of(action: str) -> re.Pattern[str]:
    """What a listener is registered for where buttons have ids by `nth`: `app.action(any_of(SHOW_PASSAGE))`."""
    return re.compile(rf"{re.escape(action)}(?::[\w-]+)?\Z")


def value(**named: str | int) -> str:
    """What a button carries: ids and numbers, never text of a question or a document.

    >>> value(a="4f0c", n=2)
    '{"v":1,"a":"4f0c","n":2}'
    """
    return json.dumps({"v": VERSION, **named}, separators=(",", ":"))


def read_value(text: str | None) -> Mapping[str, str | int]:
    """What a button carried; empty for a value that is not ours, whatever it holds."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    if not isinstance(found, dict) or found.get("v") != VERSION:
        return {}
    return {name: item for name, item in found.items() if isinstance(item, str | int) and not isinstance(item, bool)}
