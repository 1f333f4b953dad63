"""Imports run one way, and each third-party library has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = [
    "corpus", "ingest", "index", "answer", "scoring", "records", "assess", "web", "bot", "localslack", "cli",
]  # fmt: skip

HOMES = {
    "faiss": {"index/vectors.py"},
    "tantivy": {"index/lexical.py"},
    "Stemmer": {"index/lexical.py"},
    "onnxruntime": {"index/embed.py", "index/export.py"},  # run there; fused and written here
    "tokenizers": {"answer/reader.py", "index/embed.py"},
    "torch": {"index/export.py"},
    "sentence_transformers": {"index/embed.py", "index/export.py"},  # embed.py: only where the export is not exact
    "sqlite3": {"index/passages.py", "index/draft.py", "index/donors.py"},
    "filelock": {"index/embedded.py"},
    "jinja2": {"localslack/page/routes.py", "web/draw.py", "web/layout.py", "web/report.py"},
    "prometheus_client": {"bot/metrics.py"},
    "pythonjsonlogger": {"bot/log.py"},
    "scipy": {"scoring/position.py", "scoring/reliability.py"},
    "starlette": {
        "bot/http.py",
        "web/assessment.py",
        "web/door.py",
        "web/plans.py",
        "web/reports.py",
        "web/sharing.py",
        "web/source.py",
        "web/static.py",
    },
    "statsmodels": {"scoring/drivers.py", "scoring/reliability.py"},
    "tomlkit": {"ingest/shelf.py"},
    "typst": {"web/pdf.py"},
    "uvicorn": {"bot/http.py"},
    "yaml": {"scoring/instrument.py"},
    "pebble": {"ingest/worker.py"},
    "pypdf": {"ingest/readers/pdf_second.py"},
    "pypdfium2": {"ingest/readers/pdf_page.py"},
    "lxml": {"ingest/readers/ooxml.py", "ingest/readers/html.py"},
    "markdown_it": {"ingest/readers/markdown.py", "localslack/page/markdown.py"},
}

# Libraries that a whole folder is made with, and that no other folder knows.
FOLDER_HOMES = {
    "aiohttp": "localslack", "alembic": "records", "slack_bolt": "bot", "slack_sdk": "bot", "sqlalchemy": "records",
}  # fmt: skip


@cache
def sources() -> dict[str, ast.AST]:
    """Every module of the product, by its path."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8")) for file in files}


@cache
def imports() -> dict[str, set[str]]:
    """Each imported top-level module with the files that import it, at whatever depth of the code."""
    found: dict[str, set[str]] = {}
    for file, tree in sources().items():
        for name in _imported(tree):
            found.setdefault(name, set()).add(file)
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.slow
def test_imports_run_one_way() -> None:
    """The contracts of pyproject.toml, by import-linter; a violation is shown with its chain of imports."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_import_is_absolute() -> None:
    relative = [
        file
        for file, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_in_its_home_and_nowhere_else(library: str) -> None:
    assert imports().get(library, set()) == HOMES[library]


@pytest.mark.parametrize("library", sorted(FOLDER_HOMES))
def test_a_library_stays_in_its_folder(library: str) -> None:
    assert {file.split("/")[0] for file in imports()[library]} == {FOLDER_HOMES[library]}


def test_what_people_look_at_is_drawn_in_the_command_line_only() -> None:
    assert {file.split("/")[0] for file in imports()["rich"]} == {"cli"}
