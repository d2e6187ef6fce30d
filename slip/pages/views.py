"""The front door."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from slip.directory.queries import current_councils


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find a council's scorecard, and what the portal is."""
    councils = cache.get_or_set("pages.councils", lambda: current_councils(nation=None).count())
    return render(request, "pages/home.html", {"councils": councils})
