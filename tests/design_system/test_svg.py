"""The drawings: whatever the numbers, they are well-formed, finite and say what they are."""

import math
import re
import xml.etree.ElementTree as ElementTree

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slip.design_system.svg import (
    Bar,
    Series,
    box_plot,
    position_strip,
    ranked_bars,
    sparkline,
    spine_bar,
    time_series,
)
from slip.design_system.svg.shapes import quantile, ticks

ANY = st.floats(allow_nan=True, allow_infinity=True)
GAPPY = st.lists(st.none() | ANY, max_size=30)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="￾￿"), max_size=30)


def parsed(drawing: str) -> ElementTree.Element:
    """The drawing as XML, after looking for numbers that no browser can draw."""
    without_title = re.sub(r"<title>.*?</title>|<text.*?</text>", "", drawing, flags=re.DOTALL)
    assert not re.search(r"nan|inf", without_title, flags=re.IGNORECASE)
    assert "style=" not in without_title
    return ElementTree.fromstring(drawing)


def parts(drawing: str, name: str) -> list[ElementTree.Element]:
    return [element for element in parsed(drawing).iter() if element.get("data-part") == name]


def start_of(element: ElementTree.Element) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", element.get("d", ""))[:2]
    return float(x), float(y)


@given(GAPPY, st.sets(st.integers(0, 30)), WORDS)
def test_sparkline_of_any_numbers_is_well_formed(points, breaks, label):
    parsed(sparkline(points, breaks=breaks, label=label))


@given(
    st.none() | ANY,
    st.lists(ANY, max_size=60),
    st.none() | ANY,
    st.none() | st.tuples(ANY, ANY),
    st.none() | st.booleans(),
)
def test_position_and_spine_of_any_numbers_are_well_formed(own, values, centre, quartiles, lower_is_better):
    parsed(
        position_strip(
            own, values, median=centre, quartiles=quartiles, lower_is_better=lower_is_better, label="Where it stands"
        )
    )
    parsed(
        spine_bar(own, values, benchmark=centre, quartiles=quartiles, lower_is_better=lower_is_better, label="Spine")
    )


@given(st.lists(st.tuples(WORDS, st.lists(ANY, max_size=20)), max_size=5), st.none() | ANY)
def test_box_plot_of_any_numbers_is_well_formed(groups, own):
    parsed(box_plot(groups, own=own, label="Boxes"))


@given(GAPPY, GAPPY, WORDS)
def test_time_series_of_any_numbers_is_well_formed(own, median, name):
    size = min(len(own), len(median))
    lines = [Series(name, own[:size], "own", breaks={1}), Series("Median", median[:size], "benchmark")]
    parsed(time_series([f"20{year}" for year in range(size)], lines, unit="%", label=name))


@given(st.lists(st.none() | ANY, max_size=60), st.none() | ANY, WORDS)
def test_ranked_bars_of_any_numbers_are_well_formed(values, benchmark, name):
    items = [Bar(name, value, own=index == 0) for index, value in enumerate(values)]
    parsed(ranked_bars(items, benchmark=benchmark, benchmark_name=name, label="Bars"))


@given(st.lists(FINITE, min_size=1, max_size=40), FINITE)
def test_every_coordinate_of_a_strip_lies_inside_the_drawing(values, own):
    drawing = position_strip(own, values, label="Where it stands", width=200, height=30)
    for element in parts(drawing, "group") + parts(drawing, "own"):
        x, y = start_of(element)
        assert 0 <= x <= 200
        assert 0 <= y <= 30


def test_labels_are_escaped_and_name_the_drawing():
    root = parsed(sparkline([1, 2], label='<b>"Tom & Jerry"</b>'))
    title = next(element for element in root if element.tag == "title")
    assert title.text == '<b>"Tom & Jerry"</b>'
    assert root.get("role") == "img"
    assert root.get("aria-hidden") is None


