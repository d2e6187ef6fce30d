"""Every sentence that the shipped figures give rise to is whole, and the ones we promised read as promised."""

import re

import pytest

WHOLE = re.compile(r"[A-Z0-9£−“].*\.", re.DOTALL)
BROKEN = re.compile(r"  |\bNone\b|\bnan\b|{|}|\.\.|,\.|: \.|\(\)| ,| \.(?!\d)|-0\.0|−0(\.0+)?(?![.\d])")
POLAR = re.compile(r"\b(better|worse|best|worst|improv\w+|worsen\w+)\b", re.IGNORECASE)
COUNCILS = [
    "thurrock",
    "barnsley",
    "brentwood",
    "essex",
    "camden",
    "cardiff",
    "fife",
    "belfast",
    "harrogate",
    "cumberland",
    "isles-of-scilly",
    "city-of-london",
    "cornwall",
    "leeds",
    "birmingham",
    "kent",
    "tandridge",
    "north-yorkshire",
    "somerset",
    "dorset",
    "rutland",
    "northumberland",
    "west-devon",
    "gwynedd",
    "na-h-eileanan-siar",
    "derry-city-and-strabane",
    "allerdale",
    "cumbria",
    "newham",
]


@pytest.mark.parametrize("council", COUNCILS)
def test_no_sentence_of_the_shipped_figures_is_broken(readings_of, council: str):
    for key, found in readings_of(council).items():
        assert found.sentences, key
        for sentence in found.sentences:
            assert WHOLE.fullmatch(sentence), f"{key}: {sentence}"
            assert not BROKEN.search(sentence), f"{key}: {sentence}"
        if not found.has_polarity:
            said = [sentence.replace("Neither is better in itself.", "") for sentence in found.sentences]
            assert not POLAR.search(" ".join(said)), f"{key}: {said}"
        assert (found.blank is None) == (found.value is not None)
        assert bool(found.short_text) == (found.blank is None)


@pytest.mark.parametrize("group", ["region", "ons-global", "dfe-children", "chosen"])
def test_nor_beside_any_group(readings_of, group: str):
    for council in ("thurrock", "barnsley", "camden"):
        for key, found in readings_of(council, group, ("medway", "leeds")).items():
            for sentence in found.sentences:
                assert WHOLE.fullmatch(sentence), f"{key}: {sentence}"
                assert not BROKEN.search(sentence), f"{key}: {sentence}"


def test_thurrocks_adult_obesity_reads_as_a_sentence(readings_of):
    said = " ".join(readings_of("thurrock")["adult-obesity"].sentences)
    assert said == (
        "31.8% of adults in Thurrock were living with obesity in the year to November 2025. "
        "Allowing for the margin of error, the true figure is likely to be between 27.8% and 35.9%. "
        "That is higher than England (26.6%), and higher is worse here. "
        "There has been no clear change over the last five yearly figures. "
        "Thurrock is 42nd of 63 among all English unitary councils (1st is best); the middle council has 28.7%."
    )


def test_thurrocks_recycling_reads_28_and_a_half_per_cent(readings_of):
    found = readings_of("thurrock")["household-recycling-rate"]
    assert (found.short_text, found.period) == ("28.5%", "2022/23")
    assert (
        found.headline == "28.5% of household waste in Thurrock was sent for reuse, recycling or composting in 2022/23."
    )


def test_a_district_does_not_run_childrens_services(readings_of):
    found = readings_of("brentwood")["persistent-absence-looked-after"]
    assert found.state == "not_applicable"
    assert found.headline == (
        "Not applicable to a district council. Essex County Council runs children's services here."
    )
    assert readings_of("essex")["persistent-absence-looked-after"].blank is None
