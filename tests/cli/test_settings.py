"""Settings come from the environment or a `.env` file, are checked, and name the variable that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
    ("LMC_PASSAGE_CHARS", "700", "passage_chars", 700),
    ("LMC_READER_TIMEOUT_S", "5.5", "reader_timeout_s", 5.5),
    ("LMC_READER_MEMORY_MB", "512", "reader_memory_mb", 512),
    ("LMC_OCR", "off", "ocr", "off"),
    ("LMC_OCR_LANGUAGE", "cym", "ocr_language", "cym"),
    ("LMC_GLOSSARY", "g.csv", "glossary", Path("g.csv")),
    ("LMC_STATUS_MAP", "s.toml", "status_map", Path("s.toml")),
    ("LMC_TOOLS", "t.toml", "tools", Path("t.toml")),
    ("LMC_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
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
    ],
)
def test_wrong_value_or_name_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: text})

    assert f"{variable}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "ROLE": "public"}) == load_settings({})


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
