"""Direction of travel: the latest figure against the same period of an earlier year."""

from collections.abc import Iterable
from dataclasses import dataclass

from lg_inform.calculations.outcomes import Direction, Movement, MovementReason, Polarity
from lg_inform.calculations.series import (
    Point,
    days_off_anniversary,
    is_equivalent,
    newest_first,
    unbroken,
    years_between,
)


@dataclass(frozen=True, slots=True)
class Travel:
    """Which way a figure moved, what that means, and between which two points (None where it could not be said)."""

    movement: Movement
    direction: Direction | None = None
    latest: Point | None = None
    previous: Point | None = None
    reason: MovementReason | None = None


def movement_of(direction: Direction, polarity: Polarity) -> Movement:
    """What a direction means: improving or worsening only with a polarity, else increasing or decreasing."""
    if direction is Direction.SAME:
        return Movement.SAME
    is_up = direction is Direction.UP
    if polarity is Polarity.NONE:
        return Movement.INCREASING if is_up else Movement.DECREASING
    return Movement.IMPROVING if is_up == (polarity is Polarity.HIGH) else Movement.WORSENING


def direction_of_travel(points: Iterable[Point], polarity: Polarity) -> Travel:
    """Compare the newest point with the nearest earlier *equivalent* period (see ``is_equivalent``) that has a value.

    Points may come in any order. It says nothing of significance: that is the trend's work. Without an earlier
    equivalent in the same unbroken series, or without a value in the newest point, the movement is unknown and the
    reason says why. Raises ValueError when two points have the same period.
    """
    ordered = newest_first(points)
    if not ordered or not ordered[0].is_usable:
        return Travel(Movement.UNKNOWN, latest=ordered[0] if ordered else None, reason=MovementReason.NO_VALUE)
    latest = ordered[0]
    series = unbroken(ordered, latest.basis)
    previous = _nearest_equivalent(latest, series)
    if previous is None:
        is_beyond_break = _nearest_equivalent(latest, ordered) is not None
        reason = MovementReason.SERIES_BREAK if is_beyond_break else MovementReason.NO_EARLIER_PERIOD
        return Travel(Movement.UNKNOWN, latest=latest, reason=reason)
    direction = _direction(previous, latest)
    return Travel(movement_of(direction, polarity), direction, latest, previous)


def _nearest_equivalent(latest: Point, candidates: list[Point]) -> Point | None:
    equivalents = [point for point in candidates if point.is_usable and is_equivalent(point, latest)]
    # The nearest year first; within it, of several snapshots the one closest to the anniversary.
    return min(
        equivalents,
        key=lambda point: (years_between(point.start, latest.start), days_off_anniversary(point, latest)),
        default=None,
    )


def _direction(previous: Point, latest: Point) -> Direction:
    if previous.value is None or latest.value is None:
        raise ValueError("both points must have a value")
    if latest.value == previous.value:
        return Direction.SAME
    return Direction.UP if latest.value > previous.value else Direction.DOWN
