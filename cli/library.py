"""`lmc ingest`, `lmc documents` and `lmc generations`: what is in the library, and which build of it serves."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from cli.ask import print_json
from cli.settings import Settings
from cli.show import STATUS_WORDS, when_words
from cli.wire import libraries_to_ingest, open_model, open_store, register, registered
from corpus.errors import IndexMissing, ManifestError
from corpus.manifest import Library
from corpus.model import Audience
from index.donors import open_base
from index.embed import serves_natively
from index.embedded import EmbeddedStore
from index.store import StoredDocument
from ingest.pipeline import Ingest, Options, Plan, Summary, plan
from ingest.read import SUFFIXES
from ingest.readers.ocr import find_tesseract
from ingest.worker import ReaderPool


def add_commands(commands: Any) -> None:
    _add_ingest(commands)
    _add_documents(commands)
    _add_generations(commands)


def _add_ingest(commands: Any) -> None:
    ingest = commands.add_parser(
        "ingest",
        help="read documents and publish a new index",
        description="Reads folders or files of documents. Without a path it reads again what was ingested before, or"
        " the starter library. Only what changed is read and embedded; documents that are gone vanish from answers.",
    )
    ingest.add_argument("path", nargs="*", type=Path, help="folders (with or without a manifest.toml) or files")
    ingest.add_argument("--audience", type=Audience, choices=list(Audience), help="for documents that do not say")
    ingest.add_argument("--forget", action="append", default=[], metavar="LIBRARY", help="drop a library")
    ingest.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    ingest.set_defaults(run=run_ingest)


def _add_documents(commands: Any) -> None:
    documents = commands.add_parser("documents", help="list documents; withdraw or restore one")
    actions = documents.add_subparsers(dest="action")
    actions.add_parser("list", help="list documents (also without a word)")
    withdraw = actions.add_parser("withdraw", help="take a document out of all answers at once")
    withdraw.add_argument("id")
    withdraw.add_argument("--reason", default="withdrawn by an administrator")
    restore = actions.add_parser("restore", help="let a withdrawn document answer again")
    restore.add_argument("id")
    documents.set_defaults(run=run_documents)


def _add_generations(commands: Any) -> None:
    generations = commands.add_parser("generations", help="list, verify, roll back to or prune builds of the index")
    actions = generations.add_subparsers(dest="action")
    actions.add_parser("list", help="list generations (also without a word)")
    verify = actions.add_parser("verify", help="check every file of a generation (the live one by default)")
    verify.add_argument("id", nargs="?")
    rollback = actions.add_parser("rollback", help="serve an earlier generation (the one before by default)")
    rollback.add_argument("id", nargs="?")
    prune = actions.add_parser("prune", help="delete old generations")
    prune.add_argument("--keep", type=int, default=2, help="how many to keep (default 2)")
    generations.set_defaults(run=run_generations)


# --- ingest ------------------------------------------------------------------------------------------------------


class _Rate(ProgressColumn):
    """Passages per second since the start."""

    def render(self, task: Any) -> Text:
        passages = task.fields.get("passages", 0)
        elapsed = task.finished_time or task.elapsed or 0.0
        return Text(f"{passages} passages, {passages / elapsed:.0f}/s" if elapsed > 1 else f"{passages} passages")


class TerminalProgress:
    """A bar with rate and time left on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), _Rate(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._passages = 0
        self._said = time.monotonic()

    def start(self, total_bytes: int) -> None:
        self._task = self._bar.add_task("Reading and embedding", total=max(1, total_bytes), passages=0)
        if self._console.is_terminal:
            self._bar.start()

    def advance(self, done_bytes: int, passages: int) -> None:
        self._passages += passages
        if self._task is not None:
            self._bar.update(self._task, advance=done_bytes, passages=self._passages)
        if not self._console.is_terminal and time.monotonic() - self._said > 10:
            self._said = time.monotonic()
            done = self._bar.tasks[0].percentage if self._task is not None else 0.0
            self._console.print(
                f"{done:.0f} % of the files, {self._passages} passages embedded", highlight=False, soft_wrap=True
            )

    def say(self, what: str) -> None:
        if self._task is not None:
            self._bar.update(self._task, description=what)

    def stop(self) -> None:
        if self._bar.live.is_started:
            self._bar.stop()


def run_ingest(options: argparse.Namespace, settings: Settings) -> int:
    console = Console(stderr=options.json)
    began = time.monotonic()
    suffixes = sorted(SUFFIXES)
    if options.forget and not options.path:
        libraries: list[Library] = []
        after = [entry for entry in registered(settings) if entry.library not in options.forget]
    else:
        libraries, after = libraries_to_ingest(settings, options.path, suffixes, options.audience)
        after = [entry for entry in after if entry.library not in options.forget]
    _refuse_empty(libraries)
    store = open_store(settings)
    tesseract = find_tesseract(settings.ocr_language) if settings.ocr == "auto" else None
    how = Options(settings.passage_chars, tesseract is not None)
    if options.dry_run:
        return _dry_run(console, options, store, libraries, how)
    register(settings, after)
    if serves_natively(settings.model, settings.data_dir / "models") is None:
        console.print(
            "Preparing the embedding model; this once it takes half a minute.", highlight=False, soft_wrap=True
        )
    progress = TerminalProgress(console)
    language = settings.ocr_language if tesseract else None
    try:
        with ReaderPool(
            timeout_s=settings.reader_timeout_s,
            memory_bytes=settings.reader_memory_mb * 1024 * 1024,
            ocr_language=language,
        ) as pool:
            run = Ingest(store, open_model(settings), lambda: pool, progress, how)
            summary = run.run(libraries, forget=options.forget)
    finally:
        progress.stop()
        store.close()
    summary.seconds = time.monotonic() - began
    _summarise(console, options, summary)
    return 0


def _refuse_empty(libraries: Sequence[Library]) -> None:
    for library in libraries:
        if not library.sources and not library.problems:
            known = ", ".join(sorted(SUFFIXES))
            raise ManifestError(f"{library.root} holds no document that can be read ({known}).")


def _dry_run(
    console: Console, options: argparse.Namespace, store: EmbeddedStore, libraries: Sequence[Library], how: Options
) -> int:
    base = open_base(store)
    before = base.documents() if base else {}
    todo = plan(libraries, before, how, forget=options.forget)
    if options.json:
        print_json({**_plan_json(todo), "dry_run": True})
        return 0
    for change in ("new", "changed", "metadata"):
        for item in todo.documents:
            if item.change == change:
                console.print(f"{change}: {escape(item.source.document.key)}", highlight=False, soft_wrap=True)
    for key in todo.removed:
        console.print(f"removed: {escape(key)}", highlight=False, soft_wrap=True)
    console.print(f"{_counts(todo)} Nothing was changed.", highlight=False, soft_wrap=True)
    return 0


def _plan_json(todo: Plan) -> dict[str, Any]:
    changes = {
        change: [i.source.document.key for i in todo.documents if i.change == change]
        for change in ("new", "changed", "metadata")
    }
    return {
        **changes,
        "unchanged": todo.count("unchanged"),
        "removed": list(todo.removed),
        "kept": len(todo.kept),
        "problems": list(todo.problems),
    }


def _counts(todo: Plan) -> str:
    return (
        f"{todo.count('new')} new, {todo.count('changed')} changed, {todo.count('metadata')} with new metadata, "
        f"{todo.count('unchanged')} unchanged, {len(todo.removed)} removed."
    )


def _summarise(console: Console, options: argparse.Namespace, summary: Summary) -> None:
    todo = summary.plan
    if todo is None:
        return
    if options.json:
        print_json(_summary_json(summary, todo))
        return
    for problem in todo.problems:
        console.print(f"Left out: {escape(problem)}", style="yellow", highlight=False, soft_wrap=True)
    changed = {item.source.document.key for item in todo.documents if item.change != "unchanged"}
    for key, report in summary.reports.items():
        if report.state == "failed":
            console.print(
                f"Failed: {escape(key)}: {escape(report.error)}", style="red", highlight=False, soft_wrap=True
            )
        elif report.warnings and key in changed:
            console.print(
                f"Warning: {escape(key)}: {escape(' '.join(report.warnings))}", style="yellow", highlight=False
            )
    console.print(_counts(todo), highlight=False, soft_wrap=True)
    if summary.published:
        console.print(
            f"Generation {summary.generation} is live: {summary.passages} passages, {summary.embedded} of them embedded"
            f" now, in {summary.seconds:.1f} s.",
            highlight=False,
            soft_wrap=True,
        )
    else:
        console.print(f"Nothing changed; generation {summary.generation} stays live.", highlight=False, soft_wrap=True)


def _summary_json(summary: Summary, todo: Plan) -> dict[str, Any]:
    return {
        **_plan_json(todo),
        "generation": summary.generation,
        "published": summary.published,
        "passages": summary.passages,
        "embedded": summary.embedded,
        "seconds": round(summary.seconds, 3),
        "documents": {
            key: {
                "state": report.state,
                "code": report.code,
                "error": report.error,
                "warnings": list(report.warnings),
                "format": report.format,
                "pages": report.page_count,
            }
            for key, report in summary.reports.items()
        },
    }


# --- documents ---------------------------------------------------------------------------------------------------


def run_documents(options: argparse.Namespace, settings: Settings) -> int:
    store = open_store(settings)
    snapshot = store.open()
    documents = [d for d in snapshot.documents() if settings.library in {None, d.document.library}]
    hidden = store.hidden()
    if options.action == "withdraw":
        stored = _only(documents, options.id)
        store.hide({stored.document.key: options.reason})
        Console().print(f"{escape(stored.document.key)} is withdrawn: no answer quotes it from now on.")
    elif options.action == "restore":
        stored = _only(documents, options.id)
        store.show([stored.document.key])
        Console().print(f"{escape(stored.document.key)} may be quoted again.")
    elif options.json:
        print_json({"documents": [_document_json(item, hidden.get(item.document.key)) for item in documents]})
    else:
        _document_table(documents, dict(hidden))
    return 0


def _only(documents: Sequence[StoredDocument], name: str) -> StoredDocument:
    found = [item for item in documents if name in {item.document.id, item.document.key}]
    if not found:
        raise IndexMissing(f"There is no document {name}; lmc documents lists those that are there.")
    if len(found) > 1:
        keys = ", ".join(item.document.key for item in found)
        raise IndexMissing(f"Several libraries have a document {name}; name one of {keys}.")
    return found[0]


def _document_json(item: StoredDocument, hidden: str | None) -> dict[str, Any]:
    document = item.document
    dates = {
        name: value.iso() if (value := getattr(document, name)) else None
        for name in ("published", "reviewed", "review_due")
    }
    return {
        "id": document.id, "library": document.library, "title": document.title, "publisher": document.publisher,
        "kind": document.kind, "audience": document.audience, "nation": document.nation,
        "authority": document.authority, **dates, "status": document.status,
        "superseded_by": document.superseded_by, "source_url": document.source_url, "licence": document.licence,
        "contact": document.contact, "sha256": document.sha256, "path": document.path,
        "passages": item.passage_count, "state": item.report.state, "error": item.report.error,
        "warnings": list(item.report.warnings), "withdrawn": hidden,
    }  # fmt: skip


def _document_table(documents: Sequence[StoredDocument], hidden: dict[str, str]) -> None:
    table = Table("Id", "Title", "Published", "Review due", "Audience", "Status", "Passages", title="Documents")
    for item in documents:
        document = item.document
        state = "failed: " + item.report.error if item.report.state == "failed" else STATUS_WORDS[document.status]
        if document.key in hidden:
            state = "withdrawn: " + hidden[document.key]
        date = document.published.words() if document.published else "no date"
        due = document.review_due.words() if document.review_due else "-"
        table.add_row(
            escape(document.id), escape(document.title), date, due, document.audience.value, escape(state),
            str(item.passage_count),
        )  # fmt: skip
    Console().print(table)


# --- generations -------------------------------------------------------------------------------------------------


def run_generations(options: argparse.Namespace, settings: Settings) -> int:
    store = open_store(settings)
    live = store.live()
    names = store.generations()
    if options.action == "verify":
        return _verify(store, options.id or live)
    if options.action == "rollback":
        target = options.id or next((name for name in reversed(names) if live and name < live), None)
        if target is None:
            raise IndexMissing("There is no earlier generation to roll back to.")
        store.open(target).close()
        store.publish(target, live)
        store.close()
        Console().print(f"Generation {target} is live.")
    elif options.action == "prune":
        gone = [name for name in names[: max(0, len(names) - options.keep)] if name != live]
        for name in gone:
            store.drop(name)
        store.close()
        Console().print(f"{len(gone)} generations deleted, {len(names) - len(gone)} kept.")
    elif options.json:
        print_json({"live": live, "generations": names})
    else:
        _generation_table(store, names, live)
    return 0


def _verify(store: EmbeddedStore, name: str | None) -> int:
    if name is None:
        raise IndexMissing("Nothing has been ingested yet; run lmc ingest first.")
    wrong = store.verify(name)
    sys.stdout.write((wrong or f"Generation {name} is whole.") + "\n")
    return 4 if wrong else 0


def _generation_table(store: EmbeddedStore, names: Sequence[str], live: str | None) -> None:
    table = Table("Generation", "Built", "Documents", "Passages", "Recall at 10", "State")
    for name in names:
        meta = store.open(name).meta
        table.add_row(
            name, when_words(meta.created), str(meta.document_count), str(meta.passage_count),
            f"{meta.recall_at_10:.3f}", "live" if name == live else "kept",
        )  # fmt: skip
    Console().print(table)
