"""Settings for an installation: everything that differs comes from the environment (see docs/operations.md)."""

from slip.settings.base import *  # noqa: F403
from slip.settings.base import env, services

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
# A name with a dot before it stands for every name below it, which origins write with a star.
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS]
DATABASES, CACHES = services(env.str("DATABASE_URL"), env.str("REDIS_URL"))
CELERY_BROKER_URL = f"{env.str('REDIS_URL').rstrip('/')}/0"
MEDIA_ROOT = env.str("MEDIA_ROOT", default="/var/lib/slip/media")

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
