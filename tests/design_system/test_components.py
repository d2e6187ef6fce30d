"""The components' templates, the gallery that shows them all, and the rules every template keeps."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from lg_inform.calculations import outcomes
from slip.design_system import views, words
from slip.design_system.charts import Chart, Table, figure_dict
from slip.design_system.marks import mark

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALL_TEMPLATES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"]


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load components %}" + source).render(context)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("name", views.component_names())
def test_every_component_is_in_the_gallery_and_says_what_it_takes(name):
    get_template(f"pages/gallery/{name}.html")
    assert views.component_parameters(name)


def test_the_gallery_shows_every_component_in_all_its_states():
    html = views.gallery(RequestFactory().get("/gallery/")).content.decode()
    for name in views.component_names():
        assert f'id="component-{name}"' in html
    for word in [*words.OUTCOMES.values(), *words.VALUE_STATES.values(), *words.QUARTERS_WITHOUT_POLARITY]:
        assert word in html


@pytest.mark.parametrize("template", ALL_TEMPLATES)
def test_no_template_has_inline_style_script_or_handler(template):
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert "javascript:" not in source
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or "nonce=" in script or "application/json" in script


@pytest.mark.parametrize("template", ALL_TEMPLATES)
def test_no_template_loads_anything_from_another_host(template):
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    assert not re.search(r"<(script|img|iframe|source)\b[^>]*\bsrc=[\"'](https?:)?//", source)
    assert not re.search(r"<link\b[^>]*\bhref=[\"'](https?:)?//", source)


@pytest.mark.parametrize(
    "kind", [outcomes.Comparison, outcomes.Direction, outcomes.Movement, outcomes.Trend], ids=lambda kind: kind.__name__
)
def test_every_stored_outcome_has_its_word_and_its_mark(kind):
    for outcome in kind:
        html = render_to_string("components/outcome_badge.html", {"outcome": outcome})
        assert words.OUTCOMES[outcome] in html
        assert mark(outcome) in html


def test_marks_of_better_worse_and_similar_differ_in_shape():
    drawings = {mark(word) for word in ("better", "worse", "similar", "higher", "lower", "not_compared")}
    assert len(drawings) == 6


def test_a_metric_without_polarity_is_never_called_best_or_worst():
    for band in (1, 2, 3, 4):
        html = render_to_string("components/quartile_badge.html", {"band": band, "polarity": False})
        assert "est quarter" in html
        assert "best" not in html.lower()
        assert "worst" not in html.lower()


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"text": "28.5%", "state": "value"}, "28.5%"),
        ({"text": "0", "state": "zero"}, "0"),
        ({"text": "28.5%", "state": "provisional"}, "28.5% Provisional"),
        ({"state": "not_returned"}, "Not returned"),
        ({"state": "missing"}, "No figure published"),
        ({"state": "not_applicable", "reason": "Not applicable to a district"}, "Not applicable to a district"),
    ],
)
def test_a_value_is_a_figure_or_says_why_there_is_none(context, expected):
    assert words_of(render_to_string("components/value.html", context)) == expected


def test_a_component_with_content_keeps_it_and_escapes_its_parameters():
    html = render(
        '{% component "details" summary=title %}<p>{{ inner }}</p>{% endcomponent %}', title="A & B", inner="<i>"
    )
    assert "A &amp; B" in html
    assert "<p>&lt;i&gt;</p>" in html


def test_a_component_does_not_see_what_it_was_not_given():
    html = render('{% component "details" summary="S" %}x{% endcomponent %}', open=True)
    assert " open" not in html


def test_table_cells_follow_their_columns_and_the_first_is_the_rows_header():
    html = render_to_string(
        "components/table.html",
        {"caption": "Waste", "headers": ["Council", {"text": "Rate", "numeric": True}], "rows": [["A & B", "0"]]},
    )
    assert '<th scope="row" class="govuk-table__header">A &amp; B</th>' in html
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">0</td>' in html
    assert 'aria-labelledby="waste-caption"' in html


def test_a_table_row_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="zip"):
        render_to_string("components/table.html", {"caption": "W", "headers": ["A", "B"], "rows": [["1"]]})


def example_chart(**changes: object) -> Chart:
    fields = {
        "id": "waste",
        "title": "Waste",
        "sentence": "It fell.",
        "figure": {"data": [{"y": [1], "name": "</script><b>"}], "layout": {}},
        "fallback_svg": "",
        "table": Table("Waste", ("Year", "Rate"), (("2022/23", "28.5%"),)),
    }
    return Chart(**(fields | changes))  # type: ignore[arg-type]


def test_a_chart_has_its_sentence_its_table_and_safe_data():
    html = render_to_string("components/chart.html", {"chart": example_chart()})
    assert "It fell." in html
    assert "28.5%" in html
    assert "</script><b>" not in html
    assert 'id="waste-figure" type="application/json"' in html


def test_a_chart_says_its_unit_above_and_how_to_read_it_beneath():
    chart = example_chart(unit="kg per home", note="Lower is better.", fallback_svg="DRAWING")
    said = words_of(render_to_string("components/chart.html", {"chart": chart}))
    assert said.index("Kg per home") < said.index("DRAWING") < said.index("Lower is better.")
    assert "slip-chart__note" not in render_to_string("components/chart.html", {"chart": example_chart()})


def test_a_chart_without_a_sentence_or_with_a_ragged_table_is_refused():
    with pytest.raises(ValueError, match="sentence"):
        example_chart(sentence=" ")
    with pytest.raises(ValueError, match="one cell for each header"):
        Table("Waste", ("Year", "Rate"), (("2022/23",),))


def test_a_plotly_figure_becomes_plain_data_without_plotlys_look():
    import plotly.graph_objects as go

    plain = figure_dict(go.Figure(go.Scatter(y=[1.0, float("nan")], line={"color": "var(--slip-own)"})))
    assert "template" not in plain["layout"]
    assert plain["data"][0]["line"]["color"] == "var(--slip-own)"
    assert plain["data"][0]["y"] == [1.0, None]


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_every_error_page_says_what_to_do_and_gives_the_request_number(template):
    html = render_to_string(template, {"request_id": "3f9c"})
    assert "3f9c" in html
    assert html.count("<h1") == 1
    assert len(re.findall(r'<p class="govuk-body">', html)) >= 2


def test_the_error_page_for_our_own_faults_needs_no_request_and_no_database(db_is_barred):
    response = views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert settings.SERVICE_NAME in response.content.decode()
    assert views.service_unavailable(RequestFactory().get("/"))["Retry-After"] == "60"


def test_too_many_requests_says_how_long_to_wait():
    response = views.too_many_requests(RequestFactory().get("/"), retry_after=30)
    assert response.status_code == 429
    assert response["Retry-After"] == "30"
    assert "30 seconds" in response.content.decode()


@pytest.fixture
def db_is_barred(monkeypatch):
    """Context processors raise and pytest-django refuses the database: the page must need neither."""
    from django.template.context import RequestContext

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("The 500 page asked for a request context")

    monkeypatch.setattr(RequestContext, "bind_template", refuse)
