"""The drill: what a backup holds comes back exactly, on this server or another, or nothing changes at all."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from slip.embedded.servers import Servers, start_servers

# One portal serves all of these: they stay in one process of the run.
pytestmark = pytest.mark.xdist_group("backup")

PROJECT = Path(__file__).resolve().parents[2]

OUR_TABLES = """
SELECT c.relname, COALESCE(array_to_string(c.relacl, ' '), '') FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S')
"""
DEFAULT_GRANTS = "SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl ORDER BY 1"


@dataclass
class Portal:
    """A server of its own with a folder of uploads, and the command line as one of the two roles."""

    servers: Servers
    state: Path

    @property
    def media(self) -> Path:
        return self.state / "media"

    def manage(self, *arguments: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "slip.settings.demo",
            "DATABASE_URL": url or self.servers.owner_url,
            "REDIS_URL": self.servers.redis_url,
            "SECRET_KEY": "only-for-tests",
            "SLIP_STATE": str(self.state),
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True
        )

    def execute(self, statement: str, url: str | None = None) -> list[tuple]:
        connection = psycopg2.connect(url or self.servers.owner_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def content(self) -> dict[str, tuple[int, str]]:
        """For each table, how many rows it has and a digest of them, in any order."""
        tables = [name for (name,) in self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        digest = "SELECT count(*), COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
        return {table: self.execute(digest.format(table))[0] for table in tables}

    def grants(self) -> tuple[list[tuple], list[tuple]]:
        return sorted(self.execute(OUR_TABLES)), self.execute(DEFAULT_GRANTS)

    def uploads(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.media).as_posix(): path.read_bytes()
            for path in self.media.rglob("*")
            if path.is_file()
        }


def start_portal() -> Iterator[Portal]:
    servers = start_servers(durable=False)
    state = Path(tempfile.mkdtemp(prefix="slip-test-state-"))
    try:
        yield Portal(servers, state)
    finally:
        servers.stop()
        shutil.rmtree(state)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """A portal with the register of councils in its database, and two uploaded files."""
    for portal in start_portal():
        migrated = portal.manage("migrate")
        assert migrated.returncode == 0, migrated.stderr
        loaded = portal.manage("load_register", url=portal.servers.app_url)
        assert loaded.returncode == 0, loaded.stderr
        (portal.media / "imports" / "2026").mkdir(parents=True)
        (portal.media / "imports" / "2026" / "waste.ods").write_bytes(os.urandom(100_000))
        (portal.media / "Ynys Môn.csv").write_text("name,value\nYnys Môn,1\n")
        yield portal


@pytest.fixture
def another_portal() -> Iterator[Portal]:
    """A server with the two roles and an empty database."""
    yield from start_portal()


@pytest.fixture(scope="module")
def backup(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backups") / "slip.backup"
    made = portal.manage("backup", str(target))
    assert made.returncode == 0, made.stderr
    assert "2 uploaded files" in made.stdout
    return target


def test_restore_brings_back_rows_files_and_rights_after_a_loss(portal: Portal, backup: Path) -> None:
    content, grants, uploads = portal.content(), portal.grants(), portal.uploads()
    assert sum(rows for rows, _ in content.values()) > 1000

    portal.execute(
        "DROP TABLE django_session CASCADE; TRUNCATE django_content_type CASCADE; CREATE TABLE stray (n serial)"
    )
    portal.execute("CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE strays AS ENUM ('a')")
    shutil.rmtree(portal.media / "imports")
    (portal.media / "later.csv").write_text("not in the backup")

    refused = portal.manage("restore", str(backup))
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: The database is not empty: add --replace")
    assert "django_session" not in portal.content()

    restored = portal.manage("restore", str(backup), "--replace")
    assert restored.returncode == 0, restored.stderr
    assert portal.content() == content
    assert portal.grants() == grants
    assert portal.uploads() == uploads
    assert portal.execute("SELECT count(*) FROM pg_proc WHERE proname = 'stray'") == [(0,)]


def test_backup_restores_on_another_server_where_the_app_then_works(
    portal: Portal, another_portal: Portal, backup: Path
) -> None:
    restored = another_portal.manage("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert another_portal.content() == portal.content()
    assert another_portal.grants() == portal.grants()
    assert another_portal.uploads() == portal.uploads()

    app = another_portal.servers.app_url
    again = another_portal.manage("load_register", url=app)
    assert again.returncode == 0, again.stderr
    another_portal.execute("INSERT INTO auth_group (name) VALUES ('made after the restore')", app)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        another_portal.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())", app)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        another_portal.execute("CREATE TABLE mine (id int)", app)
    assert another_portal.manage("migrate", "--check").returncode == 0


@pytest.mark.parametrize("damage", ["one byte of the dump", "cut short", "not a backup", "absent"])
def test_damaged_backup_is_refused_and_changes_nothing(
    portal: Portal, backup: Path, tmp_path: Path, damage: str
) -> None:
    damaged = tmp_path / "damaged.backup"
    content = bytearray(backup.read_bytes())
    if damage == "one byte of the dump":
        content[5000] ^= 1
    elif damage == "cut short":
        del content[len(content) // 2 :]
    elif damage == "not a backup":
        content[:] = b"name,value\n" * 1000
    if damage != "absent":
        damaged.write_bytes(content)
    before = portal.content()
    refused = portal.manage("restore", str(damaged), "--replace")
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: ")
    assert "Traceback" not in refused.stderr
    assert portal.content() == before


def test_restore_that_comes_out_different_is_not_committed(portal: Portal, backup: Path, tmp_path: Path) -> None:
    dishonest = tmp_path / "dishonest.backup"
    with tarfile.open(backup) as source, tarfile.open(dishonest, "w") as target:
        for member in source:
            file = source.extractfile(member)
            if member.name == "manifest.json":
                manifest = json.load(file)
                manifest["tables"]["django_content_type"] += 1
                changed = json.dumps(manifest).encode()
                member.size, file = len(changed), io.BytesIO(changed)
            target.addfile(member, file)
    content, uploads = portal.content(), portal.uploads()
    refused = portal.manage("restore", str(dishonest), "--replace")
    assert refused.returncode == 1
    assert "The database was left as it was" in refused.stderr
    assert "django_content_type" in refused.stderr
    assert portal.content() == content
    assert portal.uploads() == uploads


def test_backup_is_private_whole_and_made_by_the_owner_only(portal: Portal, backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]

    again = portal.manage("backup", str(backup))
    assert again.returncode == 1
    assert f"{backup} exists already" in again.stderr

    as_app = portal.manage("backup", str(backup.with_name("other")), url=portal.servers.app_url)
    assert as_app.returncode == 1
    assert "This is done as slip_owner, who owns the database, and DATABASE_URL names slip_app." in as_app.stderr
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
