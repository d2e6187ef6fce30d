"""The scorecard of a council, and the page that finds one."""

import re

import pytest
from django.test import Client

from lg_inform.models import Metric, Observation, Theme
from slip.directory.queries import current_councils
from tests.figures import as_published
from tests.lg_inform.views.pages import main_of, row_of, text_of, words_of


@pytest.fixture
def thurrock(db, client: Client):
    return client.get("/scorecards/thurrock/")


def test_it_shows_every_metric_once_under_its_theme(thurrock):
    content = thurrock.content.decode()
    for theme in Theme.objects.all():
        section = content.partition(f'<section aria-labelledby="{theme.key}"')[2].partition("</section>")[0]
        assert theme.name in section
        shown = re.findall(r'href="/scorecards/thurrock/([\w-]+)/"', section)
        assert shown == list(theme.metrics.order_by("order", "pk").values_list("key", flat=True))


def test_a_row_says_value_period_interval_benchmark_place_and_trend(thurrock):
    row = words_of(row_of(thurrock, "adult-obesity"))
    for said in (
        "Adults living with obesity",
        "Office for Health Improvement and Disparities, May 2026",
        "31.8%",
        "Year to Nov 2025",
        "likely range 27.8% to 35.9%",
        "Worse",
        "England: 26.6%",
        "42nd of 63",
        "Second worst quarter",
        "middle council 28.7% (+3.1 points)",
        "No clear change",
    ):
        assert said in row, said


def test_thurrocks_recycling_in_2022_23_shows_28_and_a_half_per_cent(thurrock):
    row = words_of(row_of(thurrock, "household-recycling-rate"))
    assert "28.5% 2022/23" in row
    assert "England: 41.7%" in row
    assert not re.search(r"\b(Better|Worse|Higher|Lower)\b", row)  # no margin of error is published


def test_each_row_draws_a_sparkline_and_a_strip_that_have_words_beside_them(thurrock):
    row = row_of(thurrock, "adult-obesity")
    assert row.count("<svg") >= 4
    for drawing in re.findall(r"<svg[^>]*>(?:<title>)?", row):
        assert 'aria-hidden="true"' in drawing or drawing.endswith("<title>")


def test_a_district_says_which_figures_are_not_its_business_and_who_runs_the_service(db, client: Client):
    page = client.get("/scorecards/brentwood/")
    row = words_of(row_of(page, "persistent-absence-looked-after"))
    assert "Not applicable to a district council. Essex County Council runs children's services here." in row
    assert "Not placed" in row


def test_a_blank_never_shows_a_comparison(db, client: Client):
    for council in ("brentwood", "cardiff", "belfast", "harrogate"):
        page = client.get(f"/scorecards/{council}/")
        for key in Metric.objects.values_list("key", flat=True):
            row = row_of(page, key)
            if "slip-blank" in row:
                assert "slip-badge" not in row, (council, key)
                assert "Not placed" in row, (council, key)
                assert not re.search(r"(?<![\d.])0(\.0)?%", words_of(row)), (council, key)


def test_where_the_latest_is_blank_the_last_figure_is_named(db, client: Client):
    release = Observation.objects.filter(
        unit__key="thurrock", release__metric__key="household-recycling-rate", release__superseded_at__isnull=True
    ).latest("release__ends_on")
    as_published(
        "DELETE FROM lg_inform_observation WHERE release_id = %s AND unit_id = %s", release.release_id, release.unit_id
    )
    row = words_of(row_of(client.get("/scorecards/thurrock/"), "household-recycling-rate"))
    assert "No figure for Thurrock was returned or published in 2022/23." in row
    assert re.search(r"Last figure: [\d.]+% in 2021/22", row)


# Both tiers


def test_a_district_leads_to_its_county_and_to_no_other(db, client: Client):
    page = client.get("/scorecards/brentwood/")
    assert "Essex County Council runs other services here" in text_of(page)
    assert 'href="/scorecards/essex/"' in main_of(page)


def test_a_county_leads_to_its_districts(db, client: Client):
    assert 'href="/scorecards/brentwood/"' in main_of(client.get("/scorecards/essex/"))


def test_a_single_tier_council_leads_to_no_other_tier(thurrock):
    assert "runs other services here" not in text_of(thurrock)


# Reorganisation


def test_an_ended_council_says_who_took_over_and_leads_there(db, client: Client):
    page = client.get("/scorecards/harrogate/")
    said = text_of(page)
    assert "Ended on 1 April 2023, when North Yorkshire took over." in said
    assert re.search(r'href="/scorecards/[\w-]*north-yorkshire[\w-]*/">See North Yorkshire’s scorecard', main_of(page))
    assert "runs other services here" not in said


def test_its_heir_says_whom_it_took_over_from(db, client: Client):
    page = client.get("/scorecards/cumberland/")
    assert "Took over from Allerdale, Carlisle and Copeland, and from part of Cumbria, on 1 April 2023." in text_of(
        page
    )


