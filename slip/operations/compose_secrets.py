"""Make the secret files that docker-compose.yml reads: `python3 slip/operations/compose_secrets.py FOLDER`.

Needs nothing but Python. Passwords are made at random; a file that is there is never changed.
"""

import secrets
import sys
from pathlib import Path


def make_secrets(folder: Path) -> list[str]:
    """Write each missing secret into `folder` (0700); gives the names of those written.

    The files are readable by all (0644) because containers read them under accounts of their own; the folder is not.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name, content in {
        "postgres_password": secrets.token_urlsafe(32),
        "owner_database_url": f"postgres://slip_owner:{secrets.token_urlsafe(32)}@postgres:5432/slip",
        "app_database_url": f"postgres://slip_app:{secrets.token_urlsafe(32)}@postgres:5432/slip",
        "redis_url": f"redis://:{secrets.token_urlsafe(32)}@redis:6379",
        "secret_key": secrets.token_urlsafe(64),
    }.items():
        path = folder / name
        if not path.exists():
            path.write_text(content)  # no newline: the portal reads the whole file as the value
            path.chmod(0o644)
            made.append(name)
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Name one folder: python3 slip/operations/compose_secrets.py secrets")
    written = make_secrets(Path(sys.argv[1]))
    print(f"Wrote {', '.join(written)} into {sys.argv[1]}." if written else "Every secret was there already.")
