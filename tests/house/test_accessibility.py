"""Every page in every state through axe, at every width, with large text, by keyboard and without JavaScript."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import DESKTOP, PHONE, axe, enlarge_text, overflows_sideways
from tests.house.states import ERRORS, PAGES

pytestmark = pytest.mark.xdist_group("browser")

TABLETS = (1024, 820, 768)
OPEN_EVERYTHING = "for (const box of document.querySelectorAll('details')) box.open = true"
#: What the keyboard cannot reach although it scrolls sideways.
UNREACHABLE = """
  [...document.querySelectorAll('main *')].filter((box) =>
    ['auto', 'scroll'].includes(getComputedStyle(box).overflowX) &&
    box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 &&
    box.tabIndex < 0 && !box.querySelector('a, button, input, select')
  ).map((box) => box.outerHTML.slice(0, 160))
"""
LOOK_OF_FOCUS = """() => {
  const stop = document.activeElement, css = getComputedStyle(stop);
  return [stop.outerHTML.slice(0, 120), css.outlineStyle, css.outlineWidth, css.boxShadow, css.backgroundColor];
}"""


def set_width(page: Page, width: int, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})


def check_page(page: Page) -> None:
    """The page as it stands on a desk's screen and tablets, opened on a phone, at 320 pixels (400% zoom), with 200% text."""
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    for width in TABLETS:
        set_width(page, width)
        assert not overflows_sideways(page), f"scrolls sideways at {width} pixels"
    page.evaluate(OPEN_EVERYTHING)
    set_width(page, PHONE["width"])
    assert axe(page) == []
    set_width(page, 320)
    assert not overflows_sideways(page), "scrolls sideways at 320 pixels"
    expect(page.locator("body")).to_be_visible()
    # The stops are set when sizes have settled. Asked from outside: the page's own policy forbids it to evaluate text.
    for _ in range(50):
        if not page.evaluate(UNREACHABLE):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(UNREACHABLE) == []
    enlarge_text(page, 200)
    for width in (PHONE["width"], DESKTOP["width"]):
        set_width(page, width)
        assert not overflows_sideways(page), f"scrolls sideways at {width} pixels with text at 200%"


@pytest.mark.parametrize("state", PAGES)
def test_every_page_in_every_state(page: Page, portal: str, address_of, state: str):
    response = page.goto(portal + address_of(state))
    assert response is not None
    assert response.status == 200
    check_page(page)


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page(page: Page, portal: str, error_page, status: int):
    content = error_page(status)

    def answer(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html; charset=utf-8", body=content)

    page.route("**/an-error/", answer)
    response = page.goto(f"{portal}/an-error/")
    assert response is not None
    assert response.status == status
    check_page(page)


def test_a_missing_label_would_be_found(page: Page, portal: str):
    page.goto(portal)
    page.evaluate("for (const label of document.querySelectorAll('label')) label.remove()")
    assert any(line.startswith("label ") for line in axe(page))


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/")
    page.keyboard.press("Tab")
    skip = page.locator(".govuk-skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_the_group_is_changed_with_the_keyboard_alone(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/")
    choice = page.get_by_label("Compare with")
    stops = tab_to(page, choice)
    assert stops < 20
    page.keyboard.type("Single-tier councils in the East")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Compare")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?group=region")
    assert page.get_by_label("Compare with").input_value() == "region"


def tab_to(page: Page, wanted) -> int:
    """Press Tab until the wanted thing has the focus; how often it took."""
    for stops in range(1, 60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return stops
    raise AssertionError("the keyboard never gets there")


def test_every_stop_of_the_keyboard_shows_where_it_is(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/adult-obesity/")
    for _ in range(12):
        page.keyboard.press("Tab")
        tag, outline, width, shadow, background = page.evaluate(LOOK_OF_FOCUS)
        has_outline = outline != "none" and width != "0px"
        assert has_outline or shadow != "none" or background != "rgba(0, 0, 0, 0)", tag


@pytest.mark.parametrize("path", ["/scorecards/thurrock/adult-obesity/", "/data/sources/"])
def test_wide_tables_scroll_in_boxes_that_the_keyboard_reaches(new_page, portal: str, path: str):
    narrow = new_page(viewport={"width": 320, "height": 700})
    narrow.goto(portal + path)
    narrow.evaluate(OPEN_EVERYTHING)
    boxes = narrow.locator(".slip-scroll")
    assert boxes.count() > 0
    for index in range(boxes.count()):
        box = boxes.nth(index)
        scrolls = box.evaluate("box => box.scrollWidth > box.clientWidth")
        if scrolls:
            expect(box).to_have_attribute("tabindex", "0")
            box.focus()
            expect(box).to_be_focused()
        expect(box).to_have_accessible_name(name_of(box))


def name_of(box) -> str:
    """The name that a box has by its label or its table's caption."""
    label = box.get_attribute("aria-label")
    if label:
        return label
    by = box.get_attribute("aria-labelledby")
    return box.page.locator(f"#{by}").inner_text()


def test_a_page_works_without_javascript(plain_page: Page, portal: str):
    plain_page.goto(portal)
    plain_page.get_by_label("Find a council").fill("thurrock")
    plain_page.get_by_role("button", name="Find").click()
    plain_page.get_by_role("link", name="Thurrock Council").click()
    plain_page.get_by_label("Compare with").select_option("ons-global")
    plain_page.get_by_role("button", name="Compare").click()
    assert "group=ons-global" in plain_page.url
    plain_page.get_by_role("link", name="Adults living with obesity").click()
    charts = plain_page.locator(".slip-chart")
    assert charts.count() == 2
    for index in range(2):
        chart = charts.nth(index)
        expect(chart.locator(".slip-chart__fallback svg")).to_be_visible()
        expect(chart.locator(".slip-chart__canvas")).to_be_hidden()
        chart.get_by_text("Figures as a table").click()
        expect(chart.get_by_role("table")).to_be_visible()


def test_plotly_draws_every_chart_and_offers_no_upload(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/adult-obesity/")
    charts = page.locator(".slip-chart")
    for index in range(charts.count()):
        chart = charts.nth(index)
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".slip-chart__canvas .trace, .slip-chart__canvas .bars").first).to_be_attached()
        expect(chart.locator(".slip-chart__fallback")).to_be_hidden()
    assert page.locator(".modebar-btn").count() == 0
    assert axe(page) == []


def test_the_council_is_told_apart_in_a_drawn_chart(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/adult-obesity/?group=ons-global")
    chart = page.locator("#whole-group")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".bars .point path").first).to_be_attached()
    fills = chart.locator(".bars .point path").evaluate_all("paths => paths.map((path) => path.style.fill)")
    assert len(fills) > 5
    assert len(set(fills)) == 2
    assert min(fills.count(fill) for fill in set(fills)) == 1


def test_navigation_and_forms_stay_off_paper(page: Page, portal: str):
    page.goto(f"{portal}/scorecards/thurrock/")
    expect(page.locator(".slip-nav")).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (".slip-nav", ".govuk-skip-link", ".govuk-back-link", ".slip-controls", ".slip-themes"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_role("heading", name="Thurrock’s scorecard")).to_be_visible()
    expect(page.locator(".slip-scorecard").first).to_be_visible()
