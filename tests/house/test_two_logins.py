"""Two database logins: whoever serves owns nothing and may only do what serving needs."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from slip.operations.grants import REVOKED

SETTINGS = Path(settings.BASE_DIR) / "slip" / "settings"

REFUSED = [
    "CREATE TABLE of_its_own (id int)",
    "CREATE SCHEMA of_its_own",
    "CREATE ROLE of_its_own",
    "CREATE EXTENSION hstore",
    "ALTER TABLE lg_inform_metric ADD COLUMN extra int",
    "ALTER TABLE lg_inform_metric OWNER TO current_user",
    "DROP TABLE lg_inform_metric",
    "TRUNCATE lg_inform_observation",
    "TRUNCATE audit_event",
    "CREATE INDEX ON lg_inform_metric (label)",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    "UPDATE django_migrations SET applied = now()",
    "DELETE FROM django_migrations",
    "UPDATE audit_event SET sentence = 'something else'",
    "DELETE FROM audit_event",
    "UPDATE lg_inform_observation SET value = 0",
    "DELETE FROM lg_inform_observation",
    "DELETE FROM lg_inform_release",
    "DELETE FROM lg_inform_tenure",
    "SET ROLE slip_owner",
    "SET SESSION AUTHORIZATION slip_owner",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "COPY lg_inform_metric TO PROGRAM 'cat'",
]


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def test_tests_connect_as_the_portal_does(db):
    assert rows("SELECT current_user, session_user") == [("slip_app", "slip_app")]


def test_the_serving_login_has_no_powers(db):
    powers = rows(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert powers == [(False, False, False, False, False)]
    memberships = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = current_user::regrole"
    assert rows(memberships) == []
    assert rows(
        "SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')"
    ) == [(False, False)]


def test_everything_is_owned_by_the_owner(db):
    owners = rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v', 'm')"
    )
    assert owners == [("slip_owner",)]
    assert rows("SELECT count(*) > 20 FROM pg_tables WHERE schemaname = 'public'") == [(True,)]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_serving_login_is_refused(db, statement: str):
    with (
        pytest.raises(DatabaseError, match=r"denied|must be (owner|superuser)|[Oo]nly roles"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_it_may_do_what_serving_needs_and_no_more(db):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    held = ", ".join(f"has_table_privilege(oid, '{right}')" for right in rights)
    tables = rows(f"SELECT relname, {held} FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    usual = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for table, *answers in tables:
        own = {right for right, has in zip(rights, answers, strict=True) if has}
        assert own == usual - set(REVOKED.get(table, ())), table
    assert {"audit_event", "django_migrations"} <= REVOKED.keys() <= {table for table, *_ in tables}


def environment_read_by(name: str) -> set[str]:
    """The names of environment variables that a settings module reads through `env`."""
    tree = ast.parse((SETTINGS / f"{name}.py").read_text(encoding="utf-8"))
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_production_knows_one_database_address():
    addresses = {name for name in environment_read_by("production") if "DATABASE" in name}
    assert addresses == {"DATABASE_URL"}
    assert not {name for name in environment_read_by("base") if name.endswith("_URL")}


def test_production_connects_as_whom_the_address_says():
    program = (
        "from django.conf import settings; d = settings.DATABASES;"
        "print(len(d), d['default']['USER'], d['default']['NAME'], d['default']['ENGINE'], 'OWNER' in d['default'])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLIP_", "DJANGO_"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "slip.settings.production",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "slip.example",
        "DATABASE_URL": "postgres://slip_app:secret@db.example/slip",
        "DATABASE_OWNER_URL": "postgres://slip_owner:secret@db.example/slip",
        "REDIS_URL": "redis://redis.example:6379",
    }
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert said.stdout.split() == ["1", "slip_app", "slip", "django.db.backends.postgresql", "False"], said.stderr
