"""Settings that come from the environment, read as an installation reads them: in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from psycopg2.errors import QueryCanceled

from slip.settings.base import services

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "slip.settings.production",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "slip.example",
    "DATABASE_URL": "postgres://slip_app:secret@db.example/slip",
    "REDIS_URL": "redis://redis.example:6379",
}


def production(*names: str, **environment: str) -> list[Any]:
    """The values of these settings of an installation with that environment."""
    program = (
        "import json, sys; from django.conf import settings;"
        "print(json.dumps([getattr(settings, name) for name in sys.argv[1:]]))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLIP_", "DJANGO_"))}
    said = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=settings.BASE_DIR,
        env=kept | PRODUCTION | environment,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def test_forms_are_taken_from_every_name_that_the_portal_has() -> None:
    (origins,) = production("CSRF_TRUSTED_ORIGINS", ALLOWED_HOSTS="slip.example,.council.example")
    assert origins == ["https://slip.example", "https://*.council.example"]


def test_name_and_proxies_come_from_the_environment() -> None:
    names = ("SERVICE_NAME", "SERVICE_SHORT_NAME", "TRUSTED_PROXIES")
    assert production(*names) == ["Sector-Led Improvement Portal", "SLIP", 0]
    given = {"SLIP_SERVICE_NAME": "Compare", "SLIP_SERVICE_SHORT_NAME": "C", "SLIP_TRUSTED_PROXIES": "2"}
    assert production(*names, **given) == ["Compare", "C", 2]


def test_the_database_is_given_as_long_as_the_environment_says() -> None:
    (unlimited,) = production("DATABASES")
    assert unlimited["default"]["OPTIONS"] == {"connect_timeout": 5}
    (limited,) = production("DATABASES", SLIP_STATEMENT_TIMEOUT_MS="15000")
    assert limited["default"]["OPTIONS"] == {"connect_timeout": 5, "options": "-c statement_timeout=15000"}


def test_a_question_that_takes_too_long_is_given_up(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIP_STATEMENT_TIMEOUT_MS", "50")
    databases, _ = services("postgres://unused/unused", "redis://unused")
    parameters = connection.get_connection_params() | databases["default"]["OPTIONS"]
    impatient = connection.get_new_connection(parameters)
    try:
        with impatient.cursor() as cursor:
            cursor.execute("SELECT 1")
            with pytest.raises(QueryCanceled, match="statement timeout"):
                cursor.execute("SELECT pg_sleep(5)")
    finally:
        impatient.close()
