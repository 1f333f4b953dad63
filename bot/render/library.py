"""The library in Slack: what was understood of a file, the modal that describes it, approval, progress, result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import actions as rows
from bot.render.blocks import (
    alert,
    asked,
    bullets,
    button,
    confirm,
    context,
    labelled,
    line,
    modal,
    option,
    options_of,
    person,
    rich,
    said,
    select,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part
from corpus.model import Audience, Status
from corpus.when import When

# Block ids of the modals' inputs, each also the action id of its input: read them with `bot.render.forms.filled`.
TITLE = "title"
PUBLISHER = "publisher"
AUDIENCE = "audience"
PUBLISHED = "published"
REVIEWED = "reviewed"
REVIEW_DUE = "review_due"
STATUS = "status"
SOURCE_URL = "source_url"
CONTACT = "contact"
REPLACES = "replaces"
LIBRARY = "library"
DOCUMENT = "document"
REASON = "reason"

NO_DOCUMENT = "none"
"""The value of the choice "It replaces no document"."""


class Verdict(StrEnum):
    """How far a change of the library that was asked for in Slack has come."""

    WAITING = "waiting"  # for the second administrator
    APPROVED = "approved"
    REJECTED = "rejected"
    DISCARDED = "discarded"


class Stage(StrEnum):
    """Where a change of the library is, as the progress message says it."""

    WAITING = "waiting"  # for another change to end
    READING = "reading"
    EMBEDDING = "embedding"
    CHECKING = "checking"
    PUBLISHING = "publishing"


@dataclass(frozen=True, slots=True)
class Choice:
    """A document to choose or to name: `key` is `library/id`; `detail` is publisher and date in words."""

    key: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was read out of an uploaded file, before anybody has described it.

    `warnings` are sentences. `replaces` is the document that it seems to be a new version of, and `same_as` the one
    whose file has the very same bytes.
    """

    upload_id: str
    name: str
    size_bytes: int
    format: str
    title: str
    pages: int
    passages: int
    ocr_pages: int = 0
    warnings: tuple[str, ...] = ()
    replaces: Choice | None = None
    same_as: Choice | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a document is said to be: what the modal starts from, and what the approver is shown.

    Dates are as people write them: `2026`, `2026-11` or `2026-11-23`; empty where not known. `replaces` is a document
    key, empty for a document that is new.
    """

    title: str
    publisher: str = ""
    audience: Audience = Audience.OFFICER
    published: str = ""
    reviewed: str = ""
    review_due: str = ""
    status: Status = Status.CURRENT
    source_url: str = ""
    contact: str = ""
    replaces: str = ""
    library: str = ""


@dataclass(frozen=True, slots=True)
class DescribeView:
    """The modal that describes an upload; `documents` may be as many as there are, the likeliest first."""

    upload_id: str
    name: str
    description: Description
    documents: Sequence[Choice] = ()
    libraries: Sequence[str] = ()
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """A change that waits for a second administrator. User ids are Slack's; `replaces` is the title."""

    upload_id: str
    requester: str
    name: str
    pages: int
    passages: int
    description: Description
    replaces: str = ""
    warnings: tuple[str, ...] = ()
    verdict: Verdict = Verdict.WAITING
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A change of the library that runs. `what` is a few words: "Adding “Merger guide”", "Reading everything again"."""

    what: str
    stage: Stage
    percent: int | None = None
    passages: int = 0
    failures: int = 0
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be taken in, and why, as a sentence for people."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a change of the library ended.

    `refused` is a sentence that says why nothing was changed; empty where it worked. `affected` counts earlier
    answers that quote a document that was replaced or withdrawn. `by` is a user id of Slack's.
    """

    what: str
    by: str = ""
    generation: str = ""
    documents: int = 0
    passages: int = 0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    affected: int = 0
    took_s: float = 0.0
    refused: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawView:
    """The modal that withdraws a document: one that is named, or one to choose."""

    documents: Sequence[Choice]
    chosen: str = ""


# --- an upload ---------------------------------------------------------------------------------------------------


