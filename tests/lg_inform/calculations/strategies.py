"""What hypothesis draws for the statistics: groups with many ties, yearly series, counts."""

from datetime import date

from hypothesis import strategies as st

from lg_inform.calculations import Point

#: Few different values, so that ties are common, and ones that floats hold exactly.
tied_values = st.integers(-20, 20).map(lambda number: number / 4)
any_values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: 0.0 if number == 0 else number)
values = tied_values | any_values
groups = st.lists(values, min_size=1, max_size=60)
groups_with_gaps = st.lists(st.none() | values, min_size=1, max_size=60)


def year(number: int, value: float | None = None, **rest: object) -> Point:
    """A financial year's figure."""
    return Point(date(number, 4, 1), date(number + 1, 3, 31), "financial", value, **rest)  # type: ignore[arg-type]


@st.composite
def yearly_series(draw: st.DrawFn, size: int = 7) -> list[Point]:
    """A series of years with intervals and counts, newest last."""
    points = []
    for number in range(2024 - size, 2024):
        denominator = draw(st.integers(50, 5000))
        numerator = draw(st.integers(0, denominator))
        value = 100 * numerator / denominator
        reach = draw(st.integers(1, 40)) / 8
        points.append(
            year(number, value, lower=value - reach, upper=value + reach, numerator=numerator, denominator=denominator)
        )
    return points
