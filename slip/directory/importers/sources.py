"""Reading the published lists that the register is compiled from. Nothing is judged here; cells stay text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

#: Beginnings of area codes that are regions, nations, groups of nations or statistical areas, not councils.
AREA_CODES = r"^(?:E11|E12|E13|E67|E92|K\d\d|N92|S92|W92|TL[A-Z])"
#: Waste authorities, in Defra's table.
WASTE_CODES = r"^E50\d{6}$"


def rows_of(frame: pd.DataFrame) -> list[dict[str, str]]:
    """The rows of a frame of text as mappings of column to cell."""
    return [dict(zip(frame.columns, cells, strict=True)) for cells in frame.itertuples(index=False, name=None)]


class SourceMissing(FileNotFoundError):
    """A published list is not in the folder; the message is a sentence naming it."""


@dataclass(frozen=True)
class SharedData:
    """A folder of lists, as docs/how-to/compile-the-register.md says. Frames hold text; a blank cell is ""."""

    folder: Path

    def _file(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        if not path.exists():
            raise SourceMissing(f"There is no {'/'.join(parts)} in {self.folder}.")
        return path

    def _csv(self, *parts: str) -> pd.DataFrame:
        frame = pd.read_csv(self._file(*parts), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return frame.apply(lambda column: column.str.strip())

    @cached_property
    def councils(self) -> pd.DataFrame:
        """mySociety: one row per UK authority past and present."""
        return self._csv("register", "mysociety", "uk_local_authorities.csv")

    @cached_property
    def council_names(self) -> pd.DataFrame:
        """mySociety: la-name, local-authority-code."""
        return self._csv("register", "mysociety", "lookup_name_to_registry.csv")

    @cached_property
    def outturn(self) -> pd.DataFrame:
        """MHCLG revenue outturn 2024-25: e_code, ons_code, name, class, detailed_class."""
        return self._csv("register", "derived", "authorities_england_2024-25_from_RSX.csv")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """ONS: oldcd, oldnm, newcd, newnm, type, start (a year)."""
        return self._csv("register", "ons_area_changes_2018_2025.csv")

    @cached_property
    def lookup_2014(self) -> pd.DataFrame:
        """ONS: each district of 2014 with its county, metropolitan county, combined authority, region and country."""
        return self._csv("register", "ons_ltla_2014_lookup.csv")

    @cached_property
    def lookup_2023(self) -> pd.DataFrame:
        """ONS: each district of England and Wales in April 2023 with its upper tier, and names in Welsh."""
        return self._csv("register", "ons_ltla_utla_apr2023.csv")

    @cached_property
    def dfe_numbers(self) -> pd.DataFrame:
        """DfE: la_code (GSS), old_la_code (number), la_name."""
        return self._csv("register", "dfe_la_number_lookup.csv")

    @cached_property
    def dfe_list(self) -> pd.DataFrame:
        """DfE: number, name, region (Inner or Outer London among them), type; ended authorities included."""
        frame = pd.read_excel(
            self._file("register", "dfe_la_code_list.xlsx"), dtype=str, keep_default_na=False, engine="calamine"
        )
        frame.columns = ["number", "name", "region", "type"]
        return frame.fillna("").apply(lambda column: column.str.strip())

    @cached_property
    def ons_names(self) -> dict[str, str]:
        """ONS boundary file: area code to name."""
        topology = json.loads(self._file("boundaries", "uk_2014_2025.topojson").read_text())
        layers: Iterable[dict] = topology["objects"].values()
        areas = (shape["properties"] for layer in layers for shape in layer["geometries"])
        return {area["areacd"]: area["areanm"] for area in areas}

    @cached_property
    def statistical_areas(self) -> pd.DataFrame:
        """Code and name of every area, other than a council, that ONS or Defra publish figures for; sorted by code."""
        files = sorted(self._file("indicators", "ons_els").glob("*.csv"))
        frames = [pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig") for path in files]
        ons = pd.concat([frame[["areacd", "areanm"]].drop_duplicates() for frame in frames])
        ons = ons[ons["areacd"].str.match(AREA_CODES)].set_axis(["code", "name"], axis=1)
        waste = pd.read_excel(
            self._file("indicators", "defra_la_collected_waste_2022-23.ods"),
            sheet_name="Table_3",
            header=3,
            usecols=["ONS code", "Authority"],
            dtype=str,
            keep_default_na=False,
            engine="calamine",
        ).set_axis(["code", "name"], axis=1)
        waste = waste[waste["code"].fillna("").str.match(WASTE_CODES)]
        both = pd.concat([ons, waste]).drop_duplicates("code").sort_values("code", ignore_index=True)
        return both.apply(lambda column: column.str.strip())
