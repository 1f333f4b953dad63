"""A small model that reads question and passage together: how well a passage answers, and with which words.

It is a cross-encoder trained from the packaged encoder (evaluation/reader/README.md), run as int8 ONNX without torch. A
passage is longer than what two cores can read twenty times a question, so it sees a window of each.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from corpus.model import Passage
from index.embed import open_session
from index.files import sha256_of

# Characters of a passage that are read: about 125 tokens. Longer windows mean fewer passages in the same time.
LONGEST_WINDOW = 560
# Characters of the context line (title and headings) that stand before the window.
LONGEST_CONTEXT = 100
# Tokens that one question may cost, over all windows: what two cores read in about 90 milliseconds.
MOST_TOKENS = 1_280
LONGEST_QUESTION_TOKENS = 48
# Windows of like length are read together, so that little is padded.
TOGETHER = 4
LONGEST_ANSWER_TOKENS = 40
# A logit beyond this says no more.
SUREST = 6.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a question and one passage.

    `answers` is how well the passage answers, in [0, 1]. `start` and `end` are characters in the passage's text: the
    words that answer; equal where there are none. `sure` is how sure the reader is of these words, in [0, 1].
    """

    answers: float
    start: int
    end: int
    sure: float = 0.0


def window(passage: Passage, worth: Sequence[float], longest: int = LONGEST_WINDOW) -> tuple[int, int]:
    """The characters of a passage to read: its best span, grown by whole spans on the side that is worth more.

    `worth` has a number for each span. The window is `longest` characters at most, or one span if that is longer.
    """
    spans = passage.spans
    if len(passage.text) <= longest or not spans:
        return 0, len(passage.text)
    first = last = max(range(len(spans)), key=lambda i: (worth[i], -i))
    while True:
        sides = [i for i in (first - 1, last + 1) if 0 <= i < len(spans)]
        fitting = [i for i in sides if _length(passage, min(first, i), max(last, i)) <= longest]
        if not fitting:
            return spans[first].start, spans[last].end
        better = max(fitting, key=lambda i: (worth[i], i))
        first, last = min(first, better), max(last, better)


def _length(passage: Passage, first: int, last: int) -> int:
    return passage.spans[last].end - passage.spans[first].start


@dataclass(frozen=True, slots=True)
class Readable:
    """A window of a passage: its context line, its text, and where in the passage's text it begins."""

    context: str
    text: str
    start: int


def logit(reading: Reading) -> float:
    """The reader's probability as a logit, cut to [-SUREST, SUREST]."""
    chance = min(max(reading.answers, 1e-6), 1 - 1e-6)
    return max(-SUREST, min(SUREST, math.log(chance / (1 - chance))))


# Names of the setting beside a folder: the model that ships, and none.
PACKAGED, OFF = "packaged", "off"


class Reader(Protocol):
    """What the rest of the product knows of a reader."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever readings would."""

    def read(self, question: str, windows: Sequence[Readable], most_tokens: int = MOST_TOKENS) -> list[Reading]:
        """A reading for each of the first windows that fit into so many tokens: at least one, if there is any."""


