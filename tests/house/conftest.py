"""What the sweeps share: addresses of real pages, and the error pages as the portal renders them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import get_resolver
from pytest_django import DjangoDbBlocker

from slip.design_system.views import service_unavailable
from tests.house.states import PAGES

_RAISED = {400: SuspiciousOperation(), 403: PermissionDenied(), 404: Http404()}


@pytest.fixture(scope="session")
def published_run(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> int:
    """The number of an import that was published: the starter pack's."""
    from lg_inform.queries.sources import published_runs

    with django_db_blocker.unblock():
        return published_runs().values_list("pk", flat=True)[0]


@pytest.fixture(scope="session")
def address_of(published_run: int) -> Callable[[str], str]:
    """Turns the name of a state into the path of its page."""
    return lambda state: PAGES[state].format(run=published_run)


@pytest.fixture
def error_page() -> Callable[[int], str]:
    """Renders the page that goes with a status, as the portal's own handler does."""

    def render(status: int) -> str:
        request = RequestFactory().get("/somewhere/")
        if status == 429:
            return render_to_string("429.html", request=request)
        if status == 503:
            return service_unavailable(request).content.decode()
        handler = get_resolver().resolve_error_handler(status)
        response = handler(request) if status == 500 else handler(request, exception=_RAISED[status])
        assert response.status_code == status
        return response.content.decode()

    return render
