"""Settings that every installation shares. Secrets come from the environment, or from a file named by `<NAME>_FILE`."""

from pathlib import Path

import structlog
from csp.constants import NONCE, NONE, SELF
from environ import FileAwareEnv

from slip.schedule import BEAT_SCHEDULE

env = FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parents[2]

# The name shown to people. "SLIP" is also the name of another national programme, so it can be changed here.
SERVICE_NAME = env.str("SLIP_SERVICE_NAME", default="Sector-Led Improvement Portal")
SERVICE_SHORT_NAME = env.str("SLIP_SERVICE_SHORT_NAME", default="SLIP")

DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "slip.audit",
    "slip.outbox",
    "slip.operations",
    "slip.design_system",
    "slip.directory",
    "lg_inform",
    "slip.pages",
    "slip.embedded",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pages of figures shrink to a tenth. Django masks its CSRF tokens and pads what it compresses.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "slip.operations.request_ids.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "slip.pages.middleware.PlainTroubleMiddleware",
]

ROOT_URLCONF = "slip.urls"
WSGI_APPLICATION = "slip.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "slip.design_system.context_processors.service",
            ],
        },
    }
]
FORM_RENDERER = "slip.design_system.forms.ComponentRenderer"

# One schema, two logins: whoever serves or works connects as `slip_app`, which owns nothing;
# only migrating, backing up and restoring is done as `slip_owner`. Each process is given the one it needs.
DATABASE_APP_ROLE = env.str("SLIP_DATABASE_APP_ROLE", default="slip_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "directory.User"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        # The hash is that of the empty string: Plotly adds one empty <style> for its toolbar.
        "style-src": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}

# How many of our own proxies stand before the web process. With none, nobody is believed about who they ask for.
TRUSTED_PROXIES = env.int("SLIP_TRUSTED_PROXIES", default=0)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Third-party assets are built here from pinned packages by `make setup`; git ignores the folder.
STATICFILES_DIRS += [BASE_DIR / "static_built"]
STATIC_ROOT = BASE_DIR / "static_collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # the worker logs as everything else does
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# Limits on what may be read from a file, looked at before anything is parsed.
IMPORT_LIMITS = {
    "bytes": 64 * 1024 * 1024,
    "unpacked_bytes": 512 * 1024 * 1024,  # of a workbook, whose sheets are read one at a time
    "text_bytes": 128 * 1024 * 1024,  # of a CSV file once unpacked: as a table it takes many times as much memory
    "rows": 2_000_000,
    "columns": 1_000,
    "cells": 20_000_000,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def services(database_url: str, redis_url: str) -> tuple[dict, dict]:
    """DATABASES and CACHES for one Postgres address and one Redis address (databases 0 for Celery, 1 for the cache)."""
    options: dict[str, str | int] = {"connect_timeout": 5}
    # For pages only: an import or a migration may take its time.
    if statement_timeout := env.int("SLIP_STATEMENT_TIMEOUT_MS", default=0):
        options["options"] = f"-c statement_timeout={statement_timeout}"
    database = env.db_url_config(database_url) | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
    cache = {
        "BACKEND": "slip.operations.cache.SoftRedisCache",
        "LOCATION": f"{redis_url.rstrip('/')}/1",
        "TIMEOUT": 3600,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
    return {"default": database}, {"default": cache}
