"""Every setting, read once from the environment (and a `.env` file) and checked; see `.env.example`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import SettingsError
from corpus.manifest import sentence_of
from corpus.model import Audience, Nation
from index.embed import PACKAGED, ModelChoice

PREFIX = "LMC_"


class Settings(BaseModel):
    """Field names are the variables without `LMC_`, in small letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("var")
    library: str | None = None
    role: Audience = Audience.OFFICER
    nation: Nation | None = None
    embedding_model: str = PACKAGED
    embedding_query_prefix: str = ""
    embedding_passage_prefix: str = ""
    embedding_precision: Literal["fp32", "int8"] = "fp32"
    passage_chars: int = Field(900, ge=200, le=4_000)
    reader_timeout_s: float = Field(60.0, gt=0)
    reader_memory_mb: int = Field(2_048, ge=256)
    ocr: Literal["auto", "off"] = "auto"
    ocr_language: str = "eng"
    glossary: Path | None = None
    status_map: Path | None = None
    tools: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @property
    def model(self) -> ModelChoice:
        return ModelChoice(
            self.embedding_model,
            self.embedding_query_prefix,
            self.embedding_passage_prefix,
            self.embedding_precision,
        )


def load_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read settings from `environment`, which wins over the `.env` file. Raises: SettingsError naming the variable."""
    values = _dotenv(dotenv) if dotenv else {}
    values |= {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    plain = {name.removeprefix(PREFIX).lower(): value for name, value in values.items() if value != ""}
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        named = re.sub(r"(?:^|(?<=; ))\w+(?=: )", lambda name: PREFIX + name[0].upper(), sentence_of(error))
        raise SettingsError(f"A setting is wrong: {named}.") from error


def _dotenv(file: Path) -> dict[str, str]:
    """The `LMC_` lines of a `.env` file; others belong to somebody else."""
    if not file.is_file():
        return {}
    values = {}
    for line in file.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip().startswith(PREFIX):
            values[name.strip()] = value.strip().strip("\"'")
    return values
