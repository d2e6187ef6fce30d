"""Each answer carries the id under which its request is logged, so that a person can quote it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Copies the id that django-structlog gave the request to the answer. Stands below its RequestMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response[HEADER] = current_request_id()
        return response


def current_request_id() -> str:
    """The id of the request being answered; empty outside one."""
    return str(get_contextvars().get("request_id", ""))
