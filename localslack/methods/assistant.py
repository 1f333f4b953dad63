"""assistant.threads.* and agents.sessions.*: what the agent's pane shows while the app works."""

from __future__ import annotations

from localslack.errors import SlackError
from localslack.methods.find import joined_channel
from localslack.registry import Call, method, missing
from localslack.tiers import SPECIAL, TIER_3, TIER_4
from localslack.world import Payload, Prompts, Session, Status

SESSION_STATES = ("processing", "active", "suspended", "closed")
MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10
LONGEST_TITLE = 200


@method("assistant.threads.setStatus", "chat:write", "assistant:write", tier=SPECIAL)
def set_status(call: Call) -> Payload:
    """Words beneath the thread, until the app answers or for two minutes; empty text takes them away."""
    channel = joined_channel(call, "channel_id", "channel")
    loading = call.args.data("loading_messages") or []
    if len(loading) > MOST_LOADING_MESSAGES:
        raise SlackError(
            "invalid_arguments", ["[ERROR] no more than 10 items allowed [json-pointer:/loading_messages]"]
        )
    place = (channel.id, call.args.required("thread_ts"))
    if text := call.args.text("status"):
        call.world.statuses[place] = Status(text, tuple(loading), call.world.clock.now())
    else:
        call.world.statuses.pop(place, None)
    call.world.touch()
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", tier=TIER_4)
def set_suggested_prompts(call: Call) -> Payload:
    channel = joined_channel(call, "channel_id", "channel")
    prompts = call.args.items("prompts")
    if not 1 <= len(prompts) <= MOST_PROMPTS:
        raise SlackError("invalid_arguments", ["[ERROR] 1 to 4 items allowed [json-pointer:/prompts]"])
    if not all(prompt.get("title") and prompt.get("message") for prompt in prompts):
        raise missing("prompts/title")
    place = (channel.id, call.args.text("thread_ts"))
    call.world.prompts[place] = Prompts(call.args.text("title"), tuple(prompts))
    call.world.touch()
    return {}


@method("assistant.threads.setTitle", "assistant:write", tier=TIER_4)
def set_title(call: Call) -> Payload:
    channel = joined_channel(call, "channel_id", "channel")
    call.world.titles[channel.id, call.args.required("thread_ts")] = call.args.required("title")
    call.world.touch()
    return {}


@method("agents.sessions.setStatus", "chat:write", tier=TIER_3)
def set_session_status(call: Call) -> Payload:
    status = call.args.required("status")
    if status not in SESSION_STATES:
        raise SlackError("invalid_arguments", ["[ERROR] must be a valid enum value [json-pointer:/status]"])
    session = _session(call)
    session.status = status
    session.title = call.args.text("title", session.title)[:LONGEST_TITLE]
    call.world.touch()
    return _payload(call, session)


@method("agents.sessions.rename", "chat:write", tier=TIER_3)
def rename_session(call: Call) -> Payload:
    session = _session(call)
    session.title = call.args.required("title")[:LONGEST_TITLE]
    call.world.touch()
    return _payload(call, session)


def _session(call: Call) -> Session:
    channel = joined_channel(call, "channel_id", "channel")
    return call.world.sessions.setdefault((channel.id, call.args.text("thread_ts")), Session())


def _payload(call: Call, session: Session) -> Payload:
    answer: Payload = {"status": session.status, "title": session.title}
    if session.status == "processing" and "agent_session_stopped" not in call.world.app.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer
