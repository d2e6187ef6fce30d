"""Watching over servers and programs: what dies is started again, within limits, and everything stops together."""

import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from slip.embedded.problems import Problem
from slip.embedded.processes import ChildProcess
from slip.embedded.servers import Server, Servers
from slip.embedded.state import State

RESTARTS = 3
WITHIN_SECONDS = 120
LOOK_EVERY_SECONDS = 0.25
CHILD_PATIENCE_SECONDS = 20


class StopRequest:
    """Made by Ctrl-C, SIGTERM, or a closed terminal; looked at wherever we wait."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._terminal = select.poll()

    def listen(self) -> None:
        """Turn the three signals into a request to stop, and notice when the terminal we read from goes.

        The signal of a closed terminal goes to the leader of its session. When that is `make`, it waits for us.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        if os.isatty(0):
            self._terminal.register(0, 0)  # no events but those of an end

    def wait(self, seconds: float) -> bool:
        """Wait for the request; True when it has come."""
        self._event.wait(seconds)
        return bool(self)

    def __bool__(self) -> bool:
        if self._terminal.poll(0):
            self._event.set()
        return self._event.is_set()

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._event.set()


class _Watched(Protocol):
    name: str

    def running(self) -> bool: ...


class Supervisor:
    """Servers below, programs above. Programs are stopped before the servers they use."""

    def __init__(self, servers: Servers, stop: StopRequest, say: Callable[[str], None]) -> None:
        self.servers = servers
        self.state: State = servers.state
        self.programs: list[ChildProcess] = []
        self._stop = stop
        self._say = say
        self._deaths: dict[str, deque[float]] = {}

    def start(self, program: ChildProcess) -> None:
        """Start a program and watch over it from now on."""
        self.programs.append(program)
        program.start()

    def watch(self) -> None:
        """Start again whatever dies, until we are asked to stop. Problem when one keeps dying."""
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Start again whatever has died since the last look. Problem when one keeps dying."""
        for server in self.servers:
            if not server.running():
                self._count_death(server, server.name)
                self._restart_server(server)
        for program in self.programs:
            if not program.running():
                self._count_death(program, program.name)
                program.stop()  # ends what it left behind
                program.start()

    def stop(self) -> None:
        """Stop every program, then every server. Work that was under way is found and taken up at the next start."""
        for program in self.programs:
            program.ask_to_stop()
        deadline = time.monotonic() + CHILD_PATIENCE_SECONDS
        for program in self.programs:
            program.stop(patience=max(0.1, deadline - time.monotonic()))
        self.servers.stop()

    def _restart_server(self, server: Server) -> None:
        server.stop()  # reaps it
        self.servers.start(server)

    def _count_death(self, watched: _Watched, name: str) -> None:
        deaths = self._deaths.setdefault(name, deque(maxlen=RESTARTS))
        now = time.monotonic()
        if len(deaths) == RESTARTS and now - deaths[0] < WITHIN_SECONDS:
            raise Problem(
                f"{name} stopped {RESTARTS + 1} times within {WITHIN_SECONDS} seconds, so everything is stopped; "
                f"the reason should be in {self.state.path('logs')}."
            )
        deaths.append(now)
        self._say(f"{name} stopped by itself; starting it again")
