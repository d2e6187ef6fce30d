"""Django forms in the markup of the components, for every form of the portal (setting FORM_RENDERER).

`{{ form }}` prints the error summary and all fields; `{{ form.name.as_field_group }}` one field. Django itself writes
the ids, aria-describedby and aria-invalid. Forms are sent with `novalidate`: the browser's own bubbles are not read
by every screen reader, so the attribute `required` is not printed and the server's sentences are what people see.
"""

import datetime
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates, Template
from django.utils.functional import cached_property


class ComponentRenderer(BaseRenderer):
    """Looks for a widget's template among the components first, and then among Django's own."""

    form_template_name = "form.html"
    field_template_name = "field.html"

    @cached_property
    def engine(self) -> DjangoTemplates:
        templates = Path(settings.BASE_DIR) / "templates"
        return DjangoTemplates(
            {
                "APP_DIRS": False,
                "DIRS": [
                    templates / "components" / "forms",
                    templates,
                    Path(django.forms.__file__).parent / "templates",
                ],
                "NAME": "component_forms",
                "OPTIONS": {},
            }
        )

    def get_template(self, template_name: str) -> Template:
        return self.engine.get_template(template_name)


class DateWidget(forms.MultiWidget):
    """Three boxes: day, month, year. People type a date they know faster than they find it in a calendar."""

    template_name = "django/forms/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__({part: forms.TextInput(box) for part in ("day", "month", "year")}, attrs)

    def decompress(self, value: datetime.date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], ("Day", "Month", "Year"), strict=True):
            part["label"] = label
        return context


class DateField(forms.MultiValueField):
    """A date typed as day, month and year; gives a `datetime.date`, or None where it may be left empty.

    A month may also be a name ("March", "mar"). A year has four digits.
    """

    widget = DateWidget
    default_error_messages = {"invalid_date": "%(label)s must be a real date, like 27 3 2026"}

    def __init__(self, **options: Any) -> None:
        parts = tuple(forms.CharField(max_length=12) for _ in range(3))
        super().__init__(fields=parts, require_all_fields=True, **options)

    def compress(self, data_list: list[str]) -> datetime.date | None:
        if not data_list:
            return None
        day, month, year = (part.strip() for part in data_list)
        try:
            if len(year) != 4:
                raise ValueError(year)
            return datetime.date(int(year), _month_number(month), int(day))
        except ValueError:
            label = self.label or "The date"
            raise forms.ValidationError(
                self.error_messages["invalid_date"], code="invalid_date", params={"label": label}
            ) from None


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    names = (datetime.date(2000, month, 1).strftime("%B").lower() for month in range(1, 13))
    matches = [number for number, name in enumerate(names, start=1) if len(text) >= 3 and name.startswith(text.lower())]
    if len(matches) != 1:
        raise ValueError(text)
    return matches[0]
