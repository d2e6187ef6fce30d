"""Councils as pages take them: where they lie, their groups, and their readings."""

from collections.abc import Callable

import pytest

from lg_inform.presentation.readings import MetricReading
from lg_inform.queries.groups import TIER, CouncilContext, comparison_group, council_context
from lg_inform.queries.scorecard import joint_figures, latest_figures, metrics_in_order, series_of
from slip.directory.queries import organisation_with_key


@pytest.fixture
def context_of(db: None) -> Callable[[str], CouncilContext]:
    """A council's context by its key."""

    def context(key: str) -> CouncilContext:
        organisation = organisation_with_key(key)
        assert organisation is not None, key
        return council_context(organisation.reporting_unit)

    return context


@pytest.fixture
def readings_of(context_of: Callable[[str], CouncilContext]) -> Callable[..., dict[str, MetricReading]]:
    """Every reading of a council beside a group, by key of its metric."""

    def readings(key: str, group_key: str = TIER, chosen: tuple[str, ...] = ()) -> dict[str, MetricReading]:
        context = context_of(key)
        group = comparison_group(context, group_key, chosen)
        metrics = list(metrics_in_order())
        ids = [metric.pk for metric in metrics]
        latest = latest_figures(context.unit.pk, context.unit.tier, group, ids)
        series = series_of([context.unit.pk], ids)
        joint = joint_figures(context.joint_area_ids, [figure.release_id for figure in latest.values()])
        return {
            metric.key: MetricReading(
                metric,
                context,
                group,
                latest.get(metric.pk),
                series.get((metric.pk, context.unit.pk), ()),
                joint.get(metric.pk),
            )
            for metric in metrics
        }

    return readings
