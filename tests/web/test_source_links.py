"""A link opens what it was made for, until it expires; anything else opens nothing."""

from __future__ import annotations

import datetime as dt
import stat
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.outcome import Answer, Claim, NoAnswer
from bot.links import links_of
from corpus.errors import SettingsError
from corpus.model import Audience, Citation, Status
from web.links import KEY_FILE, LINKED, Links, Refusal, SourceLink, open_secret

NOW = dt.datetime(2026, 11, 23, 12, 34, 56, tzinfo=dt.UTC)
LINKS = Links(b"a" * 32, "https://lmc.example")
OTHER = Links(b"b" * 32, "https://lmc.example")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def made(links: Links = LINKS, key: str = "anytown/levy", page: int = 4) -> str:
    address = links.source(key, page, "0123456789abcdef", audience=Audience.PRACTICE, now=NOW)
    return urlsplit(address).path.removeprefix("/source/")


# --- tokens ------------------------------------------------------------------------------------------------------


def test_a_link_is_read_back_as_it_was_made() -> None:
    expires = dt.datetime(2026, 11, 30, 13, tzinfo=dt.UTC)  # seven days from the next full hour

    assert LINKS.read(made(), NOW) == SourceLink("anytown/levy", 4, "0123456789abcdef", Audience.PRACTICE, expires)


@given(
    key=st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable()),
    page=st.integers(1, 100_000),
    passage_id=st.text("0123456789abcdef-", max_size=20),
    audience=st.sampled_from(sorted(LINKED)),
)
def test_any_document_page_and_passage_survive_the_way(
    key: str, page: int, passage_id: str, audience: Audience
) -> None:
    address = LINKS.source(key, page, passage_id, audience=audience, now=NOW)

    link = LINKS.read(address.rsplit("/", 1)[-1], NOW)

    assert isinstance(link, SourceLink)
    assert (link.document_key, link.page, link.passage_id, link.audience) == (key, page, passage_id, audience)


def test_an_address_is_short_and_of_letters_that_need_no_quoting() -> None:
    address = LINKS.source("anytown/merger-commissioner", 12, "0123456789abcdef", audience=Audience.PUBLIC, now=NOW)

    assert address.startswith("https://lmc.example/source/")
    assert set(address.rsplit("/", 1)[-1]) <= set(LETTERS)
    assert len(address) < 160
    assert len(address.rpartition(".")[2]) == 22  # 128 bits


def test_links_of_the_same_hour_are_alike() -> None:
    later = NOW + dt.timedelta(minutes=20)

    assert LINKS.source("a/b", 1, "", audience=Audience.PUBLIC, now=later) == LINKS.source(
        "a/b", 1, "", audience=Audience.PUBLIC, now=NOW
    )


@pytest.mark.parametrize("base", ["https://lmc.example/bot", "https://lmc.example/bot/"])
def test_a_proxy_may_put_the_pages_below_a_path(base: str) -> None:
    address = Links(b"a" * 32, base).source("a/b", 1, "", audience=Audience.PUBLIC, now=NOW)

    assert address.startswith("https://lmc.example/bot/source/")


@pytest.mark.parametrize("base", ["", "lmc.example", "javascript:alert(1)", "https://lmc.example /x", "file:///etc"])
def test_an_address_that_no_browser_opens_is_refused_with_the_name_of_the_setting(base: str) -> None:
    with pytest.raises(SettingsError, match="LMC_PUBLIC_URL"):
        Links(b"a" * 32, base)


def test_a_link_expires_a_week_after_it_was_made_and_not_before() -> None:
    token = made()

    assert isinstance(LINKS.read(token, NOW + dt.timedelta(days=7)), SourceLink)
    assert LINKS.read(token, NOW + dt.timedelta(days=7, hours=1)) is Refusal.EXPIRED


def test_a_link_with_any_letter_changed_is_forged() -> None:
    token = made()
    changed = {token[:i] + letter + token[i + 1 :] for i in range(len(token)) for letter in LETTERS} - {token}

    assert {LINKS.read(other, NOW) for other in changed} == {Refusal.FORGED}


def test_a_link_with_a_letter_too_few_or_too_many_is_forged() -> None:
    token = made()

    for changed in (token[:-1], token[1:], token + "A", "A" + token, token + "=", token + ".", token.upper()):
        assert LINKS.read(changed, NOW) is Refusal.FORGED


def test_the_signature_of_one_document_does_not_open_another() -> None:
    opens, _, _ = made(key="anytown/secret").partition(".")
    _, _, signature = made(key="anytown/levy").partition(".")

    assert LINKS.read(f"{opens}.{signature}", NOW) is Refusal.FORGED


def test_a_link_that_was_signed_with_another_key_is_forged() -> None:
    assert OTHER.read(made(), NOW) is Refusal.FORGED


