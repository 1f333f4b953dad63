"""The public questions that the gate is fitted on are of the tuning half, and none that the reader learns from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation.questions import is_tuned_on
from evaluation.reader.groups import ASIDE, is_aside
from evaluation.reader.held import ASIDE_CONDITIONALQA, ASIDE_COVIDQA, aside_conditionalqa, aside_covidqa
from evaluation.reader.recipe import conditional, covid

EACH = 100
GROUPS = [f"g{n}" for n in range(12)]


def lines(file: Path, *rows: Mapping[str, object]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def question(name: str, group: str, number: int) -> dict[str, object]:
    """A row of one set or the other."""
    row = {"id": f"{group}-{number}", "text": f"Where is the {number} of {group}?"}
    if name == "covidqa":
        return {**row, "span": {"doc": group, "start": 3, "end": 7}, "answer": "Hull"}
    return {**row, "url": f"/{group}", "scenario": "I moved.", "answerable": True}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """COVID-QA and ConditionalQA in small: a dozen papers, or pages, with a hundred questions about each."""
    for name in ("covidqa", "conditionalqa"):
        folder = tmp_path / "question_sets" / name
        folder.mkdir(parents=True)
        lines(folder / "corpus.jsonl", *({"id": group, "text": "In Hull."} for group in GROUPS))
        lines(folder / "pages.jsonl", *({"id": g, "title": g, "url": f"/{g}", "text": "In Hull."} for g in GROUPS))
        lines(folder / "queries.jsonl", *(question(name, group, n) for group in GROUPS for n in range(EACH)))
        (folder / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\n", "utf-8")
    return tmp_path


def test_one_question_in_so_many_is_kept_aside() -> None:
    share = sum(is_aside(f"Where is number {n}?") for n in range(20_000)) / 20_000

    assert share == pytest.approx(1 / ASIDE, rel=0.25)


def test_covidqa_is_asked_what_was_kept_aside_of_the_tuning_half(data: Path) -> None:
    found = aside_covidqa(data)

    assert found.name == ASIDE_COVIDQA
    assert {q.text for q in found.questions} == {m.question for m in covid(data) if is_aside(m.question)}
    assert found.questions
    assert all(is_tuned_on(q.group) for q in found.questions)


def test_conditionalqa_is_asked_in_the_words_that_the_training_would_have_used(data: Path) -> None:
    found = aside_conditionalqa(data)

    assert found.name == ASIDE_CONDITIONALQA
    assert {q.text for q in found.questions} == {m.question for m in conditional(data) if is_aside(m.question)}
    assert {q.text.startswith("I moved. ") for q in found.questions} == {True, False}
    assert len({q.id for q in found.questions}) == len(found.questions)
