"""The words a calculation can answer with.

They are stored in tables and used in addresses, so they are short, stable and never shown as they are: pages have
their own wording for each. Everything here is a plain ``StrEnum``; Django knows nothing of it.
"""

from enum import StrEnum


class Polarity(StrEnum):
    """Which end of a metric is the good one. ``NONE`` means neither: say higher and lower, never better and worse."""

    HIGH = "high"
    LOW = "low"
    NONE = "none"


class Comparison(StrEnum):
    """Where a value stands against a benchmark, once its interval is taken into account."""

    BETTER = "better"
    SIMILAR = "similar"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    NOT_COMPARED = "not_compared"


class NotComparedReason(StrEnum):
    """Why a value was not compared with a benchmark."""

    NO_VALUE = "no_value"
    NOT_COMPARABLE = "not_comparable"
    NO_BENCHMARK = "no_benchmark"
    SAME_AREA = "same_area"
    INDIRECTLY_STANDARDISED = "indirectly_standardised"
    NO_INTERVAL = "no_interval"


class Direction(StrEnum):
    """Which way the figure itself moved, whatever that means for the place."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class Movement(StrEnum):
    """What a movement between two periods means. ``UNKNOWN`` is for a movement that could not be worked out."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    INCREASING = "increasing"
    DECREASING = "decreasing"
    SAME = "same"
    UNKNOWN = "unknown"


class MovementReason(StrEnum):
    """Why there is no movement to report."""

    NO_VALUE = "no_value"
    SERIES_BREAK = "series_break"
    NO_EARLIER_PERIOD = "no_earlier_period"


class Trend(StrEnum):
    """What the latest five points say when they are tested together."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    INCREASING = "increasing"
    DECREASING = "decreasing"
    NO_SIGNIFICANT_CHANGE = "no_significant_change"
    CANNOT_BE_CALCULATED = "cannot_be_calculated"


class TrendReason(StrEnum):
    """Why a trend is what it is: the first four say why none was tested, the last two why none was found."""

    TOO_FEW_POINTS = "too_few_points"
    SERIES_BREAK = "series_break"
    NOT_ANNUAL = "not_annual"
    NO_INTERVALS = "no_intervals"
    NOT_SIGNIFICANT = "not_significant"
    RESTS_ON_ONE_POINT = "rests_on_one_point"


class TrendTest(StrEnum):
    """Which test the trend was given."""

    COUNTS = "chi_squared_counts"
    WEIGHTED = "chi_squared_weighted"


class Signal(StrEnum):
    """What an XmR chart can say about a point."""

    OUTSIDE_LIMITS = "outside_limits"
    SHIFT = "shift"
    TREND = "trend"
    NEAR_LIMIT = "near_limit"
