"""One file from receipt to publication. Only `publish_staged` changes what anyone sees, and that in one transaction."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from lg_inform.actions.publishing import discard_staged, publish_staged
from lg_inform.enums import RUN_TRANSITIONS, RunState, Severity
from lg_inform.importers import IMPORTERS, Reading, Refusal
from lg_inform.importers.base import Remark, check_size
from lg_inform.importers.checks import compare_with_standing, count_changes
from lg_inform.importers.staging import metric_sources, stage
from lg_inform.models import Edition, Finding, ImportRun, Metric
from slip.audit.actors import SYSTEM, Actor
from slip.outbox.actions import promise_job

logger = structlog.get_logger(__name__)

RUN_TASK = "lg_inform.tasks.run_import"
#: A file whose reading was cut short this often is refused: it is the file that kills the worker.
MAX_ATTEMPTS = 3
_LOCK_NAMESPACE = 0x511F  # advisory locks of import runs: (namespace, run id)


class WrongState(Exception):
    """The run is not in a state from which this may be done. The message is a sentence for a person."""


@transaction.atomic
def receive_file(
    *, source: str, path: Path, by: Actor, companion: Path | None = None, trial: bool = False, queue: bool = True
) -> ImportRun:
    """Keep a file and promise to read it. Returns the run, in state WAITING. Raises Refusal for one too large to keep."""
    check_size(path)
    digest = hashlib.sha256()
    for part in (path, companion):
        if part is not None:
            digest.update(part.read_bytes())
    run = ImportRun(
        source=source, file_name=path.name, sha256=digest.hexdigest(), size=path.stat().st_size, is_trial=trial
    )
    with path.open("rb") as content:
        run.stored_file.save(path.name, File(content), save=False)
    if companion is not None:
        with companion.open("rb") as content:
            run.companion_file.save(companion.name, File(content), save=False)
    run.save()
    if queue:
        promise_job(task=RUN_TASK, key=f"import-run-{run.pk}-0", run_id=run.pk)
    return run


@contextmanager
def _sole_worker(run_id: int) -> Iterator[bool]:
    """Hold the run's advisory lock. It dies with the connection, so a killed worker never leaves it behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_NAMESPACE, run_id])
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_NAMESPACE, run_id])


def _move(run: ImportRun, state: RunState, message: str = "", **fields: object) -> None:
    if state not in RUN_TRANSITIONS[run.state]:
        raise WrongState(f"An import that is {run.get_state_display()} cannot become {state.label}.")
    run.state, run.message = state, message
    if state not in (RunState.READING, RunState.WAITING):
        run.finished_at = timezone.now()
    for name, value in fields.items():
        setattr(run, name, value)
    run.save()


def run_import(*, run_id: int, by: Actor = SYSTEM) -> None:
    """Read, check and, where nothing is doubtful, publish a run's file. Safe to call twice or in two places at once."""
    with _sole_worker(run_id) as held:
        if not held:
            return
        with transaction.atomic():
            run = ImportRun.objects.select_for_update().get(pk=run_id)
            if run.state not in (RunState.WAITING, RunState.READING):
                return
            if run.attempts >= MAX_ATTEMPTS:
                _move(run, RunState.READING)
                _settle(run, RunState.REFUSED, "Reading was cut short three times. Nothing was published.")
                return
            _move(run, RunState.READING, attempts=run.attempts + 1)
        if _is_published_already(run):
            with transaction.atomic():
                _settle(run, RunState.UNCHANGED, "This file is already published. Nothing was changed.")
            return
        try:
            reading = _read(run)
        except Refusal as refusal:
            with transaction.atomic():
                _settle(run, RunState.REFUSED, f"{refusal} Nothing was published.")
            return
        with transaction.atomic():
            is_clean = _stage_and_check(run, reading)
        if is_clean:
            with transaction.atomic():
                run = ImportRun.objects.select_for_update().get(pk=run_id)
                _publish(run, by)


def _is_published_already(run: ImportRun) -> bool:
    twin = (
        ImportRun.objects.filter(source=run.source, sha256=run.sha256, state=RunState.PUBLISHED).order_by("-pk").first()
    )
    if twin is None or run.is_trial:
        return False
    releases = Edition.objects.filter(run=twin, releases__isnull=False)
    return releases.exists() and not releases.filter(releases__superseded_at__isnull=False).exists()


def _metrics_of(run: ImportRun) -> dict[str, Metric]:
    importer = IMPORTERS[run.source]
    metrics = Metric.objects.all()
    if importer.scales_values:
        metrics = metrics.filter(source_system=importer.key)
    return {metric.key: metric for metric in metrics}


