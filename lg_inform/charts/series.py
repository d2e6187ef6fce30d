"""A council through time, beside its benchmark."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lg_inform.calculations.periods import period_label
from lg_inform.charts.scale import benchmark_title, better_end, sign_after, value_axis
from lg_inform.charts.timeline import Slot, breaks_at, figures_at, has_series, period_tick, slots_of, values_of
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.presentation.values import format_range, format_value, unit_words
from lg_inform.queries.scorecard import Figure, SeriesPoint
from slip.design_system.charts import BENCHMARK, OWN, Chart, Download, Table, figure_dict
from slip.design_system.svg import Series, time_series


def _intervals(figures: Sequence[Figure | None]) -> list[tuple[float, float] | None]:
    return [
        (figure.lower, figure.upper)
        if figure and figure.value is not None and figure.lower is not None and figure.upper is not None
        else None
        for figure in figures
    ]


def _hover(metric: Metric, slot: Slot, figure: Figure | None) -> str:
    if slot.span is None or figure is None or figure.value is None:
        return ""
    said = f"{period_label(slot.span)}: {format_value(metric, figure.value)}"
    if figure.lower is None or figure.upper is None:
        return said
    return f"{said}<br>likely range {format_range(metric, figure.lower, figure.upper)}"


def series_chart(reading: MetricReading, benchmark: Sequence[SeriesPoint], csv_href: str) -> Chart | None:
    """The council through time beside its benchmark; None with fewer than two figures, which are no series."""
    if not has_series(reading):
        return None
    metric, own = reading.metric, reading.series
    first, last = own[0].span, own[-1].span
    beside = [item for item in benchmark if item.span.basis == last.basis and first <= item.span <= last]
    spans = {item.span for item in own} | {item.span for item in beside}
    slots = slots_of(sorted(spans, key=lambda span: (span.ends_on, span.starts_on)))
    breaks = breaks_at(slots, reading)
    mine, theirs = figures_at(slots, own), figures_at(slots, beside)
    name = benchmark_title(reading)
    traces = [_line(metric, slots, mine, breaks, reading.place, OWN, width=3, symbol="circle", size=8)]
    lines = [Series(reading.place, values_of(mine), role="own", breaks=breaks, intervals=_intervals(mine))]
    has_benchmark = any(value is not None for value in values_of(theirs))
    if has_benchmark:
        traces.append(
            _line(metric, slots, theirs, breaks, name, BENCHMARK, width=2, symbol="square", size=6, dash="dash")
        )
        lines.append(Series(name, values_of(theirs), role="benchmark", breaks=breaks))
    figure = go.Figure(traces)
    periods = [slot for slot in slots if slot.span is not None]
    figure.update_layout(
        # Every period is offered; the page shows as many as there is room for, the newest always.
        xaxis={
            "type": "date",
            "tickvals": [slot.day.isoformat() for slot in periods],
            "ticktext": [period_tick(slot.span) for slot in periods if slot.span is not None],
        },
        yaxis=value_axis(metric),
    )
    words = [better_end(reading)]
    if any(_intervals(mine)):
        words.append("Upright lines show the margin of error.")
    if breaks:
        words.append("The line is broken where the way of measuring changed.")
    if len(periods) < len(slots):
        words.append("A gap is a time for which no figure was published.")
    return Chart(
        id="through-time",
        title=f"{metric.label} through time",
        sentence=reading.trend_sentence or reading.headline,
        figure=figure_dict(figure),
        fallback_svg=time_series(
            [period_tick(slot.span) if slot.span is not None else "" for slot in slots],
            lines,
            label=f"{metric.label}, {reading.place}",
            prefix=metric.unit_prefix,
            suffix=sign_after(metric),
        ),
        table=_series_table(reading, beside if has_benchmark else None),
        downloads=(Download("Download these figures (CSV)", csv_href),),
        unit=unit_words(metric),
        note=" ".join(words),
    )


def _line(
    metric: Metric,
    slots: Sequence[Slot],
    figures: Sequence[Figure | None],
    breaks: Sequence[int],
    name: str,
    colour: str,
    *,
    width: int,
    symbol: str,
    size: int,
    dash: str = "solid",
) -> go.Scatter:
    """One line for Plotly, interrupted at gaps and, by an empty place between two periods, at breaks."""
    drawn: list[tuple[Slot, Figure | None]] = []
    for index, (slot, figure) in enumerate(zip(slots, figures, strict=True)):
        if index in breaks:
            before = slots[index - 1].day
            drawn.append((Slot(before + (slot.day - before) / 2), None))
        drawn.append((slot, figure))
    return go.Scatter(
        x=[slot.day.isoformat() for slot, _ in drawn],
        y=[figure.value if figure is not None else None for _, figure in drawn],
        error_y=_error_bars([figure for _, figure in drawn]) if colour == OWN else None,
        name=name,
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "width": width, "dash": dash},
        marker={"symbol": symbol, "size": size},
        text=[_hover(metric, slot, figure) for slot, figure in drawn],
        hovertemplate="%{text}<extra>" + name + "</extra>",
    )


def _error_bars(figures: Sequence[Figure | None]) -> dict[str, Any] | None:
    values, intervals = values_of(figures), _intervals(figures)
    if not any(intervals):
        return None
    reach = [
        (value - interval[0], interval[1] - value) if value is not None and interval is not None else (None, None)
        for value, interval in zip(values, intervals, strict=True)
    ]
    return {
        "type": "data",
        "symmetric": False,
        "array": [above for _, above in reach],
        "arrayminus": [below for below, _ in reach],
        "thickness": 1,
        "color": OWN,
    }


def _series_table(reading: MetricReading, benchmark: Sequence[SeriesPoint] | None) -> Table:
    """The council's periods, newest first; the benchmark has a column where it has figures."""
    metric, by_span = reading.metric, {item.span: item.figure.value for item in benchmark or ()}
    headers = ["Period", reading.place, "Likely range", *([benchmark_title(reading)] if benchmark else [])]
    rows = []
    for item in reversed(reading.series):
        value, low, high = item.figure.value, item.figure.lower, item.figure.upper
        cells = [
            period_label(item.span),
            format_value(metric, value) if value is not None else "no figure",
            format_range(metric, low, high) if low is not None and high is not None else "–",
        ]
        if benchmark:
            other = by_span.get(item.span)
            cells.append(format_value(metric, other) if other is not None else "no figure")
        rows.append(tuple(cells))
    return Table(
        caption=f"{metric.label} by period",
        headers=tuple(headers),
        rows=tuple(rows),
        numeric=frozenset(range(1, len(headers))),
    )
