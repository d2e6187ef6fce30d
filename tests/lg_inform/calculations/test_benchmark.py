import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.calculations import Compared, Comparison, NotComparedReason, Polarity, compare

HIGH, LOW, NONE = Polarity.HIGH, Polarity.LOW, Polarity.NONE


@pytest.mark.parametrize(
    ("lower", "upper", "benchmark", "polarity", "expected"),
    [
        (28, 32, 27, HIGH, Comparison.BETTER),
        (28, 32, 27, LOW, Comparison.WORSE),
        (28, 32, 27, NONE, Comparison.HIGHER),
        (28, 32, 33, HIGH, Comparison.WORSE),
        (28, 32, 33, LOW, Comparison.BETTER),
        (28, 32, 33, NONE, Comparison.LOWER),
        (28, 32, 30, LOW, Comparison.SIMILAR),
        (28, 32, 28, LOW, Comparison.SIMILAR),
        (28, 32, 32, NONE, Comparison.SIMILAR),
        (30, 30, 30, HIGH, Comparison.SIMILAR),
        (30, 30, 31, HIGH, Comparison.WORSE),
    ],
)
def test_comparison_with_an_interval(
    lower: float, upper: float, benchmark: float, polarity: Polarity, expected: Comparison
) -> None:
    assert compare(30, lower, upper, benchmark, polarity) == Compared(expected)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "benchmark", "options", "reason"),
    [
        (None, None, None, 30, {}, NotComparedReason.NO_VALUE),
        (30, 28, 32, None, {}, NotComparedReason.NO_BENCHMARK),
        (30, 28, 32, 27, {"same_area": True}, NotComparedReason.SAME_AREA),
        (30, 28, 32, 27, {"indirectly_standardised": True}, NotComparedReason.INDIRECTLY_STANDARDISED),
        (30, None, None, 27, {}, NotComparedReason.NO_INTERVAL),
        (30, None, 32, 27, {}, NotComparedReason.NO_INTERVAL),
        (30, 28, None, 27, {}, NotComparedReason.NO_INTERVAL),
    ],
)
def test_every_refusal_says_why(
    value: float | None,
    lower: float | None,
    upper: float | None,
    benchmark: float | None,
    options: dict[str, bool],
    reason: NotComparedReason,
) -> None:
    assert compare(value, lower, upper, benchmark, LOW, **options) == Compared(Comparison.NOT_COMPARED, reason)


def test_indirectly_standardised_value_is_compared_with_england() -> None:
    found = compare(30, 28, 32, 27, LOW, indirectly_standardised=True, benchmark_is_england=True)
    assert found == Compared(Comparison.WORSE)


def test_zero_is_a_value_and_a_benchmark() -> None:
    assert compare(0, 0, 0, 0, HIGH) == Compared(Comparison.SIMILAR)
    assert compare(0, 0, 1, 2, HIGH) == Compared(Comparison.WORSE)


def test_interval_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong way round"):
        compare(30, 32, 28, 30, HIGH)


numbers = st.floats(-1e6, 1e6, allow_nan=False)
OPPOSITE = {Comparison.BETTER: Comparison.WORSE, Comparison.WORSE: Comparison.BETTER}


@given(numbers, numbers, numbers, numbers)
def test_flipping_polarity_swaps_better_and_worse(value: float, one: float, other: float, benchmark: float) -> None:
    lower, upper = min(one, other), max(one, other)
    high, low, none = (compare(value, lower, upper, benchmark, polarity).comparison for polarity in (HIGH, LOW, NONE))
    assert OPPOSITE.get(high, high) == low
    assert (none is Comparison.SIMILAR) == (high is Comparison.SIMILAR)
    assert none in {Comparison.SIMILAR, Comparison.HIGHER, Comparison.LOWER}
