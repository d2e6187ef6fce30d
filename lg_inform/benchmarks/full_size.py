"""A scorecard page when the portal holds as much as LG Inform does: 850 metrics in 2012, 12,500 today.

The figures are seeded in a transaction that is rolled back. They are random, but as many and as wide as real ones.
"""

import time
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection

from lg_inform.actions.publishing import compute_standings
from lg_inform.benchmarks.imports import leaving_no_trace
from lg_inform.benchmarks.scorecard import COUNCIL, measure_page
from lg_inform.models import Edition, ImportRun, Metric, Release, Theme
from slip.operations.benchmarks import Outcome

_METRICS = """
    INSERT INTO lg_inform_metric (key, label, measures, why, caution, sentence, theme_id, "order", unit, unit_prefix,
      unit_text, decimals, statistic, standardised, polarity, polarity_reason, service, basis, series_breaks, publisher,
      licence, source_system, source_file, source_indicator, source_scale, author, reviewed_on, definition_digest)
    SELECT 'seeded-' || n, 'Seeded measure ' || n, '', '', '', '{value} in {place}', %(theme)s, n, 'percent', '', '%%', 1,
      'proportion', 'none', (ARRAY['high', 'low', 'none'])[1 + n %% 3], '', 'place', '', '[]', 'Nobody', 'none', 'seeded',
      'seeded', n::text, 1, 'bench', current_date, ''
    FROM generate_series(1, %(metrics)s) n
"""
_PERIODS = """
    INSERT INTO lg_inform_period (basis, starts_on, ends_on)
    SELECT 'financial', make_date(2025 - n, 4, 1), make_date(2026 - n, 3, 31) FROM generate_series(1, %(periods)s) n
    ON CONFLICT DO NOTHING
"""
_EDITIONS = """
    INSERT INTO lg_inform_edition (run_id, metric_id, publisher, url, in_development, caveats)
    SELECT %(run)s, id, 'Nobody', '', false, '' FROM lg_inform_metric WHERE source_system = 'seeded'
"""
_RELEASES = """
    INSERT INTO lg_inform_release (metric_id, period_id, ends_on, revision, edition_id, digest, figures, published_at)
    SELECT e.metric_id, p.id, p.ends_on, 1, e.id, '', 0, now()
    FROM lg_inform_edition e, lg_inform_period p
    WHERE e.run_id = %(run)s AND p.basis = 'financial' AND p.ends_on > make_date(2025 - %(periods)s, 4, 1)
      AND p.ends_on < make_date(2026, 1, 1)
"""
_OBSERVATIONS = """
    INSERT INTO lg_inform_observation (release_id, unit_id, value, lower, upper, state)
    SELECT r.id, u.id, v, v - 5, v + 5, 1
    FROM lg_inform_release r JOIN lg_inform_edition e ON e.id = r.edition_id AND e.run_id = %(run)s
    CROSS JOIN directory_reportingunit u
    CROSS JOIN LATERAL (SELECT 20 + 60 * random() AS v WHERE r.id > 0 AND u.id > 0) x
    WHERE u.kind IN ('organisation', 'region', 'nation')
"""


def measure(options: dict[str, Any], out: OutputWrapper) -> Outcome:
    """The first page of a scorecard (100 metrics) beside its floor, with `--metrics` metrics over `--periods` periods."""
    theme = Theme.objects.order_by("order").first()
    if theme is None:
        raise CommandError("There are no metrics yet. Start the portal with `make demo` first.")
    with leaving_no_trace():
        # Seeded metrics come first on the card, so that its first page is all of them.
        Metric.objects.update(order=32000)
        run = ImportRun.objects.create(source="tidy", file_name="seeded", sha256="", size=0)
        parameters = {"theme": theme.pk, "run": run.pk, "metrics": options["metrics"], "periods": options["periods"]}
        started = time.perf_counter()
        with connection.cursor() as cursor:
            for statement in (_METRICS, _PERIODS, _EDITIONS, _RELEASES, _OBSERVATIONS):
                cursor.execute(statement, parameters)
            figures = cursor.rowcount
        ids = list(Release.objects.filter(edition__run=run).values_list("pk", flat=True))
        for first in range(0, len(ids), 2000):
            compute_standings(ids[first : first + 2000])
        out.write(
            f"{options['metrics']:,} metrics, {figures:,} figures seeded in {time.perf_counter() - started:.0f} s."
        )
        outcome = measure_page(f"/scorecards/{COUNCIL}/", options["rounds"], out)
    editions = Edition.objects.filter(publisher="Nobody").count()
    if editions:
        raise CommandError("The seeded figures were not rolled back.")
    outcome.figures |= {"all_metrics": options["metrics"], "all_figures": figures}
    return outcome
