"""Small files in the layouts that publishers use, made by hand: the layouts are theirs, the figures are ours."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

FOLDER = Path(__file__).parent

ENGLAND, EAST, THURROCK, MEDWAY, SOUTHEND = "E92000001", "E12000006", "E06000034", "E06000035", "E06000033"
BARNSLEY_OLD, BARNSLEY = "E08000016", "E08000038"
BASILDON, ESSEX = "E07000066", "E10000012"

#: A metric of the definitions, its file and indicator at ONS, and a period that no published figure has.
OBESITY, OBESITY_FILE, OBESITY_INDICATOR = "adult-obesity", "adult-obesity-prevalence", "Adult obesity prevalence"
NEXT_YEAR = "2031-11-16/P1Y"

ELS_COLUMNS = (
    "areacd",
    "areanm",
    "geography",
    "indicator",
    "period",
    "observation",
    "measure",
    "unit",
    "lci_95",
    "uci_95",
    "status",
    "notes",
)
DEFRA_COLUMNS = (
    "Year",
    "Region",
    "ONS code",
    "Jpp Order",
    "Authority",
    "Authority type",
    "Residual household waste per household (kg/household) (Ex NI191)",
    "Percentage of household waste sent for reuse, recycling or composting (Ex NI192)",
    "Percentage of municipal waste sent to landfill (Ex NI193)",
    "Collected household waste per person (kg) (Ex BVPI 84a)",
)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV as spreadsheets write it, with line feeds."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def els_row(code: str, observation: object, **cells: object) -> list[object]:
    """One row of ONS Explore Local Statistics: obesity in a year to come, unless `cells` say otherwise."""
    row = dict.fromkeys(ELS_COLUMNS, "") | {
        "areacd": code,
        "geography": "Unitary Authorities",
        "indicator": OBESITY_INDICATOR,
        "period": NEXT_YEAR,
        "observation": observation,
        "measure": "Percentage",
        "unit": "%",
    }
    return list((row | cells).values())


def els_text(*rows: Sequence[object]) -> str:
    """A file of that layout."""
    return csv_text(ELS_COLUMNS, rows)


def els_file(folder: Path, *rows: Sequence[object], name: str = OBESITY_FILE) -> Path:
    """A file of that layout in a folder; its name says which metrics it holds."""
    path = folder / f"{name}.csv"
    path.write_text(els_text(*rows), encoding="utf-8")
    return path


def workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> Path:
    """A workbook of these sheets: .ods by odfpy, .xlsx by openpyxl; numbers as numbers."""
    if path.suffix == ".xlsx":
        with pd.ExcelWriter(path, engine="openpyxl") as writer:
            for name, rows in sheets.items():
                pd.DataFrame(list(rows)).to_excel(writer, sheet_name=name, header=False, index=False)
        return path
    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                line.addElement(_cell(cell))
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _cell(content: object) -> TableCell:
    if isinstance(content, int | float):
        cell = TableCell(valuetype="float", value=repr(content))
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(content)))
    return cell


def defra_row(year: str, region: str, code: str, residual: object, recycling: object, landfill: object) -> list[object]:
    """One row of Table_3 of Defra's workbook."""
    return [year, region, code, 1, f"Council {code}", "Collection", residual, recycling, landfill, 380.5]


def defra_file(folder: Path, *rows: Sequence[object], header: Sequence[str] = DEFRA_COLUMNS) -> Path:
    """Defra's workbook: three rows of titles, the heading, the rows, notes below them, and a sheet of metadata."""
    width = [""] * (len(DEFRA_COLUMNS) - 1)
    table = [
        ["Table 3: Selected waste indicators", *width],
        ["", *width],
        ["", *width[:-1], "figures revised in this column"],
        list(header),
        *rows,
        ["", *width],
        ["", "From 2031-32 one council takes the place of two. ", *width[1:]],
        ["Source: Department for Environment, Food & Rural Affairs", *width],
    ]
    metadata = [["Title:", "A sample"], ["Release Date:", "31st January 2033"], ["URL:", "https://www.gov.uk/waste"]]
    return workbook(folder / "defra_la_collected_waste.ods", {"Metadata": metadata, "Table_3": table})
