"""Loading published lists of neighbours. Each list that differs becomes a new vintage; the old one keeps its dates."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from django.db import transaction
from django.utils import timezone

from lg_inform.importers import Refusal
from lg_inform.importers.neighbours import NEIGHBOUR_MODELS, read_neighbours
from lg_inform.models import Neighbour, NeighbourModel
from slip.audit.actions import record_event
from slip.audit.actors import Actor
from slip.directory.queries import UnitResolver


@transaction.atomic
def load_neighbours(*, path: Path, vintage: str, by: Actor) -> dict[str, int]:
    """Load every model in a file. Returns neighbours loaded by model key; 0 where the list already stands.

    Raises Refusal where the file's layout, a model or a council is not known.
    """
    scheme, table = read_neighbours(path)
    unknown_models = sorted(set(table["model"]) - set(NEIGHBOUR_MODELS))
    if unknown_models:
        raise Refusal(f"These neighbour models are not known: {', '.join(unknown_models)}.")
    resolver = UnitResolver()
    codes = sorted(set(table["code"]) | set(table["neighbour"]))
    found = {code: resolver.resolve(scheme, code).unit_id for code in codes}
    units = {code: unit for code, unit in found.items() if unit is not None}
    if unknown := [code for code in codes if code not in units]:
        raise Refusal(f"These codes belong to no council that is known: {', '.join(unknown[:10])}.")
    loaded = {}
    for key, rows in table.groupby("model"):
        triples = [
            (units[code], int(position), units[neighbour])
            for code, position, neighbour in rows[["code", "position", "neighbour"]].itertuples(index=False)
        ]
        _check_list(str(key), rows, units)
        loaded[str(key)] = _load_model(str(key), vintage, sorted(triples), by)
    return loaded


def _check_list(key: str, rows: pd.DataFrame, units: Mapping[str, int]) -> None:
    """Refuse a list in which a council is its own neighbour, or has one neighbour or one place in the list twice."""
    councils, neighbours = rows["code"].map(units), rows["neighbour"].map(units)
    faults = {
        "is its own neighbour": councils == neighbours,
        "has the same neighbour twice": pd.DataFrame([councils, neighbours]).T.duplicated(),
        "has two neighbours in the same position": pd.DataFrame([councils, rows["position"]]).T.duplicated(),
    }
    for fault, found in faults.items():
        if found.any():
            raise Refusal(f"In the list {key}, {rows.loc[found, 'code'].iloc[0]} {fault}.")


def _load_model(key: str, vintage: str, triples: list[tuple[int, int, int]], by: Actor) -> int:
    digest = hashlib.sha256(repr((vintage, triples)).encode()).hexdigest()
    standing = NeighbourModel.objects.select_for_update().filter(key=key, superseded_at__isnull=True).first()
    if standing is not None and standing.digest == digest:
        return 0
    now = timezone.now()
    NeighbourModel.objects.filter(key=key, superseded_at__isnull=True).update(superseded_at=now)
    facts = NEIGHBOUR_MODELS[key]
    model = NeighbourModel.objects.create(
        key=key,
        name=facts.name,
        publisher=facts.publisher,
        licence=facts.licence,
        vintage=vintage,
        about=facts.about,
        digest=digest,
        loaded_at=now,
    )
    Neighbour.objects.bulk_create(
        [
            Neighbour(model=model, unit_id=unit, position=position, neighbour_id=neighbour)
            for unit, position, neighbour in triples
        ],
        batch_size=5000,
    )
    record_event(
        verb="load_neighbours",
        subject_type="neighbour_model",
        subject_key=key,
        sentence=f"{by.name} loaded {facts.name}, {vintage}.",
        by=by,
    )
    return len(triples)
