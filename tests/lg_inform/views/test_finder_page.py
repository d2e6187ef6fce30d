"""The page on which a reader finds a council."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slip.directory.queries import current_councils
from tests.lg_inform.views.pages import main_of, text_of


@pytest.mark.parametrize(("words", "number"), [("london", 33), ("Essex", 15), ("yorkshire", 15), ("England", 317)])
def test_as_many_councils_are_listed_as_are_said_to_match(db, client: Client, words: str, number: int):
    page = client.get("/scorecards/", {"q": words})
    assert f"{number} councils match “{words}”" in text_of(page)
    listed = re.findall(r'href="/scorecards/([\w-]+)/"', main_of(page))
    assert len(listed) == len(set(listed)) == number


@pytest.mark.parametrize(
    ("words", "council"), [("Thurock", "Thurrock Council"), ("Middlesex", "Middlesbrough Borough")]
)
def test_a_guess_is_called_one(db, client: Client, words: str, council: str):
    said = text_of(client.get("/scorecards/", {"q": words}))
    assert "No exact match. Did you mean this council?" in said
    assert council in said
    assert "match “" not in said


@pytest.mark.parametrize("words", ["RM17 6SL", "sw1a", "M1 1AE"])
def test_a_postcode_is_answered_by_what_to_type_instead(db, client: Client, words: str):
    said = text_of(client.get("/scorecards/", {"q": words}))
    assert f"No council matches “{words}”" in said
    assert "Postcodes are not understood yet: type the name of the council or county." in said
    assert "Check the spelling" not in said


def test_without_words_every_council_can_be_chosen(db, client: Client):
    client.get("/scorecards/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/scorecards/")
    statements = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 3, statements
    listed = re.findall(r'href="/scorecards/([\w-]+)/"', main_of(page))
    assert sorted(listed) == sorted(current_councils(nation=None).values_list("key", flat=True))
    said = text_of(page)
    assert "For example Thurrock, Harrogate or Essex." in said
    assert "East Midlands (39)" in said
    assert "Scotland (32)" in said


@pytest.mark.parametrize("words", ["Isles of Scilly", "zzzzzz", ""])
def test_the_box_keeps_the_words(db, client: Client, words: str):
    page = client.get("/scorecards/", {"q": words})
    assert f'value="{words}"' in page.content.decode()


def test_the_city_of_london_is_not_called_a_borough(db, client: Client):
    said = text_of(client.get("/scorecards/?q=City of London"))
    assert "City of London Corporation city corporation" in said
    assert "borough" not in said
