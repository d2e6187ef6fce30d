"""From a file as read to staged rows: areas resolved, numbers parsed, states given, duplicates found, COPY."""

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import pandas as pd
from django.db import connection

from lg_inform.calculations.periods import Span
from lg_inform.calculations.scaling import scale_decimal
from lg_inform.enums import FIRST_STATE_WITHOUT_VALUE, FindingKind, Severity, ValueState
from lg_inform.importers.base import Importer, MetricSource, Reading, Remark
from lg_inform.models import Metric, Period
from slip.directory.queries import UnitResolver

LINES_KEPT = 20
_STAGED_COLUMNS = ("run_id", "line", "metric_id", "period_id", "unit_id", "value", "lower", "upper", "state", "note")


@dataclass
class Staged:
    """What became of a reading: how many figures were staged, and everything that was found on the way."""

    figures: int
    remarks: list[Remark]

    @property
    def is_refused(self) -> bool:
        return any(remark.severity == Severity.ERROR for remark in self.remarks)


def _remark(severity: Severity, kind: FindingKind, message: str, lines: Iterable[int]) -> Remark:
    every = sorted(set(lines))  # a wide table holds several figures on a line
    return Remark(severity, kind, message, count=len(every), lines=tuple(every[:LINES_KEPT]))


def _quoted(texts: Iterable[str], most: int = 5) -> str:
    distinct = list(dict.fromkeys(texts))
    shown = ", ".join(f"“{text}”" for text in distinct[:most])
    return f"{shown} and {len(distinct) - most} more" if len(distinct) > most else shown


def stage(*, run_id: int, reading: Reading, importer: Importer, metrics: Mapping[str, Metric]) -> Staged:
    """Turn a reading into rows of StagedFigure for this run. Nothing is staged where a remark is an error."""
    remarks = list(reading.remarks)
    frame = reading.figures
    frame = _with_periods(frame, remarks)
    frame = _with_units(frame, importer, remarks)
    frame = _with_numbers(frame, importer, metrics, remarks)
    frame = _without_duplicates(frame, remarks)
    staged = Staged(figures=len(frame), remarks=remarks)
    if not len(frame) and not staged.is_refused:
        remarks.append(
            Remark(
                Severity.ERROR,
                FindingKind.UNKNOWN_LAYOUT,
                "No row of the file could be used: no code in it belongs to a council or area that is known.",
            )
        )
    if not staged.is_refused:
        _copy(run_id, frame, metrics)
    return staged


def _with_periods(frame: pd.DataFrame, remarks: list[Remark]) -> pd.DataFrame:
    bad = frame["span"].isna()
    if bad.any():
        remarks.append(
            _remark(
                Severity.ERROR,
                FindingKind.BAD_PERIOD,
                "The period cannot be understood.",
                frame.loc[bad, "line"].tolist(),
            )
        )
        frame = frame[~bad]
    return frame


def _with_units(frame: pd.DataFrame, importer: Importer, remarks: list[Remark]) -> pd.DataFrame:
    if importer.ignored_code_prefixes:
        ignored = frame["code"].str.startswith(importer.ignored_code_prefixes)
        if ignored.any():
            codes = _quoted(frame.loc[ignored, "code"])
            remarks.append(
                _remark(
                    Severity.NOTE,
                    FindingKind.LEFT_OUT,
                    f"Rows for areas that are not councils, regions or nations were left out: {codes}.",
                    frame.loc[ignored, "line"].tolist(),
                )
            )
            frame = frame[~ignored]
    resolver = UnitResolver()
    resolved = {code: resolver.resolve(importer.scheme, code) for code in frame["code"].unique()}
    units = frame["code"].map({code: found.unit_id for code, found in resolved.items()})
    unknown = units.isna()
    if unknown.any():
        codes = _quoted(code or "blank" for code in frame.loc[unknown, "code"])
        remarks.append(
            _remark(
                Severity.DOUBT,
                FindingKind.UNKNOWN_UNIT,
                f"These codes belong to no council or area that is known: {codes}. Their rows are left out.",
                frame.loc[unknown, "line"].tolist(),
            )
        )
    old = {code for code, found in resolved.items() if found.unit_id is not None and not found.is_current_code}
    if old:
        remarks.append(
            _remark(
                Severity.NOTE,
                FindingKind.OLD_CODE,
                f"Codes no longer in use were read as the council or area they stood for: {_quoted(sorted(old))}.",
                frame.loc[frame["code"].isin(old), "line"].tolist(),
            )
        )
    frame = frame[~unknown].assign(unit_id=units[~unknown].astype("int64"))
    ended = {found.unit_id: found.ended_on for found in resolved.values() if found.ended_on is not None}
    _note_figures_after_end(frame, ended, remarks)
    return frame


def _note_figures_after_end(frame: pd.DataFrame, ended: Mapping[int, date], remarks: list[Remark]) -> None:
    candidates = frame[frame["unit_id"].isin(list(ended))]
    late = [
        (line, code)
        for line, code, unit_id, span in candidates[["line", "code", "unit_id", "span"]].itertuples(index=False)
        if span.starts_on >= ended[unit_id]
    ]
    if late:
        remarks.append(
            _remark(
                Severity.NOTE,
                FindingKind.AFTER_END,
                "Figures for a time after the council had ended were kept under that council: "
                f"{_quoted(code for _, code in late)}.",
                [line for line, _ in late],
            )
        )


