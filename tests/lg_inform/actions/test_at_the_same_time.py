"""Several runs at once, and failures inside the one transaction: what stands is always one whole thing or the other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import Count

from lg_inform.actions.imports import RUN_TASK, publish_import, receive_file, recover_interrupted, run_import
from lg_inform.actions.publishing import lock_metrics, restore_release
from lg_inform.enums import RunState
from lg_inform.models import ImportRun, Metric, Observation, Release, StagedFigure, Tenure
from lg_inform.signals import import_published
from slip.audit.actors import SYSTEM
from slip.audit.models import Event
from slip.outbox.actions import promise_job
from slip.outbox.models import Job
from tests.audit.owner import as_owner_of
from tests.lg_inform.actions.conftest import BringIn, Picture
from tests.lg_inform.actions.workers import until
from tests.lg_inform.samples import MEDWAY, NEXT_YEAR, OBESITY, SOUTHEND, THURROCK, els_file, els_row

YEARS = (NEXT_YEAR, "2032-11-16/P1Y", "2033-11-16/P1Y")


@contextmanager
def heard_by(receiver: Callable[..., None]) -> Iterator[None]:
    import_published.connect(receiver)
    try:
        yield
    finally:
        import_published.disconnect(receiver)


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run each in a thread of its own, all started together; returns what they raised."""
    barrier, raised = threading.Barrier(len(works)), []

    def go(work: Callable[[], object]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def received(path: Path) -> ImportRun:
    return receive_file(source="ons-els", path=path, by=SYSTEM, queue=False)


def assert_one_release_stands() -> None:
    """One standing release for each metric and period, with one open tenure, and every figure of it once."""
    standing = Release.objects.filter(superseded_at=None)
    assert not standing.values("metric", "period").annotate(n=Count("pk")).filter(n__gt=1).exists()
    open_tenures = Tenure.objects.filter(until=None).values_list("release_id", flat=True)
    assert sorted(open_tenures) == sorted(standing.values_list("pk", flat=True))
    counted = standing.annotate(n=Count("observations")).exclude(n=0)
    assert all(release.n == release.figures for release in counted)


@pytest.mark.parametrize("in_order", [True, False])
def test_overlapping_files_at_the_same_time(in_order: bool, own_database: str, tmp_path: Path) -> None:
    """Several metrics each, so that the two could also wait for one another for ever."""
    runs = []
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [
            els_row(code, 40 + place + number / 10, indicator=indicator, period="2031-09-01/P1Y")
            for indicator in ("Communication and language", "Literacy", "Mathematics")
            for place, code in enumerate((THURROCK, MEDWAY, SOUTHEND))
        ]
        rows = rows if in_order or number % 2 else rows[::-1]
        runs.append(received(els_file(folder, *rows, name="early-years")))
    raised = at_once(*(lambda run=run: run_import(run_id=run.pk) for run in runs))
    assert raised == []
    for run in runs:
        run.refresh_from_db()
    assert {run.state for run in runs} == {RunState.PUBLISHED}
    assert sorted(run.added for run in runs) == [0, 0, 0, 9], "each says what it really changed"
    revisions = Release.objects.filter(metric__key="early-years-maths", ends_on="2032-08-31").order_by("revision")
    assert [release.revision for release in revisions] == [1, 2, 3, 4]
    assert [release.superseded_at is None for release in revisions] == [False, False, False, True]
    assert_one_release_stands()
    assert not StagedFigure.objects.exists()


def test_a_removal_is_doubted_even_when_the_figures_came_a_moment_ago(own_database: str, tmp_path: Path) -> None:
    """One file has a council that the other lacks. Whichever is second, the figure never goes unseen."""
    whole, part = tmp_path / "whole", tmp_path / "part"
    whole.mkdir()
    part.mkdir()
    runs = [
        received(els_file(whole, els_row(THURROCK, 25), els_row(MEDWAY, 26))),
        received(els_file(part, els_row(THURROCK, 25))),
    ]
    assert at_once(*(lambda run=run: run_import(run_id=run.pk) for run in runs)) == []
    for run in runs:
        run.refresh_from_db()
    assert runs[0].state == RunState.PUBLISHED
    assert runs[1].state in (RunState.PUBLISHED, RunState.DOUBTFUL)
    release = Release.objects.get(metric__key=OBESITY, ends_on="2032-11-15", superseded_at=None)
    assert release.figures == 2
    assert_one_release_stands()


def test_a_file_is_read_while_another_of_the_same_metric_is_published(own_database: str, tmp_path: Path) -> None:
    """Reading takes long and waits for nobody, or two files of the same metrics could wait for each other for ever."""
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    reader = threading.Thread(target=lambda: at_once(lambda: run_import(run_id=run.pk)))
    with transaction.atomic():
        lock_metrics(Metric.objects.filter(key=OBESITY).values_list("pk", flat=True))
        reader.start()
        until(StagedFigure.objects.filter(run=run).exists, "the figures are staged")
        run.refresh_from_db()
        assert run.state == RunState.READING
    reader.join()
    run.refresh_from_db()
    assert run.state == RunState.PUBLISHED


def test_same_run_in_two_places_is_read_once(own_database: str, tmp_path: Path) -> None:
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    assert at_once(*[lambda: run_import(run_id=run.pk)] * 3) == []
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.PUBLISHED, 1)
    assert Event.objects.filter(subject_key=str(run.pk), verb="publish_import").count() == 1


