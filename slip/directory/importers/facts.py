"""The register while it is being compiled: bodies and areas by key, found again by any code they bear."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from slip.directory.enums import Scheme
from slip.directory.names import normalise, plain
from slip.directory.register_files import (
    AreaRow,
    CodeRow,
    ContainmentRow,
    NameRow,
    OrganisationRow,
    Register,
    SuccessionRow,
    in_order,
)


@dataclass
class Body:
    """An organisation being assembled."""

    key: str
    name: str
    official_name: str
    tier: str
    nation: str
    started_on: date | None = None
    ended_on: date | None = None

    @property
    def life(self) -> tuple[date | None, date | None]:
        return self.started_on, self.ended_on


@dataclass
class Facts:
    """What is known so far. `remarks` are sentences about what the lists disagree on and how it was settled."""

    bodies: dict[str, Body] = field(default_factory=dict)
    areas: dict[str, AreaRow] = field(default_factory=dict)
    codes: dict[tuple[str, str, date | None], CodeRow] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    successions: dict[tuple[str, str], SuccessionRow] = field(default_factory=dict)
    containments: set[ContainmentRow] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    _units_by_code: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def life_of(self, key: str) -> tuple[date | None, date | None]:
        """The first day and the first day after; areas have neither."""
        return self.bodies[key].life if key in self.bodies else (None, None)

    def unit(self, code: str, scheme: str = Scheme.GSS) -> str:
        """The key of the unit that bears or bore the code (the latest where several did). KeyError if none."""
        bearers = self._units_by_code.get((scheme, code))
        if not bearers:
            raise KeyError(f"no unit with {scheme} {code}")
        return bearers[-1]

    def knows(self, code: str, scheme: str = Scheme.GSS) -> bool:
        return bool(self._units_by_code.get((scheme, code)))

    def add_code(self, key: str, scheme: str, code: str, start: date | None = None, end: date | None = None) -> None:
        self.codes[scheme, code, start] = CodeRow(key, str(scheme), code, start, end)
        self._units_by_code[scheme, code].append(key)

    def add_name(self, key: str, *names: str) -> None:
        """Keep a name unless an equal one, but for capitals and punctuation, is kept already."""
        for name in names:
            text = " ".join(name.split())
            if text and normalise(text):
                self.names[key].setdefault(plain(text), text)

    def contain(self, unit: str, container: str, start: date | None = None, end: date | None = None) -> None:
        """That the unit lies in the container while both exist, and between the given days where given."""
        begins = [unit_or for unit_or in (self.life_of(unit)[0], self.life_of(container)[0], start) if unit_or]
        ends = [unit_or for unit_or in (self.life_of(unit)[1], self.life_of(container)[1], end) if unit_or]
        first, last = max(begins, default=None), min(ends, default=None)
        if first is None or last is None or first < last:
            self.containments.add(ContainmentRow(unit, container, first, last))

    def register(self) -> Register:
        """The finished register, each file sorted."""
        organisations = [
            OrganisationRow(
                body.key, body.name, body.official_name, body.tier, body.nation, None, body.started_on, body.ended_on
            )
            for body in self.bodies.values()
        ]
        names = [NameRow(key, name) for key, texts in self.names.items() for name in self._worth_keeping(texts)]
        return Register(
            organisations=in_order(organisations),
            areas=in_order(self.areas.values()),
            codes=in_order(self.codes.values()),
            names=in_order(names),
            successions=in_order(self.successions.values()),
            containments=in_order(self.containments),
        )

    @staticmethod
    def _worth_keeping(texts: dict[str, str]) -> list[str]:
        """One name for each normalised form: rather one with capitals, then the shortest."""
        best: dict[str, str] = {}
        for text in sorted(texts.values(), key=lambda text: (text.islower(), len(text), text)):
            best.setdefault(normalise(text), text)
        return list(best.values())
