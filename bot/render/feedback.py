"""What was wrong with an answer: the modal that asks, the thanks, and the note to whoever looks after the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import actions as rows
from bot.render.blocks import (
    alert,
    asked,
    bullets,
    checkboxes,
    labelled,
    line,
    link_button,
    modal,
    option,
    options_of,
    quote,
    rich,
    said,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part

CAUSES = "causes"
COMMENT = "comment"
TELL_OWNER = "tell_owner"
TELL = "yes"
"""The value of the ticked box "Tell the LMC's officers"."""

NO_PATIENT_DATA_ERROR = words.PATIENT_DATA_ERROR
_MODAL_TITLE = "This did not help"


@dataclass(frozen=True, slots=True)
class NotedDocument:
    """A document that an answer quotes: whom to ask about it, and where it opens on the web, if anywhere."""

    title: str
    contact: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class OwnerNote:
    """What the officers are told. No name of the person who judged the answer, and no question.

    `hidden` counts documents that not everybody who reads the note may know of. `outcome` is the kind of the outcome.
    """

    causes: Sequence[str]
    outcome: str
    comment: str = ""
    documents: Sequence[NotedDocument] = ()
    hidden: int = 0


def causes_modal(metadata: str, *, can_tell_owner: bool) -> View:
    """Callback FEEDBACK_VIEW."""
    blocks: list[Block] = [
        asked(CAUSES, "What was wrong?", checkboxes(options_of(words.CAUSES)), optional=True),
        asked(COMMENT, "What should it have said?", text_input(lines=True), optional=True),
    ]
    if can_tell_owner:
        tell = option(TELL, "Tell the LMC's officers", "They see the above and the documents, but not your name.")
        blocks.append(asked(TELL_OWNER, "Who should know", checkboxes([tell]), optional=True))
    blocks.append(alert(words.NO_PATIENT_DATA, "warning"))
    return modal(
        actions.FEEDBACK_VIEW, _MODAL_TITLE, blocks, submit="Send", close="Cancel", metadata=metadata
    )  # fmt: skip


def thanks(helpful: bool, *, told: Literal["owner", "nobody", ""] = "") -> Message:
    """Shown only to the person who judged. `nobody`: they asked us to tell somebody, and there is nobody to tell."""
    if helpful:
        return limits.message("Thank you. I have noted that this helped.")
    more = {
        "owner": " The LMC's officers have been told.",
        "nobody": " There is no channel set up to tell the LMC's officers, so only this note was made. "
        "If it matters soon, phone your LMC office.",
        "": "",
    }[told]
    return limits.message(f"Thank you. I have noted that this did not help.{more}")


def gone() -> Message:
    """The answer is not kept any more."""
    return limits.message("I no longer have this answer, so I could not note what you think of it. Ask again.")


def owner_note(note: OwnerNote) -> Message:
    """To the officers' channel."""
    causes = [words.CAUSES[cause] for cause in words.CAUSES if cause in note.causes]
    comment = safe.clip(safe.plain(note.comment).strip(), 2_500)
    documents = list(note.documents)[:_MOST]
    blocks = [
        rich(
            line(part("Somebody says that an answer did not help", bold=True)),
            labelled("Cause", "; ".join(causes) or "not given"),
            labelled("What I had replied", words.OUTCOME.get(note.outcome, "nothing")),
        )
    ]
    if comment:
        blocks.append(rich(line(part("In their words", bold=True)), quote(part(comment))))
    listed = [*map(_document, documents), *_unnamed(note)]
    if listed:
        quoted = bullets(line(part(item)) for item in listed)
        blocks.append(rich(line(part("Documents that the answer quotes", bold=True)), quoted))
    why = "; ".join(causes).lower() or "no cause given"
    lines = [f"Somebody says that an answer did not help: {why}.", comment, *listed]
    return limits.message("\n".join(item for item in lines if item), [*blocks, *rows(_opens(documents))])


_MOST = 4


def _document(item: NotedDocument) -> str:
    contact = safe.clip(safe.one_line(item.contact), 80)
    title = safe.clip(safe.one_line(item.title), 150) or words.NO_TITLE
    return f"“{title}”" + (f" (ask {contact})" if contact else "")


def _unnamed(note: OwnerNote) -> list[str]:
    rest = note.hidden + max(0, len(note.documents) - _MOST)
    return [f"and {words.count(rest, 'document')} not named here"] if rest else []


def _opens(documents: Sequence[NotedDocument]) -> list[Block]:
    found = [(item, address) for item in documents if (address := safe.url(item.url))]
    return [
        link_button(f"Open {safe.one_line(item.title) or 'the document'}", actions.nth(actions.OPEN_LINK, n), address)
        for n, (item, address) in enumerate(found, 1)
    ]


def gone_view() -> View:
    """Instead of the modal, when the answer is not kept any more."""
    return modal(actions.FEEDBACK_VIEW, _MODAL_TITLE, [said("I no longer have this answer. Ask again.")])