class OnnxReader:
    """Runs the exported reader: tokens by `tokenizers`, logits by onnxruntime."""

    def __init__(self, model: Path, tokenizer: Path, sha256: str, *, threads: int) -> None:
        from tokenizers import Tokenizer

        self._session = open_session(model, threads)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256, strategy="only_second")
        # subtle: the one above refuses a question that is longer than its limit, for it may only cut a window.
        self._uncut = Tokenizer.from_file(str(tokenizer))
        self._uncut.no_truncation()
        self.fingerprint = sha256[:16]

    def read(self, question: str, windows: Sequence[Readable], most_tokens: int = MOST_TOKENS) -> list[Reading]:
        asked = self._cut(question)
        encodings = self._tokenizer.encode_batch([(asked, f"{w.context}\n{w.text}") for w in windows])
        kept = _affordable([len(item.ids) for item in encodings], most_tokens)
        readings: list[Reading | None] = [None] * kept
        order = sorted(range(kept), key=lambda i: len(encodings[i].ids))
        for first in range(0, kept, TOGETHER):
            batch = order[first : first + TOGETHER]
            answers, places = self._run([encodings[i] for i in batch])
            for row, i in enumerate(batch):
                readings[i] = _reading(float(answers[row]), places[row], encodings[i], windows[i])
        return [item for item in readings if item is not None]

    def _cut(self, question: str) -> str:
        """The question, without its beginning if it is very long: what is asked stands at the end."""
        tokens = self._uncut.encode(question, add_special_tokens=False)
        over = len(tokens.ids) - LONGEST_QUESTION_TOKENS
        return question[tokens.offsets[over][0] :] if over > 0 else question

    def _run(self, encodings: Sequence[Any]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        width = max(len(item.ids) for item in encodings)
        ids = np.zeros((len(encodings), width), np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, item in enumerate(encodings):
            ids[row, : len(item.ids)] = item.ids
            mask[row, : len(item.ids)] = 1
            types[row, : len(item.ids)] = item.type_ids
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        answers, places = self._session.run(["answers", "places"], feeds)
        return answers, places


def _affordable(lengths: Sequence[int], most_tokens: int) -> int:
    """How many of the first windows fit the budget of tokens; one at least."""
    return max(1, int((np.cumsum(lengths) <= most_tokens).sum())) if lengths else 0


def _reading(logit: float, places: npt.NDArray[np.float32], encoding: Any, window: Readable) -> Reading:
    start, end, sure = _place(places, encoding, len(window.context) + 1)
    return Reading(float(1.0 / (1.0 + np.exp(-logit))), window.start + start, window.start + end, sure)


def _place(places: npt.NDArray[np.float32], encoding: Any, lead: int) -> tuple[int, int, float]:
    """The characters of the window's text from the best first to the best last token, and the chance of both.

    (0, 0, 0.0) where there is no text.
    """
    inside = np.array(
        [
            i
            for i, ((start, end), part) in enumerate(zip(encoding.offsets, encoding.type_ids, strict=True))
            if part == 1 and end > start >= lead
        ]
    )
    if not len(inside):
        return 0, 0, 0.0
    firsts, lasts = (_log_shares(places[inside, column]) for column in (0, 1))
    both = firsts[:, None] + lasts[None, :]
    allowed = np.triu(np.ones(both.shape, bool)) & ~np.triu(np.ones(both.shape, bool), LONGEST_ANSWER_TOKENS)
    first, last = np.unravel_index(np.argmax(np.where(allowed, both, -np.inf)), both.shape)
    start, end = encoding.offsets[inside[first]][0] - lead, encoding.offsets[inside[last]][1] - lead
    return start, end, float(np.exp(both[first, last]))


def _log_shares(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The logarithm of the softmax."""
    shifted = logits.astype(np.float64) - float(logits.max())
    shares: npt.NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return shares


def find_reader(name: str) -> Path:
    """The folder of a reader: the one that ships, or the folder that is named."""
    return Path(str(files("evaluation.reader") / "model")) if name == PACKAGED else Path(name)


def open_reader(model: Path, *, threads: int = 2) -> Reader:
    """Open an exported reader: a folder with `reader.onnx`, `tokenizer.json` and, with their checksums, `reader.json`.

    Raises: ModelUnavailable when a file is missing or is not the one that was exported.
    """
    try:
        facts = json.loads((model / "reader.json").read_text("utf-8"))
        for name in ("reader.onnx", "tokenizer.json"):
            if sha256_of(model / name) != facts["sha256"][name]:
                raise ModelUnavailable(f"{model / name} is not the file that was exported; get it again.")
        return OnnxReader(
            model / "reader.onnx", model / "tokenizer.json", facts["sha256"]["reader.onnx"], threads=threads
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"There is no usable reader in {model}; set LMC_READING_MODEL to its folder, or to off."
        ) from error