def understood(view: Understood) -> Message:
    """What was read, with buttons to describe the document or to discard it (value a=upload_id)."""
    name = _name(view.name)
    lines = [
        line(part(f"I have read “{name}”. It is not in the library yet.", bold=True)),
        labelled("Title", _name(view.title)),
        labelled("File", f"{_FORMATS.get(view.format, view.format)}, {_size(view.size_bytes)}"),
        labelled("Read", _read(view)),
    ]
    if view.same_as:
        lines.append(labelled("Note", f"The very same file is in the library as “{_name(view.same_as.title)}”."))
    elif view.replaces:
        lines.append(labelled("Seems to be a new version of", _choice(view.replaces)))
    else:
        lines.append(labelled("Replaces", "no document that I know of"))
    value = actions.value(a=view.upload_id)
    buttons = [
        button("Describe and add", actions.LIBRARY_DESCRIBE, value, style="primary"),
        button("Discard", actions.LIBRARY_DISCARD, value, confirm=_DISCARD),
    ]
    text = f"I have read “{name}”: {_read(view)}. Say what it is, or discard it."
    return limits.message(text, [rich(*lines), *_warnings(view.warnings), *rows(buttons)])


_FORMATS = {
    "pdf": "PDF", "docx": "Word", "pptx": "PowerPoint", "html": "web page", "markdown": "Markdown",
    "text": "plain text",
}  # fmt: skip
"""What people call the formats of `ingest.readers.sniff`."""

_DISCARD = confirm("Discard this file?", "I forget the file and what I read. The library stays as it is.", "Discard",
                   "Keep", danger=True)  # fmt: skip


def _read(view: Understood) -> str:
    ocr = f", of which {words.count(view.ocr_pages, 'page')} by text recognition" if view.ocr_pages else ""
    return f"{words.count(view.pages, 'page')}{ocr}, {words.count(view.passages, 'passage')}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB" if size_bytes >= 100_000 else f"{max(1, round(size_bytes / 1_000))} kB"


def _name(text: str, limit: int = 150) -> str:
    return safe.clip(safe.one_line(text), limit) or words.NO_TITLE


def _choice(choice: Choice) -> str:
    detail = safe.clip(safe.one_line(choice.detail), 150)
    return f"“{_name(choice.title)}”" + (f" ({detail})" if detail else "")


def _warnings(warnings: Sequence[str]) -> list[Block]:
    """Sentences about what may be wrong with a file."""
    shown, more = words.names(tuple(warnings), 6)
    if not shown:
        return []
    items = [*(safe.clip(safe.one_line(text), 250) or "-" for text in shown), *([more] if more else [])]
    return [rich(line(part("Look at this first", bold=True)), _list(items))]


def _list(items: Iterable[str]) -> Block:
    return bullets(line(part(item)) for item in items)


def discarded(name: str) -> Message:
    """The upload message after "Discard"."""
    sentence = f"I have discarded “{_name(name)}”. The library is as it was."
    return limits.message(sentence, [said(sentence)])


def refused(sentence: str) -> Message:
    """A refusal with its reason: not an administrator, a file too large, a type that is not read."""
    shown = safe.clip(safe.plain(sentence).strip(), 1_000)
    return limits.message(shown, [said(shown)])


# --- describing it -----------------------------------------------------------------------------------------------

# What is added is one of these: a document becomes "replaced" when another one replaces it.
_STATUSES = {status.value: words.STATUS[status] for status in (Status.CURRENT, Status.UNDER_REVIEW)}
_DATE_HINT = "A year, a month or a day: 2026, 2026-11 or 2026-11-23."
_NO_DOCUMENT = option(NO_DOCUMENT, "It replaces no document")


def describe_modal(view: DescribeView) -> View:
    """Callback LIBRARY_VIEW; private_metadata is `value(a=upload_id)`."""
    about = view.description
    inputs = [
        asked(TITLE, "Title", text_input(about.title, limit=150, least=1)),
        asked(AUDIENCE, "Who may read it", select(_audiences(), about.audience.value)),
        asked(STATUS, "Status", select(options_of(_STATUSES), about.status.value)),
        asked(PUBLISHED, "Published", text_input(about.published, limit=10), hint=_DATE_HINT, optional=True),
        asked(REVIEWED, "Last reviewed", text_input(about.reviewed, limit=10), hint=_DATE_HINT, optional=True),
        asked(REVIEW_DUE, "Review due", text_input(about.review_due, limit=10), hint=_DATE_HINT, optional=True),
        asked(PUBLISHER, "Publisher", text_input(about.publisher, limit=300), optional=True),
        asked(REPLACES, "Replaces", _replaces(view), hint="The earlier document is then quoted as replaced."),
        asked(SOURCE_URL, "Web address", text_input(about.source_url, limit=300), optional=True,
              hint="Where readers open the document, beginning with https://"),
        asked(CONTACT, "Whom to ask about it", text_input(about.contact, limit=300), optional=True),
    ]  # fmt: skip
    names = [option(name, name) for name in dict.fromkeys(view.libraries) if _can_be_value(name)]
    if len(names) > 1:
        inputs.append(asked(LIBRARY, "Library", select(names, about.library)))
    last = [alert("Another administrator must approve it before it can be quoted.")] if view.needs_approval else []
    return modal(
        actions.LIBRARY_VIEW,
        "Describe the document",
        [context(f"File: {_name(view.name)}"), *inputs, *last],
        submit="Send for approval" if view.needs_approval else "Add to the library",
        close="Cancel",
        metadata=actions.value(a=view.upload_id),
    )


