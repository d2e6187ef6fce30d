"""Backups: one file with the database and the uploaded files as they were at one moment, and the way back.

A backup is an uncompressed tar of `database.dump` (pg_dump's custom format, compressed), `media/…` and, last,
`manifest.json` with the SHA-256 of each and the number of rows of every table. It holds personal data: mode 0600.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg2
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from psycopg2 import sql

from slip.operations.postgres_programs import PostgresPrograms, client_programs
from slip.operations.restore_script import after_restore, before_restore

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media/"

# Tables, views and sequences of ours, those of extensions left out.
OUR_RELATIONS = """
SELECT c.relname, c.relkind FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""


class BackupError(Exception):
    """A backup was not made or not restored. The message is one plain sentence, and nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: `tables` gives rows by table, `files` gives SHA-256 and bytes by name within the backup."""

    format: int
    made_at: str
    server_version: int
    app_role: str
    extensions: list[str]
    tables: dict[str, int]
    files: dict[str, dict[str, Any]]
    media_elsewhere: bool


def make_backup(target: Path) -> Manifest:
    """Write a backup to `target`, whole or not at all. The portal may go on working meanwhile.

    Raises BackupError when `target` exists, when we are not logged in as the database's owner, or when pg_dump fails.
    """
    if target.exists():
        raise BackupError(f"{target} exists already: give another name, or move it away first.")
    partial = target.with_name(f".{target.name}.partial")
    dump = target.with_name(f".{target.name}.dump")
    try:
        with _snapshot() as (cursor, snapshot):
            tables = _count_rows(cursor)
            extensions = _extensions(cursor)
            version = cursor.connection.server_version
            _write_dump(_programs(version), cursor.connection, snapshot, dump)
        # The files are read after the rows: a file that a row names was there before the row was committed.
        files: dict[str, dict[str, Any]] = {}
        with _private_file(partial) as file, tarfile.open(fileobj=file, mode="w") as archive:
            files[DUMP] = _add_file(archive, DUMP, dump)
            media = _media_folder()
            if media is not None:
                for path in sorted(path for path in media.rglob("*") if path.is_file() and not path.is_symlink()):
                    name = MEDIA + path.relative_to(media).as_posix()
                    files[name] = _add_file(archive, name, path)
            manifest = Manifest(
                format=FORMAT,
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                server_version=version,
                app_role=settings.DATABASE_APP_ROLE,
                extensions=extensions,
                tables=tables,
                files=files,
                media_elsewhere=media is None,
            )
            _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), indent=2).encode())
        partial.rename(target)
    except OSError as error:
        raise BackupError(f"The backup could not be written to {target} ({error.strerror}).") from error
    finally:
        dump.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
    return manifest


def check_backup(source: Path) -> Manifest:
    """Read a whole backup and compare every digest. Raises BackupError when it is damaged or is none of ours."""
    found: dict[str, str] = {}
    content = b""
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                file = archive.extractfile(member)
                if not member.isfile() or file is None or not _is_safe(member.name):
                    raise BackupError(f"{source} holds “{member.name}”, which no backup of ours would.")
                if member.name == MANIFEST:
                    content = file.read()
                else:
                    reader = _Digesting(file)
                    while reader.read(1024 * 1024):
                        pass
                    found[member.name] = reader.digest.hexdigest()
        manifest = Manifest(**json.loads(content))
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {source}.") from error
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise BackupError(f"{source} is not a whole backup: it is damaged, or something else.") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{source} is a backup of format {manifest.format}, and this version reads {FORMAT}.")
    if found != {name: facts["sha256"] for name, facts in manifest.files.items()}:
        raise BackupError(f"{source} is damaged: its content does not have the digests it was made with.")
    return manifest


def restore_backup(source: Path, *, replace: bool) -> Manifest:
    """Put the database and the uploaded files back as they were, after checking every digest.

    The database changes in one transaction, row counts checked before it commits. `replace` is needed when it is not
    empty, and then whatever is there is dropped. Raises BackupError, and nothing has changed.
    """
    manifest = check_backup(source)
    with connection.cursor() as cursor:
        _check_owner(cursor)
        cursor.execute(OUR_RELATIONS)
        if cursor.fetchone() and not replace:
            raise BackupError("The database is not empty: add --replace to drop what it holds and restore the backup.")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [manifest.app_role])
        if not cursor.fetchone():
            raise BackupError(
                f"The database server has no role {manifest.app_role}: make it first (docs/operations.md)."
            )
        programs = _programs(max(cursor.connection.server_version, manifest.server_version))
    connection.close()
    media = _media_folder()
    with _staged_media(source, media) as staged:
        _load_dump(programs, source, manifest)
        if media is not None:
            _move_media(staged, media, remove_others=replace)
    return manifest


