"""The SQL around a restore: what clears the way, and what must hold before the change is committed."""

from psycopg2.extensions import QuotedString


def before_restore(extensions: list[str], app_role: str) -> str:
    """Begin; drop what is ours and keep extensions; forget the default grants, because the dump brings exact ones."""
    role = _identifier(app_role)
    return "\n".join(
        [
            "BEGIN;",
            "SET LOCAL client_min_messages = warning;",
            # Sessions of the portal hold locks for moments only; one that holds longer is work that should end first.
            "SET LOCAL lock_timeout = '30s';",
            DROP_OURS,
            *(f"CREATE EXTENSION IF NOT EXISTS {_identifier(name)};" for name in extensions),
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role};",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {role};",
            "",
        ]
    )


def after_restore(tables: dict[str, int]) -> str:
    """Compare the number of rows of every table with the backup's manifest, and commit."""
    checks = [
        CHECK_ROWS.format(table=_identifier(table), name=_literal(table), rows=int(rows))
        for table, rows in tables.items()
    ]
    return "\n".join(["", "DO $check$ BEGIN", *checks, "NULL; END $check$;", "COMMIT;", "ANALYZE;", ""])


CHECK_ROWS = """
IF (SELECT count(*) FROM public.{table}) <> {rows} THEN
    RAISE EXCEPTION 'the restored table % does not have its % rows', {name}, {rows};
END IF;
"""

# What belongs to an extension is left out: extensions stay, they may belong to a superuser. The statements are made
# before the first is run, because dropping one thing drops others with it.
DROP_OURS = """
DO $drop$
DECLARE
    drops text[];
    statement text;
BEGIN
    SELECT array_agg(found.drop) INTO drops FROM (
        SELECT format('DROP %s IF EXISTS public.%I CASCADE',
                      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                   WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, relname) AS drop
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
          -- of an extension, or the sequence of a column, which goes with its table
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid
                          AND (d.deptype = 'e' OR (relkind = 'S' AND d.deptype IN ('a', 'i'))))
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
        FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = pg_proc.oid
                          AND d.deptype = 'e')
        UNION ALL
        SELECT format('DROP TYPE IF EXISTS public.%I CASCADE', typname)
        FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = pg_type.oid
                          AND d.deptype = 'e')
    ) AS found;
    FOREACH statement IN ARRAY COALESCE(drops, '{}') LOOP
        EXECUTE statement;
    END LOOP;
END
$drop$;
"""


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return QuotedString(text).getquoted().decode()
