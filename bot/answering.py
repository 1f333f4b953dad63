"""A question out of the inbox, answered once: who asks, what they may read, the outcome, the reply where it belongs."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from answer.answerer import Asking
from answer.followup import stands_alone
from answer.outcome import Answer, Declined, NoAnswer, Outcome, Reason, to_json
from bot.assessing import startable
from bot.links import links_of, tool_links_of
from bot.model import Message, Outgoing, Person, Place, Posted, Question, Surface, TryLater
from bot.parts import Parts
from bot.people import UNKNOWN
from bot.post import Refused
from bot.receive import question_of
from bot.render import ask as words
from bot.render.answer import AnswerView, PlaceKind, render
from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, QuestionError
from corpus.model import Audience, Citation
from records.answers import MAY_HELP, Kept, Source
from records.inbox import Item

log = logging.getLogger(__name__)

# How old what we know of a channel's members may be at the moment of posting.
RECHECK_S = 5.0
# A question in a channel that has waited for longer than this is marked as seen.
LATE_S = 1.0
PRIVATE = "private_answer"
# How often an edit waits for the reply to what it changes, and for how long the first time; each time by that longer.
EDIT_WAITS, EDIT_WAITS_S = 3, 1.0
# Of these questions nothing is kept but that there was one.
_NOT_KEPT = {Reason.PATIENT_DATA, Reason.CLINICAL, Reason.DISTRESS}
# What needs no search: a greeting or thanks, and a mention without a word.
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?(?: very much| so much)?|thank you|cheers|ta|"
    r"ok(?:ay)?|great|help|what can you do|what can i ask(?: you)?)?(?: (?:there|all|everyone|a lot))?[\s.!?,:]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that decides its reply; `role` is what its readers may see."""

    id: str
    item: Item
    question: Question
    person: Person
    place: Place
    role: Audience

    @property
    def is_private(self) -> bool:
        """Whether only the asker sees the reply."""
        return self.place.is_direct or self.question.private or self.question.surface in {Surface.COMMAND, Surface.HOME}


def answer_id(item: Item, purpose: str = "answer") -> str:
    """The same for every attempt and every delivery, so that a reply can be found again.

    A question that is a message is known by its place in Slack: an edit of it is the same question. What only its
    asker may read of it is another answer: kept under the channel's id, others there could ask for its words.
    """
    if item.kind == PRIVATE:
        purpose = f"{PRIVATE}/{purpose}"
    question = question_of(item.payload)
    place = f"{question.team}/{question.channel}/{question.ts}" if question.ts and question.channel else item.id
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{place}/{purpose}").hex


def work(item: Item, parts: Parts) -> None:
    """Answer a question item. Raises: TryLater."""
    asked = read(item, parts)
    if _is_too_early(asked, parts):
        raise TryLater(EDIT_WAITS_S, counts=True)
    if _is_refused(asked):
        _say(asked, parts, words.refused_place(asked.place.refused), "refused")
        return
    if not asked.question.declined and _SMALL_TALK.fullmatch(asked.question.text):
        _say(asked, parts, words.help_message(asked.person.role), "help")
        return
    _show_work(asked, parts)
    began = time.perf_counter()
    try:
        outcome, after = ask(asked, parts)
    except QuestionError as error:
        _say(asked, parts, Message(str(error)), "question")
        return
    except (IndexMissing, IndexDamaged, IndexMismatch) as error:
        log.error("there is no index to answer from", extra={"error": type(error).__name__})
        raise TryLater(2.0, counts=True) from error
    kept = kept_of(asked, outcome, after, (time.perf_counter() - began) * 1000, parts)
    before = parts.records.answers.get(asked.id)
    if before and before.reply_ts:
        if not asked.question.edited:
            return  # posted already; only the item was not finished
        kept = replace(kept, reply_channel=before.reply_channel, reply_ts=before.reply_ts)
    parts.records.answers.keep(kept)
    _deliver(asked, outcome, kept, parts)
    parts.metrics.outcomes.labels(kept.outcome).inc()
    parts.metrics.replied.observe((dt.datetime.now(dt.UTC) - item.received).total_seconds())


def _is_too_early(asked: Asked, parts: Parts) -> bool:
    """Whether an edit comes while the question as it was first written may be with another worker, to be answered."""
    if not asked.question.edited or asked.item.attempts > EDIT_WAITS:
        return False
    kept = parts.records.answers.get(asked.id)
    # Without a row the edit may have made it a question: one look again is enough.
    return not kept.reply_ts if kept else asked.item.attempts == 1


