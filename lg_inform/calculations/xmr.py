"""XmR (individuals and moving range) charts, for monthly and quarterly figures.

Source: NHS England, "Making data count"; Wheeler and Chambers, Understanding statistical process control, 1992. The R
package NHSRplotthedots draws the same chart and uses 7 points for a trend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

from lg_inform.calculations.outcomes import Signal

#: Limits lie 3 standard deviations from the centre, a deviation being the mean moving range over 1.128.
LIMIT_FACTOR = 2.66
#: A moving range above this many times their mean is itself out of the ordinary.
RANGE_LIMIT_FACTOR = 3.267
SHIFT_LENGTH = 7
FIRM_FROM = 12


@dataclass(frozen=True, slots=True)
class XmrPoint:
    """One value, None where there is none, with the signals it is part of."""

    value: float | None
    signals: frozenset[Signal]


@dataclass(frozen=True, slots=True)
class XmrChart:
    """Centre line, limits and points (one per value given, in its order), in the unit of the values.

    ``is_trial`` says that the limits rest on fewer than 12 values. ``ranges_left_out`` counts the moving ranges set
    aside by screening, zero where it was off: where it is not zero the chart must say so.
    """

    centre: float
    lower_limit: float
    upper_limit: float
    mean_moving_range: float
    is_trial: bool
    ranges_left_out: int
    points: tuple[XmrPoint, ...]


def xmr_chart(values: Sequence[float | None], *, trend_length: int = 7, screen_ranges: bool = False) -> XmrChart | None:
    """The chart of values in time order, or None with fewer than 2 values. Missing values are passed over.

    Signals: a point outside the limits; 7 in a row on one side of the centre; ``trend_length`` in a row each higher,
    or each lower, than the last; and 2 of 3 in a row in the outer third towards, or beyond, the same limit. Every
    point of a run is marked. Screening leaves moving ranges above 3.267 × their mean out of the limits, once.
    Raises ValueError for a ``trend_length`` below 3.
    """
    if trend_length < 3:
        raise ValueError("a trend needs at least 3 points")
    present = [value for value in values if value is not None]
    if len(present) < 2:
        return None
    # statistics.mean is exact, so that equal values have a mean equal to them and lie outside no limit.
    centre = mean(present)
    ranges = [abs(later - earlier) for earlier, later in pairwise(present)]
    kept = ranges
    if screen_ranges:
        highest = RANGE_LIMIT_FACTOR * mean(ranges)
        kept = [moving_range for moving_range in ranges if moving_range <= highest]
    mean_range = mean(kept)
    reach = LIMIT_FACTOR * mean_range
    places = [place for place, value in enumerate(values) if value is not None]
    signals = dict(zip(places, _signals(present, centre, reach, trend_length), strict=True))
    return XmrChart(
        centre=centre,
        lower_limit=centre - reach,
        upper_limit=centre + reach,
        mean_moving_range=mean_range,
        is_trial=len(present) < FIRM_FROM,
        ranges_left_out=len(ranges) - len(kept),
        points=tuple(XmrPoint(value, frozenset(signals.get(place, ()))) for place, value in enumerate(values)),
    )


def _signals(present: list[float], centre: float, reach: float, trend_length: int) -> list[set[Signal]]:
    signals: list[set[Signal]] = [set() for _ in present]
    sides = [_sign(value - centre) for value in present]
    steps = [_sign(later - earlier) for earlier, later in pairwise(present)]
    near = [side if abs(value - centre) > reach * 2 / 3 else 0 for value, side in zip(present, sides, strict=True)]
    for i, value in enumerate(present):
        if not centre - reach <= value <= centre + reach:
            signals[i].add(Signal.OUTSIDE_LIMITS)
    for first in _runs(sides, SHIFT_LENGTH):
        _mark(signals, range(first, first + SHIFT_LENGTH), Signal.SHIFT)
    # A trend of 7 points is 6 steps the same way.
    for first in _runs(steps, trend_length - 1):
        _mark(signals, range(first, first + trend_length), Signal.TREND)
    for first in range(len(present) - 2):
        window = range(first, first + 3)
        for side in (1, -1):
            close = [i for i in window if near[i] == side]
            if len(close) >= 2:
                _mark(signals, close, Signal.NEAR_LIMIT)
    return signals


def _runs(signs: list[int], length: int) -> list[int]:
    """Where a run of ``length`` equal signs, none of them zero, begins."""
    return [
        first
        for first in range(len(signs) - length + 1)
        if signs[first] and len(set(signs[first : first + length])) == 1
    ]


def _mark(signals: list[set[Signal]], places: Sequence[int], signal: Signal) -> None:
    for place in places:
        signals[place].add(signal)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
