"""How near the embedding of passages comes to what this machine can multiply in 32-bit floating point.

The limit is the fastest matrix product of the model's shapes on all cores (numpy, OpenBLAS), measured again between
any two runs of the encoder, because a machine that others share is not equally fast for two minutes together.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.bench import command, corpus
from evaluation.bench.figures import Checked, median, report, say
from index.embed import Embeddable, Embedder, ModelChoice, OnnxEncoder, open_embedder

# Arithmetic of all-MiniLM-L6-v2: 6 layers x (4 x 384^2 + 2 x 384 x 1536) weights, twice each (multiply and add) for
# every token, and 9,216 x L for the attention of a token among L.
FLOP_OF_TOKEN, FLOP_OF_PAIR = 21_233_664.0, 9_216.0
SHAPES = ((6_400, 384, 1_536), (6_400, 1_536, 384), (1_024, 384, 1_536))
TARGET = 0.75


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to share the cores: `workers` batches at once, `threads` for each, so many padded tokens a batch."""

    workers: int
    threads: int
    batch_tokens: int

    def __str__(self) -> str:
        return f"{self.workers} at once, {self.threads} thread(s) each, {self.batch_tokens} tokens"


def flop_of(lengths: Sequence[int]) -> float:
    """Floating-point operations to embed texts of these lengths in tokens; padding is not counted.

    >>> flop_of([186]) / 1e9  # doctest: +ELLIPSIS
    4.268...
    """
    return sum(length * (FLOP_OF_TOKEN + FLOP_OF_PAIR * length) for length in lengths)


def limit_gflops(repeats: int = 5) -> float:
    """GFLOP/s of the fastest of the model's matrix products: the median of its repeats."""
    rng = np.random.default_rng(0)
    return max(_product_gflops(rng, shape, repeats) for shape in SHAPES)


def _product_gflops(rng: np.random.Generator, shape: tuple[int, int, int], repeats: int) -> float:
    m, k, n = shape
    left, right = rng.random((m, k), np.float32), rng.random((k, n), np.float32)
    np.matmul(left, right)
    return median([2.0 * m * k * n / _seconds(lambda: np.matmul(left, right)) / 1e9 for _ in range(repeats)])


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _shipped(embedder: Embedder, found: Sequence[corpus.BenchPassage]) -> Callable[[], object]:
    passages = [Embeddable(item.context, item.text, item.spans) for item in found]
    return lambda: embedder.embed_passages(passages)


def _laid_out(encoder: OnnxEncoder, layout: Layout, texts: Sequence[str]) -> Callable[[], object]:
    return lambda: encoder.embed(texts, workers=layout.workers, batch_tokens=layout.batch_tokens)


def layouts(cores: int) -> list[Layout]:
    """The ways that are compared: a thread for each batch with three sizes of batch, and all cores for one batch."""
    return [*(Layout(cores, 1, tokens) for tokens in (256, 512, 1024)), *(Layout(1, cores, t) for t in (512, 1024))]


def _encoder(models: Path, threads: int) -> OnnxEncoder:
    place = next(models.glob("*/model.json")).parent
    facts = json.loads((place / "model.json").read_text("utf-8"))
    return OnnxEncoder(place / "model.onnx", place / "tokenizer.json", facts, threads=threads)


def _ways(models: Path, found: Sequence[corpus.BenchPassage]) -> dict[str, Callable[[], object]]:
    texts = [item.embedded for item in found]
    ways = {"as shipped": _shipped(open_embedder(ModelChoice(), models), found)}
    for layout in layouts(os.cpu_count() or 1):
        encoder = _encoder(models, layout.threads)
        ways[str(layout)] = _laid_out(encoder, layout, texts)
    return ways


def run(models: Path, found: Sequence[corpus.BenchPassage], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median share of the limit and median passages a second of every way, each between two measurements of it."""
    ways = _ways(models, found)
    embedder = open_embedder(ModelChoice(), models)
    flop = flop_of(embedder.count_tokens([item.embedded for item in found]))
    shares: dict[str, list[float]] = {name: [] for name in ways}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        before = limit_gflops()
        for name, work in ways.items():
            seconds = _seconds(work)
            after = limit_gflops()
            shares[name].append(flop / seconds / 1e9 / ((before + after) / 2))
            rates[name].append(len(found) / seconds)
            before = after
    return {n: median(v) for n, v in shares.items()}, {n: median(v) for n, v in rates.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("encoder", __doc__)
    parser.add_argument("--passages", type=int, default=192, help="passages in a round (default 192)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are reported (default 5)")
    options = parser.parse_args(arguments)
    found = corpus.passages(options.set, options.passages)
    limit = limit_gflops(20)
    shares, rates = run(options.work / "models", found, options.rounds)
    figures = [Checked("limit, numpy on all cores", limit, unit="GFLOP/s")]
    for name, share in shares.items():
        target = TARGET if name == "as shipped" else None
        figures.append(Checked(f"{name}: share of the limit", share, at_least=target))
        figures.append(Checked(f"{name}: rate", rates[name], unit="passages/s"))
    report("encoder", figures, options.json, how=command.how(options))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
