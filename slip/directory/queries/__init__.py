"""Which organisations and units: the directory's door for reading."""

from slip.directory.queries.councils import (
    comparable_councils,
    councils_in,
    councils_of_tier,
    current_councils,
    existing_on,
    lower_tier_of,
    organisation_with_key,
    region_of,
    units_by_key,
    units_in,
    upper_tier_of,
    who_runs,
)
from slip.directory.queries.finder import CouncilFound, councils_matching
from slip.directory.queries.history import Change, History, predecessors_of, successors_of
from slip.directory.queries.resolver import Resolution, UnitResolver

__all__ = [
    "Change",
    "CouncilFound",
    "History",
    "Resolution",
    "UnitResolver",
    "comparable_councils",
    "councils_in",
    "councils_matching",
    "councils_of_tier",
    "current_councils",
    "existing_on",
    "lower_tier_of",
    "organisation_with_key",
    "predecessors_of",
    "region_of",
    "successors_of",
    "units_by_key",
    "units_in",
    "upper_tier_of",
    "who_runs",
]
