"""Where figures come from: publishers and vintages, and the imports that brought them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from lg_inform.enums import RunState
from lg_inform.models import Edition, ImportRun, Metric, NeighbourModel


@dataclass(frozen=True)
class MetricSourceRow:
    """One metric with who publishes it, when its standing figures came out, and when we last brought them in."""

    key: str
    label: str
    theme: str
    publisher: str
    licence: str
    published_on: date | None
    loaded_at: datetime | None
    periods: int


def metric_sources() -> list[MetricSourceRow]:
    """Every metric with the vintage of its standing figures (one query)."""
    standing = Q(releases__superseded_at__isnull=True)
    rows = (
        Metric.objects.annotate(
            vintage=Max("releases__edition__published_on", filter=standing),
            loaded=Max("releases__published_at", filter=standing),
            periods=Count("releases", filter=standing),
        )
        .order_by("theme__order", "order", "label")
        .values_list("key", "label", "theme__name", "publisher", "licence", "vintage", "loaded", "periods")
    )
    return [MetricSourceRow(*row) for row in rows]


def edition_of(release_id: int) -> Edition:
    """What the publisher says of a release: its date, address and caveats (one query)."""
    return Edition.objects.get(releases=release_id)


def neighbour_models() -> QuerySet[NeighbourModel]:
    """The neighbour lists that stand."""
    return NeighbourModel.objects.filter(superseded_at__isnull=True).order_by("name")


def published_runs() -> QuerySet[ImportRun]:
    """Imports whose figures were published: the only ones that anyone may see, since what they hold is public."""
    return ImportRun.objects.filter(state=RunState.PUBLISHED)
