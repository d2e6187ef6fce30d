"""No page asks any other host for anything: seen in a browser on every page, and read in every file that is served."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser import watched_context
from tests.house.states import PAGES

ROOT = Path(settings.BASE_DIR)
#: One page of each kind, and what is only there once a chart has been drawn.
KINDS = (
    "home",
    "finder-with-matches",
    "scorecard-unitary",
    "metric-with-interval",
    "metric-not-applicable",
    "sources",
    "import-report",
    "gallery",
)
in_browser = pytest.mark.xdist_group("browser")

#: An address with a host, also without its scheme.
WITH_HOST = re.compile(r"""(?:https?:|wss?:)?//[\w-]+(?:\.[\w-]+)+[^\s"'<>)]*""")
#: Names of kinds of XML are no addresses: nobody asks for them.
XML_KINDS = re.compile(r"^https?://www\.w3\.org/(?:\d{4}/|XML/)")
#: Addresses written into libraries as data, by file: where a part points when it is used, which ours are not.
#: Plotly's toolbar button that would send a chart away is off (static/js/charts.js), and its maps are not in this build.
WRITTEN_IN_LIBRARIES = {"plotly-basic.min.js", "govuk-frontend.min.js"}


@in_browser
@pytest.mark.parametrize("state", KINDS)
def test_a_page_asks_only_its_own_host(page: Page, portal: str, address_of, state: str):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(portal + address_of(state), wait_until="networkidle")
    for chart in page.locator(".slip-chart").all():
        chart.scroll_into_view_if_needed()
        if chart.get_attribute("data-plotly"):
            expect(chart).to_have_attribute("data-drawn", "true")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 3
    assert all(address.startswith((portal, "data:")) for address in asked), asked
    # Errors on the console, refusals of the content security policy among them, fail the test as it ends.


@in_browser
def test_nothing_is_kept_in_the_readers_browser(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/adult-obesity/", wait_until="networkidle")
    page.goto(f"{portal}/scorecards/?q=essex", wait_until="networkidle")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@in_browser
@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("new Image().src = 'https://example.org/pixel.png'", "other hosts|Content Security Policy"),
        (
            "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
            "console has errors",
        ),
        ("console.error('something broke')", "something broke"),
    ],
)
def test_the_watch_sees_what_it_is_for(browser, portal: str, script: str, complaint: str):
    with pytest.raises(AssertionError, match=complaint), watched_context(browser) as (context, _):
        watched = context.new_page()
        watched.goto(portal)
        watched.evaluate(script)
        watched.wait_for_timeout(300)


def test_the_kinds_are_states_of_the_list():
    assert set(KINDS) <= set(PAGES)


def served_files() -> list[Path]:
    """Every file that a page may load: ours, and what is built from pinned packages."""
    found = [path for folder in ("static", "static_built") for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in found if path.suffix in {".css", ".js", ".mjs", ".scss", ".svg", ".json"}]


def hosts_in(text: str) -> set[str]:
    return {found for found in WITH_HOST.findall(text) if not XML_KINDS.match(found)}


def test_served_files_name_no_other_host():
    files = served_files()
    assert {"slip.css", "plotly-basic.min.js", "charts.js"} <= {path.name for path in files}
    for path in files:
        if path.name not in WRITTEN_IN_LIBRARIES:
            text = re.sub(r"^\s*//.*$|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
            assert not hosts_in(text), path.name


def test_the_chart_library_is_not_told_of_any_server():
    script = (ROOT / "static/js/charts.js").read_text(encoding="utf-8")
    assert re.search(r'plotlyServerURL:\s*""', script)
    assert re.search(r"showSendToCloud:\s*false", script)


def test_templates_name_other_hosts_only_in_links_that_people_click():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        links = re.compile(r"<a\b[^>]*?href=\"[^\"]*\"", re.DOTALL)
        assert not hosts_in(links.sub("", text)), path.name
        for tag in re.findall(r"<(?:script|link|img|iframe|object|embed|source|form|svg)\b[^>]*>", text):
            assert not hosts_in(tag), f"{path.name}: {tag}"


def test_no_page_holds_an_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), path.name
        assert not re.search(r"<style\b|\sstyle=|\son\w+=\"|javascript:", text), path.name


def test_an_address_of_another_host_would_be_found():
    assert hosts_in('@import "//cdn.example.org/a.css"')
    assert hosts_in("fetch('https://example.org')")
    assert not hosts_in('xmlns="http://www.w3.org/2000/svg"')