class _NotANumber(ValueError):
    pass


def _number(text: str, scale: Decimal) -> float | None:
    """A cell as a float, scaled as a decimal first. None for an empty cell."""
    if not text:
        return None
    try:
        number = float(text) if scale == 1 else float(scale_decimal(text, scale))
    except (ValueError, InvalidOperation) as error:
        raise _NotANumber(text) from error
    if not math.isfinite(number):
        raise _NotANumber(text)
    return number


def _with_numbers(
    frame: pd.DataFrame, importer: Importer, metrics: Mapping[str, Metric], remarks: list[Remark]
) -> pd.DataFrame:
    scales = {
        key: Decimal(metric.source_scale) if importer.scales_values else Decimal(1) for key, metric in metrics.items()
    }
    scales = {key: scale.normalize() for key, scale in scales.items()}
    states = {symbol: int(state) for symbol, state in importer.symbols.items()}
    values, lowers, uppers, given, bad, bad_intervals = [], [], [], [], [], []
    columns = ["line", "metric", "value", "lower", "upper", "symbol"]
    for line, metric, value_text, lower_text, upper_text, symbol in frame[columns].itertuples(index=False):
        scale = scales[metric]
        value = lower = upper = None
        state = states.get(symbol, int(ValueState.MISSING))
        try:
            value = _number(value_text, scale)
            if value is not None:
                lower, upper = _number(lower_text, scale), _number(upper_text, scale)
        except _NotANumber as error:
            bad.append((line, str(error)))
        if value is None:
            state = state if state >= FIRST_STATE_WITHOUT_VALUE else int(ValueState.MISSING)
        elif state >= FIRST_STATE_WITHOUT_VALUE:
            state = int(ValueState.VALUE)
        if lower is not None and upper is not None and value is not None and not lower <= value <= upper:
            bad_intervals.append(line)
            if lower > upper:
                lower = upper = None
        values.append(value)
        lowers.append(lower)
        uppers.append(upper)
        given.append(state)
    if bad:
        remarks.append(
            _remark(
                Severity.ERROR,
                FindingKind.NOT_A_NUMBER,
                f"A number was expected, but the cell holds {_quoted(text for _, text in bad)}.",
                [line for line, _ in bad],
            )
        )
    if bad_intervals:
        remarks.append(
            _remark(
                Severity.NOTE,
                FindingKind.BAD_INTERVAL,
                "The published interval does not hold the published value. An interval in the wrong order was left out.",
                bad_intervals,
            )
        )
    return frame.assign(value=values, lower=lowers, upper=uppers, state=given)


def _without_duplicates(frame: pd.DataFrame, remarks: list[Remark]) -> pd.DataFrame:
    subject = ["metric", "span", "unit_id"]
    repeated = frame.duplicated(subject, keep=False)
    if not repeated.any():
        return frame
    content = [*subject, "value", "lower", "upper", "state"]
    again = frame.duplicated(content, keep="first")
    conflicting = frame[~again].duplicated(subject, keep=False)
    lines = frame[~again].loc[conflicting, "line"].tolist()
    if lines:
        remarks.append(
            _remark(
                Severity.ERROR,
                FindingKind.DUPLICATE,
                "The same council or area has two different figures for the same period.",
                lines,
            )
        )
    if again.any():
        remarks.append(
            _remark(
                Severity.NOTE,
                FindingKind.DUPLICATE,
                "The same figure stands twice, and was read once.",
                frame.loc[again, "line"].tolist(),
            )
        )
    return frame[~again]


def _period_ids(spans: Iterable[Span]) -> dict[Span, int]:
    wanted = list(spans)
    fields = [{"basis": span.basis, "starts_on": span.starts_on, "ends_on": span.ends_on} for span in wanted]
    Period.objects.bulk_create([Period(**values) for values in fields], ignore_conflicts=True)
    starts = [span.starts_on for span in wanted]
    found = Period.objects.filter(starts_on__range=(min(starts), max(starts)))
    known = {Span(period.basis, period.starts_on, period.ends_on): period.pk for period in found}
    return {span: known[span] for span in wanted}


def _copy(run_id: int, frame: pd.DataFrame, metrics: Mapping[str, Metric]) -> None:
    periods = _period_ids(frame["span"].unique())
    out = pd.DataFrame(
        {
            "run_id": run_id,
            "line": frame["line"],
            "metric_id": frame["metric"].map({key: metric.pk for key, metric in metrics.items()}),
            "period_id": frame["span"].map(periods),
            "unit_id": frame["unit_id"],
            "value": frame["value"],
            "lower": frame["lower"],
            "upper": frame["upper"],
            "state": frame["state"],
            "note": frame["note"].where(frame["note"] != "", None),
        }
    )
    buffer = io.StringIO(out.to_csv(index=False, header=False))
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY lg_inform_stagedfigure ({', '.join(_STAGED_COLUMNS)}) FROM STDIN WITH (FORMAT csv)", buffer
        )


def metric_sources(metrics: Iterable[Metric]) -> list[MetricSource]:
    """What importers may know of metrics."""
    return [
        MetricSource(
            key=metric.key,
            file=metric.source_file,
            indicator=metric.source_indicator,
            basis=metric.basis,
        )
        for metric in metrics
    ]