def _is_refused(asked: Asked) -> bool:
    """Whether nothing is answered here. A command works where the bot is not: only its asker sees the reply."""
    if asked.question.surface is Surface.COMMAND and asked.place.refused == UNKNOWN:
        return False
    return bool(asked.place.refused) and not asked.place.is_direct and bool(asked.question.channel)


def _show_work(asked: Asked, parts: Parts) -> None:
    """Let the asker see that the question has arrived: at once in a direct message, in a channel when it is late."""
    question = asked.question
    if question.surface is Surface.DIRECT:
        if asked.item.attempts == 1 and not question.edited:
            parts.poster.status(question.channel, question.thread_ts, words.WORKING)
    elif question.surface in {Surface.MENTION, Surface.THREAD}:
        waited = dt.datetime.now(dt.UTC) - asked.item.received
        if waited.total_seconds() > LATE_S:
            parts.poster.receipt(question.channel, question.ts)


def read(item: Item, parts: Parts) -> Asked:
    """Who asks, where, and what the readers of the reply may see."""
    question = question_of(item.payload)
    person = parts.people.person(question.team, question.user)
    alone = question.surface is Surface.DIRECT or not question.channel
    place = Place(question.channel, True, person.role) if alone else parts.people.place(question.team, question.channel)
    asked = Asked(answer_id(item), item, question, person, place, person.role)
    return asked if asked.is_private else replace(asked, role=place.clearance)


def ask(asked: Asked, parts: Parts, role: Audience | None = None) -> tuple[Outcome, str]:
    """The outcome, and what may be kept of the earlier question that it was read with: "" for somebody else's."""
    answerer = parts.engine.answerer()
    question = asked.question
    if question.declined:
        return answerer.decline(Reason(question.declined), role or asked.role), ""
    thread, is_own = ((question.after,), True) if question.after else _earlier(asked, parts)
    after = thread[-1] if thread else None
    asking = Asking(question.text, role or asked.role, after, parts.settings.libraries, before=thread[:-1])
    return answerer.ask(asking), thread[0] if thread and is_own else ""


def _earlier(asked: Asked, parts: Parts) -> tuple[tuple[str, ...], bool]:
    """The questions that a follow-up in this thread follows, and whether they are the asker's.

    The last one there that stood alone, and after it the last one, where that is another.
    """
    question = asked.question
    if not question.thread_ts or (question.thread_ts == question.ts and question.surface is not Surface.SHORTCUT):
        return (), True
    # At a second attempt this very question stands in the thread, too.
    kept = parts.records.answers.latest_in_thread(
        question.team, question.channel, question.thread_ts, but=answer_id(asked.item)
    )
    if kept is None or not kept.question:
        return (), True
    alone = not kept.after or stands_alone(kept.question, kept.after, parts.engine.glossary)
    return (kept.question,) if alone else (kept.after, kept.question), kept.user == question.user


# --- what is kept ------------------------------------------------------------------------------------------------


def kept_of(asked: Asked, outcome: Outcome, after: str, took_ms: float, parts: Parts) -> Kept:
    """The row for a question. Of some questions only that there was one is kept."""
    question = asked.question
    reason = outcome.reason if isinstance(outcome, Declined) else None
    silent = reason in _NOT_KEPT
    plain = to_json(outcome)
    if silent:
        plain["question"] = ""
    return Kept(
        id=asked.id,
        team=question.team,
        channel=question.channel,
        thread_ts=question.thread_ts,
        ts=question.ts,
        user=question.user,
        role=asked.role.value,
        surface=question.surface.value,
        question="" if silent else question.text,
        after="" if silent else after,
        outcome=MAY_HELP if isinstance(outcome, Answer) and outcome.tentative else outcome.kind,
        reason=reason.value if reason else "",
        text=json.dumps(plain, ensure_ascii=False),
        generation=outcome.generation,
        confidence=outcome.confidence,
        sources=tuple(_source(item, parts) for item in outcome.citations) if isinstance(outcome, Answer) else (),
        asked=dt.datetime.now(dt.UTC),
        took_ms=took_ms,
    )


def _source(citation: Citation, parts: Parts) -> Source:
    key = f"{citation.library}/{citation.document_id}"
    document = parts.engine.document(key)
    # A document that vanished while its answer was made is shown to nobody again.
    audience = document.audience if document else Audience.CONFIDENTIAL
    return Source(n=citation.n, document_key=key, passage_id=citation.passage_id, page=citation.page, audience=audience)


