"""Admins look after the library: files that they send, what they say about them, approval, and changes from App Home.

Whatever comes from Slack only names things. Who may do what is looked up at the click, when a form comes back, and once
more by the worker before anything is done.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import actions, changes, describing
from bot.answering import RECHECK_S
from bot.changes import ADD, CHANGE, REINDEX, RESTORE, ROLLBACK, VERIFY, WITHDRAW
from bot.download import NO_ACCESS, NotFetched, Sent, fetch
from bot.listeners import errands
from bot.listeners.clicks import Click, click_of, form_of
from bot.model import Message, Person
from bot.parts import Parts, TryLater, Work
from bot.post import Refused
from bot.receive import question_of, typed_patient_data
from bot.render import ask as sentences
from bot.render import library as screens
from bot.render import words
from bot.render.forms import filled
from corpus.model import Document
from ingest.read import SUFFIXES
from ingest.shelf import Facts
from records.columns import Json
from records.inbox import Item
from records.uploads import (
    APPROVED,
    DESCRIBED,
    ENDED,
    FAILED,
    RECEIVED,
    REJECTED,
    WAITING_APPROVAL,
    Upload,
)

log = logging.getLogger(__name__)

UPLOAD, READ = "upload", "library_read"
SUBMIT, APPROVE, REJECT, DISCARD = "submit", "approve", "reject", "discard"
SLOW = frozenset({READ, CHANGE})
"""Kinds of work that take seconds to minutes."""

MOST_FILES = 10
MOST_APPROVERS = 10
LONGEST_REASON = 300
# After this, one that has not come to its end is one that was given up.
RUNS_AT_MOST = dt.timedelta(hours=1)

SEND_TO_ADMIN = (
    "Only admins of the library can add documents, so I have not opened this. "
    "Please send it to your LMC office, or to one of the admins, and ask them to add it."
)
PATIENT = (
    "The message or the file's name holds a patient's details, so I have not opened the file. "
    "Take them out and send it again."
)
GONE = "This upload has come to its end already. Send the file again to change something."
OTHERS = "Only the person who sent the file can do this."
SAME_PERSON = "Another admin has to approve it: you sent the document yourself."
DECIDED = "Somebody has decided about this already."
NO_EARLIER = "There is no earlier generation to go back to."
RUNNING_ALREADY = "Everything is being read again already."


def register(app: App, parts: Parts) -> None:
    def on(action: Any, do: Any) -> None:
        def clicked(ack: Ack, body: dict[str, Any]) -> None:
            ack()
            click = click_of(body)
            if _admin(click, parts):
                do(click, parts)

        app.action(action)(clicked)

    on(actions.LIBRARY_DESCRIBE, _open_description)
    on(actions.LIBRARY_DISCARD, _discard)
    on(actions.LIBRARY_APPROVE, partial(_decide, APPROVE))
    on(actions.LIBRARY_REJECT, partial(_decide, REJECT))
    on(actions.LIBRARY_WITHDRAW, _open_withdrawal)
    on(actions.any_of(actions.LIBRARY_RESTORE), _restore)
    on(actions.LIBRARY_ROLLBACK, _roll_back)
    on(actions.LIBRARY_REINDEX, _reindex)
    on(actions.LIBRARY_VERIFY, _verify)
    app.view(actions.LIBRARY_VIEW)(lambda ack, body: _described(ack, body, parts))
    app.view(actions.WITHDRAW_VIEW)(lambda ack, body: _withdrawn(ack, body, parts))
    for name in (screens.REPLACES, screens.DOCUMENT):
        app.options(name)(lambda ack, body: ack(options=_suggested(body, parts)))


def _admin(click: Click, parts: Parts) -> Person | None:
    """The person, if they are an admin now; else they are told, and nothing happens."""
    person = parts.people.person(click.team, click.user)
    if person.is_admin and click.team == parts.team:
        return person
    parts.records.audit.note(click.user, "library.refused", click.id("a") or click.id("d"))
    errands.whisper(parts, sentences.note(changes.NOT_ADMIN), click.user, click.channel, click.thread_ts)
    return None


def _whisper(sentence: str, click: Click, parts: Parts) -> None:
    errands.whisper(parts, sentences.note(sentence), click.user, click.channel, click.thread_ts)


def _readable(click: Click, parts: Parts) -> Mapping[str, Document]:
    return describing.may_read(parts.desk.documents(), parts.people.person(click.team, click.user).role)


# --- files that come in ----------------------------------------------------------------------------------------------


def work_upload(item: Item, parts: Parts) -> None:
    """Files in a direct message: who sent them and what they are called decides whether they are opened at all."""
    question = question_of(item.payload)
    person = parts.people.person(question.team, question.user)
    if not person.is_admin:
        parts.records.audit.note(question.user, "upload.refused", question.ts)
        changes.say(item, parts, SEND_TO_ADMIN, question.channel, question.thread_ts, "not-admin")
        return
    if question.declined:
        changes.say(item, parts, PATIENT, question.channel, question.thread_ts, "patient")
        return
    attached = item.payload.get("attached")
    files = [file for file in attached if isinstance(file, Mapping)] if isinstance(attached, list) else []
    for number, file in enumerate(files[:MOST_FILES]):
        upload_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{question.channel}/{question.ts}/{number}").hex
        named = {name: str(file.get(name) or "") for name in ("id", "name", "size", "mimetype", "url")}
        errands.leave(
            READ, upload_id, parts, team=question.team, user=question.user, upload=upload_id,
            in_channel=question.channel, in_thread=question.thread_ts, file=json.dumps(named),
        )  # fmt: skip
    if len(files) > MOST_FILES:
        sentence = f"I have taken the first {MOST_FILES} files; send the others in another message."
        changes.say(item, parts, sentence, question.channel, question.thread_ts, "too-many")


def work_read(item: Item, parts: Parts) -> None:
    """Fetch one file, read it, and say what was understood. Nothing is added by that."""
    errand = errands.named(item)
    upload_id, file = errand["upload"], json.loads(errand["file"])
    if not parts.people.person(errand["team"], errand["user"]).is_admin:
        changes.say(item, parts, SEND_TO_ADMIN, errand["in_channel"], errand["in_thread"], "not-admin")
        return
    new = Upload(
        id=upload_id, team=errand["team"], user=errand["user"], state=RECEIVED, created=item.received,
        file_id=file["id"], name=file["name"], channel=errand["in_channel"], thread_ts=errand["in_thread"],
    )  # fmt: skip
    parts.records.uploads.keep(new)
    upload = parts.records.uploads.get(upload_id) or new
    if upload.state == RECEIVED:
        if refusal := _take(upload, file, parts):
            parts.records.uploads.move(upload_id, {RECEIVED}, FAILED, error=refusal)
            changes.sweep(parts)
            upload = parts.records.uploads.get(upload_id) or upload
        else:
            upload = parts.records.uploads.get(upload_id) or upload
    _tell(item, upload, parts)


def _take(upload: Upload, file: Mapping[str, str], parts: Parts) -> str:
    """Fetch and read a file; "", or why it is not taken. Raises: TryLater."""
    name = describing.file_name(upload.name)
    most = parts.settings.upload_mb * 1_000_000
    size = int(file["size"] or 0)
    if Path(name).suffix not in SUFFIXES:
        return f"I cannot read files of this kind. Send one of {', '.join(sorted(SUFFIXES))}."
    if size > most:
        return f"The file is larger than {parts.settings.upload_mb} MB, the most that I take."
    place = parts.desk.inbound(upload.id) / name
    parts.records.uploads.move(upload.id, {RECEIVED}, RECEIVED, path=str(place))
    try:
        if not place.is_file():
            sent = Sent(file["url"] or _address(upload, parts.client), size, file["mimetype"])
            fetch(sent, place, token=parts.client.token or "", api_url=parts.client.base_url, most_bytes=most)
    except NotFetched as refusal:
        return refusal.sentence
    # A scanner for malware would stand here: the bytes are on the disk, and nobody has opened them yet.
    found = parts.desk.describe(place, upload.name)
    if found.error:
        return found.error
    if typed_patient_data(found.title):
        return "The file's title holds a patient's details. Take them out and send it again."
    parts.records.uploads.move(
        upload.id, {RECEIVED}, DESCRIBED, sha256=found.sha256, details={"do": ADD, "found": describing.kept(found)}
    )
    parts.records.audit.note(upload.user, "upload.read", upload.id, file=upload.file_id, sha256=found.sha256)
    return ""


def _address(upload: Upload, client: WebClient) -> str:
    """Where a file lies that the event gave without its address, as it does for files from elsewhere."""
    try:
        found: Mapping[str, Any] = client.files_info(file=upload.file_id).get("file") or {}
    except SlackApiError as error:
        if error.response.get("error") in {"file_not_found", "file_deleted"}:
            raise NotFetched(NO_ACCESS) from error
        raise
    return str(found.get("url_private_download") or found.get("url_private") or "")


def _tell(item: Item, upload: Upload, parts: Parts) -> None:
    """Say what became of a file; the message is the one that is edited from then on."""
    if upload.state == FAILED:
        message: Message = screens.refused(f"“{upload.name}” was not taken. {upload.error}")
    elif upload.state == DESCRIBED:
        click = Click(upload.team, upload.user, {})
        message = screens.understood(
            describing.understood(upload.id, upload.name, _found(upload), _readable(click, parts))
        )
    else:
        return
    posted = errands.post(item, parts, message, "understood", upload.channel, upload.thread_ts)
    parts.records.uploads.move(upload.id, {upload.state}, upload.state, progress_ts=posted.ts, channel=posted.channel)


def _found(upload: Upload) -> Mapping[str, Json]:
    found = upload.details.get("found")
    return found if isinstance(found, Mapping) else {}


# --- describing ------------------------------------------------------------------------------------------------------


def _own_upload(click: Click, parts: Parts) -> Upload | None:
    """The upload that a click or form names, if it is that person's; else they are told why not."""
    upload = parts.records.uploads.get(click.id("a"))
    if upload is None or upload.team != click.team:
        _whisper(GONE, click, parts)
        return None
    if upload.user != click.user:
        parts.records.audit.note(click.user, "library.refused", upload.id)
        _whisper(OTHERS, click, parts)
        return None
    if upload.state != DESCRIBED:
        _whisper(GONE, click, parts)
        return None
    return upload


