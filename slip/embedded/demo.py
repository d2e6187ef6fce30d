"""The demo: the whole portal on this machine, from servers to pages, until it is told to stop."""

import contextlib
import http.client
import os
import sys
import time
from pathlib import Path

import redis

from slip.embedded.problems import Problem
from slip.embedded.processes import ChildProcess, port_in_use
from slip.embedded.servers import Claim, Servers, claim_state, start_servers
from slip.embedded.state import State
from slip.embedded.supervisor import StopRequest, Supervisor

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = "slip.settings.demo"
OLDEST_PYTHON = (3, 11)
READY_SECONDS = 120
PREPARE_SECONDS = 1800


class Progress:
    """Lines for the person who waits: seconds since the start, and what is done."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Print one line. A terminal that has been closed is no reason to fail."""
        self.line(f"{time.monotonic() - self._began:6.1f} s  {text}")

    def line(self, text: str) -> None:
        """Print text as it is."""
        with contextlib.suppress(OSError):
            print(text, flush=True)


def main() -> int:
    """Run the demo until it is stopped; gives the exit code. A Problem is told in one sentence."""
    progress = Progress()
    stop = StopRequest()
    stop.listen()
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise Problem(f"SLIP needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
        run(chosen_port(os.environ.get("PORT", "8000")), stop, progress)
    except Problem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    return 0


def chosen_port(text: str) -> int:
    """The port that PORT names. Raises Problem when it is not one."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT should be a number from 1 to 65535, and it is “{text}”.")
    port = int(text)
    if port < 1024 and os.geteuid() != 0:
        raise Problem(f"Only root may listen on port {port}: choose one from 1024, such as PORT=8000.")
    return port


def run(port: int, stop: StopRequest, progress: Progress) -> None:
    """Start everything, say the address, and watch until a stop is asked for. Leaves nothing running."""
    claim = claim_state()
    if claim.orphans:
        progress.say(f"ended what an interrupted run had left: {', '.join(claim.orphans)}")
    if port_in_use(port):
        claim.lock.close()
        raise Problem(
            f"Port {port} is in use by another program: choose another with PORT=, such as make demo PORT={port + 1}."
        )
    progress.say(f"keeping data in {claim.state.folder}")
    supervisor = Supervisor(_servers(claim), stop, progress.say)
    connections = claim.state.path("connections.json")
    try:
        _start_portal(supervisor, port, stop, progress)
        supervisor.watch()
    finally:
        progress.line("")
        progress.say("stopping")
        connections.unlink(missing_ok=True)
        supervisor.stop()
        progress.say("stopped")


def _servers(claim: Claim) -> Servers:
    try:
        return start_servers(claim=claim)
    except BaseException:
        claim.lock.close()
        raise


def _start_portal(supervisor: Supervisor, port: int, stop: StopRequest, progress: Progress) -> None:
    servers = supervisor.servers
    for server in servers:
        progress.say(f"{server.name} is ready")
    address = f"http://localhost:{port}/"
    servers.state.secret("secret_key")  # made here once, before several processes look for it
    servers.state.write(
        "connections.json",
        {
            "address": address,
            "owner_url": servers.owner_url,
            "app_url": servers.app_url,
            "redis_url": servers.redis_url,
        },
    )
    if not stop:
        prepare(servers, stop, progress)
    if stop:
        return
    for program in portal_programs(servers, port):
        supervisor.start(program)
    waiting = {"the web server": lambda: web_answers(port), "the worker": lambda: worker_listens(servers.redis_url)}
    deadline = time.monotonic() + READY_SECONDS
    while waiting and not stop.wait(0.25):
        for name in [name for name, answers in waiting.items() if answers()]:
            progress.say(f"{name} is ready")
            del waiting[name]
        supervisor.look()
        if time.monotonic() > deadline:
            raise Problem(
                f"{' and '.join(waiting)} did not become ready in {READY_SECONDS} seconds; "
                f"the reason should be in {servers.state.path('logs')}."
            )
    if not stop:
        progress.say("ready")
        progress.line(f"\n    {address}\n\nCtrl-C stops it. The data stay, and the next start is quick.")


def child_environment(state: State, database_url: str, redis_url: str) -> dict[str, str]:
    """Our environment for a child: the one database login it needs, and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PG"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SLIP_STATE": str(state.folder),
        "PYTHONUNBUFFERED": "1",
    }


def prepare(servers: Servers, stop: StopRequest, progress: Progress) -> None:
    """Migrate, load and collect, in a child that says each step on its output. Problem when it fails."""
    environment = child_environment(servers.state, servers.owner_url, servers.redis_url)
    environment["SLIP_APP_DATABASE_URL"] = servers.app_url
    command = [sys.executable, "-m", "slip.embedded.prepare"]
    child = ChildProcess(servers.state, "prepare", command, environment=environment, folder=PROJECT)
    deadline = time.monotonic() + PREPARE_SECONDS
    with child.start_and_read() as steps:
        running = True
        while running and not stop.wait(0.05) and time.monotonic() < deadline:
            running = child.running()
            for line in (steps.read() or b"").decode(errors="replace").splitlines():
                progress.say(line)
    failed = child.stop()
    if failed and not stop:
        raise Problem(
            f"The database could not be prepared ({servers.state.last_words('prepare')}); "
            f"more is in {servers.state.path('logs', 'prepare.log')}."
        )


def portal_programs(servers: Servers, port: int) -> list[ChildProcess]:
    """The web server, the worker and the clock, all as `slip_app`, each with its log in the state folder."""
    state = servers.state
    environment = child_environment(state, servers.app_url, servers.redis_url)
    schedule = str(state.path("beat", "schedule"))
    # The web server loads the portal once and then forks: half the work on a machine with few cores.
    web = f"gunicorn slip.wsgi:application --bind 127.0.0.1:{port} --preload --workers 2 --threads 4"
    commands = {
        "web": [*web.split(), "--graceful-timeout", "10", "--access-logfile", "-", "--no-control-socket"],
        "worker": [
            "celery",
            "-A",
            "slip",
            "worker",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
            "-l",
            "INFO",
        ],
        "beat": ["celery", "-A", "slip", "beat", "--schedule", schedule, "--pidfile=", "-l", "WARNING"],
    }
    # Nobody waits longer for a page, so the database should not work longer on it either.
    of_its_own = {"web": {"SLIP_STATEMENT_TIMEOUT_MS": "15000"}}
    return [
        ChildProcess(
            state,
            name,
            [sys.executable, "-m", *command],
            environment=environment | of_its_own.get(name, {}),
            folder=PROJECT,
        )
        for name, command in commands.items()
    ]


def web_answers(port: int) -> bool:
    """Whether the web server says that it can serve."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready/", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_listens(redis_url: str) -> bool:
    """Whether a worker has subscribed to the broker's channel for remote control: the last thing done at its start."""
    try:
        with redis.Redis.from_url(f"{redis_url}/0", socket_timeout=2) as client:
            return bool(client.pubsub_numpat() or client.pubsub_channels("*pidbox*"))
    except redis.RedisError:
        return False
