"""ONS Explore Local Statistics, by samples in its layout."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lg_inform.enums import FindingKind, Severity, ValueState
from lg_inform.importers import EditionFacts, Refusal
from tests.lg_inform.importers.conftest import Read, StageFile
from tests.lg_inform.samples import FOLDER, els_file, els_row

pytestmark = pytest.mark.django_db

ABSENCE = FOLDER / "persistent-absences-for-pupils-looked-after-by-local-authorities.csv"


def test_letters_for_missing_values_become_states(staged: StageFile) -> None:
    found, figures = staged("ons-els", ABSENCE)
    states = {unit: (figure.value, figure.state) for (_, _, unit), figure in figures.items()}
    assert states == {
        "england": (20.5, ValueState.VALUE),
        "east-of-england": (21, ValueState.ESTIMATED),
        "thurrock": (18.25, ValueState.PROVISIONAL),
        "medway": (None, ValueState.SUPPRESSED),
        "southend-on-sea": (None, ValueState.MISSING),
        "basildon": (None, ValueState.NOT_APPLICABLE),
        "essex": (None, ValueState.UNRELIABLE),
        "barnsley": (0, ValueState.VALUE),
        "luton": (None, ValueState.MISSING),
    }
    assert figures["persistent-absence-looked-after", "2031-03-31", "luton"].note == "Not sent in time"
    assert not found.is_refused


def test_old_and_new_code_of_one_council_are_one_figure(staged: StageFile) -> None:
    """Two rows with the same figure, one under each code; and an area that is no place."""
    found, figures = staged("ons-els", ABSENCE)
    remarks = {remark.kind: remark for remark in found.remarks}
    assert {remark.severity for remark in found.remarks} == {Severity.NOTE}
    assert remarks.keys() == {FindingKind.LEFT_OUT, FindingKind.OLD_CODE, FindingKind.DUPLICATE}
    assert remarks[FindingKind.LEFT_OUT].lines == (11,)
    assert remarks[FindingKind.OLD_CODE].lines == (9,)
    assert remarks[FindingKind.DUPLICATE].lines == (10,)
    assert figures["persistent-absence-looked-after", "2031-03-31", "barnsley"].line == 9
    assert found.figures == len(figures) == 9


def test_metadata_of_a_single_indicator(read: Read) -> None:
    assert read("ons-els", ABSENCE).editions == {
        "persistent-absence-looked-after": EditionFacts(
            publisher="Department for Education and Office for National Statistics",
            published_on=date(2032, 3, 20),
            url="https://www.gov.uk/first",
            caveats="Small numbers vary a lot.",
        )
    }


def test_metadata_shared_by_several_indicators(read: Read) -> None:
    editions = read("ons-els", FOLDER / "employment-rate.csv").editions
    url = "https://www.ons.gov.uk/labour"
    assert editions == {
        "employment-rate": EditionFacts("Office for National Statistics", date(2032, 4, 16), url, True, "For one."),
        "economic-inactivity": EditionFacts("", date(2032, 5, 17), url, True, "For both."),
    }


def test_file_without_metadata_says_nothing_of_its_publisher(read: Read, tmp_path: Path) -> None:
    path = Path(shutil.copy(FOLDER / "employment-rate.csv", tmp_path))
    assert set(read("ons-els", path).editions.values()) == {EditionFacts()}


def test_indicators_intervals_and_years(staged: StageFile) -> None:
    found, figures = staged("ons-els", FOLDER / "employment-rate.csv")
    kept = {key: (figure.value, figure.lower, figure.upper) for key, figure in figures.items()}
    assert kept == {
        ("employment-rate", "2030-12-31", "united-kingdom"): (75.5, 75.3, 75.70000000000001),
        ("employment-rate", "2030-12-31", "thurrock"): (74.1, 70.2, 78),
        ("employment-rate", "2031-12-31", "thurrock"): (74.6, 70.6, 78.6),
        ("economic-inactivity", "2030-12-31", "thurrock"): (20.25, None, None),
    }
    (remark,) = found.remarks
    assert (remark.severity, remark.kind, remark.count) == (Severity.NOTE, FindingKind.UNKNOWN_METRIC, 1)
    assert "Unemployment rate" in remark.message


def test_sentence_in_the_status_column_is_a_note_on_a_value(staged: StageFile) -> None:
    _, figures = staged("ons-els", FOLDER / "preventable-cardiovascular-mortality-england.csv")
    figure = figures["preventable-cardiovascular-deaths", "2030-12-31", "hackney"]
    assert (figure.value, figure.state) == (30.5, ValueState.VALUE)
    assert figure.note == "Value for Hackney and City of London combined"
    assert figures["preventable-cardiovascular-deaths", "2030-12-31", "thurrock"].note is None
    assert (figure.period.basis, str(figure.period.starts_on)) == ("rolling", "2028-01-01")


def test_single_day_is_a_snapshot(staged: StageFile) -> None:
    _, figures = staged("ons-els", FOLDER / "gigabit-capable-broadband.csv")
    ((key, figure),) = figures.items()
    assert key == ("gigabit-broadband", "2031-01-01", "thurrock")
    assert (figure.period.basis, figure.period.starts_on) == ("snapshot", figure.period.ends_on)


@pytest.mark.parametrize(
    ("name", "indicator", "period", "basis", "ends_on"),
    [
        ("adult-obesity-prevalence", "Adult obesity prevalence", "2031-11-16/P1Y", "survey_year", "2032-11-15"),
        ("gcses-in-english-and-maths", "GCSEs in English and Maths", "2031-08-01/P1Y", "academic", "2032-07-31"),
        ("claimant-count", "Claimant Count", "2031-05-15", "snapshot", "2031-05-15"),
        ("cigarette-smokers", "Cigarette smokers", "2027-01-01/P5Y", "rolling", "2031-12-31"),
        ("children-in-relative-poverty", None, "2031-04-01/P1Y", "financial", "2032-03-31"),
        ("greenhouse-gas-emissions", "Greenhouse gas emissions", "2031-01-01/P1Y", "calendar", "2031-12-31"),
    ],
)
def test_periods_have_the_basis_they_are_known_by(
    name: str, indicator: str | None, period: str, basis: str, ends_on: str, tmp_path: Path, staged: StageFile
) -> None:
    indicator = indicator or "Children in relative poverty before housing costs"
    row = els_row("E06000034", 1, indicator=indicator, period=period)
    _, figures = staged("ons-els", els_file(tmp_path, row, name=name))
    (figure,) = figures.values()
    assert (figure.period.basis, str(figure.period.ends_on)) == (basis, ends_on)


def test_byte_order_mark_makes_no_difference(read: Read, tmp_path: Path) -> None:
    path = tmp_path / ABSENCE.name
    path.write_bytes(ABSENCE.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert path.stat().st_size == ABSENCE.stat().st_size - 3
    assert read("ons-els", path).figures.equals(read("ons-els", ABSENCE).figures)


def test_letter_beside_a_value_does_not_hide_it(tmp_path: Path, staged: StageFile) -> None:
    """A value that is there is never thrown away because a cell beside it says that it is not."""
    _, figures = staged("ons-els", els_file(tmp_path, els_row("E06000034", 28.5, status="x")))
    (figure,) = figures.values()
    assert (figure.value, figure.state) == (28.5, ValueState.VALUE)


def test_file_that_no_metric_is_defined_for_is_refused(read: Read, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="No metric is defined for a file called other"):
        read("ons-els", els_file(tmp_path, els_row("E06000034", 1), name="other"))
