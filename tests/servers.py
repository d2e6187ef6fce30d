"""pytest plugin, loaded by `-p tests.servers`: real PostgreSQL and Valkey for the run, before Django reads its settings.

The controller starts them once; xdist's workers inherit the addresses and each builds its own database.
"""

import os
import shutil
import tempfile

import pytest

from slip.embedded.servers import Servers, start_servers

_servers: Servers | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    global _servers
    if "SLIP_TEST_APP_URL" in os.environ:
        return
    _servers = start_servers(durable=False, owner_creates_databases=True)
    os.environ["SLIP_TEST_APP_URL"] = _servers.app_url
    os.environ["SLIP_TEST_OWNER_URL"] = _servers.owner_url
    os.environ["SLIP_TEST_REDIS_URL"] = _servers.redis_url
    os.environ["SLIP_TEST_MEDIA"] = tempfile.mkdtemp(prefix="slip-test-media-")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _servers is not None:
        _servers.stop()
        shutil.rmtree(os.environ["SLIP_TEST_MEDIA"], ignore_errors=True)
