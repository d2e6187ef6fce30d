"""One table of events. The database refuses to change or remove a row (see migration 0002), whoever asks."""

from django.db import models


class Event(models.Model):
    """One thing done, as a finished sentence. Confidential fields appear in `fields` by name, never by content."""

    at = models.DateTimeField(auto_now_add=True)
    actor_key = models.CharField(max_length=64)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=120)
    sentence = models.TextField()
    fields = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_key", "at"])]

    def __str__(self) -> str:
        return self.sentence
