"""The gate weighs what was found into a probability, and says which way each sign points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.gate import (
    COSTS,
    WITH_READER,
    WITHOUT_READER,
    Cited,
    Costs,
    Evidence,
    Verdict,
    confidence,
    coverage,
    fits,
    rarity,
    verdict,
    weigh,
)
from answer.insists import insists
from answer.reader import Reading
from answer.understand import Understood, Wants
from corpus.glossary import Glossary

FIELDS = [field.name for field in fields(Evidence)]
NEUTRAL = Evidence(*[0.5] * len(FIELDS))


def asked(question: str, content: Sequence[str], named: Sequence[str] = (), kind: Wants = Wants.ANYTHING) -> Understood:
    return Understood(
        question, question, kind, dict.fromkeys(content, 1.0), tuple(content), frozenset(named),
        insists=insists(question, Glossary([])),
    )  # fmt: skip


def cited(
    stems: str, quote_stems: str = "", passage: str = "", quote: str = "", span: float = 0.0, lexical: float = 0.0
) -> Cited:
    return Cited(frozenset(stems.split()), frozenset(quote_stems.split()), passage, quote, span, lexical)


@pytest.mark.parametrize(
    ("content", "stems", "weight", "share"),
    [
        ("a b", "a b", {"a": 1.0, "b": 1.0}, 1.0),
        ("a b", "a", {"a": 1.0, "b": 1.0}, 0.5),
        ("a b", "a", {"a": 3.0, "b": 1.0}, 0.75),
        ("a b", "c", {"a": 3.0, "b": 1.0}, 0.0),
        ("a b", "a b c d", {"a": 3.0, "b": 1.0}, 1.0),
        ("", "a", {}, 1.0),
        ("a", "a", {"a": 0.0}, 1.0),
    ],
)
def test_coverage_is_the_share_of_the_words_by_weight(
    content: str, stems: str, weight: Mapping[str, float], share: float
) -> None:
    assert coverage(content.split(), stems.split(), weight) == pytest.approx(share)


@pytest.mark.parametrize(
    ("frequency", "count", "tells"),
    [
        (0, 10, math.log(1 + 10.5 / 0.5)),
        (1, 10, math.log(1 + 9.5 / 1.5)),
        (10, 10, math.log(1 + 0.5 / 10.5)),
        (99, 10, math.log(1 + 0.5 / 10.5)),  # counts that disagree are not below zero
        (0, 1, math.log(1 + 1.5 / 0.5)),
    ],
)
def test_rarity_is_the_inverse_document_frequency_of_bm25(frequency: int, count: int, tells: float) -> None:
    assert rarity(frequency, count) == pytest.approx(tells)


@given(count=st.integers(1, 1000), frequency=st.integers(0, 1000))
def test_rarer_words_tell_more(count: int, frequency: int) -> None:
    assert rarity(frequency, count) >= rarity(frequency + 1, count) > 0


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        (Wants.DATE, "It ended on 30 June 2022.", True),
        (Wants.DATE, "Tell them within 28 days.", True),
        (Wants.DATE, "It ended.", False),
        (Wants.DURATION, "It takes 10 to 15 minutes.", True),
        (Wants.DURATION, "It takes about two hours.", True),
        (Wants.DURATION, "A twelve-month scheme.", True),
        (Wants.DURATION, "It takes a while.", False),
        (Wants.MONEY, "It costs £1,500.", True),
        (Wants.MONEY, "It is free.", True),
        (Wants.MONEY, "The levy is 42 pence for each patient.", True),
        (Wants.MONEY, "It rose to 44p.", True),
        (Wants.MONEY, "See page 44, part 2.", False),
        (Wants.MONEY, "It takes 15 minutes.", False),
        (Wants.NUMBER, "There are ten areas.", True),
        (Wants.NUMBER, "There are 10 areas.", True),
        (Wants.NUMBER, "There are some areas.", False),
        (Wants.PERSON, "Anything goes.", True),  # no rule for it
        (Wants.ANYTHING, "", True),
    ],
)
def test_text_fits_when_it_holds_a_fact_of_the_kind_asked_for(kind: Wants, text: str, held: bool) -> None:
    assert fits(asked("?", [], kind=kind), text) is held


@pytest.mark.parametrize("was_read", [True, False])
@pytest.mark.parametrize("name", FIELDS)
def test_confidence_moves_the_way_of_each_weight(name: str, was_read: bool) -> None:
    weight = (WITH_READER if was_read else WITHOUT_READER).by_name.get(name, 0.0)
    less, more = (confidence(replace(NEUTRAL, **{name: value}), was_read=was_read) for value in (0.1, 0.9))

    assert (more > less) is (weight > 0)
    assert (more < less) is (weight < 0)


def test_every_weight_is_of_a_sign_that_there_is() -> None:
    assert set(WITH_READER.by_name) <= set(FIELDS)
    assert set(WITHOUT_READER.by_name) <= set(FIELDS) - {"read", "read_first"}
    assert sum(WITH_READER.by_name.get(name, 0.0) for name in ("read", "read_first")) > 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(FIELDS), max_size=len(FIELDS)), st.booleans())
def test_confidence_is_a_probability_whatever_the_evidence(values: list[float], was_read: bool) -> None:
    assert 0.0 < confidence(Evidence(*values), was_read=was_read) < 1.0


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_never_allows_less(one: float, other: float) -> None:
    order = [Verdict.SILENT, Verdict.MAY_HELP, Verdict.ANSWER]
    less, more = sorted([one, other])
    assert order.index(verdict(less)) <= order.index(verdict(more))


@given(st.floats(1.1, 9), st.floats(0.1, 3), st.floats(3.1, 9), st.floats(0, 1))
def test_the_verdict_is_the_cheapest_on_average(misled: float, vague: float, silence: float, chance: float) -> None:
    costs = Costs(misled, vague, silence)
    price = {
        Verdict.ANSWER: (1 - chance) * misled,
        Verdict.MAY_HELP: (1 - chance) + chance * vague,
        Verdict.SILENT: chance * silence,
    }
    if costs.may_help_from() > costs.answer_from():
        return  # with these costs "this may help" is never the cheapest
    low, high = costs.may_help_from(), costs.answer_from()
    chosen = Verdict.ANSWER if chance >= high else Verdict.MAY_HELP if chance >= low else Verdict.SILENT
    assert price[chosen] == pytest.approx(min(price.values()), abs=1e-9)


def test_the_costs_in_use_leave_room_for_all_three() -> None:
    assert 0 < COSTS.may_help_from() < COSTS.answer_from() < 1


def evidence(items: Sequence[Cited], understood: Understood, known: str = "a b c 2015") -> Evidence:
    weight = {"a": 3.0, "b": 1.0, "c": 1.0, "x": 5.0}
    return weigh(items, understood, weight, lambda stem: int(stem in known.split()), agreement=0.5)


def test_best_sentence_and_best_coverage_of_the_quoted_passages_are_weighed() -> None:
    items = [cited("b", "b", span=0.2, lexical=1.0), cited("a b", "a", span=0.7, lexical=2.0)]

    found = evidence(items, asked("a b?", ["a", "b"]))

    assert found.span == pytest.approx(0.7)
    assert found.coverage == pytest.approx(1.0)
    assert found.quoted == pytest.approx(0.75)
    assert found.lexical == pytest.approx(2.0 / 4.0)
    assert found.heaviest == 0.0
    assert found.unknown == 0.0


def test_the_most_telling_word_that_is_missing_counts() -> None:
    found = evidence([cited("b c")], asked("a b c?", ["a", "b", "c"]))

    assert found.heaviest == 1.0  # "a", the heaviest of all
    assert found.coverage == pytest.approx(2 / 5)


def test_word_that_the_whole_library_lacks_is_unknown() -> None:
    found = evidence([cited("a")], asked("a x?", ["a", "x"]))

    assert found.unknown == pytest.approx(5 / 8)


@pytest.mark.parametrize(
    ("passages", "missing"),
    [(["leed york"], 0.0), (["leed"], 0.5), (["a"], 1.0), (["a", "leed york"], 0.0), (["york", "leed"], 0.5)],
)
def test_names_are_missing_when_no_passage_has_them_all(passages: Sequence[str], missing: float) -> None:
    found = evidence([cited(text) for text in passages], asked("What of Leeds or York?", ["a"]))

    assert found.no_names == pytest.approx(missing)


@pytest.mark.parametrize(
    ("passage", "missing", "other"),
    [
        ("In 2015", 0.0, 0.0),
        ("In 2014", 1.0, 1.0),
        ("No year at all", 1.0, 0.0),
        ("The 2015 paper of 2016/17", 0.0, 0.0),
    ],
)
def test_years_are_missing_when_no_passage_has_them(passage: str, missing: float, other: float) -> None:
    found = evidence([cited("a", passage=passage)], asked("What happened in 2015?", ["a"]))

    assert found.no_years == pytest.approx(missing)
    assert found.other_year == other


def read(chance: float) -> Cited:
    return replace(cited("a"), reading=Reading(chance, 0, 1))


def test_the_surest_reading_and_the_first_are_weighed() -> None:
    found = evidence([read(0.2), read(0.9)], asked("a?", ["a"]))

    assert found.read > 0 > found.read_first
    assert evidence([cited("a")], asked("a?", ["a"])).read == 0.0


def test_kind_of_fact_is_looked_for_in_every_quote() -> None:
    wanting = asked("How long?", ["a"], kind=Wants.DURATION)
    holds, lacks = cited("a", quote="It takes 15 minutes."), cited("a", quote="It takes a while.")

    assert evidence([lacks, holds], wanting).fits == 1.0
    assert evidence([lacks, lacks], wanting).fits == 0.0


def test_question_without_words_of_its_own_can_be_weighed() -> None:
    found = evidence([cited("a", span=0.4)], asked("What?", []))

    assert found.coverage == 1.0
    assert found.unknown == found.heaviest == found.no_names == found.no_years == 0.0
