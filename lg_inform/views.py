"""Public pages of published figures: find a council, its scorecard, one metric of it, and where figures come from."""

import csv
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lg_inform.calculations.periods import period_label
from lg_inform.charts import group_chart, group_strip, series_chart, trend_sparkline
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.queries.groups import (
    CHOSEN,
    MOST_CHOSEN,
    TIER,
    ComparisonGroup,
    CouncilContext,
    comparison_group,
    council_context,
    group_options,
)
from lg_inform.queries.scorecard import latest_figures, members_of, metrics_in_order, series_of
from lg_inform.queries.sources import metric_sources, neighbour_models, published_runs
from slip.directory.enums import COUNCIL_TIERS
from slip.directory.queries import comparable_councils, councils_matching, organisation_with_key
from slip.operations.rate_limits import limit_rate

METRICS_A_PAGE = 100


@require_safe
@limit_rate("find-council", per_minute=120)
def scorecards(request: HttpRequest) -> HttpResponse:
    """Find a council by its name, an old name, its county or its region."""
    words = request.GET.get("q", "").strip()[:100]
    return render(
        request, "lg_inform/scorecards.html", {"words": words, "matches": councils_matching(words, 20) if words else []}
    )


def _chosen(request: HttpRequest) -> list[str]:
    return request.GET.getlist("with")[:MOST_CHOSEN]


def _council_and_group(request: HttpRequest, key: str) -> tuple[Any, CouncilContext, ComparisonGroup]:
    organisation = organisation_with_key(key)
    if organisation is None or organisation.reporting_unit is None or organisation.tier not in COUNCIL_TIERS:
        raise Http404("No council of that name")
    context = council_context(organisation.reporting_unit)
    return organisation, context, comparison_group(context, request.GET.get("group", TIER), _chosen(request))


def _group_query(group: ComparisonGroup, request: HttpRequest) -> str:
    if group.key == TIER:
        return ""
    pairs = [("group", group.key)]
    if group.key == CHOSEN:
        pairs += [("with", key) for key in _chosen(request)]
    return "?" + urlencode(pairs)


def _group_filter(request: HttpRequest, context: CouncilContext, group: ComparisonGroup) -> dict[str, Any]:
    options = [
        {"value": option.key, "text": option.name, "selected": option.key == group.key}
        for option in group_options(context)
    ]
    found: dict[str, Any] = {"group": group, "group_options": options, "query": _group_query(group, request)}
    if group.key == CHOSEN:
        chosen = set(_chosen(request))
        found["choices"] = [
            {"value": key, "text": name, "selected": key in chosen}
            for key, name in comparable_councils(context.unit.tier, without=context.unit.pk)
        ]
        found["most_chosen"] = MOST_CHOSEN
    return found


def _readings(context: CouncilContext, group: ComparisonGroup, metrics: list[Metric]) -> list[MetricReading]:
    ids = [metric.pk for metric in metrics]
    latest = latest_figures(context.unit.pk, context.unit.tier, group, ids)
    series = series_of([context.unit.pk], ids)
    return [
        MetricReading(metric, context, group, latest.get(metric.pk), series.get((metric.pk, context.unit.pk), ()))
        for metric in metrics
    ]


def _rows(readings: list[MetricReading]) -> Iterator[dict[str, Any]]:
    for reading in readings:
        yield {"reading": reading, "sparkline": trend_sparkline(reading), "strip": group_strip(reading)}


@require_safe
def scorecard(request: HttpRequest, council: str) -> HttpResponse:
    """A council's latest figures by theme, beside a group that the reader chooses."""
    organisation, context, group = _council_and_group(request, council)
    page = Paginator(metrics_in_order(), METRICS_A_PAGE).get_page(request.GET.get("page"))
    readings = _readings(context, group, list(page.object_list))
    themes = [
        (theme, list(_rows(list(of_theme)))) for theme, of_theme in groupby(readings, key=lambda r: r.metric.theme)
    ]
    body = {"organisation": organisation, "context": context, "themes": themes, "page": page}
    return render(request, "lg_inform/scorecard.html", body | _group_filter(request, context, group))


