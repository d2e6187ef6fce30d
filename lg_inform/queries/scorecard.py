"""A council's figures beside a group's: the latest of each metric, ranked in the reading query, and their series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from lg_inform.calculations.periods import Span
from lg_inform.enums import RANKED_STATES
from lg_inform.models import Metric
from lg_inform.queries.groups import TIER, ComparisonGroup


@dataclass(frozen=True)
class Figure:
    """One cell: number, published interval, state and note. `value` is None exactly where the state says why."""

    value: float | None
    lower: float | None
    upper: float | None
    state: int | None
    note: str | None = None


@dataclass(frozen=True)
class Standing:
    """A group's spread for one release, and the council's place in it. `values` ascend; n counts valid values only."""

    n: int
    rank: int | None
    band: int | None
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class LatestFigure:
    """The latest release of a metric that covers the council's tier, as this council and its group stand in it."""

    metric_id: int
    release_id: int
    span: Span
    own: Figure
    benchmark: Figure
    standing: Standing | None
    publisher: str
    published_on: Any
    in_development: bool


# The latest standing release that has figures for councils of this tier; failing that, the latest of any.
_LATEST = """
    WITH latest AS (
      SELECT m.id AS metric_id, m.polarity, r.id AS release_id, r.period_id, r.edition_id
      FROM lg_inform_metric m
      CROSS JOIN LATERAL (
        SELECT r.id, r.period_id, r.edition_id FROM lg_inform_release r
        WHERE r.metric_id = m.id AND r.superseded_at IS NULL
        ORDER BY EXISTS (
            SELECT FROM lg_inform_tiersummary s WHERE s.release_id = r.id AND s.tier = %(tier)s) DESC, r.ends_on DESC
        LIMIT 1) r
      WHERE m.id = ANY(%(metrics)s))
"""

# Ranked as calculations.ranking does: best first by polarity, equal values share a rank, unranked states left out.
_RANKED_NOW = """
    , ranked AS (
      SELECT l.metric_id, o.unit_id, o.value,
        rank() OVER (PARTITION BY l.metric_id ORDER BY CASE WHEN l.polarity = 'low' THEN o.value ELSE -o.value END) AS rank
      FROM latest l JOIN lg_inform_observation o ON o.release_id = l.release_id AND o.unit_id = ANY(%(group)s)
      WHERE o.state = ANY(%(ranked)s)),
    spread AS (
      SELECT metric_id, count(*) AS n, max(rank) FILTER (WHERE unit_id = %(unit)s) AS rank,
        CASE WHEN count(*) >= 4 THEN (max(rank) FILTER (WHERE unit_id = %(unit)s) - 1) * 4 / count(*) + 1 END AS band,
        min(value) AS minimum, max(value) AS maximum,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) AS cuts,
        array_agg(value ORDER BY value) AS vals
      FROM ranked GROUP BY metric_id)
"""

# The whole tier's standings are stored when figures are published; only the values themselves are gathered here.
_STORED = """
    , spread AS (
      SELECT l.metric_id, s.n, st.rank, st.band, s.minimum, s.maximum,
        ARRAY[s.lower_quartile, s.median, s.upper_quartile] AS cuts, g.vals
      FROM latest l
      JOIN lg_inform_tiersummary s ON s.release_id = l.release_id AND s.tier = %(tier)s
      LEFT JOIN lg_inform_standing st ON st.release_id = l.release_id AND st.unit_id = %(unit)s
      CROSS JOIN LATERAL (
        SELECT array_agg(o.value ORDER BY o.value) AS vals
        FROM lg_inform_standing t
        JOIN directory_reportingunit u ON u.id = t.unit_id AND u.tier = %(tier)s
        JOIN lg_inform_observation o ON o.release_id = t.release_id AND o.unit_id = t.unit_id
        WHERE t.release_id = l.release_id) g)
"""

