"""The whole bot in this process: real Bolt, socket, inbox, index and model, in the Slack on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.serve import Service
from cli.serve import open_service
from corpus.manifest import load_library
from index.embed import Embedder, ModelChoice, open_embedder
from index.embedded import EmbeddedStore
from ingest.pipeline import Ingest, Options
from ingest.read import SUFFIXES
from ingest.register import Registered, register
from records.open import Records
from tests.bot.anytown import FILES, MANIFEST, settings_for
from tests.bot.town import Town
from tests.fakes import DirectReader, QuietProgress, write_library

Bot = Service
StartBot = Callable[..., Service]


@pytest.fixture(scope="session")
def model(models: Path) -> Embedder:
    return open_embedder(ModelChoice(), models, threads=1)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Path:
    """A data folder with the library above, to be copied."""
    root = tmp_path_factory.mktemp("anytown")
    folder = write_library(root / "library", FILES, MANIFEST)
    store = EmbeddedStore(root / "data")
    library = load_library(folder, sorted(SUFFIXES))
    Ingest(store, model, DirectReader, QuietProgress(), Options()).run([library])
    store.close()
    register(root / "data", [Registered(folder, "anytown")])
    # The tables too are made once: to make them takes longer than to answer.
    Records.open(f"sqlite:///{root / 'data' / 'records.sqlite'}").close()
    return root / "data"


@pytest.fixture
def slack() -> Iterator[Town]:
    # Slack waits three seconds for an acknowledgement; a machine that does other things too may take longer than that,
    # and how long the bot takes is measured by the benchmarks.
    with Town(link_hosts=["anytown-lmc.example"], ack_timeout_s=6.0) as slack:
        yield slack


@pytest.fixture
def start_bot(
    slack: Town, indexed: Path, models: Path, opened_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartBot]:
    """Starts bots in the local Slack; any field of the settings may be given."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    data = tmp_path / "data"
    shutil.copytree(indexed, data)
    (data / "models").symlink_to(models, target_is_directory=True)
    with ExitStack() as stack:

        def start(**given: object) -> Service:
            service = open_service(settings_for(slack, data, **given))
            service.start()
            stack.callback(service.stop)
            slack.wait_for(lambda: service.health().is_well)
            return service

        yield start


@pytest.fixture
def bot(start_bot: StartBot) -> Service:
    return start_bot()
