"""Names of councils as files and people write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slip.directory.enums import Tier
from slip.directory.names import in_sentence, normalise, plain, tiers_hinted


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Thurrock", "thurrock"),
        ("Thurrock UA", "thurrock"),
        ("Thurrock Council", "thurrock"),
        ("THURROCK BOROUGH COUNCIL", "thurrock"),
        ("Barking and Dagenham LB", "barking and dagenham"),
        ("Barking & Dagenham", "barking and dagenham"),
        ("London Borough of Barking and Dagenham", "barking and dagenham"),
        ("Barnsley MBC", "barnsley"),
        ("Barnsley Metropolitan Borough Council", "barnsley"),
        ("St. Helens", "st helens"),
        ("Saint Helens Council", "st helens"),
        ("Kingston upon Hull, City of", "kingston upon hull"),
        ("Kingston-upon-Hull City Council", "kingston upon hull"),
        ("Bristol, City of", "bristol"),
        ("City of Bristol", "bristol"),
        ("City of London", "city of london"),
        ("City of London Corporation", "city of london"),
        ("London, City of", "city of london"),
        ("London", "london"),
        ("Royal Borough of Kensington and Chelsea", "kensington and chelsea"),
        ("Windsor & Maidenhead, Royal Borough of", "windsor and maidenhead"),
        ("King's Lynn and West Norfolk", "kings lynn and west norfolk"),
        ("King\u2019s Lynn & West Norfolk", "kings lynn and west norfolk"),
        ("Borough Council of King's Lynn and West Norfolk", "kings lynn and west norfolk"),
        ("Herefordshire, County of", "herefordshire"),
        ("County Durham", "durham"),
        ("Bournemouth (Pre LG)", "bournemouth"),
        ("Essex County Council", "essex"),
        ("Cambridgeshire CC", "cambridgeshire"),
        ("The Vale of Glamorgan", "vale of glamorgan"),
        ("City and County of Swansea", "swansea"),
        ("Ynys Môn", "ynys mon"),
        ("Cyngor Sir Ddinbych", "sir ddinbych"),
        ("Derry City and Strabane District Council", "derry city and strabane"),
        ("Liverpool City Region", "liverpool city region"),
        ("Essex Combined Fire and Rescue Authority", "essex fire"),
        ("Essex County Fire and Rescue Service", "essex fire"),
        ("Cumbria PCC-FRA", "cumbria fire"),
        ("Northamptonshire Police, Fire and Crime Commissioner Fire and Rescue Authority", "northamptonshire fire"),
        ("North East Mayoral Combined Authority", "north east combined"),
        ("East Midlands Combined County Authority", "east midlands combined"),
        ("Greater Manchester CA", "greater manchester combined"),
        ("Borough", "borough"),
        ("(Met)", "metropolitan"),
        ("", ""),
    ],
)
def test_normalise_gives_the_bare_place_name(written: str, bare: str) -> None:
    assert normalise(written) == bare


_WORDS = (
    "the city of county borough london royal council combined fire and rescue authority mayoral ua mbc cc lb "
    "district metropolitan essex st helens (pre lg) & cyngor kingston upon"
)
_words = st.sampled_from(_WORDS.split())


@given(st.one_of(st.text(max_size=40), st.lists(_words, max_size=8).map(" ".join)))
@example("city of county of")
@example("fire fire")
@example("the the")
def test_a_normalised_name_normalises_to_itself(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once


@given(st.text(max_size=40))
def test_a_name_with_letters_is_never_lost(name: str) -> None:
    assert bool(normalise(name)) == bool(plain(name))


@pytest.mark.parametrize(
    ("written", "tiers"),
    [
        ("Essex County Council", {Tier.COUNTY}),
        ("Essex CC", {Tier.COUNTY}),
        ("Buckinghamshire County", {Tier.COUNTY}),
        ("Greater Manchester (Met County)", set()),
        ("Barnsley MBC", {Tier.METROPOLITAN}),
        ("Camden LB", {Tier.LONDON_BOROUGH}),
        ("London Borough of Camden", {Tier.LONDON_BOROUGH}),
        ("Essex Combined Fire and Rescue Authority", {Tier.FIRE}),
        ("North East Combined Authority", {Tier.COMBINED}),
        ("Thurrock UA", {Tier.UNITARY, Tier.WELSH_UNITARY}),
        ("Thurrock Council", set()),
        ("Durham", set()),
    ],
)
def test_a_names_ending_hints_at_the_tier(written: str, tiers: set[str]) -> None:
    assert tiers_hinted(written) == tiers


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Thurrock", "Thurrock"),
        ("London", "London"),
        ("Wirral", "Wirral"),
        ("Northern Ireland", "Northern Ireland"),
        ("Yorkshire and The Humber", "Yorkshire and The Humber"),
        ("North East Lincolnshire", "North East Lincolnshire"),
        ("West Midlands Combined Authority", "West Midlands Combined Authority"),
        ("Isle of Wight", "the Isle of Wight"),
        ("Isles of Scilly", "the Isles of Scilly"),
        ("City of London", "the City of London"),
        ("City of London Corporation", "the City of London Corporation"),
        ("Vale of Glamorgan", "the Vale of Glamorgan"),
        ("Vale of White Horse", "the Vale of White Horse"),
        ("Forest of Dean", "the Forest of Dean"),
        ("New Forest", "the New Forest"),
        ("East Riding of Yorkshire", "the East Riding of Yorkshire"),
        ("Scottish Borders", "the Scottish Borders"),
        ("East of England", "the East of England"),
        ("North East", "the North East"),
        ("South West", "the South West"),
        ("West Midlands", "the West Midlands"),
        ("West Midlands (metropolitan county)", "the West Midlands (metropolitan county)"),
        ("West Yorkshire (metropolitan county)", "West Yorkshire (metropolitan county)"),
        ("United Kingdom", "the United Kingdom"),
        ("London Borough of Barnet", "the London Borough of Barnet"),
        ("Royal Borough of Kensington and Chelsea", "the Royal Borough of Kensington and Chelsea"),
        ("Council of the Isles of Scilly", "the Council of the Isles of Scilly"),
        ("City of York Council", "City of York Council"),
        ("Isle of Wight Council", "Isle of Wight Council"),
        ("The Highland Council", "the Highland Council"),
        ("", ""),
    ],
)
def test_a_name_in_the_middle_of_a_sentence(name: str, said: str) -> None:
    assert in_sentence(name) == said
