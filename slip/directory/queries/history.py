"""Who took over from whom. The whole history is small and is read at once, so that chains cost one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from slip.directory.enums import ChangeKind, Tier
from slip.directory.models import Organisation, Succession


@dataclass(frozen=True)
class Change:
    """One organisation's work passing to another; `steps` is 1 for the nearest, more along a chain."""

    predecessor: Organisation
    successor: Organisation
    on: date
    kind: str
    steps: int = 1


@dataclass(frozen=True)
class History:
    """Every succession, read once."""

    changes: tuple[Change, ...]

    @classmethod
    def read(cls) -> Self:
        """One query."""
        rows = Succession.objects.select_related("predecessor__reporting_unit", "successor__reporting_unit")
        return cls(tuple(Change(row.predecessor, row.successor, row.on, row.kind) for row in rows.order_by("on", "pk")))

    def before(self, organisation_id: int) -> list[Change]:
        """How it came to be, nearest first, then what those came from; each change once."""
        return self._follow(organisation_id, backwards=True)

    def after(self, organisation_id: int) -> list[Change]:
        """What followed it, nearest first, then what followed those; each change once."""
        return self._follow(organisation_id, backwards=False)

    def _follow(self, organisation_id: int, *, backwards: bool) -> list[Change]:
        found: dict[tuple[int, int], Change] = {}
        edge = {organisation_id}
        steps = 1
        while edge:
            reached = set()
            for change in self.changes:
                here, there = change.successor.pk, change.predecessor.pk
                if not backwards:
                    here, there = there, here
                pair = (change.predecessor.pk, change.successor.pk)
                if here in edge and pair not in found:
                    found[pair] = Change(change.predecessor, change.successor, change.on, change.kind, steps)
                    reached.add(there)
            edge, steps = reached, steps + 1
        return sorted(found.values(), key=lambda change: (change.steps, change.predecessor.name, change.successor.name))

    def origin_sentence(self, organisation: Organisation) -> str:
        """As in "Took over from Allerdale and Carlisle, and from part of Cumbria, on 1 April 2023."; else empty."""
        nearest = [change for change in self.before(organisation.pk) if change.steps == 1]
        sentences = []
        for on in sorted({change.on for change in nearest}):
            that_day = [change for change in nearest if change.on == on]
            whole = [change.predecessor.name for change in that_day if change.kind != ChangeKind.SPLIT]
            parts = [change.predecessor.name for change in that_day if change.kind == ChangeKind.SPLIT]
            words = f"from {listed(whole)}" if whole else ""
            if parts:
                words = f"{words}, and from part of {listed(parts)}," if whole else f"from part of {listed(parts)}"
            sentences.append(f"Took over {words} on {long_date(on)}.")
        return " ".join(sentences)

    def end_sentence(self, organisation: Organisation) -> str:
        """As in "Ended on 1 April 2023, when Cumberland took over."; empty for a body that has no end."""
        if organisation.ended_on is None:
            return ""
        nearest = [change.successor.name for change in self.after(organisation.pk) if change.steps == 1]
        took_over = f", when {listed(nearest)} took over" if nearest else ""
        return f"Ended on {long_date(organisation.ended_on)}{took_over}."


def predecessors_of(organisation: Organisation) -> list[Change]:
    """Every change that led to this body, nearest first (one query)."""
    return History.read().before(organisation.pk)


def successors_of(organisation: Organisation) -> list[Change]:
    """Every change that followed from this body's end, nearest first (one query)."""
    return History.read().after(organisation.pk)


@dataclass(frozen=True)
class Heir:
    """The reporting unit that a county's figures pass to, and from which day."""

    unit_id: int
    since: date


def sole_heirs_of_counties() -> dict[int, Heir]:
    """Ended counties that one council took over whole, by reporting unit (one query)."""
    rows = Succession.objects.filter(
        predecessor__tier=Tier.COUNTY,
        predecessor__reporting_unit__isnull=False,
        successor__reporting_unit__isnull=False,
    ).values_list("predecessor__reporting_unit_id", "successor__reporting_unit_id", "on")
    heirs: dict[int, list[Heir]] = {}
    for county, successor, on in rows:
        heirs.setdefault(county, []).append(Heir(successor, on))
    return {county: found[0] for county, found in heirs.items() if len(found) == 1}


def listed(names: Iterable[str]) -> str:
    """Names in order of letters: "A, B and C", "A, and B and C" where a name holds "and", semicolons where a comma."""
    ordered = sorted(names)
    if len(ordered) < 2:
        return "".join(ordered)
    comma = "; " if any("," in name for name in ordered) else ", "
    last = f"{comma}and " if any(" and " in name for name in ordered) else " and "
    return f"{comma.join(ordered[:-1])}{last}{ordered[-1]}"


def long_date(day: date) -> str:
    """A day as people write it: 1 April 2023."""
    return f"{day.day} {day:%B %Y}"
