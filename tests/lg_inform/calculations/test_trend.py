from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lg_inform.calculations import Point, Polarity, RecentTrend, Trend, TrendReason, TrendTest, recent_trend
from lg_inform.calculations.trend import threshold
from tests.lg_inform.calculations.strategies import year, yearly_series

Row = tuple[int, int, int, float, float, float]

# Year, count, denominator, value, 95% interval: the cases with which Fingertips tests its own trend markers.
RISING: list[Row] = [
    (2014, 994, 40299, 24.67, 23.16, 26.25),
    (2015, 1023, 41527, 24.6, 23.15, 26.19),
    (2016, 1199, 42811, 28, 26.44, 29.64),
    (2017, 1332, 44064, 30.2, 28.63, 31.9),
    (2018, 1367, 44701, 30.6, 28.98, 32.25),
]
LEVEL: list[Row] = [
    (2014, 209, 1017, 20.5506, 18.1803, 23.1427),
    (2015, 213, 1087, 19.5952, 17.3444, 22.0602),
    (2016, 213, 1119, 19.0349, 16.8421, 21.4394),
    (2017, 239, 1117, 21.3966, 19.0918, 23.8975),
    (2018, 210, 1139, 18.4372, 16.2925, 20.7941),
]
DIABETES: list[Row] = [
    (2020, 3455176, 48783947, 7.0826, 7.0754, 7.094),
    (2021, 3491868, 49122259, 7.1085, 7.1013, 7.1199),
    (2022, 3625401, 49956777, 7.2571, 7.2499, 7.2684),
    (2023, 3774801, 50649129, 7.4528, 7.4456, 7.4643),
    (2024, 3938080, 51441896, 7.6554, 7.6481, 7.6669),
]
MMR: list[Row] = [
    (2020, 57274, 61834, 92.6254, 92.4168, 92.8288),
    (2021, 55865, 60511, 92.3221, 92.1072, 92.5315),
    (2022, 53681, 59074, 90.8708, 90.6358, 91.1004),
    (2023, 51767, 57508, 90.017, 89.7694, 90.2594),
    (2024, 53185, 59028, 90.1013, 89.8578, 90.3396),
]
EYE_DISEASE: list[Row] = [
    (2020, 1416, 48246126, 2.935, 2.7841, 3.0919),
    (2021, 935, 48440507, 1.93028, 1.8085, 2.058),
    (2022, 1344, 48753376, 2.7567, 2.6113, 2.9082),
    (2023, 1415, 49300918, 2.8701, 2.7225, 3.0237),
    (2024, 1502, 49866388, 3.0121, 2.8616, 3.1683),
]


def series(rows: Sequence[Row]) -> list[Point]:
    return [
        year(number, value, lower=lower, upper=upper, numerator=count, denominator=denominator)
        for number, count, denominator, value, lower, upper in rows
    ]


def steady(number: int, **rest: object) -> Point:
    """One year of a series that rises by 1 a year, well beyond chance."""
    value = float(number - 2000)
    return replace(year(number, value, lower=value - 0.5, upper=value + 0.5), **rest)  # type: ignore[arg-type]


def refused(reason: TrendReason) -> RecentTrend:
    return RecentTrend(Trend.CANNOT_BE_CALCULATED, reason)


def test_chi_squared_by_intervals_as_published() -> None:
    found = recent_trend(series(RISING), Polarity.LOW)
    # 46.77 in Fingertips' tests, which take the interval's width over 3.92 and not over 2 × 1.959964.
    assert found.chi_squared == pytest.approx(46.77, abs=0.01)
    assert (found.trend, found.reason, found.test) == (Trend.WORSENING, None, TrendTest.WEIGHTED)
    assert [point.start.year for point in found.points] == [2014, 2015, 2016, 2017, 2018]


def test_chi_squared_by_counts_as_published() -> None:
    found = recent_trend(series(RISING), Polarity.HIGH, is_proportion=True)
    assert round(found.chi_squared or 0, 2) == 47.9
    assert (found.trend, found.test) == (Trend.IMPROVING, TrendTest.COUNTS)