_SELECT = """
    SELECT l.metric_id, l.release_id, p.basis, p.starts_on, p.ends_on,
      own.value, own.lower, own.upper, own.state, own.note,
      bench.value, bench.lower, bench.upper, bench.state,
      g.n, g.rank, g.band, g.minimum, g.cuts[1], g.cuts[2], g.cuts[3], g.maximum, g.vals,
      e.publisher, e.published_on, e.in_development
    FROM latest l
    JOIN lg_inform_period p ON p.id = l.period_id
    JOIN lg_inform_edition e ON e.id = l.edition_id
    LEFT JOIN lg_inform_observation own ON own.release_id = l.release_id AND own.unit_id = %(unit)s
    LEFT JOIN lg_inform_observation bench ON bench.release_id = l.release_id AND bench.unit_id = %(benchmark)s
    LEFT JOIN spread g ON g.metric_id = l.metric_id
"""


def latest_figures_sql(
    unit_id: int, tier: str, group: ComparisonGroup, metric_ids: Sequence[int]
) -> tuple[str, dict[str, Any]]:
    """The one statement behind a scorecard, with its parameters (the benchmark runs it bare)."""
    sql = _LATEST + (_STORED if group.key == TIER else _RANKED_NOW) + _SELECT
    return sql, {
        "unit": unit_id,
        "tier": tier,
        "group": list(group.unit_ids),
        "benchmark": group.benchmark_id,
        "metrics": list(metric_ids),
        "ranked": [int(state) for state in RANKED_STATES],
    }


def latest_figures(
    unit_id: int, tier: str, group: ComparisonGroup, metric_ids: Sequence[int]
) -> dict[int, LatestFigure]:
    """The latest figure of each metric for this council and group, by metric id (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(*latest_figures_sql(unit_id, tier, group, metric_ids))
        rows = cursor.fetchall()
    return {row[0]: _latest(row) for row in rows}


def _latest(row: tuple[Any, ...]) -> LatestFigure:
    metric_id, release_id, basis, starts_on, ends_on = row[:5]
    n, rank, band, minimum, lower, median, upper, maximum, values = row[14:23]
    return LatestFigure(
        metric_id=metric_id,
        release_id=release_id,
        span=Span(basis, starts_on, ends_on),
        own=Figure(*row[5:10]),
        benchmark=Figure(*row[10:14]),
        standing=Standing(n, rank, band, minimum, lower, median, upper, maximum, tuple(values or ())) if n else None,
        publisher=row[23],
        published_on=row[24],
        in_development=row[25],
    )


@dataclass(frozen=True)
class SeriesPoint:
    """One period of a series."""

    span: Span
    figure: Figure


_SERIES = """
    SELECT r.metric_id, o.unit_id, p.basis, p.starts_on, p.ends_on, o.value, o.lower, o.upper, o.state, o.note
    FROM lg_inform_release r
    JOIN lg_inform_period p ON p.id = r.period_id
    JOIN lg_inform_observation o ON o.release_id = r.id AND o.unit_id = ANY(%(units)s)
    WHERE r.metric_id = ANY(%(metrics)s) AND r.superseded_at IS NULL
    ORDER BY r.metric_id, o.unit_id, p.ends_on, p.starts_on
