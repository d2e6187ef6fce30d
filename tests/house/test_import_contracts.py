"""The import contracts of pyproject.toml hold, and are able to fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("slip", "lg_inform", "peer_challenge", "risk")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the tree in a folder, without the cache of ours."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.csv*"))
    return folder


def test_the_contracts_hold(copied_tree: Path):
    result = lint_imports(copied_tree)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("slip/directory/enums.py", "import lg_inform.enums", "imports run downwards"),
        ("slip/audit/actors.py", "import slip.outbox.enums", "imports run downwards"),
        ("lg_inform/calculations/quantiles.py", "import lg_inform.queries", "only rooms below it"),
        ("lg_inform/queries/sources.py", "import lg_inform.views", "only rooms below it"),
        ("slip/pages/views.py", "import lg_inform.models", "Doors of comparative data"),
        ("lg_inform/views.py", "import slip.directory.models", "Doors of the directory"),
        ("lg_inform/tasks.py", "import slip.outbox.models", "Doors of the foundations"),
        ("lg_inform/actions/imports.py", "import slip.celery", "Celery application"),
    ],
)
def test_a_wrong_import_is_found(copied_tree: Path, module: str, line: str, broken: str):
    path = copied_tree / module
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}  # noqa\n", encoding="utf-8")
    try:
        result = lint_imports(copied_tree)
    finally:
        path.write_text(before, encoding="utf-8")
    assert result.returncode != 0
    verdicts = [text for text in result.stdout.splitlines() if text.endswith("BROKEN")]
    assert any(broken in text for text in verdicts), result.stdout


def test_every_app_has_a_place_in_the_house():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    placed = {name.strip(" ()") for layer in contracts["contracts"][0]["layers"] for name in layer.split("|")}
    own = {app for app in settings.INSTALLED_APPS if app.partition(".")[0] in PACKAGES}
    assert own <= placed, own - placed
