"""Changes of the library that were asked for in Slack, done by a worker: checked again, told in one message, audited.

A change is an errand in the inbox and a row in `records.uploads`: whatever dies in between, the errand is done again,
finds how far the change had come, and goes on from there.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot import describing
from bot.listeners import errands, home
from bot.model import Message, Person
from bot.parts import Parts, TryLater
from bot.post import Refused
from bot.render import ask as sentences
from bot.render import library as screens
from bot.render import words
from corpus.errors import IndexMissing, LibraryLocked, OperatorError, StaleGeneration
from corpus.model import Audience
from ingest.desk import AlreadyThere, Changed, ChangeRefused
from ingest.pipeline import Progress
from records.columns import Json
from records.inbox import Item
from records.uploads import APPROVED, DONE, FAILED, RECEIVED, RUNNING, Upload

log = logging.getLogger(__name__)

CHANGE = "library_change"
ADD, WITHDRAW, RESTORE, ROLLBACK, REINDEX, VERIFY = "add", "withdraw", "restore", "rollback", "reindex", "verify"
EDIT_EVERY_S = 2.0
BUSY_AGAIN_S = 5.0
# Somebody else's change may take this long before the one that waits for it is given up.
MOST_BUSY_S = 1_800.0
NOT_ADMIN = "Only admins of the library may do this. Nothing was changed."
BUSY = "Somebody is changing the library. Try again when that is done."
MOVED_ON = "The library has changed since the button was drawn. Look at it again, then decide."
MOST_ANSWERS = 100
# What a worker was to do at once, and what people were to describe or to approve.
UNFINISHED_AFTER = dt.timedelta(days=1)
FORGOTTEN_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change ended, by ids: what people see is drawn from this for whoever may see it.

    `gone` gives key, title and audience of documents that the new generation does not have.
    """

    generation: str = ""
    documents: int = 0
    passages: int = 0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    about: tuple[str, ...] = ()
    seconds: float = 0.0
    refused: str = ""
    remark: str = ""
    gone: tuple[tuple[str, str, str], ...] = ()


# --- one change --------------------------------------------------------------------------------------------------


def run(item: Item, upload: Upload, what: str, parts: Parts) -> None:
    """Do a change that is approved, and tell whoever asked for it. `upload` is its row, `what` a few words.

    Raises: TryLater while somebody else changes the library, and when Slack cannot be told.
    """
    told = Told(what, upload, parts)
    if upload.state in {APPROVED, RUNNING}:
        parts.records.uploads.move(upload.id, {APPROVED, RUNNING}, RUNNING)
        upload = _done(item, upload, told, parts)
    told.finally_(_result(upload, what, parts))
    sweep(parts)
    home.publish(parts, upload.team, upload.user)


def _done(item: Item, upload: Upload, told: Told, parts: Parts) -> Upload:
    """Do it, and keep how it ended; the audit has it once."""
    before = {stored.document.key: stored.document for stored in parts.desk.documents()}
    outcome = _outcome(item, upload, told, parts)
    lost = [before[key] for key in outcome.removed if key in before]
    outcome = replace(outcome, gone=tuple((d.key, d.title, d.audience.value) for d in lost))
    state = FAILED if outcome.refused else DONE
    details = {**upload.details, "outcome": _plain(outcome)}
    if parts.records.uploads.move(upload.id, {RUNNING}, state, details=details, error=outcome.refused):
        parts.records.audit.note(
            upload.user, f"library.{_doing(upload)}" + (".refused" if outcome.refused else ""),
            ", ".join(outcome.about), change=upload.id, generation=outcome.generation, approver=upload.approver,
        )  # fmt: skip
    return parts.records.uploads.get(upload.id) or upload


def _outcome(item: Item, upload: Upload, told: Told, parts: Parts) -> Outcome:
    person = parts.people.person(upload.team, upload.user)
    if not person.is_admin:
        return Outcome(refused=NOT_ADMIN)
    try:
        return _DOING[_doing(upload)](_Asked(upload, person, told, parts))
    except LibraryLocked as error:
        if told.age_s(item) < MOST_BUSY_S:
            told.waiting()
            raise TryLater(BUSY_AGAIN_S) from error
        return Outcome(refused=BUSY)
    except OperatorError as error:
        return Outcome(refused=_sentence(error, upload, person))


def _sentence(error: OperatorError, upload: Upload, person: Person) -> str:
    """Why nothing was changed, in words that are meant for people in Slack."""
    if isinstance(error, AlreadyThere) and not error.document.audience.admits(person.role):
        return "This file is in the library already."
    if isinstance(error, ChangeRefused):
        return str(error)
    reference = secrets.token_hex(4)
    facts = {"change": upload.id, "reference": reference}
    log.error("the library could not be changed", extra=facts, exc_info=error)
    if isinstance(error, IndexMissing | StaleGeneration):
        return MOVED_ON
    return (
        "The library's own files or settings stand in the way. Whoever runs this service finds the reason in its log"
        f" under {reference}."
    )


