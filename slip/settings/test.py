"""Settings of the test run: the real servers that `tests/servers.py` starts, and the same two logins."""

import os

from slip.settings.base import *  # noqa: F403
from slip.settings.base import STORAGES, env, services

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_redis = env.str("SLIP_TEST_REDIS_URL")
DATABASES, CACHES = services(env.str("SLIP_TEST_APP_URL"), _redis)
_owner = env.db_url("SLIP_TEST_OWNER_URL")
DATABASES["default"] |= {
    "ENGINE": "tests.two_logins",
    "OWNER": {"USER": _owner["USER"], "PASSWORD": _owner["PASSWORD"]},
    "CONN_MAX_AGE": 0,
}
# A process that a test starts beside itself (a worker, a command) is told which test database is meant.
if "SLIP_TEST_DATABASE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["SLIP_TEST_DATABASE"]
CACHES["default"]["KEY_PREFIX"] = f"worker{_worker}"
CELERY_BROKER_URL = f"{_redis.rstrip('/')}/{2 + _worker}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = env.str("SLIP_TEST_MEDIA")
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
