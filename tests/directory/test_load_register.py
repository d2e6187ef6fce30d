"""Loading the register: all or nothing, again and again, beside what people entered."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import DjangoAssertNumQueries

from slip.audit.models import Event
from slip.directory import actions
from slip.directory.actions import load_register
from slip.directory.enums import ChangeKind, Nation, Tier, UnitKind
from slip.directory.models import Code, Containment, Name, Organisation, RegisterEdition, ReportingUnit, Succession
from slip.directory.register_files import REGISTER_FOLDER, ROW_TYPES, RegisterError, read_register

pytestmark = pytest.mark.django_db

TABLES = (ReportingUnit, Organisation, Code, Name, Succession, Containment)

SAMPLE = {
    "organisations.csv": "key,name,official_name,tier,nation,shadow_from,started_on,ended_on\n"
    "ashton,Ashton,Ashton Borough Council,district,england,,,2031-04-01\n"
    "mercia,Mercia,Mercia Council,unitary,england,2030-05-02,2031-04-01,\n",
    "areas.csv": "key,name,kind,nation\nmidlands,Midlands,region,england\n",
    "codes.csv": "unit,scheme,code,start,end\nashton,gss,E07009001,,2031-04-01\nmercia,gss,E06009001,2031-04-01,\n",
    "names.csv": "unit,name\nashton,Ashton\nashton,Ashton-on-Sea\nmercia,Mercia\n",
    "successions.csv": "predecessor,successor,on,kind\nashton,mercia,2031-04-01,merger\n",
    "containments.csv": "unit,container,start,end\nashton,midlands,,2031-04-01\nmercia,midlands,2031-04-01,\n",
}


@pytest.fixture
def sample(tmp_path: Path) -> Callable[..., Path]:
    """A small register in a folder, with one piece of text in it replaced where asked."""

    def write(file: str = "", old: str = "", new: str = "") -> Path:
        for name, text in SAMPLE.items():
            if name == file:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the shipped register, to change."""
    for row_type in ROW_TYPES:
        shutil.copy(REGISTER_FOLDER / row_type.file, tmp_path)
    return tmp_path


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def everything() -> list[list[tuple]]:
    return [list(model.objects.order_by("pk").values_list()) for model in TABLES]


def test_the_shipped_register_is_in_the_tables_row_for_row() -> None:
    register = read_register()
    assert RegisterEdition.objects.count() == 1
    assert set(Organisation.objects.values_list("key", "started_on", "ended_on", "reporting_unit__key")) == {
        (row.key, row.started_on, row.ended_on, row.key) for row in register.organisations
    }
    assert Code.objects.count() == len(register.codes)
    assert Containment.objects.count() == len(register.containments)
    assert Succession.objects.count() == len(register.successions)
    assert set(Name.objects.values_list("unit__key", "text")) == {(row.unit, row.name) for row in register.names}


def test_loading_again_does_nothing_and_asks_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    before = everything()
    with django_assert_num_queries(1):
        loaded = load_register()
    assert (loaded.was_new, loaded.added, loaded.changed, loaded.removed) == (False, 0, 0, 0)
    assert everything() == before
    assert str(loaded).startswith("The register is up to date (503 organisations)")


def test_the_same_facts_under_another_digest_change_no_row() -> None:
    RegisterEdition.objects.update(digest="0" * 64)
    before = everything()
    loaded = load_register()
    assert (loaded.was_new, loaded.added, loaded.changed, loaded.removed) == (True, 0, 0, 0)
    assert everything() == before


def test_a_new_edition_adds_changes_and_removes_its_own_rows(shipped: Path) -> None:
    edit(
        shipped, "organisations.csv", "thurrock,Thurrock,Thurrock Council", "thurrock,Thurrock,Thurrock Borough Council"
    )
    edit(shipped, "names.csv", "kingston-upon-hull,Hull\n", "kingston-upon-hull,Kingston\n")
    loaded = load_register(folder=shipped)
    assert (loaded.added, loaded.changed, loaded.removed) == (1, 1, 1)
    assert Organisation.objects.get(key="thurrock").official_name == "Thurrock Borough Council"
    assert not Name.objects.filter(normalised="hull").exists()
    assert Event.objects.filter(verb="load_register", sentence=str(loaded)).exists()


