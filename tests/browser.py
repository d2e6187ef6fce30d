"""A real browser for the tests: Debian's Chromium, driven by Playwright.

`page` and `phone_page` can reach the test's own server and nothing else. A request to any other host is stopped,
written down, and fails the test when it ends; so does an error on the page's console, which is where the content
security policy reports what it refused.
"""

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from slip.embedded.processes import free_port

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OWN_HOSTS = frozenset({"localhost", "127.0.0.1"})
PATIENCE = 60


class Watch:
    """What a page asked of other hosts, and what it complained of."""

    def __init__(self) -> None:
        self.other_hosts: list[str] = []
        self.complaints: list[str] = []

    def route(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN_HOSTS:
            self.other_hosts.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    def console(self, message: ConsoleMessage) -> None:
        # The browser's own line for an answer of 4xx or 5xx is no complaint of the page's: error pages are tested too.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def check(self) -> None:
        assert not self.other_hosts, f"The page asked other hosts: {self.other_hosts}"
        assert not self.complaints, f"The page's console has errors: {self.complaints}"


@contextmanager
def watched_context(browser: Browser, **options: object) -> Iterator[tuple[BrowserContext, Watch]]:
    """A fresh browser context with its watch; the watch is checked when the block ends without another error."""
    context = browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    watch = Watch()
    context.route("**/*", watch.route)
    context.on("console", watch.console)
    context.on("weberror", lambda error: watch.complaints.append(str(error.error)))
    try:
        yield context, watch
        watch.check()
    finally:
        context.close()


@pytest.fixture(scope="session")
def _portal_of_the_run(django_db_setup: None) -> Iterator[str]:
    with served_portal(connection.settings_dict["NAME"]) as address:
        yield address


@pytest.fixture
def portal(db: None, _portal_of_the_run: str) -> str:
    """The address of the portal, served by gunicorn from the worker's own database for the whole run.

    It is a process of its own, as in an installation, and does not see what a test writes in its transaction.
    Pages only read: nothing is ever flushed. Tests that use it share a worker: `pytest.mark.xdist_group("browser")`.
    """
    return _portal_of_the_run


@contextmanager
def served_portal(database: str, **others: str) -> Iterator[str]:
    """Serve a database on a free port of the loopback address until the block ends; gives the address.

    `others` are environment variables that stand in the place of the run's own.
    """
    port = free_port()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "slip.settings.test", "SLIP_TEST_DATABASE": database} | others
    command = f"gunicorn slip.wsgi:application --bind 127.0.0.1:{port} --threads 4 --no-control-socket"
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command.split()],
            cwd=Path(__file__).resolve().parents[1],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise AssertionError(f"The portal did not start:\n{log.read().decode(errors='replace')[-4000:]}")
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(PATIENCE)
            _wait_until_left(database)


def _wait_until_left(database: str) -> None:
    """The database server takes a moment to see that a client is gone, and until then drops no database."""
    settings = connection.settings_dict
    here = {"host": settings["HOST"], "port": settings["PORT"], "dbname": "postgres"}
    owner = psycopg2.connect(**here, user=settings["OWNER"]["USER"], password=settings["OWNER"]["PASSWORD"])
    owner.autocommit = True
    deadline = time.monotonic() + 5
    with contextlib.closing(owner), owner.cursor() as cursor:
        own = int(connection.connection is not None)
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database])
            if cursor.fetchone()[0] <= own:
                return
            time.sleep(0.05)


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/health/live/", headers={"Host": "localhost"})
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module.

    While it lives, Playwright's loop runs in the tests' own thread. Django refuses the database there unless it is
    told otherwise, keeps a connection of its own for it, and cannot try a view that is asynchronous; so the loop
    ends with the module, and the connection with the loop.
    """
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("No Chromium on this machine: install Debian's package chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        connections.close_all()
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages with any options of a Playwright context, for instance `new_page(java_script_enabled=False)`."""
    contexts = []

    def make(**options: object) -> Page:
        manager = watched_context(browser, **({"viewport": DESKTOP} | options))
        context, _ = manager.__enter__()
        contexts.append(manager)
        return context.new_page()

    yield make
    for manager in reversed(contexts):
        manager.__exit__(None, None, None)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page at the width of a desk's screen."""
    return new_page()


@pytest.fixture
def phone_page(new_page: Callable[..., Page]) -> Page:
    """A page at the width of a phone."""
    return new_page(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)


@pytest.fixture
def plain_page(new_page: Callable[..., Page]) -> Page:
    """A page without JavaScript."""
    return new_page(java_script_enabled=False)


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands, WCAG 2.2 AA and good practice; empty when all is well."""
    results = Axe().run(page)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['target']} {node['html'][:160]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def overflows_sideways(page: Page) -> bool:
    """Whether the page itself, not a box in it, is wider than the screen (WCAG 1.4.10)."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def enlarge_text(page: Page, percent: int = 200) -> None:
    """Text grows, the screen does not, as with a larger letter size in the browser's settings. For a loaded page."""
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
