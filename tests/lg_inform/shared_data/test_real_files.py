"""The real published files, read as an installation reads them, on top of the starter pack that was made from them."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from lg_inform.actions.imports import receive_file, run_import
from lg_inform.actions.neighbours import load_neighbours
from lg_inform.actions.starter_pack import PACK, build_starter_pack
from lg_inform.enums import FindingKind, RunState, Severity
from lg_inform.importers import IMPORTERS
from lg_inform.models import Finding, ImportRun, Metric, Neighbour, NeighbourModel, Observation, StagedFigure
from lg_inform.queries.scorecard import series_of
from slip.audit.actors import SYSTEM
from slip.directory.models import ReportingUnit
from slip.directory.queries import UnitResolver

pytestmark = pytest.mark.xdist_group("real-files")

#: Councils whose code changed and whose figures stand under both in some file: old code to new.
NEW_CODES = {
    "E08000016": "E08000038",  # Barnsley
    "E08000019": "E08000039",  # Sheffield
}
DEFRA_METRICS = 4


def bring_in_all(shared_data: Path) -> list[ImportRun]:
    """Every file of ONS Explore Local Statistics, and Defra's workbook; the runs as they are when all are settled."""
    folder = shared_data / "indicators"
    files = [("ons-els", path) for path in sorted((folder / "ons_els").glob("*.csv"))]
    files.append(("defra-waste", folder / "defra_la_collected_waste_2022-23.ods"))
    runs = []
    for source, path in files:
        companion = IMPORTERS[source].companion_of(path)
        run = receive_file(source=source, path=path, companion=companion, by=SYSTEM, queue=False)
        run_import(run_id=run.pk)
        run.refresh_from_db()
        runs.append(run)
    return runs


@pytest.fixture(scope="module")
def runs(django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared_data: Path) -> Iterator[list[ImportRun]]:
    """All files brought in, in one transaction that is rolled back after this module's tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield bring_in_all(shared_data)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def counted(shared_data: Path) -> dict[str, int]:
    """How many figures each file holds, counted without the portal: places that are known, each once."""
    counts = {}
    for path in sorted((shared_data / "indicators" / "ons_els").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            subjects = {
                (row["indicator"], row["period"], NEW_CODES.get(row["areacd"], row["areacd"]))
                for row in csv.DictReader(file)
                if not row["areacd"].startswith("K99")
            }
        counts[path.name] = len(subjects)
    waste = waste_table(shared_data)
    places = waste["ONS code"].where(waste["ONS code"] != "Total", waste["Region"])
    subjects = set(zip(waste["Year"], places, strict=True))
    counts["defra_la_collected_waste_2022-23.ods"] = len(subjects) * DEFRA_METRICS
    return counts


def waste_table(shared_data: Path) -> pd.DataFrame:
    """Defra's table by pandas alone: the rows that belong to one council, a region or England."""
    path = shared_data / "indicators" / "defra_la_collected_waste_2022-23.ods"
    table = pd.read_excel(path, sheet_name="Table_3", header=3, engine="calamine", dtype=object)
    # Since 2022/23 two councils report as one, under the code of the first.
    table = table[table["ONS code"].notna() & (table["Authority"] != "Mid Suffolk and Babergh District Council")]
    return table[~table["ONS code"].astype(str).str.contains("/")]


def test_every_file_is_read_without_error_or_doubt(runs: list[ImportRun]) -> None:
    assert len(runs) == 32
    assert {
        run.file_name: run.message for run in runs if run.state not in (RunState.PUBLISHED, RunState.UNCHANGED)
    } == {}
    stops = Finding.objects.filter(run__in=runs, severity__in=[Severity.ERROR, Severity.DOUBT])
    assert list(stops.values_list("run__file_name", "message")) == []
    assert not StagedFigure.objects.exists()


def test_no_figure_is_lost_or_made_up(runs: list[ImportRun], counted: dict[str, int]) -> None:
    assert {run.file_name: run.figures_staged for run in runs} == counted


def test_starter_pack_is_a_part_of_the_files_unchanged(runs: list[ImportRun]) -> None:
    """No figure of the pack is changed or removed, and every one is found in the files again."""
    pack = ImportRun.objects.get(source="tidy", state=RunState.PUBLISHED)
    assert {run.file_name: (run.changed, run.removed) for run in runs if run.changed or run.removed} == {}
    assert sum(run.unchanged for run in runs) == pack.added


