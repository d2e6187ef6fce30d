"""Moving which figures stand. Each function runs inside one transaction that also holds its audit event and outbox row."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from lg_inform.enums import RANKED_STATES
from lg_inform.models import Edition, ImportRun, Metric, Period, Release, StagedFigure, Tenure
from lg_inform.signals import import_published
from slip.audit.actions import record_event
from slip.audit.actors import Actor
from slip.outbox.actions import promise_job

VERIFY_TASK = "lg_inform.tasks.verify_standings"

_STAGED_DIGESTS = r"""
    SELECT metric_id, period_id, count(*),
      encode(sha256(convert_to(string_agg(
        format('%%s|%%s|%%s|%%s|%%s|%%s', unit_id, value, lower, upper, state, note), E'\n' ORDER BY unit_id), 'UTF8')), 'hex')
    FROM lg_inform_stagedfigure WHERE run_id = %s GROUP BY 1, 2
"""

_INSERT_OBSERVATIONS = """
    INSERT INTO lg_inform_observation (release_id, unit_id, value, lower, upper, state, note)
    SELECT r.id, s.unit_id, s.value, s.lower, s.upper, s.state, s.note
    FROM lg_inform_stagedfigure s
    JOIN lg_inform_release r ON r.metric_id = s.metric_id AND r.period_id = s.period_id
    WHERE s.run_id = %s AND r.id = ANY(%s)
    ORDER BY r.id, s.unit_id
"""

# A place is counted once. A council that had ended by the period's last day, or whose successor has a figure in the
# same release, keeps its figure but has no place in a tier.
_OUTLIVED = """
    NOT EXISTS (
      SELECT FROM directory_organisation gone
      WHERE gone.reporting_unit_id = o.unit_id AND gone.ended_on IS NOT NULL
        AND (gone.ended_on <= r.ends_on OR EXISTS (
          SELECT FROM directory_succession next
          JOIN directory_organisation heir ON heir.id = next.successor_id
          JOIN lg_inform_observation theirs ON theirs.release_id = o.release_id AND theirs.unit_id = heir.reporting_unit_id
          WHERE next.predecessor_id = gone.id AND theirs.value IS NOT NULL)))
"""

# Competition rank within the council's whole tier; best first by polarity, highest first without one.
# Band from the minimum rank: floor((r - 1) * 4 / n) + 1, none below four councils (statistics: ranking.py).
_INSERT_STANDINGS = f"""
    WITH placed AS MATERIALIZED (
      SELECT o.release_id, o.unit_id, o.value, u.tier, CASE WHEN m.polarity = 'low' THEN o.value ELSE -o.value END AS best
      FROM lg_inform_observation o
      JOIN lg_inform_release r ON r.id = o.release_id
      JOIN lg_inform_metric m ON m.id = r.metric_id
      JOIN directory_reportingunit u ON u.id = o.unit_id
      WHERE o.release_id = ANY(%(releases)s) AND o.state = ANY(%(ranked)s) AND u.tier <> '' AND {_OUTLIVED}),
    standings AS (
      INSERT INTO lg_inform_standing (release_id, unit_id, rank, band)
      SELECT release_id, unit_id, rank, CASE WHEN n >= 4 THEN (rank - 1) * 4 / n + 1 END
      FROM (
        SELECT release_id, unit_id, rank() OVER (PARTITION BY release_id, tier ORDER BY best) AS rank,
          count(*) OVER (PARTITION BY release_id, tier) AS n
        FROM placed) ranked)
    INSERT INTO lg_inform_tiersummary (release_id, tier, n, minimum, lower_quartile, median, upper_quartile, maximum)
    SELECT release_id, tier, n, minimum, cuts[1], cuts[2], cuts[3], maximum
    FROM (
      SELECT release_id, tier, count(*) AS n, min(value) AS minimum, max(value) AS maximum,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) AS cuts
      FROM placed GROUP BY 1, 2) summary
