"""What Slack delivers, as what is put into the inbox: pure, and the one place that reads Slack's payloads of questions.

Personal data is caught here, before anything is stored: of a text that holds a patient's details only the reason is
kept. Of a message that is not meant for the bot nothing is kept at all.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from answer.answerer import LONGEST_QUESTION
from answer.guard import holds_patient_identifier
from answer.outcome import Reason
from bot.model import Question, Surface

Payload = Mapping[str, Any]
"""A body as Slack sends it."""

QUESTION, FILES = "question", "files"

# Subtypes that carry what a person wrote; all others tell of something else (joined, changed, deleted …).
_WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}


@dataclass(frozen=True, slots=True)
class Received:
    """One thing to do: `keys` are all the names under which Slack may deliver it again."""

    kind: str
    keys: tuple[str, ...]
    question: Question
    files: tuple[Mapping[str, str | int], ...] = ()

    def payload(self) -> dict[str, Any]:
        return {**asdict(self.question), "attached": [dict(item) for item in self.files]}


def question_of(payload: Payload) -> Question:
    """The question of an inbox item."""
    fields = {name: payload[name] for name in Question.__dataclass_fields__ if name in payload}
    return Question(**{**fields, "surface": Surface(fields["surface"])})


# --- text --------------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(r"<([^<>]*)>")


def plain(text: str, bot_user: str = "") -> str:
    """What a person wrote, without Slack's markup, mentions of the bot, and characters that nobody sees.

    >>> plain("<@U0BOT> who pays, &amp; when? <https://a.example|the form>", "U0BOT")
    'who pays, & when? the form'
    """
    shown = _REFERENCE.sub(lambda found: _shown(found[1], bot_user), text)
    visible = "".join(c for c in html.unescape(shown) if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def _shown(reference: str, bot_user: str) -> str:
    target, _, label = reference.partition("|")
    if target == f"@{bot_user}":
        return " "
    if target.startswith("@"):
        return f"@{label}" if label else "somebody"
    if target.startswith(("#", "!")):
        return label or target[1:].split("^")[0]
    return label or target.removeprefix("mailto:")


def typed_patient_data(text: str) -> bool:
    """Whether words that were typed into a form must not be kept, as they stand or as they read.

    What looks like Slack's markup is none in a form, so nothing may hide in it.

    >>> typed_patient_data("<943 476 5919|his number>"), typed_patient_data("9\u200b43 476 5919")
    (True, True)
    """
    return holds_patient_identifier(text) or holds_patient_identifier(plain(text))


def kept_text(text: str) -> tuple[str, str]:
    """The text that may be stored, and "" or the reason why it may not: what is left then is empty.

    A longer text than a question may have is cut just past the limit, so that its length is still refused later.
    """
    if holds_patient_identifier(text):
        return "", Reason.PATIENT_DATA.value
    return text[: LONGEST_QUESTION + 1], ""


# --- messages ----------------------------------------------------------------------------------------------------


def from_message(body: Payload, bot_user: str) -> Received | None:
    """What a `message` or `app_mention` event asks of the bot; None when it is none of its business.

    A follow-up in a channel's thread comes out as `Surface.THREAD`: whether the bot is in that thread, and may
    speak, is for the caller to look up before anything is stored.
    """
    event = body["event"]
    edited = event.get("subtype") == "message_changed"
    message = _edited(event) if edited else event
    if message is None or message.get("subtype") not in _WRITTEN or not _by_a_person(message, bot_user):
        return None
    surface = _surface(event, message, bot_user)
    if surface is None:
        return None
    text, declined = kept_text(plain(message.get("text") or "", bot_user))
    files = _files(message, declined) if surface is Surface.DIRECT else ()
    question = Question(
        surface=surface,
        team=body["team_id"],
        channel=event["channel"],
        user=message["user"],
        ts=message["ts"],
        thread_ts=message.get("thread_ts") or message["ts"],
        text=text,
        declined=declined or ("" if not files else _declined_name(files)),
        files=len(message.get("files") or ()),
        edited=edited,
    )
    return Received(FILES if files and not edited else QUESTION, _keys(body, question, message), question, files)


def _edited(event: Payload) -> Payload | None:
    """The new message of an edit that changed the words; None for unfurls and the like."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if not now.get("edited") or now.get("text") == before.get("text"):
        return None
    found: Payload = now
    return found


def _by_a_person(message: Payload, bot_user: str) -> bool:
    return bool(message.get("user")) and not message.get("bot_id") and message["user"] not in {bot_user, "USLACKBOT"}


def _surface(event: Payload, message: Payload, bot_user: str) -> Surface | None:
    if event.get("channel_type") == "im" or str(event["channel"]).startswith("D"):
        return Surface.DIRECT
    if event["type"] == "app_mention" or f"<@{bot_user}" in (message.get("text") or ""):
        return Surface.MENTION
    in_thread = message.get("thread_ts") and message["thread_ts"] != message["ts"]
    return Surface.THREAD if in_thread else None


def _keys(body: Payload, question: Question, message: Payload) -> tuple[str, ...]:
    """A mention arrives as two events with one `ts`; a retry has the same `event_id`."""
    place = f"message:{question.team}:{question.channel}:{question.ts}"
    if question.edited:
        place += f":{(message.get('edited') or {}).get('ts', '')}"
    keys = [place]
    if body.get("event_id"):
        keys.append(f"event:{body['event_id']}")
    return tuple(keys)


def _files(message: Payload, declined: str) -> tuple[Mapping[str, str | int], ...]:
    if declined:
        return ()
    return tuple(
        {
            "id": str(item.get("id") or ""),
            "name": _file_name(str(item.get("name") or "")),
            "size": int(item.get("size") or 0),
            "mimetype": str(item.get("mimetype") or ""),
            "url": str(item.get("url_private_download") or item.get("url_private") or ""),
        }
        for item in message.get("files") or ()
        if isinstance(item, Mapping)
    )


def _file_name(name: str) -> str:
    """A file's name, unless it names a patient."""
    text, declined = kept_text(plain(name))
    return "" if declined else text


def _declined_name(files: Sequence[Mapping[str, str | int]]) -> str:
    return "" if all(item["name"] for item in files) else Reason.PATIENT_DATA.value


# --- commands, shortcuts and App Home --------------------------------------------------------------------------------


def from_command(body: Payload, bot_user: str) -> Received:
    """What `/ask` asks: answered to the asker alone."""
    text, declined = kept_text(plain(body.get("text") or "", bot_user))
    question = Question(
        surface=Surface.COMMAND,
        team=body["team_id"],
        channel=body["channel_id"],
        user=body["user_id"],
        ts="",
        thread_ts="",
        text=text,
        declined=declined,
        response_url=body.get("response_url") or "",
    )
    return Received(QUESTION, (f"command:{body['trigger_id']}",), question)


def from_form(
    surface: Surface, *, team: str, user: str, key: str, text: str, channel: str = "", ts: str = "",
    thread_ts: str = "", private: bool = True, after: str = "",
) -> Received:  # fmt: skip
    """A question that was typed into a modal or App Home, or chosen by a button; `key` makes it happen once."""
    shown, declined = kept_text(plain(text))
    question = Question(
        surface=surface,
        team=team,
        channel=channel,
        user=user,
        ts=ts,
        thread_ts=thread_ts,
        text=shown,
        declined=declined,
        private=private,
        after=kept_text(after)[0],
    )
    return Received(QUESTION, (key,), question)
