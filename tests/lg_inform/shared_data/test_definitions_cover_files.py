"""Every indicator in the published files has exactly one definition, in our own words and on the file's scale."""

import csv
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lg_inform

FOLDER = Path(lg_inform.__file__).parent / "definitions"
METRICS: list[dict[str, Any]] = [
    metric
    for path in sorted(FOLDER.glob("*.toml"))
    for metric in tomllib.loads(path.read_text(encoding="utf-8")).get("metric", [])
]
#: Words in a row that, shared with a publisher's text, would be a copied sentence.
COPIED_WORDS = 9


def _of(system: str) -> list[dict[str, Any]]:
    return [metric for metric in METRICS if metric["source"]["system"] == system]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def els(shared_data: Path) -> dict[tuple[str, str], list[float]]:
    """The numbers of every indicator, by file and indicator."""
    numbers: dict[tuple[str, str], list[float]] = {}
    for path in sorted((shared_data / "indicators" / "ons_els").glob("*.csv")):
        for row in _rows(path):
            values = numbers.setdefault((path.stem, row["indicator"]), [])
            if row["observation"]:
                values.append(float(row["observation"]))
    return numbers


@pytest.fixture(scope="module")
def waste(shared_data: Path) -> pd.DataFrame:
    path = shared_data / "indicators" / "defra_la_collected_waste_2022-23.ods"
    return pd.read_excel(path, sheet_name="Table_3", header=3, engine="calamine")


def test_every_ons_indicator_is_defined_once(els: dict[tuple[str, str], list[float]]) -> None:
    defined = sorted((metric["source"]["file"], metric["source"]["indicator"]) for metric in _of("ons-els"))
    assert defined == sorted(els)
    assert len(defined) == 42


def test_every_waste_indicator_is_defined_once(waste: pd.DataFrame) -> None:
    headings = [str(name) for name in waste.columns if "(Ex " in str(name)]
    assert sorted(metric["source"]["indicator"] for metric in _of("defra-waste")) == sorted(headings)
    assert len(headings) == 4


@pytest.mark.parametrize("metric", _of("ons-els"), ids=lambda metric: metric["key"])
def test_ons_values_fit_the_unit(metric: dict[str, Any], els: dict[tuple[str, str], list[float]]) -> None:
    values = els[metric["source"]["file"], metric["source"]["indicator"]]
    if metric["unit"] == "percent":
        # A share written as a fraction would have a highest value of at most 1.
        assert min(values) >= 0
        assert 1 < max(values) <= 100
    if metric["unit"] == "ratio":
        assert max(values) < 100
    assert "scale" not in metric["source"]


@pytest.mark.parametrize("metric", _of("defra-waste"), ids=lambda metric: metric["key"])
def test_waste_values_fit_the_unit_once_scaled(metric: dict[str, Any], waste: pd.DataFrame) -> None:
    values = pd.to_numeric(waste[metric["source"]["indicator"]], errors="coerce").dropna()
    scaled = values * metric["source"].get("scale", 1)
    if metric["unit"] == "percent":
        assert values.max() <= 1
        assert scaled.min() >= 0
        assert 1 < scaled.max() <= 100
    else:
        assert scaled.median() > 100


def test_texts_are_our_own_words(shared_data: Path) -> None:
    theirs = _runs_of_words(
        " . ".join(
            _strings(json.loads(path.read_text(encoding="utf-8-sig")))
            for path in (shared_data / "indicators" / "ons_els").glob("*.json")
        )
    )
    for metric in METRICS:
        for name in ("measures", "why", "polarity_reason", "caution", "sentence"):
            copied = _runs_of_words(metric.get(name, "")) & theirs
            assert not copied, f"{metric['key']} {name}: {copied}"


def _strings(content: Any) -> str:
    if isinstance(content, dict):
        return " . ".join(map(_strings, content.values()))
    return str(content)


def _runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+|\.", text.lower())
    return {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}
