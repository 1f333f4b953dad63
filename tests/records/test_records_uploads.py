"""Uploads move from state to state, and of two that want to move one only one does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records import Records
from records.uploads import DESCRIBED, DONE, ENDED, RECEIVED, REJECTED, RUNNING, STATES, Upload
from tests.records.conftest import TestClock


@pytest.fixture
def upload(clock: TestClock) -> Upload:
    return Upload(
        id="u1", team="T1", user="U0BEA", state=RECEIVED, created=clock.now, file_id="F1", name="Leave (2026).pdf",
        path="/var/lib/lmc/uploads/u1", sha256="ab" * 32, details={"pages": 12, "replaces": "lmc/leave"},
        channel="D1", thread_ts="1.0", progress_ts="1.1",
    )  # fmt: skip


def test_what_was_kept_is_read_back(records: Records, upload: Upload) -> None:
    assert records.uploads.keep(upload)

    assert records.uploads.get("u1") == upload
    assert records.uploads.get("u2") is None


def test_the_same_upload_is_kept_once(records: Records, upload: Upload) -> None:
    records.uploads.keep(upload)

    assert not records.uploads.keep(replace(upload, name="other.pdf"))
    assert records.uploads.get("u1") == upload


def test_it_moves_on_with_its_changes_when_it_is_where_it_should_be(records: Records, upload: Upload) -> None:
    records.uploads.keep(upload)
    details = {"title": "Leave", "audience": "practice", "dates": ["2026-01", None]}

    assert records.uploads.move("u1", {RECEIVED}, DESCRIBED, details=details, approver="U0OLU")

    assert records.uploads.get("u1") == replace(upload, state=DESCRIBED, details=details, approver="U0OLU")


def test_of_two_moves_from_one_state_one_happens(records: Records, upload: Upload) -> None:
    records.uploads.keep(upload)

    assert records.uploads.move("u1", {RECEIVED, DESCRIBED}, RUNNING)
    assert not records.uploads.move("u1", {RECEIVED, DESCRIBED}, REJECTED, error="late")
    assert not records.uploads.move("none", STATES, RUNNING)
    assert records.uploads.get("u1") == replace(upload, state=RUNNING)


@pytest.mark.parametrize(
    ("states", "to", "changes"),
    [
        (["recieved"], DONE, {}),
        ([RECEIVED], "finished", {}),
        ([RECEIVED], DONE, {"state": DONE}),
        ([RECEIVED], DONE, {"user": "U1"}),
        ([RECEIVED], DONE, {"titel": "x"}),
    ],
)
def test_states_and_fields_that_there_are_not_are_refused(
    records: Records, upload: Upload, states: list[str], to: str, changes: dict[str, str]
) -> None:
    records.uploads.keep(upload)

    with pytest.raises(ValueError, match="no such"):
        records.uploads.move("u1", states, to, **changes)

    assert records.uploads.get("u1") == upload


def test_a_state_that_there_is_not_is_not_kept(records: Records, upload: Upload) -> None:
    with pytest.raises(ValueError, match="no such state"):
        records.uploads.keep(replace(upload, state="new"))


def test_open_ones_have_not_ended_and_come_oldest_first(records: Records, upload: Upload, clock: TestClock) -> None:
    for state in STATES:
        records.uploads.keep(replace(upload, id=state, state=state, created=clock.advance(seconds=1)))

    assert [one.id for one in records.uploads.open_ones()] == [state for state in STATES if state not in ENDED]


def test_bytes_that_are_left_over_are_known_until_they_are_cleared(records: Records, upload: Upload) -> None:
    records.uploads.keep(upload)
    assert records.uploads.leftovers() == []
    records.uploads.move("u1", {RECEIVED}, REJECTED)
    assert [one.path for one in records.uploads.leftovers()] == [upload.path]

    records.uploads.cleared("u1")

    assert records.uploads.leftovers() == []
