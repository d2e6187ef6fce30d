"""Drawings that fit in a table's cell: a sparkline, a place among a group, a spine."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from math import isfinite

from django.utils.safestring import SafeString

from slip.design_system.svg.shapes import BAND, GREY, INK, LINE, diamond, dots, finite, frame, number, scale

#: A spine's diamond by outcome: fill and outline. The word stands beside it; the outline alone says "not compared".
_OUTCOME_INKS = {
    "better": ("#00634a", "#fff"),
    "worse": ("#9a3505", "#fff"),
    "similar": (INK, "#fff"),
    "higher": ("currentColor", "#fff"),
    "lower": ("currentColor", "#fff"),
    "not_compared": ("#fff", "currentColor"),
}


def sparkline(
    points: Sequence[float | None],
    *,
    label: str,
    breaks: Collection[int] = (),
    width: int = 120,
    height: int = 32,
) -> SafeString:
    """A small line over equally spaced periods, oldest first; None is a gap.

    A number i in `breaks` says that the series is broken between points i - 1 and i: the line stops there and a thin
    dotted upright shows why. The newest figure is a diamond, hollow when periods after it have none.
    """
    margin = 6.0
    values = [value if value is not None and isfinite(value) else None for value in points]
    known = finite(values)
    if not known:
        return frame("", width=width, height=height, label=label)
    # A single period stands at the right-hand end, where the newest always is.
    x = scale(0, len(values) - 1, margin, width - margin) if len(values) > 1 else lambda _: width - margin
    y = scale(min(known), max(known), height - margin, margin)

    runs: list[list[str]] = [[]]
    parts: list[str] = []
    newest = 0
    for index, value in enumerate(values):
        if index in breaks and index > 0:
            runs.append([])
            middle = number((x(index - 1) + x(index)) / 2)
            parts.append(
                f'<path d="M{middle} 2V{height - 2}" stroke="{GREY}" stroke-dasharray="2 2" data-part="break"/>'
            )
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{number(x(index))} {number(y(value))}")
            newest = index
    line = "".join(f"M{'L'.join(run)}" if len(run) > 1 else f"M{run[0]}h0" for run in runs if run)
    parts.append(
        f'<path d="{line}" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )
    last = values[newest]
    if last is not None:
        current = newest == len(values) - 1
        inks = ("currentColor", "#fff") if current else ("#fff", "currentColor")
        parts.append(diamond(x(newest), y(last), 5, *inks))
    return frame("".join(parts), width=width, height=height, label=label)


def position_strip(
    own: float | None,
    values: Sequence[float],
    *,
    label: str,
    median: float | None = None,
    quartiles: tuple[float, float] | None = None,
    lower_is_better: bool | None = None,
    wide: bool = False,
    width: int | None = None,
    height: int | None = None,
) -> SafeString:
    """Where one council stands in its group: a dot for each, the middle half as a band, the median as a line.

    `values` may hold `own` or leave it out. With `lower_is_better=True` the axis runs from high to low, so that the
    better end is on the right; otherwise from low to high. A wide strip fills its column, a narrow one a table's cell.
    """
    width, height = width or (480 if wide else 220), height or (52 if wide else 34)
    margin = 8.0
    group = finite(values)
    mine = next(iter(finite([own])), None)
    centre = next(iter(finite([median])), None)
    middle = finite(quartiles or ())
    everything = group + middle + finite([mine, centre])
    if not everything:
        return frame("", width=width, height=height, label=label, wide=wide)
    ends = (width - margin, margin) if lower_is_better else (margin, width - margin)
    x = scale(min(everything), max(everything), *ends)
    y = height / 2
    axis = number(y)

    parts = [f'<path d="M{number(margin)} {axis}H{number(width - margin)}" stroke="{LINE}"/>']
    if len(middle) == 2:
        left, right = sorted((x(middle[0]), x(middle[1])))
        parts.append(
            f'<rect x="{number(left)}" y="5" width="{number(max(right - left, 1))}" height="{height - 10}" rx="2" '
            f'fill="{BAND}" data-part="band"/>'
        )
    parts.append(dots(_swarm([x(value) for value in group], y, height), 2.5))
    if centre is not None:
        at = number(x(centre))
        parts.append(f'<path d="M{at} 2V{height - 2}" stroke="{INK}" stroke-width="2" data-part="benchmark"/>')
    if mine is not None:
        parts.append(diamond(x(mine), y, 8))
    return frame("".join(parts), width=width, height=height, label=label, wide=wide)


def _swarm(places: list[float], y: float, height: float) -> str:
    """Dots that would lie on each other are stacked about the axis, closer where many share a place.

    A stack stands at the mean of its places, so a dot alone is exactly where it belongs. Each stack is one short
    repeated string: formatting every dot by itself would take most of the time of a large group.
    """
    columns: dict[int, list[float]] = defaultdict(list)
    for place in places:
        columns[round(place / 4)].append(place)
    path = []
    for column in columns.values():
        size = len(column)
        step = min(4.0, (height - 8) / size)
        start = y - step * (size - 1) / 2
        path.append(f"M{sum(column) / size:.1f} {start:.1f}h0" + f"m0 {step:.2f}h0" * (size - 1))
    return "".join(path)


def spine_bar(
    own: float | None,
    values: Sequence[float],
    *,
    label: str,
    benchmark: float | None = None,
    quartiles: tuple[float, float] | None = None,
    outcome: str = "not_compared",
    lower_is_better: bool | None = None,
    width: int = 260,
    height: int = 28,
) -> SafeString:
    """A row of a spine chart: the group's range as a bar about the benchmark, which is always in the middle.

    Rows so drawn line up under each other. Better is on the right with a polarity, higher is on the right without.
    Without a benchmark the middle of the range takes its place and no line is drawn.
    """
    margin = 8.0
    group = finite(values)
    mine = next(iter(finite([own])), None)
    middle = finite(quartiles or ())
    everything = group + middle + finite([mine])
    if not everything:
        return frame("", width=width, height=height, label=label)
    low, high = min(everything), max(everything)
    anchor = next(iter(finite([benchmark])), None)
    centre = low / 2 + high / 2 if anchor is None else anchor
    # Quartered, so that the reach of any finite numbers is finite; `place` then works in the same quarters.
    reach = max(high / 4 - centre / 4, centre / 4 - low / 4)
    half = width / 2 - margin
    sign = -1 if lower_is_better else 1

    def place(value: float) -> float:
        return width / 2 + (sign * half * ((value / 4 - centre / 4) / reach) if reach > 0 else 0)

    def bar(first: float, second: float, fill: str, top: int) -> str:
        left, right = sorted((place(first), place(second)))
        return (
            f'<rect x="{number(left)}" y="{top}" width="{number(max(right - left, 1))}" height="{height - 2 * top}" '
            f'rx="1" fill="{fill}" data-part="band"/>'
        )

    parts = [bar(low, high, "#edf0f1", 7)]
    if len(middle) == 2:
        parts.append(bar(middle[0], middle[1], "#c3ced2", 7))
    if anchor is not None:
        at = number(width / 2)
        parts.append(f'<path d="M{at} 1V{height - 1}" stroke="{INK}" stroke-width="2" data-part="benchmark"/>')
    if mine is not None:
        parts.append(diamond(place(mine), height / 2, 8, *_OUTCOME_INKS[str(outcome)]))
    return frame("".join(parts), width=width, height=height, label=label)