def test_an_expired_link_that_was_also_tampered_with_is_forged() -> None:
    assert OTHER.read(made(), NOW + dt.timedelta(days=99)) is Refusal.FORGED


@given(st.text(max_size=300))
def test_any_other_text_opens_nothing(text: str) -> None:
    assert LINKS.read(text, NOW) is Refusal.FORGED


def test_what_looks_like_nothing_of_ours_opens_nothing() -> None:
    for token in ("", ".", "..", "é.é", "\ud800.x", "A" * 100_000, "A." + "B" * 22, "../../etc/passwd"):
        assert LINKS.read(token, NOW) is Refusal.FORGED


@pytest.mark.parametrize("audience", [Audience.OFFICER, Audience.CONFIDENTIAL])
def test_no_link_is_made_to_what_only_officers_read(audience: Audience) -> None:
    with pytest.raises(ValueError, match=audience.value):
        LINKS.source("anytown/line", 1, "", audience=audience, now=NOW)


def test_the_key_is_not_shown_where_links_are_printed() -> None:
    assert "aaaa" not in repr(LINKS)


# --- the key -----------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secret = open_secret(tmp_path / "data")

    file = tmp_path / "data" / KEY_FILE
    assert len(secret) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_secret(tmp_path / "data") == secret
    assert [item.name for item in file.parent.iterdir()] == [KEY_FILE]
    assert open_secret(tmp_path / "other") != secret


def test_many_that_start_at_once_agree_on_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _: False)  # each of them looked before any of them wrote
    found: list[bytes] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(open_secret(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert set(found) == {(tmp_path / KEY_FILE).read_bytes()}
    assert [item.name for item in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_never_takes_the_place_of_one_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that looked before the other wrote, and writes after it."""
    first = open_secret(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert open_secret(tmp_path) == first
    assert (tmp_path / KEY_FILE).read_bytes() == first


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)

    with pytest.raises(SettingsError, match=r"link\.key.*delete it"):
        open_secret(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_a_key_that_cannot_be_read_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()

    with pytest.raises(SettingsError, match=r"link\.key"):
        open_secret(tmp_path)


# --- the titles of an answer -------------------------------------------------------------------------------------


def a_citation(n: int, name: str, url: str) -> Citation:
    return Citation(
        n=n, passage_id=f"p{n}", document_id=name, library="anytown", title=name, publisher="", published=None,
        status=Status.CURRENT, page=n, heading="", url=url, quote="q", passage="q", similarity=0.5,
    )  # fmt: skip


AUDIENCES = {
    "anytown/levy": Audience.PUBLIC,
    "anytown/rota": Audience.PRACTICE,
    "anytown/line": Audience.OFFICER,
    "anytown/hearing": Audience.CONFIDENTIAL,
}
ANSWER = Answer(
    id="x", question="q", text="q", claims=(Claim("q", (1,)),),
    citations=(
        a_citation(1, "web", "https://lmc.example/levy.pdf#page=1"),
        a_citation(2, "levy", "file:///srv/levy.pdf#page=2"),
        a_citation(3, "rota", "file:///srv/rota.txt#page=3"),
        a_citation(4, "line", "file:///srv/line.txt#page=4"),
        a_citation(5, "hearing", "file:///srv/hearing.txt#page=5"),
        a_citation(6, "gone", "file:///srv/gone.txt#page=6"),
    ),
)  # fmt: skip


def test_a_title_leads_to_the_published_page_or_else_to_ours_and_never_to_a_file() -> None:
    found = links_of(ANSWER, LINKS, AUDIENCES.get, NOW)

    assert found[1] == "https://lmc.example/levy.pdf#page=1"
    assert sorted(found) == [1, 2, 3]  # officers read theirs in Slack
    for n, key in ((2, "anytown/levy"), (3, "anytown/rota")):
        link = LINKS.read(found[n].rsplit("/", 1)[-1], NOW)
        assert isinstance(link, SourceLink)
        assert (link.document_key, link.page, link.passage_id) == (key, n, f"p{n}")
        assert link.audience is AUDIENCES[key]


def test_without_an_address_of_ours_only_published_pages_are_linked() -> None:
    assert sorted(links_of(ANSWER, None, AUDIENCES.get, NOW)) == [1]


def test_an_outcome_without_sources_has_no_links() -> None:
    assert links_of(NoAnswer(id="x", question="q", text="no"), LINKS, AUDIENCES.get, NOW) == {}


def test_a_document_that_opened_since_is_linked_with_todays_audience() -> None:
    only = replace(ANSWER, citations=ANSWER.citations[3:4])

    assert sorted(links_of(only, LINKS, {"anytown/line": Audience.PRACTICE}.get, NOW)) == [4]
