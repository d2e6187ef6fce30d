"""Charts of figures: each one object with its figure, its table and its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import plotly.graph_objects as go
from django.utils.safestring import SafeString

from lg_inform.calculations.periods import Span, period_label
from lg_inform.enums import Basis
from lg_inform.models import Metric
from lg_inform.presentation.points import points_of
from lg_inform.presentation.readings import MetricReading
from lg_inform.presentation.values import format_range, format_short, format_value, unit_words
from lg_inform.queries.scorecard import Figure, GroupMember, SeriesPoint
from slip.design_system.charts import BENCHMARK, CANVAS, GROUP, OWN, Chart, Download, Table, figure_dict
from slip.design_system.svg import MANY, Bar, Series, position_strip, ranked_bars, sparkline, time_series

#: More empty periods than this in a row are drawn as this many.
_WIDEST_GAP = 40


@dataclass(frozen=True)
class _Slot:
    """One place on the axis of time. Where `span` is None, it is a period for which nothing was published."""

    day: date
    span: Span | None = None


def _slots(spans: Sequence[Span]) -> list[_Slot]:
    """A place for each period and for each one missing between them, so that a line has a gap where figures have."""
    distances = [(later.ends_on - earlier.ends_on).days for earlier, later in pairwise(spans)]
    usual = median(distances) if len(distances) >= 3 else (91 if spans[0].basis == Basis.QUARTER else 365)
    slots = [_Slot(spans[0].ends_on, spans[0])]
    for (earlier, later), distance in zip(pairwise(spans), distances, strict=True):
        missing = min(round(distance / usual) - 1, _WIDEST_GAP) if usual > 0 else 0
        slots += [
            _Slot(earlier.ends_on + timedelta(days=distance * number // (missing + 1)))
            for number in range(1, missing + 1)
        ]
        slots.append(_Slot(later.ends_on, later))
    return slots


def _figures_at(slots: Sequence[_Slot], series: Sequence[SeriesPoint]) -> list[Figure | None]:
    by_span = {item.span: item.figure for item in series}
    return [by_span.get(slot.span) if slot.span is not None else None for slot in slots]


def _values(figures: Sequence[Figure | None]) -> list[float | None]:
    return [figure.value if figure is not None else None for figure in figures]


def _intervals(figures: Sequence[Figure | None]) -> list[tuple[float, float] | None]:
    return [
        (figure.lower, figure.upper)
        if figure and figure.value is not None and figure.lower is not None and figure.upper is not None
        else None
        for figure in figures
    ]


def _breaks_at(slots: Sequence[_Slot], reading: MetricReading) -> list[int]:
    """The places before which the way of measuring changed."""
    points = points_of(reading.metric, reading.series)
    broken = {item.span for item, point in zip(reading.series, points, strict=True) if point.series_break}
    return [index for index, slot in enumerate(slots) if index and slot.span in broken]


def has_series(reading: MetricReading) -> bool:
    """Whether there are two figures to draw a line between."""
    return sum(item.figure.value is not None for item in reading.series) > 1


def period_tick(span: Span) -> str:
    """A period as short as an axis needs it: "2022/23", "2025" for the year to November 2025, "2022–24", "Apr 2024"."""
    start, end = span.starts_on, span.ends_on
    if span.basis in (Basis.FINANCIAL, Basis.ACADEMIC):
        return period_label(span)
    if span.basis in (Basis.CALENDAR, Basis.SURVEY_YEAR):
        return str(end.year)
    if span.basis == Basis.ROLLING:
        return f"{start.year}–{end.year % 100:02d}"
    if span.basis == Basis.QUARTER:
        return f"{start:%b}–{end:%b %Y}"
    return f"{start:%b %Y}"


def trend_sparkline(reading: MetricReading) -> SafeString:
    """The council's own series as a small line, named by its two ends; empty where there is nothing to draw."""
    if not has_series(reading):
        return SafeString("")
    known = [item for item in reading.series if item.figure.value is not None]
    first, last = (
        f"{format_short(reading.metric, item.figure.value or 0.0)} in {period_label(item.span)}"
        for item in (known[0], known[-1])
    )
    slots = _slots([item.span for item in reading.series])
    return sparkline(
        _values(_figures_at(slots, reading.series)),
        label=f"From {first} to {last}",
        breaks=_breaks_at(slots, reading),
    )


def group_strip(reading: MetricReading, *, wide: bool = False) -> SafeString:
    """Where the council stands among its group, as a strip of dots; empty where there is no group to show.

    `wide` fills the column that it stands in; otherwise it fits a table's cell.
    """
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
        wide=wide,
    )


def _better_end(reading: MetricReading) -> str:
    if reading.lower_is_better is None:
        return "Neither end is better in itself."
    return "Lower is better." if reading.lower_is_better else "Higher is better."


