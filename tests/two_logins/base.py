"""A database engine for tests that keeps the two logins apart, as an installation does.

The test database is made, migrated, flushed and dropped by `slip_owner`; everything else connects as `slip_app`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db.backends.postgresql import base, creation, operations


class DatabaseCreation(creation.DatabaseCreation):
    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        settings = self.connection.settings_dict
        app = {key: settings[key] for key in ("USER", "PASSWORD")}
        self.connection.close()
        settings.update(settings["OWNER"])
        try:
            yield
        finally:
            self.connection.close()
            settings.update(app)

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        with self._as_owner():
            return super().create_test_db(*args, **kwargs)

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        with self._as_owner():
            super().destroy_test_db(*args, **kwargs)


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list: list[str]) -> None:
        settings = self.connection.settings_dict
        owner = psycopg2.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            dbname=settings["NAME"],
            user=settings["OWNER"]["USER"],
            password=settings["OWNER"]["PASSWORD"],
        )
        try:
            with owner, owner.cursor() as cursor:
                for sql in sql_list:
                    cursor.execute(sql)
        finally:
            owner.close()


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations
