"""The reader's training: groups, what is made unanswerable, losses, and that a step learns."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from evaluation.reader.export import mean_of_weights
from evaluation.reader.groups import Group, Window, read_groups, write_groups
from evaluation.reader.model import ReaderModel, encode, pair_tokens, text_of, token_place
from evaluation.reader.train import Trainer, batches, drawn, loss_of, open_tokenizer, packaged

RIGHT = Window("Notice", "A partner gives 26 weeks of notice from 2024 on.", True, 16, 24)
WRONG = Window("Meetings", "Partners meet every month.")
GROUP = Group("own", "How many weeks of notice from 2024 does a partner give?", (RIGHT, WRONG))


def tiny() -> ReaderModel:
    """A model of the same shape that learns in a moment."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30_522, hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    return ReaderModel(BertModel(config, add_pooling_layer=False), dropout=0.0)


def test_groups_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    assert write_groups(tmp_path / "groups.jsonl", [GROUP, GROUP]) == 2
    assert list(read_groups([tmp_path / "groups.jsonl"])) == [GROUP, GROUP]


def test_the_marked_words_are_found_among_the_tokens() -> None:
    tokenizer = open_tokenizer(packaged())
    encoding = pair_tokens(tokenizer, GROUP.question, text_of(RIGHT))
    place = token_place(encoding, RIGHT)
    assert place is not None
    shift = len(RIGHT.context) + 1
    start, end = encoding.offsets[place[0]][0] - shift, encoding.offsets[place[1]][1] - shift
    assert RIGHT.text[start:end] == "26 weeks"
    assert token_place(encoding, WRONG) is None


def test_a_drawn_group_keeps_one_window_that_answers() -> None:
    group = Group("own", "?", (RIGHT, RIGHT, *[WRONG] * 9))
    kept = drawn(group, 5, random.Random(1)).windows
    assert len(kept) == 5
    assert sum(window.right for window in kept) == 1


def test_a_drawn_group_now_and_then_has_its_answer_cut_out_of_a_second_window() -> None:
    text = f"{RIGHT.text} Partners meet every month, and the minutes of the meeting go to all."
    right = Window("Notice", text, True, RIGHT.start, RIGHT.end)
    seen = [drawn(Group("own", "?", (right, *[WRONG] * 9)), 5, random.Random(seed)).windows for seed in range(40)]
    assert all(len(windows) == 5 and sum(window.right for window in windows) == 1 for windows in seen)
    contrasted = sum(any("minutes" in window.text for window in windows[1:]) for windows in seen)
    assert 5 < contrasted < 25


def test_batches_hold_every_group_once() -> None:
    groups = [Group("own", f"question {n}?", (RIGHT, WRONG)) for n in range(23)]
    made = batches(groups, 4, 2, random.Random(1))
    assert sorted(g.question for batch in made for g in batch) == sorted(g.question for g in groups)


def test_the_loss_falls_when_the_right_window_scores_more_and_when_none_does_for_the_unanswerable() -> None:
    tokenizer = open_tokenizer(packaged())
    silent = Group("own", "What does it cost?", (WRONG, WRONG))
    batch = encode(tokenizer, [(group.question, window) for group in (GROUP, silent) for window in group.windows])
    places = torch.zeros(4, batch.input_ids.shape[1], 2)
    good, _ = loss_of(torch.tensor([4.0, -4.0, -4.0, -4.0]), places, batch, [GROUP, silent])
    bad, _ = loss_of(torch.tensor([-4.0, 4.0, 4.0, 4.0]), places, batch, [GROUP, silent])
    unsure, _ = loss_of(torch.zeros(4), places, batch, [GROUP, silent])
    assert good < unsure < bad


def test_steps_learn_one_group_by_heart() -> None:
    trainer = Trainer(tiny(), open_tokenizer(packaged()), 3e-3, "cpu")
    first = trainer.step([GROUP], 0.2)
    for _ in range(60):
        last = trainer.step([GROUP], 0.2)
    assert last["chosen"] < 0.5 * first["chosen"]
    assert last["place"] < 0.5 * first["place"]


@pytest.mark.parametrize("size", [1, 3])
def test_padding_changes_nothing(size: int) -> None:
    model = tiny().eval()
    tokenizer = open_tokenizer(packaged())
    alone = encode(tokenizer, [(GROUP.question, WRONG)])
    together = encode(tokenizer, [(GROUP.question, WRONG), *[(GROUP.question, RIGHT)] * size])
    with torch.no_grad():
        one, _ = model(alone.input_ids, alone.attention_mask, alone.token_type_ids)
        many, _ = model(together.input_ids, together.attention_mask, together.token_type_ids)
    assert float(one[0]) == pytest.approx(float(many[0]), abs=1e-5)


def test_the_mean_of_checkpoints_is_written_and_whole_numbers_stay_as_they_are() -> None:
    one = {"weight": torch.tensor([1.0, 2.0]), "ids": torch.tensor([3, 4])}
    other = {"weight": torch.tensor([3.0, -2.0]), "ids": torch.tensor([3, 4])}

    mean = mean_of_weights([one, other])

    assert mean["weight"].tolist() == [2.0, 0.0]
    assert mean["ids"].tolist() == [3, 4]
    assert mean_of_weights([one])["weight"].tolist() == [1.0, 2.0]
