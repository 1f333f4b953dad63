"""This project's part of `scripts/bench peers`, in processes of its own like the peers': ingest, serve, compare.

    python -m evaluation.bench.ours ingest PASSAGES.jsonl DATA
    python -m evaluation.bench.ours serve DATA
    python -m evaluation.bench.ours compare PASSAGES.jsonl DATA SAMPLE

`serve` times the whole way from a question to its outcome, not retrieval alone. `compare` gives the least cosine
between vectors of the index and those of sentence-transformers. The model has been exported into DATA/models before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from answer.answerer import Asking
from corpus.model import Audience
from evaluation.bench import corpus
from evaluation.bench.asking import build, open_answerer
from evaluation.bench.peers import peer
from index.embed import ModelChoice, find_model, open_embedder
from index.embedded import EmbeddedStore


def ingest(passages: Path, data: Path) -> dict[str, int]:
    found = corpus.load(passages)
    build(data, found, open_embedder(ModelChoice(), data / "models"))
    return {"passages": len(found)}


def serve(data: Path) -> None:
    answerer = open_answerer(data, open_embedder(ModelChoice(), data / "models"))
    peer.serve(lambda question: answerer.ask(Asking(question, Audience.OFFICER)))


def compare(passages: Path, data: Path, sample: int) -> dict[str, float]:
    """The least cosine over every n-th passage."""
    from sentence_transformers import SentenceTransformer

    generation = EmbeddedStore(data).open()
    rows = range(0, generation.meta.passage_count, max(1, generation.meta.passage_count // sample))
    found = generation.passages(list(rows))
    model = SentenceTransformer(str(find_model(ModelChoice().name)), device="cpu")
    texts = [f"{item.context}\n{item.passage.text}" for item in found]
    known = {item.embedded for item in corpus.load(passages)}
    if not known.issuperset(texts):
        raise SystemExit("the index holds other passages than the file")
    theirs = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True)
    ours = generation.raw_vectors[list(rows)]
    return {"least_cosine": float(np.sum(ours * theirs, axis=1).min()), "passages": float(len(texts))}


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    match words:
        case ["ingest", passages, data]:
            value: object = ingest(Path(passages), Path(data))
        case ["serve", data]:
            serve(Path(data))
            return 0
        case ["compare", passages, data, sample]:
            value = compare(Path(passages), Path(data), int(sample))
        case _:
            sys.stdout.write(__doc__ or "")
            return 0 if words == ["--help"] else os.EX_USAGE
    sys.stdout.write(json.dumps(value) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
