"""The states of a piece of promised work."""

from django.db import models


class JobState(models.TextChoices):
    WAITING = "waiting", "waiting"
    SENT = "sent", "handed to a worker"
    DONE = "done", "done"
    DEAD = "dead", "given up"
