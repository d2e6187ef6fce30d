"""Charts of figures: each one object with its figure, its table and its sentence."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go
from django.utils.safestring import SafeString

from lg_inform.calculations.periods import period_label
from lg_inform.presentation.readings import MetricReading, points_of
from lg_inform.presentation.values import format_value
from lg_inform.queries.scorecard import GroupMember, SeriesPoint
from slip.design_system.charts import BENCHMARK, GROUP, OWN, Chart, Download, Table, figure_dict
from slip.design_system.svg import Bar, Series, position_strip, ranked_bars, sparkline, time_series

#: A yearly series with more than this between two points has a gap, which the line does not bridge.
_GAP_DAYS = 550


def _gapped(series: Sequence[SeriesPoint]) -> list[float | None]:
    values: list[float | None] = []
    for earlier, later in pairwise([None, *series]):
        assert later is not None
        if earlier is not None and (later.span.ends_on - earlier.span.ends_on).days > _GAP_DAYS:
            values.append(None)
        values.append(later.figure.value)
    return values


def trend_sparkline(reading: MetricReading) -> SafeString:
    """The council's own series as a small line; empty where there is nothing to draw."""
    if sum(item.figure.value is not None for item in reading.series) < 2:
        return SafeString("")
    first, last = reading.series[0].span, reading.series[-1].span
    label = f"{reading.metric.label}, {reading.place}, {period_label(first)} to {period_label(last)}"
    return sparkline(_gapped(reading.series), label=label)


def group_strip(reading: MetricReading) -> SafeString:
    """Where the council stands among its group, as a strip of dots; empty where there is no group to show."""
    standing = reading.standing
    if standing is None or standing.n < 2:
        return SafeString("")
    return position_strip(
        reading.value if standing.rank is not None else None,
        standing.values,
        label="",
        median=standing.median,
        quartiles=(standing.lower_quartile, standing.upper_quartile) if standing.n >= 4 else None,
        lower_is_better=reading.lower_is_better,
    )


def series_chart(reading: MetricReading, benchmark: Sequence[SeriesPoint], csv_href: str) -> Chart:
    """The council through time beside its benchmark."""
    metric, own = reading.metric, reading.series
    by_span = {item.span: item.figure.value for item in benchmark}
    labels = [period_label(item.span) for item in own]
    has_benchmark = any(by_span.get(item.span) is not None for item in own)
    name = reading.group.benchmark_name
    days = [item.span.ends_on.isoformat() for item in own]
    traces = [
        go.Scatter(
            x=days,
            y=[item.figure.value for item in own],
            error_y=_error_bars(own),
            name=reading.place,
            mode="lines+markers",
            connectgaps=False,
            line={"color": OWN, "width": 3},
            marker={"symbol": "circle", "size": 8},
            text=labels,
            hovertemplate="%{text}: %{y}<extra>" + reading.place + "</extra>",
        )
    ]
    if has_benchmark:
        traces.append(
            go.Scatter(
                x=days,
                y=[by_span.get(item.span) for item in own],
                name=name,
                mode="lines+markers",
                connectgaps=False,
                line={"color": BENCHMARK, "width": 2, "dash": "dash"},
                marker={"symbol": "square", "size": 6},
                text=labels,
                hovertemplate="%{text}: %{y}<extra>" + name + "</extra>",
            )
        )
    figure = go.Figure(traces)
    step = max(1, len(days) // 8)
    figure.update_layout(
        xaxis={"tickvals": days[::step], "ticktext": labels[::step]},
        yaxis={"title": {"text": metric.unit_text or metric.unit_prefix}, "tickprefix": metric.unit_prefix},
    )
    fallback = [Series(reading.place, [item.figure.value for item in own], role="own", breaks=_breaks(reading))]
    if has_benchmark:
        fallback.append(Series(name, [by_span.get(item.span) for item in own], role="benchmark"))
    headers = ["Period", reading.place, "Likely range", *([name] if has_benchmark else [])]
    rows = []
    for item in reversed(own):
        value, low, high = item.figure.value, item.figure.lower, item.figure.upper
        cells = [
            period_label(item.span),
            format_value(metric, value) if value is not None else "no figure",
            f"{format_value(metric, low)} to {format_value(metric, high)}"
            if low is not None and high is not None
            else "–",
        ]
        if has_benchmark:
            other = by_span.get(item.span)
            cells.append(format_value(metric, other) if other is not None else "no figure")
        rows.append(tuple(cells))
    return Chart(
        id="through-time",
        title=f"{metric.label} through time",
        sentence=reading.trend_sentence or reading.headline,
        figure=figure_dict(figure),
        fallback_svg=time_series(labels, fallback, label=f"{metric.label}, {reading.place}", unit=metric.unit_text),
        table=Table(
            caption=f"{metric.label} by period",
            headers=tuple(headers),
            rows=tuple(rows),
            numeric=frozenset(range(1, len(headers))),
        ),
        downloads=(Download("Download these figures (CSV)", csv_href),),
    )


def _error_bars(series: Sequence[SeriesPoint]) -> dict | None:
    figures = [item.figure for item in series]
    if not any(figure.lower is not None and figure.upper is not None for figure in figures):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [f.upper - f.value if f.upper is not None and f.value is not None else None for f in figures],
        "arrayminus": [f.value - f.lower if f.lower is not None and f.value is not None else None for f in figures],
        "thickness": 1,
        "color": OWN,
    }


