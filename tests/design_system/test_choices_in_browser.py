"""A long list of checkboxes: narrowed by typing, all there without JavaScript, and seen to scroll."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows_sideways

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("browser")]

PICKER = "/scorecards/thurrock/?group=chosen"


def test_typing_narrows_the_list_says_how_many_are_left_and_keeps_what_is_chosen(page: Page, portal: str):
    page.goto(portal + PICKER)
    expect(page.get_by_text("Choose at least one council to compare with.")).to_be_visible()
    page.get_by_role("checkbox", name="Medway").check()
    page.get_by_label("Show only names with").fill("BOURNEM")
    expect(page.get_by_role("status")).to_contain_text("1 of ")
    expect(page.get_by_role("checkbox", name="Bournemouth, Christchurch and Poole")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Medway")).to_be_hidden()
    assert axe(page) == []
    page.get_by_role("checkbox", name="Bournemouth, Christchurch and Poole").check()
    page.get_by_role("button", name="Compare with these").click()
    expect(page.get_by_role("link", name="Medway")).to_be_visible()
    expect(page.get_by_role("link", name="Bournemouth, Christchurch and Poole")).to_be_visible()


def test_without_javascript_the_whole_list_is_there_and_the_box_to_type_in_is_not(plain_page: Page, portal: str):
    plain_page.goto(portal + PICKER)
    expect(plain_page.get_by_label("Show only names with")).to_be_hidden()
    expect(plain_page.get_by_role("checkbox", name="York", exact=True)).to_be_attached()


def test_the_list_is_cut_in_the_middle_of_a_name_so_that_it_is_seen_to_scroll(page: Page, portal: str):
    page.goto(portal + PICKER)
    edge = page.locator(".slip-choices").evaluate("box => box.getBoundingClientRect().bottom")
    labels = page.locator(".slip-choices label").evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect(); return [box.top, box.bottom]; })"
    )
    assert any(top < edge < bottom for top, bottom in labels)


def test_a_scorecard_on_a_tablet_has_cards_and_nothing_to_the_side(new_page, portal: str):
    tablet = new_page(viewport={"width": 820, "height": 1180})
    tablet.goto(f"{portal}/scorecards/thurrock/")
    assert not overflows_sideways(tablet)
    row = tablet.locator(".slip-scorecard tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "grid"
