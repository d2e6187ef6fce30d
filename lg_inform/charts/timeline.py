"""The axis of time: a place for every period, those without figures too, and how a period is written on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from lg_inform.calculations.periods import Span, period_label
from lg_inform.enums import Basis
from lg_inform.presentation.points import points_of
from lg_inform.presentation.readings import MetricReading
from lg_inform.queries.scorecard import Figure, SeriesPoint

#: More empty periods than this in a row are drawn as this many.
_WIDEST_GAP = 40


@dataclass(frozen=True)
class Slot:
    """One place on the axis of time. Where `span` is None, it is a period for which nothing was published."""

    day: date
    span: Span | None = None


def slots_of(spans: Sequence[Span]) -> list[Slot]:
    """A place for each period and for each one missing between them, so that a line has a gap where figures have."""
    distances = [(later.ends_on - earlier.ends_on).days for earlier, later in pairwise(spans)]
    usual = median(distances) if len(distances) >= 3 else (91 if spans[0].basis == Basis.QUARTER else 365)
    slots = [Slot(spans[0].ends_on, spans[0])]
    for (earlier, later), distance in zip(pairwise(spans), distances, strict=True):
        missing = min(round(distance / usual) - 1, _WIDEST_GAP) if usual > 0 else 0
        slots += [
            Slot(earlier.ends_on + timedelta(days=distance * number // (missing + 1)))
            for number in range(1, missing + 1)
        ]
        slots.append(Slot(later.ends_on, later))
    return slots


def figures_at(slots: Sequence[Slot], series: Sequence[SeriesPoint]) -> list[Figure | None]:
    """The figure of a series at each place, None where it has none."""
    by_span = {item.span: item.figure for item in series}
    return [by_span.get(slot.span) if slot.span is not None else None for slot in slots]


def values_of(figures: Sequence[Figure | None]) -> list[float | None]:
    """The numbers to draw, None for a gap."""
    return [figure.value if figure is not None else None for figure in figures]


def breaks_at(slots: Sequence[Slot], reading: MetricReading) -> list[int]:
    """The places before which the way of measuring changed."""
    points = points_of(reading.metric, reading.series)
    broken = {item.span for item, point in zip(reading.series, points, strict=True) if point.series_break}
    return [index for index, slot in enumerate(slots) if index and slot.span in broken]


def has_series(reading: MetricReading) -> bool:
    """Whether there are two figures to draw a line between."""
    return sum(item.figure.value is not None for item in reading.series) > 1


def period_tick(span: Span) -> str:
    """A period as short as an axis needs it: "2022/23", "2025" for the year to November 2025, "2022–24", "Apr 2024"."""
    start, end = span.starts_on, span.ends_on
    if span.basis in (Basis.FINANCIAL, Basis.ACADEMIC):
        return period_label(span)
    if span.basis in (Basis.CALENDAR, Basis.SURVEY_YEAR):
        return str(end.year)
    if span.basis == Basis.ROLLING:
        return f"{start.year}–{end.year % 100:02d}"
    if span.basis == Basis.QUARTER:
        return f"{start:%b}–{end:%b %Y}"
    return f"{start:%b %Y}"
