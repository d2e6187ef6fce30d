"""Pages as a reader sees them: the words of a page, and of one row of a scorecard."""

import html
import re

from django.http import HttpResponse
from django.utils.html import strip_tags

_UNSEEN = re.compile(r"<(script|svg|style|head)\b.*?</\1>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)


def words_of(markup: str) -> str:
    """The words of a piece of a page, without drawings and scripts, on one line."""
    return re.sub(r"\s+", " ", html.unescape(strip_tags(_UNSEEN.sub(" ", markup).replace("<", " <")))).strip()


def text_of(response: HttpResponse) -> str:
    """The words of a whole page."""
    return words_of(response.content.decode())


def main_of(response: HttpResponse) -> str:
    """The markup of a page's main content."""
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def row_of(response: HttpResponse, metric: str) -> str:
    """The markup of one metric's row of a scorecard."""
    rows = [row for row in _ROW.findall(response.content.decode()) if re.search(rf"/{metric}/[\"?]", row)]
    assert len(rows) == 1, f"{len(rows)} rows of {metric}"
    return rows[0]
