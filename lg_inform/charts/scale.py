"""What every large chart says of its scale: the sign at its numbers, and which end of it is better."""

from typing import Any

from lg_inform.models import Metric
from lg_inform.presentation.readings import MetricReading


def better_end(reading: MetricReading) -> str:
    """Which way is better, as a sentence."""
    if reading.lower_is_better is None:
        return "Neither end is better in itself."
    return "Lower is better." if reading.lower_is_better else "Higher is better."


def value_axis(metric: Metric) -> dict[str, Any]:
    """The signs at the numbers of a Plotly axis of values."""
    return {"tickprefix": metric.unit_prefix, "ticksuffix": sign_after(metric)}


def sign_after(metric: Metric) -> str:
    """The sign that follows every number of this metric; what stands before is its `unit_prefix`."""
    return "%" if metric.unit_text == "%" else ""


def benchmark_title(reading: MetricReading) -> str:
    """The benchmark's name where it stands alone: "England", "The North East"."""
    name = reading.group.benchmark_name
    return f"{name[:1].upper()}{name[1:]}"
