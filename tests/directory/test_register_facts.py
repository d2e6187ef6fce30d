"""The shipped register against what is known of English local government, without a database."""

import tomllib
from collections import Counter, defaultdict
from datetime import date

import pytest

from slip.directory.enums import COUNCIL_TIERS, Nation, Scheme, Tier, UnitKind, kind_of
from slip.directory.importers.compilation import REVIEWED
from slip.directory.names import normalise
from slip.directory.register_files import REGISTER_FOLDER, OrganisationRow, Register, read_register, render

SUMMER_2025 = date(2025, 6, 1)


@pytest.fixture(scope="module")
def shipped() -> Register:
    return read_register()


def living(register: Register, day: date) -> list[OrganisationRow]:
    return [
        row
        for row in register.organisations
        if (row.started_on is None or row.started_on <= day) and (row.ended_on is None or day < row.ended_on)
    ]


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        # Before 2019: 353 principal councils in England, the Isles of Scilly and the City of London among them.
        (date(2018, 6, 1), {"district": 201, "county": 27, "unitary": 56, "metropolitan": 36, "london_borough": 33}),
        # From April 2023: 317.
        (date(2023, 4, 1), {"district": 164, "county": 21, "unitary": 63, "metropolitan": 36, "london_borough": 33}),
        (SUMMER_2025, {"district": 164, "county": 21, "unitary": 63, "metropolitan": 36, "london_borough": 33}),
    ],
)
def test_how_many_councils_england_had(shipped: Register, day: date, counts: dict[str, int]) -> None:
    tiers = Counter(
        row.tier for row in living(shipped, day) if row.tier in COUNCIL_TIERS and row.nation == Nation.ENGLAND
    )
    assert tiers == counts
    assert sum(counts.values()) in {353, 317}


def test_how_many_bodies_there_are_today(shipped: Register) -> None:
    tiers = Counter(row.tier for row in living(shipped, SUMMER_2025))
    assert sum(tiers[tier] for tier in COUNCIL_TIERS) == 382
    assert tiers[Tier.WELSH_UNITARY] == 22
    assert tiers[Tier.SCOTTISH_UNITARY] == 32
    assert tiers[Tier.NI_DISTRICT] == 11
    assert tiers[Tier.FIRE] == 29
    # Eleven combined and four combined county authorities.
    assert tiers[Tier.COMBINED] == 15
    assert tiers[Tier.STRATEGIC] == 1


def test_every_council_of_today_has_the_codes_that_files_use(shipped: Register) -> None:
    codes = defaultdict(list)
    for row in shipped.codes:
        codes[row.unit, row.scheme].append(row)
    for council in living(shipped, SUMMER_2025):
        in_use = [row for row in codes[council.key, Scheme.GSS] if row.end is None]
        assert len(in_use) == 1, council.key
        if council.nation == Nation.ENGLAND and council.tier in COUNCIL_TIERS:
            assert codes[council.key, Scheme.E_CODE], council.key
            if council.tier != Tier.DISTRICT:
                assert codes[council.key, Scheme.DFE_NUMBER], council.key


def test_every_english_council_has_one_region_and_every_district_one_county(shipped: Register) -> None:
    regions = {row.key for row in shipped.areas if row.kind == UnitKind.REGION}
    tier = {row.key: row.tier for row in shipped.organisations}
    within = defaultdict(list)
    for row in shipped.containments:
        within[row.unit].append(row.container)
    for council in shipped.organisations:
        if council.nation != Nation.ENGLAND or council.tier not in COUNCIL_TIERS:
            continue
        assert sum(key in regions for key in within[council.key]) == 1, council.key
        assert "england" in within[council.key]
        counties = sum(tier.get(key) == Tier.COUNTY for key in within[council.key])
        assert counties == (1 if council.tier == Tier.DISTRICT else 0), council.key


