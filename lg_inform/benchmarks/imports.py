"""Import of a folder, against reading it with the same reader, COPY, and an insert under the same constraints.

Both run inside a transaction that is rolled back, so a running portal keeps its figures.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection, transaction
from django.utils import timezone

from lg_inform.actions.imports import receive_file, run_import
from lg_inform.actions.publishing import discard_staged
from lg_inform.enums import RunState
from lg_inform.importers import IMPORTERS
from lg_inform.importers.base import read_text_table
from lg_inform.importers.staging import metric_sources, stage
from lg_inform.models import Edition, ImportRun, Metric, Period, Release
from slip.audit.actors import SYSTEM
from slip.operations.benchmarks import Outcome, interleaved_medians

TARGET = 3.0
SOURCE = "ons-els"


class _RollBack(Exception):
    pass


@contextmanager
def leaving_no_trace() -> Iterator[None]:
    """A transaction that is rolled back at its end."""
    try:
        with transaction.atomic():
            yield
            raise _RollBack
    except _RollBack:
        pass


def measure(options: dict[str, Any], out: OutputWrapper) -> Outcome:
    """Median seconds of importing every file of the folder over the median of its floor, in turns."""
    folder = Path(options["folder"] or "")
    importer = IMPORTERS[SOURCE]
    files = sorted(path for path in folder.glob("*.csv")) if options["folder"] else []
    if not files:
        raise CommandError("Say which folder of ONS Explore Local Statistics files to import: --folder FOLDER.")
    kept: list[str] = []

    def imported() -> None:
        with leaving_no_trace():
            # Everything already published stands aside, so that each file publishes all that it holds.
            Release.objects.filter(superseded_at__isnull=True).update(superseded_at=timezone.now())
            for path in files:
                run = receive_file(
                    source=SOURCE, path=path, companion=importer.companion_of(path), by=SYSTEM, queue=False
                )
                kept.extend(field.name for field in (run.stored_file, run.companion_file) if field)
                run_import(run_id=run.pk)
                run.refresh_from_db()
                if run.state == RunState.REFUSED:
                    raise CommandError(f"{path.name}: {run.message}")

    plan = {path: _staged_rows(path) for path in files}

    def floor() -> None:
        with leaving_no_trace():
            for path in files:
                read_text_table(path, ("areacd", "indicator", "period", "observation"))
                _copy_and_insert(plan[path])

    try:
        medians = interleaved_medians({"import": imported, "floor": floor}, rounds=min(options["rounds"], 5))
    finally:
        storage = ImportRun._meta.get_field("stored_file").storage
        for name in kept:
            storage.delete(name)
    rows = sum(rows.count("\n") for rows in plan.values())
    out.write(f"{len(files)} files, {rows:,} figures.")
    out.write(f"import {medians['import']:.2f} s; read, COPY and insert alone {medians['floor']:.2f} s")
    figures = {
        "files": len(files),
        "figures": rows,
        "import_seconds": medians["import"],
        "floor_seconds": medians["floor"],
        "rounds": min(options["rounds"], 5),
    }
    return Outcome(ratio=medians["import"] / medians["floor"], target=TARGET, figures=figures)


_COLUMNS = "run_id, line, metric_id, period_id, unit_id, value, lower, upper, state, note"

_INSERT = """
    INSERT INTO lg_inform_observation (release_id, unit_id, value, lower, upper, state, note)
    SELECT r.id, s.unit_id, s.value, s.lower, s.upper, s.state, s.note
    FROM lg_inform_stagedfigure s
    JOIN lg_inform_release r ON r.metric_id = s.metric_id AND r.period_id = s.period_id AND r.revision = 30000
"""


def _staged_rows(path: Path) -> str:
    """The rows that a file stages, as the CSV text that COPY takes: no resolving or checking is left to do."""
    importer = IMPORTERS[SOURCE]
    metrics = {metric.key: metric for metric in Metric.objects.filter(source_system=SOURCE)}
    buffer = io.StringIO()
    with leaving_no_trace():
        run = ImportRun.objects.create(source=SOURCE, file_name=path.name, sha256="", size=0)
        reading = importer.read(path, path.name, importer.companion_of(path), metric_sources(metrics.values()))
        stage(run_id=run.pk, reading=reading, importer=importer, metrics=metrics)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY (SELECT {_COLUMNS} FROM lg_inform_stagedfigure WHERE run_id = {run.pk}) TO STDOUT (FORMAT csv)",
                buffer,
            )
    return buffer.getvalue()


def _copy_and_insert(rows: str) -> None:
    pairs = {tuple(line.split(",")[2:4]) for line in rows.splitlines() if line.count(",") >= 9}
    run = ImportRun.objects.create(source=SOURCE, file_name="floor", sha256="", size=0)
    periods = Period.objects.in_bulk([int(period) for _, period in pairs])
    editions = {
        metric: Edition.objects.create(run=run, metric_id=metric).pk for metric in {int(metric) for metric, _ in pairs}
    }
    now = timezone.now()
    Release.objects.bulk_create(
        Release(
            metric_id=int(metric),
            period_id=int(period),
            ends_on=periods[int(period)].ends_on,
            revision=30000,
            edition_id=editions[int(metric)],
            digest="",
            figures=0,
            published_at=now,
            superseded_at=now,
        )
        for metric, period in pairs
    )
    with connection.cursor() as cursor:
        text = "".join(f"{run.pk},{line.split(',', 1)[1]}\n" for line in rows.splitlines())
        cursor.copy_expert(f"COPY lg_inform_stagedfigure ({_COLUMNS}) FROM STDIN WITH (FORMAT csv)", io.StringIO(text))
        cursor.execute(_INSERT + " WHERE s.run_id = %s", [run.pk])
    discard_staged(run)