def test_restoring_while_a_file_is_published(own_database: str, tmp_path: Path, bring_in: BringIn) -> None:
    first = Release.objects.get(edition__run=bring_in(els_file(tmp_path, els_row(THURROCK, 25))))
    bring_in(els_file(tmp_path, els_row(THURROCK, 26)))
    run = received(els_file(tmp_path, els_row(THURROCK, 27)))
    raised = at_once(lambda: run_import(run_id=run.pk), *[lambda: restore_release(release_id=first.pk, by=SYSTEM)] * 2)
    assert raised == []
    assert_one_release_stands()


def test_a_run_at_work_is_not_taken_for_an_interrupted_one(own_database: str, tmp_path: Path) -> None:
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    recovered = []

    def look(**_: object) -> None:
        recovered.append(recover_interrupted())

    with heard_by(look):
        run_import(run_id=run.pk)
    assert recovered == [0]
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.READING)
    assert recover_interrupted() == 1
    assert recover_interrupted() == 1
    job = Job.objects.get(task=RUN_TASK, arguments__run_id=run.pk)
    assert job.key == f"import-run-{run.pk}-1"


def test_looking_for_interrupted_runs_holds_nobody_up(own_database: str, tmp_path: Path) -> None:
    """A worker that starts on a run while somebody looks must not be turned away, or the run would never end."""
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.READING, attempts=1)
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            recover_interrupted()

    def work() -> None:
        try:
            run_import(run_id=run.pk)
        finally:
            stop.set()

    assert at_once(look, look, work) == []
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.PUBLISHED, 2)


def test_run_cut_short_three_times_is_refused(own_database: str, tmp_path: Path, what_stands: Picture) -> None:
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.READING, attempts=3)
    before = what_stands()
    run_import(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (
        RunState.REFUSED,
        "Reading was cut short three times. Nothing was published.",
    )
    assert what_stands() == before


def test_news_is_sent_inside_the_transaction(own_database: str, tmp_path: Path, bring_in: BringIn) -> None:
    """A receiver writes an outbox row, which needs a transaction, and sees the figures as they will stand."""
    news = []

    def receiver(run_id: int, metric_ids: list[int], **_: object) -> None:
        promise_job(task="tests.follow", key=f"news-{run_id}", run_id=run_id)
        figures = Observation.objects.filter(release__edition__run_id=run_id).count()
        news.append((run_id, metric_ids, connection.in_atomic_block, figures))

    with heard_by(receiver):
        run = bring_in(els_file(tmp_path, els_row(THURROCK, 25)))
        again = bring_in(els_file(tmp_path, els_row(THURROCK, 25)))
    assert news == [(run.pk, [Metric.objects.get(key=OBESITY).pk], True, 1)]
    assert Job.objects.filter(key=f"news-{run.pk}").exists()
    assert not Job.objects.filter(key=f"news-{again.pk}").exists()


def test_failing_receiver_rolls_everything_back(own_database: str, tmp_path: Path, what_stands: Picture) -> None:
    run = received(els_file(tmp_path, els_row(THURROCK, 25)))
    before, events = what_stands(), Event.objects.count()

    def receiver(run_id: int, **_: object) -> None:
        promise_job(task="tests.follow", key="never")
        raise LookupError("no such follower")

    with heard_by(receiver), pytest.raises(LookupError):
        run_import(run_id=run.pk)
    assert what_stands() == before
    assert Event.objects.count() == events
    assert not Job.objects.filter(key="never").exists()
    run.refresh_from_db()
    # The fault is not held against the file, and once it is mended the run is read as if nothing had been.
    assert (run.state, run.message, run.attempts) == (RunState.WAITING, "Reading failed and is tried again.", 0)
    run_import(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.added) == (RunState.PUBLISHED, 1)
    assert not StagedFigure.objects.exists()


@pytest.mark.parametrize("act", ["import", "decide", "restore"])
def test_nothing_is_published_that_is_not_recorded(
    act: str, own_database: str, tmp_path: Path, bring_in: BringIn, what_stands: Picture
) -> None:
    old = Release.objects.get(edition__run=bring_in(els_file(tmp_path, els_row(THURROCK, 25))))
    bring_in(els_file(tmp_path, els_row(THURROCK, 26)))
    doubtful = bring_in(els_file(tmp_path, els_row(THURROCK, 27), els_row("E06999999", 30)))
    waiting = received(els_file(tmp_path, els_row(THURROCK, 28)))
    before = what_stands()
    with as_owner_of(own_database) as owner, owner, owner.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON audit_event FROM slip_app")
    with pytest.raises(ProgrammingError, match="permission denied for table audit_event"):
        if act == "import":
            run_import(run_id=waiting.pk)
        elif act == "decide":
            publish_import(run_id=doubtful.pk, by=SYSTEM)
        else:
            restore_release(release_id=old.pk, by=SYSTEM)
    assert what_stands() == before
    doubtful.refresh_from_db()
    assert doubtful.state == RunState.DOUBTFUL
    assert StagedFigure.objects.filter(run=doubtful).exists()


def test_published_figures_cannot_stand_twice(own_database: str) -> None:
    """The database itself refuses a second standing release of a metric and period."""
    release = Release.objects.filter(superseded_at=None).first()
    assert release is not None
    release.pk, release.revision = None, 99
    with pytest.raises(IntegrityError, match="release_one_stands"), transaction.atomic():
        release.save(force_insert=True)
