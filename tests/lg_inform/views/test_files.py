"""Figures as files: what is written is what is published, and can be read again without loss."""

import csv
import io

import pytest
from django.test import Client

from lg_inform.calculations.periods import Span, period_label
from lg_inform.enums import RANKED_STATES, ValueState
from lg_inform.models import Metric, Observation, Release
from lg_inform.queries.scorecard import metrics_in_order
from slip.directory.models import ReportingUnit
from tests.figures import as_published


def read(client: Client, path: str) -> list[dict[str, str]]:
    content = client.get(path).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("council", ["thurrock", "brentwood", "essex", "cardiff", "harrogate"])
def test_a_scorecards_file_is_what_is_published(db, client: Client, council: str):
    rows = read(client, f"/scorecards/{council}.csv")
    metrics = list(metrics_in_order())
    assert [row["metric"] for row in rows] == [metric.label for metric in metrics]
    shown = 0
    for row, metric in zip(rows, metrics, strict=True):
        assert row["theme"] == metric.theme.name
        assert row["licence"] == "OGL-UK-3.0"
        assert row["publisher"]
        assert row["state"], f"{metric.key} does not say why it is blank"
        figure = Observation.objects.filter(
            unit__key=council, release__metric=metric, release__superseded_at__isnull=True
        )
        of_period = [
            found
            for found in figure.select_related("release__period")
            if period_label(span_of(found.release)) == row["period"]
        ]
        if row["value"]:
            (published,) = of_period
            assert float(row["value"]) == published.value
            assert number(row["lower_95"]) == published.lower
            assert number(row["upper_95"]) == published.upper
            shown += 1
        else:
            assert all(found.value is None for found in of_period)
    assert shown > 5


def span_of(release: Release) -> Span:
    return Span(release.period.basis, release.period.starts_on, release.period.ends_on)


def test_a_scorecards_file_names_group_place_and_benchmark(db, client: Client):
    row = next(
        row
        for row in read(client, "/scorecards/thurrock.csv?group=region")
        if row["metric"] == "Adults living with obesity"
    )
    assert row["comparison_group"] == "Single-tier councils in the East of England"
    assert row["benchmark"] == "the East of England"
    assert 1 <= int(row["rank"]) <= int(row["n"]) == 6
    assert row["compared"] in {"better", "similar", "worse"}
    assert (row["area"], row["area_code"]) == ("Thurrock", "E06000034")
    assert row["unit"] == "%"
    assert row["published_on"] == "2026-05-06"


@pytest.mark.parametrize("group", ["tier", "region", "ons-global", "chosen"])
def test_a_metrics_file_is_every_standing_figure_of_the_group(db, client: Client, group: str):
    rows = read(client, f"/scorecards/thurrock/household-recycling-rate.csv?group={group}&with=medway")
    metric = Metric.objects.get(key="household-recycling-rate")
    areas = {row["area"] for row in rows}
    published = {
        (figure.unit.name, str(figure.release.period.starts_on), str(figure.release.period.ends_on)): figure
        for figure in Observation.objects.filter(
            release__metric=metric, release__superseded_at__isnull=True, unit__name__in=areas, unit__kind="organisation"
        ).select_related("unit", "release__period")
    }
    own = {"thurrock"}
    assert own <= set(ReportingUnit.objects.filter(name__in=areas).values_list("key", flat=True))
    compared = 0
    for row in rows:
        figure = published.get((row["area"], row["starts_on"], row["ends_on"]))
        if figure is None:
            continue
        assert number(row["value"]) == figure.value
        assert number(row["lower_95"]) == figure.lower
        assert row["state"] == ValueState(figure.state).label
        assert row["note"] == (figure.note or "")
        compared += 1
    assert compared == len(published) >= 10
    keys = [(row["area"], row["starts_on"], row["ends_on"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_a_metrics_file_has_the_council_in_every_year_and_the_benchmark(db, client: Client):
    rows = read(client, "/scorecards/thurrock/adult-obesity.csv")
    of_thurrock = [row for row in rows if row["area"] == "Thurrock"]
    assert (
        len(of_thurrock)
        == Observation.objects.filter(
            unit__key="thurrock", release__metric__key="adult-obesity", release__superseded_at__isnull=True
        ).count()
    )
    assert {"England", "Thurrock"} <= {row["area"] for row in rows}
    assert of_thurrock[-1]["period"] == "Year to Nov 2025"
    assert round(float(of_thurrock[-1]["value"]), 1) == 31.8


def test_a_blank_is_empty_and_says_why(db, client: Client):
    figure = Observation.objects.filter(
        unit__key="thurrock", release__metric__key="adult-obesity", state__in=RANKED_STATES
    ).latest("release__ends_on")
    as_published(
        "UPDATE lg_inform_observation SET value = NULL, lower = NULL, upper = NULL, state = %s, note = %s "
        "WHERE release_id = %s AND unit_id = %s",
        int(ValueState.SUPPRESSED),
        "Fewer than 20 answers.",
        figure.release_id,
        figure.unit_id,
    )
    row = [row for row in read(client, "/scorecards/thurrock/adult-obesity.csv") if row["area"] == "Thurrock"][-1]
    assert (row["value"], row["lower_95"], row["upper_95"]) == ("", "", "")
    assert row["state"] == "withheld to protect people's identity"
    assert row["note"] == "Fewer than 20 answers."


def test_a_service_that_the_council_does_not_run_is_not_applicable_in_the_file_too(db, client: Client):
    rows = {row["metric"]: row for row in read(client, "/scorecards/brentwood.csv")}
    row = rows["Children in care often absent from school"]
    assert (row["value"], row["lower_95"], row["upper_95"]) == ("", "", "")
    assert row["state"].lower().startswith("not applicable")


def test_a_file_of_a_figure_without_releases_has_its_headings_only(db, client: Client):
    Release.objects.filter(metric__key="museums").update(superseded_at="2026-01-01T00:00:00Z")
    response = client.get("/scorecards/thurrock/museums.csv")
    assert response.status_code == 200
    assert read(client, "/scorecards/thurrock/museums.csv") == []


def test_no_cell_can_be_taken_for_a_formula(db, client: Client):
    for path in ("/scorecards/thurrock.csv", "/scorecards/thurrock/adult-obesity.csv"):
        for row in read(client, path):
            for cell in row.values():
                assert cell[:1] not in {"=", "+", "@"}
