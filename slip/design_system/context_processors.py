"""What every page's frame needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from structlog.contextvars import get_contextvars


def service(request: HttpRequest | None = None) -> dict[str, Any]:
    """The service's names, and the number under which this request is logged (empty outside a request)."""
    return {
        "service_name": settings.SERVICE_NAME,
        "service_short_name": settings.SERVICE_SHORT_NAME,
        "request_id": get_contextvars().get("request_id", ""),
    }
