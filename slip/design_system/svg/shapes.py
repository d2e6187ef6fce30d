"""The pieces every drawing is made of."""

import math
from collections.abc import Callable, Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

GREY = "#6f7a80"
#: Lighter than dots and lines, for bars: much ink of the group would drown one's own. Still 3:1 on white.
BAR = "#87929a"
BAND = "#dde4e6"
LINE = "#a9b3b7"
INK = "#17252b"


def number(value: float) -> str:
    """A coordinate to a tenth of a unit, without a needless ".0"."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def finite(values: Iterable[float | None]) -> list[float]:
    """The values that can be drawn, in their order."""
    return [float(value) for value in values if value is not None and math.isfinite(value)]


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A function from [low, high] to [start, end]; where low equals high, everything lies in the middle.

    Halving before subtracting keeps the span finite for any two finite numbers.
    """
    span = high / 2 - low / 2
    if span <= 0:
        return lambda value: (start + end) / 2
    width = end - start
    return lambda value: start + (value / 2 - low / 2) / span * width


def frame(inner: str, *, width: float, height: float, label: str, wide: bool = False) -> SafeString:
    """The <svg> around a drawing, named by `label` or, without one, hidden from screen readers."""
    size = f'viewBox="0 0 {number(width)} {number(height)}"'
    if wide:
        attributes = f'class="slip-svg slip-svg--wide" {size}'
    else:
        # In rem, so that it grows with the reader's letters.
        attributes = f'class="slip-svg" width="{width / 16:g}rem" height="{height / 16:g}rem" {size}'
    if label:
        opening = f'<svg {attributes} role="img" focusable="false"><title>{escape(label)}</title>'
    else:
        opening = f'<svg {attributes} aria-hidden="true" focusable="false">'
    return mark_safe(f"{opening}{inner}</svg>")  # noqa: S308 - every text in it went through escape()


def diamond(x: float, y: float, radius: float, fill: str = "currentColor", stroke: str = "#fff") -> str:
    """One's own council."""
    r = number(radius)
    return (
        f'<path d="M{number(x)} {number(y - radius)}l{r} {r}-{r} {r}-{r}-{r}z" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.5" data-part="own"/>'
    )


def dots(path: str, radius: float) -> str:
    """Many grey dots as one path: strokes of no length ("M… h0") with round ends."""
    if not path:
        return ""
    return (
        f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="{number(2 * radius)}" '
        'stroke-linecap="round" data-part="group"/>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 14, bold: bool = False) -> str:
    """A word in a drawing, escaped."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" font-size="{size}"{weight} '
        f'fill="{INK}">{escape(words)}</text>'
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The linear-interpolation quantile (R type 7, PostgreSQL's percentile_cont) of a sorted, non-empty sequence."""
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    rest = place - below
    return ordered[below] * (1 - rest) + ordered[above] * rest


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten) that cover [low, high]; just `low` where there is no span."""
    span = high / 2 - low / 2
    if not span > 0:
        return [low]
    # In halves throughout, so that a span beyond the largest float is still a number.
    raw = span / wanted * 2 if span < 1e307 else span / wanted
    if raw < 1e-300:
        return [low]
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * power for factor in (1, 2, 5, 10) if factor * power >= raw), 10 * power)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    if last - first > 4 * wanted:
        return [low, high]
    return [value for value in (index * step for index in range(first, last + 1)) if math.isfinite(value)]


def tick_text(value: float, step: float) -> str:
    """A tick's number with thousands commas and no more decimals than the step between ticks needs."""
    decimals = 0 if step >= 1 or step <= 0 else min(6, max(0, -math.floor(math.log10(step))))
    if abs(value) >= 1e12:
        return f"{value:.3g}"
    return f"{value:,.{decimals}f}".replace("-", "−")
