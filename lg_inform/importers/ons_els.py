"""ONS Explore Local Statistics: one CSV per topic, with a JSON file of metadata beside it (Open Government Licence).

Columns: areacd, areanm, geography, indicator, period, observation, measure, unit, lci_95, uci_95, status, notes.
Periods are ISO 8601 intervals or days. Missing values are an empty observation with a letter in `status`; some files
hold a whole sentence there instead, which is a note about a value that is present.
"""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from lg_inform.calculations.periods import PeriodNotUnderstood, Span, read_interval
from lg_inform.enums import FindingKind, Severity, ValueState
from lg_inform.importers.base import EditionFacts, Importer, MetricSource, Reading, Refusal, Remark, read_text_table

_COLUMNS = ("areacd", "indicator", "period", "observation", "lci_95", "uci_95", "status", "notes")

#: A note that takes back what the number beside it says.
_UNRELIABLE = "Estimate and confidence interval unreliable"
#: A note about the code and not the figure; the quality report says it once for all.
_OBSOLETE = "Obsolete code since"


class OnsExploreLocalStatistics(Importer):
    key = "ons-els"
    name = "ONS Explore Local Statistics"
    symbols = {
        "": ValueState.MISSING,
        "x": ValueState.MISSING,
        "c": ValueState.SUPPRESSED,
        "z": ValueState.NOT_APPLICABLE,
        "u": ValueState.UNRELIABLE,
        "e": ValueState.ESTIMATED,
        "p": ValueState.PROVISIONAL,
        "unreliable": ValueState.LOW_RELIABILITY,
    }
    # "Area unknown" is no place.
    ignored_code_prefixes = ("K99",)

    def companion_of(self, path: Path) -> Path | None:
        companion = path.with_suffix(".json")
        return companion if companion.exists() else None

    def read(self, path: Path, name: str, companion: Path | None, metrics: list[MetricSource]) -> Reading:
        table = read_text_table(path, _COLUMNS)
        # A second download is called "sports-facilities (1).csv".
        stem = re.sub(r"\s*\(\d+\)$", "", Path(name).stem)
        wanted = {metric.indicator: metric for metric in metrics if metric.file == stem}
        if not wanted:
            raise Refusal(
                f"No metric is defined for a file called {stem}. Give the file its first name, or define one."
            )
        known = table["indicator"].isin(wanted)
        if not known.any():
            found = ", ".join(f"“{text}”" for text in table["indicator"].unique()[:5])
            raise Refusal(f"No metric is defined for the indicators in this file: {found}.")
        remarks = []
        if not known.all():
            others = table.loc[~known, "indicator"].unique()
            remarks.append(
                Remark(
                    Severity.NOTE,
                    FindingKind.UNKNOWN_METRIC,
                    f"Left out, because no metric is defined for it: {', '.join(others[:5])}.",
                    count=int((~known).sum()),
                )
            )
        rows = table[known]
        spans: dict[tuple[str, str], Span | None] = {}
        for indicator, text in rows[["indicator", "period"]].drop_duplicates().itertuples(index=False):
            try:
                span = read_interval(text, basis=wanted[indicator].basis)
                spans[indicator, text] = span if span.starts_on <= span.ends_on else None
            except PeriodNotUnderstood:
                spans[indicator, text] = None
        status = rows["status"].str.strip()
        is_symbol = status.isin(list(self.symbols))
        value = rows["observation"].str.strip()
        note = rows["notes"].where(is_symbol, status)
        symbol = status.where(is_symbol, "")
        symbol = symbol.mask(note.str.startswith(_UNRELIABLE) & (value != ""), "unreliable")
        note = note.mask(note.str.startswith(_OBSOLETE), "")
        figures = pd.DataFrame(
            {
                "line": rows.index,
                "metric": rows["indicator"].map({text: metric.key for text, metric in wanted.items()}),
                "span": [spans[pair] for pair in zip(rows["indicator"], rows["period"], strict=True)],
                "code": rows["areacd"].str.strip(),
                "value": value,
                "lower": rows["lci_95"],
                "upper": rows["uci_95"],
                "symbol": symbol,
                "note": note,
            }
        )
        return Reading(figures, self._editions(companion, wanted), rows=len(table), remarks=remarks)

    def _editions(self, companion: Path | None, wanted: dict[str, MetricSource]) -> dict[str, EditionFacts]:
        if companion is None:
            return {metric.key: EditionFacts() for metric in wanted.values()}
        try:
            content = json.loads(companion.read_text(encoding="utf-8-sig"))["ess-beta-metadata"]
            shared = content if "label" in content else content.get("shared", {})
            return {
                metric.key: _facts(shared | (content.get(indicator, {}) if "label" not in content else {}))
                for indicator, metric in wanted.items()
            }
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Refusal(
                f"The metadata file {companion.name} cannot be read: it is damaged or in another layout."
            ) from error


def _facts(said: dict[str, Any]) -> EditionFacts:
    # Several publishers or dates stand in one text, separated by "|".
    return EditionFacts(
        publisher=" and ".join(dict.fromkeys(str(said.get("sourceOrg") or "").split("|")))[:200],
        published_on=_first_date(str(said.get("sourceDate") or "")),
        url=str(said.get("sourceURL") or "").split("|")[0][:500],
        in_development=said.get("experimentalStatistic") == "T",
        caveats=str(said.get("caveats") or ""),
    )


def _first_date(text: str) -> date | None:
    try:
        return datetime.strptime(text.split("|")[0].strip(), "%d/%m/%Y").date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        return None