def _breaks(reading: MetricReading) -> tuple[int, ...]:
    points = points_of(reading.metric, reading.series)
    return tuple(index for index, point in enumerate(points) if point.series_break)


def group_chart(reading: MetricReading, members: Sequence[GroupMember], csv_href: str) -> Chart:
    """The whole group for the latest period, the council emphasised, blanks listed with their reason."""
    metric = reading.metric
    ranked = [member for member in members if member.rank is not None]
    own_id = reading.context.unit.pk
    figure = go.Figure(
        go.Bar(
            x=[member.name for member in ranked],
            y=[member.figure.value for member in ranked],
            marker={"color": [OWN if member.unit_id == own_id else GROUP for member in ranked]},
            hovertemplate="%{x}: %{y}<extra></extra>",
        )
    )
    layout: dict = {
        "showlegend": False,
        "xaxis": {"showticklabels": len(ranked) <= 25, "type": "category"},
        "yaxis": {"title": {"text": metric.unit_text or metric.unit_prefix}, "tickprefix": metric.unit_prefix},
    }
    if reading.benchmark_value is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": reading.benchmark_value,
                "y1": reading.benchmark_value,
                "line": {"color": BENCHMARK, "width": 2, "dash": "dash"},
            }
        ]
    figure.update_layout(**layout)
    rows = tuple(
        (
            member.name,
            format_value(metric, member.figure.value) if member.figure.value is not None else "no figure",
            str(member.rank) if member.rank is not None else "–",
        )
        for member in members
    )
    return Chart(
        id="whole-group",
        title=f"{reading.group.name}, {reading.period}",
        sentence=reading.position_sentence
        or f"{len(ranked)} councils of this group have a figure for {reading.period}.",
        figure=figure_dict(figure),
        fallback_svg=ranked_bars(
            [
                Bar(member.name, member.figure.value, own=member.unit_id == own_id, text=row[1])
                for member, row in zip(members, rows, strict=True)
                if member.rank is not None
            ],
            label=f"{metric.label}, {reading.group.name}",
            benchmark=reading.benchmark_value,
            benchmark_name=reading.benchmark_name,
            unit=metric.unit_text,
        ),
        table=Table(
            caption=f"{metric.label}, {reading.period}: every council of the group",
            headers=("Council", metric.unit_text or "Value", "Rank"),
            rows=rows,
            numeric=frozenset({1, 2}),
        ),
        downloads=(Download("Download these figures (CSV)", csv_href),),
    )
