"""Areas that are no organisation, and what lies within what."""

from collections import defaultdict
from datetime import date

from django.utils.text import slugify

from slip.directory.enums import COUNCIL_TIERS, Nation, Scheme, Tier, UnitKind
from slip.directory.importers.facts import Facts
from slip.directory.importers.organisations import Reviewed
from slip.directory.importers.sources import SharedData, rows_of
from slip.directory.names import normalise
from slip.directory.register_files import AreaRow

KIND_BY_PREFIX = {
    "E11": UnitKind.COUNTY_AREA,
    "E12": UnitKind.REGION,
    "E92": UnitKind.NATION,
    "N92": UnitKind.NATION,
    "S92": UnitKind.NATION,
    "W92": UnitKind.NATION,
    "K02": UnitKind.COUNTRY_GROUP,
    "K03": UnitKind.COUNTRY_GROUP,
    "K04": UnitKind.COUNTRY_GROUP,
}
NATION_BY_LETTER = {
    "E": Nation.ENGLAND,
    "T": Nation.ENGLAND,
    "W": Nation.WALES,
    "S": Nation.SCOTLAND,
    "N": Nation.NORTHERN_IRELAND,
}
NATION_CODES = {
    Nation.ENGLAND: "E92000001",
    Nation.WALES: "W92000004",
    Nation.SCOTLAND: "S92000003",
    Nation.NORTHERN_IRELAND: "N92000002",
}
COUNTRY_GROUPS = {
    "K02000001": (Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND),
    "K03000001": (Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND),
    "K04000001": (Nation.ENGLAND, Nation.WALES),
}
#: ITL level 1 areas of England are the regions.
ITL_REGIONS = {
    "TLC": "E12000001",
    "TLD": "E12000002",
    "TLE": "E12000003",
    "TLF": "E12000004",
    "TLG": "E12000005",
    "TLH": "E12000006",
    "TLI": "E12000007",
    "TLJ": "E12000008",
    "TLK": "E12000009",
}
#: Numbers that DfE gives to regions and the country.
DFE_REGIONS = {
    "970": "E92000001",
    "980": "E12000001",
    "981": "E12000002",
    "982": "E12000003",
    "983": "E12000004",
    "984": "E12000005",
    "985": "E12000006",
    "986": "E12000007",
    "987": "E13000001",
    "988": "E13000002",
    "989": "E12000008",
    "990": "E12000009",
}
#: Joint areas and the councils in them.
COMPOSITES = {
    "E67000001": ("E09000001", "E09000012"),
    "E67000002": ("E06000053", "E06000052"),
    "E50000008": ("E07000008", "E07000012"),
}


