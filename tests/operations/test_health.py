"""Whether the process answers and whether it can serve; what a reader gets when it cannot; and the id of a request."""

import http.client
import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slip.embedded.processes import free_port
from tests.browser import served_portal

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def get(address: str, path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    parts = urlsplit(address)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        asked.request("GET", path, headers={"Accept": "*/*"})
        answer = asked.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        asked.close()


def test_live_asks_nothing_of_the_database(db, client: Client):
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/health/live/")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert not asked.captured_queries


def test_ready_says_that_the_database_answers(db, client: Client):
    response = client.get("/health/ready/")
    assert response.status_code == 200
    assert all(state == "OK" for state in response.json().values())


def test_answers_to_a_load_balancer_are_not_kept(db, client: Client):
    assert "no-store" in client.get("/health/ready/")["Cache-Control"]


@pytest.fixture
def database_name(db) -> str:
    return connection.settings_dict["NAME"]


def test_with_the_database_gone_it_lives_and_is_not_ready_and_says_so_plainly(database_name: str):
    nowhere = f"postgres://slip_app:x@127.0.0.1:{free_port()}/slip"
    with served_portal(database_name, SLIP_TEST_APP_URL=nowhere) as address:
        assert get(address, "/health/live/")[0] == 200
        status, _, text = get(address, "/health/ready/")
        assert status in (500, 503)
        assert any(state != "OK" for state in json.loads(text).values())
        for path in ("/scorecards/thurrock/", "/scorecards/?q=essex", "/data/sources/"):
            status, headers, text = get(address, path)
            assert status == 503, path
            assert int(headers["Retry-After"]) > 0
            assert "The portal is not available just now" in text
            assert headers["X-Frame-Options"] == "DENY"
            assert "Traceback" not in text
            assert "127.0.0.1" not in text
        assert get(address, "/static/slip.css")[0] == 200


def test_with_redis_gone_it_is_ready_and_serves(database_name: str):
    with served_portal(database_name, SLIP_TEST_REDIS_URL=f"redis://127.0.0.1:{free_port()}") as address:
        for path in ("/health/ready/", "/", "/scorecards/thurrock/", "/scorecards/?q=essex"):
            assert get(address, path)[0] == 200, path


# The number that a person quotes when something went wrong


@pytest.fixture
def broken(db, client: Client, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """Asks for a page whose view fails."""

    def fails(*arguments: object, **options: object) -> None:
        raise RuntimeError("a secret of the database")

    monkeypatch.setattr("lg_inform.views.metric_sources", fails)
    client.raise_request_exception = False
    return lambda: client.get("/data/sources/")


def logged(caplog: pytest.LogCaptureFixture, event: str) -> str:
    (found,) = [record.getMessage() for record in caplog.records if f"'event': '{event}'" in record.getMessage()]
    return found


def test_every_answer_carries_the_id_that_it_is_logged_under(db, client: Client, caplog: pytest.LogCaptureFixture):
    response = client.get("/scorecards/")
    number = response["X-Request-ID"]
    assert UUID.fullmatch(number)
    assert number in logged(caplog, "request_started")
    assert number in logged(caplog, "request_finished")
    assert client.get("/scorecards/")["X-Request-ID"] != number


def test_an_error_page_shows_that_id_and_nothing_of_the_cause(broken, caplog: pytest.LogCaptureFixture):
    response = broken()
    text = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, something went wrong" in text
    number = response["X-Request-ID"]
    assert number in text
    assert number in logged(caplog, "request_failed")
    assert "secret" not in text
    assert "RuntimeError" not in text
    assert response["X-Frame-Options"] == "DENY"


def test_so_does_the_page_of_what_is_not_there(db, client: Client):
    response = client.get("/scorecards/no-such-council/")
    assert response["X-Request-ID"] in response.content.decode()


def test_an_id_that_a_caller_sends_cannot_put_words_into_the_page(db, client: Client):
    response = client.get("/nowhere/", HTTP_X_REQUEST_ID="<b>mine</b>")
    assert b"<b>mine</b>" not in response.content
