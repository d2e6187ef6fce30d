"""Promised work is done at least once and settled once, whatever is away, killed, doubled or failing meanwhile."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import redis
from celery import current_app
from django.db import connection, connections, transaction
from django.utils import timezone

from slip.outbox.actions import (
    LEASE,
    MAX_ATTEMPTS,
    PromiseOutsideTransaction,
    dispatch_due_jobs,
    promise_job,
    run_job,
)
from slip.outbox.enums import JobState
from slip.outbox.models import Job
from slip.outbox.tasks import dispatch_due
from tests.outbox.conftest import Broker

TASK = "tests.none"


def promise(*keys: str) -> list[Job]:
    with transaction.atomic():
        for number, key in enumerate(keys):
            promise_job(task=TASK, key=key, number=number)
    return list(Job.objects.filter(key__in=keys).order_by("pk"))


def make_due(*jobs: Job) -> None:
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(due_at=timezone.now() - timedelta(seconds=1))


def test_promise_outside_a_transaction_is_refused(own_database: str, empty_outbox: None) -> None:
    with pytest.raises(PromiseOutsideTransaction):
        promise_job(task=TASK, key="a")
    assert not Job.objects.exists()


def test_promise_goes_with_the_change_that_failed(own_database: str, empty_outbox: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        promise_job(task=TASK, key="a")
        raise ZeroDivisionError
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_same_promise_twice_is_one(empty_outbox: None) -> None:
    promise("a")
    promise("a", "b")
    assert list(Job.objects.order_by("pk").values_list("key", "arguments")) == [
        ("a", {"number": 0}),
        ("b", {"number": 1}),
    ]


@pytest.mark.django_db
def test_work_goes_out_once_and_again_only_when_its_lease_is_over(empty_outbox: None, broker: Broker) -> None:
    (job,) = promise("a")
    dispatch_due()
    job.refresh_from_db()
    assert (job.state, broker.messages()) == (JobState.SENT, 1)
    assert timedelta(0) < job.due_at - timezone.now() <= LEASE
    assert dispatch_due_jobs() == 0
    make_due(job)
    assert dispatch_due_jobs() == 1
    assert broker.messages() == 2


@pytest.mark.django_db
def test_what_is_settled_goes_out_no_more(empty_outbox: None, broker: Broker) -> None:
    jobs = promise("done", "dead", "due", "later")
    for job, state in zip(jobs, (JobState.DONE, JobState.DEAD), strict=False):
        Job.objects.filter(pk=job.pk).update(state=state)
    Job.objects.filter(key="later").update(due_at=timezone.now() + timedelta(minutes=1))
    assert dispatch_due_jobs() == 1
    assert Job.objects.get(state=JobState.SENT).key == "due"


@pytest.mark.django_db
def test_the_most_overdue_go_first(empty_outbox: None, broker: Broker) -> None:
    jobs = promise("a", "b", "c")
    make_due(jobs[2])
    assert dispatch_due_jobs(limit=1) == 1
    assert Job.objects.get(state=JobState.SENT).key == "c"


@pytest.mark.django_db
def test_broker_stopped_and_started_again_loses_nothing(empty_outbox: None, broker: Broker) -> None:
    promise("before")
    assert dispatch_due_jobs() == 1
    broker.stop()
    with pytest.raises(redis.ConnectionError):
        broker.messages()

    jobs = promise("a", "b", "c")
    before = list(Job.objects.order_by("pk").values())
    assert dispatch_due_jobs() == 0
    assert dispatch_due_jobs() == 0
    assert list(Job.objects.order_by("pk").values()) == before

    broker.start()
    assert dispatch_due_jobs() == 3
    assert broker.messages() == 4, "what was handed out before is still there"
    assert set(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("state", flat=True)) == {JobState.SENT}


def test_two_dispatchers_hand_each_job_out_once(own_database: str, empty_outbox: None, broker: Broker) -> None:
    jobs = promise(*(f"job-{number}" for number in range(60)))
    barrier, handed = threading.Barrier(3), Counter[str]()

    def dispatch(name: str) -> None:
        barrier.wait()
        try:
            for _ in range(40):
                handed[name] += dispatch_due_jobs(limit=3)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=dispatch, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(handed.values()) == len(jobs)
    assert len(handed) == 3
    with current_app.connection_for_read(url=f"{broker.url}/0") as reader, reader.SimpleQueue("celery") as queue:
        sent = Counter(queue.get(timeout=5).payload[1]["job_id"] for _ in jobs)
        assert broker.messages() == 0
    assert sent == Counter(job.pk for job in jobs)


def test_a_dispatcher_passes_over_what_another_is_handing_out(
    own_database: str, empty_outbox: None, broker: Broker
) -> None:
    first, second = promise("first", "second")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=first.pk)
            held.set()
            done.wait(30)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        assert dispatch_due_jobs() == 1
    finally:
        done.set()
        holder.join()
    assert Job.objects.get(state=JobState.SENT) == second


@pytest.mark.django_db
def test_task_delivered_three_times_runs_once() -> None:
    (job,) = promise("a")
    runs = []
    for _ in range(3):
        run_job(job_id=job.pk, work=lambda number: runs.append(number))
    job.refresh_from_db()
    assert (runs, job.state, job.last_error) == ([0], JobState.DONE, "")
    assert job.finished_at is not None
    run_job(job_id=10**9, work=lambda: runs.append("nobody's"))
    assert runs == [0]


def test_failing_work_is_tried_again_later_and_at_last_given_up(own_database: str, empty_outbox: None) -> None:
    """Each failure waits twice as long as the one before: 30 seconds, a minute, two, …"""
    (job,) = promise("a")
    waits = []

    def fail(number: int) -> None:
        with transaction.atomic():
            promise_job(task=TASK, key="half-done")
            raise LookupError("the council is not there")

    for attempt in range(1, MAX_ATTEMPTS + 1):
        run_job(job_id=job.pk, work=fail)
        job.refresh_from_db()
        assert (job.attempts, job.last_error) == (attempt, "LookupError: the council is not there")
        waits.append(round((job.due_at - timezone.now()).total_seconds()))
        assert job.state == (JobState.DEAD if attempt == MAX_ATTEMPTS else JobState.WAITING)
    assert waits == [30 * 2**n for n in range(MAX_ATTEMPTS)]
    assert not Job.objects.filter(key="half-done").exists()
    # A dead letter stays, and is neither handed out nor run.
    make_due(job)
    run_job(job_id=job.pk, work=fail)
    job.refresh_from_db()
    assert job.attempts == MAX_ATTEMPTS


@pytest.mark.django_db
def test_work_that_failed_once_can_succeed() -> None:
    (job,) = promise("a")
    outcomes = [ConnectionError("away"), None]

    def work(number: int) -> None:
        if error := outcomes.pop(0):
            raise error

    run_job(job_id=job.pk, work=work)
    run_job(job_id=job.pk, work=work)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.DONE, 1, "")
