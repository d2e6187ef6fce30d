"""Where a value stands against a benchmark, once its interval is taken into account."""

from dataclasses import dataclass

from lg_inform.calculations.outcomes import Comparison, NotComparedReason, Polarity


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer, and the reason where the answer is that nothing was compared."""

    comparison: Comparison
    reason: NotComparedReason | None = None


def compare(
    value: float | None,
    lower: float | None,
    upper: float | None,
    benchmark: float | None,
    polarity: Polarity,
    *,
    same_area: bool = False,
    indirectly_standardised: bool = False,
    benchmark_is_england: bool = False,
) -> Compared:
    """Compare a value that has the interval ``lower`` to ``upper`` with a benchmark of the same metric and period.

    Similar where the interval holds the benchmark, ends included; otherwise better or worse by polarity, or higher or
    lower without one. Nothing is compared without a value, a benchmark or an interval, nor an area with itself; an
    indirectly standardised value, whose weights are its own, is compared with England only.
    Source: OHID, Fingertips public health technical guidance, comparing with a benchmark.
    Raises ValueError when the interval's ends are the wrong way round.
    """
    if value is None:
        return Compared(Comparison.NOT_COMPARED, NotComparedReason.NO_VALUE)
    if benchmark is None:
        return Compared(Comparison.NOT_COMPARED, NotComparedReason.NO_BENCHMARK)
    if same_area:
        return Compared(Comparison.NOT_COMPARED, NotComparedReason.SAME_AREA)
    if indirectly_standardised and not benchmark_is_england:
        return Compared(Comparison.NOT_COMPARED, NotComparedReason.INDIRECTLY_STANDARDISED)
    if lower is None or upper is None:
        return Compared(Comparison.NOT_COMPARED, NotComparedReason.NO_INTERVAL)
    if lower > upper:
        raise ValueError(f"the interval {lower} to {upper} is the wrong way round")
    if lower <= benchmark <= upper:
        return Compared(Comparison.SIMILAR)
    is_higher = lower > benchmark
    if polarity is Polarity.NONE:
        return Compared(Comparison.HIGHER if is_higher else Comparison.LOWER)
    return Compared(Comparison.BETTER if is_higher == (polarity is Polarity.HIGH) else Comparison.WORSE)
