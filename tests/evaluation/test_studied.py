"""The sets of a folder of data: which there are, who judges them, and which questions are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from evaluation.judges import ByDocument, ByFacts, ByParagraph, BySpan
from evaluation.studied import is_blind, load_sets


def lines(file: Path, *rows: dict[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with four small public sets and no questions of the seeds."""
    for name in ("covidqa", "conditionalqa", "mtrag", "squad2_sample"):
        folder = tmp_path / "question_sets" / name
        lines(folder / "corpus.jsonl", {"id": "d", "text": "In Hull."})
        lines(folder / "pages.jsonl", {"id": "p", "title": "P", "url": "u", "text": "In Hull."})
        questions = [{"id": f"q{n}", "text": "S. Where?", "answerable": n % 3 > 0} for n in range(60)]
        extra = {"scenario": "S.", "url": "u"} if name == "conditionalqa" else {}
        lines(folder / "queries.jsonl", *({**row, **extra} for row in questions))
        (folder / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\nq1\td\t1\n", "utf-8")
    return tmp_path


def test_sets_that_are_not_there_are_left_out_and_blind_ones_must_be_named(data: Path) -> None:
    names = [chosen.name for chosen in load_sets(data, ["starter", "covidqa", "conditionalqa", "mtrag", "squad2"])]

    assert names == ["starter", "covidqa", "conditionalqa", "mtrag", "squad2"]
    found = [chosen.name for chosen in load_sets(data / "nothing-here")]
    assert found[0] == "starter"
    assert not {"dev", "covidqa"} & set(found)
    assert not any(is_blind(name) for name in found)


def test_blind_set_that_is_named_is_there(data: Path) -> None:
    (chosen,) = load_sets(data, ["blind"])

    assert is_blind(chosen.name)
    assert len(chosen.questions) > 100


def test_each_set_has_its_own_kind_of_judge(data: Path) -> None:
    names = ["starter", "covidqa", "conditionalqa", "mtrag", "squad2"]

    kinds = {chosen.name: type(chosen.judge) for chosen in load_sets(data, names)}

    assert kinds == {
        "starter": ByFacts, "covidqa": BySpan, "conditionalqa": ByParagraph, "mtrag": ByDocument, "squad2": ByDocument,
    }  # fmt: skip


def test_unknown_set_is_named_with_those_that_there_are(data: Path) -> None:
    with pytest.raises(QuestionError, match=r"no question set nonsense .* starter"):
        load_sets(data, ["nonsense"])


def test_questions_of_one_page_are_asked_with_and_without_their_scenario(data: Path) -> None:
    whole, bare = load_sets(data, ["conditionalqa", "conditionalqa_bare"])

    assert whole.library == bare.library
    assert whole.questions[0].text == "S. S. Where?"
    assert bare.questions[0].text == "S. Where?"


def test_sample_is_the_same_every_time_and_has_as_many_of_both_kinds(data: Path) -> None:
    (chosen,) = load_sets(data, ["squad2"])

    drawn = chosen.sample(None, 7)

    assert [q.id for q in drawn] == [q.id for q in chosen.sample(None, 7)]
    assert (sum(q.answerable for q in drawn), sum(not q.answerable for q in drawn)) == (7, 7)
    assert {q.id for q in drawn} < {q.id for q in chosen.sample(None, 12)}
    assert [q.id for q in drawn] != [q.id for q in chosen.questions if q.id in {f"q{n}" for n in range(14)}]


def test_parts_share_nothing_and_lose_nothing(data: Path) -> None:
    (chosen,) = load_sets(data, ["squad2"])

    tune, report = ({q.id for q in chosen.sample(part, None)} for part in ("tune", "report"))

    assert not tune & report
    assert len(tune | report) == len(chosen.questions)
