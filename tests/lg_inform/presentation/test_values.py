"""Numbers as people read them."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.presentation.values import (
    format_difference,
    format_number,
    format_ordinal,
    format_range,
    format_short,
    format_value,
    unit_words,
)

PERCENT = SimpleNamespace(unit_prefix="", unit_text="%", decimals=1)
WHOLE_PERCENT = SimpleNamespace(unit_prefix="", unit_text="%", decimals=0)
POUNDS = SimpleNamespace(unit_prefix="£", unit_text="", decimals=0)
RATE = SimpleNamespace(unit_prefix="", unit_text="per 100,000 people", decimals=1)
YEARS = SimpleNamespace(unit_prefix="", unit_text="years", decimals=1)
RATIO = SimpleNamespace(unit_prefix="", unit_text="times yearly earnings", decimals=2)
METRICS = [PERCENT, POUNDS, RATE, YEARS, RATIO]

numbers = st.floats(-1e9, 1e9, allow_nan=False)
decimals = st.integers(0, 3)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (28.5, 1, "28.5"),
        (0.0, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "−0.1"),
        (0.05, 1, "0.1"),
        (0.25, 1, "0.3"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (3.5, 0, "4"),
        (1.005, 2, "1.01"),  # half a penny as it is written, not as the machine holds it
        (2.675, 2, "2.68"),
        (999.95, 1, "1,000.0"),
        (1234567.891, 2, "1,234,567.89"),
        (-1234.5, 0, "−1,235"),
        (1e-12, 3, "0.000"),
        (1e22, 0, "10,000,000,000,000,000,000,000"),
    ],
)
def test_a_number(value: float, places: int, text: str):
    assert format_number(value, places) == text


@pytest.mark.parametrize(
    ("metric", "value", "short", "whole"),
    [
        (PERCENT, 28.5, "28.5%", "28.5%"),
        (PERCENT, -0.04, "0.0%", "0.0%"),
        (PERCENT, -3.25, "−3.3%", "−3.3%"),
        (PERCENT, 100.0, "100.0%", "100.0%"),
        (POUNDS, 611.5, "£612", "£612"),
        (POUNDS, -611.5, "−£612", "−£612"),
        (POUNDS, 1234.0, "£1,234", "£1,234"),
        (POUNDS, -0.3, "£0", "£0"),
        (RATE, 30.4, "30.4", "30.4 per 100,000 people"),
        (YEARS, 60.65, "60.7", "60.7 years"),
    ],
)
def test_a_value_with_its_unit(metric, value: float, short: str, whole: str):
    assert format_short(metric, value) == short
    assert format_value(metric, value) == whole


def test_a_range_says_its_unit_once():
    assert format_range(RATE, 25.0, 36.6) == "25.0 to 36.6 per 100,000 people"
    assert format_range(PERCENT, 27.8, 35.9) == "27.8% to 35.9%"
    assert format_range(POUNDS, 560, 1640) == "£560 to £1,640"
    assert unit_words(PERCENT) == ""
    assert unit_words(RATE) == "per 100,000 people"


@pytest.mark.parametrize(
    ("metric", "value", "other", "text"),
    [
        (PERCENT, 31.8, 28.7, "+3.1 points"),
        (PERCENT, 28.7, 31.8, "−3.1 points"),
        (PERCENT, 28.7, 28.7, "0.0 points"),
        (PERCENT, 28.71, 28.74, "0.0 points"),
        (PERCENT, 31.84, 26.55, "+5.2 points"),  # 31.8 less 26.6, as both are shown
        (POUNDS, 611.4, 1845.6, "−£1,235"),
        (POUNDS, 500.4, 500.0, "£0"),
        (RATE, 30.4, 18.06, "+12.3"),
        (WHOLE_PERCENT, 26.2, 25.0, "+1 point"),
        (WHOLE_PERCENT, 25.0, 27.0, "−2 points"),
    ],
)
def test_a_difference_has_its_sign(metric, value: float, other: float, text: str):
    assert format_difference(metric, value, other) == text


PLACES = {
    1: "1st",
    2: "2nd",
    3: "3rd",
    4: "4th",
    11: "11th",
    12: "12th",
    13: "13th",
    20: "20th",
    21: "21st",
    22: "22nd",
}
PLACES |= {33: "33rd", 101: "101st", 111: "111th", 112: "112th", 123: "123rd"}


@pytest.mark.parametrize("number", PLACES)
def test_a_place(number: int):
    assert format_ordinal(number) == PLACES[number]


@given(numbers, decimals)
def test_no_number_is_minus_nothing(value: float, places: int):
    text = format_number(value, places)
    assert "-" not in text  # a true minus sign, which is as wide as a figure
    assert not re.fullmatch(r"−[0.,]+", text)
    assert re.fullmatch(r"−?\d{1,3}(,\d{3})*(\.\d+)?", text)
    assert len(text.partition(".")[2]) == places


@given(numbers, decimals)
def test_a_number_is_rounded_to_the_nearest_and_halves_away_from_zero(value: float, places: int):
    shown = Decimal(format_number(value, places).replace(",", "").replace("−", "-"))
    written, step = Decimal(repr(value)), Decimal(1).scaleb(-places)
    assert abs(shown - written) * 2 <= step
    if abs(shown - written) * 2 == step:
        assert abs(shown) > abs(written)


@given(numbers, decimals)
def test_a_number_and_its_opposite_differ_by_the_sign_alone(value: float, places: int):
    assert format_number(value, places).removeprefix("−") == format_number(-value, places).removeprefix("−")


@given(st.sampled_from(METRICS), numbers)
def test_no_value_is_minus_nothing_in_any_unit(metric, value: float):
    for text in (format_value(metric, value), format_short(metric, value), format_difference(metric, value, 0.0)):
        number = re.match(r"[−+]?£?([\d,.]+)", text)
        assert number is not None
        if text[0] in "−+":
            assert re.search(r"[1-9]", number[1]), text
        assert "  " not in text
        assert text == text.strip()


@given(st.sampled_from(METRICS), numbers)
def test_a_sign_stands_before_everything_else(metric, value: float):
    for text in (format_value(metric, value), format_difference(metric, value, 0.0)):
        assert text.rfind("−") <= 0
        assert text.rfind("+") <= 0
