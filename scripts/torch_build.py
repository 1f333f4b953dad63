"""Is a build of torch for the CPU alone? Looks at what is installed, or at what pip plans to install.

    torch_build.py installed torch==2.13.0     exit 0 when that version is installed, without CUDA
    torch_build.py planned REPORT.json         exit 0 when pip's report plans a build that needs no CUDA package

Runs before anything else is installed, so it imports the standard library and pip's own copy of `packaging` only.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pip._vendor.packaging.requirements import Requirement

CUDA_PACKAGES = ("nvidia", "cuda", "triton")
ACCELERATED = ("cu", "rocm", "xpu")


def installed(wanted: str) -> bool:
    """Whether `wanted` (`torch==2.13.0`) is installed as a build without CUDA."""
    try:
        found = version("torch").partition("+")[0]
    except PackageNotFoundError:
        return False
    return found == wanted.partition("==")[2] and not _has_accelerator()


def _has_accelerator() -> bool:
    """What torch's own version file says; torch itself is not imported, which takes seconds."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return True
    facts = runpy.run_path(str(Path(spec.origin).parent / "version.py"))
    return any(facts.get(name) for name in ("cuda", "hip", "xpu"))


def planned(report: Path) -> bool:
    """Whether all that pip plans to install, by its own report, does without CUDA."""
    plans: Sequence[dict[str, Any]] = json.loads(report.read_text("utf-8"))["install"]
    return bool(plans) and all(_is_cpu(plan["metadata"]) for plan in plans)


def _is_cpu(metadata: dict[str, Any]) -> bool:
    local = metadata["version"].partition("+")[2]
    if local.startswith(ACCELERATED):
        return False
    needs = [Requirement(text) for text in metadata.get("requires_dist", [])]
    here = [item.name.lower() for item in needs if item.marker is None or item.marker.evaluate({"extra": ""})]
    return not any(name.startswith(CUDA_PACKAGES) for name in here)


if __name__ == "__main__":
    mode, what = sys.argv[1:]
    sys.exit(0 if (installed(what) if mode == "installed" else planned(Path(what))) else 1)
