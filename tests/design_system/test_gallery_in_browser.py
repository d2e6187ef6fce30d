"""The gallery in a real browser: at every width, without a mouse, without JavaScript, and asking nobody else."""

import re
from itertools import pairwise

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import axe, enlarge_text, overflows_sideways, watched_context

pytestmark = [pytest.mark.xdist_group("browser")]


@pytest.fixture
def gallery(portal: str) -> str:
    return portal + reverse("design_system:gallery")


def test_the_gallery_has_no_accessibility_violations(page: Page, gallery: str):
    page.goto(gallery)
    page.locator("#recycling").scroll_into_view_if_needed()
    expect(page.locator("#recycling[data-drawn]")).to_be_visible()
    assert axe(page) == []


def test_the_gallery_has_none_on_a_phone_and_does_not_scroll_sideways(phone_page: Page, gallery: str):
    phone_page.goto(gallery)
    assert axe(phone_page) == []
    assert not overflows_sideways(phone_page)


@pytest.mark.parametrize(("width", "percent"), [(320, 100), (1280, 200), (390, 200)])
def test_nothing_is_cut_off_on_narrow_screens_or_with_large_text(new_page, gallery: str, width: int, percent: int):
    narrow = new_page(viewport={"width": width, "height": 800})
    narrow.goto(gallery)
    enlarge_text(narrow, percent)
    assert not overflows_sideways(narrow)


def test_a_chart_is_drawn_when_it_comes_into_view_without_plotlys_toolbar(page: Page, gallery: str):
    page.goto(gallery)
    chart = page.locator("#recycling")
    assert chart.get_attribute("data-drawn") is None
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    expect(chart.locator(".slip-chart__fallback")).to_be_hidden()
    assert page.locator(".modebar-btn").count() == 0
    assert chart.locator(".slip-chart__canvas").get_attribute("aria-hidden") == "true"


def labels_of_time(page: Page) -> list[tuple[str, str]]:
    """The text of each label of the time axis, and how it is turned."""
    return page.locator("#recycling .xaxislayer-above .xtick text").evaluate_all(
        "all => all.map((one) => [one.textContent, one.getAttribute('transform') ?? ''])"
    )


@pytest.mark.parametrize(("width", "percent"), [(1280, 100), (390, 100), (820, 200)])
def test_the_newest_period_is_labelled_level_and_clear_of_its_neighbour(new_page, gallery: str, width, percent):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(gallery)
    enlarge_text(page, percent)
    page.locator("#recycling").scroll_into_view_if_needed()
    expect(page.locator("#recycling .xtick text").first).to_be_attached()
    labels = labels_of_time(page)
    assert labels[-1][0] == "2022/23"
    assert not [turned for _, turned in labels if "rotate" in turned and "rotate(0" not in turned]
    boxes = page.locator("#recycling .xtick text").evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect(); return [box.left, box.right]; })"
    )
    assert all(left >= right for (_, right), (left, _) in pairwise(boxes)), boxes


def test_a_chart_is_drawn_anew_for_a_new_width_and_left_to_the_server_where_there_is_no_room(page: Page, gallery: str):
    page.goto(gallery)
    chart = page.locator("#recycling")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".xtick")).to_have_count(6)
    page.set_viewport_size({"width": 390, "height": 900})
    expect(chart.locator(".xtick")).not_to_have_count(6)
    assert labels_of_time(page)[-1][0] == "2022/23"
    page.set_viewport_size({"width": 300, "height": 900})
    expect(chart.locator(".slip-chart__canvas")).to_be_hidden()
    expect(chart.locator(".slip-chart__fallback")).to_be_visible()


def test_a_chart_takes_the_colours_that_the_reader_has_forced(new_page, gallery: str):
    page = new_page(viewport={"width": 1280, "height": 900}, forced_colors="active")
    page.goto(gallery)
    page.locator("#recycling").scroll_into_view_if_needed()
    line = page.locator("#recycling .scatterlayer .trace .js-line").last
    expect(line).to_be_attached()
    forced = page.evaluate(
        "() => { const probe = document.createElement('i'); probe.style.forcedColorAdjust = 'none';"
        " probe.style.color = 'Highlight'; document.body.append(probe); return getComputedStyle(probe).color; }"
    )
    # Plotly keeps the opacity apart.
    drawn = line.evaluate("path => getComputedStyle(path).stroke")
    assert re.findall(r"\d+", drawn)[:3] == re.findall(r"\d+", forced)[:3]


def test_a_drawn_chart_gives_way_to_the_servers_drawing_on_paper(page: Page, gallery: str):
    page.goto(gallery)
    chart = page.locator("#recycling")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".slip-chart__fallback")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(chart.locator(".slip-chart__fallback")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(chart.locator(".slip-chart__fallback")).to_be_hidden()


def test_without_javascript_the_servers_drawing_and_the_table_are_there(plain_page: Page, gallery: str):
    plain_page.goto(gallery)
    chart = plain_page.locator("#recycling")
    expect(chart.locator(".slip-chart__fallback svg")).to_be_visible()
    expect(chart.locator(".slip-chart__canvas")).to_be_hidden()
    chart.get_by_text("Figures as a table").click()
    expect(chart.get_by_role("cell", name="28.5%")).to_be_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, gallery: str):
    page.goto(gallery)
    page.keyboard.press("Tab")
    skip = page.locator(".govuk-skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_a_page_that_asks_another_host_fails_its_test(browser):
    with pytest.raises(AssertionError, match=r"other hosts.*example\.org"), watched_context(browser) as (context, _):
        context.new_page().set_content('<img src="https://example.org/pixel.png" alt="">')


def test_the_content_security_policy_would_stop_it_too(browser, gallery: str):
    with pytest.raises(AssertionError, match="Content Security Policy"), watched_context(browser) as (context, _):
        page = context.new_page()
        page.goto(gallery)
        with page.expect_console_message():
            page.evaluate("new Image().src = 'https://example.org/pixel.png'")
