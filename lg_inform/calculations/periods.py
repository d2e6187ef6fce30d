"""Periods: reading what publishers write, and saying it as the sector says it. No Django."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_ISO_DATE = r"(\d{4})-(\d{2})-(\d{2})"
_INTERVAL = re.compile(rf"^{_ISO_DATE}(?:/P(\d{{1,2}})([YM]))?$")
_YEAR_PAIR = re.compile(r"^(\d{4})\s*[-/–]\s*(\d{2}|\d{4})$")


class PeriodNotUnderstood(ValueError):
    """The text names no period that we know how to read."""


@dataclass(frozen=True, order=True)
class Span:
    """A period: basis (a word of `lg_inform.enums.Basis`), first day and last day."""

    basis: str
    starts_on: date
    ends_on: date

    @property
    def years(self) -> int:
        """Whole years covered; 0 for a day or a quarter."""
        return round(((self.ends_on - self.starts_on).days + 1) / 365.25)


def _add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, day.day)


def read_interval(text: str, *, basis: str = "") -> Span:
    """Read an ISO 8601 interval as ONS writes it ("2023-04-01/P1Y") or a single day ("2026-01-01").

    The basis follows from start and length unless the metric's definition names one.
    Raises PeriodNotUnderstood.
    """
    match = _INTERVAL.match(text.strip())
    if match is None:
        raise PeriodNotUnderstood(f"“{text}” is not a period. Expected a date such as 2023-04-01/P1Y.")
    year, month, day, length, unit = match.groups()
    try:
        start = date(int(year), int(month), int(day))
        if length is None:
            return Span(basis or "snapshot", start, start)
        months = int(length) * (12 if unit == "Y" else 1)
        if months != 3 and (months % 12 or not months):
            raise PeriodNotUnderstood(f"“{text}” is neither a quarter nor a number of whole years.")
        end = _add_months(start, months) - timedelta(days=1)
    except ValueError as error:
        raise PeriodNotUnderstood(f"“{text}” is not a date that exists.") from error
    if months > 12:
        derived = "rolling"
    elif months == 3:
        derived = "quarter"
    else:
        derived = {1: "calendar", 4: "financial", 8: "academic", 9: "academic"}.get(start.month, "survey_year")
    return Span(basis or derived, start, end)


def read_financial_year(text: str) -> Span:
    """Read "2022-23", "2022/23" or "2022-2023" as the year from 1 April. Raises PeriodNotUnderstood."""
    match = _YEAR_PAIR.match(text.strip())
    if match is None or int(match[2]) % 100 != (int(match[1]) + 1) % 100:
        raise PeriodNotUnderstood(f"“{text}” is not a financial year. Expected two years in a row, such as 2022-23.")
    year = int(match[1])
    return Span("financial", date(year, 4, 1), date(year + 1, 3, 31))


def _year_pair(first: int, last: int) -> str:
    return f"{first}/{last % 100:02d}"


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def period_label(span: Span) -> str:
    """A short label for tables and axes: "2022/23", "2020 to 2022", "15 May 2024"."""
    start, end = span.starts_on, span.ends_on
    if span.basis in ("financial", "academic"):
        return _year_pair(start.year, end.year)
    if span.basis == "calendar":
        return str(start.year)
    if span.basis == "quarter":
        return f"{start:%B} to {_month(end)}"
    if span.basis == "survey_year":
        return f"Year to {end:%b %Y}"
    if span.basis == "rolling":
        if start.month == 1:
            return f"{start.year} to {end.year}"
        return f"{_year_pair(start.year, start.year + 1)} to {_year_pair(end.year - 1, end.year)}"
    return _month(start) if start.day == 1 else _day(start)


def period_name(span: Span) -> str:
    """The period as a noun inside a sentence: "2022/23", "the year to November 2025", "15 May 2024"."""
    return f"the year to {_month(span.ends_on)}" if span.basis == "survey_year" else period_label(span)


def period_phrase(span: Span) -> str:
    """The period as the end of a sentence: "in 2022/23", "in the year to November 2025", "on 15 May 2024"."""
    label = period_label(span)
    if span.basis == "academic":
        return f"in the {label} school year"
    if span.basis == "survey_year":
        return f"in the year to {_month(span.ends_on)}"
    if span.basis == "rolling":
        return f"over the {_number_word(span.years)} years {label}"
    if span.basis == "snapshot" and span.starts_on.day != 1:
        return f"on {label}"
    return f"in {label}"


def _number_word(number: int) -> str:
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number] if number < len(words) else str(number)
