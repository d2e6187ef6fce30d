"""Confidence intervals for proportions, rates, counts and means, at 95% or 99.8%.

Methods and their change-over at 10 events: OHID and UKHSA, Fingertips public health technical guidance, chapter on
confidence intervals, as in the R package PHEindicatormethods. Published intervals win over these where a source has
them. Every function gives None where an interval is not defined (a number is missing, or there is nobody to count),
and raises ValueError for numbers that cannot be.
"""

import math
from dataclasses import dataclass

from lg_inform.calculations.quantiles import chi_squared_quantile, normal_quantile, student_t_quantile

CONFIDENCE_95 = 0.95
CONFIDENCE_998 = 0.998

#: From this many events Byar's approximation is close enough; below it the exact limits are used.
BYAR_FROM = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of a confidence interval, in the unit of the value."""

    lower: float
    upper: float


def _upper_tail(confidence: float) -> float:
    if not 0.9 <= confidence < 1:
        raise ValueError(f"confidence must be at least 0.9 and below 1, not {confidence}")
    return confidence + (1 - confidence) / 2


def _check(**numbers: float) -> None:
    for name, number in numbers.items():
        if not math.isfinite(number) or number < 0:
            raise ValueError(f"{name} must be a number and not below zero, not {number}")


def proportion_interval(
    numerator: float | None, denominator: float | None, *, confidence: float = CONFIDENCE_95, multiplier: float = 1
) -> Interval | None:
    """Wilson's score interval for ``numerator`` of ``denominator``, times ``multiplier`` (100 for a percentage).

    None when either is missing or the denominator is zero. Raises ValueError when the numerator is the greater.
    Source: Wilson EB, J Am Stat Assoc 1927; 22: 209–212; Newcombe and Altman, Statistics with confidence, 2000.
    """
    if numerator is None or denominator is None:
        return None
    _check(numerator=numerator, denominator=denominator)
    if numerator > denominator:
        raise ValueError(f"a proportion cannot be {numerator} of {denominator}")
    if denominator == 0:
        return None
    z = normal_quantile(_upper_tail(confidence))
    middle = 2 * numerator + z * z
    spread = z * math.sqrt(z * z + 4 * numerator * (1 - numerator / denominator))
    scale = 2 * (denominator + z * z)
    # Where everybody counts the upper end is exactly 1; the sum would leave a trace of rounding there.
    upper = 1.0 if numerator == denominator else (middle + spread) / scale
    return Interval((middle - spread) / scale * multiplier, upper * multiplier)


def count_interval(events: float | None, *, confidence: float = CONFIDENCE_95) -> Interval | None:
    """Interval for a count of independent events: exact Poisson below 10, Byar's approximation from 10.

    None when the count is missing. Source: Breslow and Day, Statistical methods in cancer research II, 1987.
    """
    if events is None:
        return None
    _check(events=events)
    tail = _upper_tail(confidence)
    if events < BYAR_FROM:
        lower = 0.0 if events == 0 else chi_squared_quantile(1 - tail, 2 * events) / 2
        return Interval(lower, chi_squared_quantile(tail, 2 * events + 2) / 2)
    z, after = normal_quantile(tail), events + 1
    return Interval(
        events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3,
        after * (1 - 1 / (9 * after) + z / (3 * math.sqrt(after))) ** 3,
    )


def rate_interval(
    events: float | None, population: float | None, *, confidence: float = CONFIDENCE_95, multiplier: float = 100_000
) -> Interval | None:
    """Interval for ``events`` per ``multiplier`` of ``population``; there may be more events than people.

    None when either is missing or the population is zero. The events are the only part that varies by chance.
    """
    counted = count_interval(events, confidence=confidence)
    if counted is None or population is None:
        return None
    _check(population=population)
    if population == 0:
        return None
    return Interval(counted.lower / population * multiplier, counted.upper / population * multiplier)


def mean_interval(
    mean: float | None, standard_deviation: float | None, n: int | None, *, confidence: float = CONFIDENCE_95
) -> Interval | None:
    """Student's t interval for a mean of ``n`` observations with the given sample standard deviation (n − 1).

    None when a number is missing or there are fewer than 2 observations, which leave the deviation undefined.
    """
    if mean is None or standard_deviation is None or n is None:
        return None
    _check(standard_deviation=standard_deviation, n=n)
    if not math.isfinite(mean):
        raise ValueError(f"mean must be a number, not {mean}")
    if n < 2:
        return None
    reach = student_t_quantile(_upper_tail(confidence), n - 1) * standard_deviation / math.sqrt(n)
    return Interval(mean - reach, mean + reach)
