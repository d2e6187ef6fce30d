"""Charts of figures: each one object with its figure, its table and its sentence."""

from lg_inform.charts.group import group_chart
from lg_inform.charts.series import series_chart
from lg_inform.charts.small import group_strip, trend_sparkline
from lg_inform.charts.timeline import has_series, period_tick

__all__ = ["group_chart", "group_strip", "has_series", "period_tick", "series_chart", "trend_sparkline"]
