"""A library behind the web server, one for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedded import EmbeddedStore
from tests.web.assessing import Office
from tests.web.served import Site


@pytest.fixture
def site(tmp_path: Path, store: EmbeddedStore) -> Iterator[Site]:
    site = Site(tmp_path / "library", store)
    yield site
    site.stop()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.stop()
