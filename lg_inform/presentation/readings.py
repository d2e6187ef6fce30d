"""A council's figure as it is read: the value or why it is blank, where it stands, which way it goes, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lg_inform.calculations import (
    Compared,
    Comparison,
    Movement,
    NotComparedReason,
    Point,
    Polarity,
    RecentTrend,
    Travel,
    Trend,
    TrendReason,
    compare,
    direction_of_travel,
    recent_trend,
)
from lg_inform.calculations.periods import Span, period_label, period_phrase
from lg_inform.enums import Standardised, Statistic, ValueState
from lg_inform.models import Metric
from lg_inform.presentation.values import format_difference, format_ordinal, format_value
from lg_inform.queries.groups import ComparisonGroup, CouncilContext
from lg_inform.queries.scorecard import Figure, LatestFigure, SeriesPoint, Standing
from slip.directory.enums import Service, Tier, runs_service

_STATE_KEYS = {
    ValueState.VALUE: "value",
    ValueState.PROVISIONAL: "provisional",
    ValueState.ESTIMATED: "estimated",
    ValueState.NOT_COMPARABLE: "not_comparable",
    ValueState.MISSING: "missing",
    ValueState.SUPPRESSED: "suppressed",
    ValueState.NOT_RETURNED: "not_returned",
    ValueState.NOT_APPLICABLE: "not_applicable",
    ValueState.UNRELIABLE: "suppressed",
}

_NOT_COMPARED = {
    NotComparedReason.NO_INTERVAL: "no margin of error is published",
    NotComparedReason.NO_BENCHMARK: "no figure to compare with",
    NotComparedReason.SAME_AREA: "the same area",
    NotComparedReason.INDIRECTLY_STANDARDISED: "may be compared with England only",
    NotComparedReason.NO_VALUE: "no figure",
}

_TREND_UNTESTED = {
    TrendReason.TOO_FEW_POINTS: "fewer than five yearly figures",
    TrendReason.SERIES_BREAK: "the way of measuring changed",
    TrendReason.NOT_ANNUAL: "the figures are not yearly",
    TrendReason.NO_INTERVALS: "no margin of error is published",
}

_TREND_WORDS = {
    Trend.IMPROVING: "getting better",
    Trend.WORSENING: "getting worse",
    Trend.INCREASING: "rising",
    Trend.DECREASING: "falling",
}


@dataclass(frozen=True)
class Blank:
    """Why a cell holds no number: a state word, and a sentence for the person who looks for it."""

    state: str
    reason: str


def points_of(metric: Metric, series: Sequence[SeriesPoint]) -> list[Point]:
    """A series as the calculations take it, with the metric's breaks marked."""
    breaks = [date.fromisoformat(text) for text in metric.series_breaks]
    points: list[Point] = []
    previous: date | None = None
    for item in series:
        start = item.span.starts_on
        is_broken = any(start >= day and (previous is None or previous < day) for day in breaks)
        points.append(
            Point(
                start=start,
                end=item.span.ends_on,
                basis=item.span.basis,
                value=item.figure.value,
                lower=item.figure.lower,
                upper=item.figure.upper,
                comparable=item.figure.state != ValueState.NOT_COMPARABLE,
                series_break=is_broken,
            )
        )
        previous = start
    return points


