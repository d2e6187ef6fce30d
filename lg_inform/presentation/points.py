"""From figures in the database to points that the calculations take, and back to periods in words."""

from collections.abc import Sequence
from datetime import date

from lg_inform.calculations import Point
from lg_inform.calculations.periods import Span
from lg_inform.enums import RANKED_STATES
from lg_inform.models import Metric
from lg_inform.queries.scorecard import SeriesPoint


def points_of(metric: Metric, series: Sequence[SeriesPoint]) -> list[Point]:
    """A series as the calculations take it, with the metric's breaks marked."""
    breaks = [date.fromisoformat(text) for text in metric.series_breaks]
    points: list[Point] = []
    previous: date | None = None
    for item in series:
        start = item.span.starts_on
        is_broken = any(start >= day and (previous is None or previous < day) for day in breaks)
        points.append(
            Point(
                start=start,
                end=item.span.ends_on,
                basis=item.span.basis,
                value=item.figure.value,
                lower=item.figure.lower,
                upper=item.figure.upper,
                comparable=item.figure.state in RANKED_STATES,
                series_break=is_broken,
            )
        )
        previous = start
    return points


def span_of(point: Point) -> Span:
    """A point's period as the labels take it."""
    return Span(point.basis, point.start, point.end)
