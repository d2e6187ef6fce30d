"""Checks of staged figures against what stands published. Counts for the preview, and doubts for a person.

A first import has nothing to be compared with and raises no doubt here. Thresholds are ours: wide enough that real
change passes, narrow enough that a slipped decimal, a swapped column or a stale file does not.
"""

from dataclasses import dataclass

from django.db import connection

from lg_inform.enums import FindingKind, Severity
from lg_inform.importers.base import Remark
from lg_inform.importers.staging import LINES_KEPT
from slip.directory.enums import SERVICES_OF_TIER, Service, runs_service

#: A figure that is this many times the published one, or that small a part of it, is a wild jump.
WILD_RATIO = 10.0
#: A median ratio over all councils beyond this means that the unit or scale has changed.
UNIT_RATIO = 20.0

_STANDING = """
    SELECT r.metric_id, r.period_id, r.ends_on, o.unit_id, o.value, o.lower, o.upper, o.state, o.note
    FROM lg_inform_release r JOIN lg_inform_observation o ON o.release_id = r.id
    WHERE r.superseded_at IS NULL
      AND (r.metric_id, r.period_id) IN (SELECT DISTINCT metric_id, period_id FROM lg_inform_stagedfigure WHERE run_id = %(run)s)
"""

_COUNTS = f"""
    WITH standing AS ({_STANDING}),
    staged AS (SELECT * FROM lg_inform_stagedfigure WHERE run_id = %(run)s)
    SELECT
      count(*) FILTER (WHERE p.unit_id IS NULL),
      count(*) FILTER (WHERE p.unit_id IS NOT NULL AND s.unit_id IS NOT NULL AND {{differs}}),
      count(*) FILTER (WHERE s.unit_id IS NULL),
      count(*) FILTER (WHERE p.unit_id IS NOT NULL AND s.unit_id IS NOT NULL AND NOT ({{differs}}))
    FROM staged s FULL JOIN standing p USING (metric_id, period_id, unit_id)
""".format(
    differs="(s.value, s.lower, s.upper, s.state, s.note) IS DISTINCT FROM (p.value, p.lower, p.upper, p.state, p.note)"
)

_REMOVED = f"""
    WITH standing AS ({_STANDING})
    SELECT m.label, count(*)
    FROM standing p JOIN lg_inform_metric m ON m.id = p.metric_id
    WHERE NOT EXISTS (
      SELECT FROM lg_inform_stagedfigure s
      WHERE s.run_id = %(run)s AND (s.metric_id, s.period_id, s.unit_id) = (p.metric_id, p.period_id, p.unit_id))
    GROUP BY 1 ORDER BY 1
"""

_ANYTHING_STANDS = """
    SELECT EXISTS (
      SELECT FROM lg_inform_release r
      WHERE r.superseded_at IS NULL
        AND r.metric_id IN (SELECT DISTINCT metric_id FROM lg_inform_stagedfigure WHERE run_id = %(run)s))
"""

# Each staged figure beside the standing one of the same period, or else of the latest period before it.
_RATIOS = """
    WITH pairs AS (SELECT DISTINCT metric_id, period_id FROM lg_inform_stagedfigure WHERE run_id = %(run)s),
    base AS (
      SELECT pairs.metric_id, pairs.period_id, b.id AS release_id
      FROM pairs JOIN lg_inform_period p ON p.id = pairs.period_id
      CROSS JOIN LATERAL (
        SELECT r.id FROM lg_inform_release r JOIN lg_inform_period q ON q.id = r.period_id
        WHERE r.metric_id = pairs.metric_id AND r.superseded_at IS NULL
          AND q.basis = p.basis AND r.ends_on <= p.ends_on
        ORDER BY r.ends_on DESC LIMIT 1) b),
    ratios AS (
      -- Held within bounds, because PostgreSQL refuses a division whose result is too large or too small.
      SELECT s.metric_id, s.line,
        least(greatest(s.value, 1e-150), 1e150) / least(greatest(o.value, 1e-150), 1e150) AS ratio
      FROM lg_inform_stagedfigure s
      JOIN base USING (metric_id, period_id)
      JOIN lg_inform_observation o ON o.release_id = base.release_id AND o.unit_id = s.unit_id
      WHERE s.run_id = %(run)s AND s.value > 0 AND o.value > 0)
    SELECT m.label,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio),
      array_agg(line ORDER BY line) FILTER (WHERE ratio > %(wild)s OR ratio < 1 / %(wild)s)
    FROM ratios JOIN lg_inform_metric m ON m.id = ratios.metric_id
    GROUP BY m.label ORDER BY m.label
"""

