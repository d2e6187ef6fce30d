"""A chart is one object: the figure, the same figures as a table, and one sentence that says what they show.

The figure is plain data for Plotly, drawn in the browser when it comes into view; `fallback_svg` is drawn here, and
is what people see without JavaScript. Colours in a figure are names of CSS custom properties, so a chart follows
the page's own colours. Font, margins and grid are added by `static/js/charts.js` and do not belong in a figure.
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.safestring import SafeString

OWN = "var(--slip-own)"
GROUP = "var(--slip-group)"
BENCHMARK = "var(--slip-benchmark)"
#: What lies behind a drawing: the ground of words that stand on a line.
CANVAS = "var(--slip-canvas)"
#: For more than own, group and benchmark; told apart in every common kind of colour blindness.
PALETTE = tuple(f"var(--slip-series-{number})" for number in range(1, 7))


@dataclass(frozen=True)
class Table:
    """The chart's figures as formatted text. Each row's first cell is its header; `numeric` holds column numbers."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError("Each row of a table needs one cell for each header.")

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The headers as `components/table.html` wants them."""
        return [{"text": text, "numeric": index in self.numeric} for index, text in enumerate(self.headers)]


@dataclass(frozen=True)
class Download:
    """A file with the chart's figures: the link's text ("CSV") and its address."""

    text: str
    href: str


@dataclass(frozen=True)
class Chart:
    """All that `components/chart.html` needs. `id` is unique in its page; `figure` has Plotly's `data` and `layout`.

    `unit` stands in words above the drawing; `note`, beneath it, says how to read it, such as which end is better.
    Heights and margins in a layout are for letters of 16 pixels and grow with the reader's.
    """

    id: str
    title: str
    sentence: str
    figure: dict[str, Any] | None
    fallback_svg: SafeString
    table: Table
    downloads: tuple[Download, ...] = ()
    unit: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.sentence.strip():
            raise ValueError("A chart needs a sentence that says what it shows.")

    @property
    def figure_id(self) -> str:
        """The id of the data block in the page."""
        return f"{self.id}-figure"


class _HasJson(Protocol):
    def to_json(self) -> str | None: ...


def figure_dict(figure: _HasJson) -> dict[str, Any]:
    """A `plotly.graph_objects.Figure` as plain data, without Plotly's own look. Not-a-number becomes null."""
    plain = json.loads(figure.to_json() or "{}")
    layout = plain.get("layout", {})
    layout.pop("template", None)
    return {"data": plain.get("data", []), "layout": layout}
