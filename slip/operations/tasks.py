"""Housekeeping that beat starts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from slip.operations.rate_limits import forget_counts_before


@shared_task(name="slip.operations.tasks.forget_old_counts")
def forget_old_counts() -> None:
    forget_counts_before(timezone.now() - timedelta(hours=2))
