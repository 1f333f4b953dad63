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
