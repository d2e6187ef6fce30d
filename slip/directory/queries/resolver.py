"""From the code or name in a file to the reporting unit it stands for. Built once per file, a query for each scheme."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from slip.directory.enums import Found, Scheme
from slip.directory.models import Code, Name
from slip.directory.names import normalise, plain, tiers_hinted
from slip.directory.queries.history import long_date

_UNIT = (
    "unit_id",
    "unit__key",
    "unit__name",
    "unit__kind",
    "unit__tier",
    "unit__organisation__started_on",
    "unit__organisation__ended_on",
)


@dataclass(frozen=True)
class Resolution:
    """What a code or a name stands for.

    `unit_id` is None where it stands for nothing known, or for several. `ended_on` is the first day on which the
    body no longer existed. `note` is a sentence wherever there is something to say.
    """

    found: Found
    unit_id: int | None = None
    unit_key: str = ""
    unit_name: str = ""
    ended_on: date | None = None
    is_current_code: bool = False
    note: str = ""


@dataclass(frozen=True)
class _Bearer:
    """A unit as the bearer of a code or a name; a name is borne for as long as the organisation lives."""

    unit_id: int
    key: str
    name: str
    kind: str
    tier: str
    first: date | None
    last: date | None  # the first day after
    ended_on: date | None

    def bears_on(self, day: date) -> bool:
        begun = self.first is None or self.first <= day
        return begun and all(end is None or day < end for end in (self.last, self.ended_on))


class UnitResolver:
    """Looks codes and names up without asking the database again."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self._schemes: dict[str, dict[str, list[_Bearer]]] = {}

    def resolve(self, scheme: str, code: str, on: date | None = None) -> Resolution:
        """The unit that bore the code on that day, or else the one that bore it last.

        ONS mixes ITL codes (TLC) into its columns of area codes, so scheme "gss" finds those as well.
        """
        bearers = self._by_code(scheme).get(code)
        if bearers is None and scheme == Scheme.GSS:
            bearers = self._by_code(Scheme.ITL).get(code)
        if not bearers:
            return Resolution(Found.UNKNOWN, note=f"“{code}” is no code that is known.")
        bearer = _on_day(bearers, on or self.today)
        in_use = bearer.bears_on(self.today)
        if bearer.ended_on is not None and bearer.ended_on <= self.today:
            found, note = Found.ENDED, f"{bearer.name} ended on {long_date(bearer.ended_on)}."
        elif not in_use:
            found, note = Found.OLD_CODE, f"{code} is an old code of {bearer.name}."
        else:
            found, note = Found.CURRENT, ""
        return Resolution(
            found, bearer.unit_id, bearer.key, bearer.name, bearer.ended_on, is_current_code=in_use, note=note
        )

    def resolve_name(
        self,
        name: str,
        on: date | None = None,
        *,
        tiers: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
    ) -> Resolution:
        """The unit of that name on that day (today if not given), allowing for the ways files write names.

        `tiers` and `kinds`, where given, are the only ones looked at. A name that still fits several is not guessed:
        `found` is AMBIGUOUS and the note says between which.
        """
        candidates = [
            bearer
            for bearer in self._by_name.get(normalise(name), ())
            if (tiers is None or bearer.tier in tiers) and (kinds is None or bearer.kind in kinds)
        ]
        if not candidates:
            return Resolution(Found.UNKNOWN, note=f"“{name}” is no name that is known.")
        for fits in (
            lambda bearer: bearer.tier in tiers_hinted(name),
            lambda bearer: bearer.bears_on(on or self.today),
            lambda bearer: plain(bearer.name) == plain(name),
        ):
            candidates = [bearer for bearer in candidates if fits(bearer)] or candidates
        if len(candidates) > 1:
            choices = " or ".join(sorted(bearer.name for bearer in candidates))
            return Resolution(Found.AMBIGUOUS, note=f"“{name}” could be {choices}.")
        bearer = candidates[0]
        if bearer.ended_on is not None and bearer.ended_on <= self.today:
            note = f"{bearer.name} ended on {long_date(bearer.ended_on)}."
            return Resolution(Found.ENDED, bearer.unit_id, bearer.key, bearer.name, bearer.ended_on, note=note)
        return Resolution(Found.CURRENT, bearer.unit_id, bearer.key, bearer.name, bearer.ended_on, is_current_code=True)

    # Values and not objects: a folder of files builds many resolvers, and objects would take five times as long.
    def _by_code(self, scheme: str) -> dict[str, list[_Bearer]]:
        if scheme not in self._schemes:
            found: dict[str, list[_Bearer]] = defaultdict(list)
            rows = Code.objects.filter(scheme=scheme).order_by("pk").values_list("code", "during", *_UNIT)
            for code, during, unit_id, key, name, kind, tier, _, ended_on in rows:
                found[code].append(_Bearer(unit_id, key, name, kind, tier, during.lower, during.upper, ended_on))
            self._schemes[scheme] = found
        return self._schemes[scheme]

    @cached_property
    def _by_name(self) -> dict[str, list[_Bearer]]:
        found: dict[str, list[_Bearer]] = defaultdict(list)
        rows = Name.objects.order_by("pk").values_list("normalised", *_UNIT)
        for normalised, unit_id, key, name, kind, tier, started_on, ended_on in rows:
            found[normalised].append(_Bearer(unit_id, key, name, kind, tier, started_on, None, ended_on))
        return found


def _on_day(bearers: list[_Bearer], day: date) -> _Bearer:
    """Who bore the code that day; where nobody did, who bore it last."""
    for bearer in bearers:
        if bearer.bears_on(day):
            return bearer
    return max(bearers, key=lambda bearer: (bearer.last or date.max, bearer.first or date.min))
