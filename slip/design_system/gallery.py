"""What the gallery's examples are drawn from: invented councils and made-up figures, said to be so on the page."""

import math
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.safestring import SafeString

from slip.design_system.charts import BENCHMARK, OWN, Chart, Download, Table
from slip.design_system.forms import DateField
from slip.design_system.svg import Bar, Series, box_plot, position_strip, ranked_bars, sparkline, spine_bar, time_series
from slip.design_system.words import OUTCOMES, VALUE_STATES

GROUP = [18.0 + 9 * math.sin(number * 1.7) + number * 0.9 for number in range(15)]
YEARS = ("2017/18", "2018/19", "2019/20", "2020/21", "2021/22", "2022/23")
OWN_VALUES = (33.1, 32.4, None, 30.2, 29.0, 28.5)
MEDIANS = (38.9, 39.4, 39.9, 38.7, 39.2, 39.6)


class ExampleForm(forms.Form):
    """One field of every kind, sent empty so that its errors show."""

    quiet = True  # The error summary takes the focus on a real page, not here.

    name = forms.CharField(
        label="Council's name",
        help_text="As it is on the council's own website",
        error_messages={"required": "Enter the council's name"},
    )
    email = forms.EmailField(label="E-mail address", error_messages={"required": "Enter an e-mail address"})
    reason = forms.CharField(
        label="What should the peers look at?",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say what the peers should look at"},
    )
    tier = forms.ChoiceField(
        label="Kind of council",
        choices=[("", "Choose one"), ("d", "District"), ("u", "Unitary")],
        error_messages={"required": "Choose the kind of council"},
    )
    visibility = forms.ChoiceField(
        label="Who may read this?",
        widget=forms.RadioSelect,
        choices=[("council", "People in the council"), ("sector", "Every council"), ("public", "Everyone")],
        error_messages={"required": "Choose who may read this"},
    )
    themes = forms.MultipleChoiceField(
        label="Themes",
        help_text="Choose all that apply",
        widget=forms.CheckboxSelectMultiple,
        choices=[("finance", "Financial planning"), ("leadership", "Leadership"), ("culture", "Culture")],
        error_messages={"required": "Choose at least one theme"},
    )
    starts_on = DateField(label="First day on site", help_text="For example, 27 3 2026")
    paper = forms.FileField(label="Position statement", required=False)
    agreed = forms.BooleanField(
        label="The chief executive has agreed to this",
        error_messages={"required": "Confirm that the chief executive has agreed"},
    )


def _figure() -> dict[str, Any]:
    days = [f"{2018 + number}-03-31" for number in range(len(YEARS))]
    own = {"type": "scatter", "mode": "lines+markers", "name": "Exampleton", "x": days, "y": OWN_VALUES}
    own |= {"line": {"color": OWN, "width": 3}, "marker": {"color": OWN, "size": 11, "symbol": "diamond"}}
    median = {"type": "scatter", "mode": "lines", "name": "England median", "x": days, "y": MEDIANS}
    median |= {"line": {"color": BENCHMARK, "width": 2, "dash": "dash"}}
    axis = {"type": "date", "tickvals": days, "ticktext": YEARS}
    return {"data": [median, own], "layout": {"xaxis": axis, "yaxis": {"ticksuffix": "%"}}}


def example_chart() -> Chart:
    """A line chart with a gap and a benchmark."""
    sentence = "Exampleton recycled 28.5% of household waste in 2022/23, down from 33.1% five years before."
    rows = tuple(
        (year, f"{own}%" if own is not None else "Not returned", f"{median}%")
        for year, own, median in zip(YEARS, OWN_VALUES, MEDIANS, strict=True)
    )
    return Chart(
        id="recycling",
        title="Household waste recycled or composted",
        sentence=sentence,
        figure=_figure(),
        fallback_svg=time_series(
            YEARS,
            [Series("Exampleton", OWN_VALUES, "own"), Series("England median", MEDIANS, "benchmark")],
            label=sentence,
            suffix="%",
        ),
        table=Table("Household waste recycled or composted", ("Year", "Exampleton", "Median"), rows, frozenset({1, 2})),
        downloads=(Download("CSV", "#recycling"),),
        unit="Share of household waste by weight",
        note="Higher is better. A gap is a time for which no figure was published.",
    )


