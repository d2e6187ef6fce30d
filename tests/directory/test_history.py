"""Organisations through time."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import DjangoAssertNumQueries

from slip.directory.enums import ChangeKind, Nation, Service, Tier
from slip.directory.models import Code, Containment, Organisation, ReportingUnit, Succession
from slip.directory.queries import (
    History,
    councils_in,
    councils_of_tier,
    current_councils,
    lower_tier_of,
    organisation_with_key,
    predecessors_of,
    region_of,
    successors_of,
    units_by_key,
    units_in,
    upper_tier_of,
    who_runs,
)
from slip.directory.queries.history import listed

pytestmark = pytest.mark.django_db


def body(key: str) -> Organisation:
    found = organisation_with_key(key)
    assert found is not None
    return found


def test_cumbria_was_divided_between_two_councils() -> None:
    changes = successors_of(body("cumbria"))
    assert [(change.successor.key, change.on, change.kind) for change in changes] == [
        ("cumberland", date(2023, 4, 1), ChangeKind.SPLIT),
        ("westmorland-and-furness", date(2023, 4, 1), ChangeKind.SPLIT),
    ]
    history = History.read()
    assert history.origin_sentence(body("cumberland")) == (
        "Took over from Allerdale, Carlisle and Copeland, and from part of Cumbria, on 1 April 2023."
    )
    assert history.end_sentence(body("cumbria")) == (
        "Ended on 1 April 2023, when Cumberland, and Westmorland and Furness took over."
    )
    assert history.origin_sentence(body("thurrock")) == history.end_sentence(body("thurrock")) == ""


def test_predecessors_of_predecessors_are_told_with_their_steps(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    somerset = body("somerset")
    with django_assert_num_queries(1):
        changes = predecessors_of(somerset)
        steps = {change.predecessor.reporting_unit.key: change.steps for change in changes}
    assert steps["somerset-west-and-taunton"] == steps["somerset-county-council"] == 1
    assert steps["taunton-deane"] == steps["west-somerset"] == 2
    assert len(steps) == 7


def test_a_circle_of_successions_does_not_hang() -> None:
    one, two = body("thurrock"), body("medway")
    Succession.objects.create(predecessor=one, successor=two, on=date(2030, 4, 1), kind=ChangeKind.RENAMING)
    Succession.objects.create(predecessor=two, successor=one, on=date(2031, 4, 1), kind=ChangeKind.RENAMING)
    assert len(successors_of(one)) == 2


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["Eden"], "Eden"),
        (["Eden", "Copeland"], "Copeland and Eden"),
        (["C", "A", "B"], "A, B and C"),
        (["Westmorland and Furness", "Cumberland"], "Cumberland, and Westmorland and Furness"),
        (["Bournemouth, Christchurch and Poole", "Dorset"], "Bournemouth, Christchurch and Poole; and Dorset"),
    ],
)
def test_names_are_listed_so_that_they_can_be_told_apart(names: list[str], sentence: str) -> None:
    assert listed(names) == sentence


def test_districts_and_their_county() -> None:
    brentwood, essex = body("brentwood"), body("essex")
    assert upper_tier_of(brentwood) == essex
    assert upper_tier_of(essex) is upper_tier_of(body("thurrock")) is None
    assert [district.key for district in lower_tier_of(essex)] == [
        "basildon", "braintree", "brentwood", "castle-point", "chelmsford", "colchester", "epping-forest", "harlow",
        "maldon", "rochford", "tendring", "uttlesford",
    ]  # fmt: skip
    assert lower_tier_of(brentwood) == []


def test_an_ended_district_lay_in_its_county_while_both_lived() -> None:
    harrogate = body("harrogate")
    assert upper_tier_of(harrogate) == body("north-yorkshire-county-council")
    assert upper_tier_of(harrogate, on=date(2023, 4, 1)) is None
    taunton = body("somerset-west-and-taunton")
    assert upper_tier_of(taunton, on=date(2019, 4, 1)) == body("somerset-county-council")
    assert upper_tier_of(taunton, on=date(2019, 3, 31)) is None


def test_who_runs_a_service() -> None:
    brentwood, essex, thurrock = body("brentwood"), body("essex"), body("thurrock")
    assert who_runs(Service.CHILDRENS_SERVICES, brentwood) == essex
    assert who_runs(Service.CHILDRENS_SERVICES, thurrock) == thurrock
    assert who_runs(Service.WASTE_COLLECTION, brentwood) == brentwood
    assert who_runs(Service.WASTE_COLLECTION, essex) is None
    assert who_runs(Service.PLACE, brentwood) == brentwood
    for council in (brentwood, essex, thurrock):
        assert who_runs(Service.FIRE_RESCUE, council) == body("essex-fire")
    assert who_runs(Service.FIRE_RESCUE, body("norfolk")) is None
    assert who_runs(Service.EDUCATION, body("antrim-and-newtownabbey")) is None


def test_regions() -> None:
    def region(key: str, on: date | None = None) -> str | None:
        found = region_of(units_by_key([key])[0], on)
        return found and found.name

    assert region("thurrock") == "East of England"
    assert region("harrogate") == "Yorkshire and The Humber"
    assert region("harrogate", date(2024, 1, 1)) is None
    assert region("lincolnshire") == "East Midlands"
    assert region("hull-and-east-yorkshire-combined-authority") == "Yorkshire and The Humber"
    assert region("greater-lincolnshire-combined-authority") is None
    assert region("cardiff") is None


def test_membership_of_a_combined_authority_goes_by_the_day() -> None:
    def members(key: str, on: date) -> set[str]:
        return set(units_in(units_by_key([key])[0], on=on).values_list("key", flat=True))

    old, new = "north-east-combined-authority-2014-to-2024", "north-east-combined-authority"
    assert len(members(old, date(2018, 11, 1))) == 7
    assert members(old, date(2018, 11, 2)) == {"county-durham", "gateshead", "south-tyneside", "sunderland"}
    assert len(members("north-of-tyne-combined-authority", date(2024, 5, 6))) == 3
    assert members(old, date(2024, 5, 7)) == set()
    assert len(members(new, date(2024, 5, 7))) == 7


def test_units_come_in_the_order_asked_for() -> None:
    assert [unit.key for unit in units_by_key(["thurrock", "nowhere", "barnsley", "thurrock"])] == [
        "thurrock",
        "barnsley",
    ]


def test_councils_of_a_tier_and_in_a_region() -> None:
    unitaries = councils_of_tier(Tier.UNITARY, on=date(2025, 6, 1))
    assert len(unitaries) == 63
    eastern = councils_in(units_by_key(["east-of-england"])[0].pk, tiers={Tier.UNITARY}, on=date(2025, 6, 1))
    assert set(eastern) < set(unitaries)
    assert len(eastern) == 6


class TestReorganisationEnteredByHand:
    """What is announced for 2026 to 2028 is entered as dated rows."""

    vesting = date(2027, 4, 1)

    def shadow(self) -> Organisation:
        return Organisation.objects.create(
            key="west-surrey", name="West Surrey", official_name="West Surrey Council", tier=Tier.UNITARY,
            nation=Nation.ENGLAND, shadow_from=date(2026, 5, 7), started_on=self.vesting,
        )  # fmt: skip

    def test_a_shadow_body_needs_no_reporting_unit_and_runs_nothing_yet(self) -> None:
        shadow = self.shadow()
        assert shadow not in current_councils(on=date(2026, 11, 23))
        assert shadow in current_councils(on=self.vesting)
        assert shadow.reporting_unit is None
        assert upper_tier_of(shadow) is None
        assert who_runs(Service.FIRE_RESCUE, shadow) is None

    def test_a_shadow_body_whose_vesting_day_is_not_known_does_not_count(self) -> None:
        shadow = Organisation.objects.create(
            key="x", name="X", official_name="X Council", tier=Tier.UNITARY, nation=Nation.ENGLAND,
            shadow_from=date(2026, 5, 7),
        )  # fmt: skip
        assert shadow not in current_councils(on=date(2030, 1, 1))

    def test_a_county_with_an_end_lets_go_of_its_districts(self) -> None:
        Organisation.objects.filter(key="surrey").update(ended_on=self.vesting)
        woking = body("woking")
        assert upper_tier_of(woking, on=date(2027, 3, 31)) == body("surrey")
        assert upper_tier_of(woking, on=self.vesting) is None
        south_east = units_by_key(["south-east"])[0]
        before = units_in(south_east, tiers={Tier.COUNTY}, on=date(2027, 3, 31)).count()
        assert units_in(south_east, tiers={Tier.COUNTY}, on=self.vesting).count() == before - 1


class TestWhatPostgresRefuses:
    def test_one_code_for_two_units_at_a_time(self) -> None:
        thurrock = ReportingUnit.objects.get(key="thurrock")
        with pytest.raises(IntegrityError, match="code_names_one_unit_at_a_time"), transaction.atomic():
            Code.objects.create(unit=thurrock, scheme="gss", code="E08000038", during=DateRange(date(2026, 1, 1), None))

    def test_two_codes_of_one_scheme_for_a_unit_at_a_time(self) -> None:
        thurrock = ReportingUnit.objects.get(key="thurrock")
        with pytest.raises(IntegrityError, match="unit_has_one_code_of_a_scheme"), transaction.atomic():
            Code.objects.create(unit=thurrock, scheme="gss", code="E06009999", during=DateRange(None, date(2026, 1, 1)))

    def test_a_code_may_pass_to_another_unit_on_a_day(self) -> None:
        codes = Code.objects.filter(scheme="dfe_number", code="825").order_by("during")
        assert [(code.unit.key, code.during.lower, code.during.upper) for code in codes] == [
            ("buckinghamshire-county-council", None, date(2020, 4, 1)),
            ("buckinghamshire", date(2020, 4, 1), None),
        ]

    def test_lying_in_one_container_twice(self) -> None:
        row = Containment.objects.get(unit__key="brentwood", container__key="essex")
        with pytest.raises(IntegrityError, match="containment_once_at_a_time"), transaction.atomic():
            Containment.objects.create(unit=row.unit, container=row.container, during=DateRange(None, None))

    def test_an_end_before_the_start(self) -> None:
        with pytest.raises(IntegrityError, match="organisation_ends_after_it_starts"), transaction.atomic():
            Organisation.objects.filter(key="cumberland").update(ended_on=date(2023, 4, 1))

    def test_succeeding_itself(self) -> None:
        thurrock = body("thurrock")
        with pytest.raises(IntegrityError, match="succession_not_to_itself"), transaction.atomic():
            Succession.objects.create(
                predecessor=thurrock, successor=thurrock, on=date(2028, 4, 1), kind=ChangeKind.RENAMING
            )

    def test_a_tier_for_what_is_no_organisation(self) -> None:
        with pytest.raises(IntegrityError, match="unit_tier_only_for_organisations"), transaction.atomic():
            ReportingUnit.objects.filter(key="london").update(tier=Tier.COUNTY)
