"""Comparison groups: who is in them, what they are called, and which published figure is the benchmark."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lg_inform.models import Neighbour, NeighbourModel
from lg_inform.queries.groups import (
    CHOSEN,
    COUNTY,
    MOST_CHOSEN,
    REGION,
    TIER,
    comparison_group,
    council_context,
    group_options,
)
from slip.directory.enums import Tier, tiers_comparable_with
from slip.directory.models import Containment, Organisation, ReportingUnit
from slip.directory.queries import current_councils, organisation_with_key

#: For each tier a council, and the groups that it is offered besides neighbours.
OFFERED = {
    "thurrock": [TIER, REGION, CHOSEN],
    "barnsley": [TIER, REGION, CHOSEN],
    "camden": [TIER, REGION, CHOSEN],
    "essex": [TIER, REGION, CHOSEN],
    "brentwood": [TIER, REGION, COUNTY, CHOSEN],
    "cardiff": [TIER, CHOSEN],
    "fife": [TIER, CHOSEN],
    "belfast": [TIER, CHOSEN],
}
ONS = ["ons-global", "ons-economic", "ons-demographic"]
DFE = "dfe-children"


def keys_of(group) -> list[str]:
    units = ReportingUnit.objects.in_bulk(group.unit_ids)
    return [units[pk].key for pk in group.unit_ids]


@pytest.mark.parametrize("council", OFFERED)
def test_each_tier_is_offered_what_it_has(context_of, council: str):
    offered = [option.key for option in group_options(context_of(council))]
    assert [key for key in offered if key not in (*ONS, DFE)] == OFFERED[council]
    assert [key for key in offered if key in ONS] == ONS
    assert (DFE in offered) == (council in {"thurrock", "barnsley", "camden", "essex"})
    assert offered[0] == TIER
    assert offered[-1] == CHOSEN


@pytest.mark.parametrize("council", OFFERED)
def test_every_offered_group_begins_with_the_council_and_holds_its_like(context_of, council: str):
    context = context_of(council)
    for option in group_options(context):
        group = comparison_group(
            context, option.key, ["medway", "chelmsford", "kent", "newport", "moray", "mid-ulster"]
        )
        assert group.key == option.key
        assert group.name == option.name
        assert group.unit_ids[0] == context.unit.pk
        assert len(set(group.unit_ids)) == len(group.unit_ids) == group.others + 1
        tiers = set(ReportingUnit.objects.filter(pk__in=group.unit_ids).values_list("tier", flat=True))
        assert tiers <= tiers_comparable_with(context.unit.tier)
        assert group.about.endswith(".")
        assert "  " not in group.about


def test_the_tier_is_every_council_of_it_today(context_of):
    group = comparison_group(context_of("thurrock"), TIER)
    unitary = set(current_councils().filter(tier=Tier.UNITARY).values_list("reporting_unit_id", flat=True))
    assert set(group.unit_ids) == unitary
    assert group.name == "All English unitary councils"
    assert group.phrase == "all English unitary councils"
    assert f"There are {len(unitary)} unitary councils in England today." == group.about
    assert group.benchmark_name == "England"


def test_thurrocks_region_holds_the_single_tier_councils_of_the_east(context_of):
    group = comparison_group(context_of("thurrock"), REGION)
    assert set(keys_of(group)) == {
        "thurrock",
        "bedford",
        "central-bedfordshire",
        "luton",
        "peterborough",
        "southend-on-sea",
    }
    assert group.name == "Single-tier councils in the East of England"
    assert group.benchmark_name == "the East of England"
    assert ReportingUnit.objects.get(pk=group.benchmark_id).key == "east-of-england"


def test_brentwoods_county_holds_the_districts_of_essex(context_of):
    group = comparison_group(context_of("brentwood"), COUNTY)
    assert len(group.unit_ids) == 12
    assert {"chelmsford", "basildon", "uttlesford"} <= set(keys_of(group))
    assert not {"thurrock", "southend-on-sea", "essex"} & set(keys_of(group))
    assert (group.name, group.benchmark_name) == ("District councils in Essex", "Essex")


def test_essex_stands_beside_counties_only(context_of):
    context = context_of("essex")
    assert context.county is None
    tier, region = comparison_group(context, TIER), comparison_group(context, REGION)
    assert len(tier.unit_ids) == 21
    assert set(keys_of(region)) == {"essex", "cambridgeshire", "hertfordshire", "norfolk", "suffolk"}


def test_ons_neighbours_are_kept_to_comparable_tiers_in_their_order(context_of):
    context = context_of("thurrock")
    listed = Neighbour.objects.filter(
        unit=context.unit, model__key="ons-global", model__superseded_at__isnull=True
    ).order_by("position")
    alike = [row.neighbour_id for row in listed if row.neighbour.tier in tiers_comparable_with(Tier.UNITARY)]
    group = comparison_group(context, "ons-global")
    assert len(listed) == 20
    assert 0 < len(alike) < 20
    assert list(group.unit_ids[1:]) == alike
    assert f"{len(alike)} of the 20 on the list run the same services, and only those are shown." in group.about
    assert [key for key, _ in group.members] == keys_of(group)[1:]
    assert group.source == "Office for National Statistics, February 2025"
    assert group.phrase == "its ONS statistical neighbours"


def test_neighbours_are_directional(context_of):
    context = context_of("thurrock")
    one_way = [
        key
        for key in keys_of(comparison_group(context, "ons-global"))[1:]
        if context.unit.pk not in comparison_group(context_of(key), "ons-global").unit_ids
    ]
    assert one_way


def test_a_list_without_anyone_alike_says_so(context_of):
    group = comparison_group(context_of("belfast"), "ons-global")
    assert group.others == 0
    assert "None of the 20 on the list runs the same services" in group.about


def test_dfe_neighbours_are_at_most_ten(context_of):
    group = comparison_group(context_of("barnsley"), DFE)
    assert group.others == 10
    assert group.source == "Department for Education, May 2025"


def test_a_newer_vintage_takes_the_place_of_the_older(context_of):
    context = context_of("thurrock")
    standing = NeighbourModel.objects.get(key="ons-global", superseded_at__isnull=True)
    standing.superseded_at = timezone.now()
    standing.save()
    newer = NeighbourModel.objects.get(pk=standing.pk)
    newer.pk, newer.vintage, newer.superseded_at = None, "March 2026", None
    newer.save()
    medway = ReportingUnit.objects.get(key="medway")
    Neighbour.objects.create(model=newer, unit=context.unit, neighbour=medway, position=1)
    group = comparison_group(council_context(context.unit), "ons-global")
    assert keys_of(group) == ["thurrock", "medway"]
    assert group.source == "Office for National Statistics, March 2026"


# Picked by hand


def test_chosen_councils_are_taken_in_order_once_and_only_where_alike(context_of):
    chosen = ["swindon", "essex", "medway", "swindon", "thurrock", "no-such-council", "east-of-england", "leeds"]
    group = comparison_group(context_of("thurrock"), CHOSEN, chosen)
    assert keys_of(group) == ["thurrock", "swindon", "medway", "leeds"]
    assert group.phrase == "the councils chosen"


def test_no_more_are_taken_than_may_be_chosen(context_of):
    context = context_of("thurrock")
    keys = list(current_councils().filter(tier=Tier.UNITARY).exclude(key="thurrock").values_list("key", flat=True))
    assert len(keys) > MOST_CHOSEN
    assert comparison_group(context, CHOSEN, keys).others == MOST_CHOSEN


@pytest.mark.parametrize("key", ["", "nonsense", COUNTY, "TIER", "ons-global "])
def test_a_group_that_means_nothing_here_is_the_whole_tier(context_of, key: str):
    assert comparison_group(context_of("thurrock"), key).key == TIER


# Names


@pytest.mark.parametrize(
    ("council", "group", "benchmark"),
    [
        ("thurrock", TIER, "England"),
        ("belfast", TIER, "Northern Ireland"),
        ("cardiff", TIER, "Wales"),
        ("fife", TIER, "Scotland"),
        ("camden", REGION, "London"),
        ("barnsley", REGION, "Yorkshire and The Humber"),
        ("county-durham", REGION, "the North East"),
        ("lewes", COUNTY, "East Sussex"),
        ("crawley", COUNTY, "West Sussex"),
    ],
)
def test_a_benchmark_is_named_as_in_a_sentence(context_of, council: str, group: str, benchmark: str):
    assert comparison_group(context_of(council), group).benchmark_name == benchmark


# Councils of the past, and changes


def test_an_ended_council_lies_where_it_lay_on_its_last_day(context_of):
    context = context_of("harrogate")
    assert context.has_ended
    assert context.county.organisation.official_name == "North Yorkshire County Council"
    assert context.region.key == "yorkshire-and-the-humber"
    assert not context_of("thurrock").has_ended


def test_a_council_that_ends_tomorrow_is_in_its_groups_until_then(context_of):
    context = context_of("brentwood")
    chelmsford = Organisation.objects.get(key="chelmsford")
    chelmsford.ended_on = timezone.localdate() + timedelta(days=1)
    chelmsford.save()
    assert chelmsford.reporting_unit_id in comparison_group(context, COUNTY).unit_ids
    assert chelmsford.reporting_unit_id in comparison_group(context, TIER).unit_ids
    chelmsford.ended_on = timezone.localdate()
    chelmsford.save()
    for key in (COUNTY, TIER, REGION):
        assert chelmsford.reporting_unit_id not in comparison_group(context, key).unit_ids


def test_a_council_that_moves_county_moves_group(context_of):
    brentwood = organisation_with_key("brentwood").reporting_unit
    hertfordshire = organisation_with_key("hertfordshire").reporting_unit
    row = Containment.objects.get(unit=brentwood, container__tier=Tier.COUNTY)
    row.container = hertfordshire
    row.save()
    group = comparison_group(council_context(brentwood), COUNTY)
    assert group.name == "District councils in Hertfordshire"
    assert {"watford", "stevenage"} <= set(keys_of(group))
