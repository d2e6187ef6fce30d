import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lg_inform.calculations import Polarity, Summary, position_among, positions, quartile_band, summarise
from tests.lg_inform.calculations.strategies import groups, groups_with_gaps, tied_values

polarities = st.sampled_from(list(Polarity))
OPPOSITE = {Polarity.HIGH: Polarity.LOW, Polarity.LOW: Polarity.HIGH}


def ranks(values: Sequence[float | None], polarity: Polarity) -> list[int | None]:
    placed = positions(dict(enumerate(values)), polarity)
    return [placed[i].rank if i in placed else None for i in range(len(values))]


def bands(values: Sequence[float | None], polarity: Polarity) -> list[int | None]:
    placed = positions(dict(enumerate(values)), polarity)
    return [placed[i].band if i in placed else None for i in range(len(values))]


@pytest.mark.parametrize(
    ("values", "polarity", "expected"),
    [
        ([40, 30, 30, 20], Polarity.HIGH, [1, 2, 2, 4]),
        ([40, 30, 30, 20], Polarity.LOW, [4, 2, 2, 1]),
        ([40, 30, 30, 20], Polarity.NONE, [1, 2, 2, 4]),
        ([5, None, 5, None, 1], Polarity.HIGH, [1, None, 1, None, 3]),
        ([0.0, -0.0, 1.0], Polarity.LOW, [1, 1, 3]),
        ([7], Polarity.LOW, [1]),
        ([None, None], Polarity.HIGH, [None, None]),
        ([], Polarity.HIGH, []),
    ],
)
def test_ranks_of_known_groups(values: list[float | None], polarity: Polarity, expected: list[int | None]) -> None:
    assert ranks(values, polarity) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (4, [1, 2, 3, 4]),
        (5, [1, 1, 2, 3, 4]),
        (6, [1, 1, 2, 3, 3, 4]),
        (8, [1, 1, 2, 2, 3, 3, 4, 4]),
        (3, [None, None, None]),
        (1, [None]),
    ],
)
def test_band_of_every_rank_of_a_small_group(n: int, expected: list[int | None]) -> None:
    assert [quartile_band(rank, n) for rank in range(1, n + 1)] == expected


def test_values_that_tie_across_a_cut_share_the_better_band() -> None:
    # NTILE would put the fourth of these into the second quarter.
    assert bands([9, 8, 8, 8, 8, 2, 1, 0], Polarity.HIGH) == [1, 1, 1, 1, 1, 3, 4, 4]


@pytest.mark.parametrize(("rank", "n"), [(0, 5), (6, 5), (1, 0)])
def test_band_refuses_a_rank_outside_its_group(rank: int, n: int) -> None:
    with pytest.raises(ValueError, match="not among"):
        quartile_band(rank, n)


def test_position_counts_ties_without_itself() -> None:
    position = position_among(30, [40, 30, None, 30, 20], Polarity.HIGH)
    assert position is not None
    assert (position.rank, position.n, position.tied, position.band) == (2, 4, 1, 2)


def test_no_value_has_no_position() -> None:
    assert position_among(None, [1, 2, None], Polarity.HIGH) is None


def test_position_refuses_a_group_without_the_value() -> None:
    with pytest.raises(ValueError, match="does not contain"):
        position_among(3, [1, 2], Polarity.HIGH)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_positions_refuse_what_is_no_number(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        positions({"a": 1.0, "b": wrong}, Polarity.HIGH)


def test_summary_of_one_to_fifty() -> None:
    assert summarise(range(1, 51)) == Summary(50, 1, 13.25, 25.5, 37.75, 50)


def test_summary_of_one_value_and_of_none() -> None:
    assert summarise([None, 4.0]) == Summary(1, 4, 4, 4, 4, 4)
    assert summarise([None, None]) is None


@given(groups)
def test_cut_points_are_those_of_numpy(values: list[float]) -> None:
    summary = summarise(values)
    assert summary is not None
    expected = np.quantile(values, [0, 0.25, 0.5, 0.75, 1], method="linear")
    found = [summary.minimum, summary.lower_quartile, summary.median, summary.upper_quartile, summary.maximum]
    assert found == pytest.approx(list(expected), rel=1e-12, abs=1e-9)


@given(groups_with_gaps, polarities, st.randoms())
def test_order_of_rows_does_not_matter(values: list[float | None], polarity: Polarity, random: object) -> None:
    shuffled = list(enumerate(values))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert positions(dict(shuffled), polarity) == positions(dict(enumerate(values)), polarity)
    assert summarise([value for _, value in shuffled]) == summarise(values)


@given(groups_with_gaps, st.sampled_from([Polarity.HIGH, Polarity.LOW]))
def test_flipped_polarity_turns_minimum_ranks_into_maximum_ranks(
    values: list[float | None], polarity: Polarity
) -> None:
    before = positions(dict(enumerate(values)), polarity)
    after = positions(dict(enumerate(values)), OPPOSITE[polarity])
    for key, old in before.items():
        assert after[key].rank == old.n + 1 - (old.rank + old.tied)


@given(groups_with_gaps, polarities, st.integers(-30, 30))
def test_scaling_by_a_power_of_two_changes_no_rank_and_no_band(
    values: list[float | None], polarity: Polarity, power: int
) -> None:
    scaled = [None if value is None else value * 2.0**power for value in values]
    # Too small a value loses bits on the way to zero; scaling it is then not exact.
    assume(all(s / 2.0**power == v for s, v in zip(scaled, values, strict=True) if s is not None and v is not None))
    assert positions(dict(enumerate(scaled)), polarity) == positions(dict(enumerate(values)), polarity)


@given(groups_with_gaps, polarities, st.integers(0, 60))
def test_adding_a_null_changes_nothing_else(values: list[float | None], polarity: Polarity, place: int) -> None:
    place = min(place, len(values))
    longer = [*values[:place], None, *values[place:]]
    changed = ranks(longer, polarity)
    assert changed.pop(place) is None
    assert changed == ranks(values, polarity)
    assert summarise(longer) == summarise(values)


@given(st.lists(tied_values, min_size=1, max_size=60), polarities)
@example([1.0] * 9, Polarity.HIGH)
def test_equal_values_share_rank_and_band(values: list[float], polarity: Polarity) -> None:
    placed = positions(dict(enumerate(values)), polarity)
    assert len({(values[key], at.rank, at.band, at.tied) for key, at in placed.items()}) == len(set(values))
    assert all(at.tied == values.count(values[key]) - 1 for key, at in placed.items())


@given(groups, polarities)
def test_ranks_are_one_more_than_the_values_that_stand_before(values: list[float], polarity: Polarity) -> None:
    def is_before(other: float, value: float) -> bool:
        return other < value if polarity is Polarity.LOW else other > value

    expected = [1 + sum(is_before(other, value) for other in values) for value in values]
    assert ranks(values, polarity) == expected
