"""What `{% include %}` cannot do: components with content inside, marks, and the words for stored outcomes."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from slip.design_system import marks, words

register = template.Library()


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, name: str, **parameters: Any) -> SafeString:
    """`{% component "details" summary="About" %}…{% endcomponent %}`: component `name` around the content."""
    template_object = get_template(f"components/{name}.html").template
    return template_object.render(context.new({**parameters, "content": content}))


@register.simple_tag
def mark(word: str) -> SafeString:
    """The small drawing that goes before an outcome's word; hidden from screen readers, which hear the word."""
    return marks.mark(word)


@register.simple_tag
def quarter_steps(band: int) -> SafeString:
    """Four small bars of which quarter `band` (1 to 4) is filled."""
    return marks.quarter_steps(band)


@register.filter
def outcome_text(outcome: str) -> str:
    """ "not_compared" → "Not compared". An unknown word is a mistake and raises KeyError."""
    return words.OUTCOMES[str(outcome)]


@register.filter
def state_text(state: str) -> str:
    """ "not_returned" → "Not returned"; nothing for a plain value or a zero."""
    return words.VALUE_STATES.get(str(state), "")


@register.filter
def quarter_text(band: int, polarity: bool) -> str:
    """Quarter 1 to 4 in words: best to worst with a polarity, highest to lowest without."""
    return (words.QUARTERS_WITH_POLARITY if polarity else words.QUARTERS_WITHOUT_POLARITY)[int(band) - 1]


@register.filter
def licence_name(key: str) -> str:
    """A licence's full name; a key that is not in the list is shown as it is."""
    return words.LICENCES[key][0] if key in words.LICENCES else key


@register.filter
def licence_href(key: str) -> str:
    """Where a licence can be read; empty when it is not known."""
    return words.LICENCES[key][1] if key in words.LICENCES else ""


@register.filter
def as_columns(headers: Iterable[str | dict[str, Any]]) -> list[dict[str, Any]]:
    """A table's headers, each text or {text, numeric}, all as {text, numeric}."""
    return [header if isinstance(header, dict) else {"text": header} for header in headers]


@register.filter
def as_cells(row: Iterable[str | dict[str, Any]], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A table's row, each cell text or {text, html, numeric}; a cell is numeric where its column is."""
    return [
        {"numeric": column.get("numeric"), **(cell if isinstance(cell, dict) else {"text": cell})}
        for cell, column in zip(row, columns, strict=True)
    ]