def _doing(upload: Upload) -> str:
    return str(upload.details.get("do", ""))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change with what it takes to do it; `person` is who asked for it, an admin at this moment."""

    upload: Upload
    person: Person
    told: Told
    parts: Parts

    def said(self, name: str) -> str:
        return str(self.upload.details.get(name, ""))


def _add(asked: _Asked) -> Outcome:
    facts = describing.read_facts(_mapping(asked.upload.details.get("facts")))
    if facts.replaces and not _may_name(facts.replaces, asked):
        return Outcome(refused=describing.GONE)
    file = Path(asked.upload.path)
    if not asked.upload.path or not file.is_file():
        return Outcome(refused="The file that was sent is not there any more. Send it again.")
    changed = asked.parts.desk.add(file, facts, asked.told)
    replaced = (facts.replaces,) if facts.replaces else ()
    return _from(changed, added=(changed.key,), about=(changed.key, *replaced))


def _withdraw(asked: _Asked) -> Outcome:
    key = asked.said("document")
    if not _may_name(key, asked):
        return Outcome(refused=describing.GONE)
    asked.parts.desk.withdraw(key, asked.said("reason"))
    return _at_once(asked.parts, removed=(key,), about=(key,))


def _restore(asked: _Asked) -> Outcome:
    key = asked.said("document")
    if not _may_name(key, asked):
        return Outcome(refused=describing.GONE)
    asked.parts.desk.restore(key)
    return _at_once(asked.parts, added=(key,), about=(key,))


def _rollback(asked: _Asked) -> Outcome:
    target = asked.said("generation")
    if not target or asked.parts.desk.state().live not in {asked.said("live"), target}:
        return Outcome(refused=MOVED_ON)
    changed = asked.parts.desk.rollback(target)
    return _from(changed, added=changed.new)


def _reindex(asked: _Asked) -> Outcome:
    changed = asked.parts.desk.reindex(asked.told)
    return _from(changed, added=changed.new)


def _verify(asked: _Asked) -> Outcome:
    wrong = asked.parts.desk.verify()
    log.log(logging.ERROR if wrong else logging.INFO, "the index was verified", extra={"whole": not wrong})
    remark = (
        "The index is damaged: a file is not what was written. Read everything again, or go back one generation."
        if wrong
        else "Every file of the index is as it was written."
    )
    return _at_once(asked.parts, remark=remark)


_DOING: Mapping[str, Callable[[_Asked], Outcome]] = {
    ADD: _add, WITHDRAW: _withdraw, RESTORE: _restore, ROLLBACK: _rollback, REINDEX: _reindex, VERIFY: _verify,
}  # fmt: skip


def _may_name(key: str, asked: _Asked) -> bool:
    """Whether a document is there and its reader's: an admin cannot withdraw what they may not read."""
    return key in describing.may_read(asked.parts.desk.documents(), asked.person.role)


def _from(changed: Changed, *, added: tuple[str, ...], about: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        changed.after, changed.documents, changed.passages, added,
        tuple(key for key in (*changed.changed, *changed.metadata) if key not in added), changed.removed,
        tuple(changed.failures.items()), about, changed.seconds,
    )  # fmt: skip


def _at_once(
    parts: Parts,
    *,
    added: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
    remark: str = "",
) -> Outcome:
    """How something ended that needed no new generation."""
    state = parts.desk.state()
    return Outcome(
        state.live or "", state.documents, state.passages, added, removed=removed, about=about, remark=remark
    )


def _plain(outcome: Outcome) -> dict[str, Json]:
    return {
        "generation": outcome.generation, "documents": outcome.documents, "passages": outcome.passages,
        "added": list(outcome.added), "changed": list(outcome.changed), "removed": list(outcome.removed),
        "failures": dict(outcome.failures), "about": list(outcome.about), "seconds": outcome.seconds,
        "refused": outcome.refused, "remark": outcome.remark, "gone": [list(item) for item in outcome.gone],
    }  # fmt: skip


# --- what people see ---------------------------------------------------------------------------------------------