def test_codes_may_change_hands_in_one_loading(shipped: Path) -> None:
    text = (shipped / "codes.csv").read_text()
    text = text.replace("thurrock,gss,E06000034", "thurrock,gss,SWAP").replace(
        "medway,gss,E06000035", "medway,gss,E06000034"
    )
    (shipped / "codes.csv").write_text(text.replace("thurrock,gss,SWAP", "thurrock,gss,E06000035"))
    load_register(folder=shipped)
    assert Code.objects.get(code="E06000034").unit.key == "medway"
    assert Code.objects.get(code="E06000035").unit.key == "thurrock"


def test_rows_entered_by_hand_survive_a_new_edition(shipped: Path) -> None:
    vesting = date(2027, 4, 1)
    unit = ReportingUnit.objects.create(
        key="west-surrey", name="West Surrey", kind=UnitKind.ORGANISATION, nation=Nation.ENGLAND, tier=Tier.UNITARY
    )
    new = Organisation.objects.create(
        key="west-surrey", name="West Surrey", official_name="West Surrey Council", tier=Tier.UNITARY,
        nation=Nation.ENGLAND, reporting_unit=unit, started_on=vesting,
    )  # fmt: skip
    Code.objects.create(unit=unit, scheme="gss", code="E06000901", during=DateRange(vesting, None))
    surrey = Organisation.objects.get(key="surrey")
    Organisation.objects.filter(pk=surrey.pk).update(ended_on=vesting)
    Code.objects.filter(code="E10000030").update(during=DateRange(None, vesting))
    Containment.objects.filter(unit__key="woking", container__key="surrey").update(during=DateRange(None, vesting))
    Succession.objects.create(predecessor=surrey, successor=new, on=vesting, kind=ChangeKind.SPLIT)

    edit(shipped, "organisations.csv", "Surrey County Council", "The Surrey County Council")
    loaded = load_register(folder=shipped)

    assert (loaded.added, loaded.changed, loaded.removed) == (0, 1, 0)
    surrey.refresh_from_db()
    assert (surrey.official_name, surrey.ended_on) == ("The Surrey County Council", vesting)
    assert Code.objects.get(code="E10000030").during.upper == vesting
    assert Code.objects.get(code="E06000901").unit == unit
    assert Containment.objects.get(unit__key="woking", container__key="surrey").during.upper == vesting
    assert Succession.objects.filter(successor=new).exists()


def test_the_register_takes_over_a_body_that_was_entered_by_hand(shipped: Path) -> None:
    Organisation.objects.create(
        key="mercia", name="Mercia", official_name="Mercia Shadow Authority", tier=Tier.UNITARY,
        nation=Nation.ENGLAND, shadow_from=date(2030, 5, 2), started_on=date(2031, 4, 1),
    )  # fmt: skip
    with (shipped / "organisations.csv").open("a") as file:
        file.write("mercia,Mercia,Mercia Council,unitary,england,2030-05-02,2031-04-01,\n")
    load_register(folder=shipped)
    mercia = Organisation.objects.get(key="mercia")
    assert (mercia.official_name, mercia.from_register, mercia.shadow_from) == (
        "Mercia Council",
        True,
        date(2030, 5, 2),
    )
    assert mercia.reporting_unit is not None


def test_a_register_that_contradicts_what_was_entered_loads_nothing(shipped: Path) -> None:
    thurrock = ReportingUnit.objects.get(key="thurrock")
    Code.objects.create(unit=thurrock, scheme="itl", code="TLX", during=DateRange(None, None))
    with (shipped / "codes.csv").open("a") as file:
        file.write("medway,itl,TLX,,\n")
    edit(shipped, "organisations.csv", "Thurrock Council", "Another Council")
    before = everything()
    with pytest.raises(RegisterError, match=r"one code would name two units at the same time.*TLX"):
        load_register(folder=shipped)
    assert everything() == before
    assert RegisterEdition.objects.count() == 1


