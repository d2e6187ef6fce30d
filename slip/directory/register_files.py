"""The register's own format: small CSV files of names, codes and dates that ship with the project.

Dates are ISO; an empty date is open (not recorded at the start, still going on at the end). Each organisation is also
a reporting unit under the same key; areas are reporting units that are no organisation. Files are sorted, use commas
and line feeds, and end with one, so that a change shows as a small difference.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import ClassVar, Self, TypeVar

from slip.directory.enums import ChangeKind, Nation, Scheme, Tier, UnitKind

REGISTER_FOLDER = Path(__file__).parent / "register"


class RegisterError(ValueError):
    """What is wrong with a register file, as one or more plain sentences, one a line."""


@dataclass(frozen=True)
class Row:
    """One line of a register file. Field names are the column names."""

    file: ClassVar[str]
    #: Columns that together may occur only once.
    identity: ClassVar[tuple[str, ...]]
    choices: ClassVar[dict[str, Sequence[str]]] = {}
    required: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def columns(cls) -> list[str]:
        return [field.name for field in fields(cls)]

    @classmethod
    def from_cells(cls, cells: dict[str, str]) -> Self:
        """Raises ValueError with a sentence that names the column."""
        values: dict[str, str | date | None] = {}
        for field in fields(cls):
            text = cells[field.name].strip()
            if field.type == date | None or field.type is date:
                values[field.name] = _date(text, field.name)
                if field.type is date and not text:
                    raise ValueError(f"{field.name} is empty")
                continue
            if field.name in cls.required and not text:
                raise ValueError(f"{field.name} is empty")
            allowed = cls.choices.get(field.name)
            if allowed is not None and text not in allowed:
                raise ValueError(f"{field.name} “{text}” is not one of {', '.join(word for word in allowed if word)}")
            values[field.name] = text
        return cls(**values)

    def cells(self) -> list[str]:
        return ["" if (value := getattr(self, name)) is None else str(value) for name in self.columns()]

    def sort_key(self) -> tuple[str, ...]:
        return tuple(self.cells())


def _date(text: str, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column} “{text}” is not a date written like 2023-04-01") from None


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class OrganisationRow(Row):
    file = "organisations.csv"
    identity = ("key",)
    choices: ClassVar = {"tier": Tier.values, "nation": Nation.values}
    required = ("key", "name", "official_name")

    key: str
    name: str
    official_name: str
    tier: str
    nation: str
    shadow_from: date | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class AreaRow(Row):
    file = "areas.csv"
    identity = ("key",)
    choices: ClassVar = {
        "kind": [kind for kind in UnitKind.values if kind != UnitKind.ORGANISATION],
        "nation": ["", *Nation.values],
    }
    required = ("key", "name")

    key: str
    name: str
    kind: str
    nation: str


@dataclass(frozen=True)
class CodeRow(Row):
    file = "codes.csv"
    identity = ("unit", "scheme", "code")
    choices: ClassVar = {"scheme": Scheme.values}
    required = ("unit", "code")

    unit: str
    scheme: str
    code: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class NameRow(Row):
    file = "names.csv"
    identity = ("unit", "name")
    required = ("unit", "name")

    unit: str
    name: str


@dataclass(frozen=True)
class SuccessionRow(Row):
    file = "successions.csv"
    identity = ("predecessor", "successor")
    choices: ClassVar = {"kind": ChangeKind.values}
    required = ("predecessor", "successor")

    predecessor: str
    successor: str
    on: date
    kind: str


@dataclass(frozen=True)
class ContainmentRow(Row):
    file = "containments.csv"
    identity = ("unit", "container", "start")
    required = ("unit", "container")

    unit: str
    container: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class Register:
    """The six files of the register, each sorted."""

    organisations: tuple[OrganisationRow, ...]
    areas: tuple[AreaRow, ...]
    codes: tuple[CodeRow, ...]
    names: tuple[NameRow, ...]
    successions: tuple[SuccessionRow, ...]
    containments: tuple[ContainmentRow, ...]

    def files(self) -> Iterator[tuple[type[Row], tuple[Row, ...]]]:
        for field, row_type in zip(fields(self), ROW_TYPES, strict=True):
            yield row_type, getattr(self, field.name)


def in_order(rows: Iterable[AnyRow]) -> tuple[AnyRow, ...]:
    """Rows sorted by their cells."""
    return tuple(sorted(rows, key=lambda row: row.sort_key()))


ROW_TYPES: tuple[type[Row], ...] = (OrganisationRow, AreaRow, CodeRow, NameRow, SuccessionRow, ContainmentRow)


def digest_of(folder: Path = REGISTER_FOLDER) -> str:
    """SHA-256 over the six files, in order, as 64 hexadecimal digits. A missing file raises RegisterError."""
    digest = hashlib.sha256()
    for row_type in ROW_TYPES:
        content = _bytes_of(folder / row_type.file)
        digest.update(f"{row_type.file} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_register(folder: Path = REGISTER_FOLDER) -> Register:
    """Read and check all six files. Raises RegisterError with a sentence for each of the first ten faults."""
    problems: list[str] = []

    def rows_of(row_type: type[AnyRow]) -> tuple[AnyRow, ...]:
        return tuple(_read_rows(folder / row_type.file, row_type, problems))

    register = Register(
        organisations=rows_of(OrganisationRow),
        areas=rows_of(AreaRow),
        codes=rows_of(CodeRow),
        names=rows_of(NameRow),
        successions=rows_of(SuccessionRow),
        containments=rows_of(ContainmentRow),
    )
    if not problems:
        problems.extend(_faults_between_files(register))
    if problems:
        more = len(problems) - 10
        raise RegisterError("\n".join(problems[:10] + ([f"There are {more} more faults."] if more > 0 else [])))
    return register


def write_register(register: Register, folder: Path = REGISTER_FOLDER) -> None:
    """Write the six files. The same facts always give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for row_type, rows in register.files():
        (folder / row_type.file).write_bytes(render(row_type, rows))


