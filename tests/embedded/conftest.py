"""State folders for servers that a test starts, stops and kills itself, apart from those the other tests run on."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slip.embedded.servers import Servers, start_servers


def make_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="slip-test-state-"))


@pytest.fixture
def state_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that is also the default state folder. pytest's own temporary folders bar other accounts."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = make_folder()
    monkeypatch.setenv("SLIP_STATE", str(folder))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def another_folder() -> Iterator[Path]:
    """A second empty folder that can be a state folder."""
    folder = make_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(state_folder: Path) -> Iterator[Callable[..., Servers]]:
    """Starts durable servers in the state folder, as the demo does; whatever still runs is stopped after the test."""
    started: list[Servers] = []

    def start_again(**options: bool) -> Servers:
        started.append(start_servers(state_folder, **options))
        return started[-1]

    yield start_again
    for servers in started:
        servers.stop()


@pytest.fixture
def other_account() -> int | None:
    """An ordinary user to run a program as: `nobody` when the tests run as root, ourselves otherwise."""
    return 65534 if os.geteuid() == 0 else None
