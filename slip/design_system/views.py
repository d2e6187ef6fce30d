"""The gallery, and the pages that say something went wrong."""

import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from slip.design_system.context_processors import service
from slip.design_system.gallery import examples


class Entry(NamedTuple):
    """One component in the gallery: its file's name, the name in words, what it takes, and its examples' source."""

    name: str
    title: str
    parameters: str
    example: str
    source: str


#: Each component's file begins with a comment that says what it takes.
_PARAMETERS = re.compile(r"\A{% comment %}(.*?){% endcomment %}", re.DOTALL)


def _source(template_name: str) -> str:
    return Path(get_template(template_name).origin.name).read_text(encoding="utf-8").strip()


def component_parameters(name: str) -> str:
    """What the component takes, in the words of its own first line; empty where that line is missing."""
    found = _PARAMETERS.match(_source(f"components/{name}.html"))
    return found[1].strip() if found else ""


def component_names() -> list[str]:
    """The components there are, by what lies in the folder: none can be left out of the gallery unnoticed."""
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    return sorted(path.stem for path in folder.glob("*.html"))


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in all its states, with the lines that include it."""
    entries = []
    for name in component_names():
        example = f"pages/gallery/{name}.html"
        title = name.replace("_", " ").capitalize()
        entries.append(Entry(name, title, component_parameters(name), example, _source(example)))
    return render(request, "pages/gallery/index.html", {"entries": entries, **examples(request)})


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page. It asks nothing of the database, the session or the context processors, any of which may be why."""
    return HttpResponse(get_template("500.html").render(service()), status=500)


def service_unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The 503 page, with a hint to try again in a minute; as careful as the 500 page."""
    page = get_template("503.html").render(service())
    return HttpResponse(page, status=503, headers={"Retry-After": "60"})


def too_many_requests(request: HttpRequest, retry_after: int = 60) -> HttpResponse:
    """The 429 page. `retry_after` is in seconds."""
    response = render(request, "429.html", {"retry_after": retry_after}, status=429)
    response["Retry-After"] = str(retry_after)
    return response
