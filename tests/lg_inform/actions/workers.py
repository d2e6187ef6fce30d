"""A real Celery worker beside the test, which can be killed at a known point of its work."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis
from django.conf import settings
from django.db import connection

from slip.outbox.models import Job
from tests.audit.owner import as_owner_of
from tests.conftest import ROOT

PATIENCE = 60.0


class Worker:
    """One prefork worker with one child, as an installation runs it, on the test's own database and broker."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "slip", "worker", "--pool", "prefork", "--concurrency", "1"]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the worker
        self._process = subprocess.Popen(
            [*command, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "slip.settings.test"},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def last_words(self) -> str:
        """The end of what it wrote."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-4000:]

    def kill(self) -> None:
        """End the worker and its child at once, as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it in order, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def worker() -> Iterator[Worker]:
    """A worker for the length of a block, ended in order afterwards."""
    started = Worker()
    try:
        yield started
    except BaseException:
        print(started.last_words())  # pytest shows it with the failure
        raise
    finally:
        started.stop()


def forget_earlier_work() -> None:
    """Forget the messages of earlier tests of this process, and what loading the figures has promised."""
    Job.objects.all().delete()
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.flushdb()


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something to become true; fails, naming it, after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


@contextmanager
def writing_barred(database: str, table: str) -> Iterator[Callable[[], bool]]:
    """Let nobody write to a table; yields a function that says whether somebody waits to."""
    with as_owner_of(database) as owner:
        with owner.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")

        def somebody_waits() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND relation = %s::regclass",
                    [table],
                )
                return bool(cursor.fetchone()[0])

        yield somebody_waits
