"""Charts of figures: gaps stay gaps, labels are short, what is pointed at is formatted, and better is to the right."""

from dataclasses import replace
from datetime import date

import pytest

from lg_inform.calculations.periods import Span, read_financial_year, read_interval
from lg_inform.charts import period_tick
from lg_inform.charts.timeline import slots_of


def years(*numbers: int) -> list[Span]:
    return [read_financial_year(f"{year}-{(year + 1) % 100:02d}") for year in numbers]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("2022-04-01/P1Y", "2022/23"),
        ("2023-09-01/P1Y", "2023/24"),
        ("2023-01-01/P1Y", "2023"),
        ("2024-11-16/P1Y", "2025"),
        ("2022-01-01/P3Y", "2022–24"),
        ("2024-04-01/P3M", "Apr–Jun 2024"),
        ("2024-04-01", "Apr 2024"),
        ("2025-04-30", "Apr 2025"),
    ],
)
def test_a_label_of_an_axis_is_short(interval, expected):
    assert period_tick(read_interval(interval)) == expected


def test_each_missing_year_has_a_place_without_a_period():
    slots = slots_of(years(2016, 2017, 2018, 2021))
    assert [slot.span is not None for slot in slots] == [True, True, True, False, False, True]
    assert [slot.day.year for slot in slots] == [2017, 2018, 2019, 2020, 2021, 2022]


def test_years_in_a_row_and_a_single_year_have_no_gap():
    assert all(slot.span is not None for slot in slots_of(years(2020, 2021, 2022, 2023)))
    assert len(slots_of(years(2020))) == 1


def test_figures_that_come_every_second_year_are_not_all_gaps():
    assert all(slot.span is not None for slot in slots_of(years(2014, 2016, 2018, 2020)))


def test_days_a_fortnight_off_a_year_are_still_a_year_apart():
    days = [date(2022, 4, 13), date(2023, 4, 26), date(2024, 4, 10), date(2025, 4, 30)]
    assert len(slots_of([Span("snapshot", day, day) for day in days])) == 4


def test_two_figures_in_one_quarter_of_a_year_are_no_reason_to_divide_by_nothing():
    span = years(2020)[0]
    assert len(slots_of([span, replace(span, basis="academic"), *years(2021)])) == 3
