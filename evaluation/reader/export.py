"""Writes a trained reader as int8 ONNX: `python -m evaluation.reader.export CHECKPOINT... --out FOLDER`.

Of several checkpoints the mean of their weights is written. Where one was trained on from the other, this is often
better than both on texts unlike those of the training (Wortsman and others 2022, "Robust fine-tuning of zero-shot
models").
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from evaluation.reader.model import ReaderModel, open_encoder
from evaluation.reader.train import packaged
from index.files import sha256_of

OPSET = 17


def mean_of_weights(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """For each name the mean of its tensors, which are of one shape; counts and ids are those of the first state."""
    first = states[0]
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if tensor.is_floating_point() else tensor
        for name, tensor in first.items()
    }


def export(checkpoints: Sequence[Path], out: Path, layers: int, precision: str) -> dict[str, object]:
    """Write `reader.onnx`, `tokenizer.json` and `reader.json` into `out`; returns what the last one says."""
    model = ReaderModel(open_encoder(packaged(), layers, attention="eager"))
    model.load_state_dict(mean_of_weights([torch.load(file, weights_only=True) for file in checkpoints]))
    model.eval()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        _to_onnx(model, plain)
        if precision == "int8":
            _quantise(plain, out / "reader.onnx")
        else:
            shutil.copyfile(plain, out / "reader.onnx")
    shutil.copyfile(packaged() / "tokenizer.json", out / "tokenizer.json")
    facts: dict[str, object] = {
        "layers": layers,
        "precision": precision,
        "bytes": (out / "reader.onnx").stat().st_size,
        "sha256": {name: sha256_of(out / name) for name in ("reader.onnx", "tokenizer.json")},
    }
    (out / "reader.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return facts


def _to_onnx(model: ReaderModel, file: Path) -> None:
    ids = torch.ones(2, 16, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "n", 1: "t"} for name in [*names, "places"]} | {"answers": {0: "n"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that are fixed on purpose
        torch.onnx.export(
            model, (ids, ids, torch.zeros_like(ids)), str(file), input_names=names, output_names=["answers", "places"],
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip


def _quantise(plain: Path, out: Path) -> None:
    """Weights as int8 per channel, with reduced range: processors without VNNI saturate otherwise."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        plain, out, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.reader.export", description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    given = parser.parse_args()
    sys.stdout.write(json.dumps(export(given.checkpoints, given.out, given.layers, given.precision)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
