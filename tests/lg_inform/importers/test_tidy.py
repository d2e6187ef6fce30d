"""The portal's own tidy format."""

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest

from lg_inform.enums import FindingKind, Severity, ValueState
from lg_inform.importers import EditionFacts, Refusal
from lg_inform.importers.tidy import COLUMNS
from tests.lg_inform.importers.conftest import Read, StageFile
from tests.lg_inform.samples import FOLDER, THURROCK, csv_text

pytestmark = pytest.mark.django_db

SAMPLE = FOLDER / "tidy.csv"
GOOD = ("household-recycling-rate", "financial", "2031-04-01", "2032-03-31", THURROCK, "28.5", "", "", "", "")


def tidy_file(folder: Path, **cells: str) -> Path:
    path = folder / "figures.csv"
    path.write_text(csv_text(COLUMNS, [list((dict(zip(COLUMNS, GOOD, strict=True)) | cells).values())]))
    return path


def test_words_for_states_and_values_in_the_portals_own_units(staged: StageFile) -> None:
    """Values are not scaled again, though the metric's source has fractions; a provisional value keeps its number."""
    found, figures = staged("tidy", SAMPLE)
    states = {
        unit: (figure.value, figure.state) for (metric, _, unit), figure in figures.items() if metric != "adult-obesity"
    }
    assert states == {
        "thurrock": (28.5, ValueState.VALUE),
        "medway": (31.25, ValueState.PROVISIONAL),
        "southend-on-sea": (40, ValueState.ESTIMATED),
        "luton": (41, ValueState.NOT_COMPARABLE),
        "peterborough": (None, ValueState.SUPPRESSED),
        "barnsley": (None, ValueState.NOT_RETURNED),
        "essex": (None, ValueState.NOT_APPLICABLE),
        "basildon": (None, ValueState.UNRELIABLE),
        "braintree": (None, ValueState.MISSING),
        "brentwood": (None, ValueState.MISSING),
    }
    medway = figures["household-recycling-rate", "2032-03-31", "medway"]
    assert (medway.lower, medway.upper, medway.note) == (30, 32.5, "Revised, once")
    zero = figures["adult-obesity", "2032-11-15", "thurrock"]
    assert (zero.value, zero.lower, zero.upper, zero.state) == (0, 0, 0.5, ValueState.VALUE)
    assert found.remarks == []


def test_facts_come_from_the_file_beside_it(read: Read) -> None:
    assert read("tidy", SAMPLE).editions == {
        "household-recycling-rate": EditionFacts(
            "Department of Samples", date(2033, 1, 31), "https://www.gov.uk/samples", True
        ),
        "adult-obesity": EditionFacts(),
    }


def test_packed_file_is_read_the_same(read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "tidy.csv.gz"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    shutil.copy(FOLDER / "tidy.toml", tmp_path)
    reading = read("tidy", packed)
    assert reading.figures.equals(read("tidy", SAMPLE).figures)
    assert reading.editions == read("tidy", SAMPLE).editions


@pytest.mark.parametrize(
    "cells",
    [
        {"basis": "lunar"},
        {"basis": ""},
        {"starts_on": "1 April 2031"},
        {"ends_on": "2032-02-30"},
        {"starts_on": "2032-04-01", "ends_on": "2031-03-31"},
    ],
    ids=str,
)
def test_period_that_is_none_refuses_the_file(cells: dict[str, str], tmp_path: Path, staged: StageFile) -> None:
    found, figures = staged("tidy", tidy_file(tmp_path, **cells))
    (error,) = [remark for remark in found.remarks if remark.kind == FindingKind.BAD_PERIOD]
    assert (error.severity, error.lines) == (Severity.ERROR, (2,))
    assert found.is_refused
    assert not figures


def test_metric_that_is_not_defined_refuses_the_file(tmp_path: Path, read: Read) -> None:
    with pytest.raises(Refusal, match=r"No metric is defined for: happiness\."):
        read("tidy", tidy_file(tmp_path, metric="happiness"))


@pytest.mark.parametrize(
    "facts", ["not toml", "publisher = 'x'", "[household-recycling-rate]\npublished_on = 'last week'"]
)
def test_facts_that_cannot_be_used_refuse_the_file(facts: str, tmp_path: Path, read: Read) -> None:
    path = tidy_file(tmp_path)
    path.with_suffix(".toml").write_text(facts)
    with pytest.raises(Refusal, match=r"The facts file figures.toml .*\.$"):
        read("tidy", path)
