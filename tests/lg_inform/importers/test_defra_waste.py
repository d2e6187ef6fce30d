"""Defra's workbook, by a sample with its titles, totals, dashes, joint rows and notes."""

from datetime import date
from pathlib import Path

import pytest

from lg_inform.enums import FindingKind, Severity, ValueState
from lg_inform.importers import EditionFacts, Refusal
from tests.lg_inform.importers.conftest import Read, StageFile
from tests.lg_inform.samples import (
    BARNSLEY_OLD,
    BASILDON,
    DEFRA_COLUMNS,
    MEDWAY,
    THURROCK,
    defra_file,
    defra_row,
    workbook,
)

pytestmark = pytest.mark.django_db

ROWS = (
    defra_row("2030-31", "Eastern", THURROCK, 612.3, 0.285, 0.123),
    defra_row("2031-32", "Eastern", THURROCK, 601.7, 0.29, "-"),
    defra_row("2031-32", "South East", MEDWAY, 580, ":", 0),
    defra_row("2031-32", "Eastern", BASILDON, 500.5, 0.423, "-"),
    defra_row("2031-32", "Yorkshire and Humber", BARNSLEY_OLD, 590.1, 0.471, 0.02),
    defra_row("2031-32", "East Midlands", "E07000150 / E07000153", 506, 0.436, "-"),
    defra_row("2031-32", "*Eastern", "Total", 520.5, 0.461, 0.05),
    defra_row("2031-32", "Total England", "Total", 530.5, 0.433, 0.07),
)
RECYCLING, LANDFILL, RESIDUAL = "household-recycling-rate", "waste-sent-to-landfill", "residual-household-waste"


def test_fractions_become_percent_exactly(tmp_path: Path, staged: StageFile) -> None:
    _, figures = staged("defra-waste", defra_file(tmp_path, *ROWS))
    assert figures[RECYCLING, "2031-03-31", "thurrock"].value == 28.5
    assert figures[LANDFILL, "2031-03-31", "thurrock"].value == 12.3
    assert figures[RECYCLING, "2032-03-31", "thurrock"].value == 29
    assert figures[RECYCLING, "2032-03-31", "basildon"].value == 42.3
    assert figures[RESIDUAL, "2031-03-31", "thurrock"].value == 612.3


def test_no_percentage_gains_digits_by_scaling(tmp_path: Path, staged: StageFile) -> None:
    """Every seventh thousandth from 0 to 1; 0.285 as a float times 100 would be 28.499999999999996."""
    shares = [number / 1000 for number in range(0, 1001, 7)]
    rows = [
        defra_row(
            f"{2000 + place // 2}-{(1 + place // 2) % 100:02}", "Eastern", (THURROCK, MEDWAY)[place % 2], 1, share, 0
        )
        for place, share in enumerate(shares)
    ]
    _, figures = staged("defra-waste", defra_file(tmp_path, *rows))
    values = sorted(figure.value for (metric, _, _), figure in figures.items() if metric == RECYCLING)
    assert values == [float(f"{number / 10:.1f}") for number in range(0, 1001, 7)]


def test_dash_and_colon_are_no_figure_and_zero_is_one(tmp_path: Path, staged: StageFile) -> None:
    _, figures = staged("defra-waste", defra_file(tmp_path, *ROWS))
    for metric, unit in ((LANDFILL, "thurrock"), (RECYCLING, "medway"), (LANDFILL, "basildon")):
        figure = figures[metric, "2032-03-31", unit]
        assert (figure.value, figure.state) == (None, ValueState.MISSING)
    zero = figures[LANDFILL, "2032-03-31", "medway"]
    assert (zero.value, zero.state) == (0, ValueState.VALUE)


def test_totals_are_the_regions_and_england(tmp_path: Path, staged: StageFile) -> None:
    _, figures = staged("defra-waste", defra_file(tmp_path, *ROWS))
    assert figures[RECYCLING, "2032-03-31", "east-of-england"].value == 46.1
    assert figures[RECYCLING, "2032-03-31", "england"].value == 43.3


