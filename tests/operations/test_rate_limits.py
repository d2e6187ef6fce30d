"""How often one caller may ask, and who the caller is behind proxies."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from slip.operations.models import RequestCount
from slip.operations.rate_limits import TooManyRequests, count_request, limit_rate
from slip.operations.tasks import forget_old_counts

PROXY = "10.0.0.7"
#: Nobody else asks from there: the browser tests share the database of one worker.
READER = "198.51.100.7"


@limit_rate("test", per_minute=1)
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


def callers_differ(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether two requests are counted as two callers; each may ask once."""
    RequestCount.objects.all().delete()
    factory = RequestFactory()
    view(factory.get("/", **first))
    try:
        view(factory.get("/", **second))
    except TooManyRequests:
        return False
    return True


def asked(by: str, forwarded: str | None = None) -> dict[str, str]:
    return {"REMOTE_ADDR": by} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})


@pytest.mark.parametrize(
    ("proxies", "sent", "counted_as"),
    [
        # Without proxies of ours nobody is believed.
        (0, asked("1.2.3.4", "9.9.9.9"), "1.2.3.4"),
        # Our proxy adds who asked it, at the right of whatever the caller sent.
        (1, asked(PROXY, "1.2.3.4"), "1.2.3.4"),
        (1, asked(PROXY, "9.9.9.9, 1.2.3.4"), "1.2.3.4"),
        (1, asked(PROXY, "9.9.9.9,8.8.8.8,1.2.3.4"), "1.2.3.4"),
        (2, asked(PROXY, "1.2.3.4, 10.0.0.8"), "1.2.3.4"),
        (2, asked(PROXY, "9.9.9.9, 1.2.3.4, 10.0.0.8"), "1.2.3.4"),
        (1, asked(PROXY, "2001:DB8::0001"), "2001:db8::1"),
        # Somebody who did not come through all of our proxies, or a header that holds no address there.
        (1, asked("1.2.3.4"), "1.2.3.4"),
        (2, asked("1.2.3.4", "9.9.9.9"), "1.2.3.4"),
        (1, asked("1.2.3.4", ""), "1.2.3.4"),
        (1, asked("1.2.3.4", "9.9.9.9, unknown"), "1.2.3.4"),
        (1, asked("1.2.3.4", "9.9.9.9,"), "1.2.3.4"),
    ],
)
def test_whom_a_request_counts_for(
    db: None, settings: object, proxies: int, sent: dict[str, str], counted_as: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    RequestCount.objects.all().delete()
    view(RequestFactory().get("/", **sent))
    kept = RequestCount.objects.get()
    assert count_request(caller=counted_as, kind="test") == 2
    assert counted_as not in kept.caller, "an address is kept as a keyed hash only"


def test_a_caller_cannot_be_somebody_else_by_a_header(db: None, settings: object) -> None:
    for proxies, forwarded in ((0, "{}"), (1, "{}, 1.2.3.4"), (2, "{}, 1.2.3.4, 10.0.0.8")):
        settings.TRUSTED_PROXIES = proxies
        first, second = (asked(PROXY, forwarded.format(f"9.9.9.{number}")) for number in (1, 2))
        assert not callers_differ(first, second), proxies


def test_two_people_behind_one_proxy_are_two_callers(db: None, settings: object) -> None:
    settings.TRUSTED_PROXIES = 1
    assert callers_differ(asked(PROXY, "1.2.3.4"), asked(PROXY, "1.2.3.5"))


def test_kinds_are_counted_apart(db: None) -> None:
    assert [count_request(caller="a", kind=kind) for kind in ("x", "y", "x")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/scorecards/?q=thurrock", 120),
        ("/scorecards/thurrock.csv", 60),
        ("/scorecards/thurrock/adult-obesity.csv", 60),
    ],
)
def test_a_reader_who_asks_too_often_is_told_so(
    db: None, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    client = Client(REMOTE_ADDR=READER)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    kind = "find-council" if "?q" in path else "download"
    for _ in range(most - 1):
        count_request(caller=READER, kind=kind)
    assert client.get(path).status_code == 200
    refused = client.get(path)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert b"Too many requests" in refused.content
    assert b"Nothing has been lost." in refused.content
    assert "Content-Security-Policy" in refused
    assert client.get(path, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert client.get("/scorecards/thurrock/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1))
    assert client.get(path).status_code == 200


def test_requests_at_the_same_time_are_all_counted(own_database: str) -> None:
    def ask_often(start: threading.Barrier) -> list[int]:
        start.wait()
        try:
            return [count_request(caller="somebody", kind="try") for _ in range(100)]
        finally:
            connection.close()

    start = threading.Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        counts = [count for answers in threads.map(ask_often, [start, start]) for count in answers]
    # Where a minute begins meanwhile there are two rows; every number of each was given out once.
    kept = RequestCount.objects.filter(kind="try").values_list("count", flat=True)
    assert sum(kept) == 200
    assert sorted(counts) == sorted(number for total in kept for number in range(1, total + 1))


def test_old_counts_are_forgotten(db: None) -> None:
    minute = timezone.now().replace(second=0, microsecond=0)
    RequestCount.objects.create(caller="old", kind="x", minute=minute - timedelta(hours=3))
    RequestCount.objects.create(caller="new", kind="x", minute=minute)
    forget_old_counts()
    assert [row.caller for row in RequestCount.objects.filter(caller__in=["old", "new"])] == ["new"]
