"""The latest figure of each metric, its benchmark, its series, and what stood at a moment of the past."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lg_inform.actions.publishing import compute_standings, restore_release
from lg_inform.enums import RunState, ValueState
from lg_inform.models import ImportRun, Metric, Observation, Release, Tenure
from lg_inform.queries.groups import COUNTY, REGION, TIER, comparison_group
from lg_inform.queries.scorecard import figure_as_at, latest_figures, metrics_in_order, series_of
from lg_inform.queries.sources import metric_sources, neighbour_models, published_runs
from slip.audit.actors import SYSTEM
from tests.figures import as_published


def latest_of(context, metric_key: str, group_key: str = TIER):
    metric = Metric.objects.get(key=metric_key)
    group = comparison_group(context, group_key)
    return latest_figures(context.unit.pk, context.unit.tier, group, [metric.pk])[metric.pk]


def figure_of(release_id: int, unit_key: str) -> Observation:
    return Observation.objects.get(release_id=release_id, unit__key=unit_key)


@pytest.mark.parametrize(
    ("council", "group", "benchmark"),
    [
        ("thurrock", TIER, "england"),
        ("thurrock", REGION, "east-of-england"),
        ("brentwood", COUNTY, "essex"),
        ("thurrock", "ons-global", "england"),
        ("cardiff", TIER, "wales"),
    ],
)
def test_the_benchmark_is_the_published_figure_of_the_area(context_of, council: str, group: str, benchmark: str):
    context = context_of(council)
    found = 0
    for metric in metrics_in_order():
        latest = latest_of(context, metric.key, group)
        published = Observation.objects.filter(release_id=latest.release_id, unit__key=benchmark).first()
        if published is None:
            assert latest.benchmark.state is None
        else:
            assert (latest.benchmark.value, latest.benchmark.lower) == (published.value, published.lower)
            found += 1
    assert found > 3


def test_the_latest_is_the_newest_period_that_has_figures_for_the_tier(context_of):
    for council in ("thurrock", "brentwood", "essex", "cardiff"):
        context = context_of(council)
        for metric in metrics_in_order():
            standing = Release.objects.filter(metric=metric, superseded_at__isnull=True)
            of_tier = standing.filter(summaries__tier=context.unit.tier)
            newest = (of_tier if of_tier.exists() else standing).latest("ends_on")
            assert latest_of(context, metric.key).span.ends_on == newest.ends_on, (council, metric.key)


def test_a_council_that_did_not_return_is_not_shown_an_older_year(context_of):
    context = context_of("thurrock")
    latest = latest_of(context, "household-recycling-rate")
    as_published(
        "DELETE FROM lg_inform_observation WHERE release_id = %s AND unit_id = %s", latest.release_id, context.unit.pk
    )
    after = latest_of(context, "household-recycling-rate")
    assert after.release_id == latest.release_id
    assert (after.own.value, after.own.state) == (None, None)


def test_thurrocks_recycling_is_28_and_a_half_per_cent_to_the_last_bit(context_of):
    context = context_of("thurrock")
    latest = latest_of(context, "household-recycling-rate")
    assert latest.own.value == 28.5
    assert (latest.span.basis, latest.span.starts_on.year) == ("financial", 2022)


def test_barnsleys_recycling_is_one_series_through_its_change_of_code(context_of):
    unit = context_of("barnsley").unit
    metric = Metric.objects.get(key="household-recycling-rate")
    series = series_of([unit.pk], [metric.pk])[metric.pk, unit.pk]
    years = [point.span.starts_on.year for point in series]
    assert years == list(range(years[0], years[0] + 10))
    assert all(point.figure.state == ValueState.VALUE for point in series)
    assert unit.codes.filter(scheme="gss").count() == 2


def test_a_series_is_in_time_order_and_holds_what_stands(context_of):
    unit = context_of("thurrock").unit
    ids = [metric.pk for metric in metrics_in_order()]
    for (metric_id, unit_id), points in series_of([unit.pk], ids).items():
        assert unit_id == unit.pk
        ends = [point.span.ends_on for point in points]
        assert ends == sorted(ends)
        standing = Observation.objects.filter(
            unit=unit, release__metric_id=metric_id, release__superseded_at__isnull=True
        )
        assert len(points) == standing.count()


# What stood at a moment


@pytest.fixture
def revised(context_of):
    """Thurrock's obesity figure, revised twice: 30.0 two hours ago, 31.0 one hour ago, 32.0 since now."""
    unit = context_of("thurrock").unit
    now = timezone.now()
    standing = Release.objects.filter(metric__key="adult-obesity", superseded_at__isnull=True).latest("ends_on")
    Release.objects.filter(pk=standing.pk).update(superseded_at=now)
    Tenure.objects.filter(release=standing).update(until=now - timedelta(hours=2))
    made = []
    for revision, (value, since, until) in enumerate(
        [(30.0, 2, 1), (31.0, 1, 0), (32.0, 0, None)], start=standing.revision + 1
    ):
        release = Release.objects.get(pk=standing.pk)
        release.pk, release.revision = None, revision
        release.superseded_at = None if until is None else now
        release.save()
        Observation.objects.create(release=release, unit=unit, value=value, state=ValueState.VALUE)
        Tenure.objects.create(
            release=release,
            since=now - timedelta(hours=since),
            until=None if until is None else now - timedelta(hours=until),
        )
        made.append(release)
    compute_standings([release.pk for release in made])
    return unit, made, now