def render(row_type: type[Row], rows: Iterable[Row]) -> bytes:
    """One file's bytes: header, then rows in order of their cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(row_type.columns())
    writer.writerows(row.cells() for row in in_order(rows))
    return out.getvalue().encode()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RegisterError(f"The register has no file {path.name} in {path.parent}.") from None


def _read_rows(path: Path, row_type: type[AnyRow], problems: list[str]) -> Iterator[AnyRow]:
    try:
        text = _bytes_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(f"{path.name} is not UTF-8 text (byte {error.start}).")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if reader.fieldnames != row_type.columns():
        found = ",".join(reader.fieldnames or ()) or "nothing"
        problems.append(f"{path.name} should begin with the columns {','.join(row_type.columns())}, but has {found}.")
        return
    seen: dict[tuple[str, ...], int] = {}
    for cells in reader:
        line = reader.line_num
        if None in cells or None in cells.values():
            problems.append(f"{path.name}, line {line}: there are not {len(row_type.columns())} cells.")
            continue
        identity = tuple(cells[column].strip() for column in row_type.identity)
        if identity in seen:
            problems.append(f"{path.name}, line {line}: {' '.join(identity)} is already on line {seen[identity]}.")
            continue
        seen[identity] = line
        try:
            yield row_type.from_cells(cells)
        except ValueError as error:
            problems.append(f"{path.name}, line {line}: {error}.")


def _faults_between_files(register: Register) -> Iterator[str]:
    organisations = {row.key for row in register.organisations}
    areas = {row.key for row in register.areas}
    for key in sorted(organisations & areas):
        yield f"{key} is both in organisations.csv and in areas.csv."
    units = organisations | areas
    for body in register.organisations:
        if body.started_on and body.ended_on and body.ended_on <= body.started_on:
            yield f"organisations.csv: {body.key} ends on {body.ended_on}, which is not after its start."
    references: tuple[tuple[Sequence[Row], tuple[str, ...], set[str], str], ...] = (
        (register.codes, ("unit",), units, "organisations.csv or areas.csv"),
        (register.names, ("unit",), units, "organisations.csv or areas.csv"),
        (register.containments, ("unit", "container"), units, "organisations.csv or areas.csv"),
        (register.successions, ("predecessor", "successor"), organisations, "organisations.csv"),
    )
    for rows, columns, known, where in references:
        for row in rows:
            for column in columns:
                if (key := getattr(row, column)) not in known:
                    yield f"{row.file}: {column} {key} is not in {where}."
    dated_rows: list[CodeRow | ContainmentRow] = [*register.codes, *register.containments]
    for dated in dated_rows:
        if dated.start and dated.end and dated.end <= dated.start:
            yield f"{dated.file}: {' '.join(dated.cells()[:3])} ends on {dated.end}, which is not after its start."
