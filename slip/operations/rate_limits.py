"""How often one caller may ask for a thing that costs the server something (searches, downloads)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from ipaddress import ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
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


class TooManyRequests(Exception):
    """A caller asked for more than may be had in a minute. `slip.pages.middleware` answers with a plain page."""


def limit_rate(kind: str, *, per_minute: int) -> Callable[[View], View]:
    """Refuse a caller who asks for this kind of thing more often than that. Raises TooManyRequests."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if count_request(caller=_address_of(request), kind=kind) > per_minute:
                raise TooManyRequests(kind)
            return view(request, *args, **kwargs)

        return limited

    return decorate


def _address_of(request: HttpRequest) -> str:
    """Who asks: the other end of the connection, or whom our own proxies say they ask for."""
    direct = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    # Each proxy adds, at the right, who asked it. What stands further left than our own wrote is the caller's word.
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if proxies < 1 or len(said) < proxies:
        return direct
    try:
        return str(ip_address(said[-proxies].strip()))
    except ValueError:
        return direct


def forget_counts_before(moment: datetime) -> int:
    """Delete counts of minutes before `moment`; returns how many rows went."""
    return RequestCount.objects.filter(minute__lt=moment).delete()[0]
