"""Files both ways, and the installation of the app."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore

from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Ear, fetch


def download(url: str, token: str = "") -> tuple[int, str, bytes]:
    """Status, content type and body; redirects are followed."""
    found = fetch(url, None, **({"Authorization": f"Bearer {token}"} if token else {}))
    return found.status, found.kind, found.body


def test_a_file_of_a_person_is_downloaded_with_the_token(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    alice.uploads("leave policy.pdf", b"%PDF-1.7 leave")
    file = ear.heard("message.file_share")["files"][0]

    assert download(file["url_private"], slack.bot_token) == (200, "application/pdf", b"%PDF-1.7 leave")
    assert download(file["url_private_download"], slack.bot_token)[2] == b"%PDF-1.7 leave"


def test_without_the_token_comes_a_page_instead(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    alice.uploads("a.pdf", b"%PDF-1.7")
    url = ear.heard("message.file_share")["files"][0]["url_private"]

    status, kind, body = download(url)
    assert (status, kind) == (200, "text/html")
    assert b"Sign in" in body
    slack.set_scopes("chat:write")
    assert download(url, slack.bot_token)[1] == "text/html"


def test_a_download_may_fail(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    alice.uploads("a.pdf", b"%PDF-1.7")
    slack.fault("download", status=503)
    url = ear.heard("message.file_share")["files"][0]["url_private"]

    assert [download(url, slack.bot_token)[0] for _ in range(2)] == [503, 200]


def test_the_app_uploads_into_a_thread(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    asked = alice.says("May I have it?")
    client.files_upload_v2(
        channel=asked.channel, thread_ts=asked.ts, filename="export.json", content="{}", initial_comment="Here"
    )

    reply = slack.replies(asked)[0]
    assert (reply.text, reply.files[0].name, reply.files[0].data) == ("Here", "export.json", b"{}")


def test_an_upload_must_have_the_length_that_was_announced(slack: LocalSlack, client: WebClient) -> None:
    expected = client.files_getUploadURLExternal(filename="a.txt", length=3)

    assert fetch(expected["upload_url"], b"four").status == 500
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": expected["file_id"], "title": "A"}])


def test_files_that_the_app_does_not_see_are_not_there(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    seen = alice.uploads("seen.txt", b"x", in_="#general").files[0]
    slack.channel("#lobby").members.remove(slack.world.app.bot_user)
    hidden = alice.uploads("hidden.txt", b"x", in_="#lobby").files[0]

    assert client.files_info(file=seen.id)["file"]["name"] == "seen.txt"
    assert [file["name"] for file in client.files_list()["files"]] == ["seen.txt"]
    for file_id in (hidden.id, "F0NONE"):
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_info(file=file_id)


def test_the_app_deletes_its_own_files_only(slack: LocalSlack, client: WebClient, alice: Person) -> None:
    theirs = alice.uploads("a.txt", b"x").files[0]
    mine: Any = client.files_upload_v2(channel=alice.dm.id, filename="b.txt", content="y")["file"]

    with pytest.raises(SlackApiError, match="cant_delete_file"):
        client.files_delete(file=theirs.id)
    client.files_delete(file=mine["id"])
    with pytest.raises(SlackApiError, match="file_deleted"):
        client.files_info(file=mine["id"])


def test_a_name_keeps_no_path(slack: LocalSlack, ear: Ear, alice: Person) -> None:
    assert alice.uploads("../../etc/passwd", b"x").files[0].name == "passwd"


# --- installing


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def allow(url: str, answer: str = "yes") -> str:
    """Press a button of the authorize page; where it leads."""
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(url, urlencode({"allow": answer}).encode(), timeout=5)
    with caught.value as response:
        return str(response.headers["Location"])


@pytest.mark.slow
def test_bolt_installs_itself(slack: LocalSlack, tmp_path: Path) -> None:
    settings = OAuthSettings(
        client_id=slack.world.app.client_id, client_secret=slack.world.app.client_secret, scopes=["chat:write"],
        authorization_url=f"{slack.base_url}/oauth/v2/authorize", redirect_uri="http://127.0.0.1:1/callback",
        installation_store=FileInstallationStore(base_dir=str(tmp_path)),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path)),
    )  # fmt: skip
    app = App(client=WebClient(base_url=slack.api_url), signing_secret="x", oauth_settings=settings)
    assert app.oauth_flow is not None
    page = app.oauth_flow.handle_installation(BoltRequest(body="", query="", headers={}))
    cookie = page.headers["set-cookie"][0].split(";")[0]
    address = html.unescape(re.findall(r'href="(http[^"]+)"', page.body)[0])
    assert b"chat:write" in download(address)[2]

    back = urlsplit(allow(address))
    done = app.oauth_flow.handle_callback(BoltRequest(body="", query=back.query, headers={"cookie": [cookie]}))
    assert done.status == 200
    assert app.installation_store is not None
    found = app.installation_store.find_bot(enterprise_id=None, team_id="T0ANYTOWN")
    assert found is not None
    assert WebClient(found.bot_token, base_url=slack.api_url).auth_test()["ok"]
    app.listener_runner.listener_executor.shutdown()


def test_a_refusal_leads_back_without_a_code(slack: LocalSlack) -> None:
    query = urlencode({"client_id": slack.world.app.client_id, "state": "s", "redirect_uri": "http://127.0.0.1:1/cb"})

    found = parse_qs(urlsplit(allow(f"{slack.base_url}/oauth/v2/authorize?{query}", "no")).query)
    assert found == {"state": ["s"], "error": ["access_denied"]}


def code_of(slack: LocalSlack) -> str:
    query = urlencode({"client_id": slack.world.app.client_id, "redirect_uri": "http://127.0.0.1:1/cb"})
    location = allow(f"{slack.base_url}/oauth/v2/authorize?{query}")
    return parse_qs(urlsplit(location).query)["code"][0]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "none"}, "invalid_code"),
        ({"client_id": "none"}, "invalid_client_id"),
        ({"client_secret": "none"}, "bad_client_secret"),
        ({"redirect_uri": "http://elsewhere"}, "bad_redirect_uri"),
    ],
)
def test_a_code_is_exchanged_by_its_client_only(slack: LocalSlack, change: dict[str, str], error: str) -> None:
    app = slack.world.app
    given = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code_of(slack), **change}

    with pytest.raises(SlackApiError, match=error):
        WebClient(base_url=slack.api_url).oauth_v2_access(**given)


def test_a_code_is_good_once_and_for_ten_minutes(slack: LocalSlack) -> None:
    app, client = slack.world.app, WebClient(base_url=slack.api_url)
    known: dict[str, Any] = {"client_id": app.client_id, "client_secret": app.client_secret}
    code, late = code_of(slack), code_of(slack)
    assert client.oauth_v2_access(code=code, **known)["access_token"].startswith("xoxb-")

    with pytest.raises(SlackApiError, match="invalid_code"):
        client.oauth_v2_access(code=code, **known)
    slack.clock.advance(601)
    with pytest.raises(SlackApiError, match="code_expired"):
        client.oauth_v2_access(code=late, **known)
