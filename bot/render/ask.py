"""Asking: the modals to ask in, the prompts that are suggested, and the fixed replies that are no answers."""

from __future__ import annotations

from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import (
    alert,
    asked,
    bullets,
    context,
    header,
    labelled,
    line,
    modal,
    option,
    quote,
    radio,
    rich,
    said,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part
from corpus.model import Audience

QUESTION = "question"
WHERE = "where"
ONLY_ME = "only_me"
IN_THREAD = "in_thread"

LONGEST_QUESTION = 2_000  # answer.answerer.LONGEST_QUESTION
EMPTY = "Type a question."
NOT_IN_THREAD = "I cannot reply in that thread. Choose “Only me”."

WORKING = "I am looking in the library. The answer comes in a moment, and only you will see it."
HOW_TO_ASK = "Type your question after the command, such as: /ask how do we start a merger?"
STATUS = "is looking in the library…"
"""The status line while an answer is made: Slack puts the app's name before it."""

_REFUSED = {
    "external": "I do not answer here, because people of other organisations can read this channel. Ask me in a direct "
    "message.",
    "unknown": "I do not answer here, because I cannot see who reads this channel. Ask me in a direct message.",
}


# --- fixed replies -----------------------------------------------------------------------------------------------


def note(sentence: str) -> Message:
    """One of the sentences above as a message."""
    return limits.message(sentence)


def apology(reference: str) -> Message:
    """Something failed on our side; `reference` finds it in the log."""
    return limits.message(
        "Sorry, something went wrong and I have no answer for you. Ask again in a few minutes. "
        f"If it goes on, tell your LMC office this reference: {safe.one_line(reference)}"
    )


def refused_place(reason: str) -> Message:
    """Why nothing is answered in a channel: `external` or `unknown`."""
    return limits.message(_REFUSED.get(reason, _REFUSED["unknown"]))


def cannot_share() -> Message:
    return limits.message(
        "I cannot share this answer here, because not everybody in this channel may read the documents that it quotes. "
        "It stays visible only to you."
    )


def shared() -> Message:
    return limits.message("Shared. Everybody in this channel can see the answer now.")


def only_the_asker() -> Message:
    return limits.message("Only the person who asked can do that.")


# --- help --------------------------------------------------------------------------------------------------------

_ABOUT = (
    "I answer questions from the library of LMC guidance. I quote passages word for word and name the document, its "
    "date and the page, so that you can check each one. Where the library does not say, I tell you so."
)
_WAYS = (
    "Write to me in a direct message, and ask more in its thread.",
    "Mention me in a channel: I reply in the thread.",
    "Type /ask and your question: only you see the answer until you share it.",
    "Choose “Ask about this message” in the menu of any message.",
)
CANNOT = (
    "I do not answer clinical questions, and I give no legal, tax or employment advice.",
    "Do not tell me about patients: no names, NHS numbers or dates of birth.",
    "I only know what is in the library. I do not search the internet.",
    "I am a computer program. A person at your LMC office can help you further.",
)
_EXAMPLES = {
    Audience.PUBLIC: (
        "What does an LMC do?",
        "How do I check how resilient our practice is?",
        "What help is there for practices?",
    ),
    Audience.PRACTICE: (
        "How do we start a merger with another practice?",
        "Which tool takes 15 minutes and shows where our practice is weak?",
        "What should a partnership deed cover?",
        "Who can help us when a partner retires?",
    ),
    Audience.OFFICER: (
        "What should I tell a practice that is thinking about a merger?",
        "Which programmes can a struggling practice apply for?",
        "What do our position papers say about federations?",
        "Compare the Practice Healthcheck and the Resilience Assessment",
    ),
}


def examples(role: Audience) -> tuple[str, ...]:
    """Questions that a reader of this role is likely to ask."""
    return _EXAMPLES.get(role, _EXAMPLES[Audience.OFFICER])


def suggested_prompts(role: Audience) -> list[dict[str, str]]:
    """For `assistant.threads.setSuggestedPrompts`: at most 4, each with a title of at most 75 characters."""
    shown = examples(role)[: limits.PROMPTS]
    return [{"title": safe.clip(text, limits.PROMPT_TITLE), "message": text} for text in shown]


def help_message(role: Audience) -> Message:
    """The reply to a greeting, to thanks and to "help"."""
    sample = examples(role)[:3]
    blocks = [
        rich(line(part(_ABOUT))),
        header("How to ask"),
        rich(bullets(line(part(way)) for way in _WAYS)),
        header("For example"),
        rich(bullets(line(part(text)) for text in sample)),
        header("What I cannot do"),
        rich(bullets(line(part(text)) for text in CANNOT)),
    ]
    lines = [_ABOUT, "", *_WAYS, "", "For example:", *(f"- {text}" for text in sample), "", *CANNOT]
    return limits.message("\n".join(lines), blocks)


# --- modals ------------------------------------------------------------------------------------------------------


def loading_view() -> View:
    """Opened at once, because Slack waits three seconds only; `ask_view` takes its place."""
    return modal(actions.ASK_VIEW, _TITLE, [said("One moment: I am reading the message.")])


_TITLE = "Ask the guidance"
_LONGEST_QUOTED = 1_500


def ask_view(*, quoted: str = "", question: str = "", can_reply_in_thread: bool = False, metadata: str = "") -> View:
    """The modal to ask in; with `quoted`, about a message.

    Where a reply in the thread is not allowed the choice is absent, and the modal says why.
    """
    blocks: list[Block] = []
    if quoted.strip():
        text = safe.clip(safe.plain(quoted).strip(), _LONGEST_QUOTED)
        blocks.append(rich(line(part("Message", bold=True)), quote(part(text))))
    start = question or quoted
    box = text_input(safe.clip(safe.one_line(start), LONGEST_QUESTION), lines=True, limit=LONGEST_QUESTION, least=1,
                     placeholder="What do you want to know?")  # fmt: skip
    blocks.append(asked(QUESTION, "Your question", box, hint="You can change the words before you send it."))
    if can_reply_in_thread:
        blocks.append(asked(WHERE, "Who sees the answer", radio(_WHERE, ONLY_ME)))
    elif quoted.strip():
        blocks.append(context("Only you will see the answer. I cannot reply in that thread, because I am not in the "
                              "channel or because not everybody there may read the library."))  # fmt: skip
    blocks.append(alert(words.NO_PATIENT_DATA, "warning"))
    return modal(actions.ASK_VIEW, _TITLE, blocks, submit="Ask", close="Cancel", metadata=metadata)


_WHERE = (
    option(ONLY_ME, "Only me", "By direct message"),
    option(IN_THREAD, "Reply in the thread", "Everybody in the channel can read it"),
)


def sent_view(*, in_thread: bool = False) -> View:
    """Takes the modal's place when the question is on its way, and says where the answer comes."""
    where = "in the thread of the message" if in_thread else "as a direct message from me"
    return modal(
        actions.ASK_VIEW, _TITLE, [said(f"Your question is on its way. The answer comes in a moment, {where}.")]
    )


def patient_data_view() -> View:
    """Instead of the modal, for a message that holds details of a patient: nothing of it is shown or kept."""
    return modal(
        actions.ASK_VIEW,
        _TITLE,
        [
            said("This message seems to contain details of a patient, so I have not used or kept any of it."),
            rich(labelled("Next step", "Ask its author to delete it. Then ask your question in a direct message to me, "
                          "without the patient's details.")),
        ],
    )  # fmt: skip