def _open_description(click: Click, parts: Parts) -> None:
    if upload := _own_upload(click, parts):
        view = describing.modal(
            upload.id, upload.name, _found(upload), _readable(click, parts),
            needs_approval=parts.settings.second_approval,
        )  # fmt: skip
        parts.client.views_open(trigger_id=click.trigger_id, view=screens.describe_modal(view))


def _discard(click: Click, parts: Parts) -> None:
    if upload := _own_upload(click, parts):
        _leave(DISCARD, f"{DISCARD}:{upload.id}", click, parts, upload=upload.id)


def _described(ack: Ack, body: dict[str, Any], parts: Parts) -> None:
    """The modal came back: refused at its fields, or left for a worker."""
    form = form_of(body)
    if not _admin(form, parts):
        ack()
        return
    upload = _own_upload(form, parts)
    if upload is None:
        ack()
        return
    facts, errors = describing.facts_of(filled(body["view"]), _readable(form, parts))
    if facts is None:
        ack(response_action="errors", errors=errors)
        return
    _leave(
        SUBMIT, f"{SUBMIT}:{form.view_id}", form, parts, upload=upload.id,
        facts=json.dumps(describing.plain_facts(facts)),
    )  # fmt: skip
    ack()


def _leave(do: str, key: str, click: Click, parts: Parts, **named: str) -> None:
    errands.leave(CHANGE, key, parts, team=click.team, user=click.user, do=do, **named)


