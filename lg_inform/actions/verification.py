"""Sums proved twice: after each publication the stored positions are worked out again in another way."""

from collections import defaultdict

from django.db import transaction

from lg_inform.calculations import Polarity, positions, summarise
from lg_inform.enums import FindingKind, Severity
from lg_inform.models import Finding, ImportRun
from lg_inform.queries.standings import StoredPlace, stored_places, stored_summaries
from slip.audit.actions import record_event
from slip.audit.actors import SYSTEM, Actor


@transaction.atomic
def verify_standings(*, run_id: int, by: Actor = SYSTEM) -> bool:
    """Compare the positions and summaries of a run's releases with `lg_inform.calculations`; returns whether they agree.

    What was found becomes a line of the run's quality report. Safe to run twice.
    """
    groups: dict[tuple[int, str], list[StoredPlace]] = defaultdict(list)
    for place in stored_places(run_id):
        groups[place.release_id, place.tier].append(place)
    summaries = stored_summaries(run_id)
    differing = [
        key
        for key, places in groups.items()
        if not _agrees(places) or summaries.get(key) != summarise(place.value for place in places)
    ]
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    run.findings.filter(kind=FindingKind.VERIFIED).delete()
    if differing:
        message = f"{len(differing):,} rankings worked out a second time, in another way, differ from those stored."
        record_event(
            verb="verify_standings",
            subject_type="import_run",
            subject_key=str(run_id),
            sentence=f"{len(differing)} rankings of {run.file_name} differ when they are worked out a second time.",
            by=by,
        )
    else:
        message = f"{len(groups):,} rankings were worked out a second time, in another way, and agree."
    Finding.objects.create(
        run=run,
        severity=Severity.DOUBT if differing else Severity.NOTE,
        kind=FindingKind.VERIFIED,
        message=message,
        count=len(differing) or len(groups),
    )
    return not differing


def _agrees(places: list[StoredPlace]) -> bool:
    worked_out = positions({place.unit_id: place.value for place in places}, Polarity(places[0].polarity))
    return all(
        (worked_out[place.unit_id].rank, worked_out[place.unit_id].band) == (place.rank, place.band) for place in places
    )
