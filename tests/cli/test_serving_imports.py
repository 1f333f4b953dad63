"""A question is answered without torch: it is needed once, to export the model, and slows every start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

HEAVY = ("torch", "transformers", "sentence_transformers", "onnxruntime.transformers", "onnx", "pypdf", "pypdfium2")
SCRIPT = f"""
import sys
from cli.main import main
code = main(sys.argv[1:])
print([name for name in {HEAVY!r} if name in sys.modules])
sys.exit(code)
"""


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("command", ["ask", "search"])
def test_question_is_answered_without_torch(command: str, stocked: Path) -> None:
    arguments = [command, "How long does the Practice Healthcheck take?", "--json", "--data-dir", str(stocked)]

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )

    outcome, loaded = done.stdout.splitlines()
    assert json.loads(outcome)
    assert loaded == "[]"
