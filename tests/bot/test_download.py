"""Files are fetched from Slack's hosts only, with the token, and no more of them than was agreed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.download import NotFetched, Sent, fetch, is_slacks
from bot.model import TryLater

API = "https://slack.com/api/"
BODY = b"%PDF-1.7 and so on"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://files.slack.com/files-pri/T0-F0/download/a.pdf", True),
        ("https://anytown.slack.com/files/a", True),
        ("https://slack.com/x", True),
        ("https://files.slack-gov.com/x", True),
        ("http://files.slack.com/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://evil.example/?x=files.slack.com", False),
        ("https://files.slack.com@evil.example/x", False),
        ("https://user@files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False),
        ("https://[::1/x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_token_goes_to_slacks_hosts_only(url: str, expected: bool) -> None:
    assert is_slacks(url, API) is expected


def test_host_of_another_slack_is_trusted_at_its_own_port_only() -> None:
    assert is_slacks("http://127.0.0.1:4000/files-pri/a", "http://127.0.0.1:4000/api/")
    assert not is_slacks("http://127.0.0.1:4001/files-pri/a", "http://127.0.0.1:4000/api/")


class Files(BaseHTTPRequestHandler):
    """`/ok`, `/login`, `/elsewhere` and so on; it remembers the tokens that it was shown."""

    tokens: list[str | None]
    asked: list[str]

    def do_GET(self) -> None:
        type(self).tokens.append(self.headers.get("Authorization"))
        type(self).asked.append(self.path)
        replies: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/ok": (200, {"Content-Type": "application/pdf"}, BODY),
            "/moved": (302, {"Location": "/ok"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/elsewhere": (302, {"Location": "http://127.0.0.1:9/ok"}, b""),
            "/login": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<title>Log in</title>"),
            "/busy": (429, {"Retry-After": "7"}, b""),
            "/trouble": (503, {}, b""),
        }
        status, headers, body = replies.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the method's own argument
        return


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    Files.tokens, Files.asked = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def get(
    server: str, path: str, target: Path, *, size: int = 0, most: int = 1_000, kind: str = "application/pdf"
) -> None:
    fetch(Sent(server + path, size, kind), target, token="xoxb-1", api_url=f"{server}/api/", most_bytes=most)


@pytest.mark.parametrize("path", ["/ok", "/moved"])
def test_file_is_fetched_with_the_token(path: str, server: str, tmp_path: Path) -> None:
    get(server, path, tmp_path / "in" / "a.pdf", size=len(BODY))

    assert (tmp_path / "in" / "a.pdf").read_bytes() == BODY
    assert set(Files.tokens) == {"Bearer xoxb-1"}
    assert [file.name for file in (tmp_path / "in").iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("path", "size", "most"),
    [
        ("/login", 0, 1_000),
        ("/elsewhere", 0, 1_000),
        ("/round", 0, 1_000),
        ("/gone", 0, 1_000),
        ("/ok", len(BODY) - 1, 1_000),
        ("/ok", len(BODY) + 1, 1_000),
        ("/ok", 0, len(BODY) - 1),
    ],
)
def test_what_is_not_the_file_is_not_taken(path: str, size: int, most: int, server: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as refused:
        get(server, path, tmp_path / "a.pdf", size=size, most=most)

    assert refused.value.sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []
    assert len(Files.asked) <= 4


def test_page_of_html_that_was_sent_as_one_is_taken(server: str, tmp_path: Path) -> None:
    get(server, "/login", tmp_path / "a.html", kind="text/html")

    assert (tmp_path / "a.html").exists()


@pytest.mark.parametrize(("path", "seconds"), [("/busy", 7.0), ("/trouble", 2.0)])
def test_busy_slack_is_asked_again_later(path: str, seconds: float, server: str, tmp_path: Path) -> None:
    with pytest.raises(TryLater) as later:
        get(server, path, tmp_path / "a.pdf")

    assert later.value.seconds == seconds


def test_slack_that_cannot_be_reached_is_asked_again_later(tmp_path: Path) -> None:
    with pytest.raises(TryLater):
        get("http://127.0.0.1:9", "/ok", tmp_path / "a.pdf")
