"""Finding a council from what people type: its name, an older one, a place it took over, a county, a region."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Q
from django.utils import timezone

from slip.directory.enums import COUNCIL_TIERS, Nation, Tier, UnitKind
from slip.directory.models import Containment, Name, Organisation, ReportingUnit
from slip.directory.names import in_sentence, normalise
from slip.directory.queries.councils import existing_on
from slip.directory.queries.history import History, long_date

#: How alike a misspelt name must be, as a whole or in one of its words: the share of three-letter groups in common.
ALIKE, WORD_ALIKE = 0.4, 0.6

# A council's own name comes first, then what lies in a place of that name, then names that have the words in them.
_EXACT, _BEGINS, _WORD_BEGINS, _MISSPELT = 100.0, 90.0, 80.0, 40.0
#: A successor stands behind the council that it took over from, in a chain one behind the other.
_STEP = 0.5
#: What councils lie in, when the words are its whole name, and when they are one part of it; a closer place first.
_PLACES: dict[str, tuple[float, float]] = {
    Tier.COUNTY: (96.0, 56.0),
    UnitKind.COUNTY_AREA: (95.0, 55.0),
    UnitKind.REGION: (94.0, 54.0),
    UnitKind.NATION: (93.0, 53.0),
    UnitKind.STATISTICAL_AREA: (92.0, 0.0),
    Tier.COMBINED: (91.0, 0.0),
    Tier.STRATEGIC: (91.0, 0.0),
    Tier.FIRE: (60.0, 0.0),
}
#: Words that many places have in their names, and that name none.
_NO_PLACE = frozenset({"north", "south", "east", "west", "mid", "and", "of"})
_POSTCODE = re.compile(r"\s*[a-z]{1,2}\d", re.IGNORECASE)


@dataclass(frozen=True)
class CouncilFound:
    """A council of today and why it was found.

    `also`: shown because it shares a place with another. `is_guess`: nothing fits as written, this name is like it.
    """

    organisation: Organisation
    reason: str
    also: bool
    score: float
    is_guess: bool = False

    @property
    def tier_label(self) -> str:
        return self.organisation.kind_label


@dataclass(frozen=True)
class _Match:
    unit: ReportingUnit
    text: str
    score: float

    @property
    def is_misspelt(self) -> bool:
        return self.score < _WORD_BEGINS


def is_postcode(words: str) -> bool:
    """Whether the words begin as a postcode does. No council's name has a number in it."""
    return _POSTCODE.match(words) is not None


def councils_matching(words: str, *, on: date | None = None) -> list[CouncilFound]:
    """All councils that the words may mean, best first (three queries).

    A place with two tiers gives both councils, the second marked `also`. Words that name an ended council give those
    that took over. Words that name a county, a region, a nation, or the area of a fire or combined authority give its
    councils; words that are part of the name of a county, region or nation do where no council is called so.
    Misspellings are tried only where nothing fits as it is written. Fewer than two letters find nothing.
    """
    wanted = normalise(words)
    if len(wanted) < 2:
        return []
    today = on or timezone.localdate()
    matches = _matches(wanted)
    history = History.read()
    found: dict[int, CouncilFound] = {}

    def keep(
        organisation: Organisation | None, reason: str, score: float, *, also: bool = False, is_guess: bool = False
    ) -> None:
        if organisation is None or not _is_council_of(organisation, today):
            return
        before = found.get(organisation.pk)
        if before is None or before.score < score:
            found[organisation.pk] = CouncilFound(organisation, reason, also, score, is_guess)

    for match in matches:
        organisation = getattr(match.unit, "organisation", None)
        if organisation is None:
            continue
        keep(organisation, _own_reason(match, wanted), match.score, is_guess=match.is_misspelt)
        for change in history.after(organisation.pk):
            reason = f"Took over from {in_sentence(change.predecessor.name)} on {long_date(change.on)}"
            if change.steps > 1:
                ended_on = long_date(organisation.ended_on or change.on)
                reason += f", after {in_sentence(organisation.name)} had ended on {ended_on}"
            keep(change.successor, f"{reason}.", match.score - _STEP * change.steps, is_guess=match.is_misspelt)

    places = _places(matches, wanted)
    direct = {unit_id: hit for hit in found.values() if (unit_id := hit.organisation.reporting_unit_id) is not None}
    beside: dict[int, CouncilFound] = {}
    for row in _containments(set(direct), set(places), today):
        if row.container_id in places:
            keep(row.unit.organisation, _place_reason(row), places[row.container_id])
        if row.unit_id in direct and row.container.tier == Tier.COUNTY:
            hit = direct[row.unit_id]
            reason = f"Runs county services in {in_sentence(hit.organisation.name)}."
            county = row.container.organisation
            keep(county, reason, hit.score - _STEP / 2, also=True, is_guess=hit.is_guess)
            if hit.score > getattr(beside.get(county.pk), "score", 0.0):
                beside[county.pk] = hit

    def place_in_list(hit: CouncilFound) -> tuple[float, str, str, bool]:
        # A county that is there for its district's sake stands right after it.
        first = beside.get(hit.organisation.pk, hit) if hit.also else hit
        return -first.score, first.organisation.name, first.organisation.key, hit.also

    return sorted(found.values(), key=place_in_list)