def test_bodies_that_a_register_lacks_stay_but_their_codes_go(sample: Callable[..., Path]) -> None:
    load_register(folder=sample())
    assert Organisation.objects.filter(key__in=["thurrock", "ashton", "mercia"]).count() == 3
    assert set(Code.objects.values_list("code", flat=True)) == {"E07009001", "E06009001"}


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("organisations.csv", "2031-04-01\n", "1 April 2031\n", "line 2: ended_on “1 April 2031” is not a date"),
        ("organisations.csv", "district", "parish", "line 2: tier “parish” is not one of district, county"),
        ("organisations.csv", "mercia,Mercia,", "ashton,Mercia,", "line 3: ashton is already on line 2"),
        ("organisations.csv", ",Ashton,", ",,", "line 2: name is empty"),
        ("organisations.csv", "key,name", "code,name", "should begin with the columns key,name,official_name"),
        ("organisations.csv", "2030-05-02,2031-04-01,", "2030-05-02,2031-04-01,2031-04-01", "not after its start"),
        ("organisations.csv", ",england,,,2031-04-01", ",england", "line 2: there are not 8 cells"),
        ("areas.csv", "region", "organisation", "line 2: kind “organisation” is not one of county_area"),
        ("areas.csv", "midlands,M", "mercia,M", "mercia is both in organisations.csv and in areas.csv"),
        ("codes.csv", "mercia,gss", "mercy,gss", "codes.csv: unit mercy is not in organisations.csv or areas.csv"),
        ("codes.csv", "gss,E07009001,,2031-04-01", "gss,E07009001,2031-04-01,2031-04-01", "not after its start"),
        ("successions.csv", "2031-04-01", "", "line 2: on is empty"),
        ("successions.csv", "mercia", "midlands", "successor midlands is not in organisations.csv"),
        ("containments.csv", "mercia,midlands", "mercia,moon", "container moon is not in"),
    ],
)
def test_a_malformed_file_gets_a_sentence_and_nothing_is_loaded(
    sample: Callable[..., Path], file: str, old: str, new: str, sentence: str
) -> None:
    before = everything()
    with pytest.raises(RegisterError) as caught:
        load_register(folder=sample(file, old, new))
    assert sentence in str(caught.value)
    assert file in str(caught.value)
    assert everything() == before


def test_two_codes_at_a_time_within_a_register_are_refused(sample: Callable[..., Path]) -> None:
    before = everything()
    folder = sample("codes.csv", "mercia,gss,E06009001,2031-04-01,\n", "ashton,gss,E06009001,2030-04-01,\n")
    with pytest.raises(RegisterError, match="one unit would have two codes of one kind at the same time"):
        load_register(folder=folder)
    assert everything() == before


def test_a_missing_file_an_empty_one_and_a_wrong_encoding_are_named(sample: Callable[..., Path]) -> None:
    folder = sample()
    (folder / "names.csv").write_bytes("unit,name\nashton,Ynys Môn\n".encode("latin-1"))
    with pytest.raises(RegisterError, match=r"names\.csv is not UTF-8 text"):
        load_register(folder=folder)
    (folder / "names.csv").write_bytes(b"")
    with pytest.raises(RegisterError, match=r"names\.csv should begin with the columns unit,name, but has nothing"):
        load_register(folder=folder)
    (folder / "names.csv").unlink()
    with pytest.raises(RegisterError, match=r"no file names\.csv"):
        load_register(folder=folder)


def test_many_faults_are_counted_after_the_first_ten(sample: Callable[..., Path]) -> None:
    rows = "".join(f"nobody,gss,E{number},,\n" for number in range(15))
    folder = sample("codes.csv", "ashton,gss,E07009001,,2031-04-01\n", rows)
    with pytest.raises(RegisterError) as caught:
        load_register(folder=folder)
    assert str(caught.value).count("\n") == 10
    assert str(caught.value).endswith("There are 5 more faults.")


def test_an_end_that_is_taken_back_by_a_fault_later_on_is_not_kept(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(actions, "record_event", fail)
    edit(shipped, "organisations.csv", "Thurrock Council", "Another Council")
    before = everything()
    with pytest.raises(OSError, match="disk"):
        load_register(folder=shipped)
    assert everything() == before


def test_the_command_says_one_line_and_refuses_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("load_register")
    assert capsys.readouterr().out == "The register is up to date (503 organisations).\n"

    def refuse() -> None:
        raise RegisterError("names.csv is not UTF-8 text (byte 3).")

    monkeypatch.setattr("slip.directory.management.commands.load_register.load_register", refuse)
    with pytest.raises(CommandError, match=r"names\.csv is not UTF-8"):
        call_command("load_register")


def test_it_is_loaded_by_the_login_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user GROUP BY 1")
        assert cursor.fetchone() is None
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("slip_app",)
    RegisterEdition.objects.update(digest="0" * 64)
    assert load_register().was_new
