"""Every council of a group for one period."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lg_inform.calculations.periods import period_phrase
from lg_inform.charts.scale import benchmark_title, better_end, sign_after, value_axis
from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading
from lg_inform.presentation.values import format_short, format_value, unit_words
from lg_inform.queries.scorecard import GroupMember
from slip.design_system.charts import BENCHMARK, CANVAS, GROUP, OWN, Chart, Download, Table, figure_dict
from slip.design_system.svg import MANY, Bar, ranked_bars


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
        title=f"Each council {period_phrase(reading.latest.span)}" if reading.latest is not None else "Each council",
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
            suffix=sign_after(metric),
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
        note=f"{order} {better_end(reading)}",
    )


def _short(metric: Metric, member: GroupMember) -> str:
    return format_short(metric, member.figure.value or 0.0)


def _benchmark_label(reading: MetricReading) -> str:
    return f"{benchmark_title(reading)} {reading.short_benchmark}" if reading.benchmark_value is not None else ""


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
    # Plain words only: Plotly makes inline styles of tags such as <b>, which the content security policy refuses.
    return {"text": text, "showarrow": False, "bgcolor": CANVAS, "borderpad": 1, **place}


def _rows(reading: MetricReading, ranked: Sequence[GroupMember], own: int | None) -> dict[str, Any]:
    """Bars under each other, named at the left, each with its value at its end."""
    names = [member.name for member in ranked]
    texts = [_short(reading.metric, member) for member in ranked]
    low, high = _range(reading, ranked, room=0.07 * max((len(text) for text in texts), default=0))
    notes = [
        _note(
            text,
            x=max(member.figure.value or 0.0, 0.0),
            y=member.name,
            xanchor="left",
            xshift=3,
            font={"weight": 700 if index == own else 400},
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
            "ticktext": [f"◆ {name}" if index == own else name for index, name in enumerate(names)],
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
                f"{mine.name} {_short(reading.metric, mine)}",
                font={"weight": 700},
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
        yaxis={**value_axis(reading.metric), "range": [low, high]},
        shapes=shapes,
        annotations=notes,
    )
    return figure_dict(figure)


def _rule(**place: Any) -> dict[str, Any]:
    return {"type": "line", "line": {"color": BENCHMARK, "width": 2, "dash": "dash"}, **place}
