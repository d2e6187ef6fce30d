"""Ranks, quartile bands and the five numbers that describe a group.

Only values take part: a missing, suppressed, not applicable or not comparable value comes in as None, gets no rank
and is not in n. Rounding is for display and never happens here.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lg_inform.calculations.outcomes import Polarity

BANDS = 4

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one value stands in a group.

    ``rank`` counts from 1 (1, 2, 2, 4), 1 being the best by polarity, or the highest where there is none.
    ``tied`` is how many values of the group equal this one, itself not counted. ``band`` is 1 to 4, or None where the
    group has fewer than 4 values.
    """

    rank: int
    n: int
    tied: int
    band: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A group's size, its ends and the three cut points of a box plot, in the unit of the values."""

    n: int
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float


def _in_order(values: Iterable[float | None]) -> list[float]:
    present = sorted(value for value in values if value is not None)
    if not all(map(math.isfinite, present)):
        raise ValueError("values must be finite numbers or None")
    return present


def quartile_band(rank: int, n: int) -> int | None:
    """The quarter, 1 to 4, in which the minimum rank ``rank`` falls among ``n``: floor((rank − 1) · 4 / n) + 1.

    None with fewer than 4 values. Equal values have equal ranks and so always share a band, which NTILE does not
    promise: it deals rows out in order and splits ties.
    """
    if not 1 <= rank <= n:
        raise ValueError(f"rank {rank} is not among {n}")
    if n < BANDS:
        return None
    return (rank - 1) * BANDS // n + 1


def position_among(value: float | None, group: Iterable[float | None], polarity: Polarity) -> Position | None:
    """Where ``value`` stands in ``group``, which must contain it. None when there is no value.

    Competition rank: one more than the number of values that stand before it. Raises ValueError when the group does
    not contain the value or holds NaN or infinity.
    """
    if value is None:
        return None
    return _position(value, _in_order(group), polarity)


def positions(values: Mapping[Key, float | None], polarity: Polarity) -> dict[Key, Position]:
    """The position of every member of a group that has a value; the others are left out."""
    present = _in_order(values.values())
    return {key: _position(value, present, polarity) for key, value in values.items() if value is not None}


def _position(value: float, present: list[float], polarity: Polarity) -> Position:
    first, after = bisect_left(present, value), bisect_right(present, value)
    if first == after:
        raise ValueError("the group does not contain the value")
    n = len(present)
    before = first if polarity is Polarity.LOW else n - after
    return Position(rank=before + 1, n=n, tied=after - first - 1, band=quartile_band(before + 1, n))


def quantile(present: list[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the sorted, non-empty list lies, by linear interpolation.

    R type 7, PostgreSQL ``percentile_cont``, and in PostgreSQL's own order of operations so that both give the same
    bits: 1…50 has quartiles 13.25, 25.5 and 37.75.
    """
    place = share * (len(present) - 1)
    below, above = present[math.floor(place)], present[math.ceil(place)]
    return below + (place - math.floor(place)) * (above - below)


def summarise(values: Iterable[float | None]) -> Summary | None:
    """The group's summary, or None when it has no values at all."""
    present = _in_order(values)
    if not present:
        return None
    return Summary(
        n=len(present),
        minimum=present[0],
        lower_quartile=quantile(present, 0.25),
        median=quantile(present, 0.5),
        upper_quartile=quantile(present, 0.75),
        maximum=present[-1],
    )