@require_safe
@limit_rate("download", per_minute=60)
def scorecard_csv(request: HttpRequest, council: str) -> HttpResponse:
    """The scorecard as a file."""
    _, context, group = _council_and_group(request, council)
    response = _csv_response(f"{council}-{group.key}")
    writer = csv.writer(response)
    writer.writerow(
        ["theme", "metric", "period", "value", "lower_95", "upper_95", "state", "unit", "comparison_group", "rank", "n"]
        + ["group_median", "benchmark", "benchmark_value", "compared", "publisher", "licence", "vintage"]
    )
    for reading in _readings(context, group, metrics_in_order()):
        latest, standing = reading.latest, reading.standing
        writer.writerow(
            [
                reading.metric.theme.name,
                reading.metric.label,
                reading.period,
                *([latest.own.value, latest.own.lower, latest.own.upper] if latest else ["", "", ""]),
                reading.blank.reason if reading.blank else reading.state,
                reading.metric.unit_text or reading.metric.unit_prefix,
                group.name,
                standing.rank if standing else "",
                standing.n if standing else "",
                standing.median if standing else "",
                reading.benchmark_name,
                reading.benchmark_value,
                reading.compared.comparison.value,
                latest.publisher if latest else reading.metric.publisher,
                reading.metric.licence,
                latest.published_on if latest else "",
            ]
        )
    return response


def _one_reading(context: CouncilContext, group: ComparisonGroup, key: str) -> MetricReading:
    metric = get_object_or_404(Metric.objects.select_related("theme"), key=key)
    return _readings(context, group, [metric])[0]


@require_safe
def metric(request: HttpRequest, council: str, metric: str) -> HttpResponse:
    """One figure of one council: through time, among its group, in sentences, with what it means and who says so."""
    organisation, context, group = _council_and_group(request, council)
    reading = _one_reading(context, group, metric)
    query = _group_query(group, request)
    csv_href = reverse("lg_inform:metric_csv", args=[council, metric]) + query
    benchmark = []
    if group.benchmark_id is not None:
        benchmark = series_of([group.benchmark_id], [reading.metric.pk]).get(
            (reading.metric.pk, group.benchmark_id), []
        )
    charts = {}
    if any(item.figure.value is not None for item in reading.series):
        charts["through_time"] = series_chart(reading, benchmark, csv_href)
    if reading.latest is not None and reading.standing is not None:
        charts["whole_group"] = group_chart(reading, members_of(group, reading.latest.release_id), csv_href)
    body = {
        "organisation": organisation,
        "context": context,
        "reading": reading,
        "strip": group_strip(reading),
        **charts,
    }
    return render(request, "lg_inform/metric.html", body | _group_filter(request, context, group))


@require_safe
@limit_rate("download", per_minute=60)
def metric_csv(request: HttpRequest, council: str, metric: str) -> HttpResponse:
    """Every period of one metric for every council of the group, and for the benchmark."""
    _, context, group = _council_and_group(request, council)
    reading = _one_reading(context, group, metric)
    members = (
        {member.unit_id: member for member in members_of(group, reading.latest.release_id)} if reading.latest else {}
    )
    units = {unit_id: (member.key, member.name) for unit_id, member in members.items()}
    if group.benchmark_id is not None:
        units.setdefault(group.benchmark_id, ("", group.benchmark_name))
    response = _csv_response(f"{metric}-{council}-{group.key}")
    writer = csv.writer(response)
    writer.writerow(
        ["metric", "area", "period", "starts_on", "ends_on", "value", "lower_95", "upper_95", "state", "note"]
    )
    for (_, unit_id), points in series_of(list(units), [reading.metric.pk]).items():
        for point in points:
            figure = point.figure
            writer.writerow(
                [reading.metric.label, units[unit_id][1], period_label(point.span)]
                + [point.span.starts_on, point.span.ends_on, figure.value, figure.lower, figure.upper]
                + [reading.state_label(figure), figure.note or ""]
            )
    return response


def _csv_response(name: str) -> HttpResponse:
    # The mark at the front is what makes Excel read UTF-8.
    return HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where every figure comes from: publisher, licence, vintage, and when it was brought in."""
    themes = [(theme, list(rows)) for theme, rows in groupby(metric_sources(), key=lambda row: row.theme)]
    body = {"themes": themes, "models": neighbour_models(), "runs": published_runs()[:50]}
    return render(request, "lg_inform/sources.html", body)


@require_safe
def import_report(request: HttpRequest, run: int) -> HttpResponse:
    """The quality report of a published import. Others are nobody's to see here, not even that they exist."""
    found = get_object_or_404(published_runs().prefetch_related("findings"), pk=run)
    return render(request, "lg_inform/import_report.html", {"run": found})
