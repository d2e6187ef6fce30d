"""One file from receipt to publication. Only `publish_staged` changes what anyone sees, and that in one transaction."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from django.core.files import File
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from lg_inform.actions.publishing import discard_staged, lock_metrics, publish_staged
from lg_inform.enums import RUN_TRANSITIONS, RunState, Severity
from lg_inform.importers import IMPORTERS, Reading, Refusal
from lg_inform.importers.base import Remark, check_size
from lg_inform.importers.checks import compare_with_standing, count_changes, figures_of_wrong_tiers, standing_digest
from lg_inform.importers.staging import metric_sources, stage
from lg_inform.models import Edition, Finding, ImportRun, Metric
from slip.audit.actions import record_event
from slip.audit.actors import SYSTEM, Actor
from slip.outbox.actions import promise_job

logger = structlog.get_logger(__name__)

RUN_TASK = "lg_inform.tasks.run_import"
#: A file whose reading was cut short this often is refused: it is the file that kills the worker.
MAX_ATTEMPTS = 3
_LOCK_NAMESPACE = 0x511F  # advisory locks of import runs: (namespace, run id)
_LONGEST_NAME = 200
_FORGOTTEN_AFTER = timedelta(minutes=10)
_RUNS_AT_WORK = """
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %s
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class WrongState(Exception):
    """The run is not in a state from which this may be done. The message is a sentence for a person."""


@transaction.atomic
def receive_file(
    *, source: str, path: Path, by: Actor, companion: Path | None = None, trial: bool = False, queue: bool = True
) -> ImportRun:
    """Keep a file and promise to read it. Returns the run, in state WAITING. Raises Refusal for one too large to keep."""
    check_size(path)
    if companion is not None:
        check_size(companion)
    digest = hashlib.sha256()
    for part in (path, companion):
        if part is not None:
            digest.update(part.read_bytes())
    run = ImportRun(
        source=source,
        file_name=path.name[-_LONGEST_NAME:],
        sha256=digest.hexdigest(),
        size=path.stat().st_size,
        is_trial=trial,
    )
    with path.open("rb") as content:
        run.stored_file.save(path.name, File(content), save=False)
    if companion is not None:
        with companion.open("rb") as content:
            run.companion_file.save(companion.name, File(content), save=False)
    run.save()
    _record(run, "receive_file", f"{by.name} brought in {run.file_name}.", by)
    if queue:
        promise_job(task=RUN_TASK, key=f"import-run-{run.pk}-0", run_id=run.pk)
    return run


def _record(run: ImportRun, verb: str, sentence: str, by: Actor) -> None:
    record_event(verb=verb, subject_type="import_run", subject_key=str(run.pk), sentence=sentence, by=by)


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
        try:
            _read_and_publish(run, by)
        except Exception:
            # Not the file's fault, as far as we know: storage or database. The attempt is not held against it.
            with transaction.atomic():
                run = ImportRun.objects.select_for_update().get(pk=run_id)
                if run.state == RunState.READING:
                    _move(run, RunState.WAITING, "Reading failed and is tried again.", attempts=run.attempts - 1)
            raise


def _read_and_publish(run: ImportRun, by: Actor) -> None:
    try:
        reading = _read(run)
    except Refusal as refusal:
        with transaction.atomic():
            _settle(run, RunState.REFUSED, f"{refusal} Nothing was published.")
        return
    with transaction.atomic():
        is_staged = _stage(run, reading)
    if is_staged:
        with transaction.atomic():
            run = ImportRun.objects.select_for_update().get(pk=run.pk)
            _check_and_publish(run, by)


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
            companion = path.with_suffix(Path(str(run.companion_file.name)).suffix)
            with run.companion_file.open("rb") as kept:
                companion.write_bytes(kept.read())
        return importer.read(path, run.file_name, companion, metric_sources(_metrics_of(run).values()))