@dataclass(frozen=True)
class MetricReading:
    """One metric for one council beside one group. Everything a page says of it is derived here, once."""

    metric: Metric
    context: CouncilContext
    group: ComparisonGroup
    latest: LatestFigure | None
    series: Sequence[SeriesPoint] = field(default_factory=tuple)

    @property
    def place(self) -> str:
        return self.context.unit.name

    @property
    def polarity(self) -> Polarity:
        return Polarity(self.metric.polarity)

    @property
    def has_polarity(self) -> bool:
        return self.polarity is not Polarity.NONE

    @property
    def lower_is_better(self) -> bool | None:
        return None if self.polarity is Polarity.NONE else self.polarity is Polarity.LOW

    @property
    def value(self) -> float | None:
        return self.latest.own.value if self.latest else None

    @property
    def value_text(self) -> str:
        return "" if self.value is None else format_value(self.metric, self.value)

    @property
    def state(self) -> str:
        """The state word that the `value` component takes."""
        if self.blank is not None:
            return self.blank.state
        assert self.latest is not None
        if self.value == 0 and self.latest.own.state == ValueState.VALUE:
            return "zero"
        return _STATE_KEYS[ValueState(self.latest.own.state)]

    @property
    def period(self) -> str:
        return period_label(self.latest.span) if self.latest else ""

    @property
    def interval_text(self) -> str:
        own = self.latest.own if self.latest else None
        if own is None or own.lower is None or own.upper is None:
            return ""
        return f"{format_value(self.metric, own.lower)} to {format_value(self.metric, own.upper)}"

    @cached_property
    def blank(self) -> Blank | None:
        """Why there is no number, or None where there is one."""
        if self.value is not None:
            return None
        tier, service = Tier(self.context.unit.tier), Service(self.metric.service)
        if not runs_service(tier, service):
            runner = self._who_runs(service)
            return Blank("not_applicable", f"Not applicable to a {tier.label}.{runner}")
        if self.latest is None:
            return Blank("missing", "No figures have been published yet.")
        state = self.latest.own.state
        if state is None:
            if self.latest.standing is None:
                return Blank("missing", f"Not published for a {tier.label}.")
            return Blank("not_returned", f"No figure for {self.place} was returned or published for {self.period}.")
        kind = ValueState(state)
        return Blank(_STATE_KEYS[kind], f"{kind.label.capitalize()} for {self.period}.")

    def _who_runs(self, service: Service) -> str:
        county = self.context.county
        if county is None or not runs_service(county.tier, service):
            return ""
        return f" {county.organisation.official_name} runs {service.label} here."

    @property
    def last_known(self) -> str:
        """Where the latest is blank, the last figure there was: "28.7% in 2021/22"."""
        if self.value is not None:
            return ""
        for item in reversed(self.series):
            if item.figure.value is not None:
                return f"{format_value(self.metric, item.figure.value)} {period_phrase(item.span)}"
        return ""

    @staticmethod
    def state_label(figure: Figure) -> str:
        return ValueState(figure.state).label if figure.state is not None else ValueState.NOT_RETURNED.label

    # Where it stands

    @property
    def standing(self) -> Standing | None:
        return self.latest.standing if self.latest else None

    @property
    def benchmark_value(self) -> float | None:
        """The published figure of the benchmark area, or the group's median where none is published."""
        if self.latest is None:
            return None
        if self.latest.benchmark.value is not None:
            return self.latest.benchmark.value
        return self.standing.median if self.standing and self.standing.n > 1 else None

    @property
    def benchmark_name(self) -> str:
        if self.latest is not None and self.latest.benchmark.value is not None:
            return self.group.benchmark_name
        return "the median of the group"

    @property
    def benchmark_text(self) -> str:
        return "" if self.benchmark_value is None else format_value(self.metric, self.benchmark_value)

    @property
    def median_text(self) -> str:
        return format_value(self.metric, self.standing.median) if self.standing else ""

    @property
    def range_text(self) -> str:
        if self.standing is None:
            return ""
        lowest, highest = self.standing.minimum, self.standing.maximum
        return f"{format_value(self.metric, lowest)} to {format_value(self.metric, highest)}"

    @property
    def difference_text(self) -> str:
        """The council's value less the group's median."""
        if self.value is None or self.standing is None:
            return ""
        return format_difference(self.metric, self.value - self.standing.median)

    @property
    def rank_text(self) -> str:
        """ "12th of 62"; rank 1 is best, or highest where neither end is better."""
        if self.standing is None or self.standing.rank is None:
            return ""
        return f"{format_ordinal(self.standing.rank)} of {self.standing.n}"

    @property
    def band(self) -> int | None:
        return self.standing.band if self.standing else None

    @cached_property
    def compared(self) -> Compared:
        own = self.latest.own if self.latest else None
        if own is None:
            return Compared(Comparison.NOT_COMPARED, NotComparedReason.NO_VALUE)
        return compare(
            own.value,
            own.lower,
            own.upper,
            self.benchmark_value,
            self.polarity,
            same_area=self.group.benchmark_id == self.context.unit.pk,
            indirectly_standardised=self.metric.standardised == Standardised.INDIRECT,
            benchmark_is_england=self.benchmark_name == "England",
        )

    @property
    def not_compared_reason(self) -> str:
        return _NOT_COMPARED[self.compared.reason] if self.compared.reason else ""

    # Which way it goes

    @cached_property
    def _points(self) -> list[Point]:
        return points_of(self.metric, self.series)

    @cached_property
    def trend(self) -> RecentTrend:
        is_proportion = self.metric.statistic == Statistic.PROPORTION
        return recent_trend(self._points, self.polarity, is_proportion=is_proportion)

    @property
    def trend_reason(self) -> str:
        return _TREND_UNTESTED.get(self.trend.reason, "") if self.trend.reason else ""

    @cached_property
    def travel(self) -> Travel:
        return direction_of_travel(self._points, self.polarity)

    @property
    def travel_text(self) -> str:
        """ "up from 28.7% in 2021/22", or nothing where there is no equivalent period to look back to."""
        travel = self.travel
        if travel.movement is Movement.UNKNOWN or travel.previous is None or self.value is None:
            return ""
        before = travel.previous
        was = f"{format_value(self.metric, before.value or 0.0)} {period_phrase(span_of(before))}"
        return f"the same as {was}" if travel.movement is Movement.SAME else f"{travel.direction} from {was}"

    # In sentences

    @property
    def headline(self) -> str:
        """The figure as one plain sentence, period included."""
        if self.value is None or self.latest is None:
            return self.blank.reason if self.blank else ""
        said = self.metric.sentence.format(value=self.value_text, place=self.place)
        return f"{said} {period_phrase(self.latest.span)}."

    @property
    def interval_sentence(self) -> str:
        if not self.interval_text:
            return ""
        return f"Allowing for the margin of error, the true figure is likely to be between {self.interval_text.replace(' to ', ' and ')}."

    @property
    def trend_sentence(self) -> str:
        if self.value is None:
            return ""
        if self.trend.trend in _TREND_WORDS and self.trend.points:
            years = (
                f"from {period_label(span_of(self.trend.points[0]))} to {period_label(span_of(self.trend.points[-1]))}"
            )
            return f"The figure has been {_TREND_WORDS[self.trend.trend]} over the last five yearly figures, {years}."
        if self.trend.trend is Trend.NO_SIGNIFICANT_CHANGE:
            return "There has been no clear change over the last five yearly figures."
        if self.travel_text:
            moved = self.travel_text[0].upper() + self.travel_text[1:]
            return f"{moved}. Whether that is a lasting change cannot be tested: {self.trend_reason}."
        return f"Whether it is changing cannot be said: {self.trend_reason or 'there is nothing earlier to compare it with'}."

    @property
    def comparison_sentence(self) -> str:
        if self.value is None or self.benchmark_value is None:
            return ""
        other = f"{self.benchmark_name} ({self.benchmark_text})"
        outcome = self.compared.comparison
        if outcome is Comparison.SIMILAR:
            return f"That is similar to {other}: any difference is within the margin of error."
        if outcome in (Comparison.BETTER, Comparison.WORSE):
            side = "higher" if self.value > self.benchmark_value else "lower"
            return f"That is {side} than {other}, and {side} is {outcome.value} here."
        if outcome in (Comparison.HIGHER, Comparison.LOWER):
            return f"That is {outcome.value} than {other}. Neither is better in itself."
        if self.compared.reason is NotComparedReason.NO_INTERVAL:
            subject = self.benchmark_name[0].upper() + self.benchmark_name[1:]
            return (
                f"{subject} stood at {self.benchmark_text}. "
                "No margin of error is published, so we do not say whether the difference is real."
            )
        return ""

    @property
    def position_sentence(self) -> str:
        if not self.rank_text or self.standing is None or self.standing.n < 2:
            return ""
        first = "1st is best" if self.has_polarity else "1st is highest"
        group = (
            self.group.name[0].lower() + self.group.name[1:] if self.group.name.startswith("All ") else self.group.name
        )
        return f"{self.place} is {self.rank_text} among {group} ({first}); the middle council has {self.median_text}."

    @property
    def sentences(self) -> list[str]:
        """The reading from headline to position, empty ones left out."""
        every = (
            self.headline,
            self.interval_sentence,
            self.trend_sentence,
            self.comparison_sentence,
            self.position_sentence,
        )
        return [sentence for sentence in every if sentence]


def span_of(point: Point) -> Span:
    """A point's period as the labels take it."""
    return Span(point.basis, point.start, point.end)
