"""Settings of the portal that `make demo` runs, and of `manage.py` beside it while it runs.

Like production in everything but the address: http://localhost has no certificate.
"""

import sys

from slip.embedded.state import State, default_state, read_kept
from slip.settings.base import *  # noqa: F403
from slip.settings.base import env, services

# Only these change what tables there are, or read and write all of them; everything else has the rights of the portal.
OWNER_COMMANDS = {"migrate", "backup", "restore", "flush"}

_state = default_state()
_database_url = env.str("DATABASE_URL", default="")
_redis_url = env.str("REDIS_URL", default="")
if not (_database_url and _redis_url):
    _connections = read_kept(_state / "connections.json")
    if not _connections:
        raise SystemExit("The portal is not running: start it with make demo, or set DATABASE_URL and REDIS_URL.")
    _login = "owner_url" if OWNER_COMMANDS.intersection(sys.argv[1:2]) else "app_url"
    _database_url = _database_url or _connections[_login]
    _redis_url = _redis_url or _connections["redis_url"]

DATABASES, CACHES = services(_database_url, _redis_url)
CELERY_BROKER_URL = f"{_redis_url.rstrip('/')}/0"
SECRET_KEY = env.str("SECRET_KEY", default="") or State(_state).secret("secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
MEDIA_ROOT = _state / "media"
STATIC_ROOT = _state / "static"
