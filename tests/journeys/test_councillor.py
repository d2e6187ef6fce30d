"""A councillor of 68 with a tablet: she finds her council, reads one figure, and takes the file with her."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows_sideways

pytestmark = pytest.mark.xdist_group("browser")

TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def tablet(new_page) -> Page:
    return new_page(viewport=TABLET, has_touch=True, device_scale_factor=2, accept_downloads=True)


def test_she_reads_thurrocks_adult_obesity_and_takes_the_figures_with_her(tablet: Page, portal: str, tmp_path: Path):
    # From the front door, by typing.
    tablet.goto(portal)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("How is your council doing?")
    tablet.get_by_label("Find a council").fill("thurrock")
    tablet.get_by_label("Find a council").press("Enter")
    expect(tablet.get_by_role("heading", name=re.compile("1 council matches"))).to_be_visible()
    tablet.get_by_role("link", name="Thurrock Council").tap()

    # Her council's scorecard, first beside every unitary council.
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Thurrock’s scorecard")
    row = tablet.get_by_role("row", name=re.compile("Adults living with obesity"))
    expect(row).to_contain_text("31.8%")
    expect(row).to_contain_text("42nd of 63")
    assert not overflows_sideways(tablet)

    # Now beside councils like hers.
    tablet.get_by_label("Compare with").select_option(label="ONS statistical neighbours")
    tablet.get_by_role("button", name="Compare").tap()
    tablet.wait_for_url("**/?group=ons-global")
    expect(tablet.get_by_text("Source: Office for National Statistics, February 2025.")).to_be_visible()
    row = tablet.get_by_role("row", name=re.compile("Adults living with obesity"))
    expect(row).to_contain_text(re.compile(r"\d+(st|nd|rd|th) of (9|10)\b"))

    # One figure, in sentences.
    tablet.get_by_role("link", name="Adults living with obesity").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Adults living with obesity")
    for sentence in (
        "31.8% of adults in Thurrock were living with obesity in the year to November 2025.",
        "the true figure is likely to be between 27.8% and 35.9%.",
        "There has been no clear change over the last five yearly figures.",
        "That is higher than England (26.6%), and higher is worse here.",
    ):
        expect(tablet.get_by_text(sentence).first).to_be_visible()
    size = tablet.get_by_text("31.8% of adults in Thurrock").first.evaluate(
        "p => parseFloat(getComputedStyle(p).fontSize)"
    )
    assert size >= 19
    assert not overflows_sideways(tablet)
    assert axe(tablet) == []

    # The chart has its figures as a table.
    chart = tablet.locator("#through-time")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".slip-chart__canvas .trace").first).to_be_attached()
    chart.get_by_text("Figures as a table").tap()
    cell = chart.get_by_role("row", name=re.compile("Year to Nov 2025"))
    expect(cell).to_contain_text("31.8%")

    # And a file, in which she finds her figure.
    with tablet.expect_download() as download:
        chart.get_by_role("link", name=re.compile("CSV")).tap()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.suffix == ".csv"
    with saved.open(encoding="utf-8-sig", newline="") as content:
        found = [
            line
            for line in csv.DictReader(content)
            if line["area"] == "Thurrock" and line["period"] == "Year to Nov 2025"
        ]
    assert len(found) == 1
    assert round(float(found[0]["value"]), 1) == 31.8

    # Back to the scorecard, and the choice of neighbours is still there.
    tablet.get_by_role("link", name="Thurrock’s scorecard").tap()
    tablet.wait_for_url("**/scorecards/thurrock/?group=ons-global")


def test_in_brentwood_she_sees_both_tiers(tablet: Page, portal: str):
    tablet.goto(f"{portal}/scorecards/?q=brentwood")
    results = tablet.locator(".slip-results__item")
    expect(results).to_have_count(2)
    expect(results.nth(0)).to_contain_text("Brentwood Borough Council")
    expect(results.nth(1)).to_contain_text("Essex County Council")
    expect(results.nth(1)).to_contain_text("Runs county services in Brentwood.")

    results.nth(0).get_by_role("link").tap()
    expect(tablet.get_by_text("Essex County Council runs other services here")).to_be_visible()
    blank = tablet.get_by_role("row", name=re.compile("Children in care often absent from school"))
    expect(blank).to_contain_text("Not applicable to a district council.")

    tablet.get_by_role("link", name="see Essex’s scorecard").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Essex’s scorecard")
    tablet.get_by_text("District councils run other services here").tap()
    tablet.get_by_role("link", name="Brentwood’s scorecard").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Brentwood’s scorecard")


def test_a_council_she_remembers_leads_to_the_one_that_took_over(tablet: Page, portal: str):
    tablet.goto(f"{portal}/scorecards/harrogate/")
    expect(tablet.get_by_text("Ended on 1 April 2023, when North Yorkshire took over.")).to_be_visible()
    tablet.get_by_role("link", name="See North Yorkshire’s scorecard").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("North Yorkshire’s scorecard")
