"""Outcomes as messages: every citation in blocks and in text, within every limit, in words that one can copy."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer.outcome import MAY_HELP, UNSURE, UNSURE_OF, Answer, Claim, Clarify, Declined, OfferedTool, Reason
from bot import actions
from bot.model import Message
from bot.render.answer import CUT_MARK, AnswerView, PlaceKind, lead, plain, render
from corpus.model import Status
from tests.bot.rendered import ANSWER, CLARIFY, DECLINED, LEASES, MERGERS, NO_ANSWER, ONLY_YOU, SHARED, VIEW
from tests.bot.slack_rules import check_message, live_in_mrkdwn, objects, shown

LINKED = frozenset([*VIEW.links.values(), "https://tools.example.org/healthcheck", "U0ALICE", "C0GENERAL"])


def words_of(message: Message) -> str:
    """What a reader sees, line by line: text as it stands, `|` before quotes, buttons in brackets."""
    return "".join(_words(block) for block in message.blocks)


def _words(block: Mapping[str, Any]) -> str:
    kind = block["type"]
    if kind in {"text", "link"}:
        return str(block["text"])
    if kind in {"user", "channel"}:
        return str(block[f"{kind}_id"])
    if kind in {"button", "icon_button"}:
        return f"[{block['text']['text']}] "
    if kind == "feedback_buttons":
        return f"[{block['positive_button']['text']['text']}] [{block['negative_button']['text']['text']}] "
    inside = "".join(_words(item) if item["type"] != "plain_text" else item["text"] for item in block["elements"])
    lines = {"rich_text": inside, "rich_text_list": inside, "rich_text_quote": f"| {inside}\n"}
    return lines.get(kind, f"{inside}\n")


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    """Every element of a message that can be pressed, by action id."""
    return {item["action_id"]: item for block in message.blocks for item in objects(block) if "action_id" in item}


def many(count: int, **changed: Any) -> Answer:
    """An answer with so many citations."""
    citations = tuple(
        replace(MERGERS, n=n, document_id=f"d{n}", title=f"Document {n} of many", page=n, **changed)
        for n in range(1, count + 1)
    )
    return replace(ANSWER, citations=citations, claims=tuple(Claim(one.quote, (one.n,)) for one in citations))


# --- what it says ------------------------------------------------------------------------------------------------


def test_an_answer_reads_as_quotes_with_their_references() -> None:
    message = render(replace(ANSWER, citations=(MERGERS, LEASES), claims=(Claim(MERGERS.quote, (1,)),)), VIEW)

    assert words_of(message).splitlines() == [
        "| The commissioner wants notice of a merger 90 days before the date. Write a letter that both practices sign.",
        "[1] Guide to practice mergers, Anytown LMC, June 2025, page 4",
        "Current · Mergers › Notice",
        "| Ask the landlord about leases of surgery premises before a merger.",
        "- Measure the rooms.",
        "> Keep _all_ letters & `notes`.",
        "[2] Premises: leases & *rent* <2015>, Somerset LMC, 11 June 2015, page 12 (printed xii)",
        "Replaced by “Premises 2024” · 11 years old · Leases",
        "Note: “Premises: leases & *rent* <2015>” has been replaced by “Premises 2024”. It is from June 2015. "
        "Check with your LMC office.",
        "What may help next",
        "Practice Healthcheck (about 12 minutes): It gives a quick picture of the practice in ten areas, with a "
        "one-page report.",
        "Your LMC office: Phone 01234 567890 on weekdays.",
        "Next step: Open the source to read it in full; for advice, ask your LMC office.",
        "[Show passage 1] [Show passage 2] ",
        "[Open Practice Healthcheck] ",
        "[Ask a person] ",
        "[Helpful] [Not helpful] [Delete] ",
        "Quoted word for word from the library by a computer program. "
        "Open the source and read it before you act on it.",
    ]


def test_the_text_alone_says_the_same() -> None:
    message = render(replace(ANSWER, notes=(), tools=()), VIEW)

    assert message.text.splitlines() == [
        "The commissioner wants notice of a merger 90 days before the date. "
        "(Guide to practice mergers, June 2025, and 2 more sources)",
        "",
        "[1] <https://kb.example.org/mergers.pdf#page=4|Guide to practice mergers>, Anytown LMC, June 2025, page 4. "
        "Current · Mergers › Notice.",
        "“The commissioner wants notice of a merger 90 days before the date. Write a letter that both practices sign.”",
        "[2] Premises: leases &amp; *rent* &lt;2015&gt;, Somerset LMC, 11 June 2015, page 12 (printed xii). "
        "Replaced by “Premises 2024” · 11 years old · Leases.",
        "“Ask the landlord about leases of surgery premises before a merger.",
        "- Measure the rooms.",
        "&gt; Keep _all_ letters &amp; `notes`.”",
        "[3] <https://kb.example.org/tupe?a=1&amp;b=2#page=1|Staff and TUPE>, no date given, page 1. "
        "Under review · read by text recognition.",
        "“Staff move to the new partnership on the same terms.”",
        "Next step: Open the source to read it in full; for advice, ask your LMC office.",
    ]


def test_quotes_stand_in_blocks_letter_by_letter() -> None:
    message = render(ANSWER, VIEW)

    quoted = [
        item["elements"][0]["text"] for item in objects(list(message.blocks)) if item.get("type") == "rich_text_quote"
    ]
    assert quoted == [citation.quote for citation in ANSWER.citations]


def test_a_claim_in_words_of_its_own_stands_above_the_quotes_with_its_numbers() -> None:
    answer = replace(ANSWER, claims=(Claim("Give 90 days of notice and ask the landlord.", (1, 2)),))

    assert words_of(render(answer, VIEW)).startswith(
        "Give 90 days of notice and ask the landlord. [1][2]\n| The commiss"
    )


def test_the_first_line_of_the_text_stands_alone() -> None:
    assert lead(ANSWER) == (
        "The commissioner wants notice of a merger 90 days before the date. "
        "(Guide to practice mergers, June 2025, and 2 more sources)"
    )
    assert lead(many(1, published=None)).endswith("(Document 1 of many)")
    assert lead(many(2)).endswith("(Document 1 of many, June 2025, and 1 more source)")
    assert len(lead(many(1, quote="word " * 500, published=None))) < 330
    assert lead(NO_ANSWER).startswith("The library does not say.")


def test_the_first_line_of_the_text_is_the_sentence_with_the_marked_words() -> None:
    quote = "Mergers take time. The commissioner wants 90 days of notice. Write a letter."
    start = quote.index("90 days")

    assert lead(many(1, quote=quote, marked=(start, start + 7))).startswith(
        "The commissioner wants 90 days of notice. ("
    )
    assert lead(many(1, quote=quote)).startswith("Mergers take time. (")


def test_the_first_line_of_a_list_does_not_end_at_its_lead() -> None:
    assert lead(many(1, quote="Before a merger:\n• ask the landlord\n• tell the commissioner")).startswith(
        "Before a merger: • ask the landlord • tell the commissioner ("
    )


# --- how sure it is ----------------------------------------------------------------------------------------------

TENTATIVE = replace(ANSWER, tentative=True)


@pytest.mark.parametrize("view", [VIEW, ONLY_YOU, SHARED, replace(VIEW, place="channel")])
def test_a_tentative_answer_says_so_in_words_before_anything_of_the_answer(view: AnswerView) -> None:
    message = render(TENTATIVE, view)

    before = words_of(message).split("| ")[0]
    assert before.rstrip().endswith(f"{MAY_HELP} {UNSURE}")
    assert message.text.startswith(f"{UNSURE_OF} The commissioner wants notice of a merger")
    check_message(message, LINKED)


def test_a_tentative_answer_still_shows_its_sources_and_first_offers_a_person() -> None:
    message = render(replace(many(3), tentative=True), VIEW)

    _has_every_citation(message, 3)
    assert buttons(message)[actions.ASK_PERSON]["style"] == "primary"
    assert "style" not in buttons(render(ANSWER, VIEW))[actions.ASK_PERSON]
    assert "may help" not in words_of(render(ANSWER, VIEW)).split("What may help next")[0]
    assert UNSURE_OF not in render(ANSWER, VIEW).text


# --- the words that answer ---------------------------------------------------------------------------------------


def marked_answer(words: str, quote: str = MERGERS.quote) -> Answer:
    start = quote.index(words)
    return many(1, quote=quote, marked=(start, start + len(words)))


def quoted(message: Message) -> list[tuple[str, bool]]:
    """The parts of the first quote, and whether each is in bold."""
    block = next(item for item in objects(list(message.blocks)) if item.get("type") == "rich_text_quote")
    return [(part["text"], bool(part.get("style", {}).get("bold"))) for part in block["elements"]]


def test_the_words_that_answer_stand_in_bold_in_a_quote_whose_letters_stay() -> None:
    parts = quoted(render(marked_answer("90 days before the date"), VIEW))

    assert [text for text, bold in parts if bold] == ["90 days before the date"]
    assert "".join(text for text, _ in parts) == MERGERS.quote


def test_markup_in_the_words_that_answer_is_shown_and_not_read() -> None:
    message = render(marked_answer("*now* <!here>", "Do it *now* <!here> and `then` rest."), VIEW)

    assert quoted(message) == [("Do it ", False), ("*now* <!here>", True), (" and `then` rest.", False)]
    assert "Do it *now* &lt;!here&gt; and" in message.text
    check_message(message, LINKED)


def test_marked_words_move_with_what_is_cleaned_away_before_them() -> None:
    parts = quoted(render(marked_answer("90 days", " \u202e\x00Give 90 days of notice."), VIEW))

    assert parts == [("Give ", False), ("90 days", True), (" of notice.", False)]


def test_marks_that_are_no_part_of_the_quote_are_left_out() -> None:
    message = render(many(1, marked=(5_000, 5_010)), VIEW)

    assert quoted(message) == [(MERGERS.quote, False)]


def test_a_shortened_quote_keeps_the_marks_that_are_still_in_it() -> None:
    long = "The notice is 90 days and both practices sign. " * 200
    parts = quoted(render(marked_answer("90 days", long.strip()), VIEW))

    assert parts[0] == ("The notice is ", False)
    assert parts[1] == ("90 days", True)
    assert parts[-1][0].strip() == CUT_MARK


@pytest.mark.parametrize(
    ("status", "later", "words"),
    [
        (Status.CURRENT, None, "Current"),
        (Status.UNDER_REVIEW, None, "Under review"),
        (Status.SUPERSEDED, None, "Replaced"),
        (Status.SUPERSEDED, "premises-2024", "Replaced by “Premises 2024”"),
        (Status.SUPERSEDED, "other-2025", "Replaced by “other-2025”"),
        (Status.WITHDRAWN, None, "Withdrawn"),
    ],
)
def test_the_status_of_a_source_is_said_in_words(status: Status, later: str | None, words: str) -> None:
    one = replace(MERGERS, status=status, superseded_by=later)
    message = render(replace(ANSWER, citations=(one,)), VIEW)

    assert f"{words} · Mergers › Notice" in shown(list(message.blocks))
    assert f"{words} · Mergers › Notice." in message.text


def test_no_answer_lists_no_source_and_can_be_judged_and_passed_on() -> None:
    message = render(NO_ANSWER, VIEW)

    assert words_of(message).splitlines() == [
        "The library does not say. I looked for “Who pays for the car park?” in the documents that you may read and "
        "found no passage that answers it.",
        "What may help next",
        "Your LMC office: Phone 01234 567890 on weekdays.",
        "Next step: Ask your LMC office, or ask again in other words.",
        "[Ask a person] ",
        "[Helpful] [Not helpful] [Delete] ",
    ]
    assert buttons(message)[actions.ASK_PERSON]["style"] == "primary"


def test_a_question_back_has_a_button_for_each_meaning() -> None:
    message = render(CLARIFY, VIEW)

    chosen = {name: item for name, item in buttons(message).items() if name.startswith(actions.CHOOSE_MEANING)}
    assert {name: item["text"]["text"] for name, item in chosen.items()} == {
        "choose_meaning:0": "Practice Healthcheck",
        "choose_meaning:1": "Patient Health Questionnaire",
    }
    assert actions.read_value(chosen["choose_meaning:1"]["value"]) == {"v": 1, "a": VIEW.answer_id, "n": 1}
    assert "- Patient Health Questionnaire" in message.text


def test_a_meaning_too_long_for_a_button_is_whole_in_the_words() -> None:
    long = "Personal Health " * 12
    message = render(replace(CLARIFY, options=("Practice Healthcheck", long.strip())), VIEW)

    assert long.strip() in shown(list(message.blocks))
    check_message(message, LINKED)


@pytest.mark.parametrize("reason", list(Reason))
def test_words_for_somebody_in_need_are_not_to_be_rated(reason: Reason) -> None:
    message = render(replace(DECLINED, reason=reason), replace(VIEW, can_delete=False))

    judged = actions.FEEDBACK in buttons(message)
    assert judged == (reason not in {Reason.PATIENT_DATA, Reason.DISTRESS})


# --- where it stands ---------------------------------------------------------------------------------------------


def test_each_passage_has_a_button_that_names_answer_and_number_only() -> None:
    pressed = buttons(render(ANSWER, VIEW))

    values = {name: actions.read_value(item["value"]) for name, item in pressed.items() if name.startswith("show_")}
    assert values == {f"show_passage:{n}": {"v": 1, "a": VIEW.answer_id, "n": n} for n in (1, 2, 3)}
    assert all(actions.any_of(actions.SHOW_PASSAGE).match(name) for name in values)


@pytest.mark.parametrize(("place", "shares"), [("direct", False), ("channel", False), ("only_you", True)])
def test_only_what_one_person_sees_can_be_shared(place: PlaceKind, shares: bool) -> None:
    message = render(ANSWER, replace(VIEW, place=place, can_share=True))

    assert (actions.SHARE_ANSWER in buttons(message)) == shares
    assert actions.SHARE_ANSWER not in buttons(render(NO_ANSWER, replace(VIEW, place=place, can_share=True)))


def test_buttons_that_are_not_allowed_are_absent() -> None:
    view = replace(VIEW, can_share=False, can_ask_person=False, can_delete=False)

    pressed = buttons(render(ANSWER, view))

    assert not {actions.SHARE_ANSWER, actions.ASK_PERSON, actions.DELETE_ANSWER} & set(pressed)


def test_only_the_asker_sees_the_bin() -> None:
    pressed = buttons(render(ANSWER, VIEW))

    assert pressed[actions.DELETE_ANSWER]["visible_to_user_ids"] == ["U0ALICE"]
    assert actions.DELETE_ANSWER not in buttons(render(ANSWER, replace(VIEW, asked_by="<!channel>")))


def test_what_stands_above_an_answer_says_why_it_is_there() -> None:
    first = words_of(render(ANSWER, replace(SHARED, shown_question="How much notice?"))).split("| ")[0]

    assert first.splitlines() == [
        "You changed your question. This is the new answer.",
        "Shared by U0ALICE",
        "In C0GENERAL not everybody may read this, so I answer you here.",
        "This is about your message in C0GENERAL",
        "Question: How much notice?",
    ]
    assert "Question: How much notice does a merger need?" in render(ANSWER, ONLY_YOU).text


def test_an_id_that_is_none_of_slacks_mentions_nobody() -> None:
    message = render(ANSWER, replace(VIEW, shared_by="!channel", not_for_channel="C1> <!here"))

    assert {token.split("|")[0] for token in live_in_mrkdwn(message.text)} <= LINKED | {
        link.replace("&", "&amp;") for link in LINKED
    }
    assert "Shared by somebody" in words_of(message)


def test_a_tool_without_a_web_address_is_named_in_words_and_has_no_button() -> None:
    tool = OfferedTool("t", "Partner skills", "file:///srv/partner.md#page=1", 10, "It is private.", "scoring_tool")
    message = render(replace(ANSWER, tools=(tool,)), VIEW)

    assert "Partner skills (about 10 minutes): It is private." in words_of(message)
    assert "file:" not in json.dumps(message.blocks) + message.text
    linked = render(replace(ANSWER, tools=(tool,)), replace(VIEW, tool_links={"t": "https://kb.example.org/p"}))
    assert buttons(linked)["open_link:1"]["url"] == "https://kb.example.org/p"


def test_the_fallback_for_refused_blocks_is_the_text() -> None:
    message = render(ANSWER, VIEW)

    assert plain(message) == Message(message.text)


# --- shortening --------------------------------------------------------------------------------------------------


def test_a_long_quote_is_cut_at_the_end_of_a_sentence_and_marked_outside_of_it() -> None:
    long = "The notice is 90 days and both practices sign. " * 200
    message = render(many(4, quote=long.strip()), VIEW)

    quotes = [item for item in objects(list(message.blocks)) if item.get("type") == "rich_text_quote"]
    assert len(quotes) == 4
    for quote in quotes:
        words, mark = (part["text"] for part in quote["elements"])
        assert long.startswith(words)
        assert words.endswith("sign.")
        assert mark.strip() == CUT_MARK
    check_message(message, LINKED)


def test_a_channel_shows_less_of_long_quotes_than_a_direct_message() -> None:
    answer = many(3, quote=("The notice is 90 days and both practices sign. " * 60).strip())
    direct, channel = (
        shown(list(render(answer, replace(VIEW, place=place)).blocks)) for place in ("direct", "channel")
    )

    assert len(channel) < len(direct)
    assert len(channel) < 5_000


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 5, 12, 20, 30])
@pytest.mark.parametrize("length", [10, 700, 20_000])
def test_no_citation_is_ever_lost(count: int, length: int) -> None:
    message = render(many(count, quote=("It is so. " * (length // 10 + 1)).strip()), replace(VIEW, links={}))

    _has_every_citation(message, count)
    check_message(message, LINKED)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    count=st.integers(1, 20),
    length=st.integers(0, 3_000),
    piece=st.sampled_from(["a", "& ", '"', "<!here>", "é", "👍", "A sentence. ", "\\", "\n"]),
    linked=st.booleans(),
)
def test_no_citation_is_lost_whatever_the_words_are(count: int, length: int, piece: str, linked: bool) -> None:
    text = piece * length
    answer = many(count, quote=text, publisher=text, heading=text, superseded_by=text, status=Status.SUPERSEDED)
    answer = replace(
        answer, notes=(text,) * 6, next_step=text, tools=(replace(ANSWER.tools[0], name=text, why=text),) * 4
    )
    links = {n: f"https://kb.example.org/{'x' * 200}/{n}" for n in range(1, count + 1)} if linked else {}
    message = render(answer, replace(VIEW, links=links, shown_question=text))

    _has_every_citation(message, count)
    check_message(message, LINKED | set(links.values()))


def _has_every_citation(message: Message, count: int) -> None:
    lines = shown(list(message.blocks))
    for n in range(1, count + 1):
        assert re.search(rf"\[{n}\] \n?", lines), f"[{n}] is not in the blocks"
        assert re.search(rf"(?m)^\[{n}\] .*page {n}\b", message.text), f"[{n}] is not in the text"
        assert re.search(rf", page {n}\b", lines)


def test_four_real_sources_are_shown_whole() -> None:
    """As large as an answer gets in practice: four quotes of 600 characters, three tools, two notes."""
    quote = ("The partners agree in writing who takes over which of the duties. " * 9).strip()
    answer = replace(many(4, quote=quote), notes=ANSWER.notes * 2, tools=ANSWER.tools)
    message = render(answer, VIEW)

    assert shown(list(message.blocks)).count(quote) == 4
    assert CUT_MARK not in shown(list(message.blocks))
    check_message(message, LINKED)


def test_an_outcome_renders_the_same_every_time() -> None:
    assert render(ANSWER, VIEW) == render(ANSWER, VIEW)


def test_an_answer_without_words_still_shows_its_source() -> None:
    empty = replace(MERGERS, title="\u200b", publisher="", quote="", heading="", published=None)
    message = render(replace(ANSWER, citations=(empty,), claims=(), notes=("",), tools=(), next_step=""), VIEW)

    assert "[1] Document without a title, no date given, page 4" in words_of(message)
    check_message(message, LINKED)


def test_every_kind_of_outcome_is_rendered_in_every_place() -> None:
    for outcome in (ANSWER, NO_ANSWER, CLARIFY, DECLINED):
        for place in ("direct", "channel", "only_you"):
            check_message(render(outcome, replace(VIEW, place=place, can_share=True)), LINKED)
    assert {Answer.kind, Clarify.kind, Declined.kind} == {"answer", "clarify", "declined"}
