"""How a council's name in a file or a search box becomes one plain form, and what its ending says about its tier.

`normalise` is applied both to the names in the register and to the words looked up, so the two always meet.
It is idempotent: a normalised name normalises to itself.
"""

import re
import unicodedata

from slip.directory.enums import Tier

#: Words in front of a place name that say what kind of body it is, longest first.
_PREFIXES = (
    "council of",
    "cyngor",
    "london borough of",
    "london borough",
    "royal borough of",
    "metropolitan borough of",
    "county borough of",
    "borough council of",
    "borough of",
    "city and county of",
    "city and borough of",
    "city of",
    "county of",
    "county",
)
#: Words after a place name that say what kind of body it is, longest first.
_SUFFIXES = (
    "metropolitan borough council",
    "metropolitan district council",
    "city metropolitan district council",
    "county borough council",
    "city and district council",
    "city and county council",
    "city and borough council",
    "city and district",
    "london borough council",
    "metropolitan borough",
    "metropolitan district",
    "metropolitan county",
    "borough council",
    "district council",
    "county council",
    "county borough",
    "london borough",
    "london boro",
    "royal borough",
    "city council",
    "unitary authority",
    "local authority",
    "corporation",
    "council",
    "county of",
    "city of",
    "royal borough of",
    "london borough of",
    "borough",
    "district",
    "unitary",
    "county",
    "city",
    "mbc",
    "mdc",
    "rbc",
    "lbc",
    "ua",
    "lb",
    "bc",
    "cc",
    "dc",
    "md",
)
#: Words written in two ways.
_SHORT_AND_LONG = {"saint": "st", "met": "metropolitan"}
#: London's square mile keeps its first words: without them it would be the region.
_CITY_OF_LONDON = "city of london"

_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc]")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_FIRE = re.compile(
    r"^(?P<place>.+?)(?: combined| county| police fire and crime commissioner| police and crime commissioner)*"
    r" (?:fire(?: |$)|pcc fra$|fra$).*$"
)
_COMBINED = re.compile(r"^(?P<place>.+?)(?: mayoral)? (?:combined(?: county)?(?: authority)?|m?cca|m?ca)$")

#: Places that take "the" in the middle of a sentence, beside those whose first words say so.
_WITH_ARTICLE = frozenset(
    {
        "North East",
        "North West",
        "South East",
        "South West",
        "East Midlands",
        "West Midlands",
        "East of England",
        "East Riding of Yorkshire",
        "New Forest",
        "Orkney Islands",
        "Scottish Borders",
        "Shetland Islands",
        "United Kingdom",
    }
)
_WITH_ARTICLE_BEFORE = (
    "Borough of ",
    "City and County of ",
    "City of ",
    "Council of ",
    "Forest of ",
    "Isle of ",
    "Isles of ",
    "London Borough of ",
    "Royal Borough of ",
    "Vale of ",
)

_TIERS_BY_ENDING: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r" fire( |$)"), frozenset({Tier.FIRE})),
    (re.compile(r" combined( |$)| m?c?ca$"), frozenset({Tier.COMBINED})),
    (re.compile(r"\blondon borough\b| (lb|lbc)$"), frozenset({Tier.LONDON_BOROUGH})),
    (re.compile(r" (metropolitan (borough|district)|mbc|mdc|md)\b"), frozenset({Tier.METROPOLITAN})),
    (re.compile(r" county borough\b"), frozenset({Tier.WELSH_UNITARY})),
    (re.compile(r" (county council|(?<!metropolitan )county|cc)$"), frozenset({Tier.COUNTY})),
    (re.compile(r" (district council|dc)$"), frozenset({Tier.DISTRICT, Tier.NI_DISTRICT})),
    (re.compile(r" (unitary authority|unitary|ua)$"), frozenset({Tier.UNITARY, Tier.WELSH_UNITARY})),
)


def plain(name: str) -> str:
    """Lower case, no accents or apostrophes, `&` as and, saint as st; everything else between words one space."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _APOSTROPHES.sub("", text).replace("&", " and ")
    words = _NOT_WORD.sub(" ", text).split()
    return " ".join(_SHORT_AND_LONG.get(word, word) for word in words)


def normalise(name: str) -> str:
    """The bare place name: "Barking & Dagenham LB" and "London Borough of Barking and Dagenham" become one.

    Remarks in brackets, "the", and words for the kind of body are dropped; fire and combined authorities keep one
    word ("essex fire", "north east combined"), because their areas' names belong to councils and regions too.
    Nothing is dropped that would leave no name at all.
    """
    without_remarks = plain(_BRACKETS.sub(" ", name))
    text = " ".join(word for word in without_remarks.split() if word != "the") or without_remarks or plain(name)
    while (shorter := _shorten(text)) != text:
        text = shorter
    return text


def _shorten(text: str) -> str:
    """One step towards the bare place name; the same text when there is nothing left to drop."""
    if match := _FIRE.match(text):
        return f"{match['place']} fire"
    if match := _COMBINED.match(text):
        return f"{match['place']} combined"
    if text == _CITY_OF_LONDON:
        return text
    if text in {"london city of", "london city"}:
        return _CITY_OF_LONDON
    for suffix in _SUFFIXES:
        if text.endswith(f" {suffix}"):
            return text.removesuffix(f" {suffix}")
    for prefix in _PREFIXES:
        if text.startswith(f"{prefix} "):
            return text.removeprefix(f"{prefix} ")
    return text


def in_sentence(name: str) -> str:
    """A name as it stands after a word like "in": "the Isles of Scilly", "the East of England", but "Thurrock".

    The name of a body that ends in "Council" takes no article: "City of York Council".
    """
    if name.startswith("The "):
        return f"the {name.removeprefix('The ')}"
    place = name.partition(" (")[0]
    is_body = place.endswith(" Council")
    takes = place in _WITH_ARTICLE or (place.startswith(_WITH_ARTICLE_BEFORE) and not is_body)
    return f"the {name}" if takes else name


def tiers_hinted(name: str) -> frozenset[str]:
    """The tiers that the wording of a name allows: "Essex County Council" is a county. Empty where it says nothing."""
    text = plain(name)
    for pattern, tiers in _TIERS_BY_ENDING:
        if pattern.search(text):
            return tiers
    return frozenset()
