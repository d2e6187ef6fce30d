"""The drawings in a row of a scorecard: a council through time, and among its group."""

from django.utils.safestring import SafeString

from lg_inform.calculations.periods import period_phrase
from lg_inform.charts.timeline import breaks_at, figures_at, has_series, slots_of, values_of
from lg_inform.presentation.readings import MetricReading
from lg_inform.presentation.values import format_short
from slip.design_system.svg import position_strip, sparkline


def trend_sparkline(reading: MetricReading) -> SafeString:
    """The council's own series as a small line, named by its two ends; empty where there is nothing to draw."""
    if not has_series(reading):
        return SafeString("")
    known = [item for item in reading.series if item.figure.value is not None]
    first, last = (
        f"{format_short(reading.metric, item.figure.value or 0.0)} {period_phrase(item.span)}"
        for item in (known[0], known[-1])
    )
    slots = slots_of([item.span for item in reading.series])
    return sparkline(
        values_of(figures_at(slots, reading.series)),
        label=f"From {first} to {last}",
        breaks=breaks_at(slots, reading),
    )


def group_strip(reading: MetricReading, *, wide: bool = False) -> SafeString:
    """Where the council stands among its group, as a strip of dots; empty where there is no group to show.

    `wide` fills the column that it stands in; otherwise it fits a table's cell.
    """
    standing = reading.standing
    if standing is None or standing.n < 2:
        return SafeString("")
    return position_strip(
        reading.value if standing.rank is not None else None,
        standing.values,
        label="",
        median=standing.median,
        quartiles=(standing.lower_quartile, standing.upper_quartile) if standing.n >= 4 else None,
        lower_is_better=reading.lower_is_better,
        wide=wide,
    )
