"""Standings are written by SQL and must be what the plain functions say, bit for bit."""

import shutil
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lg_inform.actions.definitions import DEFINITIONS, load_definitions
from lg_inform.actions.publishing import compute_standings
from lg_inform.calculations.outcomes import Polarity
from lg_inform.calculations.ranking import positions, summarise
from lg_inform.enums import FIRST_STATE_WITHOUT_VALUE, RANKED_STATES, ValueState
from lg_inform.models import Edition, Metric, Observation, Period, Release, Standing, TierSummary
from slip.audit.actors import SYSTEM
from slip.directory.enums import Tier
from slip.directory.models import ReportingUnit
from slip.directory.queries import councils_of_tier
from tests.conftest import is_full_size
from tests.lg_inform.samples import OBESITY

pytestmark = pytest.mark.django_db

TIERS = (Tier.UNITARY, Tier.DISTRICT, Tier.COUNTY)
#: Few different values, so that there are ties; and any others, so that there are not. No negative zero: it is zero.
VALUES = st.one_of(
    st.integers(-3, 3).map(float),
    st.sampled_from([0.1, 0.2, 0.1 + 0.2, 0.3, 28.5]),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: value + 0.0),
)
CELLS = st.tuples(st.sampled_from(list(ValueState)), VALUES)
GROUPS = st.fixed_dictionaries({tier: st.lists(CELLS, max_size=20) for tier in TIERS})


@pytest.fixture
def units() -> dict[Tier, list[int]]:
    return {tier: councils_of_tier(tier)[:20] for tier in TIERS}


def empty_release(polarity: Polarity) -> Release:
    """A release of a metric of that polarity, without figures yet."""
    metric = Metric.objects.filter(polarity=polarity).first()
    period, _ = Period.objects.get_or_create(basis="calendar", starts_on="2019-01-01", ends_on="2019-12-31")
    return Release.objects.create(
        metric=metric,
        period=period,
        ends_on="2019-12-31",
        revision=999,
        edition=Edition.objects.filter(metric=metric).first(),
        digest="",
        figures=0,
        published_at=timezone.now(),
        superseded_at=timezone.now(),
    )


@pytest.mark.parametrize("polarity", Polarity)
@settings(
    max_examples=500 if is_full_size() else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(groups=GROUPS)
def test_stored_standings_are_what_the_functions_say(
    groups: dict[Tier, list[tuple[ValueState, float]]], polarity: Polarity, units: dict[Tier, list[int]]
) -> None:
    with transaction.atomic():
        release = empty_release(polarity)
        figures = {
            unit: (state, None if state >= FIRST_STATE_WITHOUT_VALUE else value)
            for tier, cells in groups.items()
            for unit, (state, value) in zip(units[tier], cells, strict=False)
        }
        Observation.objects.bulk_create(
            Observation(release=release, unit_id=unit, state=state, value=value)
            for unit, (state, value) in figures.items()
        )
        compute_standings([release.pk])
        ranks = {row.unit_id: (row.rank, row.band) for row in Standing.objects.filter(release=release)}
        summaries = {row.tier: row for row in TierSummary.objects.filter(release=release)}
        transaction.set_rollback(True)

    expected_ranks = {}
    for tier in TIERS:
        counted = {
            unit: value if state in RANKED_STATES else None
            for unit, (state, value) in figures.items()
            if unit in units[tier]
        }
        expected_ranks |= {unit: (place.rank, place.band) for unit, place in positions(counted, polarity).items()}
        expected = summarise(counted.values())
        stored = summaries.pop(tier, None)
        assert (expected is None) == (stored is None)
        if expected is not None:
            for name in ("n", "minimum", "lower_quartile", "median", "upper_quartile", "maximum"):
                found, right = getattr(stored, name), getattr(expected, name)
                assert float(found).hex() == float(right).hex(), (tier, name)
    assert ranks == expected_ranks
    assert not summaries


def test_published_standings_are_what_the_functions_say() -> None:
    """The whole of a published release, every tier: no council that has a rank lacks it, and none has it twice."""
    release = Release.objects.filter(metric__key=OBESITY, superseded_at=None).latest("ends_on")
    tiers = dict(ReportingUnit.objects.exclude(tier="").values_list("pk", "tier"))
    ranks = {row.unit_id: (row.rank, row.band) for row in Standing.objects.filter(release=release)}
    figures = {row.unit_id: row.value for row in Observation.objects.filter(release=release) if row.unit_id in ranks}
    expected = {}
    for tier in set(tiers.values()):
        members = {unit: value for unit, value in figures.items() if tiers[unit] == tier}
        expected |= {unit: (place.rank, place.band) for unit, place in positions(members, Polarity.LOW).items()}
    assert len(ranks) > 290
    assert ranks == expected


def test_change_of_polarity_ranks_again(tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / "health.toml"
    text = path.read_text(encoding="utf-8")
    place = text.index(f'key = "{OBESITY}"')
    path.write_text(text[:place] + text[place:].replace('polarity = "low"', 'polarity = "high"', 1), encoding="utf-8")

    def ranks(key: str) -> dict[tuple[int, int], int]:
        rows = Standing.objects.filter(release__metric__key=key)
        return {(row.release_id, row.unit_id): row.rank for row in rows}

    before, others = ranks(OBESITY), ranks("adult-smoking")
    assert load_definitions(by=SYSTEM, folder=folder) == 1
    after = ranks(OBESITY)
    assert after.keys() == before.keys()
    assert ranks("adult-smoking") == others
    summaries = {(row.release_id, row.tier): row.n for row in TierSummary.objects.filter(release__metric__key=OBESITY)}
    tiers = dict(ReportingUnit.objects.exclude(tier="").values_list("pk", "tier"))
    values = {
        (row.release_id, row.unit_id): row.value for row in Observation.objects.filter(release__metric__key=OBESITY)
    }
    for (release, unit), rank in after.items():
        tied = sum(
            values[other] == values[release, unit] and tiers[other[1]] == tiers[unit]
            for other in before
            if other[0] == release
        )
        # The highest is now the best: a new rank is n + 1 less the old highest rank among its equals.
        assert rank == summaries[release, tiers[unit]] + 1 - (before[release, unit] + tied - 1)
    assert load_definitions(by=SYSTEM, folder=folder) == 0
