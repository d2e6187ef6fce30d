"""Promise work, hand it out, and settle it. Every step may be repeated or interrupted without loss or doubling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from slip.outbox.enums import JobState
from slip.outbox.models import Job

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
#: A job handed out and not settled by then is handed out again; tasks are safe to run twice.
LEASE = timedelta(minutes=15)
BATCH = 100


class PromiseOutsideTransaction(RuntimeError):
    """Work was promised outside a transaction, where it could outlive a change that was rolled back."""


def promise_job(*, task: str, key: str, **arguments: Any) -> None:
    """Write the promise beside the change. The same key twice is one promise.

    `task` is a Celery task's name; `arguments` must be JSON-able ids.
    """
    if not connection.in_atomic_block:
        raise PromiseOutsideTransaction(f"{task} was promised outside a transaction")
    Job.objects.bulk_create([Job(key=key, task=task, arguments=arguments)], ignore_conflicts=True)


def dispatch_due_jobs(*, limit: int = BATCH) -> int:
    """Hand due jobs to Celery; returns how many. With the broker gone, every row stays as it was."""
    handed_out = 0
    with transaction.atomic():
        due = Job.objects.select_for_update(skip_locked=True).filter(
            state__in=[JobState.WAITING, JobState.SENT], due_at__lte=timezone.now()
        )
        for job in due.order_by("due_at")[:limit]:
            try:
                current_app.send_task(job.task, kwargs={"job_id": job.pk}, retry=False)
            except OperationalError as error:
                logger.warning("broker_unreachable", error=str(error), waiting=due.count())
                break
            job.state, job.due_at = JobState.SENT, timezone.now() + LEASE
            job.save(update_fields=["state", "due_at"])
            handed_out += 1
    return handed_out


def run_job(*, job_id: int, work: Callable[..., None]) -> None:
    """Run `work(**arguments)` for a job unless it is settled already, and settle it.

    A failure is kept with the row and tried again later, 30 s doubling; after MAX_ATTEMPTS the job is given up and
    stays visible as a dead letter. A killed process settles nothing: the lease runs out and the job is handed out again.
    """
    job = Job.objects.filter(pk=job_id, state__in=[JobState.WAITING, JobState.SENT]).first()
    if job is None:
        return
    try:
        work(**job.arguments)
    except Exception as error:
        attempts = job.attempts + 1
        given_up = attempts >= MAX_ATTEMPTS
        Job.objects.filter(pk=job_id).update(
            state=JobState.DEAD if given_up else JobState.WAITING,
            attempts=attempts,
            last_error=f"{type(error).__name__}: {error}",
            due_at=timezone.now() + timedelta(seconds=30 * 2 ** (attempts - 1)),
        )
        logger.exception("job_failed", key=job.key, attempts=attempts, given_up=given_up)
        return
    Job.objects.filter(pk=job_id).update(state=JobState.DONE, finished_at=timezone.now(), last_error="")
