"""The shipped register is what the published lists give, and every area in files of figures is in it."""

from pathlib import Path

import pandas as pd
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from slip.directory.importers.compilation import Compilation, compile_from
from slip.directory.register_files import REGISTER_FOLDER, ROW_TYPES, read_register, render, write_register


@pytest.fixture(scope="module")
def compilation(shared_data: Path) -> Compilation:
    return compile_from(shared_data)


def test_the_shipped_files_equal_a_fresh_compilation(compilation: Compilation) -> None:
    for row_type, rows in compilation.register.files():
        assert render(row_type, rows) == (REGISTER_FOLDER / row_type.file).read_bytes(), row_type.file


def test_compiling_again_gives_the_same_bytes(
    shared_data: Path, compilation: Compilation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_register(compilation.register, tmp_path / "first")
    call_command("compile_register", str(shared_data), "--to", str(tmp_path / "second"))
    for row_type in ROW_TYPES:
        first, second = ((tmp_path / name / row_type.file).read_bytes() for name in ("first", "second"))
        assert first == second
    said = capsys.readouterr().out.splitlines()
    assert said[:-1] == list(compilation.remarks)
    assert said[-1].startswith("Wrote 503 rows of organisations.csv")


def test_disagreements_are_told_in_sentences(compilation: Compilation) -> None:
    assert (
        "Forest Heath lay in Suffolk according to ONS, in Surrey according to mySociety; ONS is followed."
    ) in compilation.remarks
    assert "Birmingham began on 1974-04-01 (reviewed); mySociety has 1996-07-01." in compilation.remarks
    assert all(remark.endswith(".") for remark in compilation.remarks)
    assert not [remark for remark in compilation.remarks if "no region." in remark or "should lie" in remark]


def test_every_area_code_in_the_files_of_figures_is_known_but_for_the_remainder(shared_data: Path) -> None:
    known = {row.code for row in read_register().codes if row.scheme in {"gss", "itl"}}
    used: set[str] = set()
    for path in (shared_data / "indicators" / "ons_els").glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", usecols=["areacd"])
        used |= set(frame["areacd"])
    assert used - known == {"K99000004"}
    waste = pd.read_excel(
        shared_data / "indicators" / "defra_la_collected_waste_2022-23.ods",
        sheet_name="Table_3", header=3, usecols=["ONS code"], dtype=str, engine="calamine",
    )  # fmt: skip
    assert set(waste["ONS code"].dropna()) - known == {"Total", "E07000150 / E07000153"}


def test_every_neighbour_and_every_changed_code_is_known(shared_data: Path) -> None:
    known = {(row.scheme, row.code) for row in read_register().codes}
    ons = pd.read_csv(shared_data / "neighbours" / "derived" / "ons_nearest_neighbours_long.csv", dtype=str)
    assert {("gss", code) for code in {*ons["area_code"], *ons["neighbour_code"]}} <= known
    changes = pd.read_csv(shared_data / "register" / "ons_area_changes_2018_2025.csv", dtype=str, encoding="utf-8-sig")
    codes = {*changes["oldcd"].dropna(), *changes["newcd"].dropna()}
    assert {("gss", code) for code in codes} <= known
    numbers = pd.read_csv(shared_data / "register" / "dfe_la_number_lookup.csv", dtype=str)
    assert {("dfe_number", number) for number in numbers["old_la_code"]} <= known


def test_a_folder_without_the_lists_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no register/mysociety/uk_local_authorities\.csv in"):
        call_command("compile_register", str(tmp_path), "--to", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
