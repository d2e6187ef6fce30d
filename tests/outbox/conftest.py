"""A broker of the test's own, so that it can be stopped and so that nobody else's messages are in it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import current_app

from slip.embedded.servers import start_and_wait
from slip.embedded.state import State
from slip.embedded.valkey import EmbeddedValkey, find_valkey
from slip.outbox.models import Job


class Broker:
    """A real Valkey that a test may stop and start; the portal in this process speaks to it while the test runs."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._server = EmbeddedValkey(state, find_valkey(state), durable=True)
        self.start()

    @property
    def url(self) -> str:
        return self._server.url

    def start(self) -> None:
        start_and_wait(self._state, self._server)

    def stop(self) -> None:
        self._server.stop()

    def messages(self) -> int:
        """How many tasks wait in the queue."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.llen("celery"))


@pytest.fixture
def empty_outbox() -> None:
    """No promise but the test's own; asked for after the database."""
    Job.objects.all().delete()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    folder = Path(tempfile.mkdtemp(prefix="slip-test-state-"))
    broker = Broker(State(folder))
    monkeypatch.setenv("CELERY_BROKER_URL", f"{broker.url}/0")
    # Celery keeps connections to the broker it met first; this test's are its own.
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    monkeypatch.setattr(current_app, "_pool", None)
    try:
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)