"""


def compute_standings(release_ids: Sequence[int]) -> None:
    """Write standings and tier summaries of these releases, which must have none yet."""
    parameters = {"releases": list(release_ids), "ranked": [int(state) for state in RANKED_STATES]}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_STANDINGS, parameters)


def lock_metrics(metric_ids: Iterable[int]) -> None:
    """Let nobody else change what stands of these metrics until this transaction ends.

    The lock is one that foreign keys do not wait for: other runs may be read meanwhile.
    """
    list(Metric.objects.select_for_update(no_key=True).filter(pk__in=metric_ids).order_by("pk").values_list("pk"))


def publish_staged(*, run: ImportRun, by: Actor) -> int:
    """Publish what is staged for a run: new releases where figures differ, nothing where they do not.

    Must be called inside a transaction with the run's row and its metrics locked (`lock_metrics`), so that of two runs
    which touch the same metric the second sees what the first published. Returns how many releases were made.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAGED_DIGESTS, [run.pk])
        staged = {(metric, period): (count, digest) for metric, period, count, digest in cursor.fetchall()}
    metric_ids = sorted({metric for metric, _ in staged})
    standing = {
        (release.metric_id, release.period_id): release
        for release in Release.objects.filter(metric_id__in=metric_ids, superseded_at__isnull=True)
    }
    changed = [pair for pair, (_, digest) in staged.items() if pair not in standing or standing[pair].digest != digest]
    if not changed:
        return 0
    now = timezone.now()
    _supersede([standing[pair].pk for pair in changed if pair in standing], now)
    editions = dict(Edition.objects.filter(run=run).values_list("metric_id", "pk"))
    ends = dict(Period.objects.filter(pk__in={period for _, period in changed}).values_list("pk", "ends_on"))
    revisions = _latest_revisions(changed)
    releases = Release.objects.bulk_create(
        Release(
            metric_id=metric,
            period_id=period,
            ends_on=ends[period],
            revision=revisions.get((metric, period), 0) + 1,
            edition_id=editions[metric],
            digest=staged[metric, period][1],
            figures=staged[metric, period][0],
            published_at=now,
        )
        for metric, period in sorted(changed)
    )
    ids = [release.pk for release in releases]
    Tenure.objects.bulk_create(Tenure(release_id=pk, since=now) for pk in ids)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_OBSERVATIONS, [run.pk, ids])
    compute_standings(ids)
    record_event(
        verb="publish_import",
        subject_type="import_run",
        subject_key=str(run.pk),
        sentence=f"{by.name} published {len(ids)} releases from {run.file_name}.",
        by=by,
    )
    promise_job(task=VERIFY_TASK, key=f"verify-run-{run.pk}", run_id=run.pk)
    import_published.send(sender=ImportRun, run_id=run.pk, metric_ids=sorted({metric for metric, _ in changed}))
    return len(ids)


def _supersede(release_ids: Sequence[int], now: datetime) -> None:
    Release.objects.filter(pk__in=release_ids).update(superseded_at=now)
    Tenure.objects.filter(release_id__in=release_ids, until__isnull=True).update(until=now)


def _latest_revisions(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    rows = Release.objects.filter(metric_id__in={metric for metric, _ in pairs}).values_list(
        "metric_id", "period_id", "revision"
    )
    for metric, period, revision in rows:
        found[metric, period] = max(found.get((metric, period), 0), revision)
    return found


def discard_staged(run: ImportRun) -> None:
    """Remove a run's staged figures; they were never read as fact."""
    StagedFigure.objects.filter(run=run).delete()


@transaction.atomic
def restore_release(*, release_id: int, by: Actor) -> None:
    """Let an earlier revision stand again. Nothing is copied or removed; only the pointers move."""
    release = Release.objects.select_related("metric", "edition").get(pk=release_id)
    lock_metrics([release.metric_id])
    standing = Release.objects.filter(
        metric=release.metric_id, period=release.period_id, superseded_at__isnull=True
    ).values_list("pk", flat=True)
    if release_id in standing:
        return
    now = timezone.now()
    _supersede(list(standing), now)
    Release.objects.filter(pk=release_id).update(superseded_at=None)
    Tenure.objects.create(release_id=release_id, since=now)
    record_event(
        verb="restore_release",
        subject_type="release",
        subject_key=str(release_id),
        sentence=f"{by.name} restored revision {release.revision} of {release.metric.label}.",
        by=by,
    )
    import_published.send(sender=ImportRun, run_id=release.edition.run_id, metric_ids=[release.metric_id])