def _value_axis(metric: Metric) -> dict[str, Any]:
    return {"tickprefix": metric.unit_prefix, "ticksuffix": "%" if metric.unit_text == "%" else ""}


def _hover(metric: Metric, slot: _Slot, figure: Figure | None) -> str:
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
    slots = _slots(sorted(spans, key=lambda span: (span.ends_on, span.starts_on)))
    breaks = _breaks_at(slots, reading)
    mine, theirs = _figures_at(slots, own), _figures_at(slots, beside)
    name = reading.group.benchmark_name
    traces = [_line(metric, slots, mine, breaks, reading.place, OWN, width=3, symbol="circle", size=8)]
    lines = [Series(reading.place, _values(mine), role="own", breaks=breaks, intervals=_intervals(mine))]
    has_benchmark = any(value is not None for value in _values(theirs))
    if has_benchmark:
        traces.append(
            _line(metric, slots, theirs, breaks, name, BENCHMARK, width=2, symbol="square", size=6, dash="dash")
        )
        lines.append(Series(name, _values(theirs), role="benchmark", breaks=breaks))
    figure = go.Figure(traces)
    periods = [slot for slot in slots if slot.span is not None]
    figure.update_layout(
        # Every period is offered; the page shows as many as there is room for, the newest always.
        xaxis={
            "type": "date",
            "tickvals": [slot.day.isoformat() for slot in periods],
            "ticktext": [period_tick(slot.span) for slot in periods if slot.span is not None],
        },
        yaxis=_value_axis(metric),
    )
    words = [_better_end(reading)]
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
            suffix="%" if metric.unit_text == "%" else "",
        ),
        table=_series_table(reading, beside if has_benchmark else None),
        downloads=(Download("Download these figures (CSV)", csv_href),),
        unit=unit_words(metric),
        note=" ".join(words),
    )


def _line(
    metric: Metric,
    slots: Sequence[_Slot],
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
    drawn: list[tuple[_Slot, Figure | None]] = []
    for index, (slot, figure) in enumerate(zip(slots, figures, strict=True)):
        if index in breaks:
            before = slots[index - 1].day
            drawn.append((_Slot(before + (slot.day - before) / 2), None))
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
    values, intervals = _values(figures), _intervals(figures)
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
    headers = ["Period", reading.place, "Likely range", *([reading.group.benchmark_name] if benchmark else [])]
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


def group_chart(reading: MetricReading, members: Sequence[GroupMember], csv_href: str) -> Chart:
    """The whole group for the latest period, the council emphasised, blanks listed with their reason.

    Few councils lie under each other, each with its name, the best or highest at the top. Many stand side by side as
    columns from worst to best (or lowest to highest), so that further right is better as it is in a position strip.
    """
    metric = reading.metric
    ranked = [member for member in members if member.rank is not None]
    is_many = len(ranked) >= MANY
    if is_many:
        ranked.reverse()
    own = next((index for index, member in enumerate(ranked) if member.unit_id == reading.context.unit.pk), None)
    ends = ("Worst", "Best") if reading.has_polarity else ("Lowest", "Highest")
    order = f"{ends[0]} on the left, {ends[1].lower()} on the right." if is_many else f"{ends[1]} at the top."
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
        title=f"Each council, {reading.period}",
        sentence=reading.position_sentence
        or f"{len(ranked)} councils of this group have a figure for {reading.period}.",
        figure=_columns(reading, ranked, own, ends) if is_many else _rows(reading, ranked, own),
        fallback_svg=ranked_bars(
            [
                Bar(member.name, member.figure.value, own=index == own, text=_short(metric, member))
                for index, member in enumerate(ranked)
            ],
            label=f"{metric.label}, {reading.group.name}",
            benchmark=reading.benchmark_value,
            benchmark_name=_benchmark_label(reading),
            prefix=metric.unit_prefix,
            suffix="%" if metric.unit_text == "%" else "",
            ends=ends,
        ),
        table=Table(
            caption=f"{metric.label}, {reading.period}: every council of the group",
            headers=("Council", metric.unit_text or "Value", "Rank"),
            rows=rows,
            numeric=frozenset({1, 2}),
        ),
        downloads=(Download("Download these figures (CSV)", csv_href),),
        unit=unit_words(metric),
        note=f"{order} {_better_end(reading)}",
    )


def _short(metric: Metric, member: GroupMember) -> str:
    return format_short(metric, member.figure.value or 0.0)


def _benchmark_label(reading: MetricReading) -> str:
    name = reading.benchmark_name
    return f"{name[:1].upper()}{name[1:]} {reading.short_benchmark}" if reading.benchmark_value is not None else ""


