"""Words for each place in Slack: nothing live but what we wrote, nothing unseen, no character split."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.render import limits
from bot.render import text as safe
from ingest.sentences import sentences
from tests.bot.hostile import ANY, HOSTILE
from tests.bot.slack_rules import live_in_mrkdwn, unseen

regex = pytest.importorskip("regex")


@given(st.one_of(ANY, HOSTILE))
def test_nothing_that_others_wrote_is_live_in_mrkdwn(text: str) -> None:
    assert live_in_mrkdwn(safe.mrkdwn(text)) == []


@given(st.one_of(ANY, HOSTILE))
def test_nothing_that_others_wrote_is_a_token_in_a_markdown_block(text: str) -> None:
    escaped = safe.markdown(text)

    assert not set("<>") & set(escaped)
    assert all(escaped[at - 1] == "\\" for at, letter in enumerate(escaped) if letter in "*_`[]~!")


@given(st.one_of(ANY, HOSTILE))
def test_what_is_shown_can_be_seen_and_sent(text: str) -> None:
    cleaned = safe.clean(text)

    assert not unseen(cleaned)
    assert safe.clean(cleaned) == cleaned
    assert cleaned.encode("utf-8").decode() == cleaned


@given(
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u115f\u1160\u3164\uffa0\u2800"))
)
def test_visible_words_stay_as_they_are_letter_by_letter(text: str) -> None:
    assert safe.clean(text) == text


def test_what_unicode_calls_a_format_character_is_removed_or_known_to_be_seen() -> None:
    """The ranges in the source against the whole of Unicode. Hieroglyphs have format signs of their own."""
    signs = {code for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    kept = {code for code in signs if safe.clean(f"a{chr(code)}b") != "ab"}

    drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13460)}
    assert kept == signs & drawn


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "می‌خواهم", "1️⃣", "❤️", "नमस्ते", "क्‍ष", "🇬🇧", "👍🏽", "é"])  # fmt: skip
def test_joined_characters_stay_joined(text: str) -> None:
    assert safe.clean(text) == text


@pytest.mark.parametrize("text", ["a\u200db", "a\u200cb", "a\ufe0fb", "\u200d\u200dab", "a\ufe01\ufe02\ufe03b"])
def test_joiners_between_plain_letters_carry_nothing(text: str) -> None:
    assert safe.clean(text) == "ab"


def test_a_pile_of_marks_stays_small() -> None:
    assert safe.clean("e" + "\u0301" * 10_000 + "f") == "e" + "\u0301" * 8 + "f"


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "//evil.example", "https://", "http:///x",
     "https://nhs.uk@evil.example/", "https://a.example/\u202egnp.exe", "https://a.example/\nb", "https://a.example/\x00",
     "https://a\\b.example", "https://[::1", "data:text/html,x", "https://a.example/" + "x" * 1_000, "ftp://a.example"],
)  # fmt: skip
def test_an_address_that_is_none_for_the_web_becomes_no_link(address: str) -> None:
    assert safe.url(address) == ""
    assert safe.link(address, "words") == "words"


def test_a_link_keeps_its_address_and_its_label_apart() -> None:
    made = safe.link("https://a.example/?q=1&r=<2>|3 4", "A | <!here> & *b*\n> c")

    assert made == "<https://a.example/?q=1&amp;r=%3C2%3E%7C3%204|A ¦ &lt;!here&gt; &amp; *b* &gt; c>"


@given(st.one_of(ANY, HOSTILE), st.one_of(ANY, HOSTILE))
def test_a_link_is_one_token_whatever_is_in_it(path: str, label: str) -> None:
    made = safe.link(f"https://a.example/{path}", label)

    live = live_in_mrkdwn(made)
    assert len(live) <= 1
    assert all(token.startswith("https://a.example/") and token.count("|") == 1 for token in live)


# --- lengths and cuts --------------------------------------------------------------------------------------------


@given(HOSTILE, st.integers(1, 120))
def test_a_cut_keeps_to_its_limit_and_splits_no_character(text: str, limit: int) -> None:
    cleaned = safe.clean(text)
    cut = safe.clip(cleaned, limit)

    assert safe.length(cut) <= limit
    if cut != cleaned:
        kept = cut.removesuffix("…")
        graphemes = regex.findall(r"\X", cleaned)
        wholes = {"".join(graphemes[:count]).rstrip() for count in range(len(graphemes) + 1)}
        assert kept in wholes or max(map(len, graphemes)) > 32


@given(HOSTILE, st.integers(10, 400))
def test_a_cut_by_escaped_length_keeps_to_it(text: str, limit: int) -> None:
    cut = safe.clip(safe.clean(text), limit, cost=limits.mrkdwn_length)

    assert limits.mrkdwn_length(cut) <= limit


def test_a_cut_of_100_kb_is_short_and_marked() -> None:
    assert safe.clip("wörd " * 20_000, 50) == ("wörd " * 10)[:49] + "…"


@given(HOSTILE, st.integers(1, 300))
@example("One. Two. Three.", 9)
def test_whole_sentences_are_a_beginning_of_the_text_letter_by_letter(text: str, limit: int) -> None:
    kept, shortened = safe.whole_sentences(safe.clean(text), limit)

    assert safe.clean(text).startswith(kept)
    assert safe.length(kept) <= limit
    assert shortened == (kept != safe.clean(text)) or not kept


def test_whole_sentences_end_where_a_sentence_ends() -> None:
    text = "It costs £1.50. Ask Dr. Jones first. Then pay the rest on 1 April."

    assert safe.whole_sentences(text, 45) == ("It costs £1.50. Ask Dr. Jones first.", True)
    assert safe.whole_sentences(text, 500) == (text, False)
    assert safe.whole_sentences("A sentence with no end that goes on", 20) == ("A sentence with no", True)


@given(HOSTILE.filter(str.strip), st.integers(40, 300))
def test_pieces_hold_every_word_in_order(text: str, limit: int) -> None:
    whole = safe.clean(text)
    pieces = safe.pieces(whole, limit)

    assert "".join("".join(piece.split()) for piece in pieces) == "".join(whole.split())
    assert all(0 < safe.length(piece) <= limit for piece in pieces)


def test_pieces_part_between_sentences() -> None:
    text = "The first sentence stands here. " * 20
    pieces = safe.pieces(text, 100)

    assert all(piece.endswith("here.") for piece in pieces)
    assert sum(len(sentences(piece)) for piece in pieces) == 20


def test_the_first_sentence_stands_on_one_line() -> None:
    assert safe.first_words("Ask the landlord\nfirst. Then measure.", 100) == "Ask the landlord first."
    assert safe.first_words("word " * 100, 20) == "word word word word…"


def test_first_words_are_not_a_lead_in_alone() -> None:
    assert safe.first_words("Before a merger:\n• ask\n• tell", 100) == "Before a merger: • ask • tell"
    assert safe.first_words("• Ask early.\n• Tell all.", 100) == "• Ask early. • Tell all."


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("It is hot. Tea is served.", 3, "It is hot."),
        ("It is hot. Tea is served.", 15, "Tea is served."),
        ("Before a merger:\n1. Ask early.\n2. Tell all.", 25, "Ask early."),
        ("Before a merger:\n• ask\n• tell", 4, "Before a merger:\n• ask\n• tell"),
        ("no end", 99, "no end"),
    ],
)
def test_the_sentence_at_a_place_is_found(text: str, place: int, found: str) -> None:
    assert safe.sentence_at(text, place) == found


@pytest.mark.parametrize(
    ("text", "marked", "shown"),
    [
        ("takes ten minutes", (6, 9), "ten"),
        ("  takes\x00 ten minutes ", (9, 12), "ten"),
        ("takes ten minutes", (6, 99), None),  # not within the text
        ("takes ten minutes", (9, 6), None),
        ("cafe\u0301 au lait", (0, 4), None),  # it would part a letter from its accent
        ("long " * 10 + "end", (50, 53), None),  # cut away
    ],
)
def test_marked_words_are_found_again_in_the_cleaned_text(
    text: str, marked: tuple[int, int], shown: str | None
) -> None:
    found = safe.moved(text, marked, 40)

    assert (safe.clip(safe.plain(text).strip(), 40)[slice(*found)] if found else None) == shown


def test_length_counts_what_slack_counts() -> None:
    assert [safe.length(text) for text in ("a", "é", "👍", "\ud800")] == [1, 1, 2, 1]
