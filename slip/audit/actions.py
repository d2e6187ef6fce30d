"""Recording an event, inside the transaction of the change that it describes."""

from collections.abc import Sequence

from django.db import connection

from slip.audit.actors import Actor
from slip.audit.models import Event


class AuditOutsideTransaction(RuntimeError):
    """An event was recorded outside a transaction, where it could survive a change that did not."""


def record_event(
    *, verb: str, subject_type: str, subject_key: str, sentence: str, by: Actor, fields: Sequence[str] = ()
) -> Event:
    """Append one event. Raises AuditOutsideTransaction where the change would not share its fate."""
    if not connection.in_atomic_block:
        raise AuditOutsideTransaction(f"{verb} was recorded outside a transaction")
    return Event.objects.create(
        actor_key=by.key,
        verb=verb,
        subject_type=subject_type,
        subject_key=subject_key,
        sentence=sentence,
        fields=list(fields),
    )
