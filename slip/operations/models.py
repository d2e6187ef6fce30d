"""Counts of requests, kept in PostgreSQL so that they hold over several web processes and without Redis."""

from django.db import models


class RequestCount(models.Model):
    """How often one caller asked for one kind of thing in one minute. The caller is a keyed hash, never an address."""

    caller = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "kind", "minute"], name="request_count_once")]
        indexes = [models.Index(fields=["minute"])]
