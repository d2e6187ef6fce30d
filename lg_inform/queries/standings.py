"""Stored positions and summaries, with the values that they were worked out from."""

from dataclasses import dataclass

from django.db import connection

from lg_inform.calculations import Summary


@dataclass(frozen=True)
class StoredPlace:
    """One council's stored place in its tier for one release."""

    release_id: int
    tier: str
    unit_id: int
    value: float
    polarity: str
    rank: int
    band: int | None


_PLACES = """
    SELECT s.release_id, u.tier, s.unit_id, o.value, m.polarity, s.rank, s.band
    FROM lg_inform_edition e
    JOIN lg_inform_release r ON r.edition_id = e.id
    JOIN lg_inform_metric m ON m.id = r.metric_id
    JOIN lg_inform_standing s ON s.release_id = r.id
    JOIN lg_inform_observation o ON o.release_id = s.release_id AND o.unit_id = s.unit_id
    JOIN directory_reportingunit u ON u.id = s.unit_id
    WHERE e.run_id = %s
"""

_SUMMARIES = """
    SELECT t.release_id, t.tier, t.n, t.minimum, t.lower_quartile, t.median, t.upper_quartile, t.maximum
    FROM lg_inform_edition e
    JOIN lg_inform_release r ON r.edition_id = e.id
    JOIN lg_inform_tiersummary t ON t.release_id = r.id
    WHERE e.run_id = %s
"""


def stored_places(run_id: int) -> list[StoredPlace]:
    """Every stored place in the releases of one run (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [run_id])
        return [StoredPlace(*row) for row in cursor.fetchall()]


def stored_summaries(run_id: int) -> dict[tuple[int, str], Summary]:
    """Every stored summary in the releases of one run, by release and tier (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARIES, [run_id])
        return {(release_id, tier): Summary(*numbers) for release_id, tier, *numbers in cursor.fetchall()}
