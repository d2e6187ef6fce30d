"""What a reading says, for every outcome, trend and reason."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from lg_inform.calculations import Comparison, NotComparedReason, Trend, TrendReason
from lg_inform.calculations.periods import Span
from lg_inform.enums import ValueState
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.queries.groups import ComparisonGroup, CouncilContext
from lg_inform.queries.scorecard import Figure, JointFigure, LatestFigure, SeriesPoint, Standing
from slip.directory.enums import Service, Tier


def council(tier: Tier = Tier.UNITARY, **facts: object) -> SimpleNamespace:
    """A council's unit, as far as a reading looks at it."""
    usual = {"key": "exampleton", "name": "Exampleton", "started_on": None, "ended_on": None}
    return SimpleNamespace(pk=1, name="Exampleton", tier=tier, organisation=SimpleNamespace(**(usual | facts)))


UNITARY = council()
NONE = Figure(None, None, None, None)


@pytest.fixture(autouse=True)
def _in_2024(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old figures say that they are old, so the day is fixed."""
    day = SimpleNamespace(localdate=lambda: date(2024, 1, 1))
    monkeypatch.setattr("lg_inform.presentation.readings.timezone", day)


def metric(**facts: object) -> Metric:
    usual = {
        "key": "example",
        "label": "Things that work",
        "sentence": "{value} of things in {place} worked",
        "unit_text": "%",
        "decimals": 1,
        "statistic": "proportion",
        "polarity": "high",
        "service": Service.PLACE,
    }
    return Metric(**(usual | facts))


def year(number: int) -> Span:
    return Span("financial", date(number, 4, 1), date(number + 1, 3, 31))


def series(*figures: tuple | None, last: int = 2022) -> tuple[SeriesPoint, ...]:
    """Yearly figures that end in 2022/23, each (value, lower, upper) or None for a year without."""
    first = last - len(figures) + 1
    return tuple(
        SeriesPoint(
            year(first + place),
            Figure(*figure, ValueState.VALUE) if figure else Figure(None, None, None, ValueState.NOT_RETURNED),
        )
        for place, figure in enumerate(figures)
    )


STANDING = Standing(63, 42, 3, 20.0, 25.0, 28.7, 33.0, 40.0, (20.0, 25.0, 28.7, 33.0, 40.0))
GROUP = ComparisonGroup("tier", "All English unitary councils", "", tuple(range(1, 64)), 99, "England")


def reading(
    *figures: tuple | None, benchmark: float | None = 26.6, standing: Standing | None = STANDING, unit=UNITARY, **facts
) -> MetricReading:
    points = series(*(figures or ((31.8, 27.8, 35.9),)))
    own = points[-1].figure
    latest = LatestFigure(
        1,
        1,
        points[-1].span,
        own,
        Figure(benchmark, None, None, None if benchmark is None else ValueState.VALUE),
        standing,
        "ONS",
        None,
        False,
    )
    return MetricReading(metric(**facts), CouncilContext(unit, (), ()), GROUP, latest, points)


def test_a_whole_reading():
    assert reading(polarity="low").sentences == [
        "31.8% of things in Exampleton worked in 2022/23.",
        "Allowing for the margin of error, the true figure is likely to be between 27.8% and 35.9%.",
        "That is higher than England (26.6%), and higher is worse here.",
        "Whether it is changing cannot be said: no earlier figure.",
        "Exampleton is 42nd of 63 among all English unitary councils (1st is best); the middle council has 28.7%.",
    ]


@pytest.mark.parametrize(
    ("polarity", "benchmark", "outcome", "sentence"),
    [
        ("high", 20.0, "better", "That is higher than England (20.0%), and higher is better here."),
        ("high", 40.0, "worse", "That is lower than England (40.0%), and lower is worse here."),
        ("low", 20.0, "worse", "That is higher than England (20.0%), and higher is worse here."),
        ("low", 40.0, "better", "That is lower than England (40.0%), and lower is better here."),
        ("none", 20.0, "higher", "That is higher than England (20.0%). Neither is better in itself."),
        ("none", 40.0, "lower", "That is lower than England (40.0%). Neither is better in itself."),
        ("high", 30.0, "similar", "That is similar to England (30.0%): any difference is within the margin of error."),
        ("high", 27.8, "similar", "That is similar to England (27.8%): any difference is within the margin of error."),
    ],
)
def test_every_comparison(polarity: str, benchmark: float, outcome: str, sentence: str):
    found = reading(polarity=polarity, benchmark=benchmark)
    assert found.compared.comparison == Comparison(outcome)
    assert found.comparison_sentence == sentence


def test_without_a_margin_of_error_nothing_is_claimed():
    found = reading((31.8, None, None))
    assert found.compared.reason is NotComparedReason.NO_INTERVAL
    assert found.interval_sentence == ""
    assert found.comparison_sentence == (
        "England stood at 26.6%. No margin of error is published, so we do not say whether the difference is real."
    )
    assert found.not_compared_reason == "no margin of error is published"


def test_without_a_published_benchmark_nothing_is_compared():
    found = reading(benchmark=None)
    assert found.compared.reason is NotComparedReason.NO_BENCHMARK
    assert (found.comparison_sentence, found.benchmark_difference) == ("", "")


def test_an_indirectly_standardised_rate_is_compared_with_england_only():
    assert reading(standardised="indirect").compared.comparison is not Comparison.NOT_COMPARED
    region = replace(reading(standardised="indirect"), group=replace(GROUP, benchmark_name="the East of England"))
    assert region.compared.reason is NotComparedReason.INDIRECTLY_STANDARDISED
    assert region.not_compared_reason == "may be compared with England only"


def test_a_figure_is_not_compared_with_itself():
    found = replace(reading(), group=replace(GROUP, benchmark_id=1))
    assert found.compared.reason is NotComparedReason.SAME_AREA
    assert (found.comparison_sentence, found.benchmark_difference) == ("", "")


def test_every_reason_for_no_comparison_has_words():
    for reason in NotComparedReason:
        found = reading()
        found.__dict__["compared"] = type(found.compared)(Comparison.NOT_COMPARED, reason)
        assert found.not_compared_reason
        assert "None" not in found.comparison_sentence


RISING = [(value, value - 0.2, value + 0.2) for value in (20.0, 22.0, 24.0, 26.0, 28.0)]
LEVEL = [(value, value - 3, value + 3) for value in (20.0, 20.2, 19.9, 20.1, 20.0)]


@pytest.mark.parametrize(
    ("figures", "polarity", "trend", "words"),
    [
        (RISING, "high", Trend.IMPROVING, "getting better"),
        (RISING, "low", Trend.WORSENING, "getting worse"),
        (RISING[::-1], "high", Trend.WORSENING, "getting worse"),
        (RISING, "none", Trend.INCREASING, "rising"),
        (RISING[::-1], "none", Trend.DECREASING, "falling"),
    ],
)
def test_a_trend_that_was_found(figures: list, polarity: str, trend: Trend, words: str):
    found = reading(*figures, polarity=polarity)
    assert found.trend.trend is trend
    assert found.trend_sentence == (f"The figure has been {words} over five yearly figures, from 2018/19 to 2022/23.")


def test_no_clear_change_is_said_in_those_words():
    found = reading(*LEVEL)
    assert found.trend.trend is Trend.NO_SIGNIFICANT_CHANGE
    assert found.trend_sentence == "There has been no clear change over the last five yearly figures."


@pytest.mark.parametrize(
    ("figures", "facts", "reason", "sentence"),
    [
        (
            [(28.7, None, None), (28.5, None, None)],
            {},
            TrendReason.TOO_FEW_POINTS,
            "Down from 28.7% in 2021/22. Whether that is a lasting change cannot be tested: fewer than five yearly figures.",
        ),
        (
            [(28.7, None, None)] * 4 + [(28.5, None, None)],
            {},
            TrendReason.NO_INTERVALS,
            "Down from 28.7% in 2021/22. "
            "Whether that is a lasting change cannot be tested: no margin of error is published.",
        ),
        ([(28.7, None, None)] * 5, {}, TrendReason.NO_INTERVALS, "The same as 28.7% in 2021/22."),
        (
            [(28.71, None, None), (28.72, None, None)],
            {},
            TrendReason.TOO_FEW_POINTS,
            "Little changed from 28.7% in 2021/22.",
        ),
        (
            RISING,
            {"series_breaks": ["2022-04-01"]},
            TrendReason.SERIES_BREAK,
            "Whether it is changing cannot be said: the way of measuring changed.",
        ),
        (
            [(28.5, None, None)],
            {},
            TrendReason.TOO_FEW_POINTS,
            "Whether it is changing cannot be said: no earlier figure.",
        ),
    ],
)
def test_a_trend_that_could_not_be_tested(figures: list, facts: dict, reason: TrendReason, sentence: str):
    found = reading(*figures, **facts)
    assert found.trend.trend is Trend.CANNOT_BE_CALCULATED
    assert found.trend.reason is reason
    assert found.trend_sentence == sentence


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ValueState.MISSING, "Not available in 2022/23."),
        (ValueState.SUPPRESSED, "Withheld to protect people's identity in 2022/23."),
        (ValueState.NOT_RETURNED, "Not returned in 2022/23."),
        (ValueState.NOT_APPLICABLE, "Not applicable in 2022/23."),
        (ValueState.UNRELIABLE, "Withheld by the publisher as unreliable in 2022/23."),
        (None, "No figure for Exampleton was returned or published in 2022/23."),
    ],
)
def test_every_blank_says_why(state: ValueState | None, words: str):
    unplaced = replace(STANDING, rank=None, band=None)
    found = reading((28.7, None, None), None)
    found = MetricReading(
        found.metric,
        found.context,
        found.group,
        LatestFigure(1, 1, year(2022), Figure(None, None, None, state), NONE, unplaced, "", None, False),
        found.series,
    )
    assert found.blank.reason == words
    assert found.sentences == [words]
    assert found.last_known == "28.7% in 2021/22"
    assert (found.value_text, found.short_text, found.trend_sentence, found.rank_text) == ("", "", "", "")


def test_no_release_at_all_is_said_so():
    found = MetricReading(metric(), CouncilContext(UNITARY, (), ()), GROUP, None, ())
    assert found.sentences == ["No figures have been published yet."]
    assert found.state == "missing"


def test_zero_is_a_figure_and_not_a_blank():
    found = reading((0.0, None, None))
    assert found.blank is None
    assert found.value_text == "0.0%"
    assert found.state == "zero"


def in_state(state: ValueState, benchmark: ValueState = ValueState.VALUE) -> MetricReading:
    found = reading((28.5, 28.0, 29.0))
    changed = replace(
        found.latest, own=replace(found.latest.own, state=state), benchmark=Figure(26.6, None, None, benchmark)
    )
    return replace(found, latest=changed)


@pytest.mark.parametrize("state", [ValueState.PROVISIONAL, ValueState.ESTIMATED])
def test_a_figure_that_is_not_final_says_so_and_is_compared(state: ValueState):
    found = in_state(state)
    assert found.state == state.name.lower()
    assert found.compared.comparison is Comparison.BETTER


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ValueState.NOT_COMPARABLE, "The publisher says that this figure may not be compared."),
        (
            ValueState.LOW_RELIABILITY,
            "The publisher calls this figure unreliable, because few people were asked. It is not ranked.",
        ),
    ],
)
def test_a_figure_that_its_publisher_doubts_is_shown_with_its_reservation_and_not_compared(
    state: ValueState, words: str
):
    found = in_state(state)
    assert found.value_text == "28.5%"
    assert found.reservation == words
    assert words in found.sentences
    assert found.compared.reason is NotComparedReason.NOT_COMPARABLE
    assert found.comparison_sentence == ""
    other_way = in_state(ValueState.VALUE, benchmark=state)
    assert other_way.compared.reason is NotComparedReason.NOT_COMPARABLE


def test_an_old_figure_says_that_it_is_old():
    assert reading().reservation == ""
    points = series((31.8, 27.8, 35.9), last=2019)
    old = replace(reading(), latest=replace(reading().latest, span=points[-1].span), series=points)
    assert old.reservation == "More than three years old."


def test_a_service_that_the_tier_does_not_run():
    county = SimpleNamespace(
        kind="organisation", tier=Tier.COUNTY, organisation=SimpleNamespace(official_name="Example County Council")
    )
    facts = metric(service=Service.CHILDRENS_SERVICES)

    def blank(unit: SimpleNamespace, *containers: SimpleNamespace) -> str:
        return MetricReading(facts, CouncilContext(unit, containers, ()), GROUP, None, ()).blank.reason

    assert blank(council(Tier.DISTRICT), county) == (
        "Not applicable to a district council. Example County Council runs children's services here."
    )
    assert blank(council(Tier.DISTRICT)) == "Not applicable to a district council."
    past = council(Tier.DISTRICT, ended_on=date(2023, 4, 1))
    assert blank(past, county).endswith("Example County Council ran children's services here.")


def test_a_council_that_had_ended_is_not_said_to_have_failed_to_return():
    found = reading(None, unit=council(ended_on=date(2022, 4, 1)))
    assert found.blank.reason == "Exampleton ended on 1 April 2022."


def test_nor_is_one_that_had_not_begun():
    found = reading(None, unit=council(started_on=date(2023, 4, 1)))
    assert found.blank.reason == ("Exampleton began on 1 April 2023. Earlier figures are under the councils before it.")


def test_a_figure_published_for_two_councils_together_is_named_as_such():
    joint = JointFigure("Exampleton and Otherham", Figure(30.0, None, None, ValueState.VALUE))
    found = replace(reading(None), joint=joint)
    assert found.blank.reason == "Published only together, for Exampleton and Otherham: 30.0%."


@pytest.mark.parametrize("polarity", ["high", "low", "none"])
def test_a_rank_says_which_end_is_first(polarity: str):
    first = "1st is highest" if polarity == "none" else "1st is best"
    assert f"({first})" in reading(polarity=polarity).position_sentence


def test_a_group_of_one_has_no_positions():
    alone = Standing(1, 1, None, 31.8, 31.8, 31.8, 31.8, 31.8, (31.8,))
    found = reading(standing=alone)
    assert (found.standing, found.rank_text, found.position_sentence, found.range_text) == (None, "", "", "")


def test_differences_are_those_of_the_shown_figures():
    found = reading((31.84, 27.8, 35.9), benchmark=26.55)
    assert found.value_text == "31.8%"
    assert found.benchmark_text == "26.6%"
    assert found.benchmark_difference == "+5.2 points"
    assert found.difference_text == "+3.1 points"
