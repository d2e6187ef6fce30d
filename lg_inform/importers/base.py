"""What all importers share: limits, decoding, and the one shape in which a read file is handed on."""

import csv
import gzip
import io
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
from django.conf import settings

from lg_inform.enums import FindingKind, Severity, ValueState

#: Columns of `Reading.figures`. All text but `line` (int) and `span` (Span); an empty text is an empty cell.
FIGURE_COLUMNS = ("line", "metric", "span", "code", "value", "lower", "upper", "symbol", "note")


class Refusal(Exception):
    """The file cannot be used. The message is one or two plain sentences for the person who brought it."""


@dataclass(frozen=True)
class MetricSource:
    """What an importer needs to know of a metric: its key, and where and at what scale the source has it."""

    key: str
    file: str
    indicator: str
    basis: str


@dataclass(frozen=True)
class EditionFacts:
    """What the publisher says of a metric's figures in this file."""

    publisher: str = ""
    published_on: date | None = None
    url: str = ""
    in_development: bool = False
    caveats: str = ""

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) for text in (self.publisher, self.url, self.caveats)):
            raise Refusal("The facts about a metric hold something other than text where text belongs.")
        if len(self.publisher) > 200:
            raise Refusal("The facts about a metric name a publisher in more than 200 letters.")
        # An address is followed by people, so it is one of the web or none.
        if self.url and (len(self.url) > 500 or not self.url.startswith(("https://", "http://"))):
            object.__setattr__(self, "url", "")


@dataclass(frozen=True)
class Remark:
    """A finding of the importer itself; see `lg_inform.models.Finding`."""

    severity: Severity
    kind: FindingKind
    message: str
    count: int = 1
    lines: tuple[int, ...] = ()


@dataclass
class Reading:
    """A file as read: figures in FIGURE_COLUMNS, the publisher's facts per metric key, remarks, and rows seen."""

    figures: pd.DataFrame
    editions: dict[str, EditionFacts]
    rows: int
    remarks: list[Remark] = field(default_factory=list)


class Importer(ABC):
    """One layout. `key` names it on the command line and in metric definitions (`source.system`)."""

    key: str
    name: str
    #: The code scheme by which rows name a council or area.
    scheme: str = "gss"
    #: What the publisher writes in place of a number, and what it means.
    symbols: Mapping[str, ValueState] = {}
    #: Whether a metric's `scale` applies: figures that come in the portal's own units are not scaled again.
    scales_values: bool = True
    #: Codes that name no place, and are left out with a remark.
    ignored_code_prefixes: tuple[str, ...] = ()

    @abstractmethod
    def read(self, path: Path, name: str, companion: Path | None, metrics: list[MetricSource]) -> Reading:
        """Read a file. `companion` is its metadata file where the layout has one. Raises Refusal."""

    def takes(self, path: Path) -> bool:
        """Whether a file found in a folder is one of this layout's."""
        return path.suffix.lower() == ".csv"

    def companion_of(self, path: Path) -> Path | None:
        """The metadata file that belongs to `path`, where there is one."""
        return None


def check_size(path: Path) -> None:
    """Refuse a file that is empty or over the limits, before anything of it is parsed. Raises Refusal."""
    limits = settings.IMPORT_LIMITS
    size = path.stat().st_size
    if size == 0:
        raise Refusal("The file is empty. Check that it was saved and sent whole, and try again.")
    if size > limits["bytes"]:
        raise Refusal(
            f"The file is {size / 1e6:,.0f} MB. The most that can be read is {limits['bytes'] / 1e6:,.0f} MB."
        )
    if zipfile.is_zipfile(path):
        _check_archive(path, limits["unpacked_bytes"])


def _check_archive(path: Path, most: int) -> None:
    # The libraries that read workbooks compare no checksums: a damaged one would be read as other figures.
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            damaged = archive.testzip() is not None if unpacked <= most else False
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        damaged, unpacked = True, 0
    if unpacked > most:
        raise Refusal(
            f"The workbook says that it unpacks to {unpacked / 1e6:,.0f} MB. "
            f"The most that can be read is {most / 1e6:,.0f} MB."
        )
    if damaged:
        raise Refusal("The workbook is damaged or locked by a password, and cannot be opened. Send it again.")


