"""Child processes: started away from the terminal's signals, recorded so that orphans are found, stopped whole."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from slip.embedded.state import State, run_as


def identity(pid: int) -> str | None:
    """A word that tells this process from a later one with the same number; None when it is dead or a zombie."""
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in "ZX" else fields[19]
    said = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.split()
    return None if not said or said[0].startswith("Z") else " ".join(said[1:])


def command_line(pid: int) -> str:
    """The command that a process was started with; empty when there is none to be seen."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def free_port() -> int:
    """A TCP port on the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_in_use(port: int) -> bool:
    """Whether something already listens on this port of localhost, by either version of the Internet Protocol."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.settimeout(1)
                if probe.connect_ex((address, port)) == 0:
                    return True
        except OSError:
            continue  # this machine does not have this version of the protocol
    return False


def choose_port(state: State, name: str) -> int:
    """The port a server had last time, if it is still free, and otherwise another; kept in the state folder."""
    kept = state.read("ports.json")
    if name not in kept or port_in_use(kept[name]):
        kept[name] = free_port()
        state.write("ports.json", kept)
    return kept[name]


class ChildProcess:
    """One program that we run. It leads its own session, so a Ctrl-C in the terminal reaches us and not it."""

    def __init__(
        self,
        state: State,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        as_server: bool = False,
    ) -> None:
        self.state = state
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.folder = folder
        self.stop_signal = stop_signal
        self.account = state.account if as_server else None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; its output goes to its log."""
        self._start(None)

    def start_and_read(self) -> IO[bytes]:
        """Start the program and give its standard output, not blocking, to read; its errors go to its log."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            self._start(writing)
        finally:
            os.close(writing)
        return open(reading, "rb")

    def _start(self, output: int | None) -> None:
        with self.state.open_log(self.name) as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log if output is None else output,
                stderr=log,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                **run_as(self.account),
            )
        record = {"pid": self.process.pid, "identity": identity(self.process.pid), "signal": int(self.stop_signal)}
        self.state.write(f"processes/{self.name}.json", record)

    def running(self) -> bool:
        """Whether the program is alive; reaps it when it is not."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the program its stop signal, and do not wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 20) -> int:
        """Stop the program and whatever it left behind in its session; by force after `patience` seconds.

        Gives its exit code: 0 when it had ended well before it was asked, negative when a signal ended it.
        """
        if self.process is None:
            return 0
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        kill_group(self.process.pid)
        code = self.process.returncode
        self.process = None
        self.state.path("processes", f"{self.name}.json").unlink(missing_ok=True)
        return code


def kill_group(leader: int) -> None:
    """End what is left of a process group whose leader has ended (a worker's pool outlives a killed worker)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def stop_orphans(state: State, patience: float = 20) -> list[str]:
    """End what an earlier run left behind because it was killed; gives the names. Hold the state's lock first."""
    found = {path.stem: (path, json.loads(path.read_text())) for path in state.path("processes").glob("*.json")}
    servers = [name for name in found if name in ("valkey", "postgres")]
    programs = [name for name in found if name not in servers]
    stopped = []
    # Those who use the servers go first, all at once.
    for names in (sorted(programs), sorted(servers, reverse=True)):
        alive = [name for name in names if identity(found[name][1]["pid"]) == (found[name][1]["identity"] or "unknown")]
        for name in alive:
            _send(found[name][1]["pid"], found[name][1]["signal"])
        for name in alive:
            if not wait_until_gone(found[name][1]["pid"], patience):
                _send(found[name][1]["pid"], signal.SIGKILL)
                wait_until_gone(found[name][1]["pid"], patience)
        for name in names:
            path, record = found[name]
            if identity(record["pid"]) is None:
                kill_group(record["pid"])
            path.unlink()
        stopped += alive
    return stopped


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, number)


def wait_until_gone(pid: int, patience: float) -> bool:
    """Wait for a process that need not be our child; False when it is still there after `patience` seconds."""
    first = identity(pid)
    deadline = time.monotonic() + patience
    while first is not None and identity(pid) == first:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
