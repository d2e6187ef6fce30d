"""A cache that may vanish: with Redis gone a read is a miss and a write is nothing, and the page still comes."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)


def _softly(name: str, without_server: Callable[..., Any]) -> Callable[..., Any]:
    operation = getattr(RedisCache, name)

    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return operation(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("cache_unreachable", operation=name, error=type(error).__name__)
            return without_server(*args, **kwargs)

    method.__name__ = name
    return method


class SoftRedisCache(RedisCache):
    """Django's Redis cache, with every error of the server turned into a miss. Hold nothing here that matters."""

    get = _softly("get", lambda key, default=None, version=None: default)
    get_many = _softly("get_many", lambda *a, **k: {})
    has_key = _softly("has_key", lambda *a, **k: False)
    add = _softly("add", lambda *a, **k: True)
    set = _softly("set", lambda *a, **k: None)
    set_many = _softly("set_many", lambda data, *a, **k: list(data))
    touch = _softly("touch", lambda *a, **k: False)
    delete = _softly("delete", lambda *a, **k: False)
    delete_many = _softly("delete_many", lambda *a, **k: None)
    incr = _softly("incr", lambda key, delta=1, version=None: delta)
    clear = _softly("clear", lambda *a, **k: False)