def check_shape(rows: int, columns: int) -> None:
    """Refuse a table with more rows, columns or cells than can be read. Raises Refusal."""
    limits = settings.IMPORT_LIMITS
    if rows > limits["rows"] or columns > limits["columns"]:
        raise Refusal(
            f"The table has {rows:,} rows and {columns:,} columns. "
            f"The most that can be read is {limits['rows']:,} rows and {limits['columns']:,} columns."
        )
    if rows * columns > limits["cells"]:
        raise Refusal(
            f"The table has {rows:,} rows of {columns:,} columns, which is {rows * columns:,} cells. "
            f"The most that can be read is {limits['cells']:,} cells. Divide the file, and bring in each part."
        )


def unpack_gzip(path: Path) -> bytes:
    """The text in a gzip file, up to the limit on text. Raises Refusal."""
    limit = settings.IMPORT_LIMITS["text_bytes"]
    try:
        with gzip.open(path) as packed:
            data = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal("The compressed file is damaged and cannot be unpacked. Send it again.") from error
    if len(data) > limit:
        raise Refusal(
            f"The file unpacks to more than {limit / 1e6:,.0f} MB of text, which is the most that can be read. "
            "Divide the file, and bring in each part."
        )
    return data


def read_text_table(path: Path, required: tuple[str, ...]) -> pd.DataFrame:
    """Read a UTF-8 CSV (plain or gzipped) with every cell as text, indexed by line in the file. Raises Refusal.

    The heading must hold the `required` columns, and every row as many cells as the heading.
    """
    check_size(path)
    data = path.read_bytes()
    if path.suffix == ".gz" or data[:2] == b"\x1f\x8b":
        data = unpack_gzip(path)
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise Refusal("This is a workbook, not a CSV file. Save the sheet as “CSV UTF-8” and try again.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:1000]:
        raise Refusal("The file is saved as UTF-16, not as UTF-8. Save it as “CSV UTF-8” and try again.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"The file is not saved as UTF-8: line {line:,} holds a character that cannot be read. "
            "Save it as “CSV UTF-8” and try again."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refusal(f"The file is damaged: line {line:,} holds a character that no text has. Send it again.")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    heading = next(csv.reader([text.partition("\n")[0][:100_000]]), [])
    check_shape(text.count("\n"), len(heading))
    missing = [column for column in required if column not in heading]
    if missing:
        area = {"areacd", "code"}.intersection(missing)
        first = "There is no column that says which council a row is about. " if area else ""
        found = ", ".join(heading[:12]) or "nothing"
        raise Refusal(f"{first}Missing from the heading: {', '.join(missing)}. Found: {found}.")
    lines, empty = _lines_of_rows(text, len(heading))
    table = pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False, na_filter=False)
    if len(table) != len(lines):
        raise Refusal("The rows of the file cannot be told apart. Save it as “CSV UTF-8” and try again.")
    table = table.set_axis(lines, axis=0).drop(index=empty)
    if table.empty:
        raise Refusal("The file has a heading but no rows.")
    return table


def _lines_of_rows(text: str, cells: int) -> tuple[list[int], list[int]]:
    """The line on which each row begins, blank lines apart; and those whose cells are all empty, as spreadsheets leave.

    Raises Refusal where a row has not `cells` cells, as when a file was cut short: pandas would fill such a row up, or
    take a number cut in half for the whole one.
    """
    rows = csv.reader(io.StringIO(text), strict=True)
    lines, empty, line = [], [], 1
    try:
        for row in rows:
            if len(row) > 1 or "".join(row).strip():
                if len(row) != cells:
                    raise Refusal(
                        f"Line {line:,} has {len(row):,} cells, but the heading has {cells:,}. "
                        "Check that the file was saved and sent whole."
                    )
                lines.append(line)
                if not any(row):
                    empty.append(line)
            line = rows.line_num + 1
    except csv.Error as error:
        raise Refusal(
            f"The rows from line {line:,} on cannot be told apart: a quotation mark is out of place or never closed."
        ) from error
    return lines[1:], empty
