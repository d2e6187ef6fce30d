"""Databases for tests: one per worker with the register and the starter pack in it, and copies of it to spoil.

Most tests run in a transaction on the worker's database (pytest-django's `db`). A test that commits, kills a process
or starts another asks for `own_database`: a copy of the pristine one, dropped afterwards. Nothing is ever flushed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from psycopg2.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from tests.audit.owner import as_owner_of

TEMPLATE_SUFFIX = "_pristine"
# Only in the worker's own database, and in no copy of it.
_OWNERS_HAND = """
    CREATE OR REPLACE FUNCTION tests_as_owner(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    AS $$ BEGIN EXECUTE statement; END $$
"""


def as_published(statement: str, *parameters: object) -> None:
    """Change rows that the portal itself may never change, in the test's own transaction: what if this were published?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_as_owner(%s)", [cursor.mogrify(statement, parameters).decode()])


def _as_owner(statement: str, *names: str, database: str = "postgres") -> None:
    """Run one statement as `slip_owner`, outside any transaction."""
    with as_owner_of(database) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(SQL(statement).format(*map(Identifier, names)))


@contextmanager
def database_named(name: str) -> Iterator[str]:
    """Make the default connection speak to another database, as slip_app, for a while."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The worker's database with the register, the definitions and the starter pack; and a pristine copy of it."""
    from lg_inform.actions.definitions import load_definitions
    from lg_inform.actions.starter_pack import load_starter_pack
    from slip.audit.actors import SYSTEM
    from slip.directory.actions import load_register

    with django_db_blocker.unblock():
        # pytest-django would make no database where every test chosen has one of its own.
        made = setup_databases(verbosity=0, interactive=False, aliases=["default"])
        load_register(by=SYSTEM)
        load_definitions(by=SYSTEM)
        load_starter_pack(by=SYSTEM)
        name = connection.settings_dict["NAME"]
        connections.close_all()
        _as_owner("DROP DATABASE IF EXISTS {}", name + TEMPLATE_SUFFIX)
        _as_owner("CREATE DATABASE {} TEMPLATE {}", name + TEMPLATE_SUFFIX, name)
        _as_owner(_OWNERS_HAND, database=name)
    yield
    with django_db_blocker.unblock():
        _as_owner("DROP DATABASE IF EXISTS {}", name + TEMPLATE_SUFFIX)
        connections.close_all()
        teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of this test's own, where commits are real; its name is in SLIP_TEST_DATABASE for other processes."""
    base = connection.settings_dict["NAME"]
    name = f"{base}_own"
    with django_db_blocker.unblock():
        _as_owner("DROP DATABASE IF EXISTS {}", name)
        _as_owner("CREATE DATABASE {} TEMPLATE {}", name, base + TEMPLATE_SUFFIX)
        with database_named(name):
            os.environ["SLIP_TEST_DATABASE"] = name
            try:
                yield name
            finally:
                del os.environ["SLIP_TEST_DATABASE"]
        _as_owner("DROP DATABASE IF EXISTS {}", name)
