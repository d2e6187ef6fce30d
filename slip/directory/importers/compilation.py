"""From a folder of published lists to the register: the whole of `manage.py compile_register`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from slip.directory.importers.areas import add_areas, add_containments, check_areas
from slip.directory.importers.facts import Facts
from slip.directory.importers.organisations import add_organisations
from slip.directory.importers.sources import SharedData
from slip.directory.register_files import REGISTER_FOLDER, Register

REVIEWED = REGISTER_FOLDER / "reviewed.toml"


@dataclass(frozen=True)
class Compilation:
    """A register, and sentences about what the lists disagreed on and how that was settled."""

    register: Register
    remarks: tuple[str, ...]


def compile_from(folder: Path, reviewed: Path = REVIEWED) -> Compilation:
    """Compile the register. The same lists give the same register. Raises SourceMissing where a list is absent."""
    data = SharedData(folder)
    corrections = tomllib.loads(reviewed.read_text())
    facts = Facts()
    add_organisations(facts, data, corrections)
    add_areas(facts, data, corrections)
    add_containments(facts, data, corrections)
    check_areas(facts)
    return Compilation(facts.register(), tuple(sorted(facts.remarks)))