def test_an_ended_council_is_asked_for_nothing_after_its_end(db, client: Client):
    row = words_of(row_of(client.get("/scorecards/harrogate/"), "gigabit-broadband"))
    assert "Harrogate ended on 1 April 2023." in row


# Groups


@pytest.mark.parametrize("group", ["region", "ons-global", "ons-demographic", "ons-economic", "dfe-children", "chosen"])
def test_a_group_is_kept_in_every_link(db, client: Client, group: str):
    query = f"?group={group}" + ("&with=medway&with=luton" if group == "chosen" else "")
    page = client.get(f"/scorecards/thurrock/{query}")
    written = query.replace("&", "&amp;")
    metrics = re.findall(r'href="(/scorecards/thurrock/[\w-]+/[^"]*)"', main_of(page))
    assert len(metrics) == Metric.objects.count()
    assert all(link.endswith(written) for link in metrics)
    assert f'href="/scorecards/thurrock.csv{written}"' in page.content.decode()
    metric = client.get(f"/scorecards/thurrock/adult-obesity/{query}").content.decode()
    assert f'href="/scorecards/thurrock/{written}"' in metric
    assert metric.count(f'href="/scorecards/thurrock/adult-obesity.csv{written}"') == 2


def test_the_whole_tier_needs_no_query(thurrock):
    assert "?group=" not in main_of(thurrock)


@pytest.mark.parametrize(
    ("group", "name", "benchmark"),
    [
        ("tier", "All English unitary councils", "England"),
        ("region", "Single-tier councils in the East of England", "the East of England"),
        ("ons-global", "ONS statistical neighbours", "England"),
    ],
)
def test_a_group_is_named_with_its_benchmark(db, client: Client, group: str, name: str, benchmark: str):
    page = client.get(f"/scorecards/thurrock/?group={group}")
    said = text_of(page)
    assert f"The group is: {name}." in said
    assert f"Against {benchmark}" in said
    assert re.search(rf'<option value="{group}"\s+selected>', page.content.decode())


def test_neighbours_are_shown_with_their_publisher_and_vintage(db, client: Client):
    said = text_of(client.get("/scorecards/thurrock/?group=ons-global"))
    assert "Source: Office for National Statistics, February 2025." in said


def test_councils_are_picked_from_those_that_run_the_same_services(db, client: Client):
    page = client.get("/scorecards/thurrock/?group=chosen&with=medway&with=luton")
    content = page.content.decode()
    offered = re.findall(r'name="with"\s+type="checkbox"\s+value="([\w-]+)"\s*(checked)?', content)
    assert {key for key, checked in offered if checked} == {"medway", "luton"}
    assert "Choose councils (2 chosen, at most 20)" in text_of(page)
    assert {"leeds", "camden", "cardiff"} <= {key for key, _ in offered}
    assert not {"thurrock", "essex", "brentwood", "harrogate"} & {key for key, _ in offered}
    assert "3 in all" not in text_of(page)
    assert words_of(row_of(page, "adult-obesity")).count("of 3") == 1


def test_with_none_chosen_the_page_says_how_to_choose(db, client: Client):
    page = client.get("/scorecards/thurrock/?group=chosen")
    assert "Choose councils (0 chosen, at most 20)" in text_of(page)
    assert re.search(r"<details[^>]*\sopen\b", page.content.decode())
    assert "1st of 1" not in text_of(page)


# Finding


@pytest.mark.parametrize(
    ("words", "first", "reason"),
    [
        ("thurrock", "Thurrock Council", "This is its name."),
        ("Harrogate", "North Yorkshire Council", "Took over from Harrogate on 1 April 2023."),
        ("thurrok", "Thurrock Council", "You may have meant Thurrock."),
    ],
)
def test_a_council_is_found_with_the_reason(db, client: Client, words: str, first: str, reason: str):
    page = client.get("/scorecards/", {"q": words})
    found = re.findall(r'<li class="slip-results__item">(.*?)</li>', page.content.decode(), re.DOTALL)
    assert words_of(found[0]).startswith(first)
    assert reason in words_of(found[0])


def test_words_are_shown_again_as_they_were_typed(db, client: Client):
    page = client.get("/scorecards/", {"q": '<b>"Essex" & Kent</b>'})
    assert '<b>"Essex"' not in page.content.decode()
    assert 'No council matches “<b>"Essex" & Kent</b>”' in text_of(page) or "matches" in text_of(page)


def test_nothing_found_says_what_to_try(db, client: Client):
    said = text_of(client.get("/scorecards/?q=zzzzzz"))
    assert "No council matches “zzzzzz”" in said
    assert "Check the spelling, or try the name of the county or region it is in." in said


def test_every_council_of_the_kingdom_has_a_scorecard(db, client: Client):
    keys = current_councils(nation=None).values_list("reporting_unit__key", flat=True)
    assert len(keys) > 370
    # A sample over the alphabet; the sweeps of sentences and ranks read the figures themselves.
    for key in list(keys)[::25]:
        assert client.get(f"/scorecards/{key}/").status_code == 200, key
