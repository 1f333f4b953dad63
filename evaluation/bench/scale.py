"""From question to outcome at 100,000 passages against 10,000, warm, in turn.

The passages are made-up prose (or a folder's, with `--set`); the encoder would need an hour for them, so here a
passage's vector is the sum of one fixed random vector for each of its words. A question is really embedded, so that
its time counts, and is then searched with such a vector too. All else is the product: splitter, store, lexical index,
scope (one document in twenty is hidden from the reader), fusion, quotes, gate, verification.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import shutil
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from answer.answerer import Answerer, Asking
from corpus.model import Audience
from evaluation.bench import command, corpus
from evaluation.bench.asking import ask_ms, build, open_answerer
from evaluation.bench.figures import Checked, median, report, say
from evaluation.measures import percentile
from index.embed import Embeddable, Embedded, Embedder, ModelChoice, Vectors, open_embedder
from index.lexical import STOP_WORDS, words

TARGET = 2.0


class WordSums:
    """An `Embedder` of sums of word vectors; questions cost what the real model takes for them."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.fingerprint = "sums of words"
        self.dimension, self.max_tokens = model.dimension, model.max_tokens
        self._row_of: dict[str, int] = {}
        self._table = np.zeros((1_024, model.dimension), np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self._model.embed_questions(texts)
        return np.stack([_unit(self._sum(text)) for text in texts])

    def embed_passages(self, passages: Sequence[Embeddable]) -> list[Embedded]:
        found = []
        for passage in passages:
            spans = np.stack([self._sum(passage.text[start:end]) for start, end in passage.spans])
            whole = _unit(spans.sum(axis=0) + self._sum(passage.context))
            found.append(Embedded(whole, np.stack([_unit(span) for span in spans])))
        return found

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._model.count_tokens(texts)

    def _sum(self, text: str) -> Vectors:
        rows = [self._row(word) for word in words(text) if word not in STOP_WORDS]
        found: Vectors = self._table[rows].sum(axis=0) if rows else self._table[0] * 0
        return found

    def _row(self, word: str) -> int:
        row = self._row_of.get(word)
        if row is None:
            row = self._row_of[word] = len(self._row_of)
            if row == len(self._table):
                self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            rng = np.random.default_rng(zlib.crc32(word.encode()))
            self._table[row] = rng.standard_normal(self.dimension, np.float32)
        return row


def _unit(vector: Vectors) -> Vectors:
    return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-12))


def _library(work: Path, folder: Path | None, count: int, embedder: Embedder) -> Path:
    """A data folder with so many passages, built anew."""
    data = work / f"scale-{count}"
    shutil.rmtree(data, ignore_errors=True)
    began = time.monotonic()
    build(data, corpus.passages(folder, count), embedder)
    say(f"{count} passages built in {time.monotonic() - began:.0f} s")
    return data


def times_in_turn(answerers: Sequence[Answerer], questions: Sequence[str]) -> list[list[float]]:
    """Milliseconds of each question at each answerer, every question at one after the other."""
    for question in questions[:10]:
        for answerer in answerers:
            ask_ms(answerer, question)
    times: list[list[float]] = [[] for _ in answerers]
    for question in questions:
        for found, answerer in zip(times, answerers, strict=True):
            found.append(ask_ms(answerer, question))
    return times


def phases(answerer: Answerer, questions: Sequence[str]) -> dict[str, float]:
    """Median milliseconds of the parts that an outcome tells."""
    timings = [answerer.ask(Asking(question, Audience.OFFICER)).timings for question in questions]
    return {name: median([getattr(t, name) for t in timings]) for name in ("embed", "search", "compose")}


def profile(answerer: Answerer, questions: Sequence[str], lines: int) -> str:
    """Where the time goes, by cProfile: the functions that take the most with what they call."""
    watch = cProfile.Profile()
    watch.enable()
    for question in questions:
        answerer.ask(Asking(question, Audience.OFFICER))
    watch.disable()
    out = io.StringIO()
    pstats.Stats(watch, stream=out).sort_stats("cumulative").print_stats(lines)
    return out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("scale", __doc__)
    parser.add_argument("--small", type=int, default=10_000, help="passages of the smaller library (default 10,000)")
    parser.add_argument("--large", type=int, default=100_000, help="passages of the larger library (default 100,000)")
    parser.add_argument("--questions", type=int, default=200, help="questions (default 200)")
    parser.add_argument("--keep", action="store_true", help="use the libraries of the last run again")
    parser.add_argument("--profile", type=int, default=0, metavar="LINES", help="tell where the time goes")
    options = parser.parse_args(arguments)
    embedder = WordSums(open_embedder(ModelChoice(), options.work / "models"))
    sizes = (options.small, options.large)
    kept = [options.work / f"scale-{size}" for size in sizes]
    if not (options.keep and all((data / "CURRENT").exists() for data in kept)):
        kept = [_library(options.work, options.set, size, embedder) for size in sizes]
    answerers = [open_answerer(data, embedder) for data in kept]
    asked = corpus.questions(corpus.passages(options.set, options.small), options.questions)
    times = times_in_turn(answerers, asked)
    figures = _figures(sizes, times, [phases(answerer, asked) for answerer in answerers])
    notes = ["vectors are sums of word vectors, not the model's; questions are embedded by the model for their time"]
    report("scale", figures, options.json, how=command.how(options), notes=notes)
    for size, answerer in zip(sizes, answerers, strict=True) if options.profile else ():
        say(f"--- {size} passages\n{profile(answerer, asked, options.profile)}")
    return 0


def _figures(
    sizes: tuple[int, int], times: Sequence[Sequence[float]], parts: Sequence[dict[str, float]]
) -> list[Checked]:
    figures = []
    for size, found, part in zip(sizes, times, parts, strict=True):
        figures.append(Checked(f"{size} passages: p50", median(found), unit="ms"))
        figures.append(Checked(f"{size} passages: p95", percentile(found, 0.95), unit="ms"))
        figures += [Checked(f"{size} passages: {name}, p50", value, unit="ms") for name, value in part.items()]
    small, large = (median(found) for found in times)
    figures.append(Checked("p50 of the larger against the smaller", large / small, at_most=TARGET))
    slow = percentile(times[1], 0.95) / percentile(times[0], 0.95)
    return [*figures, Checked("p95 of the larger against the smaller", slow)]


if __name__ == "__main__":
    raise SystemExit(main())
