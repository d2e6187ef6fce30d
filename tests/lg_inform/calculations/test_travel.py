from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.calculations import Direction, Movement, MovementReason, Point, Polarity, Travel, direction_of_travel
from tests.lg_inform.calculations.strategies import values, year


def quarter(number: int, first_month: int, value: float | None) -> Point:
    start = date(number, first_month, 1)
    after = date(number + first_month // 10, (first_month + 2) % 12 + 1, 1)
    return Point(start, after - timedelta(1), "quarter", value)


def snapshot(day: date, value: float | None) -> Point:
    return Point(day, day, "snapshot", value)


def together(first: int, years: int, value: float | None) -> Point:
    return Point(date(first, 1, 1), date(first + years - 1, 12, 31), "rolling", value)


@pytest.mark.parametrize(
    ("before", "now", "polarity", "direction", "movement"),
    [
        (10, 12, Polarity.HIGH, Direction.UP, Movement.IMPROVING),
        (10, 12, Polarity.LOW, Direction.UP, Movement.WORSENING),
        (10, 12, Polarity.NONE, Direction.UP, Movement.INCREASING),
        (12, 10, Polarity.HIGH, Direction.DOWN, Movement.WORSENING),
        (12, 10, Polarity.LOW, Direction.DOWN, Movement.IMPROVING),
        (12, 10, Polarity.NONE, Direction.DOWN, Movement.DECREASING),
        (10, 10, Polarity.HIGH, Direction.SAME, Movement.SAME),
        (0, 0, Polarity.NONE, Direction.SAME, Movement.SAME),
    ],
)
def test_what_a_movement_means(
    before: float, now: float, polarity: Polarity, direction: Direction, movement: Movement
) -> None:
    previous, latest = year(2022, before), year(2023, now)
    assert direction_of_travel([previous, latest], polarity) == Travel(movement, direction, latest, previous)


def test_periods_that_share_a_day_overlap() -> None:
    # Badly dated years, each ending on the day the next begins.
    points = [Point(date(y, 4, 1), date(y + 1, 4, 1), "financial", 1.0) for y in (2022, 2023)]
    assert direction_of_travel(points, Polarity.HIGH).reason is MovementReason.NO_EARLIER_PERIOD


def test_a_quarter_is_set_against_the_same_quarter() -> None:
    points = [quarter(y, m, y + m / 100) for y in (2022, 2023) for m in (1, 4, 7, 10)]
    travel = direction_of_travel(points, Polarity.NONE)
    assert travel.latest == points[-1]
    assert travel.previous == points[3]


def test_the_quarter_ending_in_february_matches_across_a_leap_year() -> None:
    leap = Point(date(2023, 12, 1), date(2024, 2, 29), "quarter", 1.0)
    plain = Point(date(2024, 12, 1), date(2025, 2, 28), "quarter", 2.0)
    assert direction_of_travel([leap, plain], Polarity.NONE).previous == leap


def test_three_years_together_are_set_against_the_three_before() -> None:
    points = [together(first, 3, float(first)) for first in range(2011, 2023)]
    travel = direction_of_travel(points, Polarity.HIGH)
    assert travel.previous is not None
    assert (travel.previous.start.year, travel.previous.end.year) == (2019, 2021)


def test_overlapping_pools_have_nothing_to_be_set_against() -> None:
    travel = direction_of_travel([together(2019, 5, 14.2), together(2020, 5, 13.1)], Polarity.LOW)
    assert (travel.movement, travel.reason) == (Movement.UNKNOWN, MovementReason.NO_EARLIER_PERIOD)


def test_a_yearly_survey_whose_day_moves_is_equivalent() -> None:
    days = [date(2023, 4, 26), date(2024, 4, 17), date(2025, 4, 30)]
    travel = direction_of_travel([snapshot(day, i + 1.0) for i, day in enumerate(days)], Polarity.HIGH)
    assert travel.previous is not None
    assert travel.previous.start == days[1]


@pytest.mark.parametrize(("day", "is_found"), [(date(2024, 2, 16), True), (date(2024, 2, 15), False)])
def test_a_snapshot_must_lie_within_45_days_of_the_anniversary(day: date, is_found: bool) -> None:
    travel = direction_of_travel([snapshot(day, 1.0), snapshot(date(2025, 4, 1), 2.0)], Polarity.HIGH)
    assert (travel.previous is not None) is is_found


def test_of_monthly_snapshots_the_anniversary_is_taken() -> None:
    days = [date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(1, 18)]
    travel = direction_of_travel([snapshot(day, 1.0) for day in days], Polarity.HIGH)
    assert travel.latest is not None and travel.latest.start == date(2025, 5, 1)
    assert travel.previous is not None and travel.previous.start == date(2024, 5, 1)


def test_the_last_quarters_snapshot_is_not_equivalent() -> None:
    points = [snapshot(date(2026, 1, 1), 100.0), snapshot(date(2026, 4, 1), 112.0)]
    assert direction_of_travel(points, Polarity.NONE).reason is MovementReason.NO_EARLIER_PERIOD


def test_a_gap_is_stepped_over_and_the_period_used_is_named() -> None:
    points = [year(2018, 60.0), year(2019), year(2020, 61.0, comparable=False), year(2021, 58.0)]
    travel = direction_of_travel(points, Polarity.HIGH)
    assert travel.movement is Movement.WORSENING
    assert travel.previous == points[0]


def test_the_newest_point_without_a_value_has_no_movement() -> None:
    points = [year(2021, 60.0), year(2022, 61.0), year(2023)]
    travel = direction_of_travel(points, Polarity.HIGH)
    assert travel == Travel(Movement.UNKNOWN, latest=points[2], reason=MovementReason.NO_VALUE)


def test_no_points_have_no_movement() -> None:
    assert direction_of_travel([], Polarity.HIGH) == Travel(Movement.UNKNOWN, reason=MovementReason.NO_VALUE)


@pytest.mark.parametrize("broken_in", [2022, 2023])
def test_nothing_before_a_break_is_compared(broken_in: int) -> None:
    points = [year(y, float(y), series_break=y == broken_in) for y in (2020, 2021, 2022, 2023)]
    if broken_in == 2023:
        travel = direction_of_travel(points, Polarity.HIGH)
        assert (travel.movement, travel.reason) == (Movement.UNKNOWN, MovementReason.SERIES_BREAK)
    else:
        assert direction_of_travel(points, Polarity.HIGH).previous == points[2]


def test_another_basis_is_never_compared() -> None:
    other = replace(year(2022, 1.0), basis="academic")
    assert direction_of_travel([other, year(2023, 2.0)], Polarity.HIGH).reason is MovementReason.NO_EARLIER_PERIOD


def test_two_figures_for_one_period_are_refused() -> None:
    with pytest.raises(ValueError, match="two points for the financial period from 2023-04-01 to 2024-03-31"):
        direction_of_travel([year(2023, 1.0), year(2023, 2.0)], Polarity.HIGH)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Point(date(2024, 1, 1), date(2023, 12, 31), "calendar")


series = st.lists(st.none() | values, min_size=1, max_size=8).map(
    lambda drawn: [year(2016 + i, value) for i, value in enumerate(drawn)]
)
OPPOSITE = {Movement.IMPROVING: Movement.WORSENING, Movement.WORSENING: Movement.IMPROVING}


@given(series, st.sampled_from(list(Polarity)), st.randoms())
def test_order_does_not_matter(points: list[Point], polarity: Polarity, random: object) -> None:
    expected = direction_of_travel(points, polarity)
    random.shuffle(points)  # type: ignore[attr-defined]
    assert direction_of_travel(points, polarity) == expected


@given(series)
def test_flipping_polarity_swaps_improving_and_worsening(points: list[Point]) -> None:
    high, low, none = (
        direction_of_travel(points, polarity) for polarity in (Polarity.HIGH, Polarity.LOW, Polarity.NONE)
    )
    assert OPPOSITE.get(high.movement, high.movement) is low.movement
    assert high.direction is low.direction is none.direction
    assert none.movement not in OPPOSITE


@given(series, st.integers(2000, 2015))
def test_adding_an_earlier_null_changes_nothing(points: list[Point], number: int) -> None:
    assert direction_of_travel([year(number), *points], Polarity.LOW) == direction_of_travel(points, Polarity.LOW)
