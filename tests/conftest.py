"""What every test may ask for: a data folder, a small embedder, a store. Nothing here reaches the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
pytest.register_assert_rewrite("tests.index.store_contract")
# The same examples every time, and no clock: a busy machine is no failure.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

from answer.reader import open_reader  # noqa: E402
from index.embed import Embedder, ModelChoice, open_embedder  # noqa: E402
from index.embedded import EmbeddedStore  # noqa: E402
from tests.fakes import FakeEmbedder  # noqa: E402


@pytest.fixture(scope="session")
def models() -> Path:
    """The exported model, made once for all runs of the tests."""
    folder = Path(__file__).parents[1] / "var" / "test-models"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / "test-models.lock"):
        open_embedder(ModelChoice(), folder)
    return folder


@pytest.fixture(scope="session")
def opened_once() -> Iterator[None]:
    """Models that the product opens stay open for the next test: to open one takes longer than to answer with it."""
    embedder = cache(open_embedder)

    def open_again(choice: ModelChoice, models: Path, *, threads: int = 2) -> Embedder:
        return embedder(choice, models.resolve(), threads=threads)  # each test has a link of its own to the models

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cli.wire.open_embedder", open_again)
        patch.setattr("cli.wire.open_reader", cache(open_reader))
        yield


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def store(data_dir: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(data_dir)
    yield store
    store.close()
