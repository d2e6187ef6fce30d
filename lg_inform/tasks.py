"""Work that the outbox starts, by name. Thin, and safe to run twice."""

from celery import shared_task

from lg_inform.actions import imports, publishing, verification
from slip.outbox.actions import run_job


@shared_task(name=imports.RUN_TASK)
def run_import(job_id: int) -> None:
    run_job(job_id=job_id, work=imports.run_import)


@shared_task(name=publishing.VERIFY_TASK)
def verify_standings(job_id: int) -> None:
    run_job(job_id=job_id, work=verification.verify_standings)


@shared_task(name="lg_inform.tasks.recover_interrupted_imports")
def recover_interrupted_imports() -> None:
    imports.recover_interrupted()