def test_joint_rows_and_notes_are_left_out_and_said_so(tmp_path: Path, staged: StageFile) -> None:
    found, figures = staged("defra-waste", defra_file(tmp_path, *ROWS))
    assert {unit for _, _, unit in figures}.isdisjoint({"corby", "kettering"})
    remarks = {(remark.severity, remark.kind): [] for remark in found.remarks}
    for remark in found.remarks:
        remarks[remark.severity, remark.kind].append((remark.count, remark.lines))
    assert remarks == {
        (Severity.NOTE, FindingKind.LEFT_OUT): [(2, ()), (1, (10,))],
        (Severity.NOTE, FindingKind.OLD_CODE): [(1, (9,))],
    }
    assert figures[RECYCLING, "2032-03-31", "barnsley"].line == 9


def test_total_of_an_area_that_is_not_known_is_doubted(tmp_path: Path, staged: StageFile) -> None:
    row = defra_row("2031-32", "*Mercia", "Total", 1, 0.5, 0.5)
    found, _ = staged("defra-waste", defra_file(tmp_path, ROWS[0], row))
    (doubt,) = [remark for remark in found.remarks if remark.severity == Severity.DOUBT]
    assert (doubt.kind, doubt.lines) == (FindingKind.UNKNOWN_UNIT, (6,))


def test_council_whose_code_is_blank_is_doubted_and_not_taken_for_a_note(tmp_path: Path, staged: StageFile) -> None:
    row = defra_row("2031-32", "Eastern", "", 1, 0.5, 0.5)
    found, _ = staged("defra-waste", defra_file(tmp_path, ROWS[0], row))
    (doubt,) = [remark for remark in found.remarks if remark.severity == Severity.DOUBT]
    assert (doubt.kind, doubt.lines) == (FindingKind.UNKNOWN_UNIT, (6,))


def test_release_date_and_address_come_from_the_metadata_sheet(tmp_path: Path, read: Read) -> None:
    editions = read("defra-waste", defra_file(tmp_path, *ROWS)).editions
    assert set(editions.values()) == {
        EditionFacts(
            publisher="Department for Environment, Food and Rural Affairs",
            published_on=date(2033, 1, 31),
            url="https://www.gov.uk/waste",
        )
    }
    assert len(editions) == 4


def test_workbook_without_metadata_or_saved_as_xlsx_is_read_the_same(tmp_path: Path, read: Read) -> None:
    ods = defra_file(tmp_path, *ROWS)
    width = len(DEFRA_COLUMNS)
    titles = [["Table 3", *[""] * (width - 1)], [""] * width, [""] * width]
    xlsx = workbook(tmp_path / "waste.xlsx", {"Table_3": [*titles, list(DEFRA_COLUMNS), *ROWS]})
    reading = read("defra-waste", xlsx)
    assert reading.figures.equals(read("defra-waste", ods).figures)
    assert {facts.published_on for facts in reading.editions.values()} == {None}


def test_column_that_is_gone_is_doubted(tmp_path: Path, staged: StageFile) -> None:
    header = [text.replace("Ex NI193", "new name") for text in DEFRA_COLUMNS]
    found, figures = staged("defra-waste", defra_file(tmp_path, *ROWS, header=header))
    (doubt,) = [remark for remark in found.remarks if remark.severity == Severity.DOUBT]
    assert doubt.kind == FindingKind.UNKNOWN_LAYOUT
    assert LANDFILL in doubt.message
    assert LANDFILL not in {metric for metric, _, _ in figures}


def test_workbook_without_any_known_column_is_refused(tmp_path: Path, read: Read) -> None:
    header = [text.replace("Ex ", "was ") for text in DEFRA_COLUMNS]
    with pytest.raises(Refusal, match="none of the columns that metrics are defined for"):
        read("defra-waste", defra_file(tmp_path, *ROWS, header=header))
