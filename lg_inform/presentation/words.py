"""The words for stored outcomes inside sentences. Pages' own badges take theirs from the design system."""

from lg_inform.calculations import NotComparedReason, Trend, TrendReason
from lg_inform.enums import ValueState

STATE_KEYS = {
    ValueState.VALUE: "value",
    ValueState.PROVISIONAL: "provisional",
    ValueState.ESTIMATED: "estimated",
    # A number stands in these cells too: what is said against it is said beside it (MetricReading.reservation).
    ValueState.NOT_COMPARABLE: "value",
    ValueState.LOW_RELIABILITY: "value",
    ValueState.MISSING: "missing",
    ValueState.SUPPRESSED: "suppressed",
    ValueState.NOT_RETURNED: "not_returned",
    ValueState.NOT_APPLICABLE: "not_applicable",
    ValueState.UNRELIABLE: "suppressed",
}

NOT_COMPARED = {
    NotComparedReason.NOT_COMPARABLE: "not comparable",
    NotComparedReason.NO_INTERVAL: "no margin of error is published",
    NotComparedReason.NO_BENCHMARK: "no figure to compare with",
    NotComparedReason.SAME_AREA: "the same area",
    NotComparedReason.INDIRECTLY_STANDARDISED: "may be compared with England only",
    NotComparedReason.NO_VALUE: "no figure",
}

TREND_UNTESTED = {
    TrendReason.TOO_FEW_POINTS: "fewer than five yearly figures",
    TrendReason.SERIES_BREAK: "the way of measuring changed",
    TrendReason.NOT_ANNUAL: "the figures are not yearly",
    TrendReason.NO_INTERVALS: "no margin of error is published",
}

TREND_WORDS = {
    Trend.IMPROVING: "getting better",
    Trend.WORSENING: "getting worse",
    Trend.INCREASING: "rising",
    Trend.DECREASING: "falling",
}