def _audiences() -> list[Block]:
    return options_of({audience.value: words.AUDIENCE[audience] for audience in Audience})


def _replaces(view: DescribeView) -> Block:
    return _documents(view.documents, view.description.replaces or NO_DOCUMENT, first=[_NO_DOCUMENT])


def document_option(choice: Choice) -> Block:
    """A document as one option of a list, also for the answers to `block_suggestion`."""
    return option(choice.key, _name(choice.title), choice.detail)


def document_options(choices: Iterable[Choice]) -> list[Block]:
    """At most 100 options, each document once; a key that is too long for Slack is left out."""
    keyed = {choice.key: choice for choice in choices if _can_be_value(choice.key)}
    return [document_option(choice) for choice in list(keyed.values())[: limits.OPTIONS]]


def _can_be_value(text: str) -> bool:
    return 0 < safe.length(text) <= limits.OPTION_VALUE and safe.clean(text) == text


def _documents(choices: Sequence[Choice], chosen: str, first: Sequence[Block] = ()) -> Block:
    """A list of documents; one that Slack asks us for as the person types, where there are more than it can hold."""
    if len(choices) + len(first) <= limits.OPTIONS:
        return select([*first, *document_options(choices)] or [_NO_DOCUMENT], chosen, placeholder="Choose a document")
    named = [*first, *(document_option(choice) for choice in choices if choice.key == chosen)]
    start = next((item for item in named if item["value"] == chosen), None)
    element: Block = {
        "type": "external_select",
        "min_query_length": 0,
        "placeholder": {"type": "plain_text", "text": "Type part of a title", "emoji": False},
    }
    return {**element, "initial_option": start} if start else element


# --- approval ----------------------------------------------------------------------------------------------------

_VERDICTS = {
    Verdict.WAITING: "Waits for a second administrator",
    Verdict.APPROVED: "Approved",
    Verdict.REJECTED: "Rejected: the library stays as it is",
    Verdict.DISCARDED: "Discarded: the library stays as it is",
}


def approval_request(view: Approval) -> Message:
    """What the second administrator sees; edited in place when it is decided."""
    about, title = view.description, _name(view.description.title)
    lines = [
        line(part("A document for the library", bold=True)),
        line(part("Sent by: ", bold=True), person(view.requester)),
        labelled("Title", title),
        labelled("File", f"{_name(view.name)}, {words.count(view.pages, 'page')}, "
                 f"{words.count(view.passages, 'passage')}"),
        labelled("Who may read it", words.AUDIENCE[about.audience]),
        labelled("Status", words.STATUS[about.status]),
        *_described(about),
        labelled("Replaces", f"“{_name(view.replaces)}”" if view.replaces else "no document"),
        _verdict(view),
    ]  # fmt: skip
    value = actions.value(a=view.upload_id)
    buttons = [
        button("Approve", actions.LIBRARY_APPROVE, value, style="primary"),
        button("Reject", actions.LIBRARY_REJECT, value, style="danger"),
    ]
    waiting = view.verdict is Verdict.WAITING
    text = f"A document for the library, “{title}”: {_VERDICTS[view.verdict].lower()}."
    return limits.message(text, [rich(*lines), *_warnings(view.warnings), *rows(buttons if waiting else [])])


def _described(about: Description) -> list[Block]:
    """What was filled in of what may be left empty."""
    given = {
        "Publisher": about.publisher, "Published": _date(about.published), "Last reviewed": _date(about.reviewed),
        "Review due": _date(about.review_due), "Web address": about.source_url, "Whom to ask": about.contact,
        "Library": about.library,
    }  # fmt: skip
    return [labelled(label, safe.one_line(text), limit=300) for label, text in given.items() if safe.one_line(text)]


def _date(text: str) -> str:
    """A date in words; what is no date as it was typed."""
    try:
        return When.parse(text).words()
    except ValueError:
        return text


def _verdict(view: Approval) -> Block:
    decided = [part(" by "), person(view.decided_by)] if view.decided_by else []
    return line(part("State: ", bold=True), part(_VERDICTS[view.verdict]), *decided)