def _suggested(body: Mapping[str, Any], parts: Parts) -> list[dict[str, Any]]:
    """Documents for a list that is too long to be sent with its modal; none for whoever is not an admin."""
    click = Click(body["team"]["id"], body["user"]["id"], {})
    if not parts.people.person(click.team, click.user).is_admin:
        return []
    readable = _readable(click, parts)
    found = describing.matching(describing.choices(readable.values()), str(body.get("value") or ""))
    none = screens.Choice(screens.NO_DOCUMENT, "It replaces no document")
    first = [none] if body.get("action_id") == screens.REPLACES else []
    return screens.document_options([*first, *found])


# --- approval --------------------------------------------------------------------------------------------------------


def _decide(do: str, click: Click, parts: Parts) -> None:
    """Approve or Reject: both are another admin's to say."""
    upload = parts.records.uploads.get(click.id("a"))
    if upload is None or upload.team != click.team or upload.state != WAITING_APPROVAL:
        _whisper(DECIDED, click, parts)
    elif upload.user == click.user:
        parts.records.audit.note(click.user, "library.refused", upload.id)
        _whisper(SAME_PERSON, click, parts)
    else:
        _leave(do, f"{do}:{upload.id}:{click.user}", click, parts, upload=upload.id)


# --- from App Home ---------------------------------------------------------------------------------------------------


