"""Every address of the portal has a declared answer; an address that is not listed here fails, and so does a lost one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lg_inform.enums import RunState
from lg_inform.models import ImportRun
from slip.directory.models import Organisation, ReportingUnit

OK, NOT_FOUND, NOT_ALLOWED = HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED
HTML, CSV, JSON = "text/html; charset=utf-8", "text/csv; charset=utf-8", "application/json"


@dataclass(frozen=True)
class Answer:
    """What anybody gets who has not signed in: the arguments of the address, the type, and the status for each method."""

    arguments: tuple[object, ...] = ()
    content_type: str = HTML
    get: int = OK
    post: int = NOT_ALLOWED


COUNCIL, METRIC = "thurrock", "adult-obesity"
ANSWERS = {
    "pages:home": Answer(),
    "lg_inform:scorecards": Answer(),
    "lg_inform:scorecard": Answer((COUNCIL,)),
    "lg_inform:scorecard_csv": Answer((COUNCIL,), CSV),
    "lg_inform:metric": Answer((COUNCIL, METRIC)),
    "lg_inform:metric_csv": Answer((COUNCIL, METRIC), CSV),
    "lg_inform:sources": Answer(),
    "lg_inform:import_report": Answer(("published run",)),
    "design_system:gallery": Answer(),
    "operations:live": Answer((), JSON),
    "operations:ready": Answer((), JSON),
}

#: Keys that name nothing that may be seen here.
UNKNOWN_COUNCILS = [
    "no-such-council",
    "essex-fire",
    "greater-manchester-combined-authority",
    "east-of-england",
    "england",
]


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{namespace}{entry.name}", str(entry.pattern)


@pytest.fixture
def path_of(db, published_run: int):
    """Turns a declared name into a path."""

    def path(name: str) -> str:
        arguments = [published_run if part == "published run" else part for part in ANSWERS[name].arguments]
        return reverse(name, args=arguments)

    return path


def test_every_address_is_declared_and_every_declared_one_exists():
    found = [name for name, _ in patterns(get_resolver())]
    assert len(found) == len(set(found))
    assert set(found) == set(ANSWERS)


def test_every_page_ends_in_a_slash_and_every_file_in_its_ending():
    for name, route in patterns(get_resolver()):
        assert route == "" or route.endswith("/" if ANSWERS[name].content_type != CSV else ".csv"), route


@pytest.mark.parametrize("name", ANSWERS)
def test_get_and_head(client: Client, path_of, name: str):
    answer = ANSWERS[name]
    response = client.get(path_of(name))
    assert response.status_code == answer.get
    assert response["Content-Type"] == answer.content_type
    head = client.head(path_of(name))
    assert head.status_code == answer.get
    assert head.content == b""
    assert head["Content-Type"] == answer.content_type


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_only_reads_takes_nothing(path_of, name: str, method: str):
    response = getattr(Client(), method)(path_of(name))
    assert response.status_code == ANSWERS[name].post
    assert set(response["Allow"].split(", ")) <= {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("name", ANSWERS)
def test_nobody_is_given_a_cookie(client: Client, path_of, name: str):
    response = client.get(path_of(name))
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert b"csrfmiddlewaretoken" not in response.content


def directives(policy: str) -> dict[str, set[str]]:
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name: set(values) for name, *values in parts}


def check_headers(response) -> None:
    policy = directives(response["Content-Security-Policy"])
    assert policy["default-src"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert policy["base-uri"] <= {"'self'", "'none'"}
    assert policy["form-action"] == {"'self'"}
    for name, values in policy.items():
        for value in values:
            assert "unsafe" not in value, f"{name} {value}"
            assert "*" not in value, f"{name} {value}"
            assert "http" not in value, f"{name} {value}"
    assert "data:" not in policy["script-src"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_the_headers_that_protect_a_reader(client: Client, path_of, name: str):
    check_headers(client.get(path_of(name)))
    check_headers(client.post(path_of(name)))


@pytest.mark.parametrize("path", ["/nowhere/", "/scorecards/no-such-council/", "/scorecards/?" + "with=a&" * 1001])
def test_so_has_every_page_that_says_something_is_wrong(db, client: Client, path: str):
    response = client.get(path)
    assert response.status_code in (400, 404)
    check_headers(response)
    assert not response.cookies


@pytest.mark.parametrize("name", [name for name, answer in ANSWERS.items() if answer.content_type == CSV])
def test_a_file_is_saved_and_not_shown(client: Client, path_of, name: str):
    response = client.get(path_of(name))
    kind, _, rest = response["Content-Disposition"].partition("; ")
    assert kind == "attachment"
    assert rest.startswith('filename="')
    assert rest.endswith('.csv"')
    assert COUNCIL in rest
    assert response.content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", [name for name, answer in ANSWERS.items() if answer.content_type == HTML])
def test_an_address_without_its_slash_leads_to_the_page(client: Client, path_of, name: str):
    path = path_of(name)
    if path == "/":
        return
    response = client.get(f"{path.rstrip('/')}?group=region")
    assert response.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert response["Location"] == f"{path}?group=region"


# What is not there, or not for readers


@pytest.mark.parametrize("council", UNKNOWN_COUNCILS)
def test_what_is_no_council_has_no_scorecard(db, client: Client, council: str):
    for path in (
        f"/scorecards/{council}/",
        f"/scorecards/{council}.csv",
        f"/scorecards/{council}/{METRIC}/",
        f"/scorecards/{council}/{METRIC}.csv",
    ):
        response = client.get(path)
        assert response.status_code == NOT_FOUND, path
        assert b"Page not found" in response.content


def test_no_fire_or_combined_authority_has_a_scorecard(db, client: Client):
    others = list(Organisation.objects.filter(tier__in=["fire", "combined", "strategic"]).values_list("key", flat=True))
    assert len(others) > 40
    for key in others:
        assert client.get(f"/scorecards/{key}/").status_code == NOT_FOUND, key


def test_a_council_in_shadow_has_no_scorecard_yet(db, client: Client):
    today = timezone.localdate()
    unit = ReportingUnit.objects.create(
        key="mid-essex", name="Mid Essex", kind="organisation", nation="england", tier="unitary"
    )
    council = Organisation.objects.create(
        key="mid-essex",
        name="Mid Essex",
        official_name="Mid Essex Council",
        tier="unitary",
        nation="england",
        reporting_unit=unit,
        shadow_from=today.replace(year=today.year - 1),
        started_on=today.replace(year=today.year + 1, day=1),
    )
    assert client.get("/scorecards/mid-essex/").status_code == NOT_FOUND
    assert b"Mid Essex" not in client.get("/scorecards/?q=mid+essex").content
    council.started_on, council.shadow_from = today, None
    council.save()
    assert client.get("/scorecards/mid-essex/").status_code == OK


def test_a_metric_that_does_not_exist_has_no_page(db, client: Client):
    assert client.get(f"/scorecards/{COUNCIL}/no-such-metric/").status_code == NOT_FOUND
    assert client.get(f"/scorecards/{COUNCIL}/no-such-metric.csv").status_code == NOT_FOUND


@pytest.mark.parametrize("state", RunState)
def test_only_a_published_import_has_a_report(client: Client, path_of, published_run: int, state: RunState):
    run = ImportRun.objects.get(pk=published_run)
    run.pk, run.state, run.message = None, state, "Not to be read by everybody"
    run.save()
    response = client.get(reverse("lg_inform:import_report", args=[run.pk]))
    if state == RunState.PUBLISHED:
        assert response.status_code == OK
    else:
        assert response.status_code == NOT_FOUND
        assert b"Not to be read" not in response.content
        assert b"Not to be read" not in client.get("/data/sources/").content


def test_an_import_that_never_was_has_no_report(db, client: Client):
    for number in ("0", "999999999", "9" * 30):
        assert client.get(f"/data/imports/{number}/").status_code == NOT_FOUND


# Odd input never breaks a page

ODD_QUERIES = [
    "group=nonsense",
    "group=",
    "group=%00",
    "group=tier&group=region",
    "group=county",
    "group=chosen",
    "group=chosen&with=no-such-council",
    "group=chosen&with=%00",
    "group=chosen&with=thurrock",
    "group=chosen&with=essex&with=brentwood&with=essex-fire&with=england",
    "group=chosen&" + "with=medway&" * 999,
    "with=medway&" * 2000,
    "page=99999",
    "page=-1",
    "page=0",
    "page=one",
    "page=%00",
    "page=" + "9" * 5000,
    "q=" + "x" * 10_000,
    "q=%00",
    "q=thur%00rock",
    "q=%F0%9F%8F%9B",
    "q=%FF%FE",
    "q=Ynys+M%C3%B4n",
    "q=%27%3B+DROP+TABLE+lg_inform_metric--",
    "q=%25%5F%5C",
    "q=%3Cscript%3Ealert(1)%3C/script%3E",
    "q=" + "%E2%80%AE" * 50,
    "q=" + "a+" * 300,
    "%00=%00",
    "&&&===",
]


@pytest.mark.parametrize("query", ODD_QUERIES, ids=lambda query: query[:40])
def test_odd_input_never_breaks_a_page(client: Client, path_of, query: str):
    client.raise_request_exception = False
    for name in ANSWERS:
        response = client.get(f"{path_of(name)}?{query}")
        assert response.status_code in (OK, HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND), (name, response.status_code)
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/%00/",
        "/scorecards/%00/",
        "/scorecards/thurrock%00/",
        "/scorecards/Thurrock/",
        "/scorecards/../",
        "/scorecards/" + "a" * 5000 + "/",
        "/scorecards/thurrock/adult-obesity/more/",
        "/scorecards/thurrock.xlsx",
        "/scorecards/%F0%9F%8F%9B/",
        "/data/imports/-1/",
        "/data/imports/one/",
        "/admin/",
        "/static/../manage.py",
        "/.env",
    ],
    ids=lambda path: path[:30],
)
def test_odd_paths_are_not_found(db, path: str):
    client = Client(raise_request_exception=False)
    assert client.get(path).status_code == NOT_FOUND


def page_of(client: Client, path: str) -> str:
    """A page without the line that says on paper from which address it was printed."""
    return re.sub(r"Printed on [^<]*", "", client.get(path).content.decode())


def test_an_unknown_group_is_shown_as_the_whole_tier(db, client: Client):
    assert page_of(client, "/scorecards/thurrock/?group=nonsense") == page_of(client, "/scorecards/thurrock/")


def test_a_page_beyond_the_last_is_the_last(db, client: Client):
    assert page_of(client, "/scorecards/thurrock/?page=99999") == page_of(client, "/scorecards/thurrock/")


def test_a_declared_answer_can_be_wrong(client: Client, path_of):
    wrong = replace(ANSWERS["pages:home"], get=NOT_FOUND)
    assert client.get(path_of("pages:home")).status_code != wrong.get