@pytest.mark.parametrize(
    ("rows", "is_proportion", "expected"),
    [
        (DIABETES, True, Trend.INCREASING),
        (DIABETES, False, Trend.INCREASING),
        (MMR, True, Trend.DECREASING),
        (MMR, False, Trend.DECREASING),
        (EYE_DISEASE, False, Trend.INCREASING),
        (LEVEL, True, Trend.NO_SIGNIFICANT_CHANGE),
        (LEVEL, False, Trend.NO_SIGNIFICANT_CHANGE),
    ],
)
def test_trend_markers_as_published(rows: list[Row], is_proportion: bool, expected: Trend) -> None:
    assert recent_trend(series(rows), Polarity.NONE, is_proportion=is_proportion).trend is expected


def test_no_change_says_that_it_was_tested() -> None:
    found = recent_trend(series(LEVEL), Polarity.LOW)
    assert found.reason is TrendReason.NOT_SIGNIFICANT
    assert found.chi_squared is not None
    assert found.chi_squared < threshold()
    assert len(found.points) == 5


def test_a_change_that_rests_on_one_point_is_no_change() -> None:
    jump = [year(2019 + i, value, lower=value - 1, upper=value + 1) for i, value in enumerate([30, 30, 30, 30, 40])]
    found = recent_trend(jump, Polarity.LOW)
    assert (found.chi_squared or 0) > threshold()
    assert (found.trend, found.reason) == (Trend.NO_SIGNIFICANT_CHANGE, TrendReason.RESTS_ON_ONE_POINT)


def test_a_level_line_stays_level_to_the_last_bit() -> None:
    # Binary floats hold neither 6.4 nor these weights; about their weighted mean, four equal values seem to rise.
    values, reaches = [6.4, 6.4, 6.4, 6.4, 60.0], [2.9, 3.1, 2.5, 1.4, 1.0]
    points = [year(2019 + i, v, lower=v - r, upper=v + r) for i, (v, r) in enumerate(zip(values, reaches, strict=True))]
    found = recent_trend(points, Polarity.LOW)
    assert (found.chi_squared or 0) > threshold()
    assert found.reason is TrendReason.RESTS_ON_ONE_POINT


def test_only_the_latest_five_years_count() -> None:
    earlier = [steady(number, value=99.0, lower=98.0, upper=100.0) for number in range(2010, 2019)]
    found = recent_trend([*earlier, *map(steady, range(2019, 2024))], Polarity.HIGH)
    assert found.trend is Trend.IMPROVING
    assert found.points[0].start.year == 2019


def test_four_years_are_too_few() -> None:
    assert recent_trend(map(steady, range(2020, 2024)), Polarity.LOW) == refused(TrendReason.TOO_FEW_POINTS)
    assert recent_trend([], Polarity.LOW) == refused(TrendReason.TOO_FEW_POINTS)


def test_years_without_a_comparable_value_are_not_counted() -> None:
    points = [steady(2018), steady(2019, value=None), steady(2020, comparable=False), *map(steady, range(2021, 2024))]
    assert recent_trend(points, Polarity.LOW) == refused(TrendReason.TOO_FEW_POINTS)


def test_a_missing_year_is_bridged_at_its_true_length() -> None:
    years = [2017, 2018, 2020, 2021, 2022]
    values = [10.0, 11.0, 13.0, 14.0, 15.0]
    points = [year(y, v, lower=v - 1, upper=v + 1) for y, v in zip(years, values, strict=True)]
    found = recent_trend(points, Polarity.HIGH)
    slope_over_error = np.sum((np.array(years) - np.mean(years)) ** 2) * (2 * 1.959964 / 2) ** 2
    assert found.trend is Trend.IMPROVING
    assert found.chi_squared == pytest.approx(slope_over_error, rel=1e-6)


def test_nothing_before_a_break_counts() -> None:
    points = [steady(number, series_break=number == 2020) for number in range(2014, 2024)]
    assert recent_trend(points, Polarity.LOW) == refused(TrendReason.SERIES_BREAK)
    longer = [*points, steady(2024)]
    assert [point.start.year for point in recent_trend(longer, Polarity.LOW).points] == list(range(2020, 2025))