# Standing periods of the same metric and basis that the file leaves out, though it has periods around or before them.
_MISSING_PERIODS = """
    WITH staged AS (
      SELECT DISTINCT s.metric_id, p.id AS period_id, p.basis, p.ends_on
      FROM lg_inform_stagedfigure s JOIN lg_inform_period p ON p.id = s.period_id WHERE s.run_id = %(run)s)
    SELECT m.label, count(*)
    FROM lg_inform_release r
    JOIN lg_inform_period q ON q.id = r.period_id
    JOIN lg_inform_metric m ON m.id = r.metric_id
    JOIN (SELECT metric_id, basis, min(ends_on) AS first FROM staged GROUP BY 1, 2) f
      ON f.metric_id = r.metric_id AND f.basis = q.basis AND r.ends_on > f.first
    WHERE r.superseded_at IS NULL
      AND NOT EXISTS (SELECT FROM staged s WHERE s.metric_id = r.metric_id AND s.period_id = r.period_id)
    GROUP BY 1 ORDER BY 1
"""


_WRONG_TIERS = """
    SELECT m.label, array_agg(s.line ORDER BY s.line)
    FROM lg_inform_stagedfigure s
    JOIN lg_inform_metric m ON m.id = s.metric_id
    JOIN directory_reportingunit u ON u.id = s.unit_id
    WHERE s.run_id = %(run)s AND s.value IS NOT NULL AND m.service <> %(place)s AND u.tier <> ''
      AND (u.tier, m.service) IN (SELECT * FROM unnest(%(tiers)s::text[], %(services)s::text[]))
    GROUP BY m.label ORDER BY m.label
"""


@dataclass(frozen=True)
class Changes:
    """How a run's figures differ from what stands, counted in figures."""

    added: int
    changed: int
    removed: int
    unchanged: int

    @property
    def is_any(self) -> bool:
        """Whether publishing would change anything."""
        return bool(self.added or self.changed or self.removed)


def count_changes(run_id: int) -> Changes:
    """Compare a run's staged figures with the standing ones of the same metrics and periods."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"run": run_id})
        return Changes(*cursor.fetchone())


_STANDING_DIGEST = """
    SELECT md5(coalesce(string_agg(format('%%s', r.id), ',' ORDER BY r.id), ''))
    FROM lg_inform_release r
    WHERE r.superseded_at IS NULL
      AND (r.metric_id, r.period_id) IN (
        SELECT DISTINCT metric_id, period_id FROM lg_inform_stagedfigure WHERE run_id = %(run)s)
"""


def standing_digest(run_id: int) -> str:
    """A fingerprint of the releases that a run's figures were compared with: it changes when any of them does."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING_DIGEST, {"run": run_id})
        return cursor.fetchone()[0]


def figures_of_wrong_tiers(run_id: int) -> list[Remark]:
    """Notes on figures for councils that do not run the metric's service, as for the schools in a district."""
    pairs = [(tier, service) for tier in SERVICES_OF_TIER for service in Service if not runs_service(tier, service)]
    tiers, services = zip(*pairs, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRONG_TIERS, {"run": run_id, "tiers": list(tiers), "services": list(services), "place": Service.PLACE}
        )
        rows = cursor.fetchall()
    return [
        Remark(
            Severity.NOTE,
            FindingKind.WRONG_TIER,
            f"{label}: figures for councils that do not run this service were kept, as figures of their area.",
            count=len(lines),
            lines=tuple(lines[:LINES_KEPT]),
        )
        for label, lines in rows
    ]


def compare_with_standing(run_id: int) -> list[Remark]:
    """Doubts about a run's staged figures, each as a sentence with the lines where it shows."""
    parameters = {"run": run_id, "wild": WILD_RATIO}
    remarks: list[Remark] = []
    with connection.cursor() as cursor:
        cursor.execute(_ANYTHING_STANDS, parameters)
        if not cursor.fetchone()[0]:
            return remarks
        cursor.execute(_RATIOS, parameters)
        for label, median, lines in cursor.fetchall():
            if not 1 / UNIT_RATIO < median < UNIT_RATIO:
                remarks.append(
                    Remark(
                        Severity.DOUBT,
                        FindingKind.UNIT_CHANGE,
                        f"{label}: figures are typically {median:,.3g} times those published. Has the unit changed?",
                    )
                )
            elif lines:
                remarks.append(
                    Remark(
                        Severity.DOUBT,
                        FindingKind.WILD_JUMP,
                        f"{label}: figures more than {WILD_RATIO:g} times, or less than a tenth of, those published.",
                        count=len(lines),
                        lines=tuple(lines[:LINES_KEPT]),
                    )
                )
        cursor.execute(_MISSING_PERIODS, parameters)
        for label, count in cursor.fetchall():
            message = f"{label}: periods already published are absent from this file. They stay as they are."
            remarks.append(Remark(Severity.DOUBT, FindingKind.MISSING_PERIOD, message, count=count))
        cursor.execute(_REMOVED, parameters)
        for label, count in cursor.fetchall():
            message = f"{label}: figures now published are absent from this file and would no longer be shown."
            remarks.append(Remark(Severity.DOUBT, FindingKind.REMOVED, message, count=count))
    return remarks
