"""Bring the database and the static files up to date, in one Python process. Run by the demo before it serves.

Everything here finds out for itself whether there is anything to do, so it is run at every start.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import django
from environ import Env

# Each is safe to run again and quick when nothing has changed.
LOADS = (
    ("load_register", "the register of councils is loaded"),
    ("load_definitions", "the definitions of the figures are loaded"),
    ("load_starter_pack", "the starter pack of figures is loaded"),
)


def main() -> None:
    """Migrate as the owner (DATABASE_URL), then load as the app (SLIP_APP_DATABASE_URL); say each step on stdout."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, stdout=sys.stderr)
    print("the database is up to date", flush=True)
    become_app()
    for command, said in LOADS:
        call_command(command, stdout=sys.stderr)
        print(said, flush=True)
    if collect_static():
        print("the pages' styles and scripts are collected", flush=True)


def become_app() -> None:
    """Log out as the owner; everything after this is done with the rights that the portal itself has."""
    from django.db import connection

    connection.close()
    connection.settings_dict.update(Env.db_url_config(os.environ["SLIP_APP_DATABASE_URL"]))


def collect_static() -> bool:
    """Run collectstatic when its sources differ from those it last ran on; True when it ran."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.sha256")
    digest = static_digest()
    if root.is_dir() and stamp.exists() and stamp.read_text() == digest:
        return False
    stamp.unlink(missing_ok=True)
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, stdout=sys.stderr)
    stamp.write_text(digest)
    return True


def static_digest() -> str:
    """SHA-256 over the names and contents of every source of static files, and of how they are stored."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    found: dict[str, Any] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            found.setdefault(os.path.join(getattr(storage, "prefix", None) or "", name), storage.path(name))
    for name, path in sorted(found.items()):
        digest.update(f"\0{name}\0".encode() + hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