# --- the reply ---------------------------------------------------------------------------------------------------


def _deliver(asked: Asked, outcome: Outcome, kept: Kept, parts: Parts) -> None:
    """Post the reply where it belongs, after looking again at who would read it."""
    if not asked.is_private and _is_personal(outcome):
        # Nobody else in the channel needs to know that somebody wrote of a patient, or is in distress.
        _private_notice(asked, outcome, parts)
        return
    if not asked.is_private:
        now = parts.people.place(asked.question.team, asked.question.channel, max_age_s=RECHECK_S)
        if now.refused or now.clearance.rank < asked.role.rank:
            log.info("channel lost clearance before posting", extra={"answer": asked.id})
            raise TryLater(0.1)
    elif parts.people.person(asked.person.team, asked.person.user).role.rank < asked.role.rank:
        log.info("reader lost role before posting", extra={"answer": asked.id})
        raise TryLater(0.1)
    question = asked.question
    if question.surface is Surface.SHORTCUT and not asked.is_private:
        parts.records.threads.engage(question.team, question.channel, question.thread_ts, question.user)
    if not asked.is_private:
        # Before the reply: a crash after it must not lose what only the asker may read.
        _offer_more(asked, outcome, parts)
    message = render(outcome, view_of(asked, outcome, parts))
    posted = _send(asked, message, asked.id, parts)
    if posted:
        _note_posted(asked, kept, posted, parts)


def view_of(asked: Asked, outcome: Outcome, parts: Parts) -> AnswerView:
    """How the reply is to be shown in its place."""
    question = asked.question
    only_you = question.surface is Surface.COMMAND
    alone = question.surface in {Surface.COMMAND, Surface.HOME, Surface.SHORTCUT}
    kind: PlaceKind = "only_you" if only_you else "direct" if asked.is_private else "channel"
    return AnswerView(
        answer_id=asked.id,
        place=kind,
        titles=_titles(outcome, parts),
        today=dt.datetime.now().astimezone().date(),
        links=links_of(outcome, parts.links, parts.engine.audience_of),
        tool_links=tool_links_of(outcome, parts.links, parts.engine.audience_of),
        startable=startable(parts),
        can_share=only_you and isinstance(outcome, Answer),
        can_ask_person=bool(parts.settings.officers_channel) and not _is_personal(outcome),
        can_delete=not only_you,
        asked_by=question.user,
        shown_question=question.text if alone else "",
        corrected=question.edited,
    )


def _titles(outcome: Outcome, parts: Parts) -> dict[str, str]:
    """Titles of the documents that replace cited ones; a citation names those only that its reader may see."""
    cited = outcome.citations if isinstance(outcome, Answer) else ()
    named = {(item.library, item.superseded_by) for item in cited if item.superseded_by}
    found = {name: parts.engine.document(f"{library}/{name}") for library, name in named}
    return {str(name): document.title for name, document in found.items() if document}


def _send(asked: Asked, message: Message, name: str, parts: Parts) -> Posted | None:
    """Send a reply to where its question wants it. None for one that has no place of its own (a command's)."""
    question, retried = asked.question, asked.item.attempts > 1
    if question.surface is Surface.COMMAND:
        if parts.poster.respond(question.response_url, message):
            return None
        # The command's address has expired: what was asked is still answered.
        return _send_direct(question.user, message, name, retried, parts)
    if question.surface is Surface.HOME or (question.surface is Surface.SHORTCUT and question.private):
        return _send_direct(question.user, message, name, retried, parts)
    outgoing = Outgoing(question.channel, message, question.thread_ts, name)
    return _change(asked, outgoing, parts) if question.edited else parts.poster.post(outgoing, maybe_sent=retried)


def _change(asked: Asked, outgoing: Outgoing, parts: Parts) -> Posted:
    """Change the reply to an edited question; post one where there is none, or it was taken back."""
    before = parts.records.answers.get(asked.id)
    if before and before.reply_ts:
        try:
            parts.poster.update(before.reply_channel, before.reply_ts, outgoing.message)
            return Posted(before.reply_channel, before.reply_ts)
        except Refused as refused:
            log.info("the reply to change is gone", extra={"answer": asked.id, "error": refused.error})
    # An earlier attempt, or the question before its edit, may have been answered without our knowing.
    posted = parts.poster.post(outgoing, maybe_sent=True)
    parts.poster.update(posted.channel, posted.ts, outgoing.message)
    return posted


