"""Every action leaves an audit event with its change, or leaves nothing at all. An action that is not listed here fails."""

import csv
import gzip
import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from lg_inform.actions.definitions import DEFINITIONS, load_definitions
from lg_inform.actions.imports import publish_import, receive_file, run_import, withdraw_import
from lg_inform.actions.neighbours import load_neighbours
from lg_inform.actions.publishing import restore_release
from lg_inform.actions.starter_pack import PACK, load_starter_pack
from lg_inform.actions.verification import verify_standings
from lg_inform.enums import RunState, ValueState
from lg_inform.importers.tidy import COLUMNS
from lg_inform.models import ImportRun, Metric, Release, Standing, Tenure
from slip.audit.actors import Actor
from slip.audit.models import Event
from slip.directory.actions import load_register
from slip.directory.models import RegisterEdition
from slip.directory.register_files import REGISTER_FOLDER

SOMEBODY = Actor(key="somebody", name="Somebody")
METRIC = "household-recycling-rate"
PACKAGES = ("slip", "lg_inform", "peer_challenge", "risk")

#: What is no action of a person: it has no event of its own, and this is why.
WITHOUT_EVENT = {
    "slip.audit.actions.record_event": "it is the event",
    "slip.outbox.actions.promise_job": "part of the action that promises",
    "slip.outbox.actions.dispatch_due_jobs": "hands work out; what is done is audited by the action that does it",
    "slip.outbox.actions.run_job": "settles work; what is done is audited by the action that does it",
    "lg_inform.actions.definitions.read_definitions": "reads files",
    "lg_inform.actions.imports.recover_interrupted": "promises again what was promised",
    "lg_inform.actions.publishing.publish_staged": "part of run_import and publish_import, which are tried here",
    "lg_inform.actions.publishing.lock_metrics": "waits for others who publish the same metrics",
    "lg_inform.actions.publishing.compute_standings": "part of publishing and of loading definitions",
    "lg_inform.actions.publishing.discard_staged": "removes what nobody has read as fact",
    "lg_inform.actions.starter_pack.build_starter_pack": "writes files, and nothing of the portal's record",
}

#: Where publishing failed the run stays as it was read; only what stands published must be untouched.
OF_A_RUN = frozenset(
    {
        "lg_inform_importrun",
        "lg_inform_stagedfigure",
        "lg_inform_finding",
        "lg_inform_edition",
        "lg_inform_period",
        "outbox_job",
    }
)


@dataclass(frozen=True)
class Audited:
    """How an action is tried: what makes it ready to be called, the verb of its event, and what may remain if it fails."""

    prepare: Callable[[Path], Callable[[], object]]
    verb: str
    remains: frozenset[str] = frozenset()


# How each action is made ready


def _register(folder: Path) -> Callable[[], object]:
    copy = shutil.copytree(REGISTER_FOLDER, folder / "register")
    names = copy / "names.csv"
    names.write_text(names.read_text(encoding="utf-8").rstrip("\n") + "\n", encoding="utf-8")
    RegisterEdition.objects.update(digest="of another edition")
    return lambda: load_register(by=SOMEBODY, folder=copy)


def _definitions(folder: Path) -> Callable[[], object]:
    copy = shutil.copytree(DEFINITIONS, folder / "definitions")
    health = copy / "health.toml"
    health.write_text(
        health.read_text(encoding="utf-8").replace('polarity = "low"', 'polarity = "none"', 1), encoding="utf-8"
    )
    return lambda: load_definitions(by=SOMEBODY, folder=copy)


def _neighbours(folder: Path) -> Callable[[], object]:
    path = next(PACK.glob("neighbours-*.csv"))
    return lambda: load_neighbours(path=path, vintage="another vintage", by=SOMEBODY)


_LATEST = """
    SELECT DISTINCT ON (o.unit_id) p.basis, p.starts_on, p.ends_on, c.code, o.value, o.lower, o.upper, o.state
    FROM lg_inform_release r
    JOIN lg_inform_metric m ON m.id = r.metric_id AND m.key = %s
    JOIN lg_inform_period p ON p.id = r.period_id
    JOIN lg_inform_observation o ON o.release_id = r.id
    JOIN directory_code c ON c.unit_id = o.unit_id AND c.scheme = 'gss'
    WHERE r.superseded_at IS NULL AND r.ends_on = (
      SELECT max(ends_on) FROM lg_inform_release s WHERE s.metric_id = m.id AND s.superseded_at IS NULL)
    ORDER BY o.unit_id, upper_inf(c.during) DESC, upper(c.during) DESC
"""


