"""The title of a source in an answer opens the source: at its publisher, else on a page of ours."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request

import pytest

from corpus.model import Audience
from tests.bot.anytown import QUESTIONS, shown
from tests.bot.conftest import StartBot
from tests.bot.town import Town

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def our_links(message: object) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:\d+/source/[\w.-]+", shown(message))


def test_the_title_of_a_file_on_our_server_opens_a_page_with_the_passage_marked(
    slack: Town, start_bot: StartBot
) -> None:
    port = free_port()
    start_bot(http_port=port, public_url=f"http://127.0.0.1:{port}")
    mo = slack.person("mo")

    reply = slack.one_reply(mo.says(QUESTIONS[Audience.PRACTICE], in_=mo.dm))

    address = our_links(reply.blocks)[0]
    with urllib.request.urlopen(address) as opened:  # noqa: S310 - our own server
        page = opened.read().decode()
    assert "<title>Helpdesk rota, page 1 of 1</title>" in page
    assert re.search(r"<mark[^>]*>.*Tuesdays from 9am.*</mark>", page, re.DOTALL)


def test_what_officers_read_has_no_link_that_could_be_passed_on(slack: Town, start_bot: StartBot) -> None:
    port = free_port()
    start_bot(http_port=port, public_url=f"http://127.0.0.1:{port}")
    alice = slack.person("alice")

    reply = slack.one_reply(alice.says(QUESTIONS[Audience.OFFICER], in_=alice.dm))

    assert "seven percent" in shown(reply.blocks)
    assert our_links(reply.blocks) == our_links(reply.text) == []


def test_without_an_address_of_ours_there_are_no_pages(slack: Town, start_bot: StartBot) -> None:
    bot = start_bot()
    mo = slack.person("mo")

    reply = slack.one_reply(mo.says(QUESTIONS[Audience.PRACTICE], in_=mo.dm))

    assert our_links(reply.blocks) == []
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/source/x.y")
