"""What is published and what was done stays: the server itself refuses the serving login, whatever the code says."""

import pytest
from django.core.management import call_command
from django.db import connection

from lg_inform.actions.publishing import restore_release
from lg_inform.models import Observation, Release, Tenure
from slip.audit.actors import SYSTEM
from slip.operations.grants import REVOKED, grant_to_app_role
from tests.audit.owner import as_owner_of

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def held(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p FROM unnest(%s) AS p WHERE has_table_privilege(%s, p)", [list(PRIVILEGES), f"public.{table}"]
        )
        return {privilege for (privilege,) in cursor.fetchall()}


@pytest.mark.parametrize(
    ("table", "privileges"),
    [
        ("audit_event", {"SELECT", "INSERT"}),
        ("lg_inform_observation", {"SELECT", "INSERT"}),
        ("lg_inform_release", {"SELECT", "INSERT", "UPDATE"}),
        ("lg_inform_tenure", {"SELECT", "INSERT", "UPDATE"}),
        ("django_migrations", {"SELECT"}),
        # Worked out from the figures, or not yet published: these may be written again.
        ("lg_inform_standing", {"SELECT", "INSERT", "UPDATE", "DELETE"}),
        ("lg_inform_tiersummary", {"SELECT", "INSERT", "UPDATE", "DELETE"}),
        ("lg_inform_stagedfigure", {"SELECT", "INSERT", "UPDATE", "DELETE"}),
    ],
)
def test_what_the_portal_may_do_with_a_table(db: None, table: str, privileges: set[str]) -> None:
    assert held(table) == privileges


def test_every_table_that_is_named_is_there(db: None) -> None:
    assert set(REVOKED) <= set(connection.introspection.table_names())


def test_what_is_published_can_still_be_set_aside_and_restored(db: None) -> None:
    release = Release.objects.filter(superseded_at=None).first()
    other = Release.objects.create(
        metric_id=release.metric_id,
        period_id=release.period_id,
        ends_on=release.ends_on,
        revision=release.revision + 1,
        edition_id=release.edition_id,
        digest="",
        figures=0,
        published_at=release.published_at,
        superseded_at=release.published_at,
    )
    figures = Observation.objects.count()
    restore_release(release_id=other.pk, by=SYSTEM)
    restore_release(release_id=release.pk, by=SYSTEM)
    assert Release.objects.get(pk=release.pk).superseded_at is None
    assert Tenure.objects.filter(release__in=[release, other], until=None).count() == 1
    assert Observation.objects.count() == figures


def test_migrating_takes_back_what_somebody_granted(own_database: str) -> None:
    with as_owner_of(own_database) as owner, owner.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE ON lg_inform_observation, audit_event TO slip_app")
        cursor.execute("REVOKE DELETE ON lg_inform_standing FROM slip_app")
        owner.commit()
    assert "UPDATE" in held("lg_inform_observation")
    assert "DELETE" not in held("lg_inform_standing")
    with connection.creation._as_owner():
        connection.settings_dict["NAME"] = own_database
        call_command("migrate", verbosity=0)
    assert held("lg_inform_observation") == held("audit_event") == {"SELECT", "INSERT"}
    assert "DELETE" in held("lg_inform_standing")


def test_a_database_with_one_login_is_left_alone(db: None) -> None:
    """As a developer may have it: whoever owns the tables serves, and nothing is taken from them."""
    before = held("lg_inform_release")
    grant_to_app_role(using="default")
    assert held("lg_inform_release") == before
