"""Where figures come from, and what was found when they were brought in."""

import pytest
from django.test import Client

from lg_inform.models import Finding, ImportRun, NeighbourModel
from lg_inform.queries.sources import metric_sources
from tests.lg_inform.views.pages import text_of


def test_every_metric_is_listed_with_publisher_licence_and_date(db, client: Client):
    said = text_of(client.get("/data/sources/"))
    for row in metric_sources():
        assert row.label in said
        assert row.publisher in said
        if row.published_on:
            assert f"{row.published_on.day} {row.published_on:%B %Y}" in said
    assert "Open Government Licence v3.0" in said


def test_the_register_and_the_neighbour_lists_are_named_too(db, client: Client):
    said = text_of(client.get("/data/sources/"))
    assert "mySociety" in said
    for model in NeighbourModel.objects.filter(superseded_at__isnull=True):
        assert model.name in said
        assert f"{model.publisher}, {model.vintage}" in said


def test_the_starter_pack_has_a_report_that_anyone_may_read(client: Client, db):
    run = ImportRun.objects.get()
    page = client.get(f"/data/imports/{run.pk}/")
    said = text_of(page)
    assert run.file_name in said
    assert run.sha256 in said
    assert run.message in said
    assert f'href="/data/imports/{run.pk}/"' in client.get("/data/sources/").content.decode()


@pytest.mark.parametrize(
    ("count", "lines", "said"),
    [
        (1, [12], "1 row. Line 12."),
        (3, [4, 5, 6], "3 rows. Lines 4, 5, 6."),
        (40, [1, 2], "40 rows. Lines 1, 2 and more."),
        (7, [], "7 rows."),
    ],
)
def test_a_finding_says_how_often_and_where(client: Client, db, count: int, lines: list[int], said: str):
    run = ImportRun.objects.get()
    run.findings.all().delete()
    Finding.objects.create(
        run=run, severity="note", kind="left_out", message="Something was left out.", count=count, lines=lines
    )
    assert f"Something was left out. {said}" in text_of(client.get(f"/data/imports/{run.pk}/")).replace(" .", ".")


def test_a_report_without_findings_says_so(client: Client, db):
    run = ImportRun.objects.get()
    run.findings.all().delete()
    assert "Nothing doubtful was found." in text_of(client.get(f"/data/imports/{run.pk}/"))
