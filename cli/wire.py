"""The composition root: settings in, the working parts out."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
from functools import partial
from typing import TYPE_CHECKING

from answer.answerer import Answerer, Vocabulary
from answer.everyday import EverydayWords
from answer.offer import Offers
from answer.reader import OFF, Reader, find_reader, open_reader
from assess.shelf import FILE, Shelf
from cli.settings import Settings
from corpus.everyday import load_everyday
from corpus.glossary import load_glossary
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from index.embed import Embedder, open_embedder
from index.embedded import EmbeddedStore
from index.store import Snapshot

if TYPE_CHECKING:
    from ingest.desk import Desk

if TYPE_CHECKING:
    from records.columns import Json


def open_store(settings: Settings) -> EmbeddedStore:
    return EmbeddedStore(settings.data_dir)


def open_model(settings: Settings, *, threads: int = 2) -> Embedder:
    return open_embedder(settings.model, settings.data_dir / "models", threads=threads)


def open_reading_model(settings: Settings, *, threads: int = 2) -> Reader | None:
    """The model that reads question and passage together; None where it is turned off."""
    if settings.reading_model == OFF:
        return None
    return open_reader(find_reader(settings.reading_model), threads=threads)


def open_vocabulary(settings: Settings) -> Vocabulary:
    return Vocabulary(
        load_glossary(settings.glossary),
        load_status_map(settings.status_map),
        Offers(load_tools(settings.tools)),
        EverydayWords(load_everyday(settings.everyday_words)),
    )


def open_answerer(settings: Settings, snapshot: Snapshot | None = None) -> Answerer:
    """Everything that answering needs, over the live generation."""
    found = snapshot or open_store(settings).open()
    today = dt.datetime.now().astimezone().date()
    reader = open_reading_model(settings)
    return Answerer(found, open_model(settings), open_vocabulary(settings), today, reader=reader)


def open_desk(settings: Settings, embedder: Embedder | None = None) -> Desk:
    """The librarian's desk; `embedder` is a model that is open already, else one is opened when it is needed."""
    # Here, so that a question need not wait for what reads documents.
    from ingest.describe import reader_pools
    from ingest.desk import Desk
    from ingest.pipeline import Options
    from ingest.readers.ocr import find_tesseract

    tesseract = find_tesseract(settings.ocr_language) if settings.ocr == "auto" else None
    return Desk(
        settings.data_dir,
        (lambda: embedder) if embedder else partial(open_model, settings),
        readers=reader_pools(
            timeout_s=settings.reader_timeout_s,
            memory_bytes=settings.reader_memory_mb * 1024 * 1024,
            ocr_language=settings.ocr_language if tesseract else None,
        ),
        options=Options(settings.passage_chars, tesseract is not None),
        library=settings.library,
    )


def open_shelf(settings: Settings) -> Shelf:
    """Where the passages behind reports lie between two starts; those of another model or vocabulary are not used."""
    files = (
        settings.glossary or shipped("glossary.csv"),
        settings.status_map or shipped("status_map.toml"),
        settings.everyday_words or shipped("everyday.csv"),
    )
    words = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    return Shelf(settings.data_dir / FILE, f"{settings.model} {settings.reading_model} {words}")


def note_change(settings: Settings, action: str, thing: str = "", **details: Json) -> None:
    """Write into the audit trail who changed the library from this machine: the user's name here, and the change."""
    from records import Records

    with Records.open(records_url(settings)) as records:
        records.audit.note(f"cli:{getpass.getuser()}", action, thing, **details)


def records_url(settings: Settings) -> str:
    """Where the records are kept: a SQLite file in the data folder, unless LMC_RECORDS_URL says otherwise."""
    if settings.records_url is not None:
        return settings.records_url.get_secret_value()
    return f"sqlite:///{(settings.data_dir / 'records.sqlite').resolve()}"