"""


def series_sql(unit_ids: Sequence[int], metric_ids: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """The statement behind the sparklines, with its parameters (the benchmark runs it bare)."""
    return _SERIES, {"units": list(unit_ids), "metrics": list(metric_ids)}


def series_of(unit_ids: Sequence[int], metric_ids: Sequence[int]) -> dict[tuple[int, int], list[SeriesPoint]]:
    """Every standing figure in time order, by (metric id, unit id) (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(*series_sql(unit_ids, metric_ids))
        rows = cursor.fetchall()
    series: dict[tuple[int, int], list[SeriesPoint]] = {}
    for metric_id, unit_id, basis, starts_on, ends_on, *figure in rows:
        series.setdefault((metric_id, unit_id), []).append(
            SeriesPoint(Span(basis, starts_on, ends_on), Figure(*figure))
        )
    return series


@dataclass(frozen=True)
class GroupMember:
    """A council of the group with its figure in one release, its rank where it has one, and its place in the list."""

    unit_id: int
    key: str
    name: str
    figure: Figure
    rank: int | None


# The whole tier is whoever had a place in it when the figures were published, and today's councils without one.
_TIER_MEMBERS = """
    SELECT u.id, u.key, u.name, o.value, o.lower, o.upper, o.state, o.note, s.rank
    FROM directory_reportingunit u
    LEFT JOIN lg_inform_standing s ON s.unit_id = u.id AND s.release_id = %(release)s
    LEFT JOIN lg_inform_observation o ON o.unit_id = u.id AND o.release_id = %(release)s
    WHERE u.tier = %(tier)s AND (s.rank IS NOT NULL OR u.id = ANY(%(group)s))
    ORDER BY s.rank NULLS LAST, u.key
"""

_GROUP_MEMBERS = """
    SELECT u.id, u.key, u.name, o.value, o.lower, o.upper, o.state, o.note,
      CASE WHEN o.state = ANY(%(ranked)s) THEN rank() OVER (
        PARTITION BY o.state = ANY(%(ranked)s)
        ORDER BY CASE WHEN m.polarity = 'low' THEN o.value ELSE -o.value END) END
    FROM directory_reportingunit u
    JOIN lg_inform_release r ON r.id = %(release)s
    JOIN lg_inform_metric m ON m.id = r.metric_id
    LEFT JOIN lg_inform_observation o ON o.unit_id = u.id AND o.release_id = r.id
    WHERE u.id = ANY(%(group)s)
    ORDER BY 9 NULLS LAST, u.key
"""


def members_of(group: ComparisonGroup, release_id: int, tier: str) -> list[GroupMember]:
    """Every council of the group with its figure and its rank in one release, ranked ones first (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TIER_MEMBERS if group.key == TIER else _GROUP_MEMBERS,
            {
                "group": list(group.unit_ids),
                "release": release_id,
                "tier": tier,
                "ranked": [int(state) for state in RANKED_STATES],
            },
        )
        return [GroupMember(row[0], row[1], row[2], Figure(*row[3:8]), row[8]) for row in cursor.fetchall()]


@dataclass(frozen=True)
class JointFigure:
    """A figure published for a council only together with others, as the area that they make up."""

    area: str
    figure: Figure


_JOINT = """
    SELECT r.metric_id, a.name, o.value, o.lower, o.upper, o.state, o.note
    FROM lg_inform_release r
    JOIN lg_inform_observation o ON o.release_id = r.id AND o.value IS NOT NULL
    JOIN directory_reportingunit a ON a.id = o.unit_id
    WHERE r.id = ANY(%(releases)s) AND o.unit_id = ANY(%(areas)s)
"""


def joint_figures(area_ids: Sequence[int], release_ids: Sequence[int]) -> dict[int, JointFigure]:
    """Figures of the statistical areas that a council is part of, by metric id (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINT, {"areas": list(area_ids), "releases": list(release_ids)})
        return {metric_id: JointFigure(area, Figure(*figure)) for metric_id, area, *figure in cursor.fetchall()}


def metrics_in_order() -> QuerySet[Metric]:
    """Every metric with its theme, in the order of the scorecard."""
    return Metric.objects.select_related("theme").order_by("theme__order", "order", "pk")


_STOOD = """
    SELECT o.value, o.lower, o.upper, o.state, o.note
    FROM lg_inform_tenure t
    JOIN lg_inform_release r ON r.id = t.release_id AND r.metric_id = %(metric)s AND r.period_id = %(period)s
    JOIN lg_inform_observation o ON o.release_id = r.id AND o.unit_id = %(unit)s
    WHERE t.since <= %(at)s AND (t.until IS NULL OR t.until > %(at)s)
"""


def figure_as_at(unit_id: int, metric_id: int, period_id: int, at: datetime) -> Figure | None:
    """What the portal showed for this figure at a moment; None where nothing was published yet."""
    with connection.cursor() as cursor:
        cursor.execute(_STOOD, {"unit": unit_id, "metric": metric_id, "period": period_id, "at": at})
        row = cursor.fetchone()
    return Figure(*row) if row else None
