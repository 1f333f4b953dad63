"""Everything that the renderer makes, with hostile words in every place: no limit broken, nothing live but ours."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Message
from bot.render.answer import render
from bot.render.passage import passage_view
from tests.bot.hostile import ANY, FIVE_HUNDRED, HOSTILE, LONG, STRINGS
from tests.bot.rendered import ANSWER, NO_ANSWER, ONLY_YOU, PASSAGE, VIEW, Alter, altered, rendered
from tests.bot.slack_rules import check_message, check_view, live_in_blocks, live_in_mrkdwn

OURS = frozenset(
    ["https://kb.example.org/mergers.pdf#page=4", "https://kb.example.org/tupe?a=1&b=2#page=1",
     "https://kb.example.org/premises.pdf", "https://tools.example.org/healthcheck",
     "https://x.slack.com/archives/C1/p1", "U0ALICE", "U0OLU", "U0BEA", "U0MO", "C0GENERAL"]
)  # fmt: skip


def always(text: str) -> Alter:
    return lambda _: text


def check_everything(text: str) -> None:
    made = rendered(always(text))
    for message in made.messages.values():
        check_message(message, OURS)
    for view in made.views.values():
        check_view(view, OURS)


@pytest.mark.slow
def test_the_samples_as_they_are_break_no_rule() -> None:
    made = rendered()

    for message in made.messages.values():
        check_message(message, OURS)
    for view in made.views.values():
        check_view(view, OURS)


@pytest.mark.slow
@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_a_hostile_string_in_every_place_breaks_no_rule(text: str) -> None:
    check_everything(text)


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG, ids=range(len(LONG)))
def test_100_kb_in_every_place_break_no_rule(piece: str) -> None:
    check_everything(piece * (100_000 // len(piece)))


@pytest.mark.slow
def test_500_hostile_strings_as_question_title_and_passage_break_no_rule() -> None:
    assert len(set(FIVE_HUNDRED)) == 500
    for text in FIVE_HUNDRED:
        for outcome in (ANSWER, NO_ANSWER):
            check_message(render(altered(outcome, always(text)), altered(ONLY_YOU, always(text))), OURS)
        check_view(passage_view(altered(PASSAGE, always(text))), OURS)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.one_of(ANY, HOSTILE, st.tuples(HOSTILE, st.integers(1, 60)).map(lambda pair: pair[0] * pair[1])))
def test_any_string_in_every_place_breaks_no_rule(text: str) -> None:
    check_everything(text)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.one_of(ANY, HOSTILE), min_size=1, max_size=8))
def test_different_strings_in_different_places_break_no_rule(texts: list[str]) -> None:
    turn = iter(range(10**9))

    made = rendered(lambda _: texts[next(turn) % len(texts)])

    for message in made.messages.values():
        check_message(message, OURS)
    for view in made.views.values():
        check_view(view, OURS)


@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_nothing_hostile_changes_who_is_mentioned_or_what_is_linked(text: str) -> None:
    before, after = (render(altered(ANSWER, alter), VIEW) for alter in (_same, always(text)))

    assert sorted(live_in_blocks(list(before.blocks))) == sorted(live_in_blocks(list(after.blocks)))
    assert _targets(before) >= _targets(after)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "https://nhs.uk@evil.example", "https://a.b/|<!here>\u202e"],
)
def test_an_address_that_is_none_for_the_web_is_nowhere(address: str) -> None:
    tools = tuple(replace(tool, url=address) for tool in ANSWER.tools)
    message = render(replace(ANSWER, tools=tools), replace(VIEW, links=dict.fromkeys((1, 2, 3), address)))

    check_message(message, OURS)
    assert live_in_blocks(list(message.blocks)) == []
    assert live_in_mrkdwn(message.text) == []
    assert address not in message.text


def _same(text: str) -> str:
    return text


def _targets(message: Message) -> set[str]:
    return {re.split(r"\|", token)[0] for token in live_in_mrkdwn(message.text)}


def test_the_checker_sees_live_markup() -> None:
    """A checker that finds nothing anywhere would pass every test above."""
    assert live_in_mrkdwn("<!here>") == ["!here"]
    assert live_in_mrkdwn("a & b") == ["not escaped: &"]
    assert live_in_mrkdwn("a < b") == ["not escaped: <"]
    assert live_in_blocks([{"type": "section", "text": {"type": "mrkdwn", "text": "<@U1>"}}]) == ["mrkdwn: @U1"]
    assert live_in_blocks([{"type": "rich_text", "elements": [{"type": "link", "url": "https://e"}]}]) == ["https://e"]
    with pytest.raises(AssertionError):
        check_message(Message("<!channel>"), OURS)
    with pytest.raises(AssertionError):
        check_message(Message("a\u202eb"), OURS)
    with pytest.raises(AssertionError):
        check_message(Message("a", ({"type": "section"},)), OURS)
    with pytest.raises(AssertionError):
        check_message(Message("a" * 4_001), OURS)
