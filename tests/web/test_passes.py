"""A pass opens one assessment for one person, until it expires; anything else opens nothing."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from corpus.model import Audience
from web.links import Links
from web.passes import Pass, Passes
from web.seal import Refusal

NOW = dt.datetime(2026, 11, 23, 12, 34, 56, tzinfo=dt.UTC)
PASSES = Passes(b"a" * 32, "https://lmc.example")
OTHER = Passes(b"b" * 32, "https://lmc.example")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def made(passes: Passes = PASSES, member: str = "U1", assessment_id: str = "a1b2c3") -> str:
    return urlsplit(passes.address("T1", member, assessment_id, NOW)).path.split("/")[2]


def test_a_pass_is_read_back_as_it_was_made() -> None:
    expires = dt.datetime(2026, 11, 30, 13, tzinfo=dt.UTC)  # seven days from the next full hour

    assert PASSES.read(made(), NOW) == Pass("T1", "U1", "a1b2c3", expires)


@given(
    member=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-abcdef", min_size=1, max_size=50),
    assessment_id=st.text(min_size=1, max_size=60).filter(str.isprintable),
)
def test_any_person_and_assessment_survive_the_way(member: str, assessment_id: str) -> None:
    opened = PASSES.read(made(PASSES, member, assessment_id), NOW)

    assert isinstance(opened, Pass)
    assert (opened.member, opened.assessment_id) == (member, assessment_id)


def test_an_address_leads_to_the_start_page_and_needs_no_quoting() -> None:
    address = PASSES.address("T01234567", "U01234567", "0f" * 16, NOW)

    assert address.startswith("https://lmc.example/assessment/")
    assert address.endswith("/start")
    assert set(urlsplit(address).path.split("/")[2]) <= set(LETTERS)
    assert len(address) < 180


@pytest.mark.parametrize(("base", "prefix"), [("https://lmc.example/bot/", "/bot"), ("https://lmc.example", "")])
def test_a_proxy_may_put_the_pages_below_a_path(base: str, prefix: str) -> None:
    passes = Passes(b"a" * 32, base)

    assert passes.prefix == prefix
    assert passes.address("T", "U", "a", NOW).startswith(f"https://lmc.example{prefix}/assessment/")


def test_an_address_that_no_browser_opens_is_refused_with_the_name_of_the_setting() -> None:
    with pytest.raises(SettingsError, match="LMC_PUBLIC_URL"):
        Passes(b"a" * 32, "lmc.example")


def test_a_pass_expires_a_week_after_it_was_made_and_not_before() -> None:
    token = made()

    assert isinstance(PASSES.read(token, NOW + dt.timedelta(days=7)), Pass)
    assert PASSES.read(token, NOW + dt.timedelta(days=7, hours=1)) is Refusal.EXPIRED


def test_a_pass_with_any_letter_changed_is_forged() -> None:
    token = made()
    changed = {token[:i] + letter + token[i + 1 :] for i in range(len(token)) for letter in LETTERS} - {token}

    assert {PASSES.read(other, NOW) for other in changed} == {Refusal.FORGED}


def test_nobody_can_put_another_person_or_assessment_behind_a_signature() -> None:
    mine = made(member="U1")

    for other in (made(member="U2"), made(assessment_id="zzzzzz")):
        assert PASSES.read(f"{other.partition('.')[0]}.{mine.partition('.')[2]}", NOW) is Refusal.FORGED


def test_a_pass_that_was_signed_with_another_key_is_forged() -> None:
    assert OTHER.read(made(), NOW) is Refusal.FORGED


def test_a_link_to_a_source_is_no_pass_and_a_pass_is_no_link_to_a_source() -> None:
    links = Links(b"a" * 32, "https://lmc.example")
    address = links.source("T1", 1, "a1b2c3", audience=Audience.PUBLIC, now=NOW)

    assert PASSES.read(address.rsplit("/", 1)[-1], NOW) is Refusal.FORGED
    assert links.read(made(), NOW).__class__ is Refusal


@given(st.text(max_size=300))
def test_any_other_text_opens_nothing(text: str) -> None:
    assert PASSES.read(text, NOW) is Refusal.FORGED


def test_the_key_is_not_shown_where_passes_are_printed() -> None:
    assert "aaaa" not in repr(PASSES)
