"""The Web API as slack_sdk meets it: what is checked, in which order, and with which errors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.people import Person
from localslack.sample import BOT, BOT_SCOPES
from localslack.server import LocalSlack
from tests.localslack.clients import Fetched, fetch

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "A section"}}


def error_of(client: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def raw(slack: LocalSlack, method: str, body: bytes = b"", **headers: str) -> Fetched:
    """A call without slack_sdk."""
    return fetch(slack.api_url + method, body, **headers)


# --- who may call


def test_auth_test_says_who_the_app_is(client: WebClient) -> None:
    found = client.auth_test()

    assert (found["user_id"], found["team_id"], found["bot_id"]) == (BOT, "T0ANYTOWN", "B0GUIDBOT")


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-nobody", "invalid_auth"), ("xapp-local-app-token", "not_allowed_token_type")],
)
def test_a_token_is_looked_at_first(slack: LocalSlack, token: str, error: str) -> None:
    answer = raw(slack, "chat.postMessage", Authorization=f"Bearer {token}" if token else "")

    assert answer.data == {"ok": False, "error": error}


def test_a_revoked_token_is_refused(slack: LocalSlack, client: WebClient) -> None:
    slack.revoke_token()

    assert error_of(client, "auth.test") == "token_revoked"


def test_revoking_a_token_ends_it(client: WebClient) -> None:
    assert client.auth_revoke()["revoked"]

    assert error_of(client, "auth.test") == "token_revoked"


def test_a_missing_scope_is_named_before_the_arguments_are_read(slack: LocalSlack, client: WebClient) -> None:
    slack.set_scopes("users:read")

    with pytest.raises(SlackApiError) as caught:
        client.api_call("chat.postMessage", json={"channel": "C0NOWHERE"})
    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "users:read")


def test_reading_a_private_channel_needs_its_own_scope(slack: LocalSlack, client: WebClient) -> None:
    slack.set_scopes("channels:read", "channels:history")

    assert client.conversations_info(channel="C0GENERAL")["ok"]
    assert error_of(client, "conversations.info", channel="C0OFFICERS") == "missing_scope"
    assert error_of(client, "conversations.history", channel="C0OFFICERS") == "missing_scope"


def test_every_answer_names_the_scopes_and_the_request(slack: LocalSlack) -> None:
    headers = raw(slack, "auth.test", Authorization=f"Bearer {slack.bot_token}").headers

    assert set(headers["x-oauth-scopes"].split(",")) == BOT_SCOPES
    assert len(headers["x-slack-req-id"]) == 32


# --- how arguments come


@pytest.mark.parametrize("way", ["json", "form", "multipart"])
def test_arguments_come_as_json_form_or_multipart(slack: LocalSlack, way: str) -> None:
    given = {"channel": "C0GENERAL", "text": "Hello", "unfurl_links": "false", "unfurl_media": "false"}
    blocks = json.dumps([SECTION])
    if way == "json":
        body, kind = json.dumps({**given, "blocks": [SECTION]}), "application/json; charset=utf-8"
    elif way == "form":
        body, kind = urlencode({**given, "blocks": blocks}), "application/x-www-form-urlencoded"
    else:
        fields = [*given.items(), ("blocks", blocks)]
        parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields]
        body, kind = "".join(parts) + "--x--\r\n", "multipart/form-data; boundary=x"

    headers = {"Content-Type": kind, "Authorization": f"Bearer {slack.bot_token}"}
    answer = raw(slack, "chat.postMessage", body.encode(), **headers)

    assert answer.data["ok"], answer
    assert slack.posts("#general")[0].blocks[0]["text"]["text"] == "A section"


def test_a_token_may_come_in_the_form(slack: LocalSlack) -> None:
    assert raw(slack, "auth.test", urlencode({"token": slack.bot_token}).encode()).data["ok"]


def test_an_unknown_method_is_named_as_unknown(client: WebClient) -> None:
    assert error_of(client, "chat.sing") == "unknown_method"


def test_a_method_that_is_not_built_answers_501_and_fails_the_test(slack: LocalSlack, client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.pins_list(channel="C0GENERAL")

    assert caught.value.response.status_code == 501
    with pytest.raises(AssertionError, match=r"method-not-built: pins\.list"):
        slack.check()
    slack.allow("method-not-built")


# --- posting


def test_a_post_stands_in_its_channel_and_thread(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("When is the meeting?", "#general")
    posted = client.chat_postMessage(channel="C0GENERAL", thread_ts=asked.ts, text="On Tuesday", **QUIET)

    assert [reply.text for reply in slack.replies(asked)] == ["On Tuesday"]
    assert posted["message"]["thread_ts"] == asked.ts
    assert posted["message"]["parent_user_id"] == alice.id


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "Hello"}, "invalid_arguments"),
        ({"channel": "C0NOWHERE", "text": "Hello"}, "channel_not_found"),
        ({"channel": "C0ARCHIVE", "text": "Hello"}, "is_archived"),
        ({"channel": "C0GENERAL"}, "no_text"),
        ({"channel": "C0GENERAL", "markdown_text": "*", "text": "Hello"}, "markdown_text_conflict"),
        ({"channel": "C0GENERAL", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "C0GENERAL", "text": "Hello", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": "C0GENERAL", "text": "Hello", "blocks": [{"type": "sonnet"}]}, "invalid_blocks"),
    ],
)
def test_a_post_is_refused_with_its_reason(
    slack: LocalSlack, client: WebClient, arguments: dict[str, Any], error: str
) -> None:
    slack.allow("refused-content")

    assert error_of(client, "chat.postMessage", **arguments) == error
    assert slack.posts() == []


def test_the_app_must_be_in_a_channel_to_post(slack: LocalSlack, client: WebClient) -> None:
    for name in ("#general", "#officers"):
        slack.channel(name).members.remove(BOT)

    assert error_of(client, "chat.postMessage", channel="C0GENERAL", text="Hello") == "not_in_channel"
    assert error_of(client, "chat.postMessage", channel="C0OFFICERS", text="Hello") == "channel_not_found"


def test_a_post_to_a_person_reaches_their_direct_message(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    posted = client.chat_postMessage(channel=alice.id, text="Hello", **QUIET)

    assert posted["channel"] == alice.dm.id
    assert slack.messages(alice.dm)[0].text == "Hello"


def test_long_text_is_cut_off_with_a_warning(slack: LocalSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0GENERAL", text="x" * 40_001, **QUIET)

    assert posted["warning"] == "message_truncated"
    assert len(posted["message"]["text"]) == 40_000


def test_a_message_of_the_app_is_edited(slack: LocalSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0GENERAL", text="Wait", blocks=[SECTION], **QUIET)
    client.chat_update(channel="C0GENERAL", ts=posted["ts"], text="Done", parse="none")

    edited = slack.posts("#general")[0]
    assert edited.text == "Done"
    assert edited.edited_by == BOT
    assert edited.blocks[0]["type"] == "section"  # kept, as none were given


def test_only_the_apps_own_messages_can_be_changed(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("Mine", "#general")

    arguments = {"channel": asked.channel, "ts": asked.ts}
    assert error_of(client, "chat.update", text="Yours", parse="none", **arguments) == "cant_update_message"
    assert error_of(client, "chat.delete", **arguments) == "cant_delete_message"
    assert error_of(client, "chat.delete", channel="C0GENERAL", ts="1.1") == "message_not_found"


def test_an_update_may_not_be_longer_than_4000(slack: LocalSlack, client: WebClient) -> None:
    slack.allow("refused-content")
    posted = client.chat_postMessage(channel="C0GENERAL", text="Wait", **QUIET)

    long = "x" * 4_001
    assert (
        error_of(client, "chat.update", channel="C0GENERAL", ts=posted["ts"], text=long, parse="none") == "msg_too_long"
    )


def test_a_deleted_message_is_gone(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("Question", "#general")
    posted = client.chat_postMessage(channel="C0GENERAL", thread_ts=asked.ts, text="Answer", **QUIET)
    client.chat_delete(channel="C0GENERAL", ts=posted["ts"])

    assert slack.replies(asked) == []
    assert [message.ts for message in slack.messages("#general")] == [asked.ts]


def test_only_its_reader_sees_an_ephemeral_message(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user=alice.id, text="Only you")

    assert [message.text for message in slack.ephemerals(alice)] == ["Only you"]
    assert slack.ephemerals(slack.person("mo")) == []
    assert slack.messages("#general") == []
    assert client.conversations_history(channel="C0GENERAL")["messages"] == []


def test_an_ephemeral_message_needs_a_member(client: WebClient) -> None:
    found = error_of(client, "chat.postEphemeral", channel="C0OFFICERS", user="U0MO", text="Only you")

    assert found == "user_not_in_channel"


def test_a_permalink_names_channel_and_thread(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("Question", "#general")
    reply = alice.says("More", thread=asked)

    found = client.chat_getPermalink(channel="C0GENERAL", message_ts=reply.ts)["permalink"]
    assert found == (
        f"https://anytown-lmc.slack.com/archives/C0GENERAL/p{reply.ts.replace('.', '')}"
        f"?thread_ts={asked.ts}&cid=C0GENERAL"
    )


def test_metadata_is_shown_when_it_is_asked_for(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("Question", "#general")
    metadata = {"event_type": "lmc_answer", "event_payload": {"answer_id": "a1"}}
    client.chat_postMessage(channel="C0GENERAL", thread_ts=asked.ts, text="Answer", metadata=metadata, **QUIET)

    silent = client.conversations_replies(channel="C0GENERAL", ts=asked.ts)["messages"][1]
    spoken = client.conversations_replies(channel="C0GENERAL", ts=asked.ts, include_all_metadata=True)["messages"][1]
    assert "metadata" not in silent
    assert spoken["metadata"] == metadata


# --- reading


def test_history_comes_newest_first_in_pages(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    for number in range(5):
        alice.says(f"Message {number}", "#general", wait=False)

    texts: list[str] = []
    for found in client.conversations_history(channel="C0GENERAL", limit=2):
        texts += [message["text"] for message in found["messages"]]
    assert texts == [f"Message {number}" for number in (4, 3, 2, 1, 0)]


def test_replies_come_oldest_first_after_their_root(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    root = alice.says("Root", "#general")
    replies = [alice.says(f"Reply {number}", thread=root, wait=False) for number in range(3)]

    first = client.conversations_replies(channel="C0GENERAL", ts=root.ts, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_replies(channel="C0GENERAL", ts=replies[0].ts, limit=2, cursor=cursor)
    assert [message["text"] for message in first["messages"]] == ["Root", "Reply 0", "Reply 1"]
    assert [message["text"] for message in second["messages"]] == ["Root", "Reply 2"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert first["messages"][0]["reply_count"] == 3


def test_history_can_begin_and_end_at_a_moment(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    said = [alice.says(f"Message {number}", "#general", wait=False) for number in range(4)]

    after = client.conversations_history(channel="C0GENERAL", oldest=said[1].ts)["messages"]
    until = client.conversations_history(channel="C0GENERAL", latest=said[1].ts, inclusive=True)["messages"]
    assert [message["text"] for message in after] == ["Message 3", "Message 2"]
    assert [message["text"] for message in until] == ["Message 1", "Message 0"]


def test_an_unknown_thread_is_not_found(client: WebClient) -> None:
    assert error_of(client, "conversations.replies", channel="C0GENERAL", ts="1.1") == "thread_not_found"


def test_members_come_in_pages(slack: LocalSlack, client: WebClient) -> None:
    found = [user for page in client.conversations_members(channel="C0GENERAL", limit=3) for user in page["members"]]

    assert found == slack.channel("#general").members
    assert error_of(client, "conversations.members", channel="C0GENERAL", cursor="rubbish") == "invalid_cursor"
    assert error_of(client, "conversations.members", channel="C0GENERAL", limit=2000) == "invalid_limit"


@pytest.mark.parametrize(
    ("channel", "key", "value"),
    [
        ("C0GENERAL", "is_general", True),
        ("C0OFFICERS", "is_private", True),
        ("C0SHARED", "is_ext_shared", True),
        ("C0ARCHIVE", "is_archived", True),
        ("D0ALICE", "user", "U0ALICE"),
    ],
)
def test_a_channel_says_what_it_is(client: WebClient, channel: str, key: str, value: object) -> None:
    assert client.conversations_info(channel=channel)["channel"][key] == value


def test_channels_are_listed_by_kind(client: WebClient) -> None:
    public = client.conversations_list(exclude_archived=True)["channels"]
    private = client.conversations_list(types="private_channel")["channels"]

    assert [channel["name"] for channel in public] == ["general", "lobby", "shared-icb"]
    assert [channel["name"] for channel in private] == ["officers", "practice-managers"]
    assert error_of(client, "conversations.list", types="secret") == "invalid_types"


def test_channels_are_made_and_joined_with_their_scopes(slack: LocalSlack, client: WebClient) -> None:
    assert error_of(client, "conversations.create", name="triage") == "missing_scope"
    slack.set_scopes("channels:manage", "channels:join", "channels:read", "groups:write")

    made = client.conversations_create(name="triage")["channel"]
    client.conversations_invite(channel=made["id"], users=["U0ALICE", "U0OLU"])
    slack.channel("#general").members.remove(BOT)
    joined = client.conversations_join(channel="C0GENERAL")["channel"]
    assert slack.channel("#triage").members == [BOT, "U0ALICE", "U0OLU"]
    assert joined["is_member"]
    assert error_of(client, "conversations.create", name="triage") == "name_taken"


def test_a_direct_message_is_opened_with_one_or_several(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    slack.set_scopes(*BOT_SCOPES, "mpim:write")

    assert client.conversations_open(users=alice.id)["channel"]["id"] == alice.dm.id
    together = client.conversations_open(users=["U0ALICE", "U0OLU"])["channel"]["id"]
    assert slack.channel(together).kind == "mpim"
    assert error_of(client, "conversations.open", users="U0DAN") == "user_disabled"
    assert error_of(client, "conversations.open", users="U0NOBODY") == "user_not_found"


# --- people


def test_people_are_described(client: WebClient) -> None:
    gus = client.users_info(user="U0GUS", include_locale=True)["user"]
    ext = client.users_info(user="U0EXT")["user"]
    dan = client.users_info(user="U0DAN")["user"]

    assert (gus["is_restricted"], gus["is_ultra_restricted"], gus["locale"]) == (True, True, "en-GB")
    assert (ext["is_stranger"], ext["team_id"]) == (True, "T0PARTNER")
    assert dan["deleted"]
    assert error_of(client, "users.info", user="U0NOBODY") == "user_not_found"


def test_addresses_need_their_scope(slack: LocalSlack, client: WebClient) -> None:
    slack.set_scopes("users:read", "users:read.email")
    assert client.users_info(user="U0ALICE")["user"]["profile"]["email"] == "alice@anytown-lmc.example"
    assert client.users_lookupByEmail(email="Alice@anytown-lmc.example")["user"]["id"] == "U0ALICE"

    slack.set_scopes("users:read")
    assert "email" not in client.users_info(user="U0ALICE")["user"]["profile"]
    assert error_of(client, "users.lookupByEmail", email="alice@anytown-lmc.example") == "missing_scope"


def test_everybody_of_the_workspace_is_listed(client: WebClient) -> None:
    names = [user["name"] for page in client.users_list(limit=4) for user in page["members"]]

    assert names == ["alice", "olu", "bea", "mo", "priya", "pat", "gus", "dan", "guidance"]


def test_groups_and_their_people_are_listed(client: WebClient) -> None:
    groups = client.usergroups_list(include_users=True)["usergroups"]

    assert {group["handle"]: group["users"] for group in groups}["lmc-confidential"] == ["U0OLU"]
    assert client.usergroups_users_list(usergroup="S0OFFICERS")["users"] == ["U0ALICE", "U0OLU", "U0BEA"]
    assert error_of(client, "usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"


def test_the_app_and_the_team_are_described(slack: LocalSlack, client: WebClient) -> None:
    slack.set_scopes("users:read", "team:read")

    assert client.bots_info(bot="B0GUIDBOT")["bot"]["app_id"] == "A0GUIDANCE"
    assert client.team_info()["team"]["domain"] == "anytown-lmc"


def test_reactions_are_added_once(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("Question", "#general")
    where = {"channel": "C0GENERAL", "timestamp": asked.ts}
    client.reactions_add(name="eyes", **where)

    assert asked.reactions == {"eyes": [BOT]}
    assert error_of(client, "reactions.add", name="eyes", **where) == "already_reacted"
    assert error_of(client, "reactions.add", name="No Such!", **where) == "invalid_name"
    client.reactions_remove(name="eyes", **where)
    assert asked.reactions == {}
    assert error_of(client, "reactions.remove", name="eyes", **where) == "no_reaction"


def test_blocks_can_be_checked_without_showing_them(slack: LocalSlack, client: WebClient) -> None:
    slack.allow("refused-content")

    assert client.blocks_validate(blocks=[SECTION])["ok"]
    assert error_of(client, "blocks.validate", blocks=[{"type": "sonnet"}]) == "invalid_blocks"


# --- limits


def test_a_burst_over_the_tier_is_told_to_wait(slack: LocalSlack, client: WebClient) -> None:
    slack.allow("over-tier")
    for _ in range(20):
        client.users_list()

    with pytest.raises(SlackApiError) as caught:
        client.users_list()
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "3"
    slack.clock.advance(3)
    assert client.users_list()["ok"]


def test_posting_is_limited_for_each_channel(slack: LocalSlack, client: WebClient) -> None:
    slack.allow("over-tier")
    for number in range(20):
        client.chat_postMessage(channel="C0GENERAL", text=f"Post {number}", **QUIET)

    assert error_of(client, "chat.postMessage", channel="C0GENERAL", text="One more", **QUIET) == "ratelimited"
    assert client.chat_postMessage(channel="C0LOBBY", text="Elsewhere", **QUIET)["ok"]


def test_limits_can_be_switched_off(client: WebClient, slack: LocalSlack) -> None:
    slack.slack.limits.enforced = False

    assert all(client.users_list()["ok"] for _ in range(25))
