"""Which events the app gets for what happens in the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from localslack.errors import NotPossible
from localslack.people import Person
from localslack.sample import BOT
from localslack.server import LocalSlack
from tests.localslack.clients import Ear

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def test_a_mention_comes_twice_with_one_ts_and_two_event_ids(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    asked = alice.mentions("when is the meeting?", "#general")

    assert ear.names() == ["app_mention", "message"]
    assert {event["ts"] for event in ear.events} == {asked.ts}
    assert len({envelope["payload"]["event_id"] for envelope in ear.envelopes}) == 2
    assert (ear.events[1]["channel_type"], "channel_type" in ear.events[0]) == ("channel", False)
    assert ear.events[0]["text"] == f"<@{BOT}> when is the meeting?"


def test_the_message_of_a_mention_may_come_first(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.slack.mention_order = "message-first"
    alice.mentions("when?", "#general")

    assert ear.names() == ["message", "app_mention"]


def test_a_first_delivery_carries_retry_attempt_0(ear: Ear, alice: Person) -> None:
    alice.says("Hello")

    envelope = ear.envelopes[0]
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["accepts_response_payload"] is False


def test_a_mention_in_a_direct_message_is_a_message_only(ear: Ear, alice: Person) -> None:
    alice.mentions("when?", alice.dm)

    assert ear.names() == ["message"]
    assert ear.events[0]["channel_type"] == "im"
    assert "thread_ts" not in ear.events[0]


def test_an_app_that_does_not_subscribe_is_not_told(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.world.app.events.remove("message.channels")
    alice.mentions("when?", "#general")
    alice.reacts(slack.messages("#general")[0], "tada")

    assert ear.names() == ["app_mention"]


def test_an_app_that_is_not_in_the_channel_is_not_told(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.channel("#general").members.remove(BOT)
    alice.mentions("when?", "#general")

    assert ear.envelopes == []


@pytest.mark.parametrize(("channel", "kind"), [("#officers", "group"), ("#general", "channel")])
def test_a_message_says_what_kind_of_channel_it_is_in(ear: Ear, alice: Person, channel: str, kind: str) -> None:
    alice.says("Hello", channel)

    assert ear.events[0]["channel_type"] == kind


def test_a_reply_names_its_thread(ear: Ear, alice: Person) -> None:
    root = alice.says("Root")
    reply = alice.says("Reply", thread=root)
    again = alice.says("Reply to a reply", thread=reply)

    assert [event.get("thread_ts") for event in ear.events] == [None, root.ts, root.ts]
    assert again.thread_ts == root.ts


def test_what_is_typed_becomes_slacks_markup(ear: Ear, alice: Person) -> None:
    alice.says("@olu & #general: a < b, see https://example.org/?a=1&b=2 or x@example.org, @here @nobody <!channel>")

    assert ear.events[0]["text"] == (
        "<@U0OLU> &amp; <#C0GENERAL|general>: a &lt; b, see <https://example.org/?a=1&amp;b=2> or "
        "<mailto:x@example.org|x@example.org>, <!here> @nobody &lt;!channel&gt;"
    )


def test_files_come_with_their_message(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.world.app.events.add("file_shared")
    alice.uploads("guide.pdf", b"%PDF-1.7", "here it is")

    message = ear.heard("message.file_share")
    assert (message["text"], message["files"][0]["name"], message["files"][0]["size"]) == ("here it is", "guide.pdf", 8)
    assert ear.heard("file_shared")["file_id"] == message["files"][0]["id"]


def test_an_edit_comes_as_a_change_with_both_texts(ear: Ear, alice: Person) -> None:
    said = alice.says("Befor", "#general")
    alice.edits(said, "Before")

    changed = ear.heard("message.message_changed")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("Before", "Befor")
    assert changed["message"]["edited"]["user"] == alice.id
    assert changed["ts"] != said.ts


def test_a_preview_comes_as_a_change_without_another_text(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    said = alice.says("https://example.org", "#general")
    slack.unfurls(said)

    changed = ear.heard("message.message_changed")
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]


def test_a_deletion_names_what_was_deleted(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    said = alice.says("Oops", "#general")
    alice.deletes(said)

    assert ear.heard("message.message_deleted")["deleted_ts"] == said.ts
    assert slack.messages("#general") == []


def test_the_apps_own_post_comes_back_with_its_bot_id(ear: Ear, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL", text="Hello", **QUIET)

    assert ear.heard("message")["bot_id"] == "B0GUIDBOT"


def test_the_apps_own_edit_and_deletion_come_back(ear: Ear, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0GENERAL", text="Hello", **QUIET)
    client.chat_update(channel="C0GENERAL", ts=posted["ts"], text="Hello again", parse="none")
    client.chat_delete(channel="C0GENERAL", ts=posted["ts"])

    ear.heard("message.message_deleted")
    assert ear.names() == ["message", "message.message_changed", "message.message_deleted"]


def test_opening_the_app_names_the_tab(ear: Ear, alice: Person) -> None:
    alice.opens_home()
    alice.opens_dm()

    assert [event["tab"] for event in ear.events] == ["home", "messages"]
    assert ear.events[0]["channel"] == alice.dm.id


def test_joining_and_leaving_are_told(slack: LocalSlack, ear: Ear) -> None:
    priya = slack.person("priya")
    priya.joins("#lobby")
    priya.leaves("#lobby")

    assert ear.names() == ["member_joined_channel", "member_left_channel"]
    assert ear.events[0]["user"] == priya.id


def test_a_changed_group_is_told_with_who_came_and_went(slack: LocalSlack, ear: Ear) -> None:
    slack.set_group("lmc-admins", [slack.person("olu"), slack.person("alice")])

    changed = ear.heard("subteam_members_changed")
    assert (changed["added_users"], changed["removed_users"]) == (["U0ALICE"], ["U0BEA"])


def test_a_changed_person_is_told(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.change_user(alice, is_guest=True)

    assert ear.heard("user_change")["user"]["is_restricted"]
    with pytest.raises(ValueError, match="has no height"):
        slack.change_user(alice, height=1)


def test_somebody_who_was_put_into_a_channel_is_told(slack: LocalSlack, ear: Ear) -> None:
    slack.add_member("#officers", slack.person("mo"))

    assert ear.heard("member_joined_channel")["channel"] == "C0OFFICERS"


def test_new_people_can_ask_at_once(slack: LocalSlack, ear: Ear) -> None:
    asker = slack.add_person("asker-1", groups=["practice-managers"])
    asker.says("Hello")
    asker.says("Hello all", "#general")

    assert [event["channel_type"] for event in ear.events] == ["im", "channel"]
    assert asker.id in slack.world.groups["S0PRACTICE"].users
    assert asker.channels() == ["#general", asker.dm.id]


def test_reactions_are_told(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.world.app.events.update({"reaction_added", "reaction_removed"})
    said = alice.says("Hello", "#general")
    alice.reacts(said, ":tada:")
    alice.unreacts(said, "tada")

    assert ear.names() == ["message", "reaction_added", "reaction_removed"]
    assert said.reactions == {}


def test_people_of_another_organisation_are_marked(slack: LocalSlack, ear: Ear) -> None:
    slack.person("ext").says("Hello", "#shared-icb")

    assert ear.envelopes[0]["payload"]["is_ext_shared_channel"]
    assert ear.events[0]["user_team"] == "T0PARTNER"


def test_a_change_of_context_names_nobody_inside(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.world.app.events.add("app_context_changed")
    alice.looks_at("#general")

    event = ear.heard("app_context_changed")
    assert "user" not in event
    assert event["context"]["entities"][0]["value"] == "C0GENERAL"
    assert ear.envelopes[0]["payload"]["authorizations"][0]["user_id"] == alice.id


def test_stop_is_there_while_a_session_works(slack: LocalSlack, ear: Ear, client: WebClient, alice: Person) -> None:
    slack.world.app.events.add("agent_session_stopped")
    asked = alice.says("Question")
    with pytest.raises(NotPossible, match="no Stop button"):
        alice.presses_stop(asked)

    where = {"channel_id": asked.channel, "thread_ts": asked.ts}
    client.agents_sessions_setStatus(status="processing", title="Question", **where)
    stream = client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, markdown_text="Well")
    alice.presses_stop(asked)
    stopped = ear.heard("agent_session_stopped")
    assert (stopped["thread_ts"], stopped["streaming_message_ts"]) == (asked.ts, [stream["ts"]])
    client.agents_sessions_setStatus(status="active", **where)


def test_a_renamed_session_is_told(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    slack.world.app.events.add("agent_session_title_changed")
    asked = alice.says("Question")
    alice.renames_session(asked, "Leave")

    assert ear.heard("agent_session_title_changed")["title"] == "Leave"


def test_any_event_can_be_sent(slack: LocalSlack, ear: Ear) -> None:
    slack.sends({"type": "from_the_future", "odd": [1, {"x": None}]})

    assert ear.events == [{"type": "from_the_future", "odd": [1, {"x": None}]}]


def test_revoking_the_token_is_told(slack: LocalSlack, ear: Ear, client: WebClient) -> None:
    slack.world.app.events.add("tokens_revoked")
    client.auth_revoke()

    assert ear.heard("tokens_revoked")["tokens"]["bot"] == [BOT]


def test_not_waiting_returns_before_the_app_has_answered(
    slack: LocalSlack, listen: Callable[..., Ear], alice: Person
) -> None:
    ear = listen(acks=False)
    alice.says("Hello", wait=False)

    assert slack.acks == []
    ear.heard("message")
    ear.acknowledge(ear.envelopes[0])
    slack.wait_for(lambda: slack.acks)
