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
from rich.table import Table

from cli import documents
from cli.ask import print_json
from cli.progress import TerminalProgress, say_if_model_is_prepared
from cli.settings import Settings
from cli.show import when_words
from cli.wire import note_change, open_desk, open_model, open_store
from corpus.errors import ManifestError
from corpus.manifest import Library
from corpus.model import Audience
from index.donors import open_base
from index.embedded import EmbeddedStore
from ingest.books import keep, read_books, recover
from ingest.desk import forget_library
from ingest.pipeline import Ingest, Options, Plan, Summary, plan
from ingest.read import SUFFIXES
from ingest.readers.ocr import find_tesseract
from ingest.register import Registered, libraries_to_ingest, register, registered
from ingest.worker import ReaderPool


def add_commands(commands: Any) -> None:
    _add_ingest(commands)
    documents.add_commands(commands)
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


def run_ingest(options: argparse.Namespace, settings: Settings) -> int:
    console = Console(stderr=options.json)
    began = time.monotonic()
    store = open_store(settings)
    tesseract = find_tesseract(settings.ocr_language) if settings.ocr == "auto" else None
    how = Options(settings.passage_chars, tesseract is not None)
    if options.dry_run:
        return _dry_run(console, options, store, _wanted(options, settings)[0], how)
    try:
        store.lock()
        recover(settings.data_dir, store.live)
        libraries, after = _wanted(options, settings)
        _write_down(options, settings, store, after)
        summary = _ingest(console, options, settings, store, libraries, how)
        if summary.generation:
            keep(settings.data_dir, summary.generation, read_books(settings.data_dir), anew=True)
    finally:
        store.close()
    summary.seconds = time.monotonic() - began
    if summary.published:
        note_change(settings, "library.ingest", summary.generation or "", forgotten=list(options.forget))
    _summarise(console, options, summary)
    return 0


def _wanted(options: argparse.Namespace, settings: Settings) -> tuple[list[Library], list[Registered]]:
    """The libraries to ingest, and what is registered afterwards."""
    libraries: list[Library] = []
    after = registered(settings.data_dir)
    if options.path or not options.forget:
        libraries, after = libraries_to_ingest(
            settings.data_dir, options.path, options.audience, library=settings.library
        )
    for library in libraries:
        if not library.sources and not library.problems:
            known = ", ".join(sorted(SUFFIXES))
            raise ManifestError(f"{library.root} holds no document that can be read ({known}).")
    return libraries, [entry for entry in after if entry.library not in options.forget]


def _write_down(
    options: argparse.Namespace, settings: Settings, store: EmbeddedStore, after: Sequence[Registered]
) -> None:
    """Before the ingest, so that one that is cut short is gone on with by `lmc ingest` alone."""
    if live := store.live():
        keep(settings.data_dir, live, read_books(settings.data_dir))
    register(settings.data_dir, after)
    for library in options.forget:
        forget_library(settings.data_dir, library)


def _ingest(
    console: Console,
    options: argparse.Namespace,
    settings: Settings,
    store: EmbeddedStore,
    libraries: Sequence[Library],
    how: Options,
) -> Summary:
    say_if_model_is_prepared(console, settings)
    progress = TerminalProgress(console)
    try:
        with ReaderPool(
            timeout_s=settings.reader_timeout_s,
            memory_bytes=settings.reader_memory_mb * 1024 * 1024,
            ocr_language=settings.ocr_language if how.ocr else None,
        ) as pool:
            run = Ingest(store, open_model(settings), lambda: pool, progress, how)
            return run.run(libraries, forget=options.forget)
    finally:
        progress.stop()


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


# --- generations -------------------------------------------------------------------------------------------------


def run_generations(options: argparse.Namespace, settings: Settings) -> int:
    store = open_store(settings)
    live = store.live()
    names = store.generations()
    if options.action == "verify":
        return _verify(options, settings, options.id or live)
    if options.action == "rollback":
        return _rollback(options, settings)
    if options.action == "prune":
        return _prune(options, settings)
    if options.json:
        print_json({"live": live, "generations": names})
    else:
        _generation_table(store, names, live)
    return 0


def _rollback(options: argparse.Namespace, settings: Settings) -> int:
    changed = open_desk(settings).rollback(options.id)
    note_change(settings, "library.rollback", changed.after, before=changed.before)
    if options.json:
        print_json(documents.changed_json(changed))
    else:
        Console().print(f"Generation {changed.after} is live.")
    return 0


def _prune(options: argparse.Namespace, settings: Settings) -> int:
    store = open_store(settings)
    live, names = store.live(), store.generations()
    gone = [name for name in names[: max(0, len(names) - options.keep)] if name != live]
    for name in gone:
        store.drop(name)
    store.close()
    note_change(settings, "library.prune", ", ".join(gone))
    if options.json:
        print_json({"deleted": gone, "kept": [name for name in names if name not in gone]})
    else:
        Console().print(f"{len(gone)} generations deleted, {len(names) - len(gone)} kept.")
    return 0


def _verify(options: argparse.Namespace, settings: Settings, name: str | None) -> int:
    wrong = open_desk(settings).verify(name)
    note_change(settings, "library.verify", name or "", whole=not wrong)
    if options.json:
        print_json({"generation": name, "whole": not wrong, "problem": wrong})
    else:
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
