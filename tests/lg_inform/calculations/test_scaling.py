from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.calculations import scale_decimal


@pytest.mark.parametrize(
    ("text", "factor", "expected"),
    [
        ("0.285", "100", "28.5"),
        ("0.285", "1", "0.285"),
        (" 1234.5 ", "1000", "1234500"),
        ("-0.07", "100", "-7"),
        (".5", "100", "50"),
        ("5.", "1", "5"),
        ("1e-3", "100", "0.1"),
        ("7.62916457947492", "100", "762.916457947492"),
    ],
)
def test_scaling_is_exact(text: str, factor: str, expected: str) -> None:
    scaled = scale_decimal(text, Decimal(factor))
    assert scaled == Decimal(expected)
    assert float(scaled) == float(expected)


def test_float_arithmetic_would_have_lost_it() -> None:
    assert 0.285 * 100 != 28.5
    assert float(scale_decimal("0.285", Decimal(100))) == 28.5


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "..", "[x]", "c", "nan", "NaN", "inf", "1,234", "1_000", "٣", "12%", "1 2", "1e999999999999999"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        scale_decimal(text, Decimal(100))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=15, min_value=-(10**12), max_value=10**12))
def test_scaling_back_and_forth_loses_nothing(number: Decimal) -> None:
    there = scale_decimal(str(number), Decimal(1000))
    assert scale_decimal(str(there), Decimal("0.001")) == number
