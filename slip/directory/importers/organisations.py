"""Councils, combined and fire authorities out of the published lists: when they lived, their codes, names and heirs."""

import re
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify

from slip.directory.enums import ChangeKind, Nation, Scheme, Tier
from slip.directory.importers.facts import Body, Facts
from slip.directory.importers.sources import SharedData, rows_of
from slip.directory.names import normalise
from slip.directory.register_files import SuccessionRow

TIER_BY_TYPE = {
    "NMD": Tier.DISTRICT,
    "CTY": Tier.COUNTY,
    "UA": Tier.UNITARY,
    "MD": Tier.METROPOLITAN,
    "LBO": Tier.LONDON_BOROUGH,
    "CC": Tier.LONDON_BOROUGH,
    "WPA": Tier.WELSH_UNITARY,
    "SCO": Tier.SCOTTISH_UNITARY,
    "NID": Tier.NI_DISTRICT,
    "COMB": Tier.COMBINED,
    "SRA": Tier.STRATEGIC,
}
NATIONS = {label: value for value, label in Nation.choices}
#: Dates in these months are when a list was typed in, not when a council began.
TYPED_IN = (date(2005, 5, 1), date(2005, 6, 30))
#: Letters that were lost when a list was saved in the wrong encoding.
MOJIBAKE = re.compile("\u00ef|\u00bf|\ufffd|\uffbe")
_ONS_WORDS = (", City of", ", County of")

Reviewed = dict[str, list[dict[str, Any]]]


