"""Drawings as wide as the text: what people see without JavaScript, and in documents."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from textwrap import wrap

from django.utils.safestring import SafeString

from slip.design_system.svg.shapes import (
    BAND,
    BAR,
    GREY,
    INK,
    diamond,
    dots,
    finite,
    frame,
    number,
    quantile,
    scale,
    text,
    tick_text,
    ticks,
)

Place = Callable[[float], float]

#: From this many councils on, bars become thin columns and only one's own is named.
MANY = 40

_STROKES = {
    "own": 'stroke="currentColor" stroke-width="3"',
    "benchmark": f'stroke="{INK}" stroke-width="2" stroke-dasharray="6 4" data-part="benchmark"',
    "group": f'stroke="{GREY}" stroke-width="1.5"',
}


@dataclass(frozen=True)
class Series:
    """One line: its name, a value for each label (None = gap), its role, and where the series is broken.

    `intervals`, where given, has the lower and upper limit of each value, or None.
    """

    name: str
    values: Sequence[float | None]
    role: str = "group"
    breaks: Collection[int] = ()
    intervals: Sequence[tuple[float, float] | None] = ()


@dataclass(frozen=True)
class Bar:
    """One council's bar; `text` is the formatted value. A bar without a value keeps its row and says so."""

    name: str
    value: float | None
    own: bool = False
    text: str = ""


def time_series(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    label: str,
    unit: str = "",
    prefix: str = "",
    suffix: str = "",
    width: int = 720,
    height: int = 360,
) -> SafeString:
    """Lines over equally spaced periods, named where they end. An empty label is a period that is not named.

    `unit` stands above the scale, `prefix` and `suffix` at each of its numbers.
    Raises ValueError where a series has not one value (and interval, if any) for each label.
    """
    if any(len(values) != len(labels) for line in series for values in (line.values, line.intervals or labels)):
        raise ValueError("Each series needs one value for each label.")
    known = finite(value for line in series for value in line.values)
    known += finite(limit for line in series for interval in line.intervals if interval for limit in interval)
    if not known or not labels:
        return frame(text(8, 24, "No figures to draw"), width=width, height=48, label=label, wide=True)
    marks = ticks(min(known), max(known))
    low, high = min(marks[0], *known), max(marks[-1], *known)
    left, right, top, bottom = 64.0, width - 150.0, 34.0, height - 40.0
    x = scale(0, len(labels) - 1, left, right)
    y = scale(low, high, bottom, top)

    parts = [text(left - 52, 18, unit)] if unit else []
    parts += _horizontal_grid(marks, y, left, right, prefix, suffix)
    for index in sorted({index for line in series for index in line.breaks if 0 < index < len(labels)}):
        middle = number((x(index - 1) + x(index)) / 2)
        parts.append(
            f'<path d="M{middle} {number(top)}V{number(bottom)}" stroke="{GREY}" stroke-dasharray="2 3" '
            'data-part="break"/>'
        )
    every = max(1, ceil(len(labels) / 7))
    # Counted from the newest, which is always named.
    for index in range(len(labels) - 1, -1, -every):
        parts.append(text(x(index), bottom + 24, labels[index], anchor="middle"))
    names: list[tuple[float, str, bool]] = []
    for line in sorted(series, key=lambda one: ("group", "benchmark", "own").index(one.role)):
        parts.append(_whiskers(line, x, y))
        parts.append(_path(line, x, y))
        drawn = [(i, v) for i, v in enumerate(line.values) if v is not None and isfinite(v)]
        if drawn:
            index, value = drawn[-1]
            if line.role == "own":
                parts += [diamond(x(i), y(v), 6) for i, v in drawn]
            names.append((y(value), line.name, line.role == "own"))
    parts += [text(right + 12, at + 5, name, bold=own) for at, name, own in _apart(names, 17)]
    return frame("".join(parts), width=width, height=height, label=label, wide=True)


def _path(line: Series, x: Place, y: Place) -> str:
    pen_down, path = False, ""
    for index, value in enumerate(line.values):
        if value is None or not isfinite(value):
            pen_down = False
            continue
        pen_down = pen_down and index not in line.breaks
        at = f"{number(x(index))} {number(y(value))}"
        # A point with no neighbour is still drawn, as a dot.
        path += f"L{at}" if pen_down else f"M{at}h0"
        pen_down = True
    return f'<path d="{path}" fill="none" {_STROKES[line.role]} stroke-linecap="round" stroke-linejoin="round"/>'


