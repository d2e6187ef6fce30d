"""Promised work."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from slip.outbox.enums import JobState


class Job(models.Model):
    """A Celery task that must run, by name, with its arguments (ids only, no confidential text)."""

    key = models.CharField(max_length=200, unique=True, help_text="The same promise made twice is one promise.")
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    due_at = models.DateTimeField(default=timezone.now, help_text="For work handed out: when to hand it out again.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="outbox_job_due", condition=Q(state__in=[JobState.WAITING, JobState.SENT])
            )
        ]

    def __str__(self) -> str:
        return self.key
