"""What the reading query ranks is what the calculations rank, for every metric and group, to the last bit."""

import pytest

from lg_inform.calculations import Polarity, positions, summarise
from lg_inform.enums import RANKED_STATES, ValueState
from lg_inform.models import Metric, Observation, Standing, TierSummary
from lg_inform.queries.groups import TIER, ComparisonGroup, comparison_group, group_options
from lg_inform.queries.scorecard import latest_figures, members_of, metrics_in_order
from slip.directory.enums import COUNCIL_TIERS
from slip.directory.models import ReportingUnit
from tests.figures import as_published

COUNCILS = ["thurrock", "barnsley", "brentwood", "essex", "camden", "cardiff", "fife", "belfast"]


def metrics_by_id() -> dict[int, Metric]:
    return {metric.pk: metric for metric in metrics_in_order()}


def values_of(release_id: int, unit_ids: tuple[int, ...]) -> dict[int, float | None]:
    """The values that are ranked, by unit, read without the query under test."""
    rows = Observation.objects.filter(release_id=release_id, unit_id__in=unit_ids)
    return {row.unit_id: row.value if row.state in RANKED_STATES else None for row in rows}


def check(standing, own_id: int, values: dict[int, float | None], polarity: Polarity) -> None:
    summary = summarise(values.values())
    if summary is None:
        assert standing is None
        return
    assert standing is not None
    assert (standing.n, standing.minimum, standing.maximum) == (summary.n, summary.minimum, summary.maximum)
    cuts = (standing.lower_quartile, standing.median, standing.upper_quartile)
    assert cuts == (summary.lower_quartile, summary.median, summary.upper_quartile)
    assert standing.values == tuple(sorted(value for value in values.values() if value is not None))
    place = positions(values, polarity).get(own_id)
    assert (standing.rank, standing.band) == ((place.rank, place.band) if place else (None, None))


@pytest.mark.parametrize("council", COUNCILS)
def test_ranks_of_every_group_are_those_of_the_calculations(context_of, council: str):
    context, metrics = context_of(council), metrics_by_id()
    assert len(metrics) > 40
    compared = 0
    for option in group_options(context):
        group = comparison_group(
            context, option.key, ["medway", "leeds", "swansea", "chelmsford", "kent", "ards-and-north-down"]
        )
        if group.key == TIER:
            continue  # stored when published: see below
        for metric_id, latest in latest_figures(context.unit.pk, context.unit.tier, group, list(metrics)).items():
            values = values_of(latest.release_id, group.unit_ids)
            check(latest.standing, context.unit.pk, values, Polarity(metrics[metric_id].polarity))
            compared += latest.standing is not None
    assert compared > 20


@pytest.mark.parametrize("tier", sorted(COUNCIL_TIERS))
def test_stored_standings_are_what_the_reading_query_would_say(db, tier: str):
    compared = 0
    for metric_id, metric in metrics_by_id().items():
        unit = ReportingUnit.objects.filter(tier=tier).first()
        whole = ComparisonGroup(TIER, "", "", (unit.pk,), None, "")
        latest = latest_figures(unit.pk, tier, whole, [metric_id]).get(metric_id)
        if latest is None:
            continue
        stored = Standing.objects.filter(release_id=latest.release_id, unit__tier=tier)
        ids = tuple(stored.values_list("unit_id", flat=True))
        if not ids:
            assert latest.standing is None
            continue
        same = ComparisonGroup("same", "", "", ids, None, "")
        for row in (stored.order_by("rank").first(), stored.order_by("rank").last()):
            from_store = latest_figures(row.unit_id, tier, whole, [metric_id])[metric_id].standing
            ranked_now = latest_figures(row.unit_id, tier, same, [metric_id])[metric_id].standing
            assert from_store == ranked_now
        places = positions(values_of(latest.release_id, ids), Polarity(metric.polarity))
        assert {row.unit_id: (row.rank, row.band) for row in stored} == {
            unit_id: (place.rank, place.band) for unit_id, place in places.items()
        }
        compared += 1
    assert compared >= 10


def test_every_summary_is_that_of_its_standings(db):
    wrong = [
        summary.pk
        for summary in TierSummary.objects.filter(release__superseded_at__isnull=True)
        if summary.n != Standing.objects.filter(release_id=summary.release_id, unit__tier=summary.tier).count()
    ]
    assert not wrong


def test_members_of_a_group_are_ranked_and_blanks_come_last(context_of):
    context, metrics = context_of("thurrock"), metrics_by_id()
    group = comparison_group(context, "region")
    for metric_id, latest in latest_figures(context.unit.pk, context.unit.tier, group, list(metrics)).items():
        members = members_of(group, latest.release_id, context.unit.tier)
        assert {member.unit_id for member in members} == set(group.unit_ids)
        places = positions(values_of(latest.release_id, group.unit_ids), Polarity(metrics[metric_id].polarity))
        assert {m.unit_id: m.rank for m in members if m.rank is not None} == {
            unit_id: place.rank for unit_id, place in places.items()
        }
        ranks = [member.rank for member in members]
        known = [rank for rank in ranks if rank is not None]
        assert ranks == sorted(known) + [None] * (len(ranks) - len(known))


@pytest.mark.parametrize("state", [state for state in ValueState if state not in RANKED_STATES])
def test_what_is_not_to_be_ranked_is_not_counted(context_of, state: ValueState):
    context = context_of("thurrock")
    metric = Metric.objects.get(key="adult-obesity")
    group = comparison_group(context, "region")

    def standing():
        return latest_figures(context.unit.pk, context.unit.tier, group, [metric.pk])[metric.pk]

    before = standing()
    luton = ReportingUnit.objects.get(key="luton")
    assert before.standing.n == len(group.unit_ids)
    as_published(
        "UPDATE lg_inform_observation SET state = %s, value = %s WHERE release_id = %s AND unit_id = %s",
        int(state),
        None if state >= ValueState.MISSING else 99.0,
        before.release_id,
        luton.pk,
    )
    after = standing()
    assert after.standing.n == before.standing.n - 1
    assert 99.0 not in after.standing.values


def test_equal_values_share_a_rank_and_a_band(context_of):
    context = context_of("thurrock")
    metric = Metric.objects.get(key="adult-obesity")
    group = comparison_group(context, "region")
    before = latest_figures(context.unit.pk, context.unit.tier, group, [metric.pk])[metric.pk]
    as_published(
        "UPDATE lg_inform_observation SET value = 20 WHERE release_id = %s AND unit_id = ANY(%s)",
        before.release_id,
        list(group.unit_ids),
    )
    members = members_of(group, before.release_id, context.unit.tier)
    assert {member.rank for member in members} == {1}
    after = latest_figures(context.unit.pk, context.unit.tier, group, [metric.pk])[metric.pk].standing
    assert (after.rank, after.band, after.minimum, after.maximum) == (1, 1, 20.0, 20.0)
