"""What the serving login may do. Run after every migrate, by the owner; the server refuses the rest."""

from typing import Any

from django.conf import settings
from django.db import connections

#: What the serving login may not do, by table. Of every other table it may read, add, change and delete rows.
REVOKED: dict[str, tuple[str, ...]] = {
    # Written once. A figure is corrected by a new release beside the old one.
    "audit_event": ("UPDATE", "DELETE", "TRUNCATE"),
    "lg_inform_observation": ("UPDATE", "DELETE", "TRUNCATE"),
    # Never removed. Until when they stood is written into them.
    "lg_inform_release": ("DELETE", "TRUNCATE"),
    "lg_inform_tenure": ("DELETE", "TRUNCATE"),
    # Written by the owner only.
    "django_migrations": ("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
}


def grant_to_app_role(*, using: str, **_: Any) -> None:
    """Give the app role the rights it needs on every table there is, and take back those it must not have.

    Does nothing where the role is absent (a developer's own database with one login) or where it owns the tables.
    """
    role = settings.DATABASE_APP_ROLE
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return
        quoted = connections[using].ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        existing = set(connections[using].introspection.table_names(cursor))
        for table in existing.intersection(REVOKED):
            cursor.execute(f"REVOKE {', '.join(REVOKED[table])} ON {table} FROM {quoted}")
