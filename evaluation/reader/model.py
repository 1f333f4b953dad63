"""The reader as torch sees it: an encoder with two heads. Only training and export import this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from evaluation.reader.groups import Window

LONGEST_QUESTION_TOKENS = 48
LONGEST_TOKENS = 256


class ReaderModel(nn.Module):  # type: ignore[misc]
    """Token ids of question and window in; how well the window answers, and where, out.

    Returns `answers`, shape (n,), a logit, and `places`, shape (n, t, 2), logits of the first and last answering token.
    """

    def __init__(self, encoder: Any, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.inner = nn.Linear(2 * width, width)
        self.answers = nn.Linear(width, 1)
        self.places = nn.Linear(width, 2)
        self.alike = nn.Parameter(torch.tensor([6.0, 6.0, -6.0]))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        places = self.places(states)
        told = token_type_ids.unsqueeze(-1).to(states.dtype)
        asked = (attention_mask - token_type_ids).unsqueeze(-1).to(states.dtype)
        mean, mean_asked = _mean(states, told), _mean(states, asked)
        hidden = torch.tanh(self.inner(self.dropout(torch.cat([states[:, 0], mean], dim=-1))))
        return self.answers(hidden).squeeze(-1) + self._likeness(states, told, asked, mean, mean_asked), places

    def _likeness(self, states: Tensor, told: Tensor, asked: Tensor, mean: Tensor, mean_asked: Tensor) -> Tensor:
        """What the encoder knows untrained: the cosine of the two means, and of each asked token and its best match."""
        whole = torch.cosine_similarity(mean, mean_asked, dim=-1)
        units = torch.nn.functional.normalize(states, dim=-1)
        cosines = units @ units.transpose(1, 2) - 2.0 * (1.0 - told.transpose(1, 2))
        matched = _mean(cosines.max(dim=2, keepdim=True).values, asked).squeeze(-1)
        return self.alike[0] * whole + self.alike[1] * matched + self.alike[2]


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of the states where the mask is 1."""
    return (states * mask).sum(1) / mask.sum(1).clamp(min=1.0)


def open_encoder(folder: Path, layers: int, attention: str = "sdpa") -> Any:
    """The packaged encoder with its first `layers` layers."""
    from transformers import BertModel

    encoder = BertModel.from_pretrained(folder, attn_implementation=attention, add_pooling_layer=False)
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    encoder.config.num_hidden_layers = layers
    return encoder


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tokens of pairs. `first`, `last`: the answering tokens, -100 where nobody has marked them."""

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor
    first: Tensor
    last: Tensor


def encode(tokenizer: Tokenizer, pairs: Sequence[tuple[str, Window]]) -> Batch:
    """Tokens of (question, window) pairs. The tokenizer truncates; `text_of` says what the second text is."""
    encodings = [pair_tokens(tokenizer, question, text_of(window)) for question, window in pairs]
    width = max(len(item.ids) for item in encodings)
    ids = torch.zeros(len(pairs), width, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    first = torch.full((len(pairs),), -100)
    last = first.clone()
    for i, (item, (_, window)) in enumerate(zip(encodings, pairs, strict=True)):
        length = len(item.ids)
        ids[i, :length] = torch.tensor(item.ids)
        mask[i, :length] = 1
        types[i, :length] = torch.tensor(item.type_ids)
        place = token_place(item, window)
        if place:
            first[i], last[i] = place
    return Batch(ids, mask, types, first, last)


def text_of(window: Window) -> str:
    return f"{window.context}\n{window.text}"


def pair_tokens(tokenizer: Tokenizer, question: str, text: str) -> Any:
    """One encoding of both; the question is cut at its front, since people ask at the end."""
    words = tokenizer.encode(question, add_special_tokens=False)
    if len(words.ids) > LONGEST_QUESTION_TOKENS:
        question = question[words.offsets[len(words.ids) - LONGEST_QUESTION_TOKENS][0] :]
    return tokenizer.encode(question, text)


def token_place(encoding: Any, window: Window) -> tuple[int, int] | None:
    """The first and last token of the answer; None where it is not marked or was cut off."""
    if window.end <= window.start:
        return None
    shift = len(window.context) + 1
    inside = [
        i
        for i, ((start, end), part) in enumerate(zip(encoding.offsets, encoding.type_ids, strict=True))
        if part == 1 and start < window.end + shift and end > window.start + shift and end > start
    ]
    return (inside[0], inside[-1]) if inside else None
