"""Recent trend: whether the latest five yearly figures, taken together, show a change that chance would not.

Source: OHID, Fingertips public health technical guidance, "Fingertips trend markers".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from lg_inform.calculations.intervals import CONFIDENCE_95
from lg_inform.calculations.outcomes import Direction, Movement, Polarity, Trend, TrendReason, TrendTest
from lg_inform.calculations.quantiles import chi_squared_quantile, normal_quantile
from lg_inform.calculations.series import (
    ANNIVERSARY_REACH,
    Point,
    lasts_a_year,
    newest_first,
    unbroken,
    years_between,
)
from lg_inform.calculations.travel import movement_of

POINTS = 5
SIGNIFICANCE = 0.998
_SNAPSHOT_GAP = timedelta(days=365) - ANNIVERSARY_REACH

_TREND_OF = {
    Movement.IMPROVING: Trend.IMPROVING,
    Movement.WORSENING: Trend.WORSENING,
    Movement.INCREASING: Trend.INCREASING,
    Movement.DECREASING: Trend.DECREASING,
}


@dataclass(frozen=True, slots=True)
class RecentTrend:
    """The answer, the points it rests on (oldest first), and why, where no change is reported.

    ``chi_squared`` (1 degree of freedom) and ``test`` are None where nothing was tested.
    """

    trend: Trend
    reason: TrendReason | None = None
    points: tuple[Point, ...] = ()
    test: TrendTest | None = None
    chi_squared: float | None = None


def threshold() -> float:
    """The value that chi-squared must exceed: its 99.8% quantile with 1 degree of freedom, about 9.5495."""
    return chi_squared_quantile(SIGNIFICANCE, 1)


def recent_trend(points: Iterable[Point], polarity: Polarity, *, is_proportion: bool = False) -> RecentTrend:
    """Test the latest five usable, yearly, non-overlapping points of one unbroken series, in any order.

    A proportion with counts in all five is given the chi-squared test for trend on its counts. Everything else is
    given a straight line fitted with each point weighted by its interval (weight 1 / standard error², the standard
    error being the 95% interval's width over 2 × 1.959964), and so needs an interval that is not of zero width at
    every point. Significant above ``threshold()``, and only where the gradient keeps its sign whichever point is left
    out. Years without a figure are bridged at their true length. What was not tested is "cannot be calculated",
    never "no change". Raises ValueError for impossible counts or intervals, or two points of the same period.
    """
    ordered = newest_first(points)
    latest = next((point for point in ordered if point.is_usable), None)
    if latest is None:
        return RecentTrend(Trend.CANNOT_BE_CALCULATED, TrendReason.TOO_FEW_POINTS)
    if not latest.is_snapshot and not lasts_a_year(latest):
        return RecentTrend(Trend.CANNOT_BE_CALCULATED, TrendReason.NOT_ANNUAL)
    same_basis = [point for point in ordered if point.basis == latest.basis]
    if latest.is_snapshot and _is_more_than_yearly(same_basis):
        return RecentTrend(Trend.CANNOT_BE_CALCULATED, TrendReason.NOT_ANNUAL)
    chosen = _apart(unbroken(ordered, latest.basis))
    if len(chosen) < POINTS:
        is_cut_short = len(_apart(same_basis)) >= POINTS
        reason = TrendReason.SERIES_BREAK if is_cut_short else TrendReason.TOO_FEW_POINTS
        return RecentTrend(Trend.CANNOT_BE_CALCULATED, reason)
    used = tuple(reversed(chosen[:POINTS]))
    gradient = (_counts_gradient(used) if is_proportion else None) or _weighted_gradient(used)
    if gradient is None:
        return RecentTrend(Trend.CANNOT_BE_CALCULATED, TrendReason.NO_INTERVALS, used)
    return _judge(gradient, used, polarity)


def _is_more_than_yearly(ordered: Sequence[Point]) -> bool:
    return any(newer.start - older.start < _SNAPSHOT_GAP for newer, older in pairwise(ordered))


def _apart(ordered: Sequence[Point]) -> list[Point]:
    """Of points newest first, the usable yearly ones that do not overlap a newer one already taken."""
    taken: list[Point] = []
    for point in ordered:
        is_yearly = point.is_snapshot or lasts_a_year(point)
        if point.is_usable and is_yearly and (not taken or point.end < taken[-1].start):
            taken.append(point)
    return taken


@dataclass(frozen=True, slots=True)
class _Gradient:
    """What a test needs of each point to give the gradient of any part of the series: time, weight and value."""

    test: TrendTest
    times: tuple[int, ...]
    weights: tuple[float, ...]
    values: tuple[float, ...]
    pooled_variance: float = 1.0

    def moments(self, without: int | None = None) -> tuple[float, float]:
        """Cross-product of time and value, and spread of time, both about their weighted means."""
        rows = [row for i, row in enumerate(zip(self.times, self.weights, self.values, strict=True)) if i != without]
        total = sum(weight for _, weight, _ in rows)
        mean_time = sum(weight * time for time, weight, _ in rows) / total
        # Values are taken from the first of them, so that a level line is level to the last bit.
        first = rows[0][2]
        mean_value = sum(weight * (value - first) for _, weight, value in rows) / total
        cross = sum(weight * (time - mean_time) * (value - first - mean_value) for time, weight, value in rows)
        spread = sum(weight * (time - mean_time) ** 2 for time, weight, _ in rows)
        return cross, spread

    def chi_squared(self) -> float:
        """The square of the gradient over its standard error; zero where nothing varies."""
        cross, spread = self.moments()
        variance = spread * self.pooled_variance
        return cross * cross / variance if variance else 0.0

    def sign(self, without: int | None = None) -> int:
        """Which way the line goes: 1 up, -1 down, 0 level."""
        cross, _ = self.moments(without)
        return (cross > 0) - (cross < 0)


def _times(points: Sequence[Point]) -> tuple[int, ...]:
    return tuple(years_between(points[0].start, point.start) for point in points)


def _counts_gradient(points: Sequence[Point]) -> _Gradient | None:
    """Chi-squared test for trend in proportions (Armitage, Biometrics 1955; 11: 375–386); None without counts.

    With weights n and values x/n, the cross-product squared over spread × p(1 − p), p being the pooled proportion, is
    Armitage's N(NΣxt − XΣnt)² / X(N − X)(NΣnt² − (Σnt)²). Fingertips takes the sign from an unweighted line through
    the log odds instead, which has no value where nobody or everybody counts; here it is that of the tested gradient.
    """
    counts: list[tuple[float, float]] = []
    for point in points:
        if point.numerator is None or not point.denominator:
            return None
        if not 0 <= point.numerator <= point.denominator:
            raise ValueError(f"a proportion cannot be {point.numerator} of {point.denominator}")
        counts.append((point.numerator, point.denominator))
    pooled = sum(x for x, _ in counts) / sum(n for _, n in counts)
    return _Gradient(
        TrendTest.COUNTS,
        _times(points),
        tuple(n for _, n in counts),
        tuple(x / n for x, n in counts),
        pooled * (1 - pooled),
    )


def _weighted_gradient(points: Sequence[Point]) -> _Gradient | None:
    """The line weighted by interval width; None where a point has no interval, or one of no width."""
    z = normal_quantile(CONFIDENCE_95 + (1 - CONFIDENCE_95) / 2)
    weights: list[float] = []
    values: list[float] = []
    for point in points:
        if point.value is None or point.lower is None or point.upper is None:
            return None
        if point.lower > point.upper:
            raise ValueError(f"the interval {point.lower} to {point.upper} is the wrong way round")
        if point.lower == point.upper:
            return None
        precision = 2 * z / (point.upper - point.lower)
        # Multiplied, not raised: a product is rounded alike at every scale, which `**` does not promise.
        weights.append(precision * precision)
        values.append(point.value)
    return _Gradient(TrendTest.WEIGHTED, _times(points), tuple(weights), tuple(values))


def _judge(gradient: _Gradient, used: tuple[Point, ...], polarity: Polarity) -> RecentTrend:
    chi_squared, sign = gradient.chi_squared(), gradient.sign()
    trend, reason = Trend.NO_SIGNIFICANT_CHANGE, None
    if chi_squared <= threshold():
        reason = TrendReason.NOT_SIGNIFICANT
    elif any(gradient.sign(without) != sign for without in range(len(used))):
        reason = TrendReason.RESTS_ON_ONE_POINT
    else:
        trend = _TREND_OF[movement_of(Direction.UP if sign > 0 else Direction.DOWN, polarity)]
    return RecentTrend(trend, reason, used, gradient.test, chi_squared)
