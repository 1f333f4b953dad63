"""Settings come from the environment or a `.env` file, are checked, and name the variable that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cli.settings import Settings, load_settings
from corpus.errors import SettingsError
from corpus.model import Audience, Nation

EACH = [
    ("LMC_DATA_DIR", "/srv/lmc", "data_dir", Path("/srv/lmc")),
    ("LMC_LIBRARY", "starter", "library", "starter"),
    ("LMC_ROLE", "public", "role", Audience.PUBLIC),
    ("LMC_NATION", "wales", "nation", Nation.WALES),
    ("LMC_EMBEDDING_MODEL", "/models/mine", "embedding_model", "/models/mine"),
    ("LMC_EMBEDDING_QUERY_PREFIX", "query: ", "embedding_query_prefix", "query: "),
    ("LMC_EMBEDDING_PASSAGE_PREFIX", "passage: ", "embedding_passage_prefix", "passage: "),
    ("LMC_EMBEDDING_PRECISION", "int8", "embedding_precision", "int8"),
    ("LMC_READING_MODEL", "off", "reading_model", "off"),
    ("LMC_PASSAGE_CHARS", "700", "passage_chars", 700),
    ("LMC_READER_TIMEOUT_S", "5.5", "reader_timeout_s", 5.5),
    ("LMC_READER_MEMORY_MB", "512", "reader_memory_mb", 512),
    ("LMC_OCR", "off", "ocr", "off"),
    ("LMC_OCR_LANGUAGE", "cym", "ocr_language", "cym"),
    ("LMC_GLOSSARY", "g.csv", "glossary", Path("g.csv")),
    ("LMC_EVERYDAY_WORDS", "e.csv", "everyday_words", Path("e.csv")),
    ("LMC_STATUS_MAP", "s.toml", "status_map", Path("s.toml")),
    ("LMC_TOOLS", "t.toml", "tools", Path("t.toml")),
    ("LMC_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
    ("SLACK_BOT_TOKEN", "xoxb-1", "slack_bot_token", SecretStr("xoxb-1")),
    ("SLACK_APP_TOKEN", "xapp-1", "slack_app_token", SecretStr("xapp-1")),
    ("SLACK_SIGNING_SECRET", "s3cret", "slack_signing_secret", SecretStr("s3cret")),
    ("SLACK_API_URL", "http://127.0.0.1:1/api", "slack_api_url", "http://127.0.0.1:1/api/"),
    ("LMC_SLACK_MODE", "http", "slack_mode", "http"),
    ("LMC_HTTP_HOST", "0.0.0.0", "http_host", "0.0.0.0"),  # noqa: S104
    ("LMC_HTTP_PORT", "0", "http_port", 0),
    ("LMC_PUBLIC_URL", "https://a.example", "public_url", "https://a.example"),
    ("LMC_RECORDS_URL", "sqlite:///r.sqlite", "records_url", SecretStr("sqlite:///r.sqlite")),
    ("LMC_WORKERS", "8", "workers", 8),
    ("LMC_OFFICER_GROUPS", "S1", "officer_groups", "S1"),
    ("LMC_OFFICER_USERS", "U1,U2", "officer_users", "U1,U2"),
    ("LMC_PRACTICE_GROUPS", "S1", "practice_groups", "S1"),
    ("LMC_PRACTICE_USERS", "U1", "practice_users", "U1"),
    ("LMC_CONFIDENTIAL_GROUPS", "S1", "confidential_groups", "S1"),
    ("LMC_CONFIDENTIAL_USERS", "U1", "confidential_users", "U1"),
    ("LMC_ADMIN_GROUPS", "S1", "admin_groups", "S1"),
    ("LMC_ADMIN_USERS", "U1", "admin_users", "U1"),
    ("LMC_MEMBER_ROLE", "practice", "member_role", Audience.PRACTICE),
    ("LMC_SHARED_CHANNELS", "C1", "shared_channels", "C1"),
    ("LMC_OFFICERS_CHANNEL", "C1", "officers_channel", "C1"),
    ("LMC_ESCALATION_HOURS", "4.5", "escalation_hours", 4.5),
    ("LMC_SECOND_APPROVAL", "true", "second_approval", True),
    ("LMC_UPLOAD_MB", "5", "upload_mb", 5),
    ("LMC_RETENTION_DAYS", "30", "retention_days", 30),
    ("LMC_AUDIT_DAYS", "365", "audit_days", 365),
]


@pytest.mark.parametrize(("variable", "text", "field", "value"), EACH)
def test_variable_sets_its_setting(variable: str, text: str, field: str, value: Any) -> None:
    found = load_settings({variable: text})

    assert getattr(found, field) == value
    assert getattr(load_settings({}), field) != value


def test_every_setting_has_a_test_of_its_own() -> None:
    assert {field for _, _, field, _ in EACH} == set(Settings.model_fields)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("LMC_ROLE", "king"),
        ("LMC_NATION", "france"),
        ("LMC_EMBEDDING_PRECISION", "fp16"),
        ("LMC_PASSAGE_CHARS", "199"),
        ("LMC_PASSAGE_CHARS", "4001"),
        ("LMC_PASSAGE_CHARS", "many"),
        ("LMC_READER_TIMEOUT_S", "0"),
        ("LMC_READER_TIMEOUT_S", "-1"),
        ("LMC_READER_MEMORY_MB", "255"),
        ("LMC_OCR", "on"),
        ("LMC_LOG_LEVEL", "LOUD"),
        ("LMC_DATADIR", "/srv"),
        ("LMC_NONSENSE", "1"),
        ("SLACK_API_URL", "slack.com/api"),
        ("LMC_SLACK_MODE", "rtm"),
        ("LMC_HTTP_PORT", "65536"),
        ("LMC_WORKERS", "0"),
        ("LMC_MEMBER_ROLE", "king"),
        ("LMC_ESCALATION_HOURS", "0"),
        ("LMC_RETENTION_DAYS", "0"),
        ("LMC_SECOND_APPROVAL", "perhaps"),
    ],
)
def test_wrong_value_or_name_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: text})

    assert f"{variable}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_token_is_shown_nowhere(tmp_path: Path) -> None:
    found = load_settings({"SLACK_BOT_TOKEN": "xoxb-hunter2", "LMC_RECORDS_URL": "postgresql://u:hunter2@h/d"})

    assert "hunter2" not in repr(found)
    with pytest.raises(SettingsError) as caught:
        load_settings({"SLACK_BOT_TOKEN": "xoxb-hunter2", "LMC_WORKERS": "0"})
    assert "hunter2" not in str(caught.value)


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "ROLE": "public", "SLACK_CLI_HOME": "/x"}) == load_settings({})


def test_empty_variable_is_as_if_it_were_not_set() -> None:
    assert load_settings({"LMC_ROLE": "", "LMC_PASSAGE_CHARS": ""}) == load_settings({})


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "# comment\nOTHER=1\nLMC_ROLE=public\nLMC_OCR='off'\n LMC_LIBRARY = \"mine\" \n\nLMC_LOG_LEVEL=\n", "utf-8"
    )

    found = load_settings({"LMC_ROLE": "practice"}, dotenv)

    assert (found.role, found.ocr, found.library, found.log_level) == (Audience.PRACTICE, "off", "mine", "WARNING")


def test_wrong_line_of_dotenv_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LMC_NONSENSE=1\n", "utf-8")

    with pytest.raises(SettingsError, match="LMC_NONSENSE"):
        load_settings({}, tmp_path / ".env")


def test_missing_dotenv_is_no_error(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env") == load_settings({})
