"""How often one caller may ask for a thing that costs the server something (searches, downloads)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from slip.operations.models import RequestCount

View = Callable[..., HttpResponseBase]

_COUNT_SQL = """
    INSERT INTO operations_requestcount (caller, kind, minute, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (caller, kind, minute) DO UPDATE SET count = operations_requestcount.count + 1
    RETURNING count
"""


def count_request(*, caller: str, kind: str) -> int:
    """Count one request and return how many this caller has made of this kind in the present minute."""
    minute = timezone.now().replace(second=0, microsecond=0)
    digest = salted_hmac("slip.operations.rate_limits", caller, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SQL, [digest, kind, minute])
        return cursor.fetchone()[0]


def limit_rate(kind: str, *, per_minute: int) -> Callable[[View], View]:
    """Answer 429 with a plain sentence to a caller who asks for this kind of thing more often than that."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if count_request(caller=request.META.get("REMOTE_ADDR", ""), kind=kind) > per_minute:
                response: HttpResponse = render(request, "429.html", status=429)
                response["Retry-After"] = "60"
                return response
            return view(request, *args, **kwargs)

        return limited

    return decorate


def forget_counts_before(moment: datetime) -> int:
    """Delete counts of minutes before `moment`; returns how many rows went."""
    return RequestCount.objects.filter(minute__lt=moment).delete()[0]