def _stage(run: ImportRun, reading: Reading) -> bool:
    """Stage the figures and write what was found on the way; returns whether there is anything to go on with."""
    discard_staged(run)
    run.findings.all().delete()
    run.editions.all().delete()
    metrics = _metrics_of(run)
    staged = stage(run_id=run.pk, reading=reading, importer=IMPORTERS[run.source], metrics=metrics)
    run.rows_read, run.figures_staged = reading.rows, staged.figures
    _report(run, staged.remarks)
    if staged.is_refused:
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
    run.save()
    return True


def _check_and_publish(run: ImportRun, by: Actor) -> None:
    """Compare with what stands, and publish where there is no doubt. Nobody else publishes these metrics meanwhile,
    so what was compared is what is replaced."""
    lock_metrics(Edition.objects.filter(run=run).values_list("metric_id", flat=True))
    changes = count_changes(run.pk)
    run.added, run.changed = changes.added, changes.changed
    run.removed, run.unchanged = changes.removed, changes.unchanged
    run.compared_with = standing_digest(run.pk)
    _report(run, [*figures_of_wrong_tiers(run.pk), *compare_with_standing(run.pk)])
    doubt = run.findings.filter(severity=Severity.DOUBT).first()
    if run.is_trial:
        _settle(run, RunState.CHECKED, "Read as a trial. Nothing was published.")
    elif doubt is not None and changes.is_any:
        _move(run, RunState.DOUBTFUL, f"{doubt.message} Nothing is published until a person has decided.")
    else:
        _publish(run, by)


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
    parts = [(run.added, "added"), (run.changed, "changed"), (run.removed, "removed"), (run.unchanged, "unchanged")]
    said = ", ".join(f"{count:,} {word}" for count, word in parts if count)
    periods = "1 period" if made == 1 else f"{made:,} periods"
    return f"Published figures for {periods} of its measures: {said}."


def _settle(run: ImportRun, state: RunState, message: str, **fields: object) -> None:
    _move(run, state, message, **fields)
    discard_staged(run)
    logger.info("import_settled", run=run.pk, state=state.value, message=message)


@transaction.atomic
def publish_import(*, run_id: int, by: Actor) -> ImportRun:
    """Publish a doubtful run, as a person has decided on the report they were shown. Raises WrongState."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DOUBTFUL:
        raise WrongState(f"Import {run_id} is {run.get_state_display()}; only a doubtful one waits to be published.")
    lock_metrics(Edition.objects.filter(run=run).values_list("metric_id", flat=True))
    if standing_digest(run.pk) != run.compared_with:
        raise WrongState(
            f"What is published has changed since import {run_id} was read. Set it aside and bring the file in again."
        )
    _publish(run, by)
    return run


@transaction.atomic
def withdraw_import(*, run_id: int, by: Actor) -> ImportRun:
    """Set a doubtful run aside, as a person has decided. Raises WrongState."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DOUBTFUL:
        raise WrongState(f"Import {run_id} is {run.get_state_display()}; only a doubtful one can be set aside.")
    _settle(run, RunState.WITHDRAWN, f"Set aside by {by.name}. Nothing was published.")
    _record(run, "withdraw_import", f"{by.name} set aside {run.file_name}.", by)
    return run


def recover_interrupted() -> int:
    """Promise to read again every run whose worker died in the middle; returns how many."""
    with connection.cursor() as cursor:
        # Looked up and not tried: to hold the lock, even for a moment, would turn away the worker that is to read on.
        cursor.execute(_RUNS_AT_WORK, [_LOCK_NAMESPACE])
        at_work = [run_id for (run_id,) in cursor.fetchall()]
    # A run that waits longer than this was never promised to a worker: whoever was to read it here has gone.
    forgotten = Q(state=RunState.WAITING, created_at__lt=timezone.now() - _FORGOTTEN_AFTER)
    interrupted = list(ImportRun.objects.filter(Q(state=RunState.READING) | forgotten).exclude(pk__in=at_work))
    for run in interrupted:
        with transaction.atomic():
            # A new key each hour, so that a run whose earlier promises were given up gets another chance.
            hour = timezone.now().strftime("%Y%m%d%H") if run.state == RunState.WAITING else run.attempts
            promise_job(task=RUN_TASK, key=f"import-run-{run.pk}-{hour}", run_id=run.pk)
    return len(interrupted)
