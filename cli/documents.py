"""`lmc documents`: what is in the library, and how a document gets in, is replaced or is taken out."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.ask import print_json
from cli.progress import TerminalProgress, say_if_model_is_prepared
from cli.settings import Settings
from cli.show import STATUS_WORDS
from cli.wire import note_change, open_desk
from corpus.errors import IndexMissing, ManifestError
from corpus.model import Audience, Authority, Document, Kind, Nation, Status
from corpus.when import When
from index.embedded import EmbeddedStore
from index.store import StoredDocument
from ingest.desk import Changed, Desk, only
from ingest.shelf import Facts

ADDED = (Status.CURRENT, Status.UNDER_REVIEW)


def add_commands(commands: Any) -> None:
    documents = commands.add_parser("documents", help="list, add, replace, withdraw or restore documents")
    actions = documents.add_subparsers(dest="action")
    actions.add_parser("list", help="list documents (also without a word)")
    add = actions.add_parser("add", help="take a file into the library")
    add.add_argument("file", type=Path)
    add.add_argument("--replaces", metavar="ID", help="the document that it takes the place of")
    _add_facts(add)
    replaced = actions.add_parser("replace", help="put a new file in a document's place, with its details")
    replaced.add_argument("id")
    replaced.add_argument("file", type=Path)
    _add_facts(replaced)
    mark = actions.add_parser("supersede", help="mark a document as replaced by another one, or by nothing after all")
    mark.add_argument("id")
    mark.add_argument("by", nargs="?", help="the document that replaced it; without it the mark is taken off")
    withdraw = actions.add_parser("withdraw", help="take a document out of all answers at once")
    withdraw.add_argument("id")
    withdraw.add_argument("--reason", default="withdrawn by an administrator")
    restore = actions.add_parser("restore", help="let a withdrawn document answer again")
    restore.add_argument("id")
    documents.set_defaults(run=run_documents)


def _add_facts(parser: argparse.ArgumentParser) -> None:
    dates = "a day, month or year: 2026-11-23, 2026-11 or 2026"
    parser.add_argument("--title", help="its title (default: what the file says)")
    parser.add_argument("--audience", type=Audience, choices=list(Audience), help="who may read it (default: officer)")
    parser.add_argument("--published", metavar="DATE", help=dates)
    parser.add_argument("--reviewed", metavar="DATE", help=dates)
    parser.add_argument("--review-due", metavar="DATE", help=dates)
    parser.add_argument("--status", type=Status, choices=ADDED, default=Status.CURRENT)
    parser.add_argument("--source-url", default="", metavar="ADDRESS", help="where it is published")
    parser.add_argument("--contact", help="who answers questions about it")
    parser.add_argument("--publisher")
    parser.add_argument("--kind", type=Kind, choices=list(Kind))
    parser.add_argument("--authority", type=Authority, choices=list(Authority))
    parser.add_argument("--for-nation", type=Nation, choices=list(Nation), help="the nation that it is about")
    parser.add_argument("--licence")


def run_documents(options: argparse.Namespace, settings: Settings) -> int:
    desk = open_desk(settings)
    match options.action:
        case "add":
            return _add(options, settings, desk, options.replaces)
        case "replace":
            return _add(options, settings, desk, options.id)
        case "supersede":
            return _supersede(options, settings, desk)
        case "withdraw":
            return _withdraw(options, settings, desk)
        case "restore":
            return _restore(options, settings, desk)
        case _:
            return _list(options, settings, desk)


# --- looking -----------------------------------------------------------------------------------------------------


def _shown(settings: Settings, desk: Desk) -> list[StoredDocument]:
    found = [d for d in desk.documents() if settings.library in {None, d.document.library}]
    if not found:
        raise IndexMissing(f"Nothing has been ingested into {settings.data_dir} yet; run lmc ingest first.")
    return found


def _list(options: argparse.Namespace, settings: Settings, desk: Desk) -> int:
    hidden, overrides = desk.state().hidden, desk.overrides()
    documents = [d for d in desk.documents() if settings.library in {None, d.document.library}]
    if not documents and settings.library is None:
        EmbeddedStore(settings.data_dir).open().close()  # says what is missing
    if options.json:
        plain = [_document_json(d, hidden.get(d.document.key), overrides.get(d.document.key)) for d in documents]
        print_json({"documents": plain})
    else:
        _document_table(documents, hidden, overrides)
    return 0


def _document_json(item: StoredDocument, hidden: str | None, override: str | None) -> dict[str, Any]:
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
        "warnings": list(item.report.warnings), "withdrawn": hidden, "override": override,
    }  # fmt: skip


def _document_table(
    documents: Sequence[StoredDocument], hidden: Mapping[str, str], overrides: Mapping[str, str]
) -> None:
    table = Table("Id", "Title", "Published", "Review due", "Audience", "Status", "Passages", title="Documents")
    for item in documents:
        document = item.document
        date = document.published.words() if document.published else "no date"
        due = document.review_due.words() if document.review_due else "-"
        state = _state(item, hidden.get(document.key), overrides.get(document.key))
        table.add_row(
            escape(document.id), escape(document.title), date, due, document.audience.value, escape(state),
            str(item.passage_count),
        )  # fmt: skip
    Console().print(table)


def _state(item: StoredDocument, hidden: str | None, override: str | None) -> str:
    if hidden is not None:
        return f"withdrawn: {hidden}"
    if item.report.state == "failed":
        return "failed: " + item.report.error
    words = STATUS_WORDS[item.document.status]
    return f"{words} by {override} (an administrator's word)" if override else words


# --- changing ----------------------------------------------------------------------------------------------------


def _withdraw(options: argparse.Namespace, settings: Settings, desk: Desk) -> int:
    document = desk.withdraw(_key(options.id, settings, desk), options.reason)
    note_change(settings, "library.withdraw", document.key)
    if options.json:
        print_json({"document": document.key, "withdrawn": options.reason})
    else:
        Console().print(f"{escape(document.key)} is withdrawn: no answer quotes it from now on.")
    return 0


def _restore(options: argparse.Namespace, settings: Settings, desk: Desk) -> int:
    document = desk.restore(_key(options.id, settings, desk))
    note_change(settings, "library.restore", document.key)
    if options.json:
        print_json({"document": document.key, "withdrawn": None})
    else:
        Console().print(f"{escape(document.key)} may be quoted again.")
    return 0


def _key(name: str, settings: Settings, desk: Desk) -> str:
    """The key of a document that is named by its id, in the library of the settings where they name one."""
    return only(_shown(settings, desk), name).document.key


def _supersede(options: argparse.Namespace, settings: Settings, desk: Desk) -> int:
    key = _key(options.id, settings, desk)
    by = _key(options.by, settings, desk) if options.by else None
    changed = _with_progress(options, settings, lambda progress: desk.supersede(key, by, progress))
    note_change(settings, "library.supersede", key, by=by or "", generation=changed.after)
    words = f"{key} is marked as replaced by {by}." if by else f"{key} is no longer marked as replaced."
    return _report(options, changed, words)


def _add(options: argparse.Namespace, settings: Settings, desk: Desk, replaces: str | None) -> int:
    if not options.file.is_file():
        raise ManifestError(f"There is no file {options.file}.")
    replaced = only(_shown(settings, desk), replaces).document if replaces else None
    facts = _facts(options, settings, desk, replaced)
    changed = _with_progress(options, settings, lambda progress: desk.add(options.file, facts, progress))
    note_change(settings, "library.add", changed.key, replaces=facts.replaces, generation=changed.after)
    words = f"{changed.key} is in the library" + (f" and takes the place of {facts.replaces}." if replaced else ".")
    return _report(options, changed, words)


def _facts(options: argparse.Namespace, settings: Settings, desk: Desk, replaced: Document | None) -> Facts:
    """What the options say; where they are silent what the replaced document says, or the file."""
    described = desk.describe(options.file) if not options.title or not options.published else None
    published = _date(options, "published") or (described.published if described else None)
    title = options.title or (replaced.title if replaced else described.title if described else "")
    return Facts(
        title=title,
        audience=options.audience or (replaced.audience if replaced else Audience.OFFICER),
        published=published,
        reviewed=_date(options, "reviewed"),
        review_due=_date(options, "review_due"),
        status=options.status,
        source_url=options.source_url,
        contact=options.contact,
        publisher=options.publisher,
        kind=options.kind,
        nation=options.for_nation,
        authority=options.authority,
        licence=options.licence,
        replaces=replaced.key if replaced else "",
        library=replaced.library if replaced else settings.library or "",
    )


def _date(options: argparse.Namespace, name: str) -> When | None:
    text: str | None = getattr(options, name)
    try:
        return When.parse(text) if text else None
    except ValueError as error:
        raise ManifestError(f"--{name.replace('_', '-')}: {error}.") from error


def _with_progress(options: argparse.Namespace, settings: Settings, change: Any) -> Changed:
    console = Console(stderr=options.json)
    say_if_model_is_prepared(console, settings)
    progress = TerminalProgress(console)
    try:
        changed: Changed = change(progress)
    finally:
        progress.stop()
    return changed


def _report(options: argparse.Namespace, changed: Changed, words: str) -> int:
    if options.json:
        print_json(changed_json(changed))
        return 0
    console = Console()
    console.print(escape(words), highlight=False, soft_wrap=True)
    for problem in changed.problems:
        console.print(f"Left out: {escape(problem)}", style="yellow", highlight=False, soft_wrap=True)
    for key, sentence in changed.failures.items():
        console.print(f"Failed: {escape(key)}: {escape(sentence)}", style="red", highlight=False, soft_wrap=True)
    console.print(
        f"Generation {changed.after} is live: {changed.documents} documents, {changed.passages} passages.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    return 0


def changed_json(changed: Changed) -> dict[str, Any]:
    """A change as plain values; lists hold document keys."""
    return {
        "document": changed.key or None, "before": changed.before, "generation": changed.after,
        "new": list(changed.new), "changed": list(changed.changed), "metadata": list(changed.metadata),
        "removed": list(changed.removed), "failures": dict(changed.failures), "problems": list(changed.problems),
        "documents": changed.documents, "passages": changed.passages, "seconds": round(changed.seconds, 3),
    }  # fmt: skip
