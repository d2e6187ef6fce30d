"""The number of queries of a page never depends on how many metrics, councils or rows it shows."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lg_inform.models import Finding, ImportRun, Metric, Neighbour, Theme
from slip.directory.models import ReportingUnit
from slip.directory.queries import comparable_councils
from tests.figures import as_published

MOST_QUERIES = 12
PAGES = {
    "scorecard": "/scorecards/thurrock/",
    "scorecard of a region": "/scorecards/thurrock/?group=region",
    "scorecard beside neighbours": "/scorecards/thurrock/?group=ons-global",
    "scorecard of a district": "/scorecards/brentwood/?group=county",
    "scorecard of an ended council": "/scorecards/harrogate/",
    "scorecard as a file": "/scorecards/thurrock.csv",
    "metric": "/scorecards/thurrock/adult-obesity/",
    "metric beside neighbours": "/scorecards/thurrock/adult-obesity/?group=ons-global",
    "metric as a file": "/scorecards/thurrock/adult-obesity.csv",
    "sources": "/data/sources/",
    "home": "/",
}


@pytest.fixture
def queries(db, client: Client) -> Callable[[str], list[str]]:
    """The statements that a page asks, savepoints left out; asked once before, so that nothing is measured cold."""

    def ask(path: str) -> list[str]:
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]

    return ask


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_many(queries, name: str):
    asked = queries(PAGES[name])
    assert len(asked) <= MOST_QUERIES, "\n".join(sql[:160] for sql in asked)
    assert len(asked) == len(set(asked)), "the same statement is asked twice"


def only_metric(key: str) -> None:
    """Leave one metric to be shown; the others keep their figures."""
    as_published("SET CONSTRAINTS ALL DEFERRED")
    for table in ("standing", "tiersummary", "observation", "tenure"):
        as_published(
            f"DELETE FROM lg_inform_{table} WHERE release_id IN (SELECT r.id FROM lg_inform_release r "
            "JOIN lg_inform_metric m ON m.id = r.metric_id WHERE m.key <> %s)",
            key,
        )
    for table in ("release", "edition"):
        as_published(
            f"DELETE FROM lg_inform_{table} WHERE metric_id IN (SELECT id FROM lg_inform_metric WHERE key <> %s)", key
        )
    as_published("DELETE FROM lg_inform_metric WHERE key <> %s", key)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home"])
def test_one_metric_costs_what_all_cost(queries, name: str):
    assert Metric.objects.count() > 40
    of_all = len(queries(PAGES[name]))
    only_metric("adult-obesity")
    assert Metric.objects.count() == 1
    assert len(queries(PAGES[name])) == of_all


@pytest.mark.parametrize(
    "path", ["/scorecards/thurrock/", "/scorecards/thurrock.csv", "/scorecards/thurrock/adult-obesity/"]
)
def test_two_councils_cost_what_twenty_cost(queries, path: str):
    keys = [key for key, _ in comparable_councils("unitary") if key != "thurrock"]
    of_two, of_many = (
        len(queries(f"{path}?group=chosen&" + "&".join(f"with={key}" for key in keys[:count]))) for count in (1, 20)
    )
    assert of_two == of_many


@pytest.mark.parametrize("page", ["/", ".csv", "/adult-obesity/", "/adult-obesity.csv"])
def test_two_councils_cost_what_a_hundred_cost(queries, page: str):
    path = f"/scorecards/thurrock{page}?group=ons-global"
    own = Neighbour.objects.filter(model__key="ons-global", unit__key="thurrock")
    model, unit = own.values_list("model_id", "unit_id")[0]
    tiers = ("unitary", "metropolitan", "london_borough")
    others = list(ReportingUnit.objects.filter(tier__in=tiers).exclude(pk=unit))
    own.delete()
    counts = []
    for number in (1, 120):
        own.delete()
        Neighbour.objects.bulk_create(
            Neighbour(model_id=model, unit_id=unit, neighbour_id=other.pk, position=position)
            for position, other in enumerate(others[:number], start=1)
        )
        counts.append(len(queries(path)))
    assert len(others) >= 120
    assert counts[0] == counts[1]


def test_a_long_scorecard_goes_over_pages_and_costs_the_same(queries, client: Client):
    usual = len(queries("/scorecards/thurrock/"))
    theme = Theme.objects.get(key="culture")
    pattern = Metric.objects.filter(theme=theme).first()
    for number in range(120):
        pattern.pk, pattern.key, pattern.label = None, f"more-{number}", f"One more, number {number}"
        pattern.source_indicator, pattern.order = f"more {number}", 1000 + number
        pattern.save()
    assert len(queries("/scorecards/thurrock/?group=region&page=1")) <= usual + 1
    first = client.get("/scorecards/thurrock/?group=region")
    assert len(first.context["page"].object_list) == 100
    following = first.content.decode().partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = client.get(f"/scorecards/thurrock/{following.replace('&amp;', '&')}")
    assert second.context["page"].number == 2
    assert second.context["group"].key == "region"


@pytest.mark.parametrize("words", ["essex", "north", "thurrok", "harrogate"])
def test_finding_many_councils_costs_what_finding_one_costs(queries, client: Client, words: str):
    one = client.get("/scorecards/?q=isles of scilly")
    many = client.get(f"/scorecards/?q={words}")
    assert len(one.context["matches"]) >= 1
    assert len(many.context["matches"]) >= 1
    asked = queries(f"/scorecards/?q={words}")
    assert len(asked) == len(queries("/scorecards/?q=isles of scilly"))


def test_a_long_report_costs_what_a_short_one_costs(queries, published_run: int):
    path = f"/data/imports/{published_run}/"
    before = len(queries(path))
    Finding.objects.bulk_create(
        Finding(run_id=published_run, severity="note", kind="left_out", message=f"Number {number}.", lines=[number])
        for number in range(50)
    )
    assert len(queries(path)) == before <= 4


def test_many_files_brought_in_cost_what_one_costs(queries, published_run: int):
    before = len(queries("/data/sources/"))
    run = ImportRun.objects.get(pk=published_run)
    for _ in range(30):
        run.pk = None
        run.save()
    assert len(queries("/data/sources/")) == before
