"""The figures that ship with the project, so that a first start needs neither network nor other files."""

import gzip
import hashlib
import io
from pathlib import Path

from django.db import connection

from lg_inform.actions.imports import receive_file, run_import
from lg_inform.actions.neighbours import load_neighbours
from lg_inform.enums import RunState, ValueState
from lg_inform.importers.tidy import COLUMNS
from lg_inform.models import Edition, ImportRun, Neighbour
from slip.audit.actors import Actor

PACK = Path(__file__).resolve().parent.parent / "starter_pack"
FIGURES, FACTS, NEIGHBOURS = "figures.csv.gz", "figures.toml", "neighbours"
#: The latest periods kept of each metric and basis.
PERIODS_KEPT = 10

# One row per standing figure of the latest periods; the unit's code of today, or its last.
_FIGURES = """
    WITH kept AS (
      SELECT r.id, m.key, p.basis, p.starts_on, p.ends_on,
        row_number() OVER (PARTITION BY r.metric_id, p.basis ORDER BY p.ends_on DESC) AS age
      FROM lg_inform_release r
      JOIN lg_inform_metric m ON m.id = r.metric_id JOIN lg_inform_period p ON p.id = r.period_id
      WHERE r.superseded_at IS NULL),
    codes AS (
      SELECT DISTINCT ON (unit_id) unit_id, code FROM directory_code WHERE scheme = 'gss'
      ORDER BY unit_id, upper_inf(during) DESC, upper(during) DESC)
    SELECT k.key, k.basis, k.starts_on, k.ends_on, c.code, o.value, o.lower, o.upper, o.state, o.note
    FROM kept k
    JOIN lg_inform_observation o ON o.release_id = k.id
    JOIN codes c ON c.unit_id = o.unit_id
    WHERE k.age <= %s
    ORDER BY k.key, k.basis, k.ends_on, c.code
"""


def load_starter_pack(*, by: Actor, folder: Path = PACK) -> str:
    """Publish the shipped figures and neighbours; returns a sentence. Does nothing where this pack is loaded already."""
    facts = folder / FACTS
    digest = hashlib.sha256((folder / FIGURES).read_bytes() + facts.read_bytes()).hexdigest()
    earlier = ImportRun.objects.filter(source="tidy", sha256=digest)
    if earlier.filter(state__in=[RunState.PUBLISHED, RunState.UNCHANGED, RunState.WITHDRAWN]).exists():
        return "The starter pack is already loaded."
    if (waiting := earlier.filter(state__in=[RunState.DOUBTFUL, RunState.REFUSED]).first()) is not None:
        return f"The starter pack: {waiting.message}"
    for path in sorted(folder.glob(f"{NEIGHBOURS}-*.csv")):
        load_neighbours(path=path, vintage=path.stem.removeprefix(f"{NEIGHBOURS}-").replace("-", " "), by=by)
    run = receive_file(source="tidy", path=folder / FIGURES, companion=facts, by=by, queue=False)
    run_import(run_id=run.pk, by=by)
    run.refresh_from_db()
    return f"The starter pack: {run.message}"


def build_starter_pack(*, folder: Path = PACK) -> tuple[int, int]:
    """Write what stands published as the starter pack; returns how many figures and neighbours. Same figures, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    lines = 0
    text.write(",".join(COLUMNS) + "\n")
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [PERIODS_KEPT])
        keys = set()
        for key, basis, starts_on, ends_on, code, value, lower, upper, state, note in cursor.fetchall():
            symbol = "" if state == ValueState.VALUE else ValueState(state).name.lower()
            numbers = ["" if number is None else repr(number) for number in (value, lower, upper)]
            quoted = '"{}"'.format(note.replace('"', '""')) if note else ""
            text.write(",".join([key, basis, str(starts_on), str(ends_on), code, *numbers, symbol, quoted]) + "\n")
            keys.add(key)
            lines += 1
    with (folder / FIGURES).open("wb") as target, gzip.GzipFile("", "wb", 9, target, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    (folder / FACTS).write_text(_facts(sorted(keys)), encoding="utf-8")
    return lines, _write_neighbours(folder)


def _facts(keys: list[str]) -> str:
    standing = (
        Edition.objects.filter(metric__key__in=keys, releases__superseded_at__isnull=True)
        .order_by("metric__key", "-pk")
        .select_related("metric")
        .distinct()
    )
    parts, seen = ["# Who published each metric's figures, and when. Licence: Open Government Licence v3.0.\n"], set()
    for edition in standing:
        if edition.metric.key in seen:
            continue
        seen.add(edition.metric.key)
        parts.append(f"\n[{edition.metric.key}]\npublisher = {_toml(edition.publisher)}\n")
        if edition.published_on:
            parts.append(f"published_on = {edition.published_on}\n")
        if edition.url:
            parts.append(f"url = {_toml(edition.url)}\n")
        if edition.in_development:
            parts.append("in_development = true\n")
    return "".join(parts)


def _toml(text: str) -> str:
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _write_neighbours(folder: Path) -> int:
    for old in folder.glob(f"{NEIGHBOURS}-*.csv"):
        old.unlink()
    rows = Neighbour.objects.filter(model__superseded_at__isnull=True).order_by(
        "model__vintage", "model__key", "unit__key", "position"
    )
    codes = _codes()
    files: dict[str, list[str]] = {}
    for vintage, model, unit, position, neighbour in rows.values_list(
        "model__vintage", "model__key", "unit_id", "position", "neighbour_id"
    ):
        files.setdefault(vintage, []).append(f"{model},{codes[unit]},{position},{codes[neighbour]}\n")
    for vintage, lines in files.items():
        path = folder / f"{NEIGHBOURS}-{vintage.replace(' ', '-')}.csv"
        path.write_text("model,code,position,neighbour\n" + "".join(lines), encoding="utf-8")
    return sum(map(len, files.values()))


def _codes() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (unit_id) unit_id, code FROM directory_code WHERE scheme = 'gss' "
            "ORDER BY unit_id, upper_inf(during) DESC, upper(during) DESC"
        )
        return dict(cursor.fetchall())
