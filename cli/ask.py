"""`lmc ask`, `lmc search` and `lmc chat`: one question, a file of questions, or a conversation."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from answer.answerer import Answerer, Asking
from answer.followup import LONGEST_THREAD
from answer.outcome import Declined, to_json
from cli.settings import Settings
from cli.wire import open_answerer
from corpus.errors import QuestionError
from corpus.manifest import sentence_of
from corpus.model import Audience

EXAMPLES = (
    "How long does the Practice Healthcheck take?",
    "We want to merge with the practice down the road. Where do we begin?",
    "What is the salary of a practice manager in Leeds?",
)
BAD_ROW = QuestionError.exit_code


class Row(BaseModel):
    """A row of a batch; keys that are not ours are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    question: str
    role: Audience | None = None
    after: str | None = None
    before: tuple[str, ...] = ()

    @property
    def thread(self) -> tuple[str, ...]:
        return (*self.before, self.after) if self.after else ()


def add_commands(commands: Any) -> None:
    ask = commands.add_parser("ask", help="answer a question from the library, with sources")
    ask.add_argument("question", nargs="?", help="the question, in quotes")
    ask.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question of the same thread; give it again for each, the oldest first",
    )
    ask.add_argument("--batch", metavar="FILE", help="answer each row of a JSON Lines file ('-' reads standard input)")
    ask.set_defaults(run=run_ask)
    search = commands.add_parser("search", help="list the passages that fit best, without composing an answer")
    search.add_argument("question", nargs="?", help="what to look for")
    search.add_argument("-k", type=int, default=10, help="how many passages (default 10)")
    search.add_argument("--batch", metavar="FILE", help="search for each row of a JSON Lines file")
    search.set_defaults(run=run_search)
    chat = commands.add_parser("chat", help="ask in a conversation; follow-up questions are understood")
    chat.set_defaults(run=run_chat)


def asking_of(settings: Settings, question: str, thread: Sequence[str] = (), role: Audience | None = None) -> Asking:
    """A question of this user; `thread` are the earlier questions, oldest first."""
    libraries = (settings.library,) if settings.library else ()
    *before, after = (*thread,) if thread else (None,)
    return Asking(question, role or settings.role, after, libraries, settings.nation, tuple(before))


def run_ask(options: argparse.Namespace, settings: Settings) -> int:
    if options.batch:
        answerer = open_answerer(settings)
        return _batch(
            options.batch,
            lambda row: to_json(answerer.ask(asking_of(settings, row.question, row.thread, row.role))),
        )
    if not options.question:
        raise QuestionError("Nothing was asked; write the question in quotes after lmc ask.")
    outcome = open_answerer(settings).ask(asking_of(settings, options.question, options.after))
    if options.json:
        print_json(to_json(outcome))
    else:
        from rich.console import Console

        from cli.show import show_outcome

        show_outcome(Console(), outcome)
    return 0


def run_search(options: argparse.Namespace, settings: Settings) -> int:
    answerer = open_answerer(settings)

    def hits(row: Row) -> dict[str, Any]:
        return {"hits": _hits(answerer, asking_of(settings, row.question, row.thread, row.role), options.k)}

    if options.batch:
        return _batch(options.batch, hits)
    if not options.question:
        raise QuestionError("Nothing to look for; write some words in quotes after lmc search.")
    found = _hits(answerer, asking_of(settings, options.question), options.k)
    if options.json:
        print_json({"hits": found})
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("Similarity", "Document", "Page", "Passage")
    for hit in found:
        table.add_row(f"{hit['similarity']:.2f}", hit["title"], str(hit["page"]), _shortened(hit["text"]))
    Console().print(table)
    return 0


def _hits(answerer: Answerer, asking: Asking, k: int) -> list[dict[str, Any]]:
    return [
        {
            "passage_id": item.found.passage.id,
            "document_id": item.found.document.id,
            "library": item.found.document.library,
            "title": item.found.document.title,
            "page": item.found.passage.page_start,
            "similarity": round(item.ranked.similarity, 4),
            "text": item.found.passage.text,
        }
        for item in answerer.search(asking, k)
    ]


def _shortened(text: str, length: int = 160) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def _batch(file: str, answer: Callable[[Row], dict[str, Any]]) -> int:
    """One line out for each row in, in order; a bad row gets an `error` and the rest goes on."""
    code = 0
    for number, line in _lines(file):
        try:
            row = _row(line, number)
            print_json({"id": row.id, **answer(row)} | {"id": row.id})
        except QuestionError as error:
            code = BAD_ROW
            print_json({"id": _id_of(line), "error": str(error)})
    return code


def _lines(file: str) -> Iterator[tuple[int, str]]:
    if file != "-" and not Path(file).is_file():
        raise QuestionError(f"There is no file {file} with questions.")
    with contextlib.nullcontext(sys.stdin) if file == "-" else Path(file).open(encoding="utf-8") as handle:
        for number, line in enumerate(handle, 1):
            if line.strip():
                yield number, line


def _row(line: str, number: int) -> Row:
    try:
        return Row.model_validate_json(line)
    except ValidationError as error:
        raise QuestionError(f"Row {number}: {sentence_of(error)}.") from error


def _id_of(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row.get("id") if isinstance(row, dict) else None


def print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def run_chat(_: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from cli.show import show_outcome, show_question

    console = Console()
    answerer = open_answerer(settings)
    typed = not sys.stdin.isatty()
    questions = [line.strip() for line in sys.stdin if line.strip()] if typed else []
    if typed and not questions:
        console.print("There is no terminal to type in, so here are three example questions.\n")
        questions = list(EXAMPLES)
    if typed:
        for question in questions:
            show_question(console, question)
            _turn(console, answerer, asking_of(settings, question), show_outcome)
        return 0
    return _converse(console, answerer, settings)


def _converse(console: Any, answerer: Answerer, settings: Settings) -> int:
    """Read, answer, remember: until an empty line, `/quit` or the end of input."""
    from cli.show import show_outcome

    console.print(
        f"You ask as [bold]{settings.role.value}[/bold]. Ask a question; type [bold]/role practice[/bold] to ask as"
        " somebody else, [bold]/new[/bold] for another subject, [bold]/quit[/bold] to stop. For example:"
    )
    for example in EXAMPLES[:2]:
        console.print(f"  {example}", style="dim")
    thread: tuple[str, ...] = ()
    role = settings.role
    while True:
        try:
            line = console.input("\n[bold]Question:[/bold] ").strip()
        except (EOFError, KeyboardInterrupt):
            return 0
        if line in {"/quit", "/q", "exit", "quit"}:
            return 0
        if line == "/new":
            thread = ()
        elif line.startswith("/role"):
            role = _role(console, line, role)
        elif line:
            thread = _turn(console, answerer, asking_of(settings, line, thread, role), show_outcome)


def _role(console: Any, line: str, role: Audience) -> Audience:
    name = line.removeprefix("/role").strip()
    if name not in set(Audience):
        console.print(f"There is no role {name!r}; choose one of {', '.join(Audience)}.")
        return role
    return Audience(name)


def _turn(console: Any, answerer: Answerer, asking: Asking, show: Callable[..., None]) -> tuple[str, ...]:
    """Answer; the thread that a next question stands in."""
    try:
        outcome = answerer.ask(asking)
    except QuestionError as error:
        console.print(str(error))
        return asking.thread
    show(console, outcome)
    if isinstance(outcome, Declined):  # in the thread it would have all that is asked after it declined as well
        return asking.thread
    return (*asking.thread, asking.question)[-LONGEST_THREAD:]
