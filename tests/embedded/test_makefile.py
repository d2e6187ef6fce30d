"""`make` on a machine that is not ready for the portal says so in one sentence, before anything is made."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0


@pytest.fixture
def project(another_folder: Path) -> Path:
    """The project as far as `make` looks before it installs anything."""
    for name in ("Makefile", "requirements.txt", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PROJECT / name, another_folder)
    shutil.copytree(PROJECT / ".ci", another_folder / ".ci")
    another_folder.chmod(0o755)
    return another_folder


def make(project: Path, *arguments: str) -> tuple[int, list[str]]:
    said = subprocess.run(
        ["make", "demo", *arguments],
        cwd=project,
        env={"PATH": os.environ["PATH"], "HOME": str(project)},
        capture_output=True,
        text=True,
        **({"user": 65534, "group": 65534, "extra_groups": []} if ROOT else {}),
    )
    lines = (said.stdout + said.stderr).splitlines()
    return said.returncode, [line for line in lines if not line.startswith("make")]


def python_that(project: Path, script: str) -> str:
    program = project / "python-of-the-test"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"PYTHON={program}"


def test_python_that_is_too_old_is_told(project: Path) -> None:
    python = python_that(project, 'case "$*" in -V) echo Python 3.9.2;; *version_info*) exit 1;; esac')
    code, said = make(project, python)
    assert code
    assert said == [
        f"SLIP needs Python 3.11 or newer, and {python[7:]} is Python 3.9.2: "
        "choose another with make PYTHON=python3.11."
    ]
    assert not (project / ".venv").exists()


def test_absent_python_is_told(project: Path) -> None:
    code, said = make(project, "PYTHON=python3.99")
    assert code
    assert said == ["SLIP needs Python 3.11 or newer, and there is no python3.99 on this machine."]


def test_python_without_venv_is_told(project: Path) -> None:
    project.chmod(0o777)
    python = python_that(project, 'case "$*" in *ensurepip*) exit 1;; esac')
    code, said = make(project, python)
    assert code
    assert said == [
        f"{python[7:]} comes without venv: install it, on Debian and Ubuntu with apt-get install python3-venv."
    ]


def test_folder_that_may_not_be_written_to_is_told(project: Path) -> None:
    if not ROOT:
        project.chmod(0o555)
    python = python_that(project, "exit 0") if ROOT else "PYTHON=true"
    code, said = make(project, python)
    project.chmod(0o755)
    assert code
    assert len(said) == 1
    assert said[0].startswith("This folder cannot be written to: make a copy of it that ")