def add_areas(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    """Regions, nations, metropolitan counties and statistical areas, from the codes in files of figures."""
    days = {(entry["old"], entry["new"]): entry["on"] for entry in reviewed.get("code_changed", [])}
    earlier = {new: old for old, new in days}
    nothing = {entry["code"] for entry in reviewed.get("not_a_place", [])}
    published: dict[str, str] = dict(data.statistical_areas[["code", "name"]].itertuples(index=False))
    published.update({code: data.ons_names[code] for code in published if code in data.ons_names})
    for code, name in published.items():
        if code in nothing or code in earlier.values() or code in ITL_REGIONS:
            continue
        key, shown = _key_and_name(code, name)
        scheme = Scheme.ITL if code.startswith("TL") else Scheme.GSS
        nation = NATION_BY_LETTER.get(code[0], "")
        kind = KIND_BY_PREFIX.get(code[:3], UnitKind.STATISTICAL_AREA)
        facts.areas[key] = AreaRow(key, shown, str(kind), str(nation))
        old = earlier.get(code)
        if old:
            facts.add_code(key, scheme, old, None, days[old, code])
        facts.add_code(key, scheme, code, days[old, code] if old else None)
        if scheme == Scheme.GSS:
            facts.add_name(key, shown, name)
    for itl, region in ITL_REGIONS.items():
        if itl in published:
            facts.add_code(facts.unit(region), Scheme.ITL, itl)
    dfe_names: dict[str, str] = dict(data.dfe_list[["number", "name"]].itertuples(index=False))
    for number, code in DFE_REGIONS.items():
        facts.add_code(facts.unit(code), Scheme.DFE_NUMBER, number)
        facts.add_name(facts.unit(code), dfe_names[number])
    for row in rows_of(data.outturn[data.outturn["detailed_class"] == "Waste"]):
        if facts.knows(row["ons_code"]):
            facts.add_code(facts.unit(row["ons_code"]), Scheme.E_CODE, row["e_code"])
            facts.add_name(facts.unit(row["ons_code"]), row["name"])
    for entry in reviewed.get("also_named", []):
        if facts.unit(entry["code"]) in facts.areas:
            facts.add_name(facts.unit(entry["code"]), *entry["names"])
    _leave_bare_names_to_areas(facts)


def _key_and_name(code: str, name: str) -> tuple[str, str]:
    name = name.removesuffix(" (Met County)")
    if code.startswith("E11"):
        return f"{slugify(name)}-metropolitan-county", f"{name} (metropolitan county)"
    if code.startswith("TL"):
        return f"{slugify(name)}-itl", f"{name} (ITL area)"
    return slugify(name), name


def _leave_bare_names_to_areas(facts: Facts) -> None:
    """The words "North East" alone means the region, not the combined authority."""
    bare = {normalise(name) for key in facts.areas for name in facts.names[key].values()}
    for body in facts.bodies.values():
        if body.tier == Tier.COMBINED:
            kept = {form: name for form, name in facts.names[body.key].items() if normalise(name) not in bare}
            facts.names[body.key] = kept


def add_containments(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    """Districts in counties, councils in regions and nations, members in combined authorities, and the rest."""
    _nations_and_groups(facts)
    _counties(facts, data)
    regions = _regions(facts, data)
    _metropolitan_counties_and_london(facts, data)
    members = _combined_authorities(facts, data)
    for entry in reviewed["fire_area"]:
        members[entry["authority"]] = set(entry["councils"])
        for council in entry["councils"]:
            facts.contain(council, entry["authority"])
    for key, keys in members.items():
        shared = {regions.get(member) for member in keys}
        if len(shared) == 1 and (region := shared.pop()):
            facts.contain(key, region)
    for code, parts in COMPOSITES.items():
        if facts.knows(code):
            for part in parts:
                facts.contain(facts.unit(part), facts.unit(code))


def _nations_and_groups(facts: Facts) -> None:
    groups = {facts.unit(code): nations for code, nations in COUNTRY_GROUPS.items()}
    nations = {nation: facts.unit(code) for nation, code in NATION_CODES.items()}
    for body in facts.bodies.values():
        facts.contain(body.key, nations[Nation(body.nation)])
    for area in facts.areas.values():
        if area.nation and area.kind != UnitKind.NATION:
            facts.contain(area.key, nations[Nation(area.nation)])
    for group, members in groups.items():
        for nation in members:
            facts.contain(nations[nation], group)


def _counties(facts: Facts, data: SharedData) -> None:
    """ONS lookups of 2014 and 2023 against mySociety's column; where they differ, ONS wins and the remark says so."""
    ons = {row["ltlacd"]: row["ctycd"] for row in rows_of(data.lookup_2014) if row["ctycd"]}
    for row in rows_of(data.lookup_2023):
        if row["UTLA23CD"].startswith("E10"):
            ons[row["LTLA23CD"]] = row["UTLA23CD"]
    by_unit = {facts.unit(district): facts.unit(county) for district, county in ons.items()}
    for row in rows_of(data.councils[data.councils["county-la"] != ""]):
        district = facts.unit(row["local-authority-code"], Scheme.REGISTER)
        listed = facts.unit(row["county-la"], Scheme.REGISTER)
        county = by_unit.get(district, listed)
        if county != listed:
            facts.remarks.append(
                f"{facts.bodies[district].name} lay in {facts.bodies[county].name} according to ONS, "
                f"in {facts.bodies[listed].name} according to mySociety; ONS is followed."
            )
        facts.contain(district, county)


def _regions(facts: Facts, data: SharedData) -> dict[str, str]:
    """Unit to region, of councils in England. ONS 2014 against mySociety's column, as for counties."""
    codes = {
        normalise(name): key
        for key, area in facts.areas.items()
        if area.kind == UnitKind.REGION
        for name in facts.names[key].values()
    }
    ons = {
        facts.unit(code): facts.unit(region)
        for row in rows_of(data.lookup_2014)
        for code, region in ((row["ltlacd"], row["rgncd"]), (row["ctycd"], row["rgncd"]))
        if code and region.startswith("E12")
    }
    regions: dict[str, str] = {}
    for row in rows_of(data.councils[data.councils["nation"] == "England"]):
        key = facts.unit(row["local-authority-code"], Scheme.REGISTER)
        if facts.bodies[key].tier not in COUNCIL_TIERS | {Tier.STRATEGIC}:
            continue
        listed = codes.get(normalise(row["region"])) if row["region"] else None
        region = ons.get(key) or listed
        if region is None:
            continue
        regions[key] = region
        if listed is None:
            facts.remarks.append(f"{facts.bodies[key].name} has no region in mySociety; ONS is followed.")
        elif region != listed:
            facts.remarks.append(
                f"{facts.bodies[key].name} is in {facts.areas[region].name} according to ONS, "
                f"in {row['region']} according to mySociety; ONS is followed."
            )
        facts.contain(key, regions[key])
    for itl, region in ITL_REGIONS.items():
        for borne in list(facts.codes.values()):
            if borne.scheme == Scheme.ITL and borne.code.startswith(itl) and borne.code != itl:
                facts.contain(borne.unit, facts.unit(region))
    return regions


def _metropolitan_counties_and_london(facts: Facts, data: SharedData) -> None:
    for row in rows_of(data.lookup_2014[data.lookup_2014["mctycd"] != ""]):
        facts.contain(facts.unit(row["ltlacd"]), facts.unit(row["mctycd"]))
        facts.contain(facts.unit(row["mctycd"]), facts.unit(row["rgncd"]))
    halves = {"Inner London": facts.unit("E13000001"), "Outer London": facts.unit("E13000002")}
    for half in halves.values():
        facts.contain(half, facts.unit("E12000007"))
    for row in rows_of(data.dfe_list[data.dfe_list["region"].isin(halves)]):
        facts.contain(facts.unit(row["number"], Scheme.DFE_NUMBER), halves[row["region"]])


def _combined_authorities(facts: Facts, data: SharedData) -> dict[str, set[str]]:
    """Members of each combined authority and of the Greater London Authority, and when; returns them by authority."""
    members: dict[str, set[str]] = defaultdict(set)
    left: dict[tuple[str, str], date] = {}
    for row in rows_of(data.councils[data.councils["combined-authority"] != ""]):
        authority = facts.unit(row["combined-authority"], Scheme.REGISTER)
        members[authority].add(facts.unit(row["local-authority-code"], Scheme.REGISTER))
    for row in rows_of(data.changes[data.changes["newcd"].str.startswith("E47")]):
        authority = facts.unit(row["newcd"])
        if not row["oldcd"].startswith("E47"):
            members[authority].add(facts.unit(row["oldcd"]))
    for row in rows_of(data.changes[data.changes["newcd"].str.startswith("E47")]):
        if row["oldcd"].startswith("E47"):
            members[facts.unit(row["newcd"])] |= members[facts.unit(row["oldcd"])]
    for row in rows_of(data.lookup_2014[data.lookup_2014["cauthcd"] != ""]):
        authority, member = facts.unit(row["cauthcd"]), facts.unit(row["ltlacd"])
        if member not in members[authority]:
            members[authority].add(member)
            left[authority, member] = _joined_another(facts, members, member, authority)
    for authority, keys in members.items():
        for member in keys:
            facts.contain(member, authority, end=left.get((authority, member)))
    return members


def _joined_another(facts: Facts, members: dict[str, set[str]], member: str, left: str) -> date:
    """The day a council joined the next combined authority after `left`."""
    began = [facts.bodies[key].started_on for key, keys in members.items() if member in keys and key != left]
    return min(day for day in began if day and day > (facts.bodies[left].started_on or date.min))


def check_areas(facts: Facts) -> None:
    """Remarks for current English councils without a region and districts without a county."""
    regions = {row.key for row in facts.areas.values() if row.kind == UnitKind.REGION}
    held = defaultdict(set)
    for row in facts.containments:
        held[row.unit].add(row.container)
    for body in facts.bodies.values():
        if body.ended_on or body.nation != Nation.ENGLAND or body.tier not in COUNCIL_TIERS:
            continue
        if not held[body.key] & regions:
            facts.remarks.append(f"{body.name} has no region.")
        counties = {key for key in held[body.key] if key in facts.bodies and facts.bodies[key].tier == Tier.COUNTY}
        if body.tier == Tier.DISTRICT and len(counties) != 1:
            facts.remarks.append(f"{body.name} should lie in one county, but lies in {len(counties)}.")
