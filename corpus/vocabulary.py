"""Reading the files of vocabulary beside the documents: TOML and CSV, with errors that name the entry or the line."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from corpus.errors import ManifestError
from corpus.manifest import sentence_of

Model = TypeVar("Model", bound=BaseModel)


def shipped(name: str) -> Path:
    """A vocabulary file that ships with the product."""
    return Path(str(files("corpus") / name))


def load_entries(file: Path, table: str, model: type[Model]) -> Sequence[Model]:
    """Read every `[[table]]` of a TOML file as `model`; ids must be unique.

    Raises: ManifestError naming the file and the entry.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{file} cannot be read: {error}.") from error
    unknown = set(data) - {table}
    if unknown:
        raise ManifestError(f"{file}: {sorted(unknown)[0]} is not known here; each entry is a [[{table}]].")
    rows = data.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(raw, dict) for raw in rows):
        raise ManifestError(f"{file}: write each entry as [[{table}]], with two brackets.")
    entries, seen = [], set()
    for number, raw in enumerate(rows, 1):
        name = str(raw.get("id", f"number {number}"))
        if name in seen:
            raise ManifestError(f"{file}: {table} {name}: id: it is used twice.")
        seen.add(name)
        try:
            entries.append(model.model_validate(raw))
        except ValidationError as error:
            raise ManifestError(f"{file}: {table} {name}: {sentence_of(error)}.") from error
    return entries


def load_rows(file: Path, columns: Sequence[str]) -> Sequence[tuple[dict[str, str], str]]:
    """Read the rows of a CSV file with exactly these columns, each with where it stands, for errors about it.

    Raises: ManifestError naming the file, and the line where one is wrong.
    """
    try:
        with file.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != tuple(columns):
                raise ManifestError(f"{file}: the first line must be {','.join(columns)}.")
            rows = [(row, f"{file}, line {reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{file} cannot be read: {error}.") from error
    for row, place in rows:
        if set(row) != set(columns) or None in row.values():
            raise ManifestError(f"{place}: there must be {len(columns)} columns; quote a text with a comma.")
    return rows
