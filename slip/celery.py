"""The Celery application. Tasks are started by the outbox, by name; nothing else calls `.delay()`."""

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

app = Celery("slip")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