class Told(Progress):
    """The one message of a change: made or found at the start, edited while it runs, at most every two seconds."""

    def __init__(self, what: str, upload: Upload, parts: Parts) -> None:
        self._what = what
        self._upload = upload
        self._parts = parts
        self._began = time.monotonic()
        self._edited = 0.0
        self._total = self._done = self._passages = 0
        self._stage = screens.Stage.READING

    def start(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._edit()

    def advance(self, done_bytes: int, passages: int) -> None:
        self._done += done_bytes
        self._passages += passages
        self._stage = screens.Stage.EMBEDDING
        self._edit()

    def say(self, what: str) -> None:  # noqa: ARG002  what the ingest says is for terminals
        self._stage = screens.Stage.PUBLISHING
        self._edit()

    def waiting(self) -> None:
        self._stage = screens.Stage.WAITING
        self._edit()

    def age_s(self, item: Item) -> float:
        return max(0.0, time.time() - item.received.timestamp())

    def finally_(self, message: Message) -> None:
        """The last edit. Raises: TryLater when Slack cannot be told now."""
        try:
            self._parts.poster.update(self._upload.channel, self._upload.progress_ts, message)
        except Refused as refused:
            # Somebody deleted the message: the change stands, App Home shows it.
            log.warning("the end of a change could not be told", extra={"error": refused.error})

    def _edit(self) -> None:
        now = time.monotonic()
        if now - self._edited < EDIT_EVERY_S:
            return
        self._edited = now
        percent = 100 * self._done // self._total if self._total else None
        view = screens.Progress(self._what, self._stage, percent, self._passages, elapsed_s=now - self._began)
        try:
            self._parts.poster.update(self._upload.channel, self._upload.progress_ts, screens.progress(view))
        except (TryLater, Refused) as error:
            log.info("progress was not shown", extra={"error": type(error).__name__})


def _result(upload: Upload, what: str, parts: Parts) -> Message:
    """How the change ended, for whoever asked: documents that they may not read are counted, not named."""
    plain = _mapping(upload.details.get("outcome"))
    role = parts.people.person(upload.team, upload.user).role
    if not plain:
        return screens.result(screens.Result(what, upload.user, refused=upload.error or "It was not carried out."))
    state = parts.desk.state()
    shown = _Titles(role, plain, parts)
    failures = _mapping(plain.get("failures"))
    view = screens.Result(
        what,
        upload.user,
        str(plain.get("generation", "")),
        state.documents,
        state.passages,
        shown.of(_keys(plain, "added")),
        shown.of(_keys(plain, "changed")),
        shown.of(_keys(plain, "removed")),
        tuple(screens.Failure(shown.title(key), str(why)) for key, why in failures.items() if shown.may(key)),
        affected=sum(len(parts.records.answers.citing(key, MOST_ANSWERS)) for key in _touched(upload, plain)),
        took_s=_seconds(plain),
        refused=str(plain.get("refused", "")),
        remarks=tuple(filter(None, (str(plain.get("remark", "")), shown.unseen()))),
    )
    return screens.result(view)


def _touched(upload: Upload, plain: Mapping[str, Json]) -> set[str]:
    """Documents whose earlier answers are worth another look: replaced, withdrawn, gone, or with another text."""
    replaced = str(_mapping(upload.details.get("facts")).get("replaces", ""))
    return {key for key in (replaced, *_keys(plain, "removed"), *_keys(plain, "changed")) if key}


class _Titles:
    """Titles of documents for one reader, with a count of those that are not theirs to know."""

    def __init__(self, role: Audience, plain: Mapping[str, Json], parts: Parts) -> None:
        self._role = role
        self._known = {key: (title, Audience(audience)) for key, title, audience in _gone(plain)}
        stored = (item.document for item in parts.desk.documents())
        self._known |= {document.key: (document.title, document.audience) for document in stored}
        self._hidden = 0

    def may(self, key: str) -> bool:
        return key in self._known and self._known[key][1].admits(self._role)

    def title(self, key: str) -> str:
        return self._known[key][0] if key in self._known else key

    def of(self, keys: Iterable[str]) -> tuple[str, ...]:
        found = [(key, self.may(key)) for key in keys]
        self._hidden += sum(not may for _, may in found)
        return tuple(self.title(key) for key, may in found if may)

    def unseen(self) -> str:
        if not self._hidden:
            return ""
        return f"Not named here, as you may not read them: {words.count(self._hidden, 'document')}."


def _gone(plain: Mapping[str, Json]) -> list[tuple[str, str, str]]:
    found = plain.get("gone")
    rows = [row for row in found if isinstance(row, list | tuple)] if isinstance(found, list | tuple) else []
    return [(str(row[0]), str(row[1]), str(row[2])) for row in rows]


def _keys(plain: Mapping[str, Json], name: str) -> list[str]:
    found = plain.get(name)
    return [str(key) for key in found] if isinstance(found, list | tuple) else []


def _seconds(plain: Mapping[str, Json]) -> float:
    found = plain.get("seconds")
    return float(found) if isinstance(found, int | float) else 0.0


def _mapping(value: Json | None) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def say(item: Item, parts: Parts, sentence: str, channel: str, thread_ts: str, purpose: str) -> None:
    """A sentence in the thread of an upload; nothing more can be done when Slack refuses it."""
    try:
        errands.post(item, parts, sentences.note(sentence), purpose, channel, thread_ts)
    except Refused as refused:
        log.warning("a note about an upload was not taken", extra={"error": refused.error})


def sweep(parts: Parts) -> None:
    """Delete the bytes of uploads that have come to their end, and give up those that nobody goes on with."""
    uploads, now = parts.records.uploads, dt.datetime.now(dt.UTC)
    for upload in uploads.open_ones():
        patience = UNFINISHED_AFTER if upload.state in {RECEIVED, APPROVED, RUNNING} else FORGOTTEN_AFTER
        if now - upload.created > patience:
            uploads.move(upload.id, {upload.state}, FAILED, error="It was not finished.")
    for upload in uploads.leftovers():
        shutil.rmtree(parts.desk.inbound(upload.id), ignore_errors=True)
        uploads.cleared(upload.id)