def councils_by_area(*, on: date | None = None) -> list[tuple[str, list[Organisation]]]:
    """Every council of that day by English region and then by nation, areas and councils in order of letters (one query)."""
    day = on or timezone.localdate()
    rows = Containment.objects.filter(
        existing_on(day, "unit__organisation__"),
        Q(container__kind=UnitKind.REGION)
        | (Q(container__kind=UnitKind.NATION) & ~Q(container__nation=Nation.ENGLAND)),
        during__contains=day,
        unit__tier__in=COUNCIL_TIERS,
    ).select_related("unit__organisation", "container")
    areas: dict[tuple[bool, str], list[Organisation]] = defaultdict(list)
    for row in rows:
        areas[row.container.kind != UnitKind.REGION, row.container.name].append(row.unit.organisation)
    return [
        (name, sorted(councils, key=lambda council: (council.name, council.key)))
        for (_, name), councils in sorted(areas.items())
    ]


def _matches(wanted: str) -> list[_Match]:
    """Units whose names fit, each once, with how well (one query)."""
    names = (
        Name.objects.annotate(
            alike=TrigramSimilarity("normalised", wanted), word_alike=TrigramWordSimilarity(wanted, "normalised")
        )
        .filter(
            Q(normalised__startswith=wanted)
            | Q(normalised__contains=f" {wanted}")
            | Q(normalised__trigram_similar=wanted)
            | Q(normalised__trigram_word_similar=wanted)
        )
        .select_related("unit__organisation")
        .order_by("pk")
    )
    best: dict[int, _Match] = {}
    for name in names:
        if name.normalised == wanted:
            score = _EXACT
        elif name.normalised.startswith(wanted):
            score = _BEGINS
        elif f" {wanted}" in name.normalised:
            score = _WORD_BEGINS
        elif name.alike < ALIKE and name.word_alike < WORD_ALIKE:
            continue
        else:
            score = _MISSPELT + 10 * max(name.alike, name.word_alike / 2)
        if name.unit_id not in best or best[name.unit_id].score < score:
            best[name.unit_id] = _Match(name.unit, name.text, score)
    matches = sorted(best.values(), key=lambda match: -match.score)
    as_written = [match for match in matches if not match.is_misspelt]
    return as_written or matches


def _is_council_of(organisation: Organisation, day: date) -> bool:
    began = organisation.started_on is None and organisation.shadow_from is None
    began = began or (organisation.started_on is not None and organisation.started_on <= day)
    lives = began and (organisation.ended_on is None or organisation.ended_on > day)
    return lives and organisation.tier in COUNCIL_TIERS and organisation.reporting_unit_id is not None


def _places(matches: list[_Match], wanted: str) -> dict[int, float]:
    """Units that the words name and that councils lie in, with the score of what lies in them."""
    whole: dict[int, float] = {}
    part: dict[int, float] = {}
    if wanted in _NO_PLACE:
        return {}
    may_be_part = not _NO_PLACE.issuperset(wanted.split())
    for match in matches:
        unit = match.unit
        if match.is_misspelt:
            continue
        of_whole, of_part = _PLACES.get(unit.tier or unit.kind, (0.0, 0.0))
        name = normalise(match.text)
        if of_whole and name.removesuffix(" fire").removesuffix(" combined") == wanted:
            whole[unit.pk] = of_whole
        elif of_part and may_be_part and f" {wanted} " in f" {name} ":
            part[unit.pk] = of_part
    is_a_council = any(match.score == _EXACT and match.unit.tier in COUNCIL_TIERS for match in matches)
    return whole if whole or is_a_council else part


def _own_reason(match: _Match, wanted: str) -> str:
    own = normalise(match.unit.name)
    if match.is_misspelt:
        return f"You may have meant {in_sentence(match.unit.name)}."
    if own == wanted:
        return "This is its name."
    if own.startswith(wanted) or f" {wanted}" in own:
        return "Its name has these words."
    if match.text.islower():  # as somebody typed it, misspelt perhaps
        return f"Also written “{match.text}”."
    return f"Also known as {match.text}."


def _place_reason(row: Containment) -> str:
    container = row.container
    if container.tier == Tier.COUNTY:
        return f"A district in {in_sentence(container.name)}."
    if container.tier == Tier.FIRE:
        return f"Served by {container.name}."
    if container.tier == Tier.COMBINED:
        return f"A member of {container.name}."
    return f"In {in_sentence(container.name.partition(' (')[0])}."


def _containments(units: set[int], containers: set[int], day: date) -> list[Containment]:
    """What lies in these containers, and the counties that these units lie in, on that day (one query)."""
    rows = Containment.objects.filter(
        Q(container__in=containers) | Q(unit__in=units, container__tier=Tier.COUNTY),
        during__contains=day,
        unit__tier__in=COUNCIL_TIERS,
    )
    return list(rows.select_related("unit__organisation", "container__organisation").order_by("pk"))
