"""The cache may vanish at any moment: reads miss, writes are nothing, and every page still comes."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from slip.embedded.processes import free_port
from slip.operations.cache import SoftRedisCache

OPTIONS = {"OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1}}


@pytest.fixture
def gone() -> SoftRedisCache:
    """A cache whose server is not there."""
    return SoftRedisCache(f"redis://127.0.0.1:{free_port()}/1", OPTIONS)


@pytest.fixture
def silent() -> Iterator[SoftRedisCache]:
    """A cache whose server takes the call and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield SoftRedisCache(f"redis://127.0.0.1:{listener.getsockname()[1]}/1", OPTIONS)


def test_while_the_server_is_there_it_is_a_cache():
    cache.set("a", 1, 60)
    cache.set_many({"b": 2, "c": [3]})
    assert cache.get_many(["a", "b", "c", "d"]) == {"a": 1, "b": 2, "c": [3]}
    assert cache.incr("a", 4) == 5
    assert cache.has_key("b")
    assert cache.add("b", "other") is False
    assert cache.touch("b", 30)
    assert cache.delete("b")
    assert cache.get("b", "gone") == "gone"
    cache.delete_many(["a", "c"])
    assert cache.get("a") is None


def test_without_its_server_every_operation_is_quiet(gone: SoftRedisCache):
    assert gone.get("a") is None
    assert gone.get("a", "otherwise") == "otherwise"
    assert gone.get_many(["a", "b"]) == {}
    assert gone.set("a", 1, 60) is None
    assert gone.set_many({"a": 1, "b": 2}) == ["a", "b"]  # those that could not be set
    assert gone.add("a", 1) is True
    assert gone.has_key("a") is False
    assert "a" not in gone
    assert gone.touch("a") is False
    assert gone.delete("a") is False
    assert gone.delete_many(["a", "b"]) is None
    assert gone.incr("a") == 1
    assert gone.incr("a", 5) == 5
    assert gone.decr("a", 5) == -5
    assert gone.clear() is False
    assert gone.get_or_set("a", lambda: 7) == 7
    gone.close()


def test_it_is_noted_in_the_log(gone: SoftRedisCache, caplog: pytest.LogCaptureFixture):
    gone.get("a")
    (record,) = [record for record in caplog.records if "cache_unreachable" in record.getMessage()]
    assert "'operation': 'get'" in record.getMessage()


def test_a_server_that_never_answers_costs_a_moment_and_no_more(silent: SoftRedisCache):
    started = time.monotonic()
    assert silent.get("a", "otherwise") == "otherwise"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/scorecards/",
        "/scorecards/?q=essex",
        "/scorecards/thurrock/",
        "/scorecards/thurrock.csv",
        "/health/ready/",
    ],
)
def test_without_redis_every_page_still_comes(db, client: Client, settings, path: str):
    nowhere = settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{free_port()}/1"}
    settings.CACHES = {"default": nowhere}
    assert cache.get("a") is None
    assert client.get(path).status_code == 200
