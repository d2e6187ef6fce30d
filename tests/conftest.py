"""What every test may ask for, and the rules of the run: no skips in CI, shared data only where it is there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

pytest_plugins = ["tests.browser", "tests.figures"]
# Playwright's loop runs in the test's own thread; Django would otherwise refuse to touch the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

collect_ignore_glob = [] if SHARED_DATA.is_dir() else ["*/shared_data/*"]


def pytest_report_header() -> str:
    found = "is there and its tests run" if SHARED_DATA.is_dir() else "is not there; its tests are not collected"
    return f"shared data {found}; proofs at {'full' if is_full_size() else 'everyday'} size"


def is_full_size() -> bool:
    """Whether this is `make prove`: the same proofs, at full size."""
    return os.environ.get("SLIP_PROOF") == "full"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published files."""
    return SHARED_DATA


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> object:
    report = yield
    if report.skipped and os.environ.get("SLIP_SKIPS_FAIL"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which counts as a failure here: {report.longrepr}"
    return report
