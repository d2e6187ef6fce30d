"""Defra's local authority collected waste statistics: Table_3 of the yearly workbook (Open Government Licence).

One row per authority and financial year, four indicators across. Percentages are fractions; "-" and ":" stand for no
figure; totals for the regions and England are rows whose code reads "Total"; notes stand below the table.
"""

import re
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import python_calamine

from lg_inform.calculations.periods import PeriodNotUnderstood, Span, read_financial_year
from lg_inform.enums import FindingKind, Severity, ValueState
from lg_inform.importers.base import (
    EditionFacts,
    Importer,
    MetricSource,
    Reading,
    Refusal,
    Remark,
    check_shape,
    check_size,
)

_SHEET = "Table_3"
_PUBLISHER = "Department for Environment, Food and Rural Affairs"
#: Two councils that report as one, under the code of the first.
_JOINT = frozenset({"Mid Suffolk and Babergh District Council"})
_YEAR, _REGION, _CODE, _NAME = "Year", "Region", "ONS code", "Authority"

#: The codes of the areas that total rows stand for.
_TOTALS = {
    "Total England": "E92000001",
    "*North East": "E12000001",
    "*North West": "E12000002",
    "*Yorkshire and Humber": "E12000003",
    "*East Midlands": "E12000004",
    "*West Midlands": "E12000005",
    "*Eastern": "E12000006",
    "*London": "E12000007",
    "*South East": "E12000008",
    "*South West": "E12000009",
}


class DefraWaste(Importer):
    key = "defra-waste"
    name = "Defra local authority collected waste"
    symbols = {"": ValueState.MISSING, "-": ValueState.MISSING, ":": ValueState.MISSING}

    def takes(self, path: Path) -> bool:
        return path.suffix.lower() in (".ods", ".xlsx")

    def read(self, path: Path, name: str, companion: Path | None, metrics: list[MetricSource]) -> Reading:
        header_line, header, body = self._table(path)
        places = {text.strip(): position for position, text in enumerate(header)}
        missing = [text for text in (_YEAR, _REGION, _CODE, _NAME) if text not in places]
        if missing:
            raise Refusal(
                f"Sheet {_SHEET} has no column called {', '.join(missing)}. Its heading reads: {', '.join(header[:8])}."
            )
        wanted = [metric for metric in metrics if metric.indicator in places]
        if not wanted:
            raise Refusal(f"Sheet {_SHEET} has none of the columns that metrics are defined for.")
        remarks = [
            Remark(
                Severity.DOUBT,
                FindingKind.UNKNOWN_LAYOUT,
                f"The column “{metric.indicator}” is missing, so {metric.key} gets no figures.",
            )
            for metric in metrics
            if metric.indicator not in places
        ]
        records, blank = [], 0
        joint: list[int] = []
        spans: dict[str, Span | None] = {}
        for offset, row in enumerate(body):
            year, code = str(row[places[_YEAR]]).strip(), str(row[places[_CODE]]).strip()
            if year not in spans:
                spans[year] = _financial_year(year)
            if not code and spans[year] is None:
                blank += any(str(cell).strip() for cell in row)
                continue
            if "/" in code or str(row[places[_NAME]]).strip() in _JOINT:
                joint.append(header_line + 1 + offset)
                continue
            if code == "Total":
                code = _TOTALS.get(str(row[places[_REGION]]).strip(), code)
            for metric in wanted:
                cell = str(row[places[metric.indicator]]).strip()
                symbol = cell if cell in self.symbols else ""
                records.append(
                    (
                        header_line + 1 + offset,
                        metric.key,
                        spans[year],
                        code,
                        "" if cell in self.symbols else cell,
                        "",
                        "",
                        symbol,
                        "",
                    )
                )
        if blank:
            remarks.append(
                Remark(Severity.NOTE, FindingKind.LEFT_OUT, "Rows without a code are notes, and were left out.", blank)
            )
        if joint:
            said = "Figures of councils that report together belong to neither alone, and were left out."
            remarks.append(Remark(Severity.NOTE, FindingKind.LEFT_OUT, said, len(joint), tuple(joint)))
        columns = ["line", "metric", "span", "code", "value", "lower", "upper", "symbol", "note"]
        figures = pd.DataFrame.from_records(records, columns=columns)
        facts = self._facts(path)
        editions = {metric.key: facts for metric in wanted}
        return Reading(figures, editions, rows=len(body), remarks=remarks)

    def _facts(self, path: Path) -> EditionFacts:
        """The sheet “Metadata” has a word and what it says in each row; the release date reads “31st January 2024”."""
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        if "Metadata" not in workbook.sheet_names:
            return EditionFacts(publisher=_PUBLISHER)
        rows = workbook.get_sheet_by_name("Metadata").to_python()
        said = {str(row[0]).strip().rstrip(":"): str(row[1]).strip() for row in rows if len(row) > 1}
        return EditionFacts(
            publisher=_PUBLISHER, published_on=_long_date(said.get("Release Date", "")), url=said.get("URL", "")[:500]
        )

    def _table(self, path: Path) -> tuple[int, list[str], list[list[object]]]:
        check_size(path)
        try:
            workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        except python_calamine.CalamineError as error:
            raise Refusal("The file cannot be opened as a workbook. It may be damaged or of another kind.") from error
        if _SHEET not in workbook.sheet_names:
            raise Refusal(f"There is no sheet called {_SHEET}. The sheets are: {', '.join(workbook.sheet_names[:12])}.")
        sheet = workbook.get_sheet_by_name(_SHEET)
        check_shape(sheet.total_height, sheet.total_width)
        rows = sheet.to_python(skip_empty_area=False)
        for position, row in enumerate(rows[:20]):
            texts = [str(cell).strip() for cell in row]
            if _YEAR in texts:
                return position + 1, texts, rows[position + 1 :]
        raise Refusal(f"Sheet {_SHEET} has no heading row with “{_YEAR}” in its first 20 rows.")


def _financial_year(text: str) -> Span | None:
    try:
        return read_financial_year(text)
    except PeriodNotUnderstood:
        return None


def _long_date(text: str) -> date | None:
    try:
        return datetime.strptime(re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text), "%d %B %Y").date()  # noqa: DTZ007
    except ValueError:
        return None
