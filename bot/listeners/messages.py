"""Direct messages, mentions, and follow-ups in threads that the bot is in; silence where people talk to each other."""

from __future__ import annotations

import re
from dataclasses import replace

from slack_bolt import App

from bot import answering
from bot.listeners import library, privacy
from bot.listeners.store import nothing, storing
from bot.model import Surface
from bot.parts import Parts
from bot.receive import FILES, QUESTION, Payload, Received, from_message, question_of
from records.inbox import Item

RELAY = "relay"
PRIVACY = "privacy"
_MENTIONS_SOMEBODY = re.compile(r"<@[UW][A-Z0-9]+")
# A follow-up reads like one: with a question mark, or with a word that asks. "Thanks, will do" is for the others.
_ASKS = re.compile(
    r"\?|^\s*(?:and|but|so|what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|may|must|"
    r"should|would|will|has|have|tell|show|explain|compare|list|find)\b",
    re.IGNORECASE,
)


def register(app: App, parts: Parts) -> None:
    def stay(received: Received) -> None:
        question = received.question
        if question.surface is Surface.MENTION:
            parts.records.threads.engage(question.team, question.channel, question.thread_ts, question.user)

    store = storing(parts, lambda body: read(body, parts), stay)
    app.event("app_mention", middleware=[store])(nothing)
    app.event("message", middleware=[store])(nothing)


def read(body: Payload, parts: Parts) -> Received | None:
    """What a message asks of the bot, after a look at the thread that it stands in."""
    received = from_message(body, parts.bot_user)
    if received is None:
        return None
    question = received.question
    if question.surface is Surface.DIRECT and not question.edited and privacy.wants(question.text):
        return replace(received, kind=PRIVACY)
    if _is_relayed(received, parts):
        keys = tuple(f"{RELAY}:{key}" for key in received.keys)
        return None if question.edited else replace(received, kind=RELAY, keys=keys)
    if question.surface is Surface.THREAD and not _may_speak(body, received, parts):
        return None
    return received


def _is_relayed(received: Received, parts: Parts) -> bool:
    """Whether the message belongs to a conversation between an asker and an officer."""
    question = received.question
    if question.thread_ts == question.ts:
        return False
    escalations = parts.records.escalations
    if question.surface is Surface.DIRECT:
        return escalations.by_person_thread(question.channel, question.thread_ts) is not None
    return escalations.by_officer_thread(question.channel, question.thread_ts) is not None


def _may_speak(body: Payload, received: Received, parts: Parts) -> bool:
    """Whether an unaddressed message in a thread is a follow-up to the bot.

    It is one when its author asked here before, nobody else has written since, it speaks to nobody else, and it
    asks something. From the moment that others talk here the bot is silent until it is mentioned again.
    """
    question = received.question
    threads = parts.records.threads
    state = threads.get(question.team, question.channel, question.thread_ts)
    if state is None or state.quiet or question.edited:
        return False
    text = str(body["event"].get("text") or "")
    if state.asker != question.user or _MENTIONS_SOMEBODY.search(text):
        threads.hush(question.team, question.channel, question.thread_ts)
        return False
    return bool(question.declined) or bool(_ASKS.search(question.text))


def work_files(item: Item, parts: Parts) -> None:
    """Files in a direct message: for the library from an admin; from others the words beside them are a question."""
    question = question_of(item.payload)
    person = parts.people.person(question.team, question.user)
    if person.is_admin or not (question.text or question.declined):
        library.WORK[library.UPLOAD](item, parts)
    else:
        answering.work(item, parts)


WORK = {QUESTION: answering.work, answering.PRIVATE: answering.work_private, FILES: work_files}
