"""What a fresh PostgreSQL needs before the first migration: two roles, one database, three extensions, the grants."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from slip.embedded.postgres import EXTENSIONS, EmbeddedPostgres

DATABASE = "slip"
OWNER = "slip_owner"
APP = "slip_app"

ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# The app's role owns nothing and may change rows only; what the owner makes later is open to it in the same way.
GRANTS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""


def provision(server: EmbeddedPostgres, *, owner_creates_databases: bool) -> None:
    """Make what is missing, and set the roles' rights and passwords to what they should be. Safe to run every time.

    `template1` is treated as the database is, so that one made from it (a test database) is open in the same way.
    """
    owners = "CREATEDB" if owner_creates_databases else "NOCREATEDB"
    with _connected(server, "postgres") as cursor:
        for role, creates_databases in ((OWNER, owners), (APP, "NOCREATEDB")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            statement = sql.SQL(f"{verb} ROLE {{}} {ATTRIBUTES} {creates_databases} PASSWORD %s")
            cursor.execute(statement.format(sql.Identifier(role)), [server.state.secret(role)])
    _open_to_roles(server, "template1")
    with _connected(server, "postgres") as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
    _open_to_roles(server, DATABASE)


def _open_to_roles(server: EmbeddedPostgres, database: str) -> None:
    with _connected(server, database) as cursor:
        for extension in EXTENSIONS:
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        cursor.execute(sql.SQL(GRANTS).format(app=sql.Identifier(APP), owner=sql.Identifier(OWNER)))


@contextmanager
def _connected(server: EmbeddedPostgres, database: str) -> Iterator[Cursor]:
    """A superuser's cursor on one database, committing each statement (CREATE DATABASE takes no transaction)."""
    connection = psycopg2.connect(server.address("postgres", database))
    try:
        connection.autocommit = True
        yield connection.cursor()
    finally:
        connection.close()