def add_organisations(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    """Every body of the lists, then the reviewed ones; bodies first, so that codes and heirs can refer to them."""
    _add_listed_bodies(facts, data, reviewed)
    _add_fire_authorities(facts, data)
    _add_reviewed_bodies(facts, reviewed)
    _add_outturn_codes(facts, data)
    for entry in reviewed.get("code", []):
        facts.add_code(facts.unit(entry["unit"]), Scheme(entry["scheme"]), entry["code"])
    _add_dfe_numbers(facts, data)
    _add_successions(facts, data, reviewed)
    _add_names(facts, data, reviewed)


def start_of(text: str) -> date | None:
    """The first day of a body; none for the dates on which the list was typed in."""
    if not text:
        return None
    start = date.fromisoformat(text)
    return None if TYPED_IN[0] <= start <= TYPED_IN[1] else start


def end_of(text: str) -> date | None:
    """The first day on which a body no longer existed. The lists give 31 March, the last day, for some."""
    if not text:
        return None
    end = date.fromisoformat(text)
    return end + timedelta(days=1) if (end.month, end.day) == (3, 31) else end


def _add_listed_bodies(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    named = reviewed.get("named", [])
    names = {entry["code"]: entry["name"] for entry in named if "name" in entry}
    officials = {entry["code"]: entry["official_name"] for entry in named if "official_name" in entry}
    starts = {entry["code"]: entry["on"] for entry in reviewed.get("started", [])}
    ends = {entry["code"]: entry for entry in reviewed.get("ended", [])}
    rows = rows_of(data.councils)
    current = {_bare_name(row, data, names) for row in rows if row["current-authority"] == "True"}
    for row in rows:
        gss, tier = row["gss-code"], TIER_BY_TYPE[row["local-authority-type"]]
        name, official = _bare_name(row, data, names), officials.get(gss) or " ".join(row["official-name"].split())
        end = end_of(row["end-date"])
        if tier == Tier.COMBINED:
            name, official = _combined_names(name, official)
        elif tier == Tier.STRATEGIC:
            name = official
        key = slugify(name)
        if tier == Tier.COMBINED:
            key = f"{slugify(name.partition(' Combined')[0])}-combined-authority"
        elif end and name in current:
            key = slugify(official)
        if gss in ends:
            key, name, end = ends[gss]["key"], ends[gss]["name"], ends[gss]["on"]
        start = starts.get(gss) or start_of(row["start-date"])
        if gss in starts and row["start-date"]:
            facts.remarks.append(f"{name} began on {starts[gss]} (reviewed); mySociety has {row['start-date']}.")
        if key in facts.bodies:
            raise ValueError(f"two bodies would have the key {key}")
        facts.bodies[key] = Body(key, name, official, tier, NATIONS[row["nation"]], start, end)
        facts.add_code(key, Scheme.REGISTER, row["local-authority-code"], start, end)
        if row["ecode"]:
            facts.add_code(key, Scheme.E_CODE, row["ecode"], start, end)
        if gss:
            _add_gss_codes(facts, data, reviewed, key, gss, row["former-gss-codes"])
        ons = data.ons_names.get(gss, "")
        if ons and normalise(ons) != normalise(row["nice-name"]) and tier != Tier.COMBINED:
            facts.remarks.append(f"{gss} is {name}; mySociety calls it {row['nice-name']} and ONS {ons}.")


def _bare_name(row: dict[str, str], data: SharedData, reviewed_names: dict[str, str]) -> str:
    """The name people use: the reviewed one, else that of ONS without its "City of", else mySociety's."""
    gss = row["gss-code"]
    if gss in reviewed_names:
        return reviewed_names[gss]
    name = data.ons_names.get(gss) or row["nice-name"]
    for words in _ONS_WORDS:
        name = name.removesuffix(words)
    return name


def _combined_names(name: str, official: str) -> tuple[str, str]:
    """The name of a combined authority as people say it, and as it signs."""
    if "Combined" not in official:
        official = f"{official} Combined Authority"
    return official.replace("Mayoral ", ""), official


def _add_gss_codes(facts: Facts, data: SharedData, reviewed: Reviewed, key: str, newest: str, former: str) -> None:
    """All codes a body has borne, each until the next: from the reviewed days, else 1 April of the published year."""
    days = {(entry["old"], entry["new"]): entry["on"] for entry in reviewed.get("code_changed", [])}
    for row in rows_of(data.changes):
        one_body = row["oldnm"] == row["newnm"] and row["newcd"][:3] == row["oldcd"][:3]
        if one_body and row["type"] in {"new_code", "new_geo"}:
            days.setdefault((row["oldcd"], row["newcd"]), date(int(row["start"]), 4, 1))
    later = dict(days.keys())
    known = [code.strip() for code in former.split(",") if code.strip()] + [newest]
    earliest = next(code for code in known if code not in {later.get(other) for other in known})
    start, end = facts.life_of(key)
    code: str | None = earliest
    while code:
        following = later.get(code)
        change = days[code, following] if following else end
        facts.add_code(key, Scheme.GSS, code, start, change)
        known = [other for other in known if other != code]
        start, code = change, following
    if known:
        raise ValueError(f"{key}: no day is known on which {', '.join(known)} changed")


def _add_fire_authorities(facts: Facts, data: SharedData) -> None:
    fire = data.outturn[data.outturn["detailed_class"] == "Fire"]
    for row in rows_of(fire):
        place = normalise(row["name"]).removesuffix(" fire")
        spoken = row["name"].partition(" Combined")[0].partition(" PCC")[0].partition(" Police")[0]
        spoken = spoken.removesuffix(" Fire and Rescue Authority").replace("&", "and")
        name = f"{spoken} Fire and Rescue Authority"
        official = name if "PCC" in row["name"] else row["name"].replace("&", "and")
        key = f"{slugify(place)}-fire"
        facts.bodies[key] = Body(key, name, official, Tier.FIRE, Nation.ENGLAND)
        facts.add_code(key, Scheme.GSS, row["ons_code"])
        facts.add_code(key, Scheme.E_CODE, row["e_code"])
        facts.add_name(key, row["name"])


def _add_reviewed_bodies(facts: Facts, reviewed: Reviewed) -> None:
    for entry in reviewed.get("organisation", []):
        body = Body(
            entry["key"],
            entry["name"],
            entry["official_name"],
            Tier(entry["tier"]),
            Nation(entry["nation"]),
            entry.get("started_on"),
            entry.get("ended_on"),
        )
        facts.bodies[body.key] = body
        facts.add_code(body.key, Scheme.GSS, entry["code"], *body.life)
        if "e_code" in entry:
            facts.add_code(body.key, Scheme.E_CODE, entry["e_code"], *body.life)


def _add_outturn_codes(facts: Facts, data: SharedData) -> None:
    """E-codes that mySociety lacks; a code that the two lists give to different bodies is a remark."""
    for row in rows_of(data.outturn):
        e_code, gss = row["e_code"], row["ons_code"]
        if row["detailed_class"] == "GLA":
            if not facts.knows(e_code, Scheme.E_CODE):
                facts.remarks.append(
                    f"MHCLG gives the Greater London Authority the region's code {gss}; it keeps E61000001."
                )
                facts.add_code(facts.unit("E61000001"), Scheme.E_CODE, e_code, *facts.life_of(facts.unit("E61000001")))
            continue
        if not facts.knows(gss):
            continue
        key = facts.unit(gss)
        own = [code for code in facts.codes.values() if code.unit == key and code.scheme == Scheme.E_CODE]
        if not own:
            facts.add_code(key, Scheme.E_CODE, e_code, *facts.life_of(key))
        elif own[0].code != e_code:
            facts.remarks.append(
                f"{key} has E-code {own[0].code} in mySociety and {e_code} at MHCLG; the first is kept."
            )
        facts.add_name(key, row["name"])


def _add_dfe_numbers(facts: Facts, data: SharedData) -> None:
    """DfE numbers. Where a new council took over a county's number, the number is the county's until vesting day."""
    by_number = {row["old_la_code"]: row for row in rows_of(data.dfe_numbers)}
    for number, row in sorted(by_number.items()):
        if not facts.knows(row["la_code"]):
            facts.remarks.append(f"DfE number {number} is for {row['la_code']}, which the register does not have.")
            continue
        key = facts.unit(row["la_code"])
        county = _county_of_same_name(facts, key)
        if county and not _has_own_number(data, row["la_name"], number):
            # First, because the bearer added last is the one that is found by default.
            facts.add_code(county, Scheme.DFE_NUMBER, number, *facts.life_of(county))
        facts.add_code(key, Scheme.DFE_NUMBER, number, *facts.life_of(key))
        facts.add_name(key, row["la_name"])
    for row in rows_of(data.dfe_list[~data.dfe_list["number"].isin(by_number)]):
        if row["type"] in {"", "NA"}:
            continue
        wanted = Tier.COUNTY if row["type"] == "SC" else Tier.UNITARY
        found = [
            body
            for body in facts.bodies.values()
            if body.ended_on and body.tier == wanted and normalise(body.name) == normalise(row["name"])
        ]
        if len(found) == 1:
            facts.add_code(found[0].key, Scheme.DFE_NUMBER, row["number"], *found[0].life)
        else:
            facts.remarks.append(f"DfE number {row['number']} ({row['name']}) fits no ended council.")


def _has_own_number(data: SharedData, name: str, number: str) -> bool:
    """Whether DfE lists a body of this name under another number too, as "Dorset (Pre LG)"."""
    listed = data.dfe_list[data.dfe_list["number"] != number]
    return any(normalise(other) == normalise(name) for other in listed["name"])


def _county_of_same_name(facts: Facts, key: str) -> str | None:
    """The county council that ended on the day this council of the same name began."""
    body = facts.bodies[key]
    for other in facts.bodies.values():
        same_name = normalise(other.name) == normalise(body.name)
        if other.tier == Tier.COUNTY and same_name and other.ended_on and other.ended_on == body.started_on:
            return other.key
    return None


def _add_successions(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    for row in rows_of(data.councils):
        heirs = [code.strip() for code in row["replaced-by"].split(",") if code.strip()]
        old = facts.unit(row["local-authority-code"], Scheme.REGISTER)
        for heir in heirs:
            _succeed(facts, old, facts.unit(heir, Scheme.REGISTER), split=len(heirs) > 1)
    for entry in reviewed.get("ended", []):
        _succeed(facts, facts.unit(entry["code"]), facts.unit(entry["succeeded_by"]), split=False)
    for entry in reviewed.get("merged", []):
        for code in entry["from"]:
            _succeed(facts, facts.unit(code, Scheme.REGISTER), facts.unit(entry["into"]), split=False)
    for row in rows_of(data.changes[data.changes["type"] == "merger"]):
        pair = (facts.unit(row["oldcd"]), facts.unit(row["newcd"]))
        if pair not in facts.successions:
            facts.remarks.append(
                f"ONS merges {row['oldnm']} into {row['newnm']} in {row['start']}, mySociety does not."
            )
    for body in facts.bodies.values():
        if body.ended_on and body.key not in {old for old, _ in facts.successions} and body.tier != Tier.FIRE:
            facts.remarks.append(f"{body.name} ended on {body.ended_on} and no list says who followed it.")


def _succeed(facts: Facts, old: str, new: str, *, split: bool) -> None:
    on = facts.bodies[old].ended_on
    if on is None:
        raise ValueError(f"{old} has a successor but no end")
    if facts.bodies[new].started_on not in {on, None}:
        facts.remarks.append(f"{new} began on {facts.bodies[new].started_on}, but {old} ended on {on}.")
    kind = ChangeKind.SPLIT if split else ChangeKind.MERGER
    facts.successions[old, new] = SuccessionRow(old, new, on, str(kind))


def _add_names(facts: Facts, data: SharedData, reviewed: Reviewed) -> None:
    refused = {(facts.unit(entry["code"]), name) for entry in reviewed.get("not_named", []) for name in entry["names"]}
    for body in facts.bodies.values():
        facts.add_name(body.key, body.name, body.official_name)
    for row in rows_of(data.council_names):
        key = facts.unit(row["local-authority-code"], Scheme.REGISTER)
        if MOJIBAKE.search(row["la-name"]):
            facts.remarks.append(f"The name “{row['la-name']}” of {facts.bodies[key].name} is garbled and left out.")
        elif (key, row["la-name"]) not in refused:
            facts.add_name(key, row["la-name"])
    for code, name in sorted(data.ons_names.items()):
        if facts.knows(code) and facts.unit(code) in facts.bodies:
            facts.add_name(facts.unit(code), name)
    for row in rows_of(data.lookup_2023):
        facts.add_name(facts.unit(row["LTLA23CD"]), row["LTLA23NM"], row["LTLA23NMW"])
    for entry in reviewed.get("also_named", []):
        if facts.knows(entry["code"]):
            facts.add_name(facts.unit(entry["code"]), *entry["names"])
