"""The one scheduled knock that hands out due work."""

from celery import shared_task

from slip.outbox.actions import dispatch_due_jobs


@shared_task(name="slip.outbox.tasks.dispatch_due")
def dispatch_due() -> None:
    dispatch_due_jobs()
