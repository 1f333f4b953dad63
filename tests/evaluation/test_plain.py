"""The plain hybrid ranks as its formulas say."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from evaluation.build import index_texts
from evaluation.plain import Bm25, PlainHybrid, fused
from evaluation.study import all_passages
from ingest.pipeline import Options
from tests.fakes import FakeEmbedder


def test_words_rank_by_the_formula_worked_out_by_hand() -> None:
    """Two of three texts have "fee": ln(1 + 1.5 / 2.5) each; the one that has it twice in as many words is first."""
    words = Bm25(["the fee is due", "the fee the fee", "nothing at all here"])
    rarity = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    assert words.rank("fee", 5) == [1, 0]
    assert rarity * 2 * 2.2 / (2 + 1.2) > rarity * 1 * 2.2 / (1 + 1.2)
    assert words.rank("unheard", 5) == []


def test_a_long_text_counts_less_than_a_short_one_with_the_same_word() -> None:
    assert Bm25(["fee and very many other words that dilute it", "fee due"]).rank("fee", 2) == [1, 0]


def test_two_second_places_beat_one_first_place() -> None:
    """1/62 + 1/62 = 0.0323 is more than 1/61 = 0.0164."""
    assert fused([[1, 2], [3, 2]], 3) == [2, 1, 3]


@pytest.mark.slow
def test_best_passage_of_both_rankings_is_first(tmp_path: Path, embedder: FakeEmbedder) -> None:
    texts = {
        "fee": ("Fees", "The fee of membership is forty pounds."),
        "van": ("Vans", "A van brings the post to town."),
        "hut": ("Huts", "The hut is painted green again."),
    }
    snapshot = index_texts(texts, "small", tmp_path / "data", embedder, Options())

    plain = PlainHybrid(snapshot, embedder, all_passages(snapshot, 3))

    first, second = plain.rank("fee of membership", 2)
    assert (first.document.id, second.document.id != "fee") == ("fee", True)
    snapshot.close()
