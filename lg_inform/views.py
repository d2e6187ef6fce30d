"""Public pages of published figures: find a council, its scorecard, one metric of it, and where figures come from."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lg_inform.charts import group_chart, group_strip, series_chart, trend_sparkline
from lg_inform.exports import write_scorecard, write_series
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.presentation.values import without_links
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
from lg_inform.queries.scorecard import joint_figures, latest_figures, members_of, metrics_in_order, series_of
from lg_inform.queries.sources import edition_of, metric_sources, neighbour_models, published_runs
from slip.directory.enums import COUNCIL_TIERS, Tier
from slip.directory.queries import (
    History,
    councils_by_area,
    councils_matching,
    gss_codes,
    is_postcode,
    lower_tier_of,
    names_of_units,
    organisation_with_key,
    register_sources,
)
from slip.operations.rate_limits import limit_rate

METRICS_A_PAGE = 100
#: A group of more others than this is not listed by name on the page.
MOST_NAMED = 25


@require_safe
@limit_rate("find-council", per_minute=120)
def scorecards(request: HttpRequest) -> HttpResponse:
    """Find a council by its name, an old name, its county or its region."""
    words = request.GET.get("q", "").strip()[:100]
    if not words:
        return render(request, "lg_inform/scorecards.html", {"areas": councils_by_area()})
    matches = councils_matching(words)
    found = {
        "words": words,
        "matches": matches,
        "are_guesses": bool(matches) and all(match.is_guess for match in matches),
        "is_postcode": not matches and is_postcode(words),
    }
    return render(request, "lg_inform/scorecards.html", found)


def _chosen(request: HttpRequest) -> list[str]:
    # More than may be compared are read, so that the page can say which were left out.
    return [key for key in request.GET.getlist("with")[: 3 * MOST_CHOSEN] if slug_re.match(key)]


def _has_begun(organisation: Any) -> bool:
    if organisation.started_on is None:
        return organisation.shadow_from is None
    return organisation.started_on <= timezone.localdate()


def _council_and_group(request: HttpRequest, key: str) -> tuple[Any, CouncilContext, ComparisonGroup]:
    organisation = organisation_with_key(key)
    if organisation is None or organisation.reporting_unit is None or organisation.tier not in COUNCIL_TIERS:
        raise Http404("No council of that name")
    if not _has_begun(organisation):
        raise Http404("A council in shadow has neither services nor figures yet")
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
        found["choices"] = [{"value": key, "text": name, "selected": key in chosen} for key, name in context.comparable]
        found["most_chosen"] = MOST_CHOSEN
    if 0 < group.others <= MOST_NAMED:
        others = group.members or names_of_units([pk for pk in group.unit_ids if pk != context.unit.pk])
        found["group_members"] = [{"key": key, "name": name} for key, name in others]
    return found


def _readings(context: CouncilContext, group: ComparisonGroup, metrics: list[Metric]) -> list[MetricReading]:
    ids = [metric.pk for metric in metrics]
    latest = latest_figures(context.unit.pk, context.unit.tier, group, ids)
    series = series_of([context.unit.pk], ids)
    areas = context.joint_area_ids
    joint = joint_figures(areas, [figure.release_id for figure in latest.values()]) if areas else {}
    return [
        MetricReading(
            metric,
            context,
            group,
            latest.get(metric.pk),
            series.get((metric.pk, context.unit.pk), ()),
            joint.get(metric.pk),
        )
        for metric in metrics
    ]


def _rows(readings: list[MetricReading]) -> Iterator[dict[str, Any]]:
    for reading in readings:
        yield {"reading": reading, "sparkline": trend_sparkline(reading), "strip": group_strip(reading)}


def _upper_tier(context: CouncilContext) -> Any | None:
    is_district = context.unit.tier == Tier.DISTRICT and not context.has_ended
    return context.county.organisation if is_district and context.county is not None else None


@require_safe
@limit_rate("page", per_minute=300)
def scorecard(request: HttpRequest, council: str) -> HttpResponse:
    """A council's latest figures by theme, beside a group that the reader chooses."""
    organisation, context, group = _council_and_group(request, council)
    page = Paginator(metrics_in_order(), METRICS_A_PAGE).get_page(request.GET.get("page"))
    readings = _readings(context, group, list(page.object_list))
    themes = [
        (theme, list(_rows(list(of_theme)))) for theme, of_theme in groupby(readings, key=lambda r: r.metric.theme)
    ]
    history = History.read()
    body = {
        "organisation": organisation,
        "context": context,
        "themes": themes,
        "page": page,
        "upper_tier": _upper_tier(context),
        "lower_tier": [] if context.has_ended else lower_tier_of(organisation),
        "history": f"{history.origin_sentence(organisation)} {history.end_sentence(organisation)}".strip(),
        "heirs": [change.successor for change in history.after(organisation.pk) if change.steps == 1],
    }
    return render(request, "lg_inform/scorecard.html", body | _group_filter(request, context, group))


