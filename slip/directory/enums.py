"""Short stable words of the directory: tiers, the services each tier runs, kinds of reporting unit, code schemes."""

from django.db import models


class Nation(models.TextChoices):
    ENGLAND = "england", "England"
    SCOTLAND = "scotland", "Scotland"
    WALES = "wales", "Wales"
    NORTHERN_IRELAND = "northern_ireland", "Northern Ireland"


class Tier(models.TextChoices):
    """What kind of body an organisation is. The label is singular and reads in a sentence after "a"."""

    DISTRICT = "district", "district council"
    COUNTY = "county", "county council"
    UNITARY = "unitary", "unitary council"
    METROPOLITAN = "metropolitan", "metropolitan borough council"
    LONDON_BOROUGH = "london_borough", "London borough council"
    WELSH_UNITARY = "welsh_unitary", "Welsh council"
    SCOTTISH_UNITARY = "scottish_unitary", "Scottish council"
    NI_DISTRICT = "ni_district", "Northern Ireland district council"
    FIRE = "fire", "fire and rescue authority"
    COMBINED = "combined", "combined authority"
    STRATEGIC = "strategic", "strategic regional authority"

    @property
    def plural(self) -> str:
        return self.label.replace("authority", "authorities") if "authority" in self.label else f"{self.label}s"


#: Bodies that have a tier's services and place, but are no council of that kind.
_OWN_KIND = {"city-of-london": "city corporation"}


def kind_of(key: str, tier: str) -> str:
    """What to call the body with that key, singular and to be read after "a": its tier's label but for exceptions."""
    return _OWN_KIND.get(key) or str(Tier(tier).label)


COUNCIL_TIERS = frozenset(
    {
        Tier.DISTRICT,
        Tier.COUNTY,
        Tier.UNITARY,
        Tier.METROPOLITAN,
        Tier.LONDON_BOROUGH,
        Tier.WELSH_UNITARY,
        Tier.SCOTTISH_UNITARY,
        Tier.NI_DISTRICT,
    }
)

#: Tiers that run the same services and may sit in one ranking. Northern Ireland's districts run neither
#: education nor social care, so they stand alone.
COMPARABLE_TIERS: tuple[frozenset[Tier], ...] = (
    frozenset(
        {
            Tier.UNITARY,
            Tier.METROPOLITAN,
            Tier.LONDON_BOROUGH,
            Tier.WELSH_UNITARY,
            Tier.SCOTTISH_UNITARY,
        }
    ),
    frozenset({Tier.COUNTY}),
    frozenset({Tier.DISTRICT}),
    frozenset({Tier.NI_DISTRICT}),
    frozenset({Tier.FIRE}),
    frozenset({Tier.COMBINED, Tier.STRATEGIC}),
)


def tiers_comparable_with(tier: str) -> frozenset[Tier]:
    """The tiers whose services match those of `tier`, itself included."""
    return next(group for group in COMPARABLE_TIERS if tier in group)


class Service(models.TextChoices):
    """A council service that a figure may be about. PLACE is no service: such a figure describes where people live."""

    PLACE = "place", "the place"
    EDUCATION = "education", "education"
    CHILDRENS_SERVICES = "childrens_services", "children's services"
    ADULT_SOCIAL_CARE = "adult_social_care", "adult social care"
    PUBLIC_HEALTH = "public_health", "public health"
    HOUSING = "housing", "housing"
    PLANNING = "planning", "planning"
    WASTE_COLLECTION = "waste_collection", "waste collection"
    WASTE_DISPOSAL = "waste_disposal", "waste disposal"
    HIGHWAYS = "highways", "highways and transport"
    LIBRARIES = "libraries", "libraries"
    CULTURE_LEISURE = "culture_leisure", "culture and leisure"
    BENEFITS = "benefits", "benefits"
    FIRE_RESCUE = "fire_rescue", "fire and rescue"


_UPPER = frozenset(
    {
        Service.EDUCATION,
        Service.CHILDRENS_SERVICES,
        Service.ADULT_SOCIAL_CARE,
        Service.PUBLIC_HEALTH,
        Service.WASTE_DISPOSAL,
        Service.HIGHWAYS,
        Service.LIBRARIES,
    }
)
_LOWER = frozenset(
    {
        Service.HOUSING,
        Service.PLANNING,
        Service.WASTE_COLLECTION,
        Service.CULTURE_LEISURE,
        Service.BENEFITS,
    }
)
_DEVOLVED_SINGLE = (_UPPER | _LOWER) - {Service.PUBLIC_HEALTH}

#: Which services each tier runs. Counties share culture and planning (minerals and waste) with their districts.
SERVICES_OF_TIER: dict[str, frozenset[Service]] = {
    Tier.DISTRICT: _LOWER,
    Tier.COUNTY: _UPPER | {Service.CULTURE_LEISURE, Service.PLANNING},
    Tier.UNITARY: _UPPER | _LOWER,
    Tier.METROPOLITAN: _UPPER | _LOWER,
    Tier.LONDON_BOROUGH: _UPPER | _LOWER,
    Tier.WELSH_UNITARY: _DEVOLVED_SINGLE,
    Tier.SCOTTISH_UNITARY: _DEVOLVED_SINGLE,
    Tier.NI_DISTRICT: frozenset({Service.PLANNING, Service.WASTE_COLLECTION, Service.WASTE_DISPOSAL})
    | {Service.CULTURE_LEISURE},
    Tier.FIRE: frozenset({Service.FIRE_RESCUE}),
    Tier.COMBINED: frozenset({Service.HIGHWAYS}),
    Tier.STRATEGIC: frozenset({Service.HIGHWAYS, Service.PLANNING, Service.FIRE_RESCUE}),
}


def runs_service(tier: str, service: str) -> bool:
    """Whether councils of this tier run this service; every tier has a place."""
    return service == Service.PLACE or service in SERVICES_OF_TIER[tier]


class UnitKind(models.TextChoices):
    """What a reporting unit is: the thing that a published row of figures is about."""

    ORGANISATION = "organisation", "organisation"
    COUNTY_AREA = "county_area", "county area"
    REGION = "region", "region"
    NATION = "nation", "nation"
    COUNTRY_GROUP = "country_group", "group of nations"
    STATISTICAL_AREA = "statistical_area", "statistical area"


class Scheme(models.TextChoices):
    """A system of codes by which published files name a reporting unit."""

    GSS = "gss", "ONS nine-character code"
    E_CODE = "e_code", "MHCLG E-code"
    DFE_NUMBER = "dfe_number", "DfE three-digit number"
    REGISTER = "register", "three-letter council code"
    ITL = "itl", "international territorial level code"


class ChangeKind(models.TextChoices):
    """How one organisation followed another."""

    MERGER = "merger", "merged into"
    SPLIT = "split", "was divided between"
    RENAMING = "renaming", "became"


class Found(models.TextChoices):
    """How far a code or a name in a file led."""

    CURRENT = "current", "in use"
    OLD_CODE = "old_code", "an old code of a body that still exists"
    ENDED = "ended", "a body that has ended"
    AMBIGUOUS = "ambiguous", "more than one body"
    UNKNOWN = "unknown", "nothing that is known"