def _whiskers(line: Series, x: Place, y: Place) -> str:
    path = "".join(
        f"M{number(x(index) - 4)} {number(y(upper))}h8m-4 0V{number(y(lower))}m-4 0h8"
        for index, (lower, upper) in ((i, interval) for i, interval in enumerate(line.intervals) if interval)
        if isfinite(lower) and isfinite(upper)
    )
    return f'<path d="{path}" fill="none" stroke="currentColor" data-part="interval"/>' if path else ""


def _apart(names: list[tuple[float, str, bool]], gap: float) -> list[tuple[float, str, bool]]:
    """The names at the lines' ends, moved down where they would lie on each other."""
    placed: list[tuple[float, str, bool]] = []
    for at, name, own in sorted(names):
        placed.append((max(at, placed[-1][0] + gap) if placed else at, name, own))
    return placed


def _horizontal_grid(
    marks: list[float], y: Place, left: float, right: float, prefix: str = "", suffix: str = ""
) -> list[str]:
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    parts = []
    for mark in marks:
        at = number(y(mark))
        parts.append(f'<path d="M{number(left)} {at}H{number(right)}" stroke="{BAND}"/>')
        parts.append(text(left - 8, y(mark) + 5, f"{prefix}{tick_text(mark, step)}{suffix}", anchor="end"))
    return parts


def ranked_bars(
    items: Sequence[Bar],
    *,
    label: str,
    benchmark: float | None = None,
    benchmark_name: str = "",
    unit: str = "",
    prefix: str = "",
    suffix: str = "",
    ends: tuple[str, str] = ("", ""),
    width: int = 720,
) -> SafeString:
    """A bar for each council in the order given, one's own in the brand colour and bold, the benchmark as a line.

    From MANY councils on, columns from left to right; `ends` are then the words for the first and the last.
    """
    known = finite(item.value for item in items)
    line = next(iter(finite([benchmark])), None)
    if not known:
        return frame(text(8, 24, "No figures to draw"), width=width, height=48, label=label, wide=True)
    low, high = min(0.0, *known, *finite([line])), max(0.0, *known, *finite([line]))
    if len(items) >= MANY:
        return _columns(items, low, high, line, benchmark_name, unit, (prefix, suffix), ends, label, width)
    left, right, row, top = 230.0, width - 90.0, 26.0, 34.0
    x = scale(low, high, left, right)
    bottom = top + len(items) * row
    parts, values = [], []
    for index, item in enumerate(items):
        y = top + index * row
        parts.append(text(left - 10, y + 17, _short(item.name), anchor="end", bold=item.own))
        if item.value is None or not isfinite(item.value):
            parts.append(text(left + 6, y + 17, item.text or "No figure", bold=item.own))
            continue
        start, end = sorted((x(0), x(item.value)))
        parts.append(_bar(start, y + 3, end - start, row - 6, item.own))
        words = item.text or f"{item.value:g}"
        # On a ground of its own, so that the benchmark's line does not run through the number. A digit is 8 wide.
        ground = f'x="{number(end + 4)}" y="{number(y + 3)}" width="{8 * len(words) + 6}" height="{row - 6:g}"'
        values.append(f'<rect {ground} fill="#fff" data-part="ground"/>')
        values.append(text(end + 8, y + 17, words, bold=item.own))
    if line is not None:
        parts.append(_rule(f"M{number(x(line))} {number(top - 6)}V{number(bottom)}"))
        # Half of 14 units a letter keeps the words inside the drawing.
        reach = min(len(benchmark_name) * 4.0, width / 2)
        parts.append(text(min(max(x(line), reach), width - reach), top - 12, benchmark_name, anchor="middle"))
    return frame("".join(parts + values), width=width, height=bottom + 10, label=label, wide=True)


def _bar(x: float, y: float, width: float, height: float, own: bool) -> str:
    ink = 'fill="currentColor" data-part="own"' if own else f'fill="{BAR}" data-part="group"'
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0.5))}" '
        f'height="{number(max(height, 0.5))}" {ink}/>'
    )