def _open_withdrawal(click: Click, parts: Parts) -> None:
    hidden = parts.desk.state().hidden
    documents = [document for key, document in _readable(click, parts).items() if key not in hidden]
    view = screens.WithdrawView(describing.choices(documents), click.id("d"))
    parts.client.views_open(trigger_id=click.trigger_id, view=screens.withdraw_modal(view))


def _withdrawn(ack: Ack, body: dict[str, Any], parts: Parts) -> None:
    form = form_of(body)
    if not _admin(form, parts):
        ack()
        return
    given = filled(body["view"])
    key, reason = given.chosen(screens.DOCUMENT), given.text(screens.REASON)
    errors = {}
    if key not in _readable(form, parts):
        errors[screens.DOCUMENT] = describing.GONE
    if not reason or len(reason) > LONGEST_REASON:
        errors[screens.REASON] = f"Say why, in at most {LONGEST_REASON} characters."
    elif typed_patient_data(reason):
        errors[screens.REASON] = words.PATIENT_DATA_ERROR
    if errors:
        ack(response_action="errors", errors=errors)
        return
    _leave(WITHDRAW, f"{WITHDRAW}:{form.view_id}", form, parts, document=key, reason=reason)
    ack()


def _restore(click: Click, parts: Parts) -> None:
    _leave(RESTORE, f"{RESTORE}:{click.trigger_id}", click, parts, document=click.id("d"))


def _roll_back(click: Click, parts: Parts) -> None:
    """The target is fixed now: done twice, it goes back once."""
    state = parts.desk.state()
    earlier = [name for name in state.generations if state.live and name < state.live]
    if not earlier or not state.live:
        _whisper(NO_EARLIER, click, parts)
        return
    _leave(
        ROLLBACK, f"{ROLLBACK}:{state.live}:{click.trigger_id}", click, parts, generation=earlier[-1], live=state.live
    )


def _reindex(click: Click, parts: Parts) -> None:
    lately = dt.datetime.now(dt.UTC) - RUNS_AT_MOST
    running = parts.records.uploads.open_ones()
    if any(one.details.get("do") == REINDEX and one.created > lately for one in running):
        _whisper(RUNNING_ALREADY, click, parts)
    else:
        _leave(REINDEX, f"{REINDEX}:{click.trigger_id}", click, parts)


def _verify(click: Click, parts: Parts) -> None:
    _leave(VERIFY, f"{VERIFY}:{click.trigger_id}", click, parts)


# --- done by workers -------------------------------------------------------------------------------------------------


