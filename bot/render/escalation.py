"""Asking a person: the modal with what will be shared, the officers' message, and words passed on both ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import (
    Part,
    alert,
    asked,
    bullets,
    button,
    confirm,
    context,
    is_user,
    labelled,
    line,
    modal,
    options_of,
    person,
    quote,
    radio,
    rich,
    said,
    select,
    text_input,
)  # fmt: skip
from bot.render.blocks import actions as rows
from bot.render.blocks import words as part

TOPIC = "topic"
URGENCY = "urgency"
SHARED = "shared"
REPLY = "reply"
OFFICER = "officer"

NORMAL, URGENT = "normal", "urgent"

EMPTY = "Write what you want to say."
NOT_AN_OFFICER = "Choose an LMC officer."
NO_PATIENT_DATA_ERROR = words.PATIENT_DATA_ERROR

TOPICS = {
    "contract": "Contract and funding",
    "partnership": "Partnership and mergers",
    "workload": "Workload and services",
    "premises": "Premises",
    "workforce": "Staff and workforce",
    "resilience": "Help for a practice in difficulty",
    "complaints": "Complaints and performance",
    "other": "Something else",
}
_URGENCY = {NORMAL: "In the next few days", URGENT: "Today, if at all possible"}


@dataclass(frozen=True, slots=True)
class AskPerson:
    """The modal. `question` fills the box that the asker edits; `reply` and `documents` (titles) go along with it."""

    metadata: str
    question: str = ""
    reply: str = ""
    documents: Sequence[str] = ()
    hours: float = 24.0


@dataclass(frozen=True, slots=True)
class OfficersPost:
    """A question for a person, as the officers' channel shows it. `requester` and `officer` are user ids.

    `shared`, `reply` (what the assistant had replied) and `documents` (titles) are what the asker agreed to show;
    `hidden` counts documents that not everybody in the officers' channel may know of.
    """

    escalation_id: str
    requester: str
    topic: str
    urgent: bool
    shared: str
    opened: dt.datetime
    reply: str = ""
    documents: Sequence[str] = ()
    hidden: int = 0
    state: str = "open"
    officer: str = ""


def topic_words(topic: str) -> str:
    return TOPICS.get(topic, TOPICS["other"])


# --- the modal of the asker --------------------------------------------------------------------------------------


def ask_modal(view: AskPerson) -> View:
    """Callback ESCALATION_VIEW; the inputs are TOPIC, URGENCY and SHARED."""
    box = text_input(safe.clip(safe.plain(view.question), limits.INPUT), lines=True, least=1)
    blocks = [
        asked(SHARED, "Your question to the LMC's officers", box, hint="Change it as you like: they read it as it is."),
        asked(TOPIC, "What is it about?", select(options_of(TOPICS))),
        asked(URGENCY, "How soon do you need an answer?", radio(options_of(_URGENCY), NORMAL)),
        rich(line(part("What the officers will see", bold=True)), bullets(line(part(item)) for item in _goes(view))),
        alert(words.NO_PATIENT_DATA, "warning"),
        context(f"Pressing Send shows them this. They are reminded after {hours_words(view.hours)}."),
    ]
    return modal(
        actions.ESCALATION_VIEW, "Ask a person", blocks, submit="Send", close="Cancel", metadata=view.metadata
    )  # fmt: skip


def _goes(view: AskPerson) -> list[str]:
    """What is shared beside the asker's own words, so that they know before they agree."""
    reply = safe.clip(safe.one_line(view.reply), 500)
    titles = "; ".join(_title(title) for title in list(view.documents)[:_MOST_DOCUMENTS])
    shown = ["Your name and what is in the box above"]
    shown += [f"What I replied: {reply}"] if reply else []
    return [*shown, f"The documents that I quoted: {titles}"] if titles else shown


_MOST_DOCUMENTS = 6


def _title(title: str) -> str:
    return safe.clip(safe.one_line(title), 120) or words.NO_TITLE


def sent_to_officers(hours: float) -> Message:
    """To the asker, in their direct message: what happens next."""
    return _note(
        "I have passed your question to the LMC's officers. The reply comes here in this thread; if nobody has taken "
        f"it after {hours_words(hours)}, they are reminded. What you write in this thread goes to them until the "
        "question is closed. If it cannot wait, phone your LMC office."
    )


def not_sent(reason: str) -> Message:
    """To the asker, when the question could not be passed on; `reason` is a sentence."""
    return _note(
        f"I could not pass on your question to the LMC's officers. {safe.clip(safe.one_line(reason), 500)} "
        "Phone your LMC office instead."
    )


# --- the officers' message ---------------------------------------------------------------------------------------


