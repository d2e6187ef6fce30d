"""From a file as read to staged rows: areas resolved, numbers parsed, states given, duplicates found, COPY."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd
from django.db import connection

from lg_inform.calculations.periods import Span
from lg_inform.calculations.scaling import scale_decimal
from lg_inform.enums import FIRST_STATE_WITHOUT_VALUE, FindingKind, Severity, ValueState
from lg_inform.importers.base import Importer, MetricSource, Reading, Remark
from lg_inform.models import Metric, Period
from slip.directory.queries import UnitResolver, sole_heirs_of_counties

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
    # Rows carry the number of their period in `spans`: hashing a period for every row again is what takes the time.
    periods, spans = pd.factorize(reading.figures["span"])
    frame = reading.figures.drop(columns="span").assign(period=periods)
    frame = _with_periods(frame, remarks)
    frame = _with_units(frame, list(spans), importer, remarks)
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
        _copy(run_id, frame, list(spans), metrics)
    return staged


def _with_periods(frame: pd.DataFrame, remarks: list[Remark]) -> pd.DataFrame:
    bad = frame["period"] < 0
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


def _with_units(frame: pd.DataFrame, spans: Sequence[Span], importer: Importer, remarks: list[Remark]) -> pd.DataFrame:
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
    frame = _with_heirs_of_counties(frame, spans, remarks)
    ended = {found.unit_id: found.ended_on for found in resolved.values() if found.ended_on is not None}
    _note_figures_after_end(frame, spans, ended, remarks)
    return frame


def _with_heirs_of_counties(frame: pd.DataFrame, spans: Sequence[Span], remarks: list[Remark]) -> pd.DataFrame:
    """Read a county's figures for a time after its end as those of the one council that took over from all of it.

    Publishers go on using a county's code for the unitary council of the same name. Where the file has a figure for
    the new council as well, the old one keeps what is its own.
    """
    heirs = sole_heirs_of_counties()
    candidates = frame[frame["unit_id"].isin(list(heirs))]
    if candidates.empty:
        return frame
    own = set(zip(frame["metric"], frame["period"], frame["unit_id"], strict=True))
    moved = {
        index: heirs[unit_id].unit_id
        for index, metric, unit_id, period in candidates[["metric", "unit_id", "period"]].itertuples()
        if spans[period].starts_on >= heirs[unit_id].since and (metric, period, heirs[unit_id].unit_id) not in own
    }
    if moved:
        units = frame["unit_id"].copy()
        units.loc[list(moved)] = list(moved.values())
        codes = _quoted(frame.loc[list(moved), "code"])
        remarks.append(
            _remark(
                Severity.NOTE,
                FindingKind.HEIR,
                f"Figures under the code of a county that had ended were read as those of its one heir: {codes}.",
                frame.loc[list(moved), "line"].tolist(),
            )
        )
        frame = frame.assign(unit_id=units)
    return frame


def _note_figures_after_end(
    frame: pd.DataFrame, spans: Sequence[Span], ended: Mapping[int, date], remarks: list[Remark]
) -> None:
    candidates = frame[frame["unit_id"].isin(list(ended))]
    late = [
        (line, code)
        for line, code, unit_id, period in candidates[["line", "code", "unit_id", "period"]].itertuples(index=False)
        if spans[period].starts_on >= ended[unit_id]
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


def _numbers(column: pd.Series, scale: Decimal) -> tuple[np.ndarray, np.ndarray]:
    """A column of texts as floats, NaN where a cell is empty, and a mask of the cells that hold no number.

    Numbers are read as Python reads them, to the last bit; scaled ones are scaled as decimals first.
    """
    texts = column.to_numpy(dtype=object)
    filled = texts != ""
    values = np.full(len(texts), np.nan)
    bad = np.zeros(len(texts), dtype=bool)
    try:
        if scale == 1:
            values[filled] = texts[filled].astype(float)
        else:
            values[filled] = [float(scale_decimal(text, scale)) for text in texts[filled]]
    except (ValueError, InvalidOperation):
        for place in np.flatnonzero(filled):
            try:
                values[place] = float(scale_decimal(texts[place], scale))
            except (ValueError, InvalidOperation):
                bad[place] = True
    bad |= filled & ~np.isfinite(values)
    if "_" in "".join(texts):
        # Python takes 1_000 for a number; no publisher writes one so.
        bad |= np.array(["_" in text for text in texts])
    return values, bad


def _with_numbers(
    frame: pd.DataFrame, importer: Importer, metrics: Mapping[str, Metric], remarks: list[Remark]
) -> pd.DataFrame:
    scale_of = {
        key: Decimal(metric.source_scale) if importer.scales_values else Decimal(1) for key, metric in metrics.items()
    }
    scales = frame["metric"].map(scale_of)
    numbers = {name: np.full(len(frame), np.nan) for name in ("value", "lower", "upper")}
    is_bad = np.zeros(len(frame), dtype=bool)
    for scale in scales.unique():
        rows = (scales == scale).to_numpy()
        for name, column in numbers.items():
            column[rows], bad = _numbers(frame.loc[rows, name], scale)
            is_bad[rows] |= bad
            if bad.any():
                texts, lines = frame.loc[rows, name][bad], frame.loc[rows, "line"][bad]
                said = f"A number was expected, but the cell holds {_quoted(texts)}."
                remarks.append(_remark(Severity.ERROR, FindingKind.NOT_A_NUMBER, said, lines.tolist()))
    value, lower, upper = numbers["value"], numbers["lower"], numbers["upper"]
    has_value = ~np.isnan(value)
    lower[~has_value] = upper[~has_value] = np.nan
    outside = (lower > value) | (upper < value) | (lower > upper)
    if outside.any():
        said = "The published interval does not hold the published value, and was left out."
        remarks.append(_remark(Severity.NOTE, FindingKind.BAD_INTERVAL, said, frame.loc[outside, "line"].tolist()))
        lower[outside] = upper[outside] = np.nan
    symbols = {symbol: int(state) for symbol, state in importer.symbols.items()}
    unknown = ~frame["symbol"].isin(list(symbols))
    if unknown.any():
        said = f"These words stand where a symbol belongs, and are not known: {_quoted(frame.loc[unknown, 'symbol'])}."
        lines = frame.loc[unknown, "line"].tolist()
        remarks.append(_remark(Severity.ERROR, FindingKind.NOT_A_NUMBER, said, lines))
    state = frame["symbol"].map(symbols).fillna(int(ValueState.MISSING)).to_numpy(dtype=int)
    is_reason = state >= FIRST_STATE_WITHOUT_VALUE
    state = np.where(has_value & (state == ValueState.UNRELIABLE), int(ValueState.LOW_RELIABILITY), state)
    state = np.where(has_value & is_reason & (state >= FIRST_STATE_WITHOUT_VALUE), int(ValueState.VALUE), state)
    state = np.where(~has_value & ~is_reason, int(ValueState.MISSING), state)
    return frame.assign(value=value, lower=lower, upper=upper, state=state)


def _without_duplicates(frame: pd.DataFrame, remarks: list[Remark]) -> pd.DataFrame:
    subject = ["metric", "period", "unit_id"]
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


def _copy(run_id: int, frame: pd.DataFrame, spans: Sequence[Span], metrics: Mapping[str, Metric]) -> None:
    ids = _period_ids(spans)
    periods = np.array([ids[span] for span in spans])
    out = pd.DataFrame(
        {
            "run_id": run_id,
            "line": frame["line"],
            "metric_id": frame["metric"].map({key: metric.pk for key, metric in metrics.items()}),
            "period_id": periods[frame["period"]],
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
