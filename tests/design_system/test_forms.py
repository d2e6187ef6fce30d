"""Forms print themselves in accessible markup: labels, hints and errors are tied to their fields."""

import datetime
import re

import pytest
from django import forms

from slip.design_system.forms import DateField


class Booking(forms.Form):
    name = forms.CharField(label="Name <b>", help_text="As on the website", error_messages={"required": "Enter a name"})
    notes = forms.CharField(widget=forms.Textarea, required=False)
    tier = forms.ChoiceField(choices=[("d", "District")], required=False)
    theme = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    starts_on = DateField(label="First day")
    agreed = forms.BooleanField(error_messages={"required": "Confirm it"})
    key = forms.CharField(widget=forms.HiddenInput, required=False)


class Dated(forms.Form):
    starts_on = DateField(label="First day", required=False)


def dated(day: str, month: str, year: str) -> Dated:
    return Dated({"starts_on_day": day, "starts_on_month": month, "starts_on_year": year})


def tag(html: str, pattern: str) -> str:
    found = re.search(rf"<[^>]*{pattern}[^>]*>", html)
    assert found, f"No tag with {pattern}"
    return found[0]


def test_a_field_is_described_by_its_hint_and_its_error():
    html = str(Booking({}))
    field = tag(html, 'id="id_name"')
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="govuk-input"' in field
    assert "Name &lt;b&gt;" in html


def test_a_form_that_was_not_sent_has_no_errors_and_no_summary():
    html = str(Booking())
    assert "govuk-error-summary" not in html
    assert "aria-invalid" not in html
    assert "govuk-form-group--error" not in html


def test_the_error_summary_comes_first_and_each_of_its_links_leads_to_a_field():
    html = str(Booking({}))
    assert html.lstrip().startswith('<div class="govuk-error-summary"')
    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_name", "id_theme_0", "id_topics_0", "id_starts_on_0", "id_agreed"]
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]*id="{target}"', html)


def test_radios_and_checkboxes_are_in_a_described_fieldset_with_their_own_script():
    html = str(Booking({}))
    assert 'aria-describedby="id_theme_error"' in html
    radios = html[html.index('id="id_theme"') - 80 : html.index('id="id_theme"')]
    boxes = html[html.index('id="id_topics"') - 80 : html.index('id="id_topics"')]
    assert 'data-module="govuk-radios"' in radios
    # The script for radios throws an error on checkboxes.
    assert 'data-module="govuk-checkboxes"' in boxes
    # A radio may not carry aria-invalid.
    assert "aria-invalid" not in tag(html, 'id="id_theme_0"')


def test_browsers_are_not_asked_to_check_required_fields():
    assert not re.search(r"<input[^>]* required", str(Booking()))


def test_values_come_back_as_they_were_typed():
    html = str(Booking({"name": 'A "B"', "notes": "<i>", "tier": "d", "theme": "b", "topics": ["a"], "agreed": "on"}))
    assert 'value="A &quot;B&quot;"' in tag(html, 'id="id_name"')
    assert "&lt;i&gt;" in html
    assert " selected" in tag(html, 'value="d"')
    assert " checked" in tag(html, 'id="id_theme_1"')
    assert " checked" not in tag(html, 'id="id_theme_0"')
    assert " checked" in tag(html, 'id="id_topics_0"')
    assert " checked" in tag(html, 'id="id_agreed"')


def test_a_hidden_field_is_printed_once_and_has_no_look():
    html = str(Booking({"key": "k"}))
    assert html.count('name="key"') == 1
    assert "govuk-input" not in tag(html, 'name="key"')


def test_one_field_alone_is_printed_as_a_group():
    html = Booking({})["name"].as_field_group()
    assert html.startswith('<div class="govuk-form-group govuk-form-group--error">')


@pytest.mark.parametrize("month", ["3", "03", "March", "mar"])
def test_a_date_is_read_from_its_three_boxes(month):
    form = dated("27", month, "2026")
    assert form.is_valid()
    assert form.cleaned_data["starts_on"] == datetime.date(2026, 3, 27)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("1", "ju", "2026"),
        ("1", "13", "2026"),
        ("1", "3", "26"),
        ("", "3", "2026"),
        ("x", "3", "²"),
    ],
)
def test_what_is_no_date_gets_a_clear_sentence(day, month, year):
    form = dated(day, month, year)
    assert form.errors["starts_on"] == ["First day must be a real date, like 27 3 2026"]


def test_an_optional_date_may_be_empty():
    form = dated("", "", "")
    assert form.is_valid()
    assert form.cleaned_data["starts_on"] is None


def test_a_known_date_is_shown_in_its_three_boxes():
    html = str(Dated(initial={"starts_on": datetime.date(2026, 3, 27)}))
    assert [re.search(rf'id="id_starts_on_{n}"', html) is not None for n in range(3)] == [True, True, True]
    assert re.findall(r'name="starts_on_\w+"[^>]*value="(\d+)"', html) == ["27", "3", "2026"]