def post(view: OfficersPost) -> Message:
    """The question in the officers' channel, edited in place as its state changes; buttons carry value(e=id)."""
    lines = [
        line(part("A question for a person", bold=True)),
        line(part("From: ", bold=True), person(view.requester)),
        labelled("About", topic_words(view.topic)),
        labelled("Needed", _URGENCY[URGENT if view.urgent else NORMAL]),
        labelled("Sent", words.moment(view.opened)),
        line(part("State: ", bold=True), *_state(view)),
    ]
    return limits.message(_summary(view), [rich(*lines), *_shared(view), *rows(_buttons(view))])


def _state(view: OfficersPost) -> list[Part]:
    state = part(words.ESCALATION_STATE.get(view.state, view.state))
    return [state, part(" by "), person(view.officer)] if view.officer and view.state != "open" else [state]


def _shared(view: OfficersPost) -> list[Block]:
    """What the asker agreed to show, each part under its name."""
    shown = safe.clip(safe.plain(view.shared).strip(), 3_000)
    blocks = [rich(line(part("In their words", bold=True)), quote(part(shown)))] if shown else []
    reply = safe.clip(safe.one_line(view.reply), 500)
    if reply:
        blocks.append(rich(line(part("The assistant had replied", bold=True)), quote(part(reply))))
    documents = _documents(view)
    if documents:
        listed = bullets(line(part(item)) for item in documents)
        blocks.append(rich(line(part("Documents that it quoted", bold=True)), listed))
    return blocks


def _documents(view: OfficersPost) -> list[str]:
    shown = [f"“{_title(title)}”" for title in list(view.documents)[:_MOST_DOCUMENTS]]
    rest = view.hidden + max(0, len(view.documents) - _MOST_DOCUMENTS)
    return [*shown, f"and {words.count(rest, 'document')} not named here"] if rest else shown


def _buttons(view: OfficersPost) -> list[Block]:
    value = actions.value(e=view.escalation_id)
    take = button("Take it", actions.ESCALATION_CLAIM, value, style="primary")
    reply = button("Reply", actions.ESCALATION_REPLY, value, style="primary")
    assign = button("Pass on", actions.ESCALATION_ASSIGN, value, label="Pass on this question to another officer")
    close = button("Close", actions.ESCALATION_CLOSE, value, confirm=_CLOSE)
    return {"open": [take, assign, close], "claimed": [reply, assign, close]}.get(view.state, [])


_CLOSE = confirm("Close this question?", "The asker is told, and nothing more is passed on.", "Close it", "Keep open")


def _summary(view: OfficersPost) -> str:
    kind = "Urgent question" if view.urgent else "Question"
    state = words.ESCALATION_STATE.get(view.state, view.state).lower()
    lines = [f"{kind} for a person, about {topic_words(view.topic).lower()} ({state})"]
    lines += [safe.clip(safe.plain(view.shared).strip(), 2_000)]
    lines += [f"The assistant had replied: {safe.clip(safe.one_line(view.reply), 500)}"] if view.reply else []
    return "\n".join([*lines, *_documents(view)])


def claimed_note(officer: str, requester: str) -> Message:
    """In the thread below the question, once somebody has taken it: what is passed on from now."""
    rule = " word for word, and nothing that others write. Attachments are not passed on. "
    rest = "Mention me to ask the library; that is not passed on either."
    return _told(
        "What the officer who took this writes in this thread is passed on to the asker" + rule + rest,
        part("What "), person(officer), part(" writes in this thread is passed on to "), person(requester),
        part(rule + rest),
    )  # fmt: skip


def reminder(requester: str, hours: float, opened: dt.datetime) -> Message:
    """In the officers' channel, when a question has waited too long."""
    waited = f"has waited {hours_words(hours)} for an answer, since {words.moment(opened)}. "
    please = "Please take it, pass it on, or close it."
    return _told(
        f"A question {waited}{please}", part("The question from "), person(requester), part(f" {waited}{please}")
    )


def closed_note(by: str) -> Message:
    """In the officers' thread."""
    rest = " closed this question. Nothing more is passed on."
    return _told("Somebody" + rest, person(by), part(rest))


def echo(officer: str, text: str) -> Message:
    """In the officers' thread: what was sent with the button "Reply"."""
    return _words_of(officer, " replied to the asker:", "An officer replied to the asker", text)


# --- to the asker ------------------------------------------------------------------------------------------------


def taken(officer: str) -> Message:
    rest = " has your question and will reply here."
    return _told("An LMC officer" + rest, person(officer), part(" (LMC officer)" + rest))