def _bars(reading: MetricReading, ranked: Sequence[GroupMember], own: int | None, **places: Any) -> go.Bar:
    return go.Bar(
        marker={"color": [OWN if index == own else GROUP for index in range(len(ranked))]},
        hovertext=[f"{member.name}: {format_value(reading.metric, member.figure.value or 0.0)}" for member in ranked],
        hovertemplate="%{hovertext}<extra></extra>",
        **places,
    )


def _range(reading: MetricReading, ranked: Sequence[GroupMember], *, room: float) -> tuple[float, float]:
    """From nothing (or the lowest negative value) to the highest, with a share of the span left free above it."""
    values = [0.0, *(member.figure.value or 0.0 for member in ranked), reading.benchmark_value or 0.0]
    low, high = min(values), max(values)
    return low, high + (high - low or 1.0) * room


def _note(text: str, **place: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "bgcolor": CANVAS, "borderpad": 1, **place}


def _rows(reading: MetricReading, ranked: Sequence[GroupMember], own: int | None) -> dict[str, Any]:
    """Bars under each other, named at the left, each with its value at its end."""
    names = [member.name for member in ranked]
    texts = [_short(reading.metric, member) for member in ranked]
    low, high = _range(reading, ranked, room=0.05 * max((len(text) for text in texts), default=0))
    notes = [
        _note(
            f"<b>{text}</b>" if index == own else text,
            x=max(member.figure.value or 0.0, 0.0),
            y=member.name,
            xanchor="left",
            xshift=3,
        )
        for index, (member, text) in enumerate(zip(ranked, texts, strict=True))
    ]
    shapes = []
    if (benchmark := reading.benchmark_value) is not None:
        shapes.append(_rule(xref="x", yref="paper", x0=benchmark, x1=benchmark, y0=0, y1=1))
        notes.append(_note(_benchmark_label(reading), x=benchmark, y=1, yref="paper", yanchor="bottom"))
    figure = go.Figure(
        _bars(reading, ranked, own, x=[member.figure.value for member in ranked], y=names, orientation="h")
    )
    figure.update_layout(
        showlegend=False,
        height=56 + 28 * len(ranked),
        margin={"t": 32},
        bargap=0.25,
        xaxis={"range": [low, high], "showticklabels": False},
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": names,
            "ticktext": [f"<b>{name}</b>" if index == own else name for index, name in enumerate(names)],
        },
        shapes=shapes,
        annotations=notes,
    )
    return figure_dict(figure)


def _columns(
    reading: MetricReading, ranked: Sequence[GroupMember], own: int | None, ends: tuple[str, str]
) -> dict[str, Any]:
    """Thin columns side by side; one's own is named above the drawing, the benchmark where columns are shortest."""
    low, high = _range(reading, ranked, room=0.05)
    shapes = []
    notes = [
        _note(f"← {ends[0]}", xref="paper", yref="paper", x=0, y=0, xanchor="left", yanchor="top"),
        _note(f"{ends[1]} →", xref="paper", yref="paper", x=1, y=0, xanchor="right", yanchor="top"),
    ]
    if (benchmark := reading.benchmark_value) is not None:
        shapes.append(_rule(xref="paper", yref="y", x0=0, x1=1, y0=benchmark, y1=benchmark))
        side = (1, "right") if reading.lower_is_better else (0, "left")
        notes.append(
            _note(_benchmark_label(reading), xref="paper", x=side[0], xanchor=side[1], y=benchmark, yanchor="bottom")
        )
    if own is not None:
        mine = ranked[own]
        side = "left" if own < len(ranked) / 3 else "right" if own > len(ranked) * 2 / 3 else "center"
        notes.append(
            _note(
                f"<b>{mine.name} {_short(reading.metric, mine)}</b>",
                x=own,
                y=1,
                yref="paper",
                xanchor=side,
                yanchor="bottom",
            )
        )
        leader = {"color": OWN, "width": 1}
        shapes.append({"type": "line", "x0": own, "x1": own, "y0": mine.figure.value, "y1": high, "line": leader})
    figure = go.Figure(
        _bars(
            reading,
            ranked,
            own,
            x=[member.name for member in ranked],
            y=[member.figure.value for member in ranked],
        )
    )
    figure.update_layout(
        showlegend=False,
        margin={"t": 32, "b": 32},
        xaxis={"type": "category", "showticklabels": False},
        yaxis={**_value_axis(reading.metric), "range": [low, high]},
        shapes=shapes,
        annotations=notes,
    )
    return figure_dict(figure)


def _rule(**place: Any) -> dict[str, Any]:
    return {"type": "line", "line": {"color": BENCHMARK, "width": 2, "dash": "dash"}, **place}