def test_every_ended_council_has_heirs_that_began_that_day(shipped: Register) -> None:
    bodies = {row.key: row for row in shipped.organisations}
    heirs = defaultdict(list)
    for row in shipped.successions:
        heirs[row.predecessor].append(row.successor)
        assert row.on == bodies[row.predecessor].ended_on
    for body in shipped.organisations:
        if body.ended_on and body.tier in COUNCIL_TIERS:
            assert heirs[body.key], body.key
            assert {bodies[heir].started_on for heir in heirs[body.key]} == {body.ended_on}, body.key
            # The lists give the last day for some and the first day after for others.
            assert (body.ended_on.month, body.ended_on.day) == (4, 1), body.key


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("barnsley", [("E08000016", None, "2025-04-01"), ("E08000038", "2025-04-01", None)]),
        ("sheffield", [("E08000019", None, "2025-04-01"), ("E08000039", "2025-04-01", None)]),
        ("dorset-county-council", [("E10000009", None, "2019-04-01")]),
        ("dorset", [("E06000059", "2019-04-01", None)]),
        ("somerset-county-council", [("E10000027", None, "2023-04-01")]),
        ("somerset", [("E06000066", "2023-04-01", None)]),
        ("st-albans", [("E07000100", None, "2012-04-01"), ("E07000240", "2012-04-01", None)]),
    ],
)
def test_codes_and_their_days(shipped: Register, key: str, codes: list[tuple[str, str | None, str | None]]) -> None:
    start = next(row.started_on for row in shipped.organisations if row.key == key)
    expected = [(code, first or (start and start.isoformat()), last) for code, first, last in codes]
    found = [row for row in shipped.codes if row.unit == key and row.scheme == Scheme.GSS]
    assert [
        (row.code, row.start and row.start.isoformat(), row.end and row.end.isoformat()) for row in found
    ] == expected


def test_days_on_which_a_list_was_typed_in_are_no_vesting_days(shipped: Register) -> None:
    assert not [row.key for row in shipped.organisations if row.started_on and row.started_on.year == 2005]


def test_the_council_of_today_has_the_plain_key(shipped: Register) -> None:
    keys = {row.key for row in shipped.organisations}
    assert {
        "thurrock", "barnsley", "essex", "westmorland-and-furness", "kingston-upon-hull", "city-of-london", "bristol",
        "dorset", "somerset", "north-yorkshire", "buckinghamshire", "st-helens", "kings-lynn-and-west-norfolk",
        "herefordshire", "harrogate", "cumbria", "tewkesbury",
    } <= keys  # fmt: skip


def test_names_that_fit_two_bodies_of_today_are_few_and_known(shipped: Register) -> None:
    today = {row.key: row for row in living(shipped, SUMMER_2025) if row.tier in COUNCIL_TIERS}
    by_name = defaultdict(set)
    for row in shipped.names:
        if row.unit in today:
            by_name[normalise(row.name)].add(row.unit)
    assert {name: units for name, units in by_name.items() if len(units) > 1} == {}


def test_nothing_about_politics_and_nothing_garbled() -> None:
    for path in REGISTER_FOLDER.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for word in ("ï¿½", "Labour", "Conservative", "Liberal", "NOC"):
            assert word not in text, f"{word} in {path.name}"


def test_the_shipped_files_are_in_their_own_order(shipped: Register) -> None:
    for row_type, rows in shipped.files():
        assert render(row_type, rows) == (REGISTER_FOLDER / row_type.file).read_bytes(), row_type.file


def test_every_reviewed_fact_names_its_source() -> None:
    for table, entries in tomllib.loads(REVIEWED.read_text()).items():
        if table not in {"merged", "fire_area"}:  # their source is in the comment above them
            assert all(entry["source"] for entry in entries), table


def test_every_source_says_publisher_licence_and_vintage() -> None:
    sources = tomllib.loads((REGISTER_FOLDER / "SOURCES.toml").read_text())["source"]
    assert len(sources) >= 4
    for source in sources:
        assert source["publisher"] and source["licence"] and source["vintage"] and source["attribution"]
        assert "SA" not in source["licence"]


@pytest.mark.parametrize(
    ("key", "official_name"),
    [
        # Cities since 2022.
        ("colchester", "Colchester City Council"),
        ("doncaster", "City of Doncaster Council"),
        ("milton-keynes", "Milton Keynes City Council"),
        ("southend-on-sea", "Southend-on-Sea City Council"),
        ("city-of-london", "City of London Corporation"),
        ("kings-lynn-and-west-norfolk", "Borough Council of King's Lynn and West Norfolk"),
    ],
)
def test_councils_are_called_as_they_sign_today(shipped: Register, key: str, official_name: str) -> None:
    assert next(row.official_name for row in shipped.organisations if row.key == key) == official_name


def test_no_name_has_spaces_to_spare(shipped: Register) -> None:
    for body in shipped.organisations:
        for name in (body.name, body.official_name):
            assert name == " ".join(name.split()), body.key


def test_only_the_city_of_london_is_called_otherwise_than_its_tier(shipped: Register) -> None:
    otherwise = {body.key: kind_of(body.key, body.tier) for body in shipped.organisations}
    assert {key: kind for key, kind in otherwise.items() if kind not in Tier.labels} == {
        "city-of-london": "city corporation"
    }
