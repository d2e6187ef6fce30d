"""Published lists of councils that are alike: ONS nearest neighbours and DfE children's statistical neighbours.

Both are directional: that Thurrock has Medway among its neighbours does not mean that Medway has Thurrock.
The portal's own format, which the starter pack uses, is a CSV of model, code, position, neighbour.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import python_calamine

from lg_inform.importers.base import Refusal, check_shape, check_size, read_text_table


@dataclass(frozen=True)
class NeighbourFacts:
    """What the portal says of a neighbour model."""

    key: str
    name: str
    publisher: str
    licence: str
    about: str


_OGL = "OGL-UK-3.0"
_ONS = "Office for National Statistics"

NEIGHBOUR_MODELS: dict[str, NeighbourFacts] = {
    facts.key: facts
    for facts in (
        NeighbourFacts(
            "ons-global",
            "ONS statistical neighbours",
            _ONS,
            _OGL,
            "The councils most alike on 31 measures of people, work and place, taken together.",
        ),
        NeighbourFacts(
            "ons-economic",
            "ONS economic neighbours",
            _ONS,
            _OGL,
            "The councils most alike on measures of work, pay and business.",
        ),
        NeighbourFacts(
            "ons-demographic",
            "ONS demographic neighbours",
            _ONS,
            _OGL,
            "The councils most alike on measures of who lives there.",
        ),
        NeighbourFacts(
            "dfe-children",
            "DfE children's services neighbours",
            "Department for Education",
            _OGL,
            "The ten councils whose children live in the most similar circumstances.",
        ),
    )
}

_ONS_SHEETS = {"7.a": "ons-global", "7.b": "ons-economic", "7.c": "ons-demographic"}
COLUMNS = ("model", "code", "position", "neighbour")


def read_neighbours(path: Path) -> tuple[str, pd.DataFrame]:
    """Read any of the three layouts. Returns the code scheme ("gss" or "dfe_number") and a frame of COLUMNS, all text
    but `position` (int). Raises Refusal."""
    if path.suffix.lower() in (".csv", ".gz"):
        table = read_text_table(path, COLUMNS)[list(COLUMNS)]
        if not table["position"].str.fullmatch(r"\d{1,3}").all():
            raise Refusal("The column “position” must hold whole numbers.")
        return "gss", table.assign(position=table["position"].astype(int))
    check_size(path)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        raise Refusal("The file cannot be opened as a workbook. It may be damaged or of another kind.") from error
    ons = {
        name: model for name in workbook.sheet_names for start, model in _ONS_SHEETS.items() if name.startswith(start)
    }
    if ons:
        frames = [_ons_sheet(workbook.get_sheet_by_name(name), model) for name, model in ons.items()]
        return "gss", pd.concat(frames, ignore_index=True)
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        check_shape(sheet.total_height, sheet.total_width)
        found = _dfe_rows(sheet.to_python(skip_empty_area=False))
        if found:
            return "dfe_number", pd.DataFrame.from_records(found, columns=list(COLUMNS))
    raise Refusal("No sheet of this workbook holds a list of neighbours in a layout that is known.")


def _ons_sheet(sheet: python_calamine.CalamineSheet, model: str) -> pd.DataFrame:
    """Code and name of a council, then code and name of each neighbour across the row, closest first."""
    check_shape(sheet.total_height, sheet.total_width)
    records = []
    for row in sheet.to_python(skip_empty_area=False):
        codes = [str(cell).strip() for cell in row if _is_gss(str(cell).strip())]
        records += [(model, codes[0], position, code) for position, code in enumerate(codes[1:], start=1)]
    if not records:
        raise Refusal("The sheet of neighbours holds no council codes.")
    return pd.DataFrame.from_records(records, columns=list(COLUMNS))


def _is_gss(text: str) -> bool:
    return len(text) == 9 and text[0] in "ENSW" and text[1:].isdigit()


def _dfe_rows(rows: list[list[object]]) -> list[tuple[str, str, int, str]]:
    """DfE's wide sheet: a council's number in one column, then SN1, SN1 closeness, SN2, …"""
    for position, row in enumerate(rows[:10]):
        heading = [str(cell).strip().upper().replace(" ", "").replace("_", "") for cell in row]
        places = [(index, text) for index, text in enumerate(heading) if text in {f"SN{n}" for n in range(1, 11)}]
        if len(places) == 10:
            body = rows[position + 1 :]
            own = _number_column(body, before=places[0][0])
            return [
                ("dfe-children", _digits(line[own]), int(text[2:]), _digits(line[index]))
                for line in body
                if _digits(line[own])
                for index, text in places
                if _digits(line[index])
            ]
    return []


def _digits(cell: object) -> str:
    text = str(cell).strip().removesuffix(".0")
    return text if len(text) == 3 and text.isdigit() else ""


def _number_column(body: list[list[object]], before: int) -> int:
    """The column left of the neighbours that holds most three-digit DfE numbers."""
    return max(range(before), key=lambda index: sum(bool(_digits(line[index])) for line in body))
