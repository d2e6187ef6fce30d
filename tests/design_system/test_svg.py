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


def test_a_period_without_a_figure_is_a_gap_and_a_break_is_shown_in_a_wide_line():
    line = Series("A", [1.0, None, 3.0, 4.0, 5.0], "own", breaks={4})
    drawing = time_series(["2020", "", "2022", "2023", "2024"], [line], label="Line")
    (path,) = (e.get("d") for e in parsed(drawing).iter() if e.get("stroke-width") == "3")
    assert path.count("M") == 3
    assert path.count("L") == 1
    assert len(parts(drawing, "break")) == 1


def test_margins_of_error_are_upright_lines_and_fit_the_scale():
    line = Series("A", [10.0, 12.0], "own", intervals=[(5.0, 30.0), None])
    drawing = time_series(["2020", "2021"], [line], label="Line", suffix="%", height=360)
    (whiskers,) = parts(drawing, "interval")
    assert whiskers.get("d").count("M") == 1
    assert all(0 <= float(y) <= 360 for y in re.findall(r"[MV](?:[\d.]+ )?([\d.]+)", whiskers.get("d")))
    assert "30%" in drawing
    with pytest.raises(ValueError, match="one value for each label"):
        time_series(["2020", "2021"], [Series("A", [1.0, 2.0], intervals=[None])], label="Line")


def test_the_newest_period_is_always_named_however_many_there_are():
    years = [str(year) for year in range(1990, 2026)]
    drawing = time_series(years, [Series("A", [float(n) for n in range(36)], "own")], label="Line")
    assert ">2025<" in drawing
    assert sum(f">{year}<" in drawing for year in years) <= 8


def test_numbers_in_ranked_bars_stand_on_a_ground_above_the_benchmarks_line():
    drawing = ranked_bars([Bar("A", 10.0, text="10%"), Bar("B", 9.0, text="9%")], benchmark=10.2, label="Bars")
    assert len(parts(drawing, "ground")) == 2
    assert drawing.index('data-part="benchmark"') < drawing.index('data-part="ground"') < drawing.index(">10%<")


def test_many_columns_name_their_ends_their_benchmark_and_ones_own():
    bars = [Bar(f"Council {n}", float(n), own=n == 30, text=f"{n}%") for n in range(50)]
    drawing = ranked_bars(
        bars, benchmark=25, benchmark_name="Yorkshire and The Humber 25%", ends=("Worst", "Best"), label="Bars"
    )
    for words in ("← Worst", "Best →", "Council 30 30%"):
        assert words in drawing
    # A long name beside the line goes over several lines.
    assert "25%" in drawing
    assert "Yorkshire and The Humber 25%" not in drawing


def test_a_wide_strip_has_no_size_of_its_own():
    root = parsed(position_strip(2, [1, 3], wide=True, label="Strip"))
    assert "slip-svg--wide" in root.get("class")
    assert root.get("width") is None


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
