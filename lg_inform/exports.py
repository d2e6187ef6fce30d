"""Figures as files. Numbers are as published; every row says whose figure it is, of what, when, and who says so."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from lg_inform.calculations.periods import period_label
from lg_inform.enums import ValueState
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.queries.scorecard import Figure, SeriesPoint

_FIGURE = (
    "theme",
    "metric",
    "area",
    "area_code",
    "period",
    "starts_on",
    "ends_on",
    "value",
    "lower_95",
    "upper_95",
    "unit",
    "state",
    "note",
)
_SOURCE = ("publisher", "licence", "published_on")
_PLACE = (
    "comparison_group",
    "rank",
    "n",
    "quarter",
    "group_median",
    "benchmark",
    "benchmark_value",
    "compared",
    "movement",
    "trend",
)
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _plain(cell: Any) -> Any:
    """A text that no spreadsheet runs as a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _state(figure: Figure | None) -> str:
    return ValueState(figure.state).label if figure is not None and figure.state is not None else "no figure"


def _figure_cells(metric: Metric, area: str, code: str, point: SeriesPoint | None, figure: Figure | None) -> list[Any]:
    span = point.span if point else None
    return [
        metric.theme.name,
        metric.label,
        area,
        code,
        period_label(span) if span else "",
        span.starts_on if span else "",
        span.ends_on if span else "",
        *([figure.value, figure.lower, figure.upper] if figure else ["", "", ""]),
        metric.unit_text or metric.unit_prefix,
        _state(figure),
        (figure.note or "") if figure else "",
    ]


def write_scorecard(name: str, readings: Iterable[MetricReading], code: str) -> HttpResponse:
    """A council's latest figures with their place in the group: one row a metric."""
    response, writer = _file(name, [*_FIGURE, *_PLACE, *_SOURCE])
    for reading in readings:
        latest, standing = reading.latest, reading.standing
        point = SeriesPoint(latest.span, latest.own) if latest else None
        cells = _figure_cells(reading.metric, reading.context.unit.name, code, point, latest.own if latest else None)
        if reading.blank is not None:
            cells[-2:] = [reading.blank.state.replace("_", " "), reading.blank.reason]
        cells += [
            reading.group.name,
            standing.rank if standing else "",
            standing.n if standing else "",
            standing.band if standing else "",
            standing.median if standing else "",
            reading.benchmark_name,
            reading.benchmark_value,
            reading.compared.comparison.value.replace("_", " "),
            reading.travel.movement.value,
            reading.trend.trend.value.replace("_", " "),
            latest.publisher if latest else reading.metric.publisher,
            reading.metric.licence,
            latest.published_on if latest else "",
        ]
        writer.writerow(map(_plain, cells))
    return response


def write_series(
    name: str,
    reading: MetricReading,
    areas: Sequence[tuple[int, str, str]],
    series: dict[tuple[int, int], list[SeriesPoint]],
) -> HttpResponse:
    """Every period of one metric for each area (unit id, name, code): one row a figure."""
    response, writer = _file(name, [*_FIGURE, *_SOURCE])
    metric, latest = reading.metric, reading.latest
    source = [latest.publisher if latest else metric.publisher, metric.licence, latest.published_on if latest else ""]
    for unit_id, area, code in areas:
        for point in series.get((metric.pk, unit_id), []):
            writer.writerow(map(_plain, _figure_cells(metric, area, code, point, point.figure) + source))
    return response


def _file(name: str, columns: Sequence[str]) -> tuple[HttpResponse, Any]:
    # The mark at the front is what makes Excel read UTF-8.
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(columns)
    return response, writer
