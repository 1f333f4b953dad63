"""A sentence-transformers model in, a fused ONNX file out, checked against the original.

Run as a process of its own (`python -m index.export MODEL_FOLDER OUT_FOLDER`), because it needs torch and nothing
that serves should. It prints one line of JSON: the least cosine between the file and sentence-transformers on the
probe texts, and what the runtime has to know about the model.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

# Short and long, with figures, accents, an acronym and a word the vocabulary must break up.
PROBES = (
    "How long does the Practice Healthcheck take?",
    "PCN",
    "The practice must tell the commissioner 28 days before a partner leaves; £1,500 is paid on 1 April 2026.",
    "Sut mae'r practis yn gofyn am gymorth gyda chydnerthedd? Café, naïve, façade.",
    "Practices that consider a merger weigh up the benefits and risks for patients, staff and partners. " * 12,
)


def export(model_folder: Path, out: Path) -> dict[str, Any]:
    """Write `out/model.onnx` and `out/tokenizer.json`; returns the facts that go into `model.json`."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(model_folder), device="cpu")
    raw = out / "raw.onnx"
    _trace(original, raw)
    _fuse(raw, out / "model.onnx", original)
    raw.unlink()
    tokenizer: Any = original.tokenizer
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    facts = _facts(original)
    return {**facts, "least_cosine": _least_cosine(original, out, facts)}


def _trace(original: Any, raw: Path) -> None:
    import torch

    encoder = original[0].auto_model.eval()
    encoder.set_attn_implementation("eager")  # the fusions below know this form of attention
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in _inputs(original)]

    class TokenVectors(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, *values: Any) -> Any:
            return self.encoder(**dict(zip(names, values, strict=True))).last_hidden_state

    example = tuple(torch.zeros(2, 16, dtype=torch.long) + int(n != "token_type_ids") for n in names)
    # The older exporter: the fusions do not recognise attention in the graphs of the newer one (torch 2.13).
    torch.onnx.export(
        TokenVectors().eval(), example, str(raw), dynamo=False, opset_version=17, input_names=names,
        output_names=["token_vectors"], dynamic_axes={n: {0: "batch", 1: "token"} for n in (*names, "token_vectors")},
    )  # fmt: skip


def _inputs(original: Any) -> set[str]:
    return set(original.tokenizer("probe").keys())


def _fuse(raw: Path, fused: Path, original: Any) -> None:
    from onnxruntime.transformers import optimizer

    config = original[0].auto_model.config
    model = optimizer.optimize_model(
        str(raw), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
    )
    model.save_model_to_file(str(fused))


def _facts(original: Any) -> dict[str, Any]:
    pooling = original[1]
    mode = pooling.get_pooling_mode_str() if hasattr(pooling, "get_pooling_mode_str") else pooling.pooling_mode
    tokenizer = original.tokenizer
    return {
        "pooling": mode,
        "dimension": original.get_embedding_dimension(),
        "max_tokens": original.max_seq_length,
        "pad_id": tokenizer.pad_token_id,
        "inputs": sorted(_inputs(original)),
    }


def _least_cosine(original: Any, out: Path, facts: dict[str, Any]) -> float:
    from index.embed import OnnxEncoder

    ours = OnnxEncoder(out / "model.onnx", out / "tokenizer.json", facts, threads=1).embed(PROBES)
    theirs = original.encode(list(PROBES), normalize_embeddings=True, convert_to_numpy=True)
    return float(np.sum(ours * theirs, axis=1).min())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(export(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
