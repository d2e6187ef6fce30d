"""Finding a council from what people type."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from slip.directory.enums import COUNCIL_TIERS
from slip.directory.models import Name, Organisation
from slip.directory.queries import CouncilFound, councils_by_area, councils_matching, current_councils, is_postcode

pytestmark = pytest.mark.django_db


def keys(found: list[CouncilFound]) -> list[str]:
    return [hit.organisation.key for hit in found]


def test_a_single_tier_council_stands_alone() -> None:
    found = councils_matching("Thurrock")
    assert keys(found) == ["thurrock"]
    assert (found[0].tier_label, found[0].also, found[0].reason) == ("unitary council", False, "This is its name.")


def test_a_misspelt_name_is_understood() -> None:
    found = councils_matching("Thurock")
    assert keys(found)[0] == "thurrock"
    assert found[0].reason == "You may have meant Thurrock."
    assert keys(councils_matching("Wolverhamton"))[0] == "wolverhampton"


def test_a_district_brings_its_county() -> None:
    district, county = councils_matching("Brentwood Borough Council")
    assert (district.organisation.key, district.also) == ("brentwood", False)
    assert (county.organisation.key, county.also) == ("essex", True)
    assert county.reason == "Runs county services in Brentwood."
    assert (district.tier_label, county.tier_label) == ("district council", "county council")


def test_an_ended_council_gives_the_one_that_took_over() -> None:
    found = councils_matching("Harrogate")
    assert keys(found) == ["north-yorkshire"]
    assert found[0].reason == "Took over from Harrogate on 1 April 2023."
    assert keys(councils_matching("Barrow")) == ["westmorland-and-furness"]
    assert keys(councils_matching("Bournemouth")) == ["bournemouth-christchurch-and-poole"]
    assert set(keys(councils_matching("Cumbria"))) == {"cumberland", "westmorland-and-furness"}


def test_a_chain_of_mergers_is_followed_and_told() -> None:
    found = councils_matching("Taunton Deane")
    assert keys(found) == ["somerset"]
    assert found[0].reason == (
        "Took over from Somerset West and Taunton on 1 April 2023, after Taunton Deane had ended on 1 April 2019."
    )


def test_an_ended_district_within_a_county_brings_both_of_today() -> None:
    assert keys(councils_matching("Forest Heath")) == ["west-suffolk", "suffolk"]


def test_a_county_brings_its_districts_and_neighbours_it_serves() -> None:
    found = councils_matching("Essex")
    assert keys(found)[0] == "essex"
    assert {"brentwood", "basildon", "uttlesford"} <= set(keys(found))
    assert next(hit for hit in found if hit.organisation.key == "brentwood").reason == "A district in Essex."
    assert next(hit for hit in found if hit.organisation.key == "thurrock").reason == (
        "Served by Essex Fire and Rescue Authority."
    )


@pytest.mark.parametrize(
    ("words", "key", "reason"),
    [
        ("East of England", "thurrock", "In the East of England."),
        ("london", "barnet", "In London."),
        ("Merseyside", "wirral", "In Merseyside."),
        ("Tees Valley", "hartlepool", "A member of Tees Valley Combined Authority."),
        ("Berkshire", "reading", "Served by Berkshire Fire and Rescue Authority."),
    ],
)
def test_words_for_a_wider_place_give_its_councils(words: str, key: str, reason: str) -> None:
    found = {hit.organisation.key: hit.reason for hit in councils_matching(words)}
    assert found[key] == reason


def test_other_names_and_parts_of_names_are_found() -> None:
    assert keys(councils_matching("Dagenham")) == ["barking-and-dagenham"]
    assert keys(councils_matching("Hull"))[0] == "kingston-upon-hull"
    assert keys(councils_matching("St Helens")) == ["st-helens"]
    welsh = councils_matching("Abertawe")
    assert (keys(welsh), welsh[0].reason) == (["swansea"], "Also known as Abertawe.")


def test_only_councils_that_exist_on_the_day_are_found() -> None:
    assert keys(councils_matching("Harrogate", on=date(2022, 1, 1))) == ["harrogate", "north-yorkshire-county-council"]
    Organisation.objects.filter(key="thurrock").update(ended_on=date(2028, 4, 1))
    assert keys(councils_matching("Thurrock", on=date(2028, 4, 1))) == []


@pytest.mark.parametrize("words", ["", " ", "a", "xyzzyq", "%", "'; drop table", "\x00", "Council" * 50])
def test_words_that_name_nothing_find_nothing(words: str) -> None:
    assert councils_matching(words) == []


def test_every_council_of_a_wider_place_is_given() -> None:
    assert len(councils_matching("London")) == 33
    assert len(councils_matching("East of England")) == 50
    assert len(councils_matching("England")) == 317


@pytest.mark.parametrize(
    ("words", "keys_found", "number"),
    [
        # Councils of that name first, then those of the region and the two county areas that have the word in theirs.
        ("yorkshire", ["east-riding-of-yorkshire", "north-yorkshire", "barnsley", "bradford"], 15),
        ("humber", ["barnsley", "bradford"], 15),
        ("Sussex", ["east-sussex", "mid-sussex", "west-sussex", "adur"], 14),
        ("midlands", ["birmingham", "coventry"], 72),
    ],
)
def test_words_that_are_part_of_a_wider_places_name_give_its_councils(
    words: str, keys_found: list[str], number: int
) -> None:
    found = councils_matching(words)
    assert keys(found)[: len(keys_found)] == keys_found
    assert len(found) == number


def test_a_region_comes_before_councils_whose_name_begins_as_its_does() -> None:
    found = councils_matching("North West")
    assert {hit.reason for hit in found[:36]} == {"In the North West."}
    assert keys(found)[36:] == ["north-somerset", "north-west-leicestershire", "leicestershire"]


def test_a_council_of_that_very_name_keeps_parts_of_other_names_out() -> None:
    assert "darlington" not in keys(councils_matching("Bedford"))
    assert keys(councils_matching("Manchester"))[0] == "manchester"


@pytest.mark.parametrize("words", ["north", "south", "east", "west", "and", "of"])
def test_words_of_many_names_bring_no_region(words: str) -> None:
    assert not [hit for hit in councils_matching(words) if hit.reason.startswith("In ")]


def test_a_county_stands_right_after_the_district_it_is_there_for() -> None:
    found = councils_matching("north")
    for place, hit in enumerate(found):
        if hit.also:
            before = found[place - 1].organisation
            assert hit.reason == f"Runs county services in {before.name}."
    assert sum(hit.also for hit in found) > 3


def test_what_is_only_like_the_words_is_called_a_guess() -> None:
    for words in ("Middlesex", "Thurock", "Wolverhamton"):
        found = councils_matching(words)
        assert found
        assert all(hit.is_guess for hit in found), words
        assert found[0].reason.startswith("You may have meant ")
    county = councils_matching("Brentwod")[1]
    assert (county.organisation.key, county.also, county.is_guess) == ("essex", True, True)
    assert not [
        hit for words in ("Essex", "North", "Harrogate", "Hull") for hit in councils_matching(words) if hit.is_guess
    ]


@pytest.mark.parametrize("words", ["B&NES", "banes", "Banes Council", "b&nes"])
def test_a_councils_own_short_name_is_known(words: str) -> None:
    found = councils_matching(words)
    assert (keys(found), found[0].is_guess) == (["bath-and-north-east-somerset"], False)


def test_a_spelling_that_somebody_typed_is_not_called_a_name() -> None:
    typed = Name.objects.get(text="north west somerset")
    hit = next(hit for hit in councils_matching(typed.text) if hit.organisation.key == "north-somerset")
    assert hit.reason == "Also written “north west somerset”."


@pytest.mark.parametrize("words", ["RM17 6SL", "rm17", "  SW1A 2AA", "m1 1ae", "EC2"])
def test_a_postcode_is_known_for_one(words: str) -> None:
    assert is_postcode(words)


def test_no_name_of_the_register_is_taken_for_a_postcode() -> None:
    assert not [text for text in Name.objects.values_list("text", flat=True) if is_postcode(text)]
    assert not is_postcode("")


def test_all_councils_are_listed_once_by_region_and_nation(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        areas = councils_by_area()
        keys_listed = [council.reporting_unit.key for _, councils in areas for council in councils]
    assert [name for name, _ in areas] == [
        "East Midlands",
        "East of England",
        "London",
        "North East",
        "North West",
        "South East",
        "South West",
        "West Midlands",
        "Yorkshire and The Humber",
        "Northern Ireland",
        "Scotland",
        "Wales",
    ]
    assert sorted(keys_listed) == list(current_councils(nation=None).values_list("key", flat=True).order_by("key"))
    for _, councils in areas:
        assert [council.name for council in councils] == sorted(council.name for council in councils)
        assert {council.tier for council in councils} <= COUNCIL_TIERS


def test_an_ended_council_is_not_listed_from_that_day() -> None:
    Organisation.objects.filter(key="thurrock").update(ended_on=date(2028, 4, 1))
    for day, is_listed in ((date(2028, 3, 31), True), (date(2028, 4, 1), False)):
        listed = {council.key for _, councils in councils_by_area(on=day) for council in councils}
        assert ("thurrock" in listed) is is_listed


@pytest.mark.parametrize(
    "key", ["thurrock", "city-of-london", "isles-of-scilly", "newry-mourne-and-down", "na-h-eileanan-siar", "york"]
)
def test_every_name_of_a_council_finds_it_first(key: str) -> None:
    for name in Name.objects.filter(unit__key=key):
        assert keys(councils_matching(name.text))[0] == key, name.text


def test_the_city_of_london_is_no_borough() -> None:
    (found,) = councils_matching("City of London")
    assert found.tier_label == "city corporation"
    assert councils_matching("Barnet")[0].tier_label == "London borough council"


@pytest.mark.parametrize("words", ["Brentwood", "London", "Essex", "Harrogate", "Thurock", "xyzzyq", "sout"])
def test_three_queries_whatever_is_found(words: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        for hit in councils_matching(words):
            assert hit.organisation.reporting_unit_id and hit.tier_label
