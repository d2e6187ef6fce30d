"""The state folder: data, passwords, ports, logs and records of processes, each readable by whom it concerns only."""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypedDict

from slip.embedded.problems import Problem

LOG_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """The system account that the database servers run under."""

    name: str
    uid: int
    gid: int


class RunAs(TypedDict):
    """What `subprocess` is told so that a program runs under an account."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def run_as(account: Account | None) -> RunAs:
    """Arguments for `subprocess`: that account without any other groups, or ourselves."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.geteuid() == 0


def server_account() -> Account | None:
    """`nobody` when we are root, because PostgreSQL refuses to run as root; None means ourselves."""
    if not is_root():
        return None
    found = pwd.getpwnam("nobody")
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def default_state() -> Path:
    """`SLIP_STATE`, or /var/lib/slip for root, or the user's XDG state folder (~/.local/state/slip)."""
    given = os.environ.get("SLIP_STATE")
    if given:
        return Path(given).expanduser().absolute()
    if is_root():
        return Path("/var/lib/slip")
    xdg = os.environ.get("XDG_STATE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".local" / "state").absolute() / "slip"


def read_kept(path: Path) -> dict[str, Any]:
    """The JSON object that `State.write` kept in this file; empty when there is none that we may read."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, PermissionError):
        return {}


class State:
    """A state folder that exists and can be used. Opening one raises Problem when it cannot be written or entered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.account = server_account()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Servers that run under another account pass through this folder, and see nothing else in it.
            folder.chmod(0o711 if self.account else 0o700)
            for name in ("logs", "processes", "media", "beat"):
                self.path(name).mkdir(mode=0o700, exist_ok=True)
            probe = self.path(".probe")
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Problem(
                f"The state folder {folder} cannot be written to ({error.strerror}): "
                "set SLIP_STATE to a folder that this user may write to."
            ) from error
        if self.account:
            self._check_account_can_enter(self.account)

    def path(self, *names: str) -> Path:
        """A path inside the state folder."""
        return self.folder.joinpath(*names)

    def server_folder(self, name: str) -> Path:
        """A private folder (0700) owned by the account that the servers run under, made if it is not there."""
        folder = self.path(name)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.give_to_server(folder)
        return folder

    def give_to_server(self, path: Path) -> None:
        """Make `path` belong to the account that the servers run under."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def secret(self, name: str) -> str:
        """The password or key kept under this name; made at random the first time."""
        kept = self.read("secrets.json")
        if name not in kept:
            kept[name] = secrets.token_urlsafe(32)
            self.write("secrets.json", kept)
        return kept[name]

    def read(self, name: str) -> dict[str, Any]:
        """What `write` kept under this file name; empty when nothing was."""
        return read_kept(self.path(name))

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Keep a JSON object in a file that only we may read (0600), whole or not at all."""
        path = self.path(name)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def open_log(self, name: str) -> IO[bytes]:
        """The log of one process, to append to; one older log is kept when it passes 10 MB."""
        path = self.path("logs", f"{name}.log")
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def last_words(self, name: str) -> str:
        """The last line in the log of one process that says something."""
        try:
            lines = self.path("logs", f"{name}.log").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def lock(self) -> IO[str]:
        """Hold this folder until the returned file is closed or our process ends; Problem when another process does."""
        file = self.path("lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            address = self.read("connections.json").get("address")
            where = f" at {address}" if address else ""
            raise Problem(
                f"SLIP is already running{where} from the state folder {self.folder}: "
                "stop it first, or set SLIP_STATE and PORT for a second one."
            ) from error
        return file

    def remove(self) -> None:
        """Delete the folder and everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _check_account_can_enter(self, account: Account) -> None:
        for folder in (self.folder, *self.folder.parents):
            found = folder.stat()
            if found.st_uid == account.uid:
                needed = stat.S_IXUSR
            elif found.st_gid == account.gid:
                needed = stat.S_IXGRP
            else:
                needed = stat.S_IXOTH
            if not found.st_mode & needed:
                raise Problem(
                    f"PostgreSQL refuses to run as root, so it runs as the user {account.name}, "
                    f"who may not enter {folder}: "
                    "set SLIP_STATE to a folder outside it, such as /var/lib/slip."
                )