# --- progress and result -----------------------------------------------------------------------------------------

_STAGES = {
    Stage.WAITING: "waiting for another change of the library to end",
    Stage.READING: "reading documents",
    Stage.EMBEDDING: "reading and indexing passages",
    Stage.CHECKING: "checking the new index",
    Stage.PUBLISHING: "putting the new index in place",
}


def progress(view: Progress) -> Message:
    """One message that is edited while a change runs. The library answers as before until it is done."""
    percent = f", {min(100, max(0, view.percent))}%" if view.percent is not None else ""
    now = f"{_STAGES[view.stage]}{percent}"
    facts = [
        words.count(view.passages, "passage") if view.passages else "",
        f"{words.count(view.failures, 'document')} could not be read" if view.failures else "",
        f"{words.took(view.elapsed_s)} so far" if view.elapsed_s >= 1 else "",
    ]
    what = _name(view.what, 200)
    lines = [line(part(what, bold=True)), line(part(f"Now {now}."))]
    small = " · ".join(fact for fact in facts if fact)
    blocks = [rich(*lines), context(small, "Questions are answered from the library as it was until this is done.")]
    return limits.message(f"{what}: {now}", blocks)


def result(view: Result) -> Message:
    """How a change ended: what is different now, and what could not be read."""
    what = _name(view.what, 200)
    if view.refused:
        sentence = f"{what}: nothing was changed. {safe.clip(safe.one_line(view.refused), 1_000)}"
        return limits.message(sentence, [said(sentence), *failures_blocks(view.failures)])
    lines = [line(part(f"{what}: done.", bold=True))]
    lines += [line(part("Asked for by "), person(view.by))] if view.by else []
    lines += _changes(view)
    lines += [labelled("Note", safe.one_line(remark), limit=300) for remark in view.remarks[:3]]
    if view.affected:
        quoting = "earlier answer quotes" if view.affected == 1 else "earlier answers quote"
        lines.append(line(part(f"{view.affected:,} {quoting} a document that has changed.")))
    blocks = [rich(*lines), *failures_blocks(view.failures), context(_now(view))]
    return limits.message(_summary(view, what), blocks)


def _changes(view: Result) -> list[Block]:
    lines = []
    for label, titles in (("Added", view.added), ("Changed", view.changed), ("Taken out", view.removed)):
        shown, more = words.names(titles)
        named = ", ".join(f"“{_name(title, 80)}”" for title in shown)
        if named:
            lines.append(labelled(label, f"{named} {more}".rstrip(), limit=1_000))
    return lines or [line(part("No document changed."))]


def _now(view: Result) -> str:
    facts = [
        words.count(view.documents, "document"),
        words.count(view.passages, "passage"),
        f"generation {view.generation}" if view.generation else "",
        f"took {words.took(view.took_s)}" if view.took_s >= 1 else "",
    ]
    return "The library now: " + " · ".join(fact for fact in facts if fact)


def _summary(view: Result, what: str) -> str:
    counts = ((len(view.added), "added"), (len(view.changed), "changed"), (len(view.removed), "taken out"),
              (len(view.failures), "not read"))  # fmt: skip
    said_counts = ", ".join(f"{number} {word}" for number, word in counts if number)
    return f"{what}: done. {said_counts or 'No document changed'}. {_now(view)}."


def failures_blocks(failures: Sequence[Failure]) -> list[Block]:
    """Each document that could not be taken in with its sentence; the first eight."""
    if not failures:
        return []
    items = [f"{_name(item.name, 80)}: {safe.clip(safe.one_line(item.reason), 200)}" for item in failures[:8]]
    items += [f"and {len(failures) - 8:,} more"] if len(failures) > 8 else []
    return [rich(line(part("Not taken in", bold=True)), _list(items))]


# --- withdrawing -------------------------------------------------------------------------------------------------


def withdraw_modal(view: WithdrawView) -> View:
    """Callback WITHDRAW_VIEW; the inputs are DOCUMENT and REASON."""
    if not view.documents:
        return modal(actions.WITHDRAW_VIEW, "Withdraw a document", [said("There is no document to withdraw.")])
    blocks = [
        asked(DOCUMENT, "Document", _documents(view.documents, view.chosen)),
        asked(REASON, "Why", text_input(limit=300, least=1), hint="It is kept with who withdrew it and when."),
        alert("It is taken out of all answers at once. You can restore it later.", "warning"),
    ]
    return modal(
        actions.WITHDRAW_VIEW,
        "Withdraw a document",
        blocks,
        submit="Withdraw",
        close="Cancel",
        metadata=actions.value(),
    )
