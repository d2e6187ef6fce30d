"""Loading the reviewed definition files: what each metric means, before any figure of it is read."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from lg_inform.actions.publishing import compute_standings
from lg_inform.models import Metric, Release, Standing, Theme, TierSummary
from slip.audit.actions import record_event
from slip.audit.actors import Actor

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"

_COPIED = (
    "label",
    "measures",
    "sentence",
    "unit",
    "decimals",
    "statistic",
    "polarity",
    "polarity_reason",
    "service",
    "author",
    "reviewed_on",
)
_OPTIONAL = {
    "why": "",
    "caution": "",
    "unit_prefix": "",
    "unit_text": "",
    "standardised": "none",
    "basis": "",
    "series_breaks": [],
}


class DefinitionError(Exception):
    """A definition file cannot be used. The message names the file and the metric."""


def read_definitions(folder: Path = DEFINITIONS) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Themes and metrics as the files in `folder` say them, in file order. Raises DefinitionError."""
    themes, metrics = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(f"{path.name}: {error}") from error
        themes += content.get("theme", [])
        metrics += content.get("metric", [])
    return themes, metrics


def _fields(metric: dict[str, Any], order: int) -> dict[str, Any]:
    try:
        source = metric["source"]
        fields = {name: metric[name] for name in _COPIED}
        fields |= {
            "publisher": source["publisher"],
            "licence": source["licence"],
            "source_system": source["system"],
            "source_file": source["file"],
            "source_indicator": source["indicator"],
        }
    except KeyError as error:
        raise DefinitionError(f"The definition of {metric.get('key', 'a metric')} has no {error}.") from error
    fields |= {name: metric.get(name, default) for name, default in _OPTIONAL.items()}
    fields |= {"source_scale": source.get("scale", 1), "order": order}
    return fields


@transaction.atomic
def load_definitions(*, by: Actor, folder: Path = DEFINITIONS) -> int:
    """Bring themes and metrics in line with the definition files; returns how many metrics were new or changed.

    Polarity decides ranks, so the standings of a metric whose polarity changes are computed anew.
    """
    themes, metrics = read_definitions(folder)
    known_themes = {}
    for theme in themes:
        known_themes[theme["key"]], _ = Theme.objects.update_or_create(
            key=theme["key"], defaults={"name": theme["name"], "order": theme["order"]}
        )
    existing = Metric.objects.in_bulk(field_name="key")
    changed, polarity_changed = [], []
    for order, definition in enumerate(metrics):
        key = definition["key"]
        fields = _fields(definition, order)
        digest = hashlib.sha256(json.dumps([definition, order], sort_keys=True, default=str).encode()).hexdigest()
        if key in existing and existing[key].definition_digest == digest:
            continue
        if definition["theme"] not in known_themes:
            raise DefinitionError(f"The definition of {key} names a theme that is not known: {definition['theme']}.")
        if key in existing and existing[key].polarity != fields["polarity"]:
            polarity_changed.append(existing[key].pk)
        Metric.objects.update_or_create(
            key=key, defaults=fields | {"theme": known_themes[definition["theme"]], "definition_digest": digest}
        )
        changed.append(key)
    if polarity_changed:
        _rank_again(polarity_changed)
    if changed:
        record_event(
            verb="load_definitions",
            subject_type="metric",
            subject_key="definitions",
            sentence=f"{by.name} loaded {len(changed)} new or changed metric definitions.",
            by=by,
        )
    return len(changed)


def _rank_again(metric_ids: list[int]) -> None:
    releases = list(Release.objects.filter(metric_id__in=metric_ids).values_list("pk", flat=True))
    Standing.objects.filter(release_id__in=releases).delete()
    TierSummary.objects.filter(release_id__in=releases).delete()
    compute_standings(releases)