def _file(folder: Path, *, complete: bool = True) -> Path:
    """The latest figures of one metric with one of them corrected; where not complete, nearly all are lost on the way."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [METRIC])
        rows = [list(row) for row in cursor.fetchall()]
    rows[0][4] += 0.1
    path = folder / "figures.csv"
    with path.open("w", newline="", encoding="utf-8") as content:
        writer = csv.writer(content)
        writer.writerow(COLUMNS)
        for *row, state in rows if complete else rows[:3]:
            symbol = "" if state == ValueState.VALUE else ValueState(state).name.lower()
            writer.writerow([METRIC, *row, symbol, ""])
    return path


def _receive(folder: Path) -> Callable[[], object]:
    path = _file(folder)
    return lambda: receive_file(source="tidy", path=path, by=SOMEBODY)


def _run(folder: Path) -> Callable[[], object]:
    run = receive_file(source="tidy", path=_file(folder), by=SOMEBODY, queue=False)
    return lambda: run_import(run_id=run.pk, by=SOMEBODY)


def _starter_pack(folder: Path) -> Callable[[], object]:
    (folder / "figures.toml").write_text(f'[{METRIC}]\npublisher = "Somebody else"\n', encoding="utf-8")
    with gzip.open(folder / "figures.csv.gz", "wb") as packed:
        packed.write(_file(folder).read_bytes())
    return lambda: load_starter_pack(by=SOMEBODY, folder=folder)


def _doubtful_run(folder: Path) -> ImportRun:
    """A run that waits for a person."""
    path = _file(folder, complete=False)
    run = receive_file(source="tidy", path=path, by=SOMEBODY, queue=False)
    run_import(run_id=run.pk, by=SOMEBODY)
    run.refresh_from_db()
    assert run.state == RunState.DOUBTFUL, run.message
    return run


def _publish(folder: Path) -> Callable[[], object]:
    run = _doubtful_run(folder)
    return lambda: publish_import(run_id=run.pk, by=SOMEBODY)


def _withdraw(folder: Path) -> Callable[[], object]:
    run = _doubtful_run(folder)
    return lambda: withdraw_import(run_id=run.pk, by=SOMEBODY)


def _restore(folder: Path) -> Callable[[], object]:
    standing = Release.objects.filter(metric__key=METRIC, superseded_at__isnull=True).latest("ends_on")
    earlier = Release.objects.get(pk=standing.pk)
    earlier.pk, earlier.revision, earlier.superseded_at = None, 99, timezone.now()
    earlier.save()
    Tenure.objects.create(release=earlier, since=earlier.published_at, until=earlier.superseded_at)
    return lambda: restore_release(release_id=earlier.pk, by=SOMEBODY)


def _verify(folder: Path) -> Callable[[], object]:
    run = ImportRun.objects.get(state=RunState.PUBLISHED)
    Standing.objects.filter(release__metric__key=METRIC, rank=1).update(rank=2)
    return lambda: verify_standings(run_id=run.pk, by=SOMEBODY)


AUDITED = {
    "slip.directory.actions.load_register": Audited(_register, "load_register"),
    "lg_inform.actions.definitions.load_definitions": Audited(_definitions, "load_definitions"),
    "lg_inform.actions.neighbours.load_neighbours": Audited(_neighbours, "load_neighbours"),
    "lg_inform.actions.imports.receive_file": Audited(_receive, "receive_file"),
    "lg_inform.actions.imports.run_import": Audited(_run, "publish_import", OF_A_RUN),
    "lg_inform.actions.imports.publish_import": Audited(_publish, "publish_import"),
    "lg_inform.actions.imports.withdraw_import": Audited(_withdraw, "withdraw_import"),
    "lg_inform.actions.publishing.restore_release": Audited(_restore, "restore_release"),
    # Where nothing differs there is nothing to tell but the line in the run's report.
    "lg_inform.actions.verification.verify_standings": Audited(_verify, "verify_standings"),
    "lg_inform.actions.starter_pack.load_starter_pack": Audited(_starter_pack, "publish_import", OF_A_RUN),
}


# The sweep


def action_modules() -> Iterator[str]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "actions" in module.name.split(".") and "settings" not in module.name:
                yield module.name


def public_functions() -> set[str]:
    """Dotted names of the functions that modules of actions define and do not keep to themselves."""
    return {
        f"{name}.{function}"
        for name in action_modules()
        for function, found in inspect.getmembers(importlib.import_module(name), inspect.isfunction)
        if found.__module__ == name and not function.startswith("_")
    }


def test_every_action_is_listed_and_every_listed_one_exists():
    assert public_functions() == AUDITED.keys() | WITHOUT_EVENT.keys()


@pytest.mark.parametrize("name", AUDITED)
def test_an_action_says_who_by_keyword(name: str):
    module, _, function = name.rpartition(".")
    parameters = inspect.signature(getattr(importlib.import_module(module), function)).parameters
    assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.fixture
def ready(db, tmp_path: Path, settings) -> Callable[[str], Callable[[], object]]:
    """Makes an action ready to be called; files it keeps go to the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return lambda name: AUDITED[name].prepare(tmp_path)


@pytest.mark.parametrize("name", AUDITED)
def test_an_action_records_who_did_it(ready, name: str):
    act = ready(name)
    before = Event.objects.count()
    act()
    events = list(Event.objects.order_by("pk")[before:])
    assert AUDITED[name].verb in [event.verb for event in events]
    for event in events:
        assert event.actor_key == SOMEBODY.key
        assert event.sentence.endswith(".")


class AuditBroken(Exception):
    pass


def picture() -> dict[str, tuple]:
    """Every table of ours with its number of rows and a sum over their content."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found


@pytest.mark.parametrize("name", AUDITED)
def test_without_its_event_nothing_is_saved(ready, monkeypatch: pytest.MonkeyPatch, name: str):
    act = ready(name)
    before = picture()

    def broken(**event: object) -> None:
        raise AuditBroken

    for module in action_modules():
        if hasattr(importlib.import_module(module), "record_event"):
            monkeypatch.setattr(f"{module}.record_event", broken)
    with suppress(AuditBroken):
        act()
        pytest.fail(f"{name} did not notice that its event could not be written")
    changed = {table for table, content in picture().items() if content != before[table]}
    assert changed <= AUDITED[name].remains


def test_the_picture_sees_one_changed_word(db):
    before = picture()
    metric = Metric.objects.first()
    Metric.objects.filter(pk=metric.pk).update(label="Something else")
    changed = {table for table, content in picture().items() if content != before[table]}
    assert changed == {"lg_inform_metric"}
    assert len(before) > 20
