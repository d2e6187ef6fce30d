"""Reading and staging a sample without publishing it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lg_inform.importers import IMPORTERS, Reading
from lg_inform.importers.staging import Staged, metric_sources, stage
from lg_inform.models import ImportRun, Metric, StagedFigure

Read = Callable[..., Reading]
StageFile = Callable[..., tuple[Staged, dict[tuple[str, str, str], StagedFigure]]]


@pytest.fixture
def read() -> Read:
    """Read a file with an importer, as an import would."""

    def reading(source: str, path: Path) -> Reading:
        importer = IMPORTERS[source]
        metrics = Metric.objects.all() if source == "tidy" else Metric.objects.filter(source_system=source)
        return importer.read(path, path.name, importer.companion_of(path), metric_sources(metrics))

    return reading


@pytest.fixture
def staged(read: Read) -> StageFile:
    """Read and stage a file; returns what was found and the staged figures by (metric, last day, unit)."""

    def stage_file(source: str, path: Path) -> tuple[Staged, dict[tuple[str, str, str], StagedFigure]]:
        run = ImportRun.objects.create(source=source, file_name=path.name, sha256="", size=0)
        metrics = {metric.key: metric for metric in Metric.objects.all()}
        found = stage(run_id=run.pk, reading=read(source, path), importer=IMPORTERS[source], metrics=metrics)
        rows = StagedFigure.objects.filter(run=run).select_related("metric", "period")
        keys = _unit_keys()
        return found, {(row.metric.key, str(row.period.ends_on), keys[row.unit_id]): row for row in rows}

    return stage_file


def _unit_keys() -> dict[int, str]:
    from slip.directory.models import ReportingUnit

    return dict(ReportingUnit.objects.values_list("pk", "key"))
