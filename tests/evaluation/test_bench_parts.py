"""The ablation leaves out one part at a time, and every one of them."""

from __future__ import annotations

from dataclasses import replace

from answer.retrieve import ALL_PARTS, CLOSER
from evaluation.bench.parts import told, variants
from ingest.split import PASSAGE_CHARS
from tests.evaluation.rows import DECLINED, FOOLED, RIGHT, SECOND


def test_every_variant_of_the_search_differs_from_all_in_one_thing() -> None:
    for variant in [item for item in variants(read=False, sizes=True)[1:] if not item.misspelt]:
        differences = [
            variant.parts.vectors != ALL_PARTS.vectors, variant.parts.words != ALL_PARTS.words,
            variant.parts.sentences != ALL_PARTS.sentences, variant.parts.closer != ALL_PARTS.closer,
            len(variant.parts.left_out) == 1, not variant.glossary, not variant.everyday,
            variant.passage_chars != PASSAGE_CHARS, not variant.parts.spelling,
        ]  # fmt: skip

        assert sum(differences) == 1, variant.name


def test_misspelt_questions_are_asked_with_and_without_mending() -> None:
    asked = [variant for variant in variants(read=False) if variant.misspelt]

    assert [variant.parts for variant in asked] == [ALL_PARTS, replace(ALL_PARTS, spelling=False)]


def test_every_sign_of_the_closer_look_is_left_out_once() -> None:
    left_out = [name for variant in variants(read=False) for name in variant.parts.left_out]

    assert sorted(left_out) == sorted(CLOSER)


def test_reader_is_in_the_first_row_alone_and_only_when_there_is_one() -> None:
    assert [item.read for item in variants(read=True)][:2] == [True, False]
    assert not any(item.read for item in variants(read=False))


def test_shares_are_of_the_answerable_whatever_the_gate_said() -> None:
    """First: two of three; among five: all three, the last one at the second place."""
    assert told([RIGHT, SECOND, DECLINED, FOOLED]) == "0.667 / 1.000"
    assert told([replace(RIGHT, found=(False,) * 5 + (True,))]) == "0.000 / 0.000"