def passed_to(officer: str) -> Message:
    rest = " and the reply comes here."
    return _told(
        "Another LMC officer has your question now," + rest,
        person(officer), part(" (LMC officer) has your question now," + rest),
    )  # fmt: skip


def closed(by: str) -> Message:
    rest = (
        " closed your question to the LMC. What you write here is answered by me from the library again. "
        "To ask a person again, press “Ask a person” under an answer."
    )
    return _told("An LMC officer" + rest, person(by), part(" (LMC officer)" + rest))


# --- both ways ---------------------------------------------------------------------------------------------------

_LONGEST_RELAYED = 6_000


def relayed(user: str, text: str, *, by_officer: bool) -> Message:
    """Somebody's words, letter by letter, labelled as theirs. `text` is as they typed it, not as Slack escaped it."""
    if by_officer:
        return _words_of(user, " (LMC officer) writes:", "An LMC officer writes", text)
    return _words_of(user, " writes:", "The asker writes", text)


def _words_of(user: str, label: str, spoken: str, text: str) -> Message:
    whole = safe.plain(text).strip() or "(no words)"
    shown = safe.clip(whole, _LONGEST_RELAYED)
    cut = "The message was longer than I can pass on: ask for the rest." if shown != whole else ""
    quotes = [rich(quote(part(piece))) for piece in safe.pieces(shown, limits.RICH_TEXT)]
    blocks = [rich(line(person(user), part(label))), *quotes, *([context(cut)] if cut else [])]
    return limits.message(f"{spoken}: {shown}", blocks)


# --- notices that only one person sees ---------------------------------------------------------------------------


def only_officers() -> Message:
    return limits.message("Only LMC officers can do that.")


def taken_already(officer: str) -> Message:
    rest = " has taken this question already."
    return _told("Somebody else" + rest, person(officer), part(rest))


def only_claimer(officer: str) -> Message:
    rest = " has this question, so what you write here is not passed on. Press “Pass on” to take it over."
    return _told("Another officer" + rest, person(officer), part(rest))


def not_taken_yet(requester: str) -> Message:
    rest = ", because nobody has taken the question yet. Press “Take it” first."
    return _told(
        "I have not passed this on" + rest, part("I have not passed this on to "), person(requester), part(rest)
    )  # fmt: skip


def closed_already() -> Message:
    return limits.message("This question is closed, so nothing more is passed on.")


def no_files(count: int) -> Message:
    return limits.message(f"I do not pass on attachments: {words.count(count, 'file')} stayed here.")


def not_relayed_patient_data() -> Message:
    return limits.message(
        "I have not passed on your message, because it seems to contain details of a patient. Delete it, and write "
        "again without them."
    )


def no_officers_channel() -> Message:
    return limits.message("There is no channel of LMC officers set up for questions. Phone your LMC office instead.")


# --- modals of the officers --------------------------------------------------------------------------------------


def reply_modal(metadata: str, requester: str) -> View:
    """Callback ESCALATION_REPLY_VIEW; the input is REPLY."""
    blocks = [
        rich(line(part("To "), person(requester))),
        asked(REPLY, "Your reply", text_input(lines=True, least=1)),
        alert(words.NO_PATIENT_DATA, "warning"),
        context("It is passed on word for word, with your name."),
    ]
    return modal(
        actions.ESCALATION_REPLY_VIEW, "Reply", blocks, submit="Send", close="Cancel", metadata=metadata
    )  # fmt: skip


def assign_modal(metadata: str) -> View:
    """Callback ESCALATION_ASSIGN_VIEW; the input is OFFICER, a user id."""
    people: Block = {
        "type": "users_select",
        "placeholder": {"type": "plain_text", "text": "Choose an officer", "emoji": False},
    }
    blocks = [asked(OFFICER, "Who should have it?", people)]
    return modal(
        actions.ESCALATION_ASSIGN_VIEW, "Pass on", blocks, submit="Pass on", close="Cancel", metadata=metadata
    )  # fmt: skip


# --- words -------------------------------------------------------------------------------------------------------


def hours_words(hours: float) -> str:
    """`1 hour`, `24 hours`, `3 days`."""
    whole = max(1, round(hours))
    return words.count(whole, "hour") if whole < 48 else words.count(round(whole / 24), "day")


def _note(sentence: str) -> Message:
    return limits.message(sentence, [said(sentence)])


def _told(sentence: str, *parts: Part) -> Message:
    """One line that names a person; `sentence` says it without, for where a name cannot be shown."""
    named = any(item["type"] == "user" and is_user(str(item["user_id"])) for item in parts)
    return limits.message(sentence, [rich(line(*parts))] if named else [said(sentence)])