def _read(run: ImportRun) -> Reading:
    importer = IMPORTERS[run.source]
    # Storage may be remote; the libraries want a path.
    with tempfile.TemporaryDirectory(prefix="slip-import-") as folder:
        path = Path(folder) / run.file_name
        with run.stored_file.open("rb") as kept:
            path.write_bytes(kept.read())
        companion = None
        if run.companion_file:
            companion = path.with_suffix(Path(run.companion_file.name).suffix)
            with run.companion_file.open("rb") as kept:
                companion.write_bytes(kept.read())
        return importer.read(path, run.file_name, companion, metric_sources(_metrics_of(run).values()))


def _stage_and_check(run: ImportRun, reading: Reading) -> bool:
    """Stage, check and write the quality report; returns whether the run may be published without a person."""
    discard_staged(run)
    run.findings.all().delete()
    run.editions.all().delete()
    metrics = _metrics_of(run)
    staged = stage(run_id=run.pk, reading=reading, importer=IMPORTERS[run.source], metrics=metrics)
    run.rows_read, run.figures_staged = reading.rows, staged.figures
    if staged.is_refused:
        _report(run, staged.remarks)
        errors = " ".join(r.message for r in staged.remarks if r.severity == Severity.ERROR)
        _settle(run, RunState.REFUSED, f"{errors} Nothing was published.")
        return False
    Edition.objects.bulk_create(
        Edition(
            run=run,
            metric=metrics[key],
            publisher=facts.publisher or metrics[key].publisher,
            published_on=facts.published_on,
            url=facts.url,
            in_development=facts.in_development,
            caveats=facts.caveats,
        )
        for key, facts in reading.editions.items()
    )
    changes = count_changes(run.pk)
    run.added, run.changed = changes.added, changes.changed
    run.removed, run.unchanged = changes.removed, changes.unchanged
    remarks = [*staged.remarks, *compare_with_standing(run.pk)]
    _report(run, remarks)
    doubts = [remark for remark in remarks if remark.severity == Severity.DOUBT]
    if run.is_trial:
        _settle(run, RunState.CHECKED, "Read as a trial. Nothing was published.")
        return False
    if doubts:
        _move(run, RunState.DOUBTFUL, f"{doubts[0].message} Nothing is published until a person has decided.")
        return False
    run.save()
    return True


def _report(run: ImportRun, remarks: list[Remark]) -> None:
    Finding.objects.bulk_create(
        Finding(
            run=run,
            severity=remark.severity,
            kind=remark.kind,
            message=remark.message,
            count=remark.count,
            lines=list(remark.lines),
        )
        for remark in remarks
    )


def _publish(run: ImportRun, by: Actor) -> None:
    made = publish_staged(run=run, by=by)
    if made:
        _settle(run, RunState.PUBLISHED, _published_message(run, made), releases_made=made)
    else:
        _settle(run, RunState.UNCHANGED, "Every figure in this file is already published. Nothing was changed.")


def _published_message(run: ImportRun, made: int) -> str:
    return (
        f"Published {made:,} releases: {run.added:,} figures added, {run.changed:,} changed, {run.removed:,} removed, "
        f"{run.unchanged:,} unchanged."
    )


def _settle(run: ImportRun, state: RunState, message: str, **fields: object) -> None:
    _move(run, state, message, **fields)
    discard_staged(run)
    logger.info("import_settled", run=run.pk, state=state.value, message=message)


@transaction.atomic
def publish_import(*, run_id: int, by: Actor) -> ImportRun:
    """Publish a doubtful run, as a person has decided. Raises WrongState."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DOUBTFUL:
        raise WrongState(f"Import {run_id} is {run.get_state_display()}; only a doubtful one waits to be published.")
    _publish(run, by)
    return run


@transaction.atomic
def withdraw_import(*, run_id: int, by: Actor) -> ImportRun:
    """Set a doubtful run aside, as a person has decided. Raises WrongState."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    _settle(run, RunState.WITHDRAWN, f"Set aside by {by.name}. Nothing was published.")
    return run


def recover_interrupted() -> int:
    """Promise to read again every run whose worker died in the middle; returns how many."""
    recovered = 0
    for run in ImportRun.objects.filter(state=RunState.READING):
        with _sole_worker(run.pk) as held:
            if not held:
                continue
        with transaction.atomic():
            promise_job(task=RUN_TASK, key=f"import-run-{run.pk}-{run.attempts}", run_id=run.pk)
        recovered += 1
    return recovered
