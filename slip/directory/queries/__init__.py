"""Which organisations and units: the directory's door for reading."""

from slip.directory.queries.councils import (
    comparable_councils,
    councils_in,
    councils_of_tier,
    current_councils,
    existing_on,
    gss_codes,
    lower_tier_of,
    names_of_units,
    organisation_with_key,
    region_of,
    units_by_key,
    units_in,
    upper_tier_of,
    who_runs,
)
from slip.directory.queries.finder import CouncilFound, councils_by_area, councils_matching, is_postcode
from slip.directory.queries.history import (
    Change,
    Heir,
    History,
    long_date,
    predecessors_of,
    sole_heirs_of_counties,
    successors_of,
)
from slip.directory.queries.register import RegisterSource, register_sources
from slip.directory.queries.resolver import Resolution, UnitResolver

__all__ = [
    "Change",
    "CouncilFound",
    "Heir",
    "History",
    "RegisterSource",
    "Resolution",
    "UnitResolver",
    "comparable_councils",
    "councils_by_area",
    "councils_in",
    "councils_matching",
    "councils_of_tier",
    "current_councils",
    "existing_on",
    "gss_codes",
    "is_postcode",
    "long_date",
    "lower_tier_of",
    "names_of_units",
    "organisation_with_key",
    "predecessors_of",
    "region_of",
    "register_sources",
    "sole_heirs_of_counties",
    "successors_of",
    "units_by_key",
    "units_in",
    "upper_tier_of",
    "who_runs",
]
