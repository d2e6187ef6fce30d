"""Periods: read as publishers write them, said as the sector says them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_inform.calculations.periods import (
    PeriodNotUnderstood,
    Span,
    period_label,
    period_phrase,
    read_financial_year,
    read_interval,
)
from lg_inform.enums import Basis


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2023-04-01/P1Y", Span("financial", date(2023, 4, 1), date(2024, 3, 31))),
        ("2023-01-01/P1Y", Span("calendar", date(2023, 1, 1), date(2023, 12, 31))),
        ("2023-09-01/P1Y", Span("academic", date(2023, 9, 1), date(2024, 8, 31))),
        ("2023-08-01/P1Y", Span("academic", date(2023, 8, 1), date(2024, 7, 31))),
        ("2023-11-16/P1Y", Span("survey_year", date(2023, 11, 16), date(2024, 11, 15))),
        ("2020-01-01/P3Y", Span("rolling", date(2020, 1, 1), date(2022, 12, 31))),
        ("2024-01-01/P3M", Span("quarter", date(2024, 1, 1), date(2024, 3, 31))),
        ("2023-04-01/P12M", Span("financial", date(2023, 4, 1), date(2024, 3, 31))),
        ("2026-01-01", Span("snapshot", date(2026, 1, 1), date(2026, 1, 1))),
        (" 2024-02-29 ", Span("snapshot", date(2024, 2, 29), date(2024, 2, 29))),
    ],
)
def test_an_interval_is_read(text: str, span: Span):
    assert read_interval(text) == span


def test_a_definition_may_name_the_basis():
    assert read_interval("2023-04-01/P1Y", basis="survey_year").basis == "survey_year"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023",
        "2023-04",
        "April 2023",
        "2023-13-01",
        "2023-02-30",
        "2023-04-01/P1W",
        "2023-04-01/PY",
        "2023-04-01/P1M",
        "2023-04-01/P18M",
        "01/04/2023",
    ],
)
def test_what_is_no_interval_is_refused_in_a_sentence(text: str):
    with pytest.raises(PeriodNotUnderstood, match=r"“.*” is (not a (period|date)|neither a quarter nor)"):
        read_interval(text)


@pytest.mark.parametrize("text", ["2022-23", "2022/23", "2022–23", "2022-2023", " 2022 / 23 "])
def test_a_financial_year_is_read(text: str):
    assert read_financial_year(text) == Span("financial", date(2022, 4, 1), date(2023, 3, 31))


def test_a_financial_year_is_read_over_the_century():
    assert read_financial_year("1999-00").ends_on == date(2000, 3, 31)


@pytest.mark.parametrize("text", ["2022", "2022-24", "2022-22", "22-23", "", "2023-22"])
def test_years_that_do_not_follow_are_refused(text: str):
    with pytest.raises(PeriodNotUnderstood):
        read_financial_year(text)


@pytest.mark.parametrize(
    ("text", "basis", "label", "phrase"),
    [
        ("2022-04-01/P1Y", "", "2022/23", "in 2022/23"),
        ("1999-04-01/P1Y", "", "1999/00", "in 1999/00"),
        ("2022-09-01/P1Y", "", "2022/23", "in the 2022/23 school year"),
        ("2022-01-01/P1Y", "", "2022", "in 2022"),
        ("2024-11-16/P1Y", "", "Year to Nov 2025", "in the year to November 2025"),
        ("2020-01-01/P3Y", "", "2020 to 2022", "over the three years 2020 to 2022"),
        ("2020-04-01/P3Y", "", "2020/21 to 2022/23", "over the three years 2020/21 to 2022/23"),
        ("2010-01-01/P12Y", "", "2010 to 2021", "over the 12 years 2010 to 2021"),
        ("2024-01-01/P3M", "", "January to March 2024", "in January to March 2024"),
        ("2026-01-01", "", "January 2026", "in January 2026"),
        ("2024-05-15", "", "15 May 2024", "on 15 May 2024"),
    ],
)
def test_a_period_is_said(text: str, basis: str, label: str, phrase: str):
    span = read_interval(text, basis=basis)
    assert period_label(span) == label
    assert period_phrase(span) == phrase


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)).filter(lambda day: day.day <= 28),
    st.sampled_from([3, 12, 24, 36, 60]),
)
def test_an_interval_ends_on_the_day_before_the_next_begins(start: date, months: int):
    span = read_interval(f"{start:%Y-%m-%d}/P{months}M")
    following = read_interval(f"{span.ends_on + timedelta(days=1):%Y-%m-%d}/P{months}M")
    assert span.starts_on == start
    assert following.starts_on - span.ends_on == timedelta(days=1)
    assert following.starts_on.day == start.day
    assert span.basis in Basis.values


@given(st.dates(date(1900, 1, 1), date(2099, 1, 1)), st.integers(0, 1500), st.sampled_from(Basis.values))
def test_every_period_can_be_said(start: date, days: int, basis: str):
    span = Span(basis, start, start + timedelta(days=days))
    assert period_phrase(span).startswith(("in ", "on ", "over the "))
    assert "  " not in period_phrase(span)
    assert str(span.ends_on.year)[-2:] in period_label(span) or str(span.starts_on.year) in period_label(span)
