"""What Celery beat starts, and how often. Beat only knocks: the work itself is idempotent and claimed in PostgreSQL."""

from datetime import timedelta

BEAT_SCHEDULE = {
    "dispatch-outbox": {
        "task": "slip.outbox.tasks.dispatch_due",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "recover-interrupted-imports": {
        "task": "lg_inform.tasks.recover_interrupted_imports",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "forget-old-rate-limits": {
        "task": "slip.operations.tasks.forget_old_counts",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
}
