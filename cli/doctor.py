"""`lmc doctor`: is this machine, this model, this index and these settings fit to answer?"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cli.ask import EXAMPLES, asking_of, print_json
from cli.settings import Settings, variable
from cli.wire import open_answerer, open_reading_model, open_store, open_vocabulary, records_url
from corpus.errors import OperatorError
from index.embed import LEAST_COSINE, serves_natively
from ingest.readers.ocr import find_tesseract


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is `ok`, `note` (works, but) or `wrong` (does not work until mended)."""

    what: str
    state: str
    words: str


def add_commands(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="check the machine, the model, the index and the settings")
    doctor.set_defaults(run=run_doctor)


def run_doctor(options: argparse.Namespace, settings: Settings) -> int:
    checks: Sequence[tuple[str, Callable[[Settings], Finding]]] = (
        ("machine", _machine), ("settings", _settings), ("vocabulary", _vocabulary), ("model", _model),
        ("reading", _reading), ("index", _index), ("ocr", _ocr), ("answering", _answering), ("records", _records),
        ("pages", _pages), ("slack", _slack),
    )  # fmt: skip
    findings = [_checked(name, check, settings) for name, check in checks]
    if options.json:
        print_json({"findings": [asdict(item) for item in findings]})
    else:
        for item in findings:
            sys.stdout.write(f"{item.state:6} {item.what}: {item.words}\n")
    return 1 if any(item.state == "wrong" for item in findings) else 0


def _checked(name: str, check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except OperatorError as error:
        return Finding(name, "wrong", str(error))


def _machine(settings: Settings) -> Finding:
    home = settings.data_dir if settings.data_dir.exists() else settings.data_dir.resolve().parent
    free = shutil.disk_usage(home).free // 2**30
    words = f"Python {platform.python_version()}, {platform.machine()}, {free} GiB free for {settings.data_dir}."
    return Finding("machine", "ok" if free >= 1 else "note", words)


def _settings(settings: Settings) -> Finding:
    changed = [variable(name) for name in sorted(settings.model_fields_set)]
    words = f"set: {', '.join(changed)}." if changed else "all as they ship."
    return Finding("settings", "ok", words)


def _vocabulary(settings: Settings) -> Finding:
    found = open_vocabulary(settings)
    terms = len(list(found.glossary))
    replaced, everyday = len(found.status_map.replacements), len(found.everyday)
    return Finding("vocabulary", "ok", f"{terms} terms, {replaced} replaced terms, {everyday} everyday words.")


def _model(settings: Settings) -> Finding:
    try:
        torch = version("torch")
    except PackageNotFoundError:
        torch = "absent"
    cosine = serves_natively(settings.model, settings.data_dir / "models")
    name = settings.embedding_model
    if cosine is None:
        return Finding("model", "note", f"{name} has not been exported yet; lmc ingest does it once.")
    if cosine < LEAST_COSINE:
        return Finding(
            "model",
            "note",
            f"{name}: the export differs (cosine {cosine:.6f}), so sentence-transformers serves, slowly.",
        )
    return Finding(
        "model", "ok", f"{name}, {settings.embedding_precision}, by onnxruntime (torch {torch} only exports)."
    )


def _reading(settings: Settings) -> Finding:
    reader = open_reading_model(settings)
    if reader is None:
        words = "turned off by LMC_READING_MODEL; fewer right passages come first and less is declined."
        return Finding("reading", "note", words)
    return Finding("reading", "ok", f"{settings.reading_model} ({reader.fingerprint}), by onnxruntime.")


def _index(settings: Settings) -> Finding:
    store = open_store(settings)
    snapshot = store.open()
    wrong = store.verify(snapshot.generation)
    if wrong:
        return Finding("index", "wrong", wrong)
    failed = [item.document.key for item in snapshot.documents() if item.report.state == "failed"]
    meta = snapshot.meta
    words = f"generation {meta.id}, {meta.document_count} documents, {meta.passage_count} passages"
    if snapshot.generation != store.live():
        return Finding("index", "wrong", f"the live generation is damaged; {words} serves instead; run lmc ingest.")
    if failed:
        return Finding("index", "note", f"{words}; {len(failed)} could not be read: {', '.join(failed[:5])}.")
    return Finding("index", "ok", words + ".")


def _ocr(settings: Settings) -> Finding:
    if settings.ocr == "off":
        return Finding("ocr", "note", "turned off by LMC_OCR; scanned pages are reported, not read.")
    if find_tesseract(settings.ocr_language) is None:
        return Finding("ocr", "note", "tesseract is not installed; scanned pages are reported, not read.")
    return Finding("ocr", "ok", f"tesseract reads scanned pages ({settings.ocr_language}).")


def _records(settings: Settings) -> Finding:
    from records import Records

    with Records.open(records_url(settings)) as records:
        state = records.inbox.state()
    words = f"{state.waiting} items wait in the inbox, {state.failed} were given up with an apology."
    return Finding("records", "ok" if not state.failed else "note", words)


def _pages(_: Settings) -> Finding:
    from web.static import front_end

    if front_end() is None:
        return Finding(
            "pages", "note", "the NHS.UK front end is not there, so pages look plainer; run scripts/frontend."
        )
    return Finding("pages", "ok", "the NHS.UK front end is there for the pages to fill in.")


def _slack(settings: Settings) -> Finding:
    if settings.slack_bot_token is None:
        return Finding("slack", "note", "no SLACK_BOT_TOKEN is set; lmc localslack tries the bot without Slack.")
    from bot.connect import reading_client, who_am_i

    team, bot = who_am_i(reading_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    other = "SLACK_SIGNING_SECRET" if settings.slack_mode == "http" else "SLACK_APP_TOKEN"
    if not getattr(settings, other.lower()):
        return Finding("slack", "wrong", f"{other} is not set; docs/install-slack.md says where to find it.")
    if not settings.officers_channel:
        return Finding(
            "slack", "note", f"workspace {team}, bot {bot}; LMC_OFFICERS_CHANNEL is not set, so nobody can be asked."
        )
    return Finding("slack", "ok", f"workspace {team}, bot {bot}.")


def _answering(settings: Settings) -> Finding:
    answerer = open_answerer(settings)
    answerer.ask(asking_of(settings, EXAMPLES[0]))
    began = time.perf_counter()
    outcome = answerer.ask(asking_of(settings, EXAMPLES[0]))
    return Finding("answering", "ok", f"{outcome.kind} in {(time.perf_counter() - began) * 1000:.0f} ms.")
