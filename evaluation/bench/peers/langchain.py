"""LangChain: HuggingFaceEmbeddings and its FAISS store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.bench.peers.peer import K, Search, model_folder, run


def _embeddings() -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings  # type: ignore[import-not-found]

    return HuggingFaceEmbeddings(
        model_name=model_folder(), model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
    )


def ingest(texts: Sequence[str], folder: Path) -> None:
    from langchain_community.vectorstores import FAISS  # type: ignore[import-not-found]

    FAISS.from_texts(list(texts), _embeddings()).save_local(str(folder))


def load(folder: Path) -> Search:
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(folder), _embeddings(), allow_dangerous_deserialization=True)
    return lambda question: [found.page_content for found in store.similarity_search(question, k=K)]


if __name__ == "__main__":
    raise SystemExit(run(ingest, load))
