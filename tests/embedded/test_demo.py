"""The demo as a person runs it: one command, plain sentences, everything stopped at the end."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest

from slip.embedded.processes import free_port, identity, wait_until_gone

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 240


@dataclass
class Demo:
    """The demo in a state folder of its own, on a free port."""

    state: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        barred = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
        kept = {name: value for name, value in os.environ.items() if name not in barred}
        return kept | {"SLIP_STATE": str(self.state), "PORT": str(self.port)} | more

    def run(self, stdin: int = subprocess.DEVNULL, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "slip.embedded"],
            cwd=PROJECT,
            env=self.environment(**more),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def start(self, stdin: int = subprocess.DEVNULL) -> float:
        """Start it and wait for its address; gives the seconds this took."""
        began = time.monotonic()
        self.process = self.run(stdin)
        said = ""
        for line in self.process.stdout:
            said += line
            if line.strip() == f"http://localhost:{self.port}/":
                return time.monotonic() - began
        raise AssertionError(f"the demo ended before it was ready:\n{said}\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(f"{log.name}: {log.read_text()[-2000:]}" for log in self.state.glob("logs/*.log"))

    def pids(self) -> dict[str, int]:
        return {path.stem: json.loads(path.read_text())["pid"] for path in self.state.glob("processes/*.json")}

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def comes(self, condition) -> bool:
        deadline = time.monotonic() + 60
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=PATIENCE)


def everything_below(pids: dict[str, int]) -> list[int]:
    """The processes given and every process whose session one of them leads."""
    found = set(pids.values())
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            session = int((folder / "stat").read_text().rpartition(")")[2].split()[3])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if session in found:
            found.add(int(folder.name))
    return sorted(found)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    demo = Demo(Path(tempfile.mkdtemp(prefix="slip-test-state-")))
    try:
        demo.start()
        yield demo
    finally:
        demo.end()
        shutil.rmtree(demo.state, ignore_errors=True)


@pytest.mark.xdist_group("demo")
class TestRunningDemo:
    """One demo through its life, in this order: it takes a while to start."""

    def test_it_serves_pages_with_their_styles(self, demo: Demo) -> None:
        assert demo.get("/health/ready/") == 200
        assert demo.get("/scorecards/thurrock/") == 200
        assert demo.get("/nowhere/") == 404

    def test_no_program_knows_more_than_the_apps_login(self, demo: Demo) -> None:
        secrets = json.loads((demo.state / "secrets.json").read_text())
        pids = demo.pids()
        assert sorted(pids) == ["beat", "postgres", "valkey", "web", "worker"]
        for name in ("web", "worker", "beat"):
            environment = Path(f"/proc/{pids[name]}/environ").read_text()
            assert secrets["slip_app"] in environment
            assert secrets["slip_owner"] not in environment
            assert secrets["postgres"] not in environment

    @pytest.mark.parametrize(("command", "role"), [("check", "slip_app"), ("migrate", "slip_owner")])
    def test_command_line_beside_it_logs_in_as_the_role_it_needs(self, demo: Demo, command: str, role: str) -> None:
        code = (
            f"import sys; sys.argv[1:] = ['{command}']\n"
            "from slip.settings import demo\n"
            "print(demo.DATABASES['default']['USER'])"
        )
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, env=demo.environment(), capture_output=True, text=True
        )
        assert said.stdout.strip() == role, said.stderr

    def test_second_demo_is_refused_in_one_sentence(self, demo: Demo) -> None:
        second = demo.run()
        said, _ = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert said.startswith(f"SLIP is already running at http://localhost:{demo.port}/ from the state folder")
        assert said.count("\n") == 1

    def test_port_of_another_program_is_refused_in_one_sentence(self, demo: Demo, tmp_path: Path) -> None:
        folder = Path(tempfile.mkdtemp(prefix="slip-test-state-"))
        other = Demo(folder, port=demo.port)
        process = other.run()
        said, _ = process.communicate(timeout=PATIENCE)
        shutil.rmtree(folder)
        assert process.returncode == 1
        assert said == (
            f"Port {demo.port} is in use by another program: "
            f"choose another with PORT=, such as make demo PORT={demo.port + 1}.\n"
        )

    @pytest.mark.parametrize("name", ["web", "worker", "beat", "valkey", "postgres"])
    def test_what_is_killed_comes_back(self, demo: Demo, name: str) -> None:
        before = demo.pids()[name]
        os.kill(before, signal.SIGKILL)
        assert demo.comes(lambda: demo.pids().get(name, before) != before)
        assert demo.comes(lambda: demo.get("/health/ready/") == 200)

    def test_killed_demo_is_taken_up_at_the_next_start_which_is_quick(self, demo: Demo) -> None:
        orphans = everything_below(demo.pids())
        demo.process.kill()
        demo.process.communicate()
        assert [pid for pid in orphans if identity(pid)]
        seconds = demo.start()
        assert not [pid for pid in orphans if not wait_until_gone(pid, 10)]
        assert demo.get("/scorecards/thurrock/") == 200
        # Under 20 seconds on two idle cores; here another test runs beside it.
        assert seconds < 60

    @pytest.mark.parametrize("way", ["SIGTERM", "closed terminal"])
    def test_stopping_ends_every_child_and_leaves_the_data(self, demo: Demo, way: str) -> None:
        terminal, stdin = os.openpty()
        if way == "closed terminal":
            demo.end()  # the one that runs has another terminal, or none
        if demo.process.poll() is not None:
            demo.start(stdin=stdin)
        os.close(stdin)
        connections = json.loads((demo.state / "connections.json").read_text())
        children = everything_below(demo.pids())
        assert len(children) >= 8
        if way == "SIGTERM":
            demo.process.terminate()
        os.close(terminal)
        demo.process.communicate(timeout=60)
        assert demo.process.returncode == 0
        assert [pid for pid in children if identity(pid)] == []
        assert not (demo.state / "connections.json").exists()
        assert (demo.state / "postgres" / "data" / "PG_VERSION").exists()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(connections["app_url"])

    def test_command_line_says_that_nothing_runs(self, demo: Demo) -> None:
        demo.end()
        said = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=PROJECT,
            env=demo.environment(),
            capture_output=True,
            text=True,
        )
        assert said.returncode == 1
        assert said.stderr == (
            "The portal is not running: start it with make demo, or set DATABASE_URL and REDIS_URL.\n"
        )


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "80.5"])
def test_port_that_is_none_is_refused_in_one_sentence(state_folder: Path, port: str) -> None:
    process = Demo(state_folder).run(PORT=port)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == f"PORT should be a number from 1 to 65535, and it is “{port}”.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_signal_stops_the_demo_while_it_prepares(state_folder: Path, number: signal.Signals) -> None:
    demo = Demo(state_folder)
    process = demo.run()
    for line in process.stdout:
        if "Valkey is ready" in line:
            break
    assert demo.comes(lambda: "prepare" in demo.pids())
    children = everything_below(demo.pids())
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert [pid for pid in children if identity(pid)] == []


def test_program_that_keeps_dying_stops_the_demo_with_a_sentence(state_folder: Path) -> None:
    """A port that somebody takes between our look and the web server's start is one way to get here."""
    demo = Demo(state_folder)
    process = demo.run()
    for line in process.stdout:
        if "Valkey is ready" in line:
            break
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "web stopped 4 times within 120 seconds, so everything is stopped" in said
    assert demo.pids() == {}
