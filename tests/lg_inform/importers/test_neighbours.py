"""Lists of councils alike: ONS's wide sheets, DfE's sheet, and the portal's own CSV."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lg_inform.actions.neighbours import load_neighbours
from lg_inform.importers import Refusal
from lg_inform.importers.neighbours import read_neighbours
from lg_inform.models import Neighbour, NeighbourModel
from slip.audit.actors import SYSTEM
from slip.audit.models import Event
from tests.lg_inform.samples import FOLDER, csv_text, workbook

COLUMNS = ("model", "code", "position", "neighbour")
CSV = FOLDER / "neighbours.csv"


def ons_workbook(folder: Path, *codes: str) -> Path:
    heading = ["Local Authority Code", "Local Authority Name", "Neighbour 1: code", "Neighbour 1: name"]
    heading += ["Neighbour 2: code", "Neighbour 2: name"]
    titles = [[f"Table 7: neighbours {text}", *[""] * 5] for text in ("", "notes", "one table")]
    row = [cell for code in codes for cell in (code, f"Council {code}")]
    return workbook(
        folder / "neighbours.xlsx",
        {
            "Contents": [["Contents"]],
            "7.a": [*titles, heading, row],
            "7.b": [*titles, heading, row],
            "7.c": [*titles, heading, [*row[:4], "", ""]],
        },
    )


def dfe_workbook(
    folder: Path, own: object = 883, neighbours: tuple[object, ...] = (887, 882, *range(301, 309))
) -> Path:
    heading = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
    row = [own, "Thurrock", own, 6, "East"]
    for place, number in enumerate(neighbours, start=1):
        heading += [f"SN{place}", "SNP"]
        row += [number, "Close "]
    junk = [["A", *range(len(heading) - 1)], list(range(len(heading)))]
    return workbook(folder / "dfe.xlsx", {"Notes": [["About"]], "LA SN Groups": [*junk, heading, row]})


def test_ons_sheets_are_three_models(tmp_path: Path) -> None:
    scheme, table = read_neighbours(ons_workbook(tmp_path, "E06000034", "E06000035", "E08000016"))
    assert scheme == "gss"
    assert [tuple(row) for row in table[list(COLUMNS)].itertuples(index=False)] == [
        ("ons-global", "E06000034", 1, "E06000035"),
        ("ons-global", "E06000034", 2, "E08000016"),
        ("ons-economic", "E06000034", 1, "E06000035"),
        ("ons-economic", "E06000034", 2, "E08000016"),
        ("ons-demographic", "E06000034", 1, "E06000035"),
    ]


def test_dfe_sheet_names_councils_by_its_own_numbers(tmp_path: Path) -> None:
    scheme, table = read_neighbours(dfe_workbook(tmp_path))
    assert scheme == "dfe_number"
    assert len(table) == 10
    assert tuple(table[list(COLUMNS)].iloc[0]) == ("dfe-children", "883", 1, "887")
    assert table["position"].tolist() == list(range(1, 11))


@pytest.mark.django_db
def test_own_csv_is_loaded_and_is_directional() -> None:
    assert load_neighbours(path=CSV, vintage="May 2033", by=SYSTEM) == {"ons-global": 2, "dfe-children": 1}
    rows = Neighbour.objects.filter(model__vintage="May 2033").order_by("model__key", "position")
    assert list(rows.values_list("model__key", "unit__key", "position", "neighbour__key")) == [
        ("dfe-children", "thurrock", 1, "southend-on-sea"),
        ("ons-global", "thurrock", 1, "medway"),
        # Barnsley by its code of that year.
        ("ons-global", "thurrock", 2, "barnsley"),
    ]
    assert not rows.filter(unit__key__in=["medway", "barnsley", "southend-on-sea"]).exists()


@pytest.mark.django_db
def test_a_list_that_stands_is_not_loaded_again_and_a_new_one_takes_its_place() -> None:
    load_neighbours(path=CSV, vintage="May 2033", by=SYSTEM)
    events = Event.objects.count()
    assert load_neighbours(path=CSV, vintage="May 2033", by=SYSTEM) == {"ons-global": 0, "dfe-children": 0}
    assert Event.objects.count() == events
    old = NeighbourModel.objects.get(key="ons-global", superseded_at=None)
    kept = old.neighbours.count()
    load_neighbours(path=CSV, vintage="May 2034", by=SYSTEM)
    old.refresh_from_db()
    assert old.superseded_at is not None
    assert old.neighbours.count() == kept
    assert NeighbourModel.objects.get(key="ons-global", superseded_at=None).vintage == "May 2034"


@pytest.mark.django_db
def test_dfe_workbook_is_loaded(tmp_path: Path) -> None:
    assert load_neighbours(path=dfe_workbook(tmp_path), vintage="May 2033", by=SYSTEM) == {"dfe-children": 10}
    first = Neighbour.objects.get(model__vintage="May 2033", position=1)
    assert (first.unit.key, first.neighbour.key) == ("thurrock", "medway")


BAD = {
    "unknown code": (("ons-global", "E06000034", 1, "E06999999"), r"belong to no council that is known: E06999999\."),
    "unknown model": (("cipfa", "E06000034", 1, "E06000035"), r"models are not known: cipfa\."),
    "its own neighbour": (("ons-global", "E06000034", 1, "E06000034"), "E06000034 is its own neighbour"),
    "its own old code": (("ons-global", "E08000016", 1, "E08000038"), "E08000016 is its own neighbour"),
    "same neighbour twice": (("ons-global", "E06000034", 3, "E06000035"), "E06000034 has the same neighbour twice"),
    "same neighbour by two codes": (("ons-global", "E06000034", 3, "E08000038"), "has the same neighbour twice"),
    "same position twice": (("ons-global", "E06000034", 2, "E06000033"), "two neighbours in the same position"),
    "no number": (("ons-global", "E06000034", "first", "E06000033"), "must hold whole numbers"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD)
def test_bad_list_is_refused_and_the_old_one_stands(case: str, tmp_path: Path) -> None:
    row, sentence = BAD[case]
    before = list(NeighbourModel.objects.order_by("pk").values())
    path = tmp_path / "list.csv"
    good = [line.split(",") for line in CSV.read_text().splitlines()[1:]]
    path.write_text(csv_text(COLUMNS, [*good, row]))
    with pytest.raises(Refusal, match=sentence):
        load_neighbours(path=path, vintage="May 2033", by=SYSTEM)
    with pytest.raises(CommandError, match=sentence):
        call_command("import_neighbours", str(path), "--vintage", "May 2033")
    assert list(NeighbourModel.objects.order_by("pk").values()) == before


def test_workbook_without_a_list_is_refused(tmp_path: Path) -> None:
    for name in ("other.xlsx", "other.ods"):
        with pytest.raises(Refusal, match="No sheet of this workbook holds a list of neighbours"):
            read_neighbours(workbook(tmp_path / name, {"Sheet1": [["a", "b"], [1, 2]]}))
    with pytest.raises(Refusal, match="holds no council codes"):
        read_neighbours(workbook(tmp_path / "empty.xlsx", {"7.a": [["Local Authority Code"], ["none"]]}))


@pytest.mark.parametrize("cut", [100, 3000])
def test_damaged_workbook_is_refused(cut: int, tmp_path: Path) -> None:
    path = dfe_workbook(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Refusal, match=r"damaged"):
        read_neighbours(path)
