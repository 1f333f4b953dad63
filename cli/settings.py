"""Every setting, read once from the environment (and a `.env` file) and checked; see `.env.example`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from corpus.errors import SettingsError
from corpus.manifest import sentence_of
from corpus.model import Audience, Nation
from index.embed import PACKAGED, ModelChoice

PREFIX = "LMC_"
# Slack's own names, as its documentation and its samples use them.
SLACK = {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"}


class Settings(BaseModel):
    """Field names are the variables without `LMC_`, in small letters; those of `SLACK` keep their whole name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("var")
    library: str | None = None
    role: Audience = Audience.OFFICER
    nation: Nation | None = None
    embedding_model: str = PACKAGED
    embedding_query_prefix: str = ""
    embedding_passage_prefix: str = ""
    embedding_precision: Literal["fp32", "int8"] = "fp32"
    reading_model: str = "packaged"
    passage_chars: int = Field(900, ge=200, le=4_000)
    reader_timeout_s: float = Field(60.0, gt=0)
    reader_memory_mb: int = Field(2_048, ge=256)
    ocr: Literal["auto", "off"] = "auto"
    ocr_language: str = "eng"
    glossary: Path | None = None
    everyday_words: Path | None = None
    status_map: Path | None = None
    tools: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_mode: Literal["socket", "http"] = "socket"
    http_host: str = "127.0.0.1"
    http_port: int = Field(8_080, ge=0, le=65_535)
    public_url: str = ""
    records_url: SecretStr | None = None
    workers: int = Field(4, ge=1, le=32)
    officer_groups: str = ""
    officer_users: str = ""
    practice_groups: str = ""
    practice_users: str = ""
    confidential_groups: str = ""
    confidential_users: str = ""
    admin_groups: str = ""
    admin_users: str = ""
    member_role: Audience = Audience.PUBLIC
    shared_channels: str = ""
    officers_channel: str = ""
    escalation_hours: float = Field(24.0, gt=0)
    second_approval: bool = False
    upload_mb: int = Field(25, ge=1, le=1_000)
    retention_days: int = Field(90, ge=1)
    audit_days: int = Field(730, ge=1)

    @field_validator("slack_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            raise ValueError("must be an address that begins with https:// or http://")
        return value.rstrip("/") + "/"

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
    values |= {name: value for name, value in environment.items() if _is_ours(name)}
    plain = {name.removeprefix(PREFIX).lower(): value for name, value in values.items() if value != ""}
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        named = re.sub(r"(?:^|(?<=; ))\w+(?=: )", lambda name: variable(name[0]), sentence_of(error))
        raise SettingsError(f"A setting is wrong: {named}.") from error


def variable(field: str) -> str:
    """The variable that a field is read from.

    >>> variable("data_dir"), variable("slack_bot_token"), variable("slack_mode")
    ('LMC_DATA_DIR', 'SLACK_BOT_TOKEN', 'LMC_SLACK_MODE')
    """
    name = field.upper()
    return name if name in SLACK else PREFIX + name


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) or name in SLACK


def _dotenv(file: Path) -> dict[str, str]:
    """Our lines of a `.env` file; others belong to somebody else."""
    if not file.is_file():
        return {}
    values = {}
    for line in file.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and _is_ours(name.strip()):
            values[name.strip()] = value.strip().strip("\"'")
    return values
