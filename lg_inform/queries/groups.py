"""Comparison groups: whose figures a council's are set beside.

A group is a list of reporting units with a name, a reason and a benchmark. The council itself is always one of them.
Only councils of a comparable tier are ever in a group: their services are the same, so their figures can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from lg_inform.models import Neighbour
from slip.directory.enums import Nation, Tier, UnitKind, tiers_comparable_with
from slip.directory.names import in_sentence
from slip.directory.queries import comparable_councils, councils_in, councils_of_tier, units_by_key

TIER, REGION, COUNTY, CHOSEN = "tier", "region", "county", "chosen"
#: The most councils that a person may pick by hand.
MOST_CHOSEN = 20


@dataclass(frozen=True)
class ComparisonGroup:
    """Whose statistics: `unit_ids` always holds the council's own unit; `members` are (key, name) of the others, where
    the group is a list of named councils.

    `benchmark_id` and `benchmark_name` are the published figure that the council's is tested against.
    """

    key: str
    name: str
    about: str
    unit_ids: tuple[int, ...]
    benchmark_id: int | None
    benchmark_name: str
    source: str = ""
    members: tuple[tuple[str, str], ...] = ()

    @property
    def others(self) -> int:
        return len(self.unit_ids) - 1

    @property
    def phrase(self) -> str:
        """The group inside a sentence: "all English unitary councils", "its ONS statistical neighbours"."""
        if self.key == CHOSEN:
            return "the councils chosen"
        if self.key in (TIER, REGION, COUNTY):
            return self.name[0].lower() + self.name[1:]
        return f"its {self.name}"


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

    @property
    def has_ended(self) -> bool:
        """Whether the council is one of the past; its containers are then those of its last day."""
        ended_on = self.unit.organisation.ended_on
        return ended_on is not None and ended_on <= timezone.localdate()

    def container(self, kind: UnitKind) -> Any | None:
        return next((unit for unit in self.containers if unit.kind == kind), None)

    @property
    def region(self) -> Any | None:
        return self.container(UnitKind.REGION)

    @property
    def joint_area_ids(self) -> list[int]:
        """Statistical areas made up of this council and others, for which figures are sometimes published."""
        return [unit.pk for unit in self.containers if unit.kind == UnitKind.STATISTICAL_AREA]

    @cached_property
    def comparable(self) -> list[tuple[str, str]]:
        """Key and name of every other council that this one may be compared with (one query, when first asked)."""
        return comparable_councils(self.unit.tier, without=self.unit.pk)

    @property
    def county(self) -> Any | None:
        return next((unit for unit in self.containers if unit.tier == Tier.COUNTY), None)

    @property
    def nation(self) -> Any | None:
        return self.container(UnitKind.NATION)


def council_context(unit: Any) -> CouncilContext:
    """Where a council lies today (or lay on its last day), and which neighbour lists have it (two queries)."""
    day, ended_on = timezone.localdate(), unit.organisation.ended_on
    if ended_on is not None and ended_on <= day:
        day = ended_on - timedelta(days=1)
    inside = unit.within.filter(during__contains=day).select_related("container__organisation")
    models = (
        Neighbour.objects.filter(unit=unit, model__superseded_at__isnull=True)
        .order_by("-model__key")  # which puts the general ONS list before its parts, and DfE's after
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
        options.append(GroupOption(REGION, f"{_of_tier(tier)} in {in_sentence(context.region.name)}"))
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
    members: tuple[tuple[str, str], ...] = ()
    benchmark = nation
    comparable = tiers_comparable_with(unit.tier)
    if key == TIER:
        ids = councils_of_tier(unit.tier)
        where = " in England" if unit.nation == Nation.ENGLAND else ""
        about = f"There are {len(ids)} {Tier(unit.tier).plural}{where} today."
    elif key == REGION:
        assert context.region is not None  # or the option would not be there
        benchmark = context.region
        ids = councils_in(benchmark.pk, tiers=comparable)
        about = f"Councils in {in_sentence(benchmark.name)} that run the same services."
    elif key == COUNTY:
        assert context.county is not None
        benchmark = context.county
        ids = councils_in(benchmark.pk, tiers=comparable)
        about = f"The districts of {benchmark.name}."
    elif key == CHOSEN:
        offered = {key for key, _ in context.comparable}
        picked = [other for other in units_by_key(list(chosen)) if other.key in offered]
        ids = [other.pk for other in picked[:MOST_CHOSEN]]
        members = tuple((other.key, other.name) for other in picked[:MOST_CHOSEN])
        about = "Councils picked by hand. A list picked by hand can be picked to flatter: say why these."
        if len(ids) < len(picked):
            about = f"Only the first {MOST_CHOSEN} are compared. {about}"
        if len(picked) < len(dict.fromkeys(chosen)):
            about = f"Councils that run other services, or are no more, were left out. {about}"
    else:
        listed = list(
            Neighbour.objects.filter(unit=unit, model__key=key, model__superseded_at__isnull=True)
            .order_by("position")
            .values_list("neighbour_id", "neighbour__tier", "neighbour__key", "neighbour__name")
        )
        ids = [other for other, tier, _, _ in listed if tier in comparable]
        members = tuple((key, name) for _, tier, key, name in listed if tier in comparable)
        about, source = next((text, said) for model, _, text, said in context.neighbour_models if model == key)
        if not ids:
            about += f" None of the {len(listed)} on the list runs the same services, so none is shown."
        elif len(ids) < len(listed):
            about += f" {len(ids)} of the {len(listed)} on the list run the same services, and only those are shown."
    return ComparisonGroup(
        key=key,
        name=name,
        about=about,
        unit_ids=tuple(dict.fromkeys([unit.pk, *ids])),
        benchmark_id=benchmark.pk if benchmark is not None else None,
        benchmark_name=in_sentence(benchmark.name) if benchmark is not None else "",
        source=source,
        members=members,
    )


def _tier_name(tier: Tier) -> str:
    if tier in (Tier.UNITARY, Tier.DISTRICT, Tier.COUNTY, Tier.METROPOLITAN, Tier.FIRE, Tier.COMBINED):
        return f"All English {tier.plural}"
    return f"All {tier.plural}"


def _of_tier(tier: Tier) -> str:
    if tier in (Tier.COUNTY, Tier.DISTRICT):
        return tier.plural.capitalize()
    return "Single-tier councils"
