"""An environment for each peer, made once: its pinned packages and a build of torch without CUDA."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from evaluation.bench.figures import say
from evaluation.bench.processes import ROOT

PEERS = ("langchain", "llamaindex", "txtai")
TORCH = "2.13.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def python_of(peer: str, work: Path) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or was made from other pins."""
    pins = ROOT / "evaluation" / "bench" / "peers" / f"{peer}.txt"
    place = (work / "venvs" / peer).absolute()
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = place / "pins.sha256"
    wanted = hashlib.sha256(pins.read_bytes() + TORCH.encode()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    say(f"setting up {place} (about 1.6 GB, once)")
    shutil.rmtree(place, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(place)])
    _install_torch(python)
    _run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(pins)])
    stamp.write_text(wanted, "utf-8")
    return python


def _install_torch(python: Path) -> None:
    """On macOS every build is for the processor; elsewhere the CPU build has a name, and an index, of its own."""
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    if sys.platform == "darwin":
        _run([*pip, f"torch=={TORCH}"])
    elif subprocess.run([*pip, f"torch=={TORCH}+cpu"], check=False, capture_output=True).returncode:  # noqa: S603
        _run([*pip, "--index-url", CPU_INDEX, f"torch=={TORCH}"])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)  # noqa: S603
