"""A workbook that cannot be used gets a sentence that the person who brought it understands, and changes nothing."""

import zipfile
from pathlib import Path

import pytest

from lg_inform.enums import Severity
from lg_inform.importers import Refusal
from lg_inform.models import StagedFigure
from tests.lg_inform.actions.conftest import BringIn, Picture
from tests.lg_inform.actions.test_bad_input import GOOD, defra_in, is_plain
from tests.lg_inform.samples import (
    DEFRA_COLUMNS,
    MEDWAY,
    THURROCK,
    defra_file,
    defra_row,
    workbook,
)

pytestmark = pytest.mark.django_db


def _cut(folder: Path) -> Path:
    path = defra_in(folder)
    path.write_bytes(path.read_bytes()[:-300])
    return path


def _flipped(folder: Path) -> Path:
    """One byte of the sheet itself is another, as after a bad copy."""
    path = defra_in(folder)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("content.xml").header_offset + 30 + len("content.xml")
    data = bytearray(path.read_bytes())
    data[start + 400] ^= 0x10
    path.write_bytes(data)
    return path


def _not_a_workbook(folder: Path) -> Path:
    path = folder / "waste.ods"
    path.write_text(GOOD)
    return path


def _other_sheets(folder: Path) -> Path:
    return workbook(folder / "waste.ods", {"Contents": [["a"]], "Data": [["b"]]})


def _no_heading(folder: Path) -> Path:
    return workbook(folder / "waste.ods", {"Table_3": [["Table 3"], ["nothing"]]})


def _no_code_column(folder: Path) -> Path:
    return defra_file(folder, header=["Code" if text == "ONS code" else text for text in DEFRA_COLUMNS])


def _text_in_a_cell(folder: Path) -> Path:
    return defra_file(
        folder,
        defra_row("2031-32", "Eastern", MEDWAY, 600.1, 0.31, "-"),
        defra_row("2031-32", "Eastern", THURROCK, 600.1, "see note", 0.1),
    )


def _bad_year(folder: Path) -> Path:
    return defra_file(folder, defra_row("2031-33", "Eastern", THURROCK, 600.1, 0.285, 0.1))


REFUSED_WORKBOOKS = {
    "cut short": (_cut, "cannot be opened as a workbook"),
    "one bit flipped": (_flipped, "The workbook is damaged or locked by a password"),
    "not a workbook": (_not_a_workbook, "cannot be opened as a workbook"),
    "other sheets": (_other_sheets, "There is no sheet called Table_3. The sheets are: Contents, Data."),
    "no heading": (_no_heading, "Sheet Table_3 has no heading row with “Year”"),
    "no code column": (_no_code_column, "Sheet Table_3 has no column called ONS code."),
    "text for a number": (_text_in_a_cell, "A number was expected, but the cell holds “see note”."),
    "bad year": (_bad_year, "The period cannot be understood."),
}


@pytest.mark.parametrize("case", REFUSED_WORKBOOKS)
def test_bad_workbook_is_refused(case: str, tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    make, fragment = REFUSED_WORKBOOKS[case]
    before = what_stands()
    try:
        message = bring_in(make(tmp_path), source="defra-waste").message
    except Refusal as refusal:
        message = f"{refusal} Nothing was published."
    assert fragment in message
    assert is_plain(message), message
    assert message.endswith("Nothing was published.")
    assert what_stands() == before
    assert not StagedFigure.objects.exists()


def test_text_in_a_workbook_is_found_by_its_line(tmp_path: Path, bring_in: BringIn) -> None:
    run = bring_in(_text_in_a_cell(tmp_path), source="defra-waste")
    assert run.findings.get(severity=Severity.ERROR).lines == [6]
