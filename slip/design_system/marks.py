"""The marks that stand beside words: each outcome has its own shape, so that colour is never the only cue."""

from django.utils.safestring import SafeString, mark_safe

_DISC = '<circle cx="8" cy="8" r="8" fill="currentColor"/>'
_SQUARE = '<rect width="16" height="16" rx="2" fill="currentColor"/>'
_RING = '<circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="3 2"/>'


def _line(path: str, colour: str = "#fff") -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


_TICK = _DISC + _line("M4.5 8.5 7 11l4.5-5.5")
_CROSS = _SQUARE + _line("m5 5 6 6m0-6-6 6")
_EQUALS = _DISC + _line("M5 6.2h6M5 9.8h6")
_UP_TRIANGLE = '<path d="M8 2 15 14H1z" fill="currentColor"/>'
_DOWN_TRIANGLE = '<path d="M8 14 1 2h14z" fill="currentColor"/>'
_UP_ARROW = _line("M8 14V3M3.5 7 8 2.5 12.5 7", "currentColor")
_DOWN_ARROW = _line("M8 2v11M3.5 9 8 13.5 12.5 9", "currentColor")
_UNKNOWN = _RING + _line("M5.5 8h5", "currentColor")

_DRAWINGS: dict[str, str] = {
    "better": _TICK,
    "improving": _TICK,
    "good": _TICK,
    "worse": _CROSS,
    "worsening": _CROSS,
    "stopped": _CROSS,
    "similar": _EQUALS,
    "same": _EQUALS,
    "no_significant_change": _EQUALS,
    "higher": _UP_TRIANGLE,
    "increasing": _UP_TRIANGLE,
    "lower": _DOWN_TRIANGLE,
    "decreasing": _DOWN_TRIANGLE,
    "up": _UP_ARROW,
    "down": _DOWN_ARROW,
    "not_compared": _UNKNOWN,
    "cannot_be_calculated": _UNKNOWN,
    "unknown": _UNKNOWN,
    "neutral": '<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "progress": '<path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/>'
    '<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "attention": '<path d="M8 1 15.5 15H.5z" fill="currentColor"/>' + _line("M8 6v4M8 12.6v.1"),
    "own": '<path d="M8 1l7 7-7 7-7-7z" fill="currentColor"/>',
    "group": '<circle cx="8" cy="8" r="4" fill="#6f7a80"/>',
    "median": '<path d="M8 0v16" stroke="#17252b" stroke-width="2" data-part="benchmark"/>',
    "middle_half": '<rect y="4" width="16" height="8" rx="1" fill="#dde4e6" data-part="band"/>',
}


def _svg(css_class: str, box: str, inner: str) -> str:
    return f'<svg class="{css_class}" viewBox="{box}" aria-hidden="true" focusable="false">{inner}</svg>'


_MARKS = {word: mark_safe(_svg("slip-mark", "0 0 16 16", drawing)) for word, drawing in _DRAWINGS.items()}  # noqa: S308

_QUARTERS = {
    band: mark_safe(  # noqa: S308 - fixed shapes only
        _svg(
            "slip-quarter__steps",
            "0 0 36 12",
            "".join(
                f'<rect x="{x}" y="1" width="8" height="10" rx="1" fill="currentColor"/>'
                if step == band
                else f'<rect x="{x + 0.5}" y="4" width="7" height="4" rx="1" fill="#a9b3b7" data-part="band"/>'
                for step, x in ((4, 0), (3, 9), (2, 18), (1, 27))
            ),
        )
    )
    for band in (1, 2, 3, 4)
}


def mark(word: str) -> SafeString:
    """The drawing for an outcome, a state or a part of the chart key. Raises KeyError for a word without one."""
    return _MARKS[str(word)]


def quarter_steps(band: int) -> SafeString:
    """Four steps from the far end (left) to the best or highest quarter (right), with `band` filled."""
    return _QUARTERS[int(band)]
