"""The other login: what a test does as `slip_owner`, beside the portal's own connection."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.db import connection
from psycopg2.extensions import connection as Connection


@contextmanager
def as_owner_of(database: str) -> Iterator[Connection]:
    """A connection of the owner to a test's own database; what is not committed is rolled back at the end."""
    settings = connection.settings_dict
    owner = psycopg2.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=database,
        user=settings["OWNER"]["USER"],
        password=settings["OWNER"]["PASSWORD"],
    )
    try:
        yield owner
    finally:
        owner.close()
