"""Where the register's facts come from, as its own file says it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SOURCES = Path(__file__).resolve().parent.parent / "register" / "SOURCES.toml"


@dataclass(frozen=True)
class RegisterSource:
    """One publisher of facts in the register, with the words that its licence asks for."""

    publisher: str
    title: str
    licence: str
    licence_address: str
    vintage: str
    attribution: str


@cache
def register_sources() -> tuple[RegisterSource, ...]:
    """Every source of the shipped register, in the order of the file."""
    listed = tomllib.loads(_SOURCES.read_text(encoding="utf-8"))["source"]
    return tuple(RegisterSource(**{name: row[name] for name in RegisterSource.__annotations__}) for row in listed)