def _load_dump(programs: PostgresPrograms, source: Path, manifest: Manifest) -> None:
    """Feed one psql session: begin, clear, what pg_restore writes, checks, commit; the last only if all went well."""
    connection.ensure_connection()
    dsn, environment = _libpq(connection.connection)
    connection.close()
    with (
        _member(source, DUMP) as dump,
        tempfile.NamedTemporaryFile() as copy,  # pg_restore wants to seek
        tempfile.TemporaryFile() as errors,
    ):
        shutil.copyfileobj(dump, copy)
        copy.flush()
        psql = [programs.path("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f", "-"]
        entries = _without_schema(programs, Path(copy.name))
        pg_restore = [programs.path("pg_restore"), "--no-owner", "--no-comments", "--file=-", "--use-list=/dev/stdin"]
        reading, writing = os.pipe()
        session = subprocess.Popen(psql, stdin=reading, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
        os.close(reading)
        whole = False
        # A broken pipe: psql met an error and left, and its reason is in `errors`.
        with contextlib.suppress(BrokenPipeError), open(writing, "wb") as script:
            script.write(before_restore(manifest.extensions, manifest.app_role).encode())
            script.flush()
            written = subprocess.run([*pg_restore, copy.name], input=entries, stdout=script, stderr=errors)
            whole = written.returncode == 0
            if whole:
                script.write(after_restore(manifest.tables).encode())
        if session.wait() or not whole:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise BackupError(f"The database was left as it was, because PostgreSQL said: {said[0]}")


def _without_schema(programs: PostgresPrograms, dump: Path) -> bytes:
    """The dump's list of contents without the schema itself, which is there already and belongs to the server."""
    listed = subprocess.run([programs.path("pg_restore"), "--list", dump], capture_output=True).stdout
    return b"\n".join(
        line
        for line in listed.splitlines()
        if b" SCHEMA - public " not in line and b" ACL - SCHEMA public " not in line
    )


@contextmanager
def _member(source: Path, name: str) -> Iterator[IO[bytes]]:
    with tarfile.open(source, mode="r:") as archive:
        file = archive.extractfile(name)
        if file is None:
            raise BackupError(f"{source} holds no {name}.")
        with file:
            yield file


@contextmanager
def _snapshot() -> Iterator[tuple[Any, str]]:
    """A cursor in a read-only transaction, and the name by which pg_dump sees exactly the same rows."""
    connection.ensure_connection()
    reader = connection.get_new_connection(connection.get_connection_params())
    try:
        reader.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        with reader.cursor() as cursor:
            _check_owner(cursor)
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchone()[0]
    finally:
        reader.close()


def _check_owner(cursor: Any) -> None:
    cursor.execute("SELECT pg_get_userbyid(datdba), current_user FROM pg_database WHERE datname = current_database()")
    owner, user = cursor.fetchone()
    if owner != user:
        raise BackupError(f"This is done as {owner}, who owns the database, and DATABASE_URL names {user}.")


def _count_rows(cursor: Any) -> dict[str, int]:
    cursor.execute(OUR_RELATIONS)
    counts = {}
    for table in [name for name, kind in cursor.fetchall() if kind in ("r", "p")]:
        cursor.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table)))
        counts[table] = cursor.fetchone()[0]
    return counts


def _extensions(cursor: Any) -> list[str]:
    cursor.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname")
    return [name for (name,) in cursor.fetchall()]


def _programs(server_version: int) -> PostgresPrograms:
    major = server_version // 10000
    found = client_programs(major)
    if found is None:
        raise BackupError(f"There is no pg_dump for PostgreSQL {major} on this machine: install its client programs.")
    return found


def _libpq(opened: Any) -> tuple[str, dict[str, str]]:
    """How PostgreSQL's programs reach the same database: the password by environment, never on a command line."""
    parameters = opened.info.dsn_parameters
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": opened.info.password}
    return psycopg2.extensions.make_dsn(**parameters), environment


def _write_dump(programs: PostgresPrograms, opened: Any, snapshot: str, target: Path) -> None:
    dsn, environment = _libpq(opened)
    command = [programs.path("pg_dump"), "--format=custom", "--schema=public", "--no-owner", "--no-comments"]
    with _private_file(target) as file:
        made = subprocess.run(
            [*command, f"--snapshot={snapshot}", "-d", dsn], stdout=file, stderr=subprocess.PIPE, env=environment
        )
    if made.returncode:
        said = made.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise BackupError(f"The backup was not made, because PostgreSQL said: {said[0]}")


@contextmanager
def _private_file(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


class _Digesting:
    """A file being read, whose SHA-256 is known at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        entry = tarfile.TarInfo(name)
        entry.size = os.fstat(file.fileno()).st_size
        entry.mtime = int(os.fstat(file.fileno()).st_mtime)
        reader = _Digesting(file)
        archive.addfile(entry, reader)
    return {"bytes": entry.size, "sha256": reader.digest.hexdigest()}


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, file)


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in (DUMP, MANIFEST) or (name.startswith(MEDIA) and ".." not in parts and len(parts) > 1)


def _media_folder() -> Path | None:
    """The folder of uploaded files; None when they are kept elsewhere (object storage has backups of its own)."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    folder = Path(default_storage.location)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _staged_media(source: Path, media: Path | None) -> Iterator[Path]:
    """The backup's uploaded files in a folder on the same disk, so that they are moved into place and not copied."""
    staged = Path(tempfile.mkdtemp(prefix=".restore-", dir=media))
    try:
        if media is not None:
            with tarfile.open(source, mode="r:") as archive:
                for member in archive:
                    if member.name.startswith(MEDIA):
                        archive.extract(member, staged, filter="data")
        yield staged / MEDIA
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _move_media(staged: Path, media: Path, *, remove_others: bool) -> None:
    kept = set()
    for path in [path for path in staged.rglob("*") if path.is_file()]:
        place = media / path.relative_to(staged)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
        kept.add(place)
    if remove_others:
        for path in [path for path in media.rglob("*") if path.is_file() and path not in kept]:
            if staged.parent not in path.parents:
                path.unlink()
