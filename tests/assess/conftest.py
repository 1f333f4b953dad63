"""The desk on the databases of the records' tests."""

from __future__ import annotations

import pytest

from records import Records
from tests.assess.desk_setup import Place, set_up
from tests.records.conftest import clock, postgres_url, records, url

__all__ = ["clock", "place", "postgres_url", "records", "url"]


@pytest.fixture
def place(records: Records) -> Place:
    return set_up(records)
