"""Troubles that have a page of their own: too many requests, and a database that does not answer."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from slip.design_system.views import service_unavailable, too_many_requests
from slip.operations.rate_limits import TooManyRequests


class PlainTroubleMiddleware:
    """Answers these with a clear sentence instead of a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooManyRequests):
            return too_many_requests(request)
        if isinstance(exception, OperationalError):
            return service_unavailable(request, exception)
        return None
