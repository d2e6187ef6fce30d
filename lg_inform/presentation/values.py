"""Numbers as people read them. Rounding happens here, for the eye only; no rank, band or comparison sees it."""

from decimal import ROUND_HALF_UP, Decimal

from lg_inform.models import Metric


def format_number(value: float, decimals: int) -> str:
    """A number with thousands separated and a true minus sign; halves round away from zero, as on paper."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"−{text}" if rounded < 0 else text


def format_value(metric: Metric, value: float) -> str:
    """A value with its unit: "28.5%", "£612", "30 per 100,000 people"."""
    unit = metric.unit_text
    joined = unit if unit in ("", "%") else f" {unit}"
    text = f"{metric.unit_prefix}{format_number(abs(value), metric.decimals)}{joined}"
    is_negative = value < 0 and text.strip("£0.,% ") != ""
    return f"−{text}" if is_negative else text


def format_difference(metric: Metric, difference: float) -> str:
    """A difference with its sign; percentages differ by percentage points."""
    rounded = format_number(abs(difference), metric.decimals)
    sign = "" if float(rounded.replace(",", "")) == 0 else ("+" if difference > 0 else "−")
    unit = " points" if metric.unit_text == "%" else ""
    return f"{sign}{metric.unit_prefix}{rounded}{unit}"


_ORDINAL_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{_ORDINAL_ENDINGS.get(number % 10, 'th')}"
