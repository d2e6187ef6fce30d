"""Numbers as people read them. Rounding happens here, for the eye only; no rank, band or comparison sees it."""

import re
from decimal import ROUND_HALF_UP, Decimal

from lg_inform.models import Metric


def format_number(value: float, decimals: int) -> str:
    """A number with thousands separated and a true minus sign; halves round away from zero, as on paper."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"−{text}" if rounded < 0 else text


def format_short(metric: Metric, value: float) -> str:
    """A value with the sign that belongs to the number itself, but no words: "28.5%", "£612", "30.4"."""
    number = format_number(value, metric.decimals)
    minus = "−" if number.startswith("−") else ""
    percent = "%" if metric.unit_text == "%" else ""
    return f"{minus}{metric.unit_prefix}{number.removeprefix('−')}{percent}"


def unit_words(metric: Metric) -> str:
    """What follows a short value: "per 100,000 people", or nothing where the number says it all."""
    return "" if metric.unit_text == "%" else metric.unit_text


def format_value(metric: Metric, value: float) -> str:
    """A value with its whole unit: "28.5%", "£612", "30.4 per 100,000 people"."""
    words = unit_words(metric)
    return f"{format_short(metric, value)} {words}" if words else format_short(metric, value)


def format_range(metric: Metric, low: float, high: float) -> str:
    """Two ends and one unit: "25.0 to 36.6 per 100,000 people"."""
    return f"{format_short(metric, low)} to {format_value(metric, high)}"


def as_shown(metric: Metric, value: float) -> Decimal:
    """A value rounded as it is shown."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-metric.decimals), rounding=ROUND_HALF_UP)


def format_difference(metric: Metric, value: float, other: float) -> str:
    """What one shown value is above (+) or below (−) another, so that the sum on the page is right as it stands.

    Percentages differ by percentage points.
    """
    difference = as_shown(metric, value) - as_shown(metric, other)
    rounded = f"{abs(difference):,.{metric.decimals}f}"
    sign = "" if difference == 0 else ("+" if difference > 0 else "−")
    points = " point" if rounded == "1" else " points"
    unit = points if metric.unit_text == "%" else ""
    return f"{sign}{metric.unit_prefix}{rounded}{unit}"


_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_ORDINAL_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{_ORDINAL_ENDINGS.get(number % 10, 'th')}"


def without_links(text: str) -> str:
    """A publisher's Markdown as plain words: "[Active Lives](https://…)" reads "Active Lives"."""
    return _MARKDOWN_LINK.sub(r"\1", text)
