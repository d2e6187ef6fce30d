"""Statistics as plain functions: numbers in, numbers out, and nothing of Django."""

from lg_inform.calculations.benchmark import Compared, compare
from lg_inform.calculations.intervals import (
    CONFIDENCE_95,
    CONFIDENCE_998,
    Interval,
    count_interval,
    mean_interval,
    proportion_interval,
    rate_interval,
)
from lg_inform.calculations.outcomes import (
    Comparison,
    Direction,
    Movement,
    MovementReason,
    NotComparedReason,
    Polarity,
    Signal,
    Trend,
    TrendReason,
    TrendTest,
)
from lg_inform.calculations.ranking import Position, Summary, position_among, positions, quartile_band, summarise
from lg_inform.calculations.scaling import scale_decimal
from lg_inform.calculations.series import Point
from lg_inform.calculations.travel import Travel, direction_of_travel
from lg_inform.calculations.trend import RecentTrend, recent_trend
from lg_inform.calculations.xmr import XmrChart, XmrPoint, xmr_chart

__all__ = [
    "CONFIDENCE_95",
    "CONFIDENCE_998",
    "Compared",
    "Comparison",
    "Direction",
    "Interval",
    "Movement",
    "MovementReason",
    "NotComparedReason",
    "Point",
    "Polarity",
    "Position",
    "RecentTrend",
    "Signal",
    "Summary",
    "Travel",
    "Trend",
    "TrendReason",
    "TrendTest",
    "XmrChart",
    "XmrPoint",
    "compare",
    "count_interval",
    "direction_of_travel",
    "mean_interval",
    "position_among",
    "positions",
    "proportion_interval",
    "quartile_band",
    "rate_interval",
    "recent_trend",
    "scale_decimal",
    "summarise",
    "xmr_chart",
]