def test_a_break_in_a_year_without_a_value_is_still_a_break() -> None:
    points = [steady(number) for number in range(2014, 2024)]
    points[-4] = replace(points[-4], value=None, series_break=True)
    assert recent_trend(points, Polarity.LOW) == refused(TrendReason.SERIES_BREAK)


def test_bases_are_never_mixed() -> None:
    financial = list(map(steady, range(2017, 2021)))
    calendar = [
        Point(date(y, 1, 1), date(y, 12, 31), "calendar", y - 2000.0, y - 2000.5, y - 1999.5) for y in range(2021, 2023)
    ]
    assert recent_trend([*financial, *calendar], Polarity.LOW) == refused(TrendReason.TOO_FEW_POINTS)


def test_three_years_taken_together_are_not_tested() -> None:
    points = [
        Point(date(y, 1, 1), date(y + 2, 12, 31), "rolling", y - 2000.0, y - 2000.5, y - 1999.5)
        for y in range(2000, 2024)
    ]
    assert recent_trend(points, Polarity.LOW) == refused(TrendReason.NOT_ANNUAL)


def test_quarters_are_not_tested() -> None:
    spans = [(date(y, m, 1), date(y, m + 2, 28)) for y in range(2019, 2024) for m in (1, 4, 7, 10)]
    points = [Point(start, end, "quarter", i + 0.0, i - 0.1, i + 0.1) for i, (start, end) in enumerate(spans)]
    assert recent_trend(points, Polarity.LOW) == refused(TrendReason.NOT_ANNUAL)


def test_quarterly_snapshots_are_not_tested_and_yearly_ones_are() -> None:
    days = [date(2019, 4, 17), date(2020, 4, 22), date(2021, 4, 21), date(2022, 4, 20), date(2023, 4, 26)]
    yearly = [Point(day, day, "snapshot", i + 0.0, i - 0.1, i + 0.1) for i, day in enumerate(days)]
    assert recent_trend(yearly, Polarity.HIGH).trend is Trend.IMPROVING
    quarterly = [replace(p, start=p.start + timedelta(91), end=p.end + timedelta(91)) for p in yearly]
    assert recent_trend([*yearly, *quarterly], Polarity.HIGH) == refused(TrendReason.NOT_ANNUAL)


def test_overlapping_years_are_taken_once() -> None:
    # Years ending every quarter: only one in four is free of the others.
    starts = [date(y, m, 1) for y in range(2018, 2024) for m in (1, 4, 7, 10)]
    points = [
        Point(s, s.replace(year=s.year + 1) - timedelta(1), "rolling", i + 0.0, i - 0.1, i + 0.1)
        for i, s in enumerate(starts)
    ]
    found = recent_trend(points, Polarity.HIGH)
    assert [point.start for point in found.points] == [date(y, 10, 1) for y in range(2019, 2024)]


@pytest.mark.parametrize("interval", [{"lower": None, "upper": None}, {"upper": None}, {"lower": 22.0, "upper": 22.0}])
def test_one_point_without_an_interval_means_that_nothing_is_tested(interval: dict[str, float | None]) -> None:
    points = [steady(number) for number in range(2019, 2024)]
    points[3] = replace(points[3], **interval)  # type: ignore[arg-type]
    found = recent_trend(points, Polarity.LOW)
    assert (found.trend, found.reason) == (Trend.CANNOT_BE_CALCULATED, TrendReason.NO_INTERVALS)
    assert found.chi_squared is None


def test_a_proportion_without_counts_is_tested_by_its_intervals() -> None:
    points = [replace(point, numerator=None) for point in series(RISING)]
    assert recent_trend(points, Polarity.LOW, is_proportion=True).test is TrendTest.WEIGHTED


