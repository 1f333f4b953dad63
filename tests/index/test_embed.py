"""The exported model gives the vectors of the original, and nothing that serves loads torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelUnavailable
from corpus.vocabulary import shipped
from index.embed import (
    BATCH_TOKENS,
    PACKAGED,
    PACKAGED_SHA256,
    Embeddable,
    ModelChoice,
    OnnxEmbedder,
    _batches,
    find_model,
    fingerprint_of,
    open_embedder,
    serves_natively,
)

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "var" / "models"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exported models: those of this checkout where it has been used, else exported once now."""
    if BUILT.is_dir():
        return BUILT
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def model(models: Path) -> OnnxEmbedder:
    found = open_embedder(ModelChoice(), models)
    assert isinstance(found, OnnxEmbedder)
    return found


def texts() -> list[str]:
    """Paragraphs of the starter library, short and long."""
    files = sorted(shipped("documents").glob("*.md"))
    found = [part.strip() for file in files for part in file.read_text("utf-8").split("\n\n")]
    return [*found[::4][:40], "PCN", " ".join(found[:30])]


@pytest.mark.model
@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(model: OnnxEmbedder) -> None:
    """In a process of its own, since the original needs torch."""
    script = (
        "import sys, numpy as np\n"
        "from sentence_transformers import SentenceTransformer\n"
        "original = SentenceTransformer(sys.argv[1], device='cpu')\n"
        "texts = sys.stdin.read().split('\\0')\n"
        "np.save(sys.argv[2], original.encode(texts, normalize_embeddings=True))\n"
    )
    out = Path(os.environ["PYTEST_OUT"]) if "PYTEST_OUT" in os.environ else None
    assert out is None
    theirs = _original(script, texts())

    ours = model.embed_questions(texts())

    assert float(np.sum(ours * theirs, axis=1).min()) >= 0.9999


def _original(script: str, given: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    raise NotImplementedError