def work_change(item: Item, parts: Parts) -> None:
    """Do what a click or a form asked for, if whoever asked is an admin still."""
    errand = errands.named(item)
    click = Click(errand["team"], errand["user"], {"a": errand.get("upload", ""), "d": errand.get("document", "")})
    # Rights are asked of Slack anew: what is changed here cannot be taken back by waiting a minute.
    parts.people.forget_person(click.user)
    parts.people.forget_groups()
    if not parts.people.person(click.team, click.user).is_admin:
        _admin(click, parts)
        return
    match errand["do"]:
        case "submit":
            _submit(item, errand, parts)
        case "approve" | "reject":
            _judge(item, errand, parts)
        case "discard":
            _throw_away(errand, parts)
        case _:
            changes.run(item, _row(item, errand, parts), _WORDS[errand["do"]], parts)


_WORDS = {
    WITHDRAW: "Withdrawing a document",
    RESTORE: "Restoring a document",
    ROLLBACK: "Going back one generation",
    REINDEX: "Reading everything again",
    VERIFY: "Checking the index",
}
_NAMED = ("do", "document", "reason", "generation", "live")


def _row(item: Item, errand: Mapping[str, str], parts: Parts) -> Upload:
    """The row of a change that is no upload, with its message; made at the first attempt, found at the others."""
    stages = screens.Progress(_WORDS[errand["do"]], screens.Stage.WAITING)
    known = parts.records.uploads.get(item.id)
    if known and known.progress_ts:
        return known
    posted = errands.post(item, parts, screens.progress(stages), "progress", parts.poster.direct(errand["user"]))
    row = Upload(
        id=item.id, team=errand["team"], user=errand["user"], state=APPROVED, created=item.received,
        details={name: errand[name] for name in _NAMED if name in errand},
        channel=posted.channel, progress_ts=posted.ts,
    )  # fmt: skip
    parts.records.uploads.keep(row)
    return parts.records.uploads.get(item.id) or row


def _submit(item: Item, errand: Mapping[str, str], parts: Parts) -> None:
    """A described document: to be approved by somebody else, or to be added now."""
    upload = parts.records.uploads.get(errand["upload"])
    if upload is None or upload.user != errand["user"] or upload.team != errand["team"]:
        return
    facts = json.loads(errand["facts"])
    needs = parts.settings.second_approval
    details: dict[str, Json] = {**upload.details, "facts": facts, "errand": item.id}
    parts.records.uploads.move(upload.id, {DESCRIBED}, WAITING_APPROVAL if needs else APPROVED, details=details)
    upload = parts.records.uploads.get(upload.id) or upload
    if upload.details.get("errand") != item.id:
        return  # the modal was sent twice, and the other one was first
    if upload.state == WAITING_APPROVAL:
        _ask_approval(item, upload, parts)
    elif not needs or upload.state in ENDED:
        changes.run(item, upload, _adding(upload), parts)


def _adding(upload: Upload) -> str:
    return f"Adding “{_facts(upload).title}”"


def _facts(upload: Upload) -> Facts:
    facts = upload.details.get("facts")
    return describing.read_facts(facts if isinstance(facts, Mapping) else {})


def _approval(upload: Upload, parts: Parts, verdict: screens.Verdict, by: str = "") -> Message:
    facts, found = _facts(upload), describing.understood(upload.id, upload.name, _found(upload), {})
    known = {stored.document.key: stored.document.title for stored in parts.desk.documents()}
    return screens.approval_request(
        screens.Approval(
            upload.id, upload.user, upload.name, found.pages, found.passages, describing.description_of(facts),
            known.get(facts.replaces, ""), found.warnings, verdict, by,
        )
    )  # fmt: skip


