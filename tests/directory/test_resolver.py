"""From the codes and names in files to reporting units."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from slip.directory.enums import COUNCIL_TIERS, Found, Tier, UnitKind
from slip.directory.models import Organisation, ReportingUnit
from slip.directory.queries import UnitResolver

pytestmark = pytest.mark.django_db


def test_barnsley_is_one_unit_with_two_codes() -> None:
    resolver = UnitResolver(today=date(2026, 6, 1))
    old, new = resolver.resolve("gss", "E08000016"), resolver.resolve("gss", "E08000038")
    assert old.unit_id == new.unit_id
    assert (old.found, old.is_current_code, old.note) == (
        Found.OLD_CODE,
        False,
        "E08000016 is an old code of Barnsley.",
    )
    assert (new.found, new.is_current_code, new.note) == (Found.CURRENT, True, "")


def test_a_code_is_current_until_the_day_it_changed() -> None:
    assert UnitResolver(today=date(2025, 3, 31)).resolve("gss", "E08000016").is_current_code
    assert not UnitResolver(today=date(2025, 4, 1)).resolve("gss", "E08000016").is_current_code


def test_codes_of_every_kind_lead_to_their_unit() -> None:
    expected = {
        "E06000048": "northumberland",
        "E07000100": "st-albans",
        "E07000104": "welwyn-hatfield",
        "E07000097": "east-hertfordshire",
        "E07000101": "stevenage",
        "E08000020": "gateshead",
        "S12000043": "glasgow-city",
        "S12000046": "glasgow-city",
        "S12000049": "glasgow-city",
        "S12000009": "east-dunbartonshire",
        "S12000044": "north-lanarkshire",
        "S12000015": "fife",
        "S12000024": "perth-and-kinross",
        "E11000004": "tyne-and-wear-metropolitan-county",
        "E47000005": "north-east-combined-authority-2014-to-2024",
        "TLH": "east-of-england",
        "TLH3": "essex-itl",
        "E67000001": "city-of-london-hackney",
        "E50000008": "cambridge-city-and-south-cambs-councils",
        "E61000001": "greater-london-authority",
        "E12000007": "london",
        "K04000001": "england-and-wales",
    }
    resolver = UnitResolver()
    assert {code: resolver.resolve("gss", code).unit_key for code in expected} == expected


def test_a_number_shared_by_a_county_and_its_heir_goes_by_the_day() -> None:
    resolver = UnitResolver(today=date(2026, 6, 1))
    assert resolver.resolve("dfe_number", "815").unit_key == "north-yorkshire"
    assert resolver.resolve("dfe_number", "815", on=date(2022, 3, 31)).unit_key == "north-yorkshire-county-council"
    assert resolver.resolve("dfe_number", "815", on=date(2023, 4, 1)).unit_key == "north-yorkshire"


def test_the_code_of_an_ended_council_says_when_it_ended() -> None:
    found = UnitResolver(today=date(2026, 6, 1)).resolve("gss", "E07000165")
    assert (found.found, found.unit_key, found.ended_on) == (Found.ENDED, "harrogate", date(2023, 4, 1))
    assert found.note == "Harrogate ended on 1 April 2023."


def test_codes_that_name_nothing_are_unknown() -> None:
    resolver = UnitResolver()
    for code in ("", "Total", "E99999999", "K99000004", "E07000150 / E07000153", "nan"):
        found = resolver.resolve("gss", code)
        assert (found.found, found.unit_id, found.is_current_code) == (Found.UNKNOWN, None, False)


def test_names_as_files_write_them_lead_to_their_unit() -> None:
    expected = {
        "Thurrock UA": "thurrock",
        "Dorset": "dorset",
        "Dorset County Council": "dorset-county-council",
        "Buckinghamshire": "buckinghamshire",
        "Essex CC": "essex",
        "Essex Fire": "essex-fire",
        "North East": "north-east",
        "North East Combined Authority": "north-east-combined-authority",
        "West Midlands": "west-midlands",
        "West Midlands (Met County)": "west-midlands-metropolitan-county",
        "Yorkshire and the Humber": "yorkshire-and-the-humber",
        "Eastern": "east-of-england",
        "Lancashire": "lancashire",
        "Durham": "county-durham",
        "Bedford Borough": "bedford",
        "Rhondda Cynon Taff": "rhondda-cynon-taf",
        "Caerdydd": "cardiff",
        "Shepway": "folkestone-and-hythe",
        "Royal Berkshire Fire and Rescue Service": "berkshire-fire",
    }
    resolver = UnitResolver(today=date(2026, 6, 1))
    assert {name: resolver.resolve_name(name).unit_key for name in expected} == expected


def test_a_name_of_its_time_means_the_council_of_that_time() -> None:
    resolver = UnitResolver(today=date(2026, 6, 1))
    assert resolver.resolve_name("Somerset", on=date(2020, 6, 1)).unit_key == "somerset-county-council"
    assert resolver.resolve_name("Somerset", on=date(2024, 6, 1)).unit_key == "somerset"


def test_a_name_that_fits_two_is_not_guessed() -> None:
    for key in ("new-ashton", "old-ashton"):
        unit = ReportingUnit.objects.create(
            key=key,
            name=key.replace("-", " ").title(),
            kind=UnitKind.ORGANISATION,
            nation="england",
            tier=Tier.DISTRICT,
        )
        unit.names.create(text="Ashton", normalised="ashton")
    found = UnitResolver().resolve_name("Ashton")
    assert (found.found, found.unit_id) == (Found.AMBIGUOUS, None)
    assert found.note == "“Ashton” could be New Ashton or Old Ashton."


def test_a_name_can_be_asked_for_among_kinds_and_tiers() -> None:
    resolver = UnitResolver()
    assert resolver.resolve_name("Greater Manchester", tiers=COUNCIL_TIERS).found == Found.UNKNOWN
    assert resolver.resolve_name("West Midlands", kinds=[UnitKind.COUNTY_AREA]).unit_key.endswith("metropolitan-county")


def test_an_end_entered_by_hand_counts() -> None:
    Organisation.objects.filter(key="surrey").update(ended_on=date(2027, 4, 1))
    found = UnitResolver(today=date(2027, 4, 1)).resolve("gss", "E10000030")
    assert (found.found, found.ended_on, found.is_current_code) == (Found.ENDED, date(2027, 4, 1), False)


def test_a_whole_file_costs_a_query_a_scheme_and_one_for_names(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):  # GSS codes, ITL codes, names
        resolver = UnitResolver()
        for number in range(1, 200):
            resolver.resolve("gss", f"E07{number:06}")
            resolver.resolve_name(f"Council {number}")