@require_safe
@limit_rate("download", per_minute=60)
def scorecard_csv(request: HttpRequest, council: str) -> HttpResponse:
    """The scorecard as a file."""
    _, context, group = _council_and_group(request, council)
    readings = _readings(context, group, list(metrics_in_order()))
    code = gss_codes([context.unit.pk]).get(context.unit.pk, "")
    return write_scorecard(f"{council}-{group.key}", readings, code)


def _one_reading(context: CouncilContext, group: ComparisonGroup, key: str) -> MetricReading:
    metric = get_object_or_404(Metric.objects.select_related("theme"), key=key)
    return _readings(context, group, [metric])[0]


@require_safe
@limit_rate("page", per_minute=300)
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
        charts["whole_group"] = group_chart(
            reading, members_of(group, reading.latest.release_id, context.unit.tier), csv_href
        )
    body = {
        "organisation": organisation,
        "context": context,
        "reading": reading,
        "strip": group_strip(reading, wide=True),
        **charts,
    }
    if reading.latest is not None:
        edition = edition_of(reading.latest.release_id)
        body |= {"edition": edition, "caveats": without_links(edition.caveats)}
    return render(request, "lg_inform/metric.html", body | _group_filter(request, context, group))


@require_safe
@limit_rate("download", per_minute=60)
def metric_csv(request: HttpRequest, council: str, metric: str) -> HttpResponse:
    """Every period of one metric for every council of the group, and for the benchmark."""
    _, context, group = _council_and_group(request, council)
    reading = _one_reading(context, group, metric)
    areas = {context.unit.pk: context.unit.name}
    if reading.latest is not None:
        found = members_of(group, reading.latest.release_id, context.unit.tier)
        areas |= {member.unit_id: member.name for member in found}
    if group.benchmark_id is not None:
        areas.setdefault(group.benchmark_id, group.benchmark_name)
    codes = gss_codes(list(areas))
    rows = [(unit_id, name, codes.get(unit_id, "")) for unit_id, name in areas.items()]
    return write_series(f"{metric}-{council}-{group.key}", reading, rows, series_of(list(areas), [reading.metric.pk]))


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where every figure comes from: publisher, licence, vintage, and when it was brought in."""
    themes = [(theme, list(rows)) for theme, rows in groupby(metric_sources(), key=lambda row: row.theme)]
    body = {"themes": themes, "models": neighbour_models(), "runs": published_runs()[:50]}
    body["register"] = register_sources()
    return render(request, "lg_inform/sources.html", body)


@require_safe
def import_report(request: HttpRequest, run: int) -> HttpResponse:
    """The quality report of a published import. Others are nobody's to see here, not even that they exist."""
    found = get_object_or_404(published_runs().prefetch_related("findings"), pk=run)
    return render(request, "lg_inform/import_report.html", {"run": found})
