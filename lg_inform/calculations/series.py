"""One area's figures of one metric through time, and which of them may be set beside each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

#: A snapshot is of the same time of year when it lies within this of the anniversary: yearly surveys move about.
ANNIVERSARY_REACH = timedelta(days=45)
_ONE_DAY = timedelta(days=1)
_MEAN_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series.

    ``start`` and ``end`` are the first and last day of its period, the same day for a snapshot. ``basis`` is the kind
    of period (financial, academic, …): points of different bases are never set beside each other. ``value`` is None
    where there is none; ``lower`` and ``upper`` are its 95% interval in the same unit; ``numerator`` and
    ``denominator`` its counts. ``comparable`` is false for a figure that its publisher says must not be compared.
    ``series_break`` marks the first point of a new series: nothing before it may be compared with it or its followers.
    """

    start: date
    end: date
    basis: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    comparable: bool = True
    series_break: bool = False

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    @property
    def is_usable(self) -> bool:
        """Whether it has a value that may be compared."""
        return self.value is not None and self.comparable

    @property
    def is_snapshot(self) -> bool:
        """Whether it is of one day."""
        return self.start == self.end


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def years_between(earlier: date, later: date) -> int:
    """The nearest whole number of years between two days."""
    return round((later - earlier).days / _MEAN_YEAR_DAYS)


def lasts_a_year(point: Point) -> bool:
    """Whether the period is exactly one year long."""
    return years_before(point.end + _ONE_DAY, 1) == point.start


def newest_first(points: Iterable[Point]) -> list[Point]:
    """The points from the newest to the oldest. Raises ValueError when two have the same basis and period."""
    ordered = sorted(points, key=lambda point: (point.end, point.start, point.basis), reverse=True)
    for newer, older in pairwise(ordered):
        if (newer.start, newer.end, newer.basis) == (older.start, older.end, older.basis):
            raise ValueError(f"two points for the {newer.basis} period from {newer.start} to {newer.end}")
    return ordered


def unbroken(ordered: Iterable[Point], basis: str) -> list[Point]:
    """Of points ordered newest first, those of ``basis`` back to the latest break of the series, that one included."""
    series: list[Point] = []
    for point in ordered:
        if point.basis == basis:
            series.append(point)
        if point.series_break:
            break
    return series


def is_equivalent(earlier: Point, later: Point) -> bool:
    """Whether ``earlier`` is the same period of an earlier year, not overlapping ``later``.

    Periods must start and end a whole number of years apart (Q3 with Q3, school year with school year); three years
    taken together are set against the three before them. Snapshots must fall within 45 days of an anniversary.
    """
    if earlier.basis != later.basis or earlier.is_snapshot != later.is_snapshot or earlier.end >= later.start:
        return False
    years = years_between(earlier.start, later.start)
    if years < 1:
        return False
    if later.is_snapshot:
        return days_off_anniversary(earlier, later) <= ANNIVERSARY_REACH
    # The day after the end is compared, so that a period ending on 29 February matches one ending on the 28th.
    return (
        years_before(later.start, years) == earlier.start
        and years_before(later.end + _ONE_DAY, years) == earlier.end + _ONE_DAY
    )


def days_off_anniversary(earlier: Point, later: Point) -> timedelta:
    """How far ``earlier`` starts from the nearest anniversary of the start of ``later``."""
    return abs(years_before(later.start, years_between(earlier.start, later.start)) - earlier.start)
