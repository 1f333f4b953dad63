"""What people are told about the data that is held about them: what there is, what goes, and what stays in Slack."""

from __future__ import annotations

from collections.abc import Mapping

from bot import actions
from bot.model import Message, View
from bot.render import limits, words
from bot.render.blocks import actions as rows
from bot.render.blocks import alert, bullets, button, line, modal, rich, said
from bot.render.blocks import words as part

FILE_NAME = "my-data.json"
FILE_TITLE = "Data held about you"

IN_SLACK = (
    "Messages in Slack itself, yours and mine, belong to your workspace. I cannot delete them there; your workspace's "
    "administrators decide how long they stay."
)
_NAMES = {
    "answers": ("question and its answer", "questions and their answers"),
    "feedback": ("vote on an answer", "votes on answers"),
    "escalations": ("question to a person", "questions to a person"),
    "escalations_as_officer": ("question that you answered", "questions that you answered"),
    "uploads": ("document that you sent", "documents that you sent"),
    "uploads_as_approver": ("document that you approved", "documents that you approved"),
    "members": ("practice that you belong to", "practices that you belong to"),
    "assessments": ("assessment that you began", "assessments that you began"),
    "own_responses": ("answer about your own skills", "answers about your own skills"),
    "responses": ("answer that you gave for a practice", "answers that you gave for a practice"),
    "audit": ("entry in the audit trail", "entries in the audit trail"),
}
"""What tables are called to people, those with something to say to them."""


def held(rows_by_table: Mapping[str, int], *, in_file: bool = True) -> Message:
    """What is held, as counts; the file with all of it comes below, or, where files are refused, how to get it."""
    last = "All of it is in the file in this thread." if in_file else NO_FILE
    return _listed("This is what I hold about you.", "I hold nothing about you.", rows_by_table, last)


NO_FILE = (
    "I may not send files in this workspace. Ask your LMC office for the whole of your data: an administrator gets it "
    "with the command lmc privacy export and your Slack member ID."
)


def question_before_deleting() -> Message:
    """The reply to "delete my data": what goes, what stays, and the button."""
    return limits.message(
        f"{_GOES} {_STAYS} {IN_SLACK} Press “Delete my data” to go on.",
        [said(_GOES), said(f"{_STAYS} {IN_SLACK}"), *rows([_delete_button()])],
    )


def delete_modal() -> View:
    """Callback DELETE_DATA_VIEW."""
    return modal(
        actions.DELETE_DATA_VIEW,
        "Delete my data",
        [said(_GOES), said(f"{_STAYS} {IN_SLACK}"), alert("This cannot be undone.", "warning")],
        submit="Delete",
        close="Keep it",
    )


def deleted(rows_by_table: Mapping[str, int]) -> Message:
    done = "I have deleted what I held about you."
    return _listed(done, done, rows_by_table, IN_SLACK)


_GOES = (
    "I will delete your questions, my answers, your feedback, your questions to officers and what you filled in about "
    "your own skills from my records, and end what you still wait for."
)
_STAYS = (
    "What you filled in for a practice stays with the practice, without your name. What else is left are counts and an "
    "audit trail that no longer say who you are."
)


def _delete_button() -> dict[str, object]:
    return button("Delete my data", actions.DELETE_DATA, actions.value(), style="danger")


def _listed(first: str, nothing: str, rows_by_table: Mapping[str, int], last: str = "") -> Message:
    lines = [
        words.count(number, *_NAMES[table]) for table, number in rows_by_table.items() if number and table in _NAMES
    ]
    start = first if lines else nothing
    text = " ".join(piece for piece in (start, ", ".join(lines) + "." if lines else "", last) if piece)
    blocks = [said(start), *([rich(bullets(line(part(item)) for item in lines))] if lines else [])]
    return limits.message(text, [*blocks, *([said(last)] if last else [])])
