"""Vectors at 100,000 passages: the compressed index against a flat scan, and searches that see only a part.

Made-up vectors lie in clusters with a falling spectrum, as embeddings do. With `--set` the vectors are real: the
sentences of those documents, embedded one by one (a sentence takes an eighth of a passage's time), until `--minutes`
are over; questions are other sentences of the same documents, not in the index.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.bench import command, corpus
from evaluation.bench.figures import Checked, median, report, say
from index.embed import Embeddable, ModelChoice, Vectors, open_embedder
from index.vectors import COMPRESSED, FLAT, VectorIndex, build_vectors

DIMENSION, K = 384, 10
CLUSTERS, SPREAD = 2_000, 0.7
SHARES = (0.01, 0.1, 0.5)
BLOCK = 8_192


def made_up(count: int, questions: int, seed: int = 5) -> tuple[Vectors, Vectors]:
    """Unit vectors in clusters, and questions near some of them."""
    rng = np.random.default_rng(seed)
    scale = (np.arange(1, DIMENSION + 1) ** -0.4).astype(np.float32)
    centres = _unit(rng.standard_normal((CLUSTERS, DIMENSION), np.float32) * scale)
    of = rng.integers(0, CLUSTERS, count)
    noise = _unit(rng.standard_normal((count, DIMENSION), np.float32) * scale)
    vectors = _unit(centres[of] + SPREAD * noise)
    near = vectors[rng.choice(count, questions, replace=False)]
    return vectors, _unit(near + 0.5 * _unit(rng.standard_normal(near.shape, np.float32) * scale))


def _unit(vectors: npt.NDArray[np.float32]) -> Vectors:
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def real(folder: Path, count: int, questions: int, minutes: float, models: Path) -> tuple[Vectors, Vectors]:
    """Embedded sentences of a folder: as many as asked for, or as the time allows."""
    embedder = open_embedder(ModelChoice(), models)
    until = time.monotonic() + minutes * 60
    parts: list[Vectors] = []
    sentences = _sentences(folder)
    while sum(map(len, parts)) < count + questions and time.monotonic() < until:
        block = list(islice(sentences, 1_024))
        if not block:
            break
        embedded = embedder.embed_passages([Embeddable("", sentence, ()) for sentence in block])
        parts.append(np.stack([item.vector for item in embedded]))
    found = np.concatenate(parts)
    picked = np.random.default_rng(6).permutation(len(found))
    return found[picked[questions:]][:count], found[picked[:questions]]


def _sentences(folder: Path) -> Iterator[str]:
    """Each sentence once: pages that repeat a sentence would make many vectors that are all equally near."""
    seen = set()
    for passage in corpus.read(folder):
        for start, end in passage.spans:
            text = passage.text[start:end]
            if text not in seen and end - start > 20:
                seen.add(text)
                yield text


def build(folder: Path, vectors: Vectors) -> tuple[VectorIndex, VectorIndex, float]:
    """The index as it is built for so many rows, the same without compression, and the seconds it took."""
    packed, flat = folder / "packed", folder / "flat"
    for place in (packed, flat):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    began = time.perf_counter()
    blocks = (vectors[start : start + BLOCK] for start in range(0, len(vectors), BLOCK))
    build_vectors(packed, blocks, DIMENSION, len(vectors))
    seconds = time.perf_counter() - began
    shutil.copy(packed / FLAT, flat / FLAT)
    if not (packed / COMPRESSED).exists():
        say("so few rows are not compressed: both figures are those of the flat scan")
    return VectorIndex(packed), VectorIndex(flat), seconds


def ranges_of(share: float, count: int) -> list[tuple[int, int]]:
    """Two runs of rows that together are `share` of all.

    >>> ranges_of(0.1, 1000)
    [(200, 250), (600, 650)]
    """
    half = max(1, int(count * share / 2))
    first = min(count // 5, count // 2 - half)
    return [(first, first + half), (count * 3 // 5, count * 3 // 5 + half)] if share < 0.8 else [(0, 2 * half)]


def recall(index: VectorIndex, questions: Vectors, ranges: Sequence[tuple[int, int]], k: int = K) -> float:
    """The share of the true nearest rows within `ranges`, by brute force, that a search finds; ties count."""
    rows = np.concatenate([np.arange(start, end) for start, end in ranges])
    found = 0
    for start in range(0, len(questions), 50):
        part = questions[start : start + 50]
        scores = part @ index.raw[rows[0] : rows[-1] + 1].T
        scores = scores[:, rows - rows[0]]
        floors = np.partition(scores, -k, axis=1)[:, -k]
        for question, floor in zip(part, floors, strict=True):
            hits = index.search(question, k, ranges)
            inside = [hit for hit in hits if any(s <= hit.row < e for s, e in ranges)]
            found += sum(hit.score >= floor - 1e-5 for hit in inside)
    return found / (k * len(questions))


def paired_ms(
    left: VectorIndex, right: VectorIndex, questions: Vectors, ranges: Sequence[tuple[int, int]], k: int = K
) -> tuple[float, float, float]:
    """Median milliseconds of both, question by question in turn, and the median of their ratios."""
    times: list[tuple[float, float]] = []
    for question in questions:
        times.append((_ms(left, question, ranges, k), _ms(right, question, ranges, k)))
    ours, theirs = [a for a, _ in times], [b for _, b in times]
    return median(ours), median(theirs), median([a / b for a, b in times])


def _ms(index: VectorIndex, question: npt.NDArray[np.float32], ranges: Sequence[tuple[int, int]], k: int) -> float:
    began = time.perf_counter()
    index.search(question, k, ranges)
    return (time.perf_counter() - began) * 1_000


def _figures(packed: VectorIndex, flat: VectorIndex, questions: Vectors, seconds: float) -> list[Checked]:
    everything = [(0, packed.count)]
    paired_ms(packed, flat, questions[:5], everything)
    ours, theirs, _ = paired_ms(packed, flat, questions, everything)
    wide_ours, wide_theirs, _ = paired_ms(packed, flat, questions, everything, 64)
    figures = [
        Checked("rows", packed.count),
        Checked("build", seconds, unit="s"),
        Checked("flat, p50", theirs, unit="ms"),
        Checked("as built, p50", ours, unit="ms"),
        Checked("p50 against flat", ours / theirs, at_most=0.1),
        Checked("recall@10", recall(packed, questions, everything), at_least=0.97),
        Checked("64 candidates, p50 against flat", wide_ours / wide_theirs),
        Checked("64 candidates, recall@64", recall(packed, questions, everything, 64), at_least=0.97),
    ]
    for share in SHARES:
        figures += _filtered(packed, flat, questions, share, at_least=0.9995)
    return figures + _filtered(packed, flat, questions, 0.95, at_least=0.97)


def _filtered(
    packed: VectorIndex, flat: VectorIndex, questions: Vectors, share: float, at_least: float
) -> list[Checked]:
    ranges = ranges_of(share, packed.count)
    ours, theirs, _ = paired_ms(packed, flat, questions, ranges)
    name = f"{share:.0%} visible"
    return [
        Checked(f"{name}: recall@10", recall(packed, questions, ranges), at_least=at_least),
        Checked(f"{name}: p50", ours, unit="ms"),
        Checked(f"{name}: p50 against flat", ours / theirs),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("vectors", __doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="vectors to index (default 100,000)")
    parser.add_argument("--questions", type=int, default=300, help="searches (default 300)")
    parser.add_argument("--minutes", type=float, default=20.0, help="with --set, how long to embed (default 20)")
    parser.add_argument("--cache", type=Path, help="with --set, keep the embedded sentences in this .npz file")
    options = parser.parse_args(arguments)
    vectors, questions = _vectors(options)
    with tempfile.TemporaryDirectory() as folder:
        packed, flat, seconds = build(Path(folder), vectors)
        figures = _figures(packed, flat, questions, seconds)
    kind = "real embeddings of sentences" if options.set else "made-up vectors"
    report(f"vectors, {kind}", figures, options.json, how=command.how(options))
    return 0


def _vectors(options: object) -> tuple[Vectors, Vectors]:
    folder, cache, rows, questions, minutes, work = (
        getattr(options, name) for name in ("set", "cache", "rows", "questions", "minutes", "work")
    )
    if not folder:
        return made_up(rows, questions)
    if cache and cache.exists():
        kept = np.load(cache)
        return kept["vectors"][:rows], kept["questions"][:questions]
    vectors, asked = real(folder, rows, questions, minutes, work / "models")
    if cache:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, vectors=vectors, questions=asked)
    return vectors, asked


if __name__ == "__main__":
    raise SystemExit(main())
