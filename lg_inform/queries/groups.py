"""Comparison groups: whose figures a council's are set beside.

A group is a list of reporting units with a name, a reason and a benchmark. The council itself is always one of them.
Only councils of a comparable tier are ever in a group: their services are the same, so their figures can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from lg_inform.models import Neighbour
from slip.directory.enums import Tier, UnitKind, tiers_comparable_with
from slip.directory.queries import councils_in, councils_of_tier, units_by_key

TIER, REGION, COUNTY, CHOSEN = "tier", "region", "county", "chosen"
#: The most councils that a person may pick by hand.
MOST_CHOSEN = 20


@dataclass(frozen=True)
class ComparisonGroup:
    """Whose statistics: `unit_ids` always holds the council's own unit; `members` are (key, name) of the others.

    `benchmark_id` and `benchmark_name` are the published figure that the council's is tested against.
    """

    key: str
    name: str
    about: str
    unit_ids: tuple[int, ...]
    benchmark_id: int | None
    benchmark_name: str
    source: str = ""

    @property
    def others(self) -> int:
        return len(self.unit_ids) - 1


@dataclass(frozen=True)
class GroupOption:
    """A group that this council may choose, before its members are looked up."""

    key: str
    name: str


@dataclass(frozen=True)
class CouncilContext:
    """A council's unit with the areas it lies in today, read once per page."""

    unit: Any
    containers: tuple[Any, ...]
    neighbour_models: tuple[tuple[str, str, str, str], ...]  # key, name, about, "publisher, vintage"

    def container(self, kind: UnitKind) -> Any | None:
        return next((unit for unit in self.containers if unit.kind == kind), None)

    @property
    def region(self) -> Any | None:
        return self.container(UnitKind.REGION)

    @property
    def county(self) -> Any | None:
        return next((unit for unit in self.containers if unit.tier == Tier.COUNTY), None)

    @property
    def nation(self) -> Any | None:
        return self.container(UnitKind.NATION)


def council_context(unit: Any) -> CouncilContext:
    """Where a council lies today, and which neighbour lists have it (two queries)."""
    today = timezone.localdate()
    inside = unit.within.filter(during__contains=today).select_related("container")
    models = (
        Neighbour.objects.filter(unit=unit, model__superseded_at__isnull=True)
        .order_by("model_id")
        .distinct()
        .values_list("model__key", "model__name", "model__about", "model__publisher", "model__vintage")
    )
    return CouncilContext(
        unit=unit,
        containers=tuple(row.container for row in inside),
        neighbour_models=tuple((key, name, about, f"{pub}, {vintage}") for key, name, about, pub, vintage in models),
    )


def group_options(context: CouncilContext) -> list[GroupOption]:
    """The groups this council can be compared with, in the order they are offered."""
    tier = Tier(context.unit.tier)
    options = [GroupOption(TIER, _tier_name(tier))]
    if context.region is not None:
        options.append(GroupOption(REGION, f"{_of_tier(tier)} in {_with_article(context.region.name)}"))
    if context.county is not None and context.county.pk != context.unit.pk:
        options.append(GroupOption(COUNTY, f"District councils in {context.county.name}"))
    options += [GroupOption(key, name) for key, name, _, _ in context.neighbour_models]
    options.append(GroupOption(CHOSEN, "Councils I choose"))
    return options


def comparison_group(context: CouncilContext, key: str, chosen: Sequence[str] = ()) -> ComparisonGroup:
    """The group of that key for this council; the whole tier where the key means nothing here (one query).

    `chosen` are keys of reporting units picked by hand; only those of a comparable tier are taken.
    """
    unit = context.unit
    options = {option.key: option for option in group_options(context)}
    key = key if key in options else TIER
    name, nation = options[key].name, context.nation
    about, source = "", ""
    benchmark = nation
    comparable = tiers_comparable_with(unit.tier)
    if key == TIER:
        ids = councils_of_tier(unit.tier)
        about = f"Every {Tier(unit.tier).label} of today."
    elif key == REGION:
        benchmark = context.region or nation
        ids = councils_in(benchmark.pk, tiers=comparable)
        about = f"Councils in {_with_article(benchmark.name)} that run the same services."
    elif key == COUNTY:
        assert context.county is not None
        benchmark = context.county
        ids = councils_in(benchmark.pk, tiers=comparable)
        about = f"The districts of {benchmark.name}."
    elif key == CHOSEN:
        picked = units_by_key(list(chosen)[:MOST_CHOSEN])
        ids = [other.pk for other in picked if other.tier in comparable]
        about = "Councils picked by hand. A list picked by hand can be picked to flatter: say why these."
    else:
        listed = list(
            Neighbour.objects.filter(unit=unit, model__key=key, model__superseded_at__isnull=True)
            .order_by("position")
            .values_list("neighbour_id", "neighbour__tier")
        )
        ids = [other for other, tier in listed if tier in comparable]
        about, source = next((text, said) for model, _, text, said in context.neighbour_models if model == key)
        if len(ids) < len(listed):
            about += f" Of the {len(listed)} on the list, the {len(ids)} that run the same services are shown."
    return ComparisonGroup(
        key=key,
        name=name,
        about=about,
        unit_ids=tuple(dict.fromkeys([unit.pk, *ids])),
        benchmark_id=benchmark.pk if benchmark is not None else None,
        benchmark_name=benchmark.name if benchmark is not None else "",
        source=source,
    )


def _tier_name(tier: Tier) -> str:
    if tier in (Tier.UNITARY, Tier.DISTRICT, Tier.COUNTY, Tier.METROPOLITAN, Tier.FIRE, Tier.COMBINED):
        return f"All English {tier.plural}"
    return f"All {tier.plural}"


def _of_tier(tier: Tier) -> str:
    if tier in (Tier.COUNTY, Tier.DISTRICT):
        return tier.plural.capitalize()
    return "Single-tier councils"


def _with_article(region: str) -> str:
    return f"the {region}" if region.startswith(("North", "South", "East", "West")) else region