def _ask_approval(item: Item, upload: Upload, parts: Parts) -> None:
    """Ask the other admins: in the officers' channel where all of it may read the document, else one by one."""
    message = _approval(upload, parts, screens.Verdict.WAITING)
    asked: dict[str, Json] = {}
    for channel in _where_to_ask(upload, parts):
        try:
            asked[channel] = errands.post(item, parts, message, f"approval:{channel}", channel).ts
        except Refused as refused:
            log.warning("an approval could not be asked for", extra={"upload": upload.id, "error": refused.error})
    sentence = f"“{_facts(upload).title}” waits for another admin to approve it. I tell you here when it is decided."
    details = {**upload.details, "asked": asked}
    parts.records.uploads.move(upload.id, {WAITING_APPROVAL}, WAITING_APPROVAL if asked else DESCRIBED, details=details)
    if not asked:
        sentence = "There is nobody to approve it: no other admin may read it. Nothing was changed."
    changes.Told(_adding(upload), upload, parts).finally_(screens.refused(sentence))


def _where_to_ask(upload: Upload, parts: Parts) -> list[str]:
    facts = _facts(upload)
    documents = {stored.document.key: stored.document for stored in parts.desk.documents()}
    replaced = documents.get(facts.replaces)
    needed = max((facts.audience, *([replaced.audience] if replaced else [])), key=lambda audience: audience.rank)
    if channel := parts.settings.officers_channel:
        place = parts.people.place(upload.team, channel, max_age_s=RECHECK_S)
        if not place.refused and needed.admits(place.clearance):
            return [channel]
    others = [user for user in _admins(parts) if user != upload.user]
    people = [parts.people.person(upload.team, user) for user in others]
    able = [person.user for person in people if person.is_admin and needed.admits(person.role)]
    return [parts.poster.direct(user) for user in able[:MOST_APPROVERS]]


def _admins(parts: Parts) -> list[str]:
    found = set(parts.settings.admin_users)
    for group in sorted(parts.settings.admin_groups):
        found.update(parts.client.usergroups_users_list(usergroup=group)["users"])
    return sorted(found)


def _judge(item: Item, errand: Mapping[str, str], parts: Parts) -> None:
    """Approve or reject, once: of several who press at the same moment one is heard."""
    upload = parts.records.uploads.get(errand["upload"])
    if upload is None or upload.user == errand["user"] or upload.team != errand["team"]:
        return
    if "asked" not in upload.details:
        raise TryLater(1.0)  # pressed while the others are still being asked
    approves = errand["do"] == APPROVE
    state, by = APPROVED if approves else REJECTED, errand["user"]
    if parts.records.uploads.move(upload.id, {WAITING_APPROVAL}, state, approver=by):
        parts.records.audit.note(by, f"upload.{errand['do']}", upload.id)
    upload = parts.records.uploads.get(upload.id) or upload
    if upload.approver != by:
        return
    _show_verdict(upload, screens.Verdict.APPROVED if approves else screens.Verdict.REJECTED, parts)
    if approves:
        changes.run(item, upload, _adding(upload), parts)
    else:
        sentence = f"“{_facts(upload).title}” was not approved, so it is not in the library."
        changes.Told(_adding(upload), upload, parts).finally_(screens.refused(sentence))
        changes.sweep(parts)


def _show_verdict(upload: Upload, verdict: screens.Verdict, parts: Parts) -> None:
    """Wherever approval was asked for, the buttons go and the decision stands there."""
    asked = upload.details.get("asked")
    for channel, ts in asked.items() if isinstance(asked, Mapping) else ():
        try:
            parts.poster.update(channel, str(ts), _approval(upload, parts, verdict, upload.approver))
        except Refused as refused:
            log.warning("a decision was not shown", extra={"upload": upload.id, "error": refused.error})


def _throw_away(errand: Mapping[str, str], parts: Parts) -> None:
    upload = parts.records.uploads.get(errand["upload"])
    if upload is None or upload.user != errand["user"] or upload.team != errand["team"]:
        return
    if parts.records.uploads.move(upload.id, {DESCRIBED}, REJECTED):
        parts.records.audit.note(errand["user"], "upload.discarded", upload.id)
    upload = parts.records.uploads.get(upload.id) or upload
    if upload.state == REJECTED:
        changes.Told("", upload, parts).finally_(screens.discarded(upload.name))
        changes.sweep(parts)


WORK: Mapping[str, Work] = {UPLOAD: work_upload, READ: work_read, CHANGE: work_change}