def test_nobody_and_everybody_in_every_year_is_no_change() -> None:
    for share in (0, 400):
        points = [year(y, share / 4, numerator=share, denominator=400) for y in range(2019, 2024)]
        found = recent_trend(points, Polarity.LOW, is_proportion=True)
        assert (found.trend, found.chi_squared) == (Trend.NO_SIGNIFICANT_CHANGE, 0)


def test_impossible_counts_and_intervals_are_refused() -> None:
    points = series(RISING)
    with pytest.raises(ValueError, match="proportion cannot be"):
        recent_trend([*points[:4], replace(points[4], numerator=50_000)], Polarity.LOW, is_proportion=True)
    with pytest.raises(ValueError, match="wrong way round"):
        recent_trend([*points[:4], replace(points[4], lower=40.0)], Polarity.LOW)
    with pytest.raises(ValueError, match="two points"):
        recent_trend([*points, points[4]], Polarity.LOW)


@given(yearly_series(size=5))
def test_counts_statistic_is_armitages(points: list[Point]) -> None:
    found = recent_trend(points, Polarity.NONE, is_proportion=True)
    t = np.arange(1, 6)
    x = np.array([point.numerator for point in points], dtype=float)
    n = np.array([point.denominator for point in points], dtype=float)
    total, cases = n.sum(), x.sum()
    assume(0 < cases < total)
    top = total * (total * (x * t).sum() - cases * (n * t).sum()) ** 2
    bottom = cases * (total - cases) * (total * (n * t * t).sum() - (n * t).sum() ** 2)
    assert found.chi_squared == pytest.approx(top / bottom, rel=1e-9, abs=1e-9)


@given(yearly_series(size=5))
def test_interval_statistic_is_that_of_a_weighted_line(points: list[Point]) -> None:
    found = recent_trend(points, Polarity.NONE)
    errors = np.array([(p.upper - p.lower) / 2 / 1.959963984540054 for p in points])  # type: ignore[operator]
    line, covariance = np.polyfit(np.arange(5), [p.value for p in points], 1, w=1 / errors, cov="unscaled")  # type: ignore[list-item]
    assert found.chi_squared == pytest.approx(line[0] ** 2 / covariance[0, 0], rel=1e-6, abs=1e-9)


FLIPPED = {Trend.IMPROVING: Trend.WORSENING, Trend.WORSENING: Trend.IMPROVING}


@given(yearly_series(), st.booleans(), st.randoms())
def test_order_does_not_matter(points: list[Point], is_proportion: bool, random: object) -> None:
    expected = recent_trend(points, Polarity.LOW, is_proportion=is_proportion)
    random.shuffle(points)  # type: ignore[attr-defined]
    assert recent_trend(points, Polarity.LOW, is_proportion=is_proportion) == expected


@given(yearly_series(), st.booleans())
def test_flipping_polarity_swaps_improving_and_worsening(points: list[Point], is_proportion: bool) -> None:
    high, low, none = (
        recent_trend(points, polarity, is_proportion=is_proportion).trend
        for polarity in (Polarity.HIGH, Polarity.LOW, Polarity.NONE)
    )
    assert FLIPPED.get(high, high) is low
    assert (none in {Trend.INCREASING, Trend.DECREASING}) == (high in FLIPPED)


@given(yearly_series(), st.integers(-20, 20))
def test_scaling_by_a_power_of_two_changes_no_trend(points: list[Point], power: int) -> None:
    factor = 2.0**power
    scaled = [
        replace(p, value=p.value * factor, lower=p.lower * factor, upper=p.upper * factor)  # type: ignore[operator]
        for p in points
    ]
    before, after = recent_trend(points, Polarity.LOW), recent_trend(scaled, Polarity.LOW)
    assert (after.trend, after.reason, after.chi_squared) == (before.trend, before.reason, before.chi_squared)


@given(yearly_series(), st.integers(2024, 2027), st.booleans())
def test_adding_a_null_changes_nothing(points: list[Point], number: int, is_proportion: bool) -> None:
    expected = recent_trend(points, Polarity.LOW, is_proportion=is_proportion)
    assert recent_trend([*points, year(number)], Polarity.LOW, is_proportion=is_proportion) == expected
