"""Import of a folder, against reading it with the same reader, COPY, and an insert under the same constraints.

Both run inside a transaction that is rolled back, so a running portal keeps its figures. All that the floor needs
besides (rows resolved and checked, releases to hang them on) is made before any time is taken.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from lg_inform.models import ImportRun, Metric, Release
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


@dataclass(frozen=True)
class _Prepared:
    """What a file stages, as the CSV text that COPY takes, and the releases that its rows will hang on."""

    run_id: int
    rows: str
    release_ids: list[int]


def measure(options: dict[str, Any], out: OutputWrapper) -> Outcome:
    """Median seconds of importing every file of the folder over the median of its floor, in turns."""
    folder = Path(options["folder"] or "")
    files = sorted(path for path in folder.glob("*.csv")) if options["folder"] else []
    if not files:
        raise CommandError("Say which folder of ONS Explore Local Statistics files to import: --folder FOLDER.")
    rounds = min(options["rounds"], 5)
    kept: list[str] = []
    storage = ImportRun._meta.get_field("stored_file").storage
    try:
        with leaving_no_trace():
            prepared = {path: _prepare(path) for path in files}
            subjects = {"import": lambda: _import(files, kept), "floor": lambda: _read_copy_insert(prepared)}
            medians = interleaved_medians(subjects, rounds=rounds)
    finally:
        for name in kept:
            storage.delete(name)
    number = sum(file.rows.count("\n") for file in prepared.values())
    out.write(f"{len(files)} files, {number:,} figures.")
    out.write(f"import {medians['import']:.2f} s; read, COPY and insert alone {medians['floor']:.2f} s")
    figures = {
        "files": len(files),
        "figures": number,
        "import_seconds": medians["import"],
        "floor_seconds": medians["floor"],
        "rounds": rounds,
    }
    return Outcome(ratio=medians["import"] / medians["floor"], target=TARGET, figures=figures)


def _import(files: list[Path], kept: list[str]) -> None:
    """Import the files as the worker does, into a portal where no figure stands yet, and take it back."""
    importer = IMPORTERS[SOURCE]
    with leaving_no_trace():
        Release.objects.filter(superseded_at__isnull=True).update(superseded_at=timezone.now())
        for path in files:
            run = receive_file(source=SOURCE, path=path, companion=importer.companion_of(path), by=SYSTEM, queue=False)
            kept.extend(field.name for field in (run.stored_file, run.companion_file) if field)
            run_import(run_id=run.pk)
            run.refresh_from_db()
            if run.state == RunState.REFUSED:
                raise CommandError(f"{path.name}: {run.message}")
            _check_constraints()


def _read_copy_insert(files: dict[Path, _Prepared]) -> None:
    """Read every file with the reader that imports use, COPY its prepared rows, insert them as observations; take back."""
    with leaving_no_trace():
        for path, prepared in files.items():
            read_text_table(path, ("areacd", "indicator", "period", "observation"))
            with connection.cursor() as cursor:
                cursor.copy_expert(_COPY_IN, io.StringIO(prepared.rows))
                cursor.execute(_INSERT, [prepared.run_id, prepared.release_ids])
            _check_constraints()


def _check_constraints() -> None:
    """Check what would be checked at a commit, as foreign keys are."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


#: A revision that no import reaches.
_REVISION = 30_000
_COLUMNS = "run_id, line, metric_id, period_id, unit_id, value, lower, upper, state, note"
_COPY_IN = f"COPY lg_inform_stagedfigure ({_COLUMNS}) FROM STDIN WITH (FORMAT csv)"
_COPY_OUT = f"COPY (SELECT {_COLUMNS} FROM lg_inform_stagedfigure WHERE run_id = %s) TO STDOUT (FORMAT csv)"

_EDITIONS = """
    INSERT INTO lg_inform_edition (run_id, metric_id, publisher, url, in_development, caveats)
    SELECT DISTINCT run_id, metric_id, '', '', false, '' FROM lg_inform_stagedfigure WHERE run_id = %s
"""
_RELEASES = f"""
    INSERT INTO lg_inform_release (metric_id, period_id, ends_on, revision, edition_id, digest, figures, published_at,
      superseded_at)
    SELECT DISTINCT s.metric_id, s.period_id, p.ends_on, {_REVISION}, e.id, '', 0, now(), now()
    FROM lg_inform_stagedfigure s
    JOIN lg_inform_period p ON p.id = s.period_id
    JOIN lg_inform_edition e ON e.run_id = s.run_id AND e.metric_id = s.metric_id
    WHERE s.run_id = %s
    RETURNING id
"""
_INSERT = """
    INSERT INTO lg_inform_observation (release_id, unit_id, value, lower, upper, state, note)
    SELECT r.id, s.unit_id, s.value, s.lower, s.upper, s.state, s.note
    FROM lg_inform_stagedfigure s
    JOIN lg_inform_release r ON r.metric_id = s.metric_id AND r.period_id = s.period_id
    WHERE s.run_id = %s AND r.id = ANY(%s)
    ORDER BY r.id, s.unit_id
"""


def _prepare(path: Path) -> _Prepared:
    """Resolve and check a file as an import does, and make its releases."""
    importer = IMPORTERS[SOURCE]
    metrics = {metric.key: metric for metric in Metric.objects.filter(source_system=SOURCE)}
    run = ImportRun.objects.create(source=SOURCE, file_name=path.name, sha256="", size=0)
    reading = importer.read(path, path.name, importer.companion_of(path), metric_sources(metrics.values()))
    stage(run_id=run.pk, reading=reading, importer=importer, metrics=metrics)
    rows = io.StringIO()
    with connection.cursor() as cursor:
        cursor.execute(_EDITIONS, [run.pk])
        cursor.execute(_RELEASES, [run.pk])
        release_ids = [release_id for (release_id,) in cursor.fetchall()]
        cursor.copy_expert(cursor.mogrify(_COPY_OUT, [run.pk]), rows)
    discard_staged(run)
    return _Prepared(run.pk, rows.getvalue(), release_ids)