def _send_direct(user: str, message: Message, name: str, retried: bool, parts: Parts) -> Posted:
    channel = parts.poster.direct(user)
    return parts.poster.post(Outgoing(channel, message, "", name), maybe_sent=retried)


def _note_posted(asked: Asked, kept: Kept, posted: Posted, parts: Parts) -> None:
    if not kept.thread_ts:
        # A new conversation in a direct message: what is asked under it follows from it.
        parts.records.answers.keep(replace(kept, channel=posted.channel, thread_ts=posted.ts))
    parts.records.answers.posted(asked.id, posted.channel, posted.ts)


def _say(asked: Asked, parts: Parts, message: Message, purpose: str) -> None:
    """Reply with fixed words."""
    _send(asked, message, answer_id(asked.item, purpose), parts)


def _is_personal(outcome: Outcome) -> bool:
    return isinstance(outcome, Declined) and outcome.reason in {Reason.PATIENT_DATA, Reason.DISTRESS}


def _private_notice(asked: Asked, outcome: Outcome, parts: Parts) -> None:
    view = replace(view_of(asked, outcome, parts), place="direct", about_channel=asked.question.channel)
    posted = _send_direct(asked.question.user, render(outcome, view), asked.id, asked.item.attempts > 1, parts)
    parts.records.answers.posted(asked.id, posted.channel, posted.ts)


# --- what only the asker may read --------------------------------------------------------------------------------


def _offer_more(asked: Asked, outcome: Outcome, parts: Parts) -> None:
    """Where the library is silent for the channel but not for the asker, the asker gets the answer alone.

    The channel's reply is the same as if there were nothing: those who may not see a document do not learn of it.
    """
    if not isinstance(outcome, NoAnswer) or asked.person.role.rank <= asked.role.rank or asked.question.declined:
        return
    thread, _ = _earlier(asked, parts)
    question = replace(asked.question, surface=Surface.HOME, private=True, after=thread[0] if thread else "")
    parts.records.inbox.receive([f"private:{asked.id}"], PRIVATE, _payload(question))
    parts.wake()


def work_private(item: Item, parts: Parts) -> None:
    """Answer by direct message what a channel may not read; silent when the asker's own library is silent too."""
    question = question_of(item.payload)
    person = parts.people.person(question.team, question.user)
    asked = Asked(answer_id(item), item, replace(question, channel="", thread_ts="", ts=""), person,
                  Place("", True, person.role), person.role)  # fmt: skip
    began = time.perf_counter()
    outcome, after = ask(asked, parts)
    if not isinstance(outcome, Answer):
        return
    kept = kept_of(asked, outcome, after, (time.perf_counter() - began) * 1000, parts)
    parts.records.answers.keep(kept)
    view = replace(view_of(asked, outcome, parts), not_for_channel=question.channel)
    posted = _send_direct(question.user, render(outcome, view), asked.id, item.attempts > 1, parts)
    _note_posted(asked, kept, posted, parts)


def _payload(question: Question) -> dict[str, Any]:
    return asdict(question)


# --- when nothing works ------------------------------------------------------------------------------------------


def apologise(item: Item, parts: Parts, reference: str) -> None:
    """Tell whoever asked that it did not work, with a reference that the log has too. Raises: TryLater."""
    try:
        _apologise(item, parts, words.apology(reference))
    except Refused as refused:
        log.error("nobody could be told", extra={"item": item.id, "error": refused.error, "reference": reference})


def _apologise(item: Item, parts: Parts, message: Message) -> None:
    """By the answer's own name: an answer that came through after all is not followed by an apology."""
    user, name = str(item.payload["user"]), f"{item.id}-apology"
    if "surface" in item.payload:
        question = question_of(item.payload)
        asked = Asked(answer_id(item), replace(item, attempts=max(2, item.attempts)), question,
                      Person(question.team, user, Audience.PUBLIC),
                      Place(question.channel, False, Audience.PUBLIC), Audience.PUBLIC)  # fmt: skip
        try:
            _send(asked, message, asked.id, parts)
            return
        except Refused as refused:
            # The channel was archived, or takes no messages of ours: its asker is told alone.
            log.info("not said in the channel", extra={"item": item.id, "error": refused.error})
    _send_direct(user, message, name, True, parts)
