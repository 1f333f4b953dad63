"""Questions that the library does not answer: together by what they ask, and closed when something answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.answerer import Answerer, Asking
from answer.outcome import Answer, Outcome
from bot.gaps import ALIKE, find_gaps, grouped, open_gaps
from cli.main import main
from cli.settings import Settings
from cli.wire import open_answerer, open_store, records_url
from corpus.model import Audience
from index.embed import Embedder, Vectors
from records.answers import MAY_HELP, Kept
from records.open import Records

pytestmark = pytest.mark.slow

BEGAN = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
PAINT = (
    "Which colour should the waiting room be painted?",
    "What colour may the waiting room be painted?",
    "Which paint colour for the waiting room?",
)
PARKING = ("Who may park behind the surgery?", "Who is allowed to park behind the surgery?")
LEVY = "How much is the levy of Anytown LMC for each registered patient?"
UPLIFT = "What uplift do officers accept in the winter negotiation?"


def unanswered(question: str, hours: int = 0, role: Audience = Audience.PUBLIC, generation: str = "old") -> Kept:
    asked = BEGAN + dt.timedelta(hours=hours)
    return Kept(
        id=f"{hours}-{role}-{len(question)}", team="T1", channel="D1", thread_ts="", ts="", user="U1", role=role.value,
        surface="direct", question=question, outcome="no_answer", asked=asked, generation=generation,
    )  # fmt: skip


@pytest.fixture(scope="module")
def settings(indexed: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("gaps") / "data"
    data.mkdir()
    for part in indexed.iterdir():
        (data / part.name).symlink_to(part)
    if not (data / "models").exists():
        (data / "models").symlink_to(models, target_is_directory=True)
    return Settings.model_validate({"data_dir": data})


@pytest.fixture(scope="module")
def answerer(settings: Settings) -> Answerer:
    return open_answerer(settings)


@pytest.fixture(scope="module")
def live(settings: Settings) -> str:
    return open_store(settings).open().generation


def test_other_words_for_the_same_are_one_gap_and_the_most_asked_comes_first(answerer: Answerer, live: str) -> None:
    asked = [unanswered(text, n) for n, text in enumerate((PARKING[0], *PAINT, PARKING[1]))]

    gaps = list(find_gaps(asked, answerer, live, reader=Audience.OFFICER))

    assert [(gap.example, gap.count) for gap in gaps] == [(PAINT[2], 3), (PARKING[0], 2)]
    assert gaps[0].newest == BEGAN + dt.timedelta(hours=3)
    assert not any(gap.is_closed for gap in gaps)


def test_a_gap_is_closed_when_a_document_answers_by_now(answerer: Answerer, live: str) -> None:
    gaps = list(find_gaps([unanswered(LEVY), unanswered(PAINT[0], 1)], answerer, live, reader=Audience.OFFICER))

    assert {gap.example: gap.document for gap in gaps} == {LEVY: "The LMC levy", PAINT[0]: ""}
    assert [gap.example for gap in open_gaps(iter(gaps), 5)] == [PAINT[0]]


class Unsure(Answerer):
    """Only ever sure that something may help."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def ask(self, asking: Asking) -> Outcome:
        outcome = self._answerer.ask(asking)
        return replace(outcome, tentative=True) if isinstance(outcome, Answer) else outcome

    def vectors(self, questions: Sequence[str]) -> Vectors:
        return self._answerer.vectors(questions)


def test_a_gap_that_a_document_only_may_fill_stays_open_and_names_it(answerer: Answerer, live: str) -> None:
    unsure = replace(unanswered(LEVY, generation=live), outcome=MAY_HELP)

    [gap] = find_gaps([unsure], Unsure(answerer), live, reader=Audience.OFFICER)

    assert not gap.is_closed
    assert gap.may_help == "The LMC levy"


def test_a_gap_is_asked_again_for_who_asked_and_not_for_who_looks(answerer: Answerer, live: str) -> None:
    [gap] = find_gaps([unanswered(UPLIFT, role=Audience.PUBLIC)], answerer, live, reader=Audience.CONFIDENTIAL)

    assert not gap.is_closed  # officers may read the answer, the public may not


