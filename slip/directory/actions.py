"""What may be done to the directory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from slip.audit.actions import record_event
from slip.audit.actors import SYSTEM, Actor
from slip.directory.enums import UnitKind
from slip.directory.models import (
    Code,
    Containment,
    FromRegister,
    Name,
    Organisation,
    RegisterEdition,
    ReportingUnit,
    Succession,
)
from slip.directory.names import normalise
from slip.directory.register_files import REGISTER_FOLDER, Register, RegisterError, digest_of, read_register

#: One loading at a time. The number is arbitrary but must not change.
_LOCK = 20_120_401
_BATCH = 1_000
#: What a broken constraint means, for the person who wrote the row.
_MEANINGS = {
    "code_names_one_unit_at_a_time": "one code would name two units at the same time",
    "unit_has_one_code_of_a_scheme_at_a_time": "one unit would have two codes of one kind at the same time",
    "containment_once_at_a_time": "one unit would lie in the same container twice at the same time",
    "organisation_ends_after_it_starts": "an organisation would end before it starts",
    "organisation_shadow_before_vesting": "an organisation would be in shadow form after its vesting day",
}


@dataclass(frozen=True)
class LoadedRegister:
    """What a loading did, in rows over all six files."""

    edition: RegisterEdition
    was_new: bool
    added: int = 0
    changed: int = 0
    removed: int = 0

    def __str__(self) -> str:
        if not self.was_new:
            return f"The register is up to date ({self.edition.figures['organisations']} organisations)."
        rows = f"{self.added} rows added, {self.changed} changed, {self.removed} removed"
        return f"The register was loaded: {self.edition.figures['organisations']} organisations; {rows}."


def load_register(*, by: Actor = SYSTEM, folder: Path = REGISTER_FOLDER) -> LoadedRegister:
    """Bring the tables into line with the shipped register, in one transaction; nothing is done if it is loaded.

    Rows that people entered are kept. A day that somebody entered where the register's is open (the end of a council,
    of a code, of a membership) is kept too: the register's silence is not a fact. Units and organisations are never
    deleted, since figures may hang on them. Raises RegisterError, with nothing changed, where a file is at fault or
    the register contradicts rows entered by hand.
    """
    digest = digest_of(folder)
    if (standing := _edition_with(digest)) is not None:
        return LoadedRegister(standing, was_new=False)
    register = read_register(folder)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if (standing := _edition_with(digest)) is not None:  # loaded by another process meanwhile
                return LoadedRegister(standing, was_new=False)
            with connection.cursor() as cursor:
                # Codes pass from one unit to another, so the order of writing must not matter.
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            loaded = _load(register, digest)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            record_event(
                verb="load_register",
                subject_type="register",
                subject_key=digest[:12],
                sentence=str(loaded),
                by=by,
            )
    except IntegrityError as error:
        raise RegisterError(_sentence_for(error)) from error
    return loaded


def _edition_with(digest: str) -> RegisterEdition | None:
    """The edition loaded last, if it has this digest."""
    latest = RegisterEdition.objects.order_by("-pk").first()
    return latest if latest is not None and latest.digest == digest else None


def _sentence_for(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None) or ""
    meaning = _MEANINGS.get(constraint, f"a rule of the database would be broken ({constraint})")
    detail = getattr(diagnosis, "message_detail", None) or ""
    return f"The register was not loaded: {meaning}. {detail}".strip()


def _load(register: Register, digest: str) -> LoadedRegister:
    counts = _Counts()
    units = _load_units(register, counts)
    organisations = _load_organisations(register, units, counts)
    _load_rows(
        Code,
        {(units[row.unit], row.scheme, row.code): {"during": DateRange(row.start, row.end)} for row in register.codes},
        ("unit_id", "scheme", "code"),
        counts,
    )
    names = ((units[row.unit], normalise(row.name), row.name) for row in register.names)
    _load_rows(
        Name,
        {(unit, normalised): {"text": text} for unit, normalised, text in names},
        ("unit_id", "normalised"),
        counts,
    )
    _load_rows(
        Succession,
        {
            (organisations[row.predecessor], organisations[row.successor]): {"on": row.on, "kind": row.kind}
            for row in register.successions
        },
        ("predecessor_id", "successor_id"),
        counts,
    )
    _load_rows(
        Containment,
        {
            (units[row.unit], units[row.container], row.start): {"during": DateRange(row.start, row.end)}
            for row in register.containments
        },
        ("unit_id", "container_id", "during.lower"),
        counts,
    )
    figures = {field: len(rows) for field, rows in vars(register).items()} | {
        "added": counts.added,
        "changed": counts.changed,
        "removed": counts.removed,
    }
    edition = RegisterEdition.objects.create(digest=digest, figures=figures)
    return LoadedRegister(edition, True, counts.added, counts.changed, counts.removed)


@dataclass
class _Counts:
    added: int = 0
    changed: int = 0
    removed: int = 0


def _load_units(register: Register, counts: _Counts) -> dict[str, int]:
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {
        (row.key,): {"name": row.name, "kind": UnitKind.ORGANISATION, "nation": row.nation, "tier": row.tier}
        for row in register.organisations
    }
    wanted |= {
        (row.key,): {"name": row.name, "kind": row.kind, "nation": row.nation, "tier": ""} for row in register.areas
    }
    _load_rows(ReportingUnit, wanted, ("key",), counts, may_remove=False)
    return dict(ReportingUnit.objects.values_list("key", "pk"))


def _load_organisations(register: Register, units: dict[str, int], counts: _Counts) -> dict[str, int]:
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {
        (row.key,): {
            "name": row.name,
            "official_name": row.official_name,
            "tier": row.tier,
            "nation": row.nation,
            "reporting_unit_id": units[row.key],
            "shadow_from": row.shadow_from,
            "started_on": row.started_on,
            "ended_on": row.ended_on,
        }
        for row in register.organisations
    }
    _load_rows(Organisation, wanted, ("key",), counts, may_remove=False)
    return dict(Organisation.objects.values_list("key", "pk"))


def _load_rows(
    model: type[FromRegister],
    wanted: dict[tuple[Any, ...], dict[str, Any]],
    identity: tuple[str, ...],
    counts: _Counts,
    *,
    may_remove: bool = True,
) -> None:
    """Add, change and remove rows until the register's are there; rows entered by hand are not removed."""
    read = _reader(identity)
    standing = {read(row): row for row in model._default_manager.all()}
    stale = [row.pk for key, row in standing.items() if row.from_register and key not in wanted]
    if may_remove and stale:
        model._default_manager.filter(pk__in=stale).delete()
        counts.removed += len(stale)
    changed, fields = [], {"from_register"}
    for key, values in wanted.items():
        row = standing.get(key)
        if row is not None and _bring_into_line(row, values):
            changed.append(row)
            fields |= values.keys()
    if changed:
        columns = sorted(field.removesuffix("_id") for field in fields)
        model._default_manager.bulk_update(changed, columns, batch_size=_BATCH)
        counts.changed += len(changed)
    new = [
        model(**dict(zip(identity, key, strict=True)) | values, from_register=True)
        if "during.lower" not in identity
        else model(**dict(zip(identity[:-1], key, strict=False)) | values, from_register=True)
        for key, values in wanted.items()
        if key not in standing
    ]
    model._default_manager.bulk_create(new, batch_size=_BATCH)
    counts.added += len(new)


def _reader(identity: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    def read(row: Any) -> tuple[Any, ...]:
        return tuple(row.during.lower if name == "during.lower" else getattr(row, name) for name in identity)

    return read


def _bring_into_line(row: Any, values: dict[str, Any]) -> bool:
    """Set what differs on the row; whether anything did. An open day in the register leaves an entered one standing."""
    differs = not row.from_register
    row.from_register = True
    for field, value in values.items():
        standing = getattr(row, field)
        if isinstance(value, DateRange):
            # Postgres gives an open end other brackets than we wrote, so days are compared, not ranges.
            value = DateRange(value.lower, value.upper or standing.upper)
            is_same = (standing.lower, standing.upper) == (value.lower, value.upper)
        else:
            value = standing if value is None else value
            is_same = standing == value
        if not is_same:
            setattr(row, field, value)
            differs = True
    return differs
