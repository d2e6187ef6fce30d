"""A scorecard of every metric beside 15 other councils, against the same SQL bare plus the same rows from constants."""

from types import SimpleNamespace
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import setup_test_environment, teardown_test_environment

from slip.directory.queries import comparable_councils, organisation_with_key
from slip.operations.benchmarks import Outcome, interleaved_medians

COUNCIL = "thurrock"
OTHERS = 15
TARGET = 3.0
MOST_QUERIES = 12

#: What the template reads of a reading; all of it is worked out beforehand for the floor.
_READ = (
    "metric",
    "context",
    "latest",
    "short_text",
    "state",
    "blank",
    "unit_and_period",
    "short_interval",
    "last_known",
    "short_benchmark",
    "benchmark_name",
    "compared",
    "not_compared_reason",
    "rank_text",
    "band",
    "has_polarity",
    "short_median",
    "difference_text",
    "trend",
    "travel_text",
    "travel_unknown",
    "travel_badge",
    "benchmark_difference",
    "reservation",
    "runner_key",
)


def measure(options: dict[str, Any], out: OutputWrapper) -> Outcome:
    """Median server time of the page over the median of its floor, taken in turns in one process."""
    organisation = organisation_with_key(COUNCIL)
    if organisation is None:
        raise CommandError("There are no councils yet. Start the portal with `make demo` first.")
    others = [key for key, _ in comparable_councils(organisation.tier, without=organisation.reporting_unit_id)][:OTHERS]
    path = f"/scorecards/{COUNCIL}/?group=chosen&" + "&".join(f"with={key}" for key in others)
    return measure_page(path, options["rounds"], out)


def measure_page(path: str, rounds: int, out: OutputWrapper) -> Outcome:
    """Measure a scorecard at this address beside its own SQL bare and its own rows from constants."""
    client = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_PROTO="https")
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    def fetch() -> Any:
        response = client.get(path)
        if response.status_code != 200:
            raise CommandError(f"The scorecard answered {response.status_code}.")
        return response

    fetch()
    setup_test_environment()  # so that the response carries the context it was rendered from
    try:
        with connection.execute_wrapper(note):
            response = fetch()
    finally:
        teardown_test_environment()
    context = _constants(next(iter(response.context)).flatten())
    request = RequestFactory(HTTP_HOST="localhost").get(path)

    def floor() -> None:
        with connection.cursor() as cursor:
            for sql, parameters in statements:
                cursor.execute(sql, parameters)
                if cursor.description:
                    cursor.fetchall()
        render_to_string("lg_inform/scorecard.html", context, request=request)

    medians = interleaved_medians({"page": fetch, "floor": floor}, rounds=rounds)
    rows, councils = sum(len(rows) for _, rows in context["themes"]), len(context["group"].unit_ids)
    out.write(f"{rows} metrics beside {councils} councils: {len(statements)} queries (at most {MOST_QUERIES}).")
    page, floor_seconds = medians["page"], medians["floor"]
    out.write(f"page {page * 1000:.1f} ms; same SQL bare and same rows from constants {floor_seconds * 1000:.1f} ms")
    figures = {
        "metrics": rows,
        "councils": councils,
        "queries": len(statements),
        "most_queries": MOST_QUERIES,
        "page_seconds": page,
        "floor_seconds": floor_seconds,
        "rounds": rounds,
    }
    return Outcome(ratio=page / floor_seconds, target=TARGET, figures=figures)


def _constants(context: dict[str, Any]) -> dict[str, Any]:
    keep = {key: value for key, value in context.items() if key not in ("request", "messages", "csp_nonce", "block")}
    keep["themes"] = [
        (
            theme,
            [
                row | {"reading": SimpleNamespace(**{name: getattr(row["reading"], name) for name in _READ})}
                for row in rows
            ],
        )
        for theme, rows in context["themes"]
    ]
    return keep
