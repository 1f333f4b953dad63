"""The passages behind reports are kept between two starts, for as long as the same ones would be found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.settings import load_settings
from cli.wire import open_shelf
from corpus.model import Audience
from corpus.vocabulary import shipped

FOUND = {("What is in a lease?", Audience.PRACTICE): ()}


def settings_in(folder: Path, **more: str) -> dict[str, str]:
    return {"LMC_DATA_DIR": str(folder), "LMC_GLOSSARY": str(folder / "glossary.csv"), **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder, in which passages of a generation are kept that were found with a glossary of one's own."""
    shutil.copy(shipped("glossary.csv"), tmp_path / "glossary.csv")
    open_shelf(load_settings(settings_in(tmp_path))).write("one", FOUND)
    return tmp_path


def test_what_was_found_is_found_again_after_a_start(folder: Path) -> None:
    assert open_shelf(load_settings(settings_in(folder))).read("one") == FOUND


def test_what_was_found_is_not_used_with_other_words_in_the_same_glossary(folder: Path) -> None:
    glossary = folder / "glossary.csv"
    glossary.write_text("".join(glossary.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")

    assert open_shelf(load_settings(settings_in(folder))).read("one") == {}


def test_what_was_found_is_not_used_with_another_model(folder: Path) -> None:
    assert open_shelf(load_settings(settings_in(folder, LMC_EMBEDDING_PRECISION="int8"))).read("one") == {}
