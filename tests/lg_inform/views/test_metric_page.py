"""One figure of one council: sentences, charts with their tables, what it means, and who says so."""

import json
import re

import pytest
from django.test import Client

from lg_inform.models import Metric
from lg_inform.queries.scorecard import metrics_in_order
from tests.lg_inform.views.pages import main_of, row_of, text_of, words_of

OBESITY = "/scorecards/thurrock/adult-obesity/"
COUNCILS = ["thurrock", "brentwood", "essex", "cardiff"]
POLAR = re.compile(r"\b(better|worse|best|worst|improv\w*|worsen\w*|deteriorat\w*)\b", re.IGNORECASE)
POLAR_CLASS = re.compile(r"slip-[\w-]*--(better|worse|improving|worsening|good|stopped)\b")


@pytest.fixture
def obesity(db, client: Client):
    return client.get(OBESITY)


def chart(response, name: str) -> dict:
    """The data of a chart as Plotly is given them."""
    found = re.search(rf'<script id="{name}-figure" type="application/json">(.*?)</script>', response.content.decode())
    assert found is not None, name
    return json.loads(found[1])


def test_it_reads_as_sentences_that_a_councillor_understands(obesity):
    said = text_of(obesity)
    for sentence in (
        "31.8% of adults in Thurrock were living with obesity in the year to November 2025.",
        "Allowing for the margin of error, the true figure is likely to be between 27.8% and 35.9%.",
        "There has been no clear change over the last five yearly figures.",
        "That is higher than England (26.6%), and higher is worse here.",
        "Thurrock is 42nd of 63 among all English unitary councils (1st is best); the middle council has 28.7%.",
    ):
        assert sentence in said


def test_it_says_what_is_measured_which_way_is_better_and_who_published_it(obesity):
    metric, said = Metric.objects.get(key="adult-obesity"), text_of(obesity)
    for fact in (
        metric.measures,
        metric.caution,
        metric.polarity_reason,
        "Lower is better",
        "Office for Health Improvement and Disparities",
        "Open Government Licence v3.0",
        f"Written by {metric.author}, last reviewed",
    ):
        assert re.sub(r"\s+", " ", fact) in said, fact


def test_the_time_series_shows_the_council_and_its_benchmark_with_margins(obesity):
    figure = chart(obesity, "through-time")
    own, england = figure["data"]
    assert (own["name"], england["name"]) == ("Thurrock", "England")
    assert len(own["y"]) == len(own["x"]) == len(england["y"])
    assert round(own["y"][-1], 1) == 31.8
    assert own["error_y"]["symmetric"] is False
    assert own["connectgaps"] is False
    assert own["line"]["color"] != england["line"]["color"]
    assert "template" not in figure["layout"]


def test_the_bars_show_the_whole_group_with_the_council_alone_in_its_colour(obesity):
    (bars,) = chart(obesity, "whole-group")["data"]
    colours = bars["marker"]["color"]
    assert len(bars["x"]) == len(bars["y"]) == len(colours) == 63
    assert colours.count(colours[bars["x"].index("Thurrock")]) == 1
    assert bars["y"] in (sorted(bars["y"]), sorted(bars["y"], reverse=True))


def test_every_chart_has_a_sentence_a_drawing_and_the_same_figures_as_a_table(obesity):
    figures = re.findall(r'<figure class="slip-chart".*?</figure>', obesity.content.decode(), re.DOTALL)
    assert len(figures) == 2
    for figure in figures:
        assert "<svg" in figure
        assert re.search(r'class="slip-chart__sentence">[^<]+\.<', figure)
        (table,) = re.findall(r"<table.*?</table>", figure, re.DOTALL)
        assert "Thurrock" in table
        assert "31.8%" in table
        assert table.count("<tr") > 5
        assert "download>" in figure


def test_blank_years_are_words_in_the_table_and_gaps_in_the_line(db, client: Client):
    page = client.get("/scorecards/barnsley/household-recycling-rate/")
    own = chart(page, "through-time")["data"][0]
    assert len(own["y"]) == 10
    assert None not in own["y"]
    assert "no figure" not in words_of(
        page.content.decode().partition('id="through-time"')[2].partition("</figure>")[0]
    )


@pytest.mark.parametrize("metric", ["persistent-absence-looked-after", "persistent-absence"])
def test_a_page_of_a_service_that_the_council_does_not_run_explains_and_draws_nothing(db, client: Client, metric: str):
    page = client.get(f"/scorecards/brentwood/{metric}/")
    assert "Not applicable to a district council. Essex County Council runs" in text_of(page)
    assert 'id="through-time"' not in page.content.decode()


def test_a_council_outside_the_figures_has_a_page_that_says_so(db, client: Client):
    page = client.get("/scorecards/cardiff/adult-obesity/")
    assert "Not published for a Welsh council." in text_of(page)
    assert "None" not in text_of(page)


@pytest.mark.parametrize("council", COUNCILS)
def test_every_metric_has_a_page_without_a_broken_word(db, client: Client, council: str):
    for metric in metrics_in_order():
        page = client.get(f"/scorecards/{council}/{metric.key}/")
        assert page.status_code == 200, metric.key
        said = text_of(page)
        assert not re.search(r"\bNone\b|\bnan\b|\{\{|\}\}|-0\.0|\(\)", said), metric.key


@pytest.mark.parametrize("council", COUNCILS)
def test_without_polarity_nothing_is_better_or_worse_in_words_or_colours(db, client: Client, council: str):
    scorecard = client.get(f"/scorecards/{council}/")
    neutral = [metric for metric in metrics_in_order() if metric.polarity == "none"]
    assert len(neutral) >= 9
    for metric in neutral:
        row = row_of(scorecard, metric.key)
        assert not POLAR.search(words_of(row)), (metric.key, words_of(row))
        assert not POLAR_CLASS.search(row), metric.key
        page = client.get(f"/scorecards/{council}/{metric.key}/")
        markup, said = main_of(page), words_of(f"<main{main_of(page)}")
        for allowed in (
            metric.measures,
            metric.why,
            metric.caution,
            metric.polarity_reason,
            "Which way is better",
            "Neither is better",
            "Neither end is better in itself.",
        ):
            said = said.replace(re.sub(r"\s+", " ", allowed), "") if allowed else said
        assert not POLAR.search(said), (metric.key, POLAR.search(said), said[:1500])
        assert not POLAR_CLASS.search(markup), metric.key
        assert "is better or" not in said


def test_with_polarity_the_words_are_there(db, client: Client):
    row = row_of(client.get("/scorecards/thurrock/"), "adult-obesity")
    assert POLAR.search(words_of(row))
    assert POLAR_CLASS.search(row)
