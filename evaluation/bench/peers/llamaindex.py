"""LlamaIndex: HuggingFaceEmbedding and its FAISS vector store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.bench.peers.peer import K, Search, model_folder, run

DIMENSION = 384


def _embedding() -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # type: ignore[import-not-found]

    # Its default batch of 10 is slower than the 32 that the others take.
    return HuggingFaceEmbedding(model_name=model_folder(), device="cpu", embed_batch_size=32)


def ingest(texts: Sequence[str], folder: Path) -> None:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex  # type: ignore[import-not-found]
    from llama_index.core.schema import TextNode  # type: ignore[import-not-found]
    from llama_index.vector_stores.faiss import FaissVectorStore  # type: ignore[import-not-found]

    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(DIMENSION))
    context = StorageContext.from_defaults(vector_store=store)
    nodes = [TextNode(text=text) for text in texts]
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=_embedding())
    index.storage_context.persist(str(folder))


def load(folder: Path) -> Search:
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.vector_stores.faiss import FaissVectorStore

    store = FaissVectorStore.from_persist_dir(str(folder))
    context = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder))
    index = load_index_from_storage(context, embed_model=_embedding())
    retriever = index.as_retriever(similarity_top_k=K)
    return lambda question: [found.node.get_content() for found in retriever.retrieve(question)]


if __name__ == "__main__":
    raise SystemExit(run(ingest, load))
