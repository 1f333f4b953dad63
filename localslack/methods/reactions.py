"""reactions.*."""

from __future__ import annotations

import re

from localslack.errors import SlackError
from localslack.events import tell_reaction
from localslack.methods.find import joined_channel
from localslack.payloads import message_payload
from localslack.registry import Call, method
from localslack.tiers import TIER_2, TIER_3
from localslack.world import Message, Payload

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write", tier=TIER_3)
def add(call: Call) -> Payload:
    message, name = _message(call), _name(call)
    people = message.reactions.setdefault(name, [])
    if call.token.user in people:
        raise SlackError("already_reacted")
    people.append(call.token.user)
    call.world.touch()
    call.slack.spawn(tell_reaction(call.slack, message, call.token.user, name))
    return {}


@method("reactions.remove", "reactions:write", tier=TIER_2)
def remove(call: Call) -> Payload:
    message, name = _message(call), _name(call)
    people = message.reactions.get(name, [])
    if call.token.user not in people:
        raise SlackError("no_reaction")
    people.remove(call.token.user)
    if not people:
        del message.reactions[name]
    call.world.touch()
    call.slack.spawn(tell_reaction(call.slack, message, call.token.user, name, removed=True))
    return {}


@method("reactions.get", "reactions:read", tier=TIER_3)
def get(call: Call) -> Payload:
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": message_payload(call.world, message)}


def _message(call: Call) -> Message:
    message = joined_channel(call).messages.get(call.args.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message


def _name(call: Call) -> str:
    name = call.args.required("name")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name
