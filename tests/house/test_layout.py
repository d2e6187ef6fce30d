"""The layout of the house: what lies where, how long a file is, and what no file may hold."""

import ast
import re
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MOST_LINES = 400

TOP = {
    "manage.py",
    "slip",
    "peer_challenge",
    "lg_inform",
    "risk",
    "templates",
    "static",
    "tests",
    "requirements.txt",
    "docker-compose.yml",
    "README.md",
    "pyproject.toml",
    "requirements-dev.txt",
    "package.json",
    "package-lock.json",
    "Makefile",
    "Dockerfile",
    "LICENSE",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs",
}
#: Of folders whose name begins with a dot, these belong to the project; any file may.
DOT_FOLDERS = {".ci"}
NAMELESS = {"common", "utils", "util", "helpers", "helper", "misc", "shared", "lib"}

#: A folder of somebody's own machine. `/home/someone` is an example that documents and tests may use.
OWN_FOLDER = re.compile(r"(?<![\w.$}-])/(?:work|root|home/(?!someone\b)[a-z]\w*)/")
#: Registries are reached through their ordinary clients, whose own settings say where they are.
REGISTRIES = re.compile(
    "|".join(
        re.escape(f"{name}.{end}")
        for name, end in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("proxy.golang", "org"),
            ("crates", "io"),
        )
    )
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")
SET_ASIDE = re.compile(r"(?:pytest\.|mark\.)(?:sk" + r"ip|xf" + r"ail|import" + r"orskip)")
#: Without a browser on the machine its tests cannot run; where skips count as failures that fails the run.
MAY_SET_ASIDE = {"tests/browser.py"}


@lru_cache
def files() -> tuple[str, ...]:
    """Every file that is, or is about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:  # a copy without its history
        ignored = {line.strip("/ ") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        names = [path.as_posix() for path in paths if not ignored.intersection(path.parts) and path.suffix != ".pyc"]
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def texts(*, but: str = r"$^") -> dict[str, str]:
    """The text files among them, without those whose name matches `but`."""
    found = {}
    for name in files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:4096] and not re.search(but, name):
            found[name] = content.decode("utf-8")
    return found


def test_the_top_level_holds_only_what_the_plan_allows():
    for name in files():
        top, _, rest = name.partition("/")
        if top.startswith("."):
            assert not rest or top in DOT_FOLDERS, name
        else:
            assert top in TOP, name


def test_what_has_no_home_has_no_nameless_one():
    named = {part for name in files() for part in Path(name).with_suffix("").parts}
    assert not named & NAMELESS


def test_no_file_has_grown_too_long():
    long = {
        name: text.count("\n")
        for name, text in texts(but=r"/migrations/").items()
        if re.search(r"\.(py|html|m?js|scss)$", name) and text.count("\n") > MOST_LINES
    }
    assert not long


@pytest.mark.parametrize("pattern", [OWN_FOLDER, REGISTRIES], ids=["folders", "registries"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]):
    found = {name: pattern.findall(text) for name, text in texts().items() if pattern.search(text)}
    assert not found


def test_nothing_is_left_unfinished_or_set_aside():
    for name, text in texts(but=r"\.(csv|json)$").items():
        assert not UNFINISHED.search(text), f"{name}: {UNFINISHED.search(text)}"
        if name.endswith(".py") and name not in MAY_SET_ASIDE:
            assert not SET_ASIDE.search(text), f"{name}: {SET_ASIDE.search(text)}"


def test_these_searches_find_what_they_are_for():
    assert OWN_FOLDER.search("see /wo" + "rk/main")
    assert OWN_FOLDER.search("/ho" + "me/anna/slip")
    assert not OWN_FOLDER.search("/home/someone/state")
    assert REGISTRIES.search("https://py" + "pi.org/simple")
    assert UNFINISHED.search("# TO" + "DO later")
    assert SET_ASIDE.search("@pytest.mark.sk" + "ip")


def test_the_licence_is_mit_and_every_place_says_so():
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_every_public_module_says_what_it_is_for():
    wanting = []
    for name, text in texts(but=r"^tests/|/migrations/|(^|/)(urls|apps|manage)\.py$").items():
        if name.endswith(".py") and text.strip() and ast.get_docstring(ast.parse(text)) is None:
            wanting.append(name)
    assert not wanting


def test_tests_of_an_app_lie_under_its_name():
    own = {"house", "journeys", "two_logins"}
    apps = {app.rpartition(".")[2] for app in settings.INSTALLED_APPS if not app.startswith("django")}
    folders = {name.split("/")[1] for name in files() if name.startswith("tests/") and name.count("/") > 1}
    assert folders <= apps | own
