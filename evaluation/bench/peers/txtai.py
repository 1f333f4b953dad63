"""txtai: its Embeddings with content, over its own FAISS back end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evaluation.bench.peers.peer import K, Search, model_folder, run


def ingest(texts: Sequence[str], folder: Path) -> None:
    from txtai import Embeddings  # type: ignore[import-not-found]

    embeddings = Embeddings({"path": model_folder(), "content": True, "gpu": False})
    embeddings.index(list(texts))
    embeddings.save(str(folder))


def load(folder: Path) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder))
    return lambda question: [found["text"] for found in embeddings.search(question, K)]


if __name__ == "__main__":
    raise SystemExit(run(ingest, load))
