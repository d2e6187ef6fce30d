"""The reviewed metric definitions: complete, consistent, and readable by people who are not statisticians."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import lg_inform
from lg_inform.calculations import Polarity
from lg_inform.enums import Basis, Standardised, Statistic
from slip.directory.enums import Service

FOLDER = Path(lg_inform.__file__).parent / "definitions"
CONTENTS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
THEMES = CONTENTS["themes"]["theme"]
METRICS: list[dict[str, Any]] = [metric for content in CONTENTS.values() for metric in content.get("metric", [])]

REQUIRED = {
    "key",
    "label",
    "measures",
    "theme",
    "unit",
    "unit_text",
    "decimals",
    "statistic",
    "standardised",
    "polarity",
    "polarity_reason",
    "service",
    "sentence",
    "caution",
    "author",
    "reviewed_on",
    "review_notes",
    "source",
}
OPTIONAL = {"why", "basis", "unit_prefix", "series_breaks"}
SOURCE_REQUIRED = {"system", "file", "indicator", "publisher", "licence", "url"}
SOURCE_OPTIONAL = {"sheet", "scale"}
UNIT_TEXTS = {
    "percent": "%",
    "per_100000": "per 100,000 people",
    "per_10000": "per 10,000 people",
    "per_1000": "per 1,000 homes",
    "pounds": "",
    "years": "years",
    "minutes": "minutes",
    "kg": None,
    "tonnes_co2e": "tonnes CO2e per person",
    "ratio": None,
}
TEXTS = ("label", "measures", "why", "polarity_reason", "caution", "sentence")
#: Capitals that a councillor knows.
KNOWN_CAPITALS = {"UK", "GCSE", "CO2"}

each_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric["key"])


def test_keys_labels_and_sources_are_unique() -> None:
    for of in (
        lambda metric: metric["key"],
        lambda metric: metric["label"],
        lambda metric: (metric["source"]["system"], metric["source"]["file"], metric["source"]["indicator"]),
    ):
        repeated = [thing for thing, count in Counter(map(of, METRICS)).items() if count > 1]
        assert not repeated


def test_themes_have_one_order_and_a_file_each() -> None:
    assert [theme["order"] for theme in THEMES] == list(range(1, len(THEMES) + 1))
    assert {theme["key"] for theme in THEMES} | {"themes"} == set(CONTENTS)
    assert len({theme["name"] for theme in THEMES}) == len(THEMES)


@pytest.mark.parametrize("name", [name for name in CONTENTS if name != "themes"])
def test_metrics_are_in_the_file_of_their_theme(name: str) -> None:
    assert {metric["theme"] for metric in CONTENTS[name]["metric"]} == {name}


@each_metric
def test_definition_has_every_field_and_no_other(metric: dict[str, Any]) -> None:
    assert metric.keys() >= REQUIRED
    assert metric.keys() <= REQUIRED | OPTIONAL
    assert metric["source"].keys() >= SOURCE_REQUIRED
    assert metric["source"].keys() <= SOURCE_REQUIRED | SOURCE_OPTIONAL
    empty = [name for name in metric if metric[name] == "" and name != "unit_text"]
    assert not empty


@each_metric
def test_definition_uses_known_words(metric: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", metric["key"])
    assert metric["polarity"] in set(Polarity)
    assert metric["statistic"] in Statistic.values
    assert metric["standardised"] in Standardised.values
    assert metric["service"] in Service.values
    assert metric.get("basis", Basis.CALENDAR) in Basis.values
    assert metric["source"]["licence"] == "OGL-UK-3.0"
    assert metric["source"]["system"] in {"ons-els", "defra-waste"}
    assert metric["source"]["url"].startswith("https://")


@each_metric
def test_unit_and_its_text_agree(metric: dict[str, Any]) -> None:
    expected = UNIT_TEXTS[metric["unit"]]
    assert metric["unit_text"] == (metric["unit_text"] if expected is None else expected)
    assert metric["unit_text"] or metric["unit_prefix"] == "£"
    assert metric["decimals"] in range(4)


@each_metric
def test_polarity_has_a_reason_of_one_sentence(metric: dict[str, Any]) -> None:
    reason = metric["polarity_reason"]
    assert len(reason.split()) >= 5
    assert reason.endswith(".")
    assert ". " not in reason
    if metric["polarity"] == Polarity.NONE:
        assert not re.search(r"\bis better\.$", reason)


@each_metric
def test_sentence_takes_place_and_value_and_leaves_room_for_the_period(metric: dict[str, Any]) -> None:
    sentence = metric["sentence"]
    assert sorted(name for _, name, _, _ in Formatter().parse(sentence) if name) == ["place", "value"]
    assert not sentence.endswith(".")
    assert sentence[0] == "{" or sentence[0].isupper()
    # The value brings its unit with it, so the sentence must not say it again.
    after = sentence.split("{value}")[1].strip()
    assert not (metric["unit_text"] and after.startswith(metric["unit_text"]))


@each_metric
def test_texts_are_plain(metric: dict[str, Any]) -> None:
    for name in TEXTS:
        text = metric.get(name, "")
        strange = set(re.findall(r"\b[A-Z]{2,}\d?\b", text)) - KNOWN_CAPITALS
        assert not strange, f"{name} has capitals that not everyone knows: {strange}"
        assert "  " not in text
        longest = max((len(part.split()) for part in re.split(r"(?<=[.:;])\s", text)), default=0)
        assert longest <= 40, f"{name} has a sentence of {longest} words"
    assert len(metric["label"]) <= 60
    for name in ("measures", "caution"):
        assert metric[name].endswith(".")


@each_metric
def test_review_is_dated_and_not_in_the_future(metric: dict[str, Any]) -> None:
    assert isinstance(metric["reviewed_on"], date)
    assert date(2026, 1, 1) <= metric["reviewed_on"]
    for day in metric.get("series_breaks", []):
        date.fromisoformat(day)


@pytest.mark.parametrize(
    ("key", "polarity"),
    [
        ("adult-obesity", Polarity.LOW),
        ("household-recycling-rate", Polarity.HIGH),
        ("waste-sent-to-landfill", Polarity.LOW),
        ("slow-broadband", Polarity.LOW),
        ("museums", Polarity.NONE),
        ("housing-affordability", Polarity.NONE),
        ("persistent-absence-looked-after", Polarity.LOW),
    ],
)
def test_polarity_of_metrics_that_are_easily_turned_round(key: str, polarity: Polarity) -> None:
    assert next(metric for metric in METRICS if metric["key"] == key)["polarity"] == polarity
