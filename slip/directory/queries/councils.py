"""Which bodies and areas there are on a day, and which lies in which. A day left out is today."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from slip.directory.enums import (
    COUNCIL_TIERS,
    Nation,
    Scheme,
    Service,
    Tier,
    UnitKind,
    runs_service,
    tiers_comparable_with,
)
from slip.directory.models import Code, Organisation, ReportingUnit


def existing_on(day: date | None = None, prefix: str = "") -> Q:
    """A condition on organisations: that they run their services on that day. Shadow bodies do not yet.

    `prefix` leads to the organisation from another model, as in "unit__organisation__".
    """
    day = day or timezone.localdate()
    started, shadow, ended = f"{prefix}started_on", f"{prefix}shadow_from", f"{prefix}ended_on"
    has_begun = Q(**{f"{started}__isnull": True, f"{shadow}__isnull": True}) | Q(**{f"{started}__lte": day})
    return has_begun & (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": day}))


def current_councils(*, nation: str | None = Nation.ENGLAND, on: date | None = None) -> QuerySet[Organisation]:
    """Councils, without fire and combined authorities, in order of key; `nation=None` for the whole United Kingdom."""
    councils = Organisation.objects.filter(existing_on(on), tier__in=COUNCIL_TIERS)
    if nation is not None:
        councils = councils.filter(nation=nation)
    return councils.select_related("reporting_unit").order_by("key")


def organisation_with_key(key: str) -> Organisation | None:
    """The body with that key, its reporting unit with it, or None."""
    return Organisation.objects.select_related("reporting_unit").filter(key=key).first()


def units_by_key(keys: Sequence[str]) -> list[ReportingUnit]:
    """The units with these keys, in the order asked for; unknown keys and repeats are left out (one query)."""
    found = {unit.key: unit for unit in ReportingUnit.objects.filter(key__in=keys)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def units_in(
    container: ReportingUnit | int, *, tiers: Collection[str] | None = None, on: date | None = None
) -> QuerySet[ReportingUnit]:
    """Units that lie in the container on that day, in order of key; only those of `tiers` where given.

    A body whose end was entered by hand is gone from that day, even where the register's membership is open.
    """
    day = on or timezone.localdate()
    units = ReportingUnit.objects.filter(within__container=container, within__during__contains=day)
    units = units.filter(Q(organisation__isnull=True) | existing_on(day, "organisation__"))
    if tiers is not None:
        units = units.filter(tier__in=tiers)
    return units.order_by("key").distinct()


def councils_in(container: ReportingUnit | int, *, tiers: Collection[str], on: date | None = None) -> list[int]:
    """Ids of the units of councils of these tiers that lie in the container on that day (one query)."""
    return list(units_in(container, tiers=tiers, on=on).values_list("pk", flat=True))


def councils_of_tier(tier: str, *, on: date | None = None) -> list[int]:
    """Ids of the units of every body of that tier on that day (one query)."""
    bodies = Organisation.objects.filter(existing_on(on), tier=tier, reporting_unit__isnull=False)
    return list(bodies.order_by("key").values_list("reporting_unit_id", flat=True))


def _day_for(organisation: Organisation, on: date | None) -> date:
    """The day asked for; else today, or the last day of a body that has ended."""
    today = timezone.localdate()
    if on is None and organisation.ended_on is not None and organisation.ended_on <= today:
        return organisation.ended_on - timedelta(days=1)
    return on or today


def _containing(organisation: Organisation, on: date | None, **wanted: object) -> QuerySet[ReportingUnit]:
    day = _day_for(organisation, on)
    return ReportingUnit.objects.filter(
        existing_on(day, "organisation__"),
        contains__unit=organisation.reporting_unit_id,
        contains__during__contains=day,
        **wanted,
    ).select_related("organisation")


def upper_tier_of(organisation: Organisation, on: date | None = None) -> Organisation | None:
    """The county council above a district council; None for a council that has none above it (one query)."""
    if organisation.tier != Tier.DISTRICT or organisation.reporting_unit_id is None:
        return None
    county = _containing(organisation, on, tier=Tier.COUNTY).first()
    return county.organisation if county else None


def lower_tier_of(organisation: Organisation, on: date | None = None) -> list[Organisation]:
    """The district councils below a county council, in order of key (one query)."""
    if organisation.tier != Tier.COUNTY or organisation.reporting_unit_id is None:
        return []
    day = _day_for(organisation, on)
    districts = Organisation.objects.filter(
        existing_on(day),
        tier=Tier.DISTRICT,
        reporting_unit__within__container=organisation.reporting_unit_id,
        reporting_unit__within__during__contains=day,
    )
    return list(districts.select_related("reporting_unit").order_by("key"))


def who_runs(service: str, organisation: Organisation, on: date | None = None) -> Organisation | None:
    """The body that runs a service where this council is: itself, its county, or its fire and rescue authority.

    None where several do (a county's districts), or where it is not recorded (fire services run by a county, a
    combined authority or, in London, the Mayor's fire commissioner).
    """
    if runs_service(organisation.tier, service):
        return organisation
    if service == Service.FIRE_RESCUE:
        council = upper_tier_of(organisation, on) or organisation
        if council.reporting_unit_id is None:
            return None
        authority = _containing(council, _day_for(organisation, on), tier=Tier.FIRE).first()
        return authority.organisation if authority else None
    county = upper_tier_of(organisation, on)
    return county if county is not None and runs_service(county.tier, service) else None


def region_of(unit: ReportingUnit, on: date | None = None) -> ReportingUnit | None:
    """The English region in which a unit lies, or lay when it ended; None outside England (one query)."""
    within = unit.within.filter(container__kind=UnitKind.REGION).select_related("container")
    if on is not None:
        within = within.filter(during__contains=on)
    latest = max(within, key=lambda row: row.during.upper or date.max, default=None)
    return latest.container if latest else None


def comparable_councils(tier: str, *, without: int | None = None, on: date | None = None) -> list[tuple[str, str]]:
    """Key and name of every council whose services match this tier's, nation by nation; one unit may be left out."""
    bodies = Organisation.objects.filter(
        existing_on(on), tier__in=tiers_comparable_with(tier), reporting_unit__isnull=False
    ).exclude(reporting_unit=without)
    # England's come first and then nation by nation, each in order of name.
    return list(bodies.order_by("nation", "key").values_list("key", "name"))


def gss_codes(unit_ids: Collection[int]) -> dict[int, str]:
    """The ONS code of each unit today, or the last it had (one query)."""
    rows = Code.objects.filter(unit__in=unit_ids, scheme=Scheme.GSS).values_list("unit_id", "code", "during")
    latest = sorted(rows, key=lambda row: row[2].upper or date.max)
    return {unit_id: code for unit_id, code, _ in latest}


def names_of_units(unit_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Key and name of these units, in the order asked for (one query)."""
    rows = ReportingUnit.objects.filter(pk__in=unit_ids).values_list("pk", "key", "name")
    found = {pk: (key, name) for pk, key, name in rows}
    return [found[pk] for pk in unit_ids if pk in found]
