"""Events share the fate of the change they describe, and nobody changes or removes one."""

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction

from slip.audit.actions import AuditOutsideTransaction, record_event
from slip.audit.actors import SYSTEM, Actor
from slip.audit.models import Event
from tests.audit.owner import as_owner_of

PERSON = Actor(key="person-1", name="Ann Example")


def record(key: str = "1") -> Event:
    return record_event(
        verb="try",
        subject_type="thing",
        subject_key=key,
        sentence="Ann Example tried a thing.",
        by=PERSON,
        fields=("name",),
    )


@pytest.mark.django_db
def test_event_says_who_did_what_to_which() -> None:
    record()
    event = Event.objects.get(subject_type="thing")
    assert (event.actor_key, event.verb, event.subject_key, event.fields) == ("person-1", "try", "1", ["name"])
    assert str(event) == "Ann Example tried a thing."
    assert SYSTEM.name == "The portal"


def test_event_outside_a_transaction_is_refused(own_database: str) -> None:
    with pytest.raises(AuditOutsideTransaction):
        record()
    assert not Event.objects.filter(subject_type="thing").exists()


def test_event_goes_with_the_change_that_failed(own_database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record()
        raise ZeroDivisionError
    assert not Event.objects.filter(subject_type="thing").exists()
    with transaction.atomic():
        record()
    assert Event.objects.filter(subject_type="thing").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET sentence = ''", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_the_portal_itself_may_not_change_events(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET sentence = 'nothing happened'",
        "UPDATE audit_event SET sentence = '' WHERE false",
        "DELETE FROM audit_event",
    ],
)
def test_not_even_the_owner_may_change_events(statement: str, own_database: str) -> None:
    before = list(Event.objects.order_by("pk").values())
    assert before
    with (
        as_owner_of(own_database) as owner,
        owner.cursor() as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege, match="audit events are never changed or removed"),
    ):
        cursor.execute(statement)
    assert list(Event.objects.order_by("pk").values()) == before
