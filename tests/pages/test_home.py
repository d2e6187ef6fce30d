"""The front door, and the troubles that have a page of their own."""

import re

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from slip.directory.queries import current_councils


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def test_it_says_how_many_councils_there_are(db, client: Client):
    councils = current_councils(nation=None).count()
    assert councils > 370
    for _ in range(2):  # worked out, and then kept
        assert f"There are {councils} councils to choose from." in client.get("/").content.decode()


def test_what_is_typed_goes_to_the_finder(db, client: Client):
    page = client.get("/").content.decode()
    form = re.search(r"<form[^>]*>.*?</form>", page, re.DOTALL)[0]
    assert 'action="/scorecards/"' in form
    assert 'method="get"' in form
    name = re.search(r'<input[^>]*name="(\w+)"', form)[1]
    assert b"Thurrock Council" in client.get("/scorecards/", {name: "thurrock"}).content


def test_it_promises_no_overall_score(db, client: Client):
    assert "No council is one number." in client.get("/").content.decode()


def test_a_database_that_does_not_answer_is_told_plainly(db, client: Client, monkeypatch: pytest.MonkeyPatch):
    def gone(*arguments: object, **options: object) -> None:
        raise OperationalError("connection to server at 10.1.2.3 failed")

    monkeypatch.setattr("lg_inform.views.organisation_with_key", gone)
    response = client.get("/scorecards/thurrock/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert b"The portal is not available just now" in response.content
    assert b"10.1.2.3" not in response.content
