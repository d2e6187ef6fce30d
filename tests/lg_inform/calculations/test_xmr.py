import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.calculations import Signal, XmrChart, xmr_chart
from tests.lg_inform.calculations.strategies import tied_values

VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
#: The figures of NHS England's demonstration of its control chart tool.
DEMONSTRATION = [89, 86, 75, 77, 81, 74, 72, 78, 76, 82, 77, 54, 66, 77, 86]


def chart(values: list[float | None], **options: int) -> XmrChart:
    drawn = xmr_chart(values, **options)
    assert drawn is not None
    return drawn


def places(drawn: XmrChart, signal: Signal) -> list[int]:
    return [place for place, point in enumerate(drawn.points) if signal in point.signals]


def test_limits_of_a_textbook_example() -> None:
    # Montgomery, Introduction to statistical quality control: mean 33.52, range 0.48, limits 32.24 and 34.80.
    drawn = chart([*VISCOSITY])
    assert drawn.centre == pytest.approx(33.52, abs=0.005)
    assert drawn.mean_moving_range == pytest.approx(0.48, abs=0.005)
    assert drawn.lower_limit == pytest.approx(32.24, abs=0.005)
    assert drawn.upper_limit == pytest.approx(34.80, abs=0.005)
    assert not any(point.signals for point in drawn.points)


def test_demonstration_of_nhs_england() -> None:
    drawn = chart([*DEMONSTRATION])
    assert drawn.centre == pytest.approx(76.67, abs=0.005)
    assert (round(drawn.lower_limit), round(drawn.upper_limit)) == (57, 96)
    assert places(drawn, Signal.OUTSIDE_LIMITS) == [11]
    assert not drawn.is_trial


def test_fewer_than_twelve_points_give_trial_limits() -> None:
    assert chart([*VISCOSITY[:11]]).is_trial
    assert not chart([*VISCOSITY[:12]]).is_trial
    assert chart([*VISCOSITY[:11], None]).is_trial


def test_one_value_draws_no_chart() -> None:
    assert xmr_chart([5.0, None]) is None
    assert xmr_chart([]) is None
    assert xmr_chart([5.0, 6.0]) is not None


def test_seven_on_one_side_are_a_shift_and_six_are_not() -> None:
    high, low = [11.0, 12.0, 11.0, 12.0, 11.0, 12.0, 11.0], [-11.0, -12.0, -11.0, -12.0, -11.0, -12.0, -11.0]
    assert places(chart([*high, *low]), Signal.SHIFT) == list(range(14))
    assert places(chart([*high[:6], *low[:6]]), Signal.SHIFT) == []


def test_a_point_on_the_centre_line_ends_a_run() -> None:
    # The mean is exactly zero; the fourth point lies on it.
    values: list[float | None] = [1, 2, 1, 0, 1, 2, 1, -2, -2, -2, -2]
    assert chart(values).centre == 0
    assert places(chart(values), Signal.SHIFT) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [1, 2, 3, 4, 5, 6, 7]),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [1, 2, 3, 4, 5, 6, 7]),
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
    ],
)
def test_seven_rising_or_falling_are_a_trend(values: list[float | None], expected: list[int]) -> None:
    assert places(chart(values), Signal.TREND) == expected


def test_length_of_a_trend_is_a_setting() -> None:
    values: list[float | None] = [5, 1, 2, 3, 4, 5, 6, 1]
    assert places(chart(values, trend_length=6), Signal.TREND) == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ValueError, match="at least 3"):
        xmr_chart(values, trend_length=2)


def near_limit_values(*ends: float) -> list[float | None]:
    # Steps of 2 about zero: limits near ±5.32, so that 4 to 5 lies in the outer third.
    return [1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, *ends, 1, -1, 1, -1, 1, -1, 1, -1]


def test_two_of_three_near_the_same_limit() -> None:
    values = near_limit_values(5, 1, 5)
    drawn = chart(values)
    outer = drawn.centre + (drawn.upper_limit - drawn.centre) * 2 / 3
    assert outer < 5 < drawn.upper_limit
    assert places(drawn, Signal.NEAR_LIMIT) == [12, 14]


def test_two_near_opposite_limits_are_no_signal() -> None:
    assert places(chart(near_limit_values(5, 0, -5)), Signal.NEAR_LIMIT) == []


def test_one_near_a_limit_is_no_signal() -> None:
    assert places(chart(near_limit_values(5, 0, 1)), Signal.NEAR_LIMIT) == []


def test_two_in_the_middle_third_are_no_signal() -> None:
    values = near_limit_values(3, 1, 3)
    drawn = chart(values)
    third = (drawn.upper_limit - drawn.centre) / 3
    assert drawn.centre + third < 3 < drawn.centre + 2 * third
    assert places(drawn, Signal.NEAR_LIMIT) == []


def test_screening_is_off_unless_asked_for_and_says_what_it_left_out() -> None:
    values: list[float | None] = [10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 40, 41, 40, 41, 40]
    plain, screened = chart(values), chart(values, screen_ranges=True)
    assert plain.ranges_left_out == 0
    assert plain.mean_moving_range == pytest.approx((16 + 30) / 17)
    assert screened.ranges_left_out == 1
    assert screened.mean_moving_range == 1
    assert screened.centre == plain.centre


@given(st.floats(-1e6, 1e6), st.integers(2, 40))
def test_equal_values_signal_nothing(value: float, n: int) -> None:
    drawn = chart([value] * n)
    assert (drawn.centre, drawn.lower_limit, drawn.upper_limit) == (value, value, value)
    assert not any(point.signals for point in drawn.points)


@given(st.lists(tied_values, min_size=2, max_size=40), st.integers(0, 40), st.booleans())
def test_adding_a_null_changes_nothing_else(values: list[float | None], place: int, screen: bool) -> None:
    place = min(place, len(values))
    expected = chart(values, screen_ranges=screen)
    found = chart([*values[:place], None, *values[place:]], screen_ranges=screen)
    points = list(found.points)
    added = points.pop(place)
    assert (added.value, added.signals) == (None, frozenset())
    assert tuple(points) == expected.points
    assert (found.centre, found.lower_limit, found.upper_limit, found.is_trial) == (
        expected.centre,
        expected.lower_limit,
        expected.upper_limit,
        expected.is_trial,
    )


@given(st.lists(tied_values, min_size=2, max_size=40), st.integers(-20, 20))
def test_scaling_by_a_power_of_two_changes_no_signal(values: list[float | None], power: int) -> None:
    scaled = chart([None if value is None else value * 2.0**power for value in values])
    assert [point.signals for point in scaled.points] == [point.signals for point in chart(values).points]


@given(st.lists(tied_values, min_size=2, max_size=40))
def test_turning_the_chart_upside_down_changes_no_signal(values: list[float]) -> None:
    turned = chart([-value for value in values])
    assert [point.signals for point in turned.points] == [point.signals for point in chart([*values]).points]
