"""`lmc ask`, `lmc search` and `lmc chat`, as people and as programs call them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Done, Lmc

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.usefixtures("stocked")]

QUESTION = "How long does the Practice Healthcheck take?"


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.raw.splitlines()]


def rows(file: Path, *values: dict[str, Any] | str) -> Path:
    file.write_text("\n".join(v if isinstance(v, str) else json.dumps(v) for v in values) + "\n\n", "utf-8")
    return file


def test_answer_is_printed_with_its_source(lmc: Lmc) -> None:
    done = lmc("ask", QUESTION)

    assert done.code == 0
    assert "takes 15 minutes" in done.out
    assert "[1] Practice Healthcheck" in done.out
    assert "1 May 2026" in done.out
    assert "page 1" in done.out


def test_answer_is_printed_as_the_contract_says(lmc: Lmc) -> None:
    [plain] = lines(lmc("ask", QUESTION, "--json"))

    assert (plain["outcome"], plain["question"]) == ("answer", QUESTION)
    assert plain["citations"][0]["document_id"] == "healthcheck"
    assert plain["citations"][0]["library"] == "tiny"


def test_options_may_stand_before_the_question(lmc: Lmc) -> None:
    [plain] = lines(lmc("ask", "--json", "--role", "public", QUESTION))

    assert plain["outcome"] == "answer"


def test_follow_up_is_asked_with_after(lmc: Lmc) -> None:
    [plain] = lines(lmc("ask", "And who pays for it?", "--after", "How many meetings does mentoring give?", "--json"))

    assert plain["citations"][0]["document_id"] == "mentoring"


@pytest.mark.parametrize(("role", "seen"), [("public", False), ("practice", False), ("officer", True)])
def test_role_decides_what_is_quoted(role: str, seen: bool, lmc: Lmc) -> None:
    done = lmc("ask", "Where is the annual dinner of 2027?", "--role", role, "--json")

    assert ("Swindon" in done.raw) is seen


def test_role_and_library_can_be_set_in_the_environment(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMC_ROLE", "public")
    hidden = lmc("ask", "Where is the annual dinner of 2027?", "--json")
    overruled = lmc("ask", "Where is the annual dinner of 2027?", "--json", "--role", "officer")
    monkeypatch.setenv("LMC_LIBRARY", "elsewhere")
    elsewhere = lmc("ask", QUESTION, "--json")

    assert "Swindon" not in hidden.raw
    assert "Swindon" in overruled.raw
    assert lines(elsewhere)[0]["outcome"] == "no_answer"


def test_batch_answers_each_row_in_order_with_its_id_first(lmc: Lmc, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "q.jsonl",
        {"id": "b", "question": QUESTION, "role": "public"},
        {"id": 7, "question": "And who pays for it?", "after": "How many meetings does mentoring give?"},
        {"id": "dinner", "question": "Where is the annual dinner of 2027?", "role": "public"},
        {"id": "again", "question": "Where is the annual dinner of 2027?", "role": "officer", "extra": 1},
    )

    done = lmc("ask", "--batch", file, "--json")

    found = lines(done)
    assert done.code == 0
    assert [row["id"] for row in found] == ["b", 7, "dinner", "again"]
    assert all(line.startswith('{"id": ') for line in done.raw.splitlines())
    assert found[0]["citations"][0]["document_id"] == "healthcheck"
    assert found[1]["citations"][0]["document_id"] == "mentoring"
    assert "Swindon" not in json.dumps(found[2])
    assert "Swindon" in json.dumps(found[3])


def test_bad_row_gets_an_error_and_the_rest_goes_on(lmc: Lmc, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "q.jsonl",
        {"id": 1, "question": "  "},
        "no json",
        {"id": 3},
        {"id": 4, "question": QUESTION, "role": "king"},
        "[1]",
        {"id": 6, "question": QUESTION},
    )

    done = lmc("ask", "--batch", file, "--json")

    found = lines(done)
    assert done.code == 3
    assert [row["id"] for row in found] == [1, None, 3, 4, None, 6]
    assert [set(row) for row in found[:5]] == [{"id", "error"}] * 5
    assert found[5]["outcome"] == "answer"
    assert "Row 3: question" in found[2]["error"]
    assert "Traceback" not in done.err


def test_batch_can_be_piped_in(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"id": "x", "question": QUESTION}) + "\n"))

    assert [row["id"] for row in lines(lmc("ask", "--batch", "-", "--json"))] == ["x"]


def test_search_lists_passages_best_first(lmc: Lmc) -> None:
    [plain] = lines(lmc("search", "notice of a merger", "-k", "2", "--json"))

    assert list(plain) == ["hits"]
    assert len(plain["hits"]) == 2
    assert plain["hits"][0]["document_id"] == "merger"
    assert {"passage_id", "document_id", "page", "similarity", "text"} <= set(plain["hits"][0])
    assert "merger" in lmc("search", "notice of a merger").out.lower()


def test_search_batch_has_the_keys_of_the_contract(lmc: Lmc, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "q.jsonl",
        {"id": "m", "question": "notice of a merger"},
        {"id": "d", "question": "annual dinner Swindon", "role": "public"},
        "no json",
    )

    done = lmc("search", "--batch", file)

    found = lines(done)
    assert done.code == 3
    assert [list(row) for row in found] == [["id", "hits"], ["id", "hits"], ["id", "error"]]
    assert found[0]["hits"][0]["document_id"] == "merger"
    assert "minutes" not in {hit["document_id"] for hit in found[1]["hits"]}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask"], 3, "Nothing was asked"),
        (["ask", "  "], 3, "empty"),
        (["ask", "x" * 2_001], 3, "longer than 2000"),
        (["ask", "--batch", "nowhere.jsonl"], 3, "There is no file nowhere.jsonl"),
        (["search"], 3, "Nothing to look for"),
    ],
)
def test_mistake_is_one_sentence_on_standard_error(arguments: list[str], code: int, says: str, lmc: Lmc) -> None:
    done = lmc(*arguments)

    assert done.code == code
    assert done.err.startswith("lmc: ")
    assert says in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_nothing_ingested_is_said(lmc: Lmc, stocked: Path) -> None:
    (stocked / "CURRENT").unlink()

    done = lmc("ask", QUESTION)

    assert done.code == 4
    assert "run lmc ingest first" in done.err


def test_chat_over_a_pipe_answers_each_line(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\n\nHow many meetings does mentoring give?\n"))

    done = lmc("chat")

    assert done.code == 0
    assert "15 minutes" in done.out
    assert "six meetings" in done.out
    assert done.out.index("15 minutes") < done.out.index("six meetings")


def test_chat_without_input_answers_three_examples(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    done = lmc("chat")

    assert done.code == 0
    assert "three example questions" in done.out
    assert "How long does the Practice Healthcheck take?" in done.out
    assert done.out.count("Next step:") == 3


def test_chat_over_a_pipe_goes_on_after_a_line_that_is_too_long(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * 2_001 + f"\n{QUESTION}\n"))

    done = lmc("chat")

    assert "longer than 2000" in done.out + done.err
    assert "15 minutes" in done.out


class Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, *typed_lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("".join(f"{line}\n" for line in typed_lines)))


def test_conversation_remembers_what_it_is_about(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "How many meetings does mentoring give?", "And who pays for it?", "/quit", QUESTION)

    done = lmc("chat")

    assert done.code == 0
    assert done.out.count("The LMC pays for mentoring") >= 1
    assert "15 minutes" not in done.out  # nothing is read after /quit


def test_conversation_can_change_its_role(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    dinner = "Where is the annual dinner of 2027?"
    typed(monkeypatch, "/role public", dinner, "/role king")
    public = lmc("chat", "--role", "officer")
    typed(monkeypatch, "/role officer", dinner)
    officer = lmc("chat", "--role", "public")

    assert "Swindon" not in public.out
    assert "There is no role 'king'" in public.out
    assert "Swindon" in officer.out


def test_conversation_goes_on_after_a_mistake_and_ends_with_its_input(
    lmc: Lmc, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "x" * 2_001, "", "/new", QUESTION)

    done = lmc("chat")

    assert done.code == 0
    assert "longer than 2000" in done.out
    assert "15 minutes" in done.out


def test_logs_never_hold_the_question(stocked: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli.main",
        "ask",
        "Does Zebedee pay for mentoring?",
        "--json",
        "--data-dir",
        str(stocked),
    ]
    environment = {**os.environ, "LMC_LOG_LEVEL": "DEBUG", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=stocked)

    assert "Zebedee" in done.stdout
    assert "zebede" not in done.stderr.lower()
    assert "mentor" not in done.stderr.lower()
