"""A worker killed with SIGKILL in the middle of an import: yesterday's figures stand, and the import ends all the same."""

from pathlib import Path

from lg_inform.actions.imports import RUN_TASK, receive_file, recover_interrupted
from lg_inform.enums import RunState
from lg_inform.models import ImportRun, Observation, Release, StagedFigure
from slip.audit.actors import SYSTEM
from slip.audit.models import Event
from slip.outbox.actions import dispatch_due_jobs
from slip.outbox.enums import JobState
from slip.outbox.models import Job
from tests.conftest import is_full_size
from tests.lg_inform.actions.conftest import Picture
from tests.lg_inform.actions.workers import forget_earlier_work, until, worker, writing_barred
from tests.lg_inform.samples import MEDWAY, SOUTHEND, THURROCK, els_file, els_row

#: Where the import is when it is killed: the table that it is about to write to. The first is before anything is
#: staged, the others are all inside the transaction that publishes, from its first statement to its last.
POINTS = (
    "lg_inform_stagedfigure",
    "lg_inform_observation",
    "lg_inform_release",
    "lg_inform_tenure",
    "lg_inform_standing",
    "audit_event",
)
#: Each round kills the worker at two points of one run, and lets a third finish it.
ROUNDS = 25 if is_full_size() else 1
CODES = (THURROCK, MEDWAY, SOUTHEND)


def file_of(folder: Path, number: int) -> Path:
    rows = [els_row(code, 25 + place + number / 100) for place, code in enumerate(CODES)]
    return els_file(folder, *rows)


def waiting_promises(run: ImportRun) -> int:
    return Job.objects.filter(task=RUN_TASK, arguments__run_id=run.pk, state=JobState.WAITING).count()


def test_worker_reads_what_was_promised(own_database: str, tmp_path: Path) -> None:
    forget_earlier_work()
    run = receive_file(source="ons-els", path=file_of(tmp_path, 0), by=SYSTEM)
    assert run.state == RunState.WAITING
    assert dispatch_due_jobs() == 1
    with worker():
        until(Job.objects.filter(task=RUN_TASK, state=JobState.DONE).exists, "the work is done")
    run.refresh_from_db()
    assert (run.state, run.added, run.attempts) == (RunState.PUBLISHED, 3, 1)


def test_killed_worker_leaves_yesterdays_figures_and_another_goes_on(
    own_database: str, tmp_path: Path, what_stands: Picture
) -> None:
    forget_earlier_work()
    for number in range(ROUNDS):
        run = receive_file(source="ons-els", path=file_of(tmp_path, number), by=SYSTEM)
        before, events = what_stands(), Event.objects.count()
        dispatch_due_jobs()
        points = POINTS[2 * number % len(POINTS)], POINTS[(2 * number + 1) % len(POINTS)]
        for attempt, table in enumerate(points, start=1):
            with writing_barred(own_database, table) as somebody_waits, worker() as victim:
                until(somebody_waits, f"the import is about to write to {table}")
                victim.kill()
            run.refresh_from_db()
            assert (run.state, run.attempts) == (RunState.READING, attempt)
            assert what_stands() == before
            assert Event.objects.count() == events
            # The database notices that the dead worker is gone, and forgets what it had begun.
            until(recover_interrupted, "the killed run is found")
            assert recover_interrupted() == 1
            assert waiting_promises(run) == 1, "however often it is found, it is promised once"
            dispatch_due_jobs()
            assert waiting_promises(run) == 0
        with worker():
            until(ImportRun.objects.filter(pk=run.pk, state=RunState.PUBLISHED).exists, "the run is published")
        run.refresh_from_db()
        assert (run.state, run.attempts, run.releases_made) == (RunState.PUBLISHED, 3, 1)
        release = Release.objects.get(edition__run=run)
        figures = Observation.objects.filter(release=release).values_list("unit__key", "value")
        expected = {
            ("thurrock", 25 + number / 100),
            ("medway", 26 + number / 100),
            ("southend-on-sea", 27 + number / 100),
        }
        assert len(figures) == 3
        assert set(figures) == expected
        assert (release.revision, release.superseded_at) == (number + 1, None)
        assert Event.objects.filter(subject_key=str(run.pk), verb="publish_import").count() == 1
        assert not StagedFigure.objects.exists()
        assert recover_interrupted() == 0
