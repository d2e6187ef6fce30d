"""Limits multiply: a small file may unpack to a large text, and a large text to a table larger than the machine."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings as real_settings

from lg_inform.importers.base import Refusal, check_shape, read_text_table, unpack_gzip

COLUMNS = ("code", "value")
TABLE = b"code,value\nE06000034,1\nE06000035,2\n"


def test_the_shipped_limits_fit_in_an_ordinary_machine() -> None:
    limits = real_settings.IMPORT_LIMITS
    # A cell of text costs pandas about sixty bytes: its object, and the pointer to it.
    assert limits["cells"] * 60 < 2 * 1024**3
    assert limits["bytes"] <= limits["text_bytes"] <= limits["unpacked_bytes"]


@pytest.mark.parametrize(("rows", "columns"), [(2_000_000, 10), (20_000, 1_000), (20_000_000 // 12, 12)])
def test_tables_within_every_limit_are_read(rows: int, columns: int) -> None:
    check_shape(rows, columns)


def test_many_rows_of_many_columns_are_too_many_cells() -> None:
    with pytest.raises(Refusal) as refused:
        check_shape(1_000_000, 500)
    assert str(refused.value) == (
        "The table has 1,000,000 rows of 500 columns, which is 500,000,000 cells. "
        "The most that can be read is 20,000,000 cells. Divide the file, and bring in each part."
    )


def test_a_table_of_too_many_cells_is_refused_before_it_is_parsed(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_LIMITS = settings.IMPORT_LIMITS | {"cells": 5}
    monkeypatch.setattr("pandas.read_csv", lambda *_, **__: pytest.fail("the table was parsed"))
    path = tmp_path / "figures.csv"
    path.write_bytes(TABLE + b"E06000036,3\n")
    with pytest.raises(Refusal, match="8 cells"):
        read_text_table(path, COLUMNS)


@pytest.mark.parametrize("name", ["figures.csv.gz", "figures.csv"])
def test_a_compressed_file_is_unpacked_up_to_the_limit_on_text(tmp_path: Path, settings: object, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TABLE))
    settings.IMPORT_LIMITS = settings.IMPORT_LIMITS | {"text_bytes": len(TABLE)}
    assert len(read_text_table(path, COLUMNS)) == 2
    settings.IMPORT_LIMITS = settings.IMPORT_LIMITS | {"text_bytes": len(TABLE) - 1}
    with pytest.raises(Refusal, match="unpacks to more than 0 MB of text"):
        read_text_table(path, COLUMNS)


def test_a_bomb_of_zeros_is_not_unpacked_whole(tmp_path: Path) -> None:
    limit = real_settings.IMPORT_LIMITS["text_bytes"]
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as packed:
        for _ in range(limit // 2**20 + 2):
            packed.write(bytes(2**20))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(Refusal, match="unpacks to more than 134 MB of text"):
        unpack_gzip(path)