def _rule(path: str) -> str:
    return f'<path d="{path}" stroke="{INK}" stroke-width="2" stroke-dasharray="6 4" data-part="benchmark"/>'


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _columns(
    items: Sequence[Bar],
    low: float,
    high: float,
    line: float | None,
    benchmark_name: str,
    unit: str,
    signs: tuple[str, str],
    ends: tuple[str, str],
    label: str,
    width: int,
) -> SafeString:
    left, right, top, bottom, height = 64.0, width - 110.0, 40.0, 300.0, 324.0
    drawn = [item for item in items if item.value is not None and isfinite(item.value)]
    marks = ticks(low, high)
    y = scale(min(low, marks[0]), max(high, marks[-1]), bottom, top)
    step = (right - left) / max(1, len(drawn))
    parts = [text(left - 52, 18, unit)] if unit else []
    parts += _horizontal_grid(marks, y, left, right, *signs)
    if ends[0]:
        parts.append(text(left, bottom + 20, f"← {ends[0]}"))
    if ends[1]:
        parts.append(text(right, bottom + 20, f"{ends[1]} →", anchor="end"))
    names = []
    for index, item in enumerate(drawn):
        value = float(item.value or 0)
        upper, lower = sorted((y(0), y(value)))
        x = left + index * step
        parts.append(_bar(x, upper, max(step * 0.8, 3.0 if item.own else 0.5), lower - upper, item.own))
        if item.own:
            # Above all columns, with a line down to its own: words among columns could not be read.
            middle = x + step * 0.4
            side = "end" if x > (left + right) / 2 else "start"
            parts.append(f'<path d="M{number(middle)} {number(top - 6)}V{number(upper)}" stroke="currentColor"/>')
            names.append(text(middle, top - 12, f"{item.name} {item.text}".strip(), anchor=side, bold=True))
    if line is not None:
        parts.append(_rule(f"M{number(left)} {number(y(line))}H{number(right)}"))
        lines = wrap(benchmark_name, 14)
        start = y(line) + 5 - 8 * max(0, len(lines) - 1)
        names += [text(right + 8, start + 16 * index, words) for index, words in enumerate(lines)]
    return frame("".join(parts + names), width=width, height=height, label=label, wide=True)


def box_plot(
    groups: Sequence[tuple[str, Sequence[float]]],
    *,
    label: str,
    own: float | None = None,
    width: int = 640,
) -> SafeString:
    """One lying box for each named group: the middle half, the median, and whiskers to the farthest value within 1.5
    box lengths (Tukey); values beyond are dots. Quartiles are R type 7. `own` is a diamond on every row.
    """
    mine = next(iter(finite([own])), None)
    known = finite(value for _, values in groups for value in values) + finite([mine])
    if not known:
        return frame(text(8, 24, "No figures to draw"), width=width, height=48, label=label, wide=True)
    marks = ticks(min(known), max(known))
    left, right, row, top = 190.0, width - 24.0, 44.0, 8.0
    x = scale(min(marks[0], *known), max(marks[-1], *known), left, right)
    bottom = top + row * len(groups)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    parts = []
    for mark in marks:
        at = number(x(mark))
        parts.append(f'<path d="M{at} {number(top)}V{number(bottom)}" stroke="{BAND}"/>')
        parts.append(text(x(mark), bottom + 20, tick_text(mark, step), anchor="middle"))
    for index, (name, values) in enumerate(groups):
        y = top + row * index + row / 2
        parts.append(text(left - 12, y + 5, _short(name), anchor="end"))
        ordered = sorted(finite(values))
        if ordered:
            parts.append(_box(ordered, x, y))
        if mine is not None:
            parts.append(diamond(x(mine), y, 7))
    return frame("".join(parts), width=width, height=bottom + 32, label=label, wide=True)


def _box(ordered: list[float], x: Place, y: float) -> str:
    q1, median, q3 = (quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    fence = 1.5 * (q3 / 2 - q1 / 2)
    inside = [v for v in ordered if q1 / 2 - fence <= v / 2 <= q3 / 2 + fence] or ordered
    outside = [v for v in ordered if v < inside[0] or v > inside[-1]]
    a, b, c, d = (number(x(value)) for value in (inside[0], q1, q3, inside[-1]))
    return (
        f'<path d="M{a} {number(y)}H{b}M{c} {number(y)}H{d}" stroke="{INK}"/>'
        f'<rect x="{b}" y="{number(y - 12)}" width="{number(max(x(q3) - x(q1), 1))}" height="24" '
        f'fill="{BAND}" stroke="{INK}" data-part="band"/>'
        f'<path d="M{number(x(median))} {number(y - 12)}v24" stroke="{INK}" stroke-width="3" data-part="benchmark"/>'
        + dots("".join(f"M{number(x(value))} {number(y)}h0" for value in outside), 3)
    )
