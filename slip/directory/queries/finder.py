"""Finding a council from what people type: its name, an older one, a place it took over, a county, a region."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Q
from django.utils import timezone

from slip.directory.enums import COUNCIL_TIERS, Tier, UnitKind
from slip.directory.models import Containment, Name, Organisation, ReportingUnit
from slip.directory.names import normalise
from slip.directory.queries.history import History, long_date

#: How alike a misspelt name must be: share of three-letter groups in common (pg_trgm).
ALIKE, WORD_ALIKE = 0.4, 0.55

_EXACT, _BEGINS, _WORD_BEGINS, _PLACE, _MISSPELT = 100.0, 90.0, 80.0, 60.0, 40.0
#: Regions that take an article: the North East, but London.
_COMPASS = ("North ", "South ", "East ", "West ")
#: The county beside its district stands right after it.
_STEP = 0.5


@dataclass(frozen=True)
class CouncilFound:
    """A council of today, why it was found, and whether it is shown only because it shares a place with another."""

    organisation: Organisation
    reason: str
    also: bool
    score: float

    @property
    def tier_label(self) -> str:
        return str(Tier(self.organisation.tier).label)


@dataclass(frozen=True)
class _Match:
    unit: ReportingUnit
    text: str
    score: float

    @property
    def is_misspelt(self) -> bool:
        return self.score < _PLACE


def councils_matching(words: str, limit: int = 20, *, on: date | None = None) -> list[CouncilFound]:
    """Councils that the words may mean, best first (three queries).

    A place with two tiers gives both councils, the second marked `also`. Words that name an ended council give those
    that took over; words that name a county, region, or the area of a fire or combined authority give its councils.
    Misspellings are tried only where nothing fits as it is written. Fewer than two letters find nothing.
    """
    wanted = normalise(words)
    if len(wanted) < 2:
        return []
    today = on or timezone.localdate()
    matches = _matches(wanted)
    history = History.read()
    found: dict[int, CouncilFound] = {}

    def keep(organisation: Organisation | None, reason: str, score: float, *, also: bool = False) -> None:
        if organisation is None or not _is_council_of(organisation, today):
            return
        before = found.get(organisation.pk)
        if before is None or before.score < score:
            found[organisation.pk] = CouncilFound(organisation, reason, also, score)

    for match in matches:
        organisation = getattr(match.unit, "organisation", None)
        if organisation is None:
            continue
        keep(organisation, _own_reason(match, wanted), match.score)
        for change in history.after(organisation.pk):
            reason = f"Took over from {change.predecessor.name} on {long_date(change.on)}"
            if change.steps > 1:
                reason += f", after {organisation.name} had ended on {long_date(organisation.ended_on or change.on)}"
            keep(change.successor, f"{reason}.", match.score - _STEP * change.steps)

    places = {match.unit.pk: match for match in matches if not match.is_misspelt and _is_place(match, wanted)}
    direct = {unit_id: hit for hit in found.values() if (unit_id := hit.organisation.reporting_unit_id) is not None}
    for row in _containments(set(direct), set(places), today):
        if row.container_id in places:
            match = places[row.container_id]
            keep(row.unit.organisation, _place_reason(row), match.score - _BEGINS + _PLACE)
        if row.unit_id in direct and row.container.tier == Tier.COUNTY:
            hit = direct[row.unit_id]
            reason = f"Runs county services in {hit.organisation.name}."
            keep(row.container.organisation, reason, hit.score - _STEP / 2, also=True)
    ranked = sorted(found.values(), key=lambda hit: (-hit.score, hit.organisation.name, hit.organisation.key))
    return ranked[:limit]


def _matches(wanted: str) -> list[_Match]:
    """Units whose names fit, each once, with how well (one query)."""
    names = (
        Name.objects.annotate(
            alike=TrigramSimilarity("normalised", wanted), word_alike=TrigramWordSimilarity(wanted, "normalised")
        )
        .filter(
            Q(normalised__startswith=wanted)
            | Q(normalised__contains=f" {wanted}")
            | Q(alike__gte=ALIKE)
            | Q(word_alike__gte=WORD_ALIKE)
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


def _is_place(match: _Match, wanted: str) -> bool:
    """Whether the words are the whole name of something that councils lie in."""
    name = normalise(match.text)
    bare = name.removesuffix(" fire").removesuffix(" combined")
    return bare == wanted and match.unit.kind != UnitKind.COUNTRY_GROUP


def _own_reason(match: _Match, wanted: str) -> str:
    own = normalise(match.unit.name)
    if match.is_misspelt:
        return f"You may have meant {match.unit.name}."
    if own == wanted:
        return "This is its name."
    if own.startswith(wanted) or f" {wanted}" in own:
        return "Its name has these words."
    return f"Also known as {match.text}."


def _place_reason(row: Containment) -> str:
    container = row.container
    if container.tier == Tier.COUNTY:
        return f"A district in {container.name}."
    if container.tier == Tier.FIRE:
        return f"Served by {container.name}."
    if container.tier == Tier.COMBINED:
        return f"A member of {container.name}."
    if container.kind != UnitKind.REGION:
        return f"In {container.name.partition(' (')[0]}."
    return f"In the {container.name}." if container.name.startswith(_COMPASS) else f"In {container.name}."


def _containments(units: set[int], containers: set[int], day: date) -> list[Containment]:
    """What lies in these containers, and the counties that these units lie in, on that day (one query)."""
    rows = Containment.objects.filter(
        Q(container__in=containers) | Q(unit__in=units, container__tier=Tier.COUNTY),
        during__contains=day,
        unit__tier__in=COUNCIL_TIERS,
    )
    return list(rows.select_related("unit__organisation", "container__organisation").order_by("pk"))