def test_what_the_live_generation_left_unanswered_is_not_asked_again(answerer: Answerer, live: str) -> None:
    [gap] = find_gaps([unanswered(LEVY, generation=live)], answerer, live, reader=Audience.OFFICER)

    assert not gap.is_closed


def test_questions_of_higher_roles_and_questions_without_words_are_left_out(answerer: Answerer, live: str) -> None:
    asked = [unanswered(PAINT[0], role=Audience.CONFIDENTIAL), replace(unanswered(PARKING[0]), question="")]

    assert list(find_gaps(asked, answerer, live, reader=Audience.OFFICER)) == []


def test_only_the_newest_questions_are_compared(answerer: Answerer, live: str) -> None:
    asked = [unanswered(PAINT[0], 0), unanswered(PARKING[0], 1)]

    assert [gap.example for gap in find_gaps(asked, answerer, live, reader=Audience.OFFICER, most=1)] == [PARKING[0]]


def test_questions_of_one_subject_that_ask_for_different_things_stay_apart(model: Embedder) -> None:
    asked = ["How much leave can a locum carry over?", "Do we charge VAT on medical reports?", "Can we close our list?",
             "How long do we keep records of deceased patients?"]  # fmt: skip
    vectors = model.embed_questions(asked)

    assert len(grouped([unanswered(text) for text in asked], vectors)) == 4


@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), max_size=12))
def test_every_question_is_in_exactly_one_group_with_one_that_all_others_are_like(rows: list[list[float]]) -> None:
    raw = np.array([[*row, 1e-3] for row in rows], dtype=np.float32).reshape(len(rows), 4)
    vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    asked = [unanswered(str(n), n) for n in range(len(rows))]

    groups = grouped(asked, vectors)

    assert sorted(kept.question for group in groups for kept in group) == sorted(kept.question for kept in asked)
    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)
    near = vectors @ vectors.T >= ALIKE
    for group in groups:
        members = [int(kept.question) for kept in group]
        assert any(all(near[leader, one] or leader == one for one in members) for leader in members)


# --- lmc gaps ----------------------------------------------------------------------------------------------------


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with Records.open(records_url(settings)) as records:
        yield records
    Path(records_url(settings).removeprefix("sqlite:///")).unlink()


def lmc(settings: Settings, *arguments: str) -> int:
    return main([*arguments, "--data-dir", str(settings.data_dir)])


def test_lmc_gaps_lists_them_as_a_table_and_as_json(
    settings: Settings, records: Records, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    now = records.database.now()
    for hours, text in enumerate((*PAINT, LEVY)):
        records.answers.keep(replace(unanswered(text, hours), asked=now - dt.timedelta(hours=hours)))

    assert lmc(settings, "gaps") == 0
    table = capsys.readouterr().out
    assert lmc(settings, "gaps", "--json") == 0

    assert "answered by The LMC levy" in table
    gaps = json.loads(capsys.readouterr().out)["gaps"]
    assert [(gap["example"], gap["count"], gap["document"]) for gap in gaps] == [
        (PAINT[2], 3, ""),
        (LEVY, 1, "The LMC levy"),
    ]
    assert "U1" not in table + json.dumps(gaps)


def test_lmc_gaps_looks_back_as_far_as_it_is_told(
    settings: Settings, records: Records, capsys: pytest.CaptureFixture[str]
) -> None:
    old = records.database.now() - dt.timedelta(days=10)
    records.answers.keep(replace(unanswered(PAINT[0]), asked=old))

    assert lmc(settings, "gaps", "--days", "9") == 0

    assert "No question of the last 9 days went unanswered." in capsys.readouterr().out


@pytest.mark.parametrize("days", ["0", "-1", "soon", "99999999"])
def test_lmc_gaps_refuses_what_is_no_number_of_days(
    settings: Settings, days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        lmc(settings, "gaps", f"--days={days}")

    assert "a number of days, from 1 on" in capsys.readouterr().err