def test_a_drawing_without_a_label_is_hidden_from_screen_readers():
    root = parsed(position_strip(2, [1, 3], label=""))
    assert root.get("aria-hidden") == "true"
    assert root.get("role") is None


def test_names_in_wide_drawings_are_escaped():
    assert "<script" not in ranked_bars([Bar("<script>", 1.0)], label="Bars")
    assert "<script" not in time_series(["2020"], [Series("<script>", [1.0], "own")], label="Line")


def test_a_gap_is_not_bridged_and_a_break_is_shown():
    line = parsed(sparkline([1, 2, None, 4, 5], label="Gap"))[1].get("d")
    assert line.count("M") == 2
    broken = sparkline([1, 2, 3, 4], breaks={2}, label="Break")
    assert len(parts(broken, "break")) == 1


def test_a_constant_series_lies_in_the_middle():
    (own,) = parts(sparkline([7, 7, 7], label="Flat", height=32), "own")
    assert start_of(own) == (114.0, 11.0)  # the diamond's top corner, 5 above the middle


def test_a_single_point_is_drawn_where_the_newest_always_is():
    (own,) = parts(sparkline([7], label="One", width=120), "own")
    assert start_of(own)[0] == 114.0


def test_the_newest_mark_is_hollow_when_later_periods_have_no_figure():
    (old,) = parts(sparkline([1, 2, None], label="Old"), "own")
    (new,) = parts(sparkline([1, 2, 3], label="New"), "own")
    assert old.get("fill") == "#fff"
    assert new.get("fill") == "currentColor"


@pytest.mark.parametrize(("lower_is_better", "right_hand"), [(None, 30), (False, 30), (True, 10)])
def test_the_better_end_of_a_strip_is_on_the_right(lower_is_better, right_hand):
    drawing = position_strip(right_hand, [10, 20, 30], lower_is_better=lower_is_better, label="Strip", width=220)
    (own,) = parts(drawing, "own")
    assert start_of(own)[0] == 212.0


def test_a_strip_without_own_figure_still_shows_the_group():
    drawing = position_strip(None, [1, 2, 3], median=2, label="Strip")
    assert not parts(drawing, "own")
    assert parts(drawing, "group")


def test_the_benchmark_of_every_spine_is_in_the_middle():
    for benchmark in (12, 20, 29):
        (line,) = parts(spine_bar(15, [10, 20, 30], benchmark=benchmark, label="Spine", width=260), "benchmark")
        assert start_of(line)[0] == 130.0


def test_a_spine_knows_only_real_outcomes():
    with pytest.raises(KeyError):
        spine_bar(1, [1, 2], outcome="excellent", label="Spine")


def test_a_series_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="one value for each label"):
        time_series(["2020", "2021"], [Series("A", [1.0])], label="Line")


def test_a_council_without_a_figure_keeps_its_row_and_says_so():
    assert "Not returned" in ranked_bars([Bar("A", 1.0), Bar("B", None, text="Not returned")], label="Bars")


def test_only_ones_own_council_is_named_in_a_large_group():
    drawing = ranked_bars([Bar(f"Council {n}", float(n), own=n == 30) for n in range(50)], label="Bars")
    assert "Council 30" in drawing
    assert "Council 31" not in drawing


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.sampled_from([0.25, 0.5, 0.75]))
def test_quantiles_are_those_of_numpys_linear_method(values, share):
    ordered = sorted(values)
    assert quantile(ordered, share) == pytest.approx(numpy.quantile(ordered, share, method="linear"), abs=1e-6)


def test_ticks_are_round_and_cover_the_figures():
    assert ticks(28.5, 39.9) == [25, 30, 35, 40]
    assert ticks(5, 5) == [5]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_ticks_never_run_away(one, other):
    low, high = sorted((one, other))
    marks = ticks(low, high)
    assert 1 <= len(marks) <= 21
    assert all(math.isfinite(mark) for mark in marks)
