import math
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lg_inform.calculations import (
    CONFIDENCE_95,
    CONFIDENCE_998,
    Interval,
    count_interval,
    mean_interval,
    proportion_interval,
    rate_interval,
)

confidences = st.sampled_from([CONFIDENCE_95, CONFIDENCE_998])


def ends(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.lower, interval.upper


# Output printed in the introduction to the R package PHEindicatormethods.
@pytest.mark.parametrize(
    ("x", "n", "confidence", "lower", "upper"),
    [
        (27, 106, CONFIDENCE_95, 0.1813642, 0.3452262),
        (22, 113, CONFIDENCE_95, 0.1322333, 0.2772229),
        (80, 150, CONFIDENCE_95, 0.4536625, 0.6113395),
        (53, 193, CONFIDENCE_95, 0.2165053, 0.3415146),
        (89, 101, CONFIDENCE_95, 0.8037295, 0.9307128),
        (27, 106, CONFIDENCE_998, 0.1481031, 0.4018735),
        (84, 122, CONFIDENCE_998, 0.5493185, 0.8003596),
        (89, 101, CONFIDENCE_998, 0.7476217, 0.9488987),
    ],
)
def test_wilson_as_published(x: int, n: int, confidence: float, lower: float, upper: float) -> None:
    assert ends(proportion_interval(x, n, confidence=confidence)) == pytest.approx((lower, upper), abs=5e-8)


@pytest.mark.parametrize(
    ("x", "n", "confidence", "multiplier", "lower", "upper", "digit"),
    [
        (27, 106, CONFIDENCE_95, 100_000, 16782.04, 37061.41, 5e-3),
        (53, 193, CONFIDENCE_95, 100_000, 20568.85, 35920.56, 5e-3),
        (89, 101, CONFIDENCE_95, 100_000, 70764.64, 108438.96, 5e-3),
        (27, 106, CONFIDENCE_998, 100, 12.926737, 44.59202, 6e-6),
        (89, 101, CONFIDENCE_998, 100, 62.029689, 120.99575, 6e-6),
    ],
)
def test_byar_as_published(
    x: int, n: int, confidence: float, multiplier: float, lower: float, upper: float, digit: float
) -> None:
    found = ends(rate_interval(x, n, confidence=confidence, multiplier=multiplier))
    assert found == pytest.approx((lower, upper), abs=digit)


# Exact limits of a Poisson count, as tabled in every textbook of epidemiology.
@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (9, 4.115, 17.085)],
)
def test_exact_poisson_as_tabled(events: int, lower: float, upper: float) -> None:
    assert ends(count_interval(events)) == pytest.approx((lower, upper), abs=5e-4)


def test_byar_begins_at_ten_events() -> None:
    # The exact limits of 10 events are 4.795 and 18.390, those of Byar 4.787 and 18.391.
    assert ends(count_interval(10)) == pytest.approx((4.78745, 18.39146), abs=5e-6)


def test_mean_as_published() -> None:
    # Areas of 2015 in the introduction to PHEindicatormethods: mean 45.5, deviation 26.7, −90.9 to 182.
    observed = [27, 22, 80, 53]
    assert ends(mean_interval(mean(observed), stdev(observed), 4, confidence=CONFIDENCE_998)) == pytest.approx(
        (-90.9, 181.9), abs=0.05
    )


def test_nobody_and_everybody() -> None:
    nobody, everybody = ends(proportion_interval(0, 50)), ends(proportion_interval(50, 50, multiplier=100))
    assert nobody[0] == 0
    assert nobody[1] == pytest.approx(0.0713, abs=5e-5)
    assert everybody[1] == 100
    assert everybody[0] == pytest.approx(92.87, abs=5e-3)


def test_missing_numbers_and_empty_populations_have_no_interval() -> None:
    assert proportion_interval(None, 10) is None
    assert proportion_interval(1, None) is None
    assert proportion_interval(0, 0) is None
    assert rate_interval(None, 10) is None
    assert rate_interval(1, None) is None
    assert rate_interval(3, 0) is None
    assert count_interval(None) is None
    assert mean_interval(None, 1, 5) is None
    assert mean_interval(1, None, 5) is None
    assert mean_interval(1, 1, None) is None
    assert mean_interval(1, 1, 1) is None
    assert mean_interval(1, 1, 0) is None


def test_more_events_than_people_is_refused_for_a_proportion_and_allowed_for_a_rate() -> None:
    with pytest.raises(ValueError, match="cannot be 11 of 10"):
        proportion_interval(11, 10)
    assert ends(rate_interval(11, 10, multiplier=1))[1] > 1


@pytest.mark.parametrize("wrong", [-1, math.nan, math.inf])
def test_impossible_numbers_are_refused(wrong: float) -> None:
    for refuse in (
        lambda: proportion_interval(wrong, 10),
        lambda: proportion_interval(1, wrong),
        lambda: count_interval(wrong),
        lambda: rate_interval(1, wrong),
        lambda: mean_interval(1, wrong, 5),
    ):
        with pytest.raises(ValueError, match="must be a number"):
            refuse()


@pytest.mark.parametrize("confidence", [0.5, 1, 95])
def test_confidence_outside_its_range_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        proportion_interval(1, 10, confidence=confidence)


@given(st.integers(1, 10_000), st.data(), confidences)
def test_wilson_holds_its_proportion_and_solves_the_score_equation(
    n: int, data: st.DataObject, confidence: float
) -> None:
    x = data.draw(st.integers(0, n))
    lower, upper = ends(proportion_interval(x, n, confidence=confidence))
    share, z = x / n, stats.norm.ppf(confidence + (1 - confidence) / 2)
    assert 0 <= lower <= share <= upper <= 1
    for end in (lower, upper):
        # Wilson's ends are where the score test just reaches significance.
        assert (share - end) ** 2 * n == pytest.approx(z * z * end * (1 - end), rel=1e-6, abs=1e-9)


@given(st.integers(0, 9), confidences)
def test_few_events_have_the_exact_tail_probabilities(events: int, confidence: float) -> None:
    lower, upper = ends(count_interval(events, confidence=confidence))
    tail = (1 - confidence) / 2
    assert stats.poisson.cdf(events, upper) == pytest.approx(tail, rel=1e-6)
    if events:
        assert stats.poisson.sf(events - 1, lower) == pytest.approx(tail, rel=1e-6)


@given(st.integers(10, 5000), confidences)
def test_byar_is_close_to_the_exact_limits(events: int, confidence: float) -> None:
    lower, upper = ends(count_interval(events, confidence=confidence))
    tail = (1 - confidence) / 2
    assert lower == pytest.approx(stats.chi2.ppf(tail, 2 * events) / 2, rel=0.02)
    assert upper == pytest.approx(stats.chi2.ppf(1 - tail, 2 * events + 2) / 2, rel=0.02)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(2, 500))
def test_wider_confidence_gives_a_wider_interval(middle: float, deviation: float, n: int) -> None:
    narrow = ends(mean_interval(middle, deviation, n))
    wide = ends(mean_interval(middle, deviation, n, confidence=CONFIDENCE_998))
    assert wide[0] <= narrow[0] <= middle <= narrow[1] <= wide[1]
