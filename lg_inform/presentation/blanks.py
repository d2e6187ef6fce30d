"""Why a cell holds no number. Missing is never zero, and every blank says why it is blank."""

from dataclasses import dataclass
from typing import Any

from lg_inform.calculations.periods import period_phrase
from lg_inform.enums import ValueState
from lg_inform.models import Metric
from lg_inform.presentation.values import format_value
from lg_inform.presentation.words import STATE_KEYS
from lg_inform.queries.groups import CouncilContext
from lg_inform.queries.scorecard import JointFigure, LatestFigure
from slip.directory.enums import Service, Tier, kind_of, runs_service
from slip.directory.names import in_sentence
from slip.directory.queries import long_date


@dataclass(frozen=True)
class Blank:
    """Why a cell holds no number: a state word, and a sentence for the person who looks for it."""

    state: str
    reason: str


def county_that_runs(metric: Metric, context: CouncilContext) -> Any | None:
    """The county that runs the metric's service where this council does not; None where it does, or no county does."""
    county = context.county
    if county is None or runs_service(context.unit.tier, metric.service):
        return None
    return county if runs_service(county.tier, metric.service) else None


def why_blank(metric: Metric, context: CouncilContext, latest: LatestFigure | None, joint: JointFigure | None) -> Blank:
    """The reason that comes first: another runs the service, the council was not there, it is published jointly, …"""
    tier, council = Tier(context.unit.tier), context.unit.organisation
    if not runs_service(tier, metric.service):
        county = county_that_runs(metric, context)
        said = f"Not applicable to a {kind_of(council.key, tier)}."
        if county is not None:
            verb, service = "ran" if context.has_ended else "runs", Service(metric.service).label
            said = f"{said} {county.organisation.official_name} {verb} {service} here."
        return Blank("not_applicable", said)
    if latest is None:
        return Blank("missing", "No figures have been published yet.")
    if council.ended_on is not None and council.ended_on <= latest.span.ends_on:
        return Blank("not_applicable", f"{council.name} ended on {long_date(council.ended_on)}.")
    if joint is not None and joint.figure.value is not None:
        return Blank(
            "missing", f"Published only together, for {joint.area}: {format_value(metric, joint.figure.value)}."
        )
    if council.started_on is not None and council.started_on > latest.span.ends_on:
        began = f"{council.name} began on {long_date(council.started_on)}."
        return Blank("not_applicable", f"{began} Earlier figures are under the councils before it.")
    when = period_phrase(latest.span)
    if latest.own.state is not None:
        state = ValueState(latest.own.state)
        return Blank(STATE_KEYS[state], f"{state.label.capitalize()} {when}.")
    if latest.standing is None:
        return Blank("missing", f"Not published for a {kind_of(council.key, tier)}.")
    return Blank("not_returned", f"No figure for {in_sentence(context.unit.name)} was returned or published {when}.")
