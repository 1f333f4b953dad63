"""Question sets are read whole, and what is wrong in one is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from corpus.manifest import load_library
from corpus.model import Audience
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from evaluation.expected import compare, load_expected
from evaluation.questions import (
    STARTER_QUESTIONS,
    Question,
    load_csv,
    load_judged,
    load_pages,
    load_questions,
    load_rewritten,
)
from ingest.read import SUFFIXES

EXPECTED = Path(__file__).parents[2] / "evaluation" / "expected.toml"


def test_the_starter_set_has_at_least_120_questions_a_quarter_of_them_without_an_answer() -> None:
    questions = load_questions(STARTER_QUESTIONS)
    silent = [q for q in questions if not q.answerable]

    assert len(questions) >= 120
    assert len(silent) >= len(questions) / 4
    assert len({q.id for q in questions}) == len(questions)


def test_the_starter_set_names_only_documents_and_tools_that_ship() -> None:
    library = load_library(shipped("documents"), SUFFIXES)
    documents = {source.document.id for source in library.sources}
    tools = {tool.id for tool in load_tools()}
    questions = load_questions(STARTER_QUESTIONS)

    assert {name for q in questions for name in q.documents} <= documents
    assert {q.tool for q in questions if q.tool} <= tools


def test_each_question_belongs_to_one_half_and_both_halves_are_large() -> None:
    parts = [q.part for q in load_questions(STARTER_QUESTIONS)]

    assert set(parts) == {"tune", "report"}
    assert min(parts.count("tune"), parts.count("report")) >= len(parts) * 0.35


def test_a_bad_row_is_named_with_file_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    row = {"id": "1", "role": "boss", "question": "q", "type": "fact", "expect": "answer"}
    file.write_text(json.dumps(row) + "\n", "utf-8")

    with pytest.raises(QuestionError, match=r"set\.jsonl, line 1: role"):
        load_questions(file)


def test_a_csv_of_behaviours_becomes_expected_outcomes(tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    file.write_text(
        "id,role,type,question,expected_source,expected_key_facts,note\n"
        "A1,pm_dm,fact,How long?,a.txt,10 minutes; online,behaviour=answer\n"
        "A2,pm_dm,fact,Who?,none,,behaviour=refuse_pii; x\n"
        "A3,pm_dm,fact,Names?,a.txt,,behaviour=not_found\n"
        "A4,pm_dm,howto,How do I add one?,none,a command,behaviour=answer from bot help\n",
        "utf-8",
    )

    found = {q.id: q for q in load_csv(file)}

    assert found["A1"].expect == {"answer"}
    assert found["A1"].documents == ("a",)
    assert found["A1"].facts == ("10 minutes", "online")
    assert found["A2"].expect == {"declined"}
    assert found["A3"].expect == {"no_answer"}
    assert found["A4"].expect == {"no_answer"}


def test_a_judged_folder_keeps_titles_grades_and_answerability(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": "d1", "title": "T", "text": "words\\u2028more"}\n', "utf-8")
    (tmp_path / "queries.jsonl").write_text(
        '{"id": "q1", "text": "w?", "answerable": true, "history": [["user", "before?"], ["agent", "x"]]}\n'
        '{"id": "q2", "text": "x?", "answerable": false}\n',
        "utf-8",
    )
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\nq1\td1\t2\n", "utf-8")

    judged = load_judged(tmp_path)

    assert judged.documents == {"d1": ("T", "words\u2028more")}
    assert judged.grades == {"q1": {"d1": 2.0}}
    assert [q.answerable for q in judged.questions] == [True, False]
    assert judged.questions[0].after == "before?"


def write(folder: Path, **files: list[dict[str, object]]) -> Path:
    """A folder of JSON Lines; `a__b` is the file b in the folder a."""
    for name, rows in files.items():
        file = folder / f"{name.replace('__', '/')}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def judge(folder: Path, *rows: str) -> None:
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\n" + "".join(f"{row}\n" for row in rows), "utf-8")


def test_questions_of_one_paper_page_or_conversation_go_to_one_part() -> None:
    def part(name: str, group: str) -> str:
        return Question(name, "?", Audience.PUBLIC, "query", frozenset({"answer"}), group=group).part

    assert len({part(f"q{n}", "one paper") for n in range(20)}) == 1
    assert {part("q", f"paper {n}") for n in range(20)} == {"tune", "report"}


def test_a_question_knows_its_span_its_thread_and_its_group(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        corpus=[{"id": "d1", "text": "in 2003"}],
        queries=[
            {"id": "s", "text": "?", "answer": "2003", "span": {"doc": "d1", "start": 3, "end": 7}},
            {"id": "abc<::>3", "text": "?", "history": [["user", "one?"], ["agent", "1"], ["user", "two?"]]},
            {"id": "p", "text": "?", "answerable": False, "passage": "d1"},
            {"id": "r", "text": "?", "answerability": "PARTIAL", "answers": ["a"]},
        ],
    )
    judge(folder, "s\td1\t1")

    span, turn, silent, partial = load_judged(folder).questions

    assert (span.span, span.documents, span.facts, span.group) == ((3, 7), ("d1",), ("2003",), "d1")
    assert (turn.after, turn.before, turn.group) == ("two?", ("one?",), "abc")
    assert silent.expect == {"no_answer"}
    assert silent.group == "d1"
    assert partial.expect == {"answer", "no_answer", "clarify"}


def test_pages_come_with_their_paragraphs_and_questions_with_their_scenario(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        pages=[{"id": "probate", "title": "Probate", "url": "https://x/probate", "text": "First.\nSecond."}],
        corpus=[{"id": "probate#0", "text": "First."}, {"id": "probate#1", "text": "Second."}],
        queries=[
            {"id": "a", "text": "May I?", "scenario": "He died.", "url": "https://x/probate"},
            {"id": "b", "text": "Who?", "scenario": "She left.", "url": "https://x/not-here"},
        ],
    )
    judge(folder, "a\tprobate#1\t1", "b\tprobate#0\t1")

    found = load_pages(folder)

    (question,) = found.questions  # the other one's page is not among the pages
    assert found.documents == {"probate": ("Probate", "First.\n\nSecond.")}
    assert (question.text, question.facts, question.documents) == ("He died. May I?", ("Second.",), ("probate",))
    assert question.group == "probate"
    assert found.grades == {"a": {"probate": 1.0}}


def test_rewritten_questions_are_those_with_passages_and_an_answer_and_come_once(tmp_path: Path) -> None:
    def task(name: str, answerability: str) -> dict[str, object]:
        history = [["user", "Is it far?"], ["agent", "No."]]
        return {
            "task_id": name, "question": "And cheap?", "history": history, "answerability": [answerability],
            "context_ids": ["d1"],
        }  # fmt: skip

    rewrite: dict[str, object] = {"_id": "c<::>2", "text": "|user|: Is Hull cheap?"}
    folder = write(
        tmp_path,
        corpus=[{"id": "d1", "text": "Hull is cheap."}],
        rewrites__town_rewrite=[rewrite, {"_id": "c<::>4", "text": "|user|: x"}],
        human_judged_answers=[
            task("c<::>2", "ANSWERABLE"), task("c<::>2", "ANSWERABLE"), task("c<::>3", "ANSWERABLE"),
            task("c<::>4", "PARTIAL"),
        ],
    )  # fmt: skip

    found = load_rewritten(folder)

    (question,) = found.questions
    assert (question.text, question.after, question.rewrite) == ("And cheap?", "Is it far?", "Is Hull cheap?")
    assert found.grades["c<::>2"] == {"d1": 1.0}


def test_a_figure_that_falls_is_a_sentence_and_one_that_holds_is_not(tmp_path: Path) -> None:
    file = tmp_path / "expected.toml"
    file.write_text(
        '[mine]\ncommand = "lmc evaluate mine"\nmeasured = "today"\ntolerance = 0.02\n'
        "[mine.figures]\nany_citation = 0.9\ndeclines_wrong = 0.05\n",
        "utf-8",
    )

    assert compare(file, "mine", {"any_citation": 0.89, "declines_wrong": 0.06}) == []
    assert compare(file, "mine", {"any_citation": 0.80, "declines_wrong": 0.20}) == [
        "mine: any_citation is 0.800; 0.900 was expected (lmc evaluate mine).",
        "mine: declines_wrong is 0.200; 0.050 was expected (lmc evaluate mine).",
    ]


def test_every_expectation_names_its_command_and_its_day() -> None:
    expected = load_expected(EXPECTED)

    assert "starter" in expected
    assert all(item.command.startswith(("lmc ", "scripts/")) and item.measured for item in expected.values())
