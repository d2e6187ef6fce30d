"""Finding a council from what people type."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from slip.directory.models import Organisation
from slip.directory.queries import CouncilFound, councils_matching

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
    found = {hit.organisation.key: hit.reason for hit in councils_matching(words, limit=100)}
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


def test_the_limit_is_kept() -> None:
    assert len(councils_matching("London", limit=5)) == 5


@pytest.mark.parametrize("words", ["Brentwood", "London", "Essex", "Harrogate", "Thurock", "xyzzyq", "sout"])
def test_three_queries_whatever_is_found(words: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        for hit in councils_matching(words, limit=400):
            assert hit.organisation.reporting_unit_id and hit.tier_label
