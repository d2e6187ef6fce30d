"""The servers the portal stands on, given by address or run by us, behind one small interface."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import psycopg2
import redis

from slip.embedded.postgres import EmbeddedPostgres, find_postgres
from slip.embedded.problems import Problem
from slip.embedded.processes import stop_orphans
from slip.embedded.provisioning import APP, DATABASE, OWNER, provision
from slip.embedded.state import State, default_state
from slip.embedded.valkey import EmbeddedValkey, find_valkey

THROWAWAY_PREFIX = "slip-throwaway-"
START_SECONDS = 60
GIVEN_SECONDS = 10


class Server(Protocol):
    """A server. Another wheel's can take the place of one of ours by having these."""

    name: str

    @property
    def url(self) -> str:
        """The address to connect to, password included."""

    def start(self) -> None:
        """Start it, and do not wait until it answers."""

    def running(self) -> bool:
        """Whether its process is alive, as far as we can know."""

    def ready(self) -> bool:
        """Whether it answers."""

    def stop(self) -> None:
        """Stop it, losing nothing it was asked to keep."""


class GivenServer:
    """A server that somebody else runs, known by its address."""

    def __init__(self, name: str, url: str, answers: Callable[[str], bool]) -> None:
        self.name = name
        self.url = url
        self._answers = answers

    def start(self) -> None:
        """Nothing: it is not ours to start."""

    def running(self) -> bool:
        """Always: it is not ours to watch."""
        return True

    def ready(self) -> bool:
        """Whether it answers."""
        return self._answers(self.url)

    def stop(self) -> None:
        """Nothing: it is not ours to stop."""


@dataclass(frozen=True)
class Claim:
    """A state folder that is ours until the lock is closed, with the names of the orphans that were ended in it."""

    state: State
    lock: IO[str]
    orphans: list[str]


def claim_state(folder: Path | None = None) -> Claim:
    """Take a state folder (the user's own by default) for this process, and end what a killed run left in it.

    Raises Problem when the folder cannot be used or another process holds it.
    """
    state = State(folder or default_state())
    lock = state.lock()
    return Claim(state, lock, stop_orphans(state))


class Servers:
    """Both servers, running. `owner_url` migrates, backs up and restores; `app_url` serves; neither is a superuser."""

    def __init__(self, claim: Claim, database: Server, broker: Server, *, throwaway: bool) -> None:
        self.state = claim.state
        self.database = database
        self.broker = broker
        self._lock = claim.lock
        self._throwaway = throwaway

    @property
    def owner_url(self) -> str:
        """The database for `slip_owner`."""
        if isinstance(self.database, EmbeddedPostgres):
            return self.database.address(OWNER, DATABASE)
        return os.environ["DATABASE_OWNER_URL"]

    @property
    def app_url(self) -> str:
        """The database for `slip_app`."""
        if isinstance(self.database, EmbeddedPostgres):
            return self.database.address(APP, DATABASE)
        return self.database.url

    @property
    def redis_url(self) -> str:
        """The Redis-protocol server, without a database number."""
        return self.broker.url

    def __iter__(self) -> Iterator[Server]:
        return iter((self.database, self.broker))

    def start(self, server: Server) -> None:
        """Start one of the two and wait until it answers; Problem with its own last words when it does not."""
        start_and_wait(self.state, server)

    def stop(self) -> None:
        """Stop what is ours, the database last; a throwaway state folder goes too. Safe to call twice."""
        self.broker.stop()
        self.database.stop()
        self._lock.close()
        if self._throwaway:
            self.state.remove()


def start_servers(
    folder: Path | None = None,
    *,
    durable: bool = True,
    owner_creates_databases: bool = False,
    claim: Claim | None = None,
) -> Servers:
    """Start (or, given DATABASE_URL and REDIS_URL, find) both servers, with the two roles ready to log in.

    `folder` is the state folder: the user's own by default. With `durable=False` nothing is kept: the default
    folder is a new temporary one, nothing waits for the disk, and addresses in the environment are passed over.
    `owner_creates_databases` lets `slip_owner` make test databases. `claim` is a folder already taken.
    Raises Problem, one sentence, when a server cannot be had.
    """
    throwaway = folder is None and claim is None and not durable
    if throwaway:
        sweep_throwaways()
        folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX))
    claim = claim or claim_state(folder)
    state = claim.state
    database_url, redis_url = ("", "") if not durable else _given_addresses()
    database: Server
    broker: Server
    if database_url:
        database = GivenServer("PostgreSQL", database_url, _postgres_answers)
    else:
        database = EmbeddedPostgres(state, find_postgres(state), durable=durable)
    if redis_url:
        broker = GivenServer("Redis", redis_url, _redis_answers)
    else:
        broker = EmbeddedValkey(state, find_valkey(state), durable=durable)
    servers = Servers(claim, database, broker, throwaway=throwaway)
    try:
        for server in servers:
            servers.start(server)
        if isinstance(database, EmbeddedPostgres):
            provision(database, owner_creates_databases=owner_creates_databases)
    except BaseException:
        servers.stop()
        raise
    return servers


def start_and_wait(state: State, server: Server) -> None:
    """Start a server and wait until it answers. It is tried again when it ends at once: a killed PostgreSQL's
    last sessions may still hold its memory for a moment."""
    for attempt in range(4):
        server.start()
        deadline = time.monotonic() + (GIVEN_SECONDS if isinstance(server, GivenServer) else START_SECONDS)
        while server.running() and time.monotonic() < deadline:
            if server.ready():
                return
            time.sleep(0.03)
        if server.running():
            break
        time.sleep(0.3 * (attempt + 1))
    server.stop()
    if isinstance(server, GivenServer):
        raise Problem(f"{server.name} does not answer at the address given in the environment.")
    log = {"PostgreSQL": "postgres", "Valkey": "valkey"}[server.name]
    said = state.last_words(log)
    raise Problem(f"{server.name} did not start ({said}); more is in {state.path('logs', f'{log}.log')}.")


def sweep_throwaways() -> None:
    """End servers and delete folders that killed test runs left behind; those still in use are locked."""
    for folder in Path(tempfile.gettempdir()).glob(f"{THROWAWAY_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.geteuid() or not (folder / "lock").exists():
                continue
            claim = claim_state(folder)
        except (OSError, Problem):
            continue
        claim.state.remove()
        claim.lock.close()


def _given_addresses() -> tuple[str, str]:
    database_url = os.environ.get("DATABASE_URL", "")
    if database_url and not os.environ.get("DATABASE_OWNER_URL"):
        raise Problem(
            "DATABASE_URL is set, so DATABASE_OWNER_URL is needed as well: "
            "the same database for the role that owns the tables."
        )
    return database_url, os.environ.get("REDIS_URL", "")


def _postgres_answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