@pytest.mark.parametrize(("hours_ago", "value"), [(0, 32.0), (0.5, 31.0), (1, 31.0), (1.5, 30.0), (2, 30.0)])
def test_as_at_gives_what_stood_then(revised, hours_ago: float, value: float):
    unit, made, now = revised
    figure = figure_as_at(unit.pk, made[0].metric_id, made[0].period_id, now - timedelta(hours=hours_ago))
    assert figure.value == value


def test_as_at_before_the_first_publication_there_was_nothing(revised):
    unit, made, now = revised
    assert figure_as_at(unit.pk, made[0].metric_id, made[0].period_id, now - timedelta(days=365)) is None


def test_a_restored_release_stands_again_and_stood_before(revised):
    unit, made, now = revised
    restore_release(release_id=made[0].pk, by=SYSTEM)
    arguments = (unit.pk, made[0].metric_id, made[0].period_id)
    assert figure_as_at(*arguments, timezone.now()).value == 30.0
    assert figure_as_at(*arguments, now - timedelta(minutes=30)).value == 31.0
    assert figure_as_at(*arguments, now - timedelta(minutes=90)).value == 30.0


def test_the_scorecard_shows_what_stands_and_nothing_else(revised, context_of):
    assert latest_of(context_of("thurrock"), "adult-obesity").own.value == 32.0


# Sources


def test_every_metric_names_its_publisher_and_licence(db):
    rows = metric_sources()
    assert [row.key for row in rows] == [metric.key for metric in metrics_in_order()]
    for row in rows:
        assert row.publisher
        assert row.licence == "OGL-UK-3.0"
        assert row.periods == Release.objects.filter(metric__key=row.key, superseded_at__isnull=True).count()
    assert sum(row.periods > 0 for row in rows) > 40


def test_only_what_stands_is_dated(db):
    metric = Metric.objects.get(key="adult-obesity")
    Release.objects.filter(metric=metric).update(superseded_at=timezone.now())
    row = next(row for row in metric_sources() if row.key == "adult-obesity")
    assert (row.periods, row.published_on, row.loaded_at) == (0, None, None)


def test_only_published_runs_are_listed(db):
    run = published_runs().get()
    for state in RunState:
        run.pk, run.state = None, state
        run.save()
    assert set(published_runs().values_list("state", flat=True)) == {RunState.PUBLISHED}
    assert ImportRun.objects.count() == len(RunState) + 1


def test_the_neighbour_lists_that_stand_come_with_their_source(db):
    models = list(neighbour_models())
    assert [model.key for model in models] == ["dfe-children", "ons-demographic", "ons-economic", "ons-global"]
    for model in models:
        assert model.superseded_at is None
        assert model.licence == "OGL-UK-3.0"
        assert model.publisher
        assert model.vintage