def drawings() -> list[tuple[str, SafeString, str]]:
    """Every server-drawn chart as (name, drawing, the call that makes it)."""
    quartiles = (16.0, 29.0)
    names = ("Ashby", "Bexcombe", "Exampleton", "Dunmere", "Eastwold", "Fenby")
    bars = [
        Bar(name, value, own=name == "Exampleton", text=f"{value}%")
        for name, value in zip(names, (44.1, 40.3, 36.2, 33.0, 29.5, 21.8), strict=True)
    ]
    return [
        ("Sparkline", sparkline(OWN_VALUES, label="Falling from 33.1% to 28.5%"), "sparkline(points, label=…)"),
        (
            "Sparkline with a break in the series and no newest figure",
            sparkline([4, 5, 5.5, 8, 8.4, None], breaks={3}, label="Broken in the fourth year"),
            "sparkline(points, breaks={3}, label=…)",
        ),
        (
            "Position in the group",
            position_strip(25.4, GROUP, median=22.0, quartiles=quartiles, label="25.4, above the median of 22.0"),
            "position_strip(own, values, median=…, quartiles=…, lower_is_better=…, label=…)",
        ),
        (
            "Position in a large group",
            position_strip(
                38.0,
                [30 + 11 * math.sin(n * 2.399) * math.cos(n) for n in range(300)],
                median=30,
                quartiles=(27, 33),
                label="38.0, above the median of 30",
            ),
            "position_strip(own, values, median=…, quartiles=…, label=…)",
        ),
        (
            "Position in the group, as wide as its column",
            position_strip(
                25.4, GROUP, median=22.0, quartiles=quartiles, wide=True, label="25.4, above the median of 22.0"
            ),
            "position_strip(own, values, wide=True, label=…)",
        ),
        (
            "Row of a spine chart",
            spine_bar(
                12.0, GROUP, benchmark=22.0, quartiles=quartiles, outcome="better", lower_is_better=True, label="Better"
            ),
            "spine_bar(own, values, benchmark=…, quartiles=…, outcome=…, label=…)",
        ),
        (
            "Box plot",
            box_plot(
                [("Unitary councils", GROUP), ("East of England", GROUP[3:11]), ("Neighbours", [*GROUP[5:], 62])],
                own=25.4,
                label="Exampleton's 25.4 against three groups",
            ),
            "box_plot([(name, values), …], own=…, label=…)",
        ),
        (
            "Time series",
            example_chart().fallback_svg,
            "time_series(labels, [Series(name, values, role, intervals=…), …], suffix=…, label=…)",
        ),
        (
            "Ranked bars",
            ranked_bars(bars, benchmark=34.5, benchmark_name="Median 34.5%", label="Exampleton is third of six"),
            "ranked_bars([Bar(name, value, own=…, text=…), …], benchmark=…, benchmark_name=…, label=…)",
        ),
        (
            "Ranked bars of a large group",
            ranked_bars(
                [Bar(f"Council {n}", 15 + n * 0.7, own=n == 17, text=f"{15 + n * 0.7:.1f}%") for n in range(64)],
                benchmark=38,
                benchmark_name="Median 38%",
                suffix="%",
                ends=("Worst", "Best"),
                label="Council 17 is 47th of 64",
            ),
            "ranked_bars(40 or more bars, ends=…, …)",
        ),
    ]


def examples(request: HttpRequest) -> dict[str, Any]:
    """The context of every example in the gallery."""
    return {
        "example_form": ExampleForm(data={"starts_on_day": "31", "starts_on_month": "2", "starts_on_year": "2026"}),
        "chart": example_chart(),
        "drawings": drawings(),
        "outcomes": list(OUTCOMES),
        "value_states": list(VALUE_STATES),
        "small_chart": sparkline(OWN_VALUES, label="Falling from 33.1% to 28.5%"),
        "page_of_many": Paginator(range(230), 10).page(7),
        "crumbs": [{"text": "Councils", "href": "#breadcrumbs"}, {"text": "Exampleton"}],
        "errors": [{"text": "Enter the council's name", "href": "#id_name"}, {"text": "Choose a comparison group"}],
        "groups": [
            {"label": "By place", "options": [{"value": "region", "text": "East of England", "selected": True}]},
            {"label": "By likeness", "options": [{"value": "ons", "text": "ONS statistical neighbours"}]},
        ],
        "contents": [
            {"text": "Waste and recycling", "href": "#contents_list", "current": True},
            {"text": "Health", "href": "#contents_list"},
        ],
        "facts": [
            {"key": "Kind of council", "value": "Unitary council"},
            {"key": "First day on site", "value": "3 March 2026", "href": "#summary_list"},
        ],
        "headers": ["Council", {"text": "Recycled", "numeric": True}, {"text": "Rank", "numeric": True}],
        "rows": [["Ashby", "44.1%", "1"], ["Bexcombe", "40.3%", "2"], ["Exampleton", "36.2%", "3"]],
        "colours": [
            *("brand", "brand-dark", "brand-tint", "accent", "paper", "group", "benchmark", "better", "worse"),
            *(f"series-{number}" for number in range(2, 7)),
        ],
    }