def test_values_are_those_of_the_files(runs: list[ImportRun], shared_data: Path) -> None:
    """Every value of the published files against what stands, compared as text of the file read by Python alone."""
    metrics = {(m.source_file, m.source_indicator): m.pk for m in Metric.objects.filter(source_system="ons-els")}
    resolver = UnitResolver()
    units = {code: resolver.resolve("gss", code).unit_id for code in codes_in(shared_data)}
    rows = Observation.objects.filter(release__superseded_at=None, release__metric__in=metrics.values())
    standing = {
        (metric, str(start), unit): value
        for metric, start, unit, value in rows.values_list(
            "release__metric_id", "release__period__starts_on", "unit_id", "value"
        )
    }
    found = 0
    for path in sorted((shared_data / "indicators" / "ons_els").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if units[row["areacd"]] is None:
                    continue
                key = metrics[path.stem, row["indicator"]], row["period"].split("/")[0], units[row["areacd"]]
                assert standing[key] == (float(row["observation"]) if row["observation"] else None), (path.name, row)
                found += 1
    assert found > 110_000


def codes_in(shared_data: Path) -> set[str]:
    codes = set()
    for path in (shared_data / "indicators" / "ons_els").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            codes |= {row["areacd"] for row in csv.DictReader(file)}
    return codes


def test_thurrocks_recycling_rate_is_exactly_what_was_published(runs: list[ImportRun]) -> None:
    figure = Observation.objects.get(
        unit__key="thurrock",
        release__metric__key="household-recycling-rate",
        release__superseded_at=None,
        release__ends_on="2023-03-31",
    )
    assert figure.value == 28.5


def test_recycling_rates_have_no_more_digits_than_were_published(runs: list[ImportRun], shared_data: Path) -> None:
    column = "Percentage of household waste sent for reuse, recycling or composting (Ex NI192)"
    table = waste_table(shared_data)
    table = table[(table["ONS code"] != "Total") & (table[column] != "-")]
    published = sorted(float(f"{share * 100:.10g}") for share in table[column] if isinstance(share, float))
    rows = Observation.objects.filter(
        release__metric__key="household-recycling-rate", release__superseded_at=None, value__isnull=False
    ).exclude(unit__kind__in=["region", "nation"])
    assert sorted(rows.values_list("value", flat=True)) == published


def test_barnsleys_series_is_unbroken_under_one_unit(runs: list[ImportRun]) -> None:
    """Files of before 2025 have its old code, later ones the new; a reader sees one council and one line."""
    unit = ReportingUnit.objects.get(key="barnsley")
    metrics = Metric.objects.in_bulk(field_name="key")
    recycling, emissions = metrics["household-recycling-rate"].pk, metrics["greenhouse-gas-emissions"].pk
    series = series_of([unit.pk], [recycling, emissions])
    for metric, first, last in ((recycling, 2011, 2023), (emissions, 2005, 2023)):
        points = series[metric, unit.pk]
        assert [point.span.ends_on.year for point in points] == list(range(first, last + 1))
        assert all(point.figure.value is not None for point in points)
    sheffield = ReportingUnit.objects.get(key="sheffield")
    assert len(series_of([sheffield.pk], [recycling])[recycling, sheffield.pk]) == 13


def test_old_codes_and_double_rows_are_noted(runs: list[ImportRun]) -> None:
    kinds = set(Finding.objects.filter(run__in=runs).values_list("kind", flat=True))
    assert {FindingKind.OLD_CODE, FindingKind.DUPLICATE, FindingKind.LEFT_OUT} <= kinds


def test_every_file_again_changes_nothing(runs: list[ImportRun], shared_data: Path) -> None:
    figures = Observation.objects.count()
    again = bring_in_all(shared_data)
    assert {run.state for run in again} == {RunState.UNCHANGED}
    assert [run.unchanged for run in again] == [run.figures_staged for run in runs]
    assert Observation.objects.count() == figures
    assert not StagedFigure.objects.exists()


@pytest.mark.parametrize(
    ("name", "vintage", "models"),
    [
        (
            "ons_clusters_and_nearest_neighbours.xlsx",
            "February 2025",
            ["ons-demographic", "ons-economic", "ons-global"],
        ),
        ("dfe_childrens_sn_may_2025.xlsx", "May 2025", ["dfe-children"]),
    ],
)
def test_workbooks_of_neighbours_are_the_lists_of_the_starter_pack(
    name: str, vintage: str, models: list[str], runs: list[ImportRun], shared_data: Path
) -> None:
    before = list(NeighbourModel.objects.order_by("pk").values())
    loaded = load_neighbours(path=shared_data / "neighbours" / name, vintage=vintage, by=SYSTEM)
    assert loaded == dict.fromkeys(models, 0)
    assert list(NeighbourModel.objects.order_by("pk").values()) == before


def test_neighbours_are_those_of_the_publishers_own_long_lists(runs: list[ImportRun], shared_data: Path) -> None:
    """The same lists in other files, read by pandas alone."""
    folder = shared_data / "neighbours"
    ons = pd.read_csv(folder / "derived" / "ons_nearest_neighbours_long.csv", dtype=str)
    dfe = pd.read_csv(folder / "dfe_childrens_sn_2025_long.csv", dtype=str).assign(model="children")
    resolver = UnitResolver()
    rows = Neighbour.objects.filter(model__superseded_at=None)
    for prefix, table in (("ons", ons), ("dfe", dfe[["model", "la_code", "SN", "SN_code"]])):
        expected = {
            (
                f"{prefix}-{model}",
                resolver.resolve("gss", code).unit_id,
                int(rank),
                resolver.resolve("gss", other).unit_id,
            )
            for model, code, rank, other in table.itertuples(index=False)
        }
        stored = {
            (row.model.key, row.unit_id, row.position, row.neighbour_id): row.unit
            for row in rows.filter(model__key__startswith=prefix).select_related("model", "unit__organisation")
        }
        assert expected <= stored.keys()
        assert len(expected) == len(table)
        # DfE's workbook also keeps, below the list, those of councils that have ended.
        assert all(stored[more].organisation.ended_on for more in stored.keys() - expected)


def test_starter_pack_rebuilt_from_the_files_is_the_one_that_ships(runs: list[ImportRun], tmp_path: Path) -> None:
    build_starter_pack(folder=tmp_path)
    names = sorted(path.name for path in PACK.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert [name for name in names if (tmp_path / name).read_bytes() != (PACK / name).read_bytes()] == []
