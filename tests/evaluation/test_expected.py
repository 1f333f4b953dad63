"""The figures of the starter set do not fall: the real model over the real library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main

EXPECTED = Path(__file__).parents[2] / "evaluation" / "expected.toml"


@pytest.mark.slow
@pytest.mark.model
def test_the_figures_of_the_starter_set_have_not_fallen(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "figures.json"
    data.mkdir()
    (data / "models").symlink_to(models)

    code = main(
        ["evaluate", "starter", "--data-dir", str(data), "--expected", str(EXPECTED), "--out", str(out), "--json"]
    )

    told = capsys.readouterr()
    assert code == 0, told.err
    figures = json.loads(out.read_text("utf-8"))["figures"]["all"]
    assert figures["reproducible"] == 1.0
    assert figures["page_accuracy"] == 1.0
