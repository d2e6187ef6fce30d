"""A council's figure as it is read: the value or why it is blank, where it stands, which way it goes, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from lg_inform.calculations import (
    Compared,
    Comparison,
    Movement,
    MovementReason,
    NotComparedReason,
    Point,
    Polarity,
    RecentTrend,
    Travel,
    Trend,
    compare,
    direction_of_travel,
    recent_trend,
)
from lg_inform.calculations.periods import period_label, period_name, period_phrase
from lg_inform.enums import FIRST_STATE_WITHOUT_VALUE, RANKED_STATES, Standardised, Statistic, ValueState
from lg_inform.models import Metric
from lg_inform.presentation.blanks import Blank, county_that_runs, why_blank
from lg_inform.presentation.points import points_of, span_of
from lg_inform.presentation.values import (
    as_shown,
    format_difference,
    format_ordinal,
    format_range,
    format_short,
    format_value,
    unit_words,
)
from lg_inform.presentation.words import NOT_COMPARED, STATE_KEYS, TREND_UNTESTED, TREND_WORDS
from lg_inform.queries.groups import ComparisonGroup, CouncilContext
from lg_inform.queries.scorecard import JointFigure, LatestFigure, SeriesPoint, Standing
from slip.directory.names import in_sentence

#: States that do not stop a comparison; None is no row, which `compare` knows how to name.
_COMPARED_STATES = {*RANKED_STATES, *(state for state in ValueState if state >= FIRST_STATE_WITHOUT_VALUE), None}
#: A figure for a time that ended longer ago than this says so.
_OLD = timedelta(days=3 * 365)


@dataclass(frozen=True)
class MetricReading:
    """One metric for one council beside one group. Everything a page says of it is derived here, once."""

    metric: Metric
    context: CouncilContext
    group: ComparisonGroup
    latest: LatestFigure | None
    series: Sequence[SeriesPoint] = field(default_factory=tuple)
    joint: JointFigure | None = None

    @property
    def place(self) -> str:
        """The council's place as it stands in a sentence: "Thurrock", "the Isles of Scilly"."""
        return in_sentence(self.context.unit.name)

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
    def short_text(self) -> str:
        """The value without the words of its unit, for a table whose rows say them once."""
        return "" if self.value is None else format_short(self.metric, self.value)

    @property
    def unit_and_period(self) -> str:
        """What stands beneath a short value: "per 100,000 people, 2022 to 2024"."""
        words = unit_words(self.metric)
        return f"{words}, {self.period}" if words else self.period

    @property
    def short_interval(self) -> str:
        own = self.latest.own if self.latest else None
        if own is None or own.lower is None or own.upper is None:
            return ""
        return f"{format_short(self.metric, own.lower)} to {format_short(self.metric, own.upper)}"

    @property
    def short_benchmark(self) -> str:
        return "" if self.benchmark_value is None else format_short(self.metric, self.benchmark_value)

    @property
    def short_median(self) -> str:
        return format_short(self.metric, self.standing.median) if self.standing else ""

    @property
    def state(self) -> str:
        """The state word that the `value` component takes."""
        if self.blank is not None:
            return self.blank.state
        assert self.latest is not None
        if self.value == 0 and self.latest.own.state == ValueState.VALUE:
            return "zero"
        return STATE_KEYS[ValueState(self.latest.own.state)]

    @property
    def period(self) -> str:
        return period_label(self.latest.span) if self.latest else ""

    @property
    def period_name(self) -> str:
        """The period inside a heading or a sentence: "the year to November 2025"."""
        return period_name(self.latest.span) if self.latest else ""

    @property
    def interval_text(self) -> str:
        own = self.latest.own if self.latest else None
        if own is None or own.lower is None or own.upper is None:
            return ""
        return format_range(self.metric, own.lower, own.upper)

    @cached_property
    def blank(self) -> Blank | None:
        """Why there is no number, or None where there is one."""
        return None if self.value is not None else why_blank(self.metric, self.context, self.latest, self.joint)

    @property
    def runner_key(self) -> str:
        """Where a county runs the service instead of this council: the county's key, for a link to its figure."""
        county = county_that_runs(self.metric, self.context)
        return county.key if county is not None and self.value is None else ""

    @property
    def last_known(self) -> str:
        """Where the latest is blank, the last figure there was: "28.7% in 2021/22"."""
        if self.value is not None:
            return ""
        for item in reversed(self.series):
            if item.figure.value is not None:
                return f"{format_value(self.metric, item.figure.value)} {period_phrase(item.span)}"
        return ""

    # Where it stands

    @property
    def standing(self) -> Standing | None:
        """The group's spread; None where fewer than two councils have a figure, and nobody has a place."""
        standing = self.latest.standing if self.latest else None
        return standing if standing is not None and standing.n > 1 else None

    @property
    def benchmark_value(self) -> float | None:
        """The published figure of the area that the group is compared with; None where the source has none."""
        return self.latest.benchmark.value if self.latest else None

    @property
    def benchmark_name(self) -> str:
        return self.group.benchmark_name

    @property
    def benchmark_difference(self) -> str:
        """The council's value less the benchmark's, as shown: "+5.2 points"."""
        if self.value is None or self.benchmark_value is None or self.group.benchmark_id == self.context.unit.pk:
            return ""
        return format_difference(self.metric, self.value, self.benchmark_value)

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
        return format_range(self.metric, lowest, highest)

    @property
    def difference_text(self) -> str:
        """The council's value less the group's median."""
        if self.value is None or self.standing is None:
            return ""
        return format_difference(self.metric, self.value, self.standing.median)

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
        if self.latest is not None and not {own.state, self.latest.benchmark.state} <= _COMPARED_STATES:
            return Compared(Comparison.NOT_COMPARED, NotComparedReason.NOT_COMPARABLE)
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
        return NOT_COMPARED[self.compared.reason] if self.compared.reason else ""

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
        return TREND_UNTESTED.get(self.trend.reason, "") if self.trend.reason else ""

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
        was = f"{format_short(self.metric, before.value or 0.0)} {period_phrase(span_of(before))}"
        if travel.movement is Movement.SAME:
            return f"the same as {was}"
        if as_shown(self.metric, before.value or 0.0) == as_shown(self.metric, self.value):
            return f"little changed from {was}"
        return f"{travel.direction} from {was}"

    @property
    def travel_badge(self) -> str:
        """The movement as a word for a badge: improving or worsening only with a polarity. Empty where little moved."""
        moved = self.travel_text.startswith(("up", "down"))
        return self.travel.movement.value if moved else ""

    @property
    def travel_unknown(self) -> str:
        """Why there is no direction of travel, in a few words."""
        if self.travel.reason is MovementReason.SERIES_BREAK:
            return "the way of measuring changed"
        if sum(item.figure.value is not None for item in self.series) > 1:
            return "no earlier figure for an equivalent period"
        return "no earlier figure"

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
        likely = self.interval_text.replace(" to ", " and ", 1)
        return f"Allowing for the margin of error, the true figure is likely to be between {likely}."

    @property
    def trend_sentence(self) -> str:
        if self.value is None:
            return ""
        if self.trend.trend in TREND_WORDS and self.trend.points:
            first, last = (period_name(span_of(self.trend.points[end])) for end in (0, -1))
            return (
                f"The figure has been {TREND_WORDS[self.trend.trend]} over five yearly figures, from {first} to {last}."
            )
        if self.trend.trend is Trend.NO_SIGNIFICANT_CHANGE:
            return "There has been no clear change over the last five yearly figures."
        if not self.travel_text:
            return f"Whether it is changing cannot be said: {self.travel_unknown}."
        moved = f"{self.travel_text[0].upper()}{self.travel_text[1:]}."
        if not self.travel_badge:
            return moved
        return f"{moved} Whether that is a lasting change cannot be tested: {self.trend_reason}."

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
        if not self.rank_text or self.standing is None:
            return ""
        first = "1st is best" if self.has_polarity else "1st is highest"
        place = f"{self.place[0].upper()}{self.place[1:]}"
        return f"{place} is {self.rank_text} among {self.group.phrase} ({first}); the middle council has {self.median_text}."

    @property
    def reservation(self) -> str:
        """What is to be said against a figure that is shown: its publisher doubts it, or it is old."""
        if self.latest is None or self.value is None:
            return ""
        said = []
        if self.latest.own.state == ValueState.LOW_RELIABILITY:
            said.append("The publisher calls this figure unreliable, because few people were asked. It is not ranked.")
        if self.latest.own.state == ValueState.NOT_COMPARABLE:
            said.append("The publisher says that this figure may not be compared.")
        if self.latest.span.ends_on < timezone.localdate() - _OLD:
            said.append("More than three years old.")
        return " ".join(said)

    @property
    def publisher_note(self) -> str:
        """What the publisher wrote beside the figure, as a sentence; what the reservation says is not said again."""
        own = self.latest.own if self.latest else None
        if own is None or not own.note or own.state == ValueState.LOW_RELIABILITY:
            return ""
        return own.note if own.note.endswith(".") else f"{own.note}."

    @property
    def sentences(self) -> list[str]:
        """The reading from headline to position, empty ones left out."""
        every = (
            self.headline,
            self.reservation,
            self.interval_sentence,
            self.comparison_sentence,
            self.trend_sentence,
            self.position_sentence,
        )
        return [sentence for sentence in every if sentence]
