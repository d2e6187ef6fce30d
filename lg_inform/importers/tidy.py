"""The portal's own tidy format: one figure per row, one row of facts per metric in a TOML file beside it.

It is the format of the starter pack, and the plainest way to bring in figures that are already in order.
Columns: metric, basis, starts_on, ends_on, code, value, lower, upper, symbol, note.
"""

import tomllib
from datetime import date
from pathlib import Path

import pandas as pd

from lg_inform.calculations.periods import Span
from lg_inform.enums import Basis, ValueState
from lg_inform.importers.base import EditionFacts, Importer, MetricSource, Reading, Refusal, read_text_table

COLUMNS = ("metric", "basis", "starts_on", "ends_on", "code", "value", "lower", "upper", "symbol", "note")
#: Words that stand for a state in the tidy format.
STATE_WORDS = {state.name.lower(): state for state in ValueState if state is not ValueState.VALUE}


class TidyFigures(Importer):
    key = "tidy"
    name = "Tidy figures"
    scales_values = False
    symbols = {"": ValueState.MISSING, **STATE_WORDS}

    def takes(self, path: Path) -> bool:
        return path.name.endswith((".csv", ".csv.gz"))

    def companion_of(self, path: Path) -> Path | None:
        companion = path.with_name(path.name.split(".")[0] + ".toml")
        return companion if companion.exists() else None

    def read(self, path: Path, name: str, companion: Path | None, metrics: list[MetricSource]) -> Reading:
        table = read_text_table(path, COLUMNS)
        known = {metric.key for metric in metrics}
        unknown = sorted(set(table["metric"]) - known)
        if unknown:
            raise Refusal(f"No metric is defined for: {', '.join(unknown[:5])}.")
        parts = ["basis", "starts_on", "ends_on"]
        spans = {tuple(row): _span(*row) for row in table[parts].drop_duplicates().itertuples(index=False)}
        figures = pd.DataFrame(
            {
                "line": table.index,
                "metric": table["metric"],
                "span": [spans[key] for key in zip(*(table[part] for part in parts), strict=True)],
                **{column: table[column] for column in ("code", "value", "lower", "upper", "symbol", "note")},
            }
        )
        return Reading(figures, self._editions(companion, set(table["metric"])), rows=len(table))

    def _editions(self, companion: Path | None, keys: set[str]) -> dict[str, EditionFacts]:
        said: dict[str, dict] = {}
        if companion is not None:
            try:
                said = tomllib.loads(companion.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise Refusal(f"The facts file {companion.name} cannot be read: it is damaged or no TOML.") from error
            for key, facts in said.items():
                if not isinstance(facts, dict) or not isinstance(facts.get("published_on"), date | None):
                    raise Refusal(f"The facts file {companion.name} does not say when {key} was published as a date.")
        return {
            key: EditionFacts(
                publisher=said.get(key, {}).get("publisher", ""),
                published_on=said.get(key, {}).get("published_on"),
                url=said.get(key, {}).get("url", ""),
                in_development=said.get(key, {}).get("in_development", False),
            )
            for key in keys
        }


def _span(basis: str, starts_on: str, ends_on: str) -> Span | None:
    try:
        span = Span(Basis(basis).value, date.fromisoformat(starts_on), date.fromisoformat(ends_on))
    except ValueError:
        return None
    return span if span.starts_on <= span.ends_on else None
