"""Charts drawn on the server: numbers in, SVG out. They print, need no script, and cost about a tenth of a millisecond.

One language everywhere: one's own council is a diamond (or a solid bar) in the brand colour, the group is grey dots,
a benchmark is a dark line. Every drawing has a `label`, its accessible name; an empty label hides it from screen
readers, for use where a sentence beside it says the same. Values that are not finite numbers are left out.
Colours are SVG attributes, never `style`, because the content security policy forbids inline styles.
"""

from slip.design_system.svg.small import position_strip, sparkline, spine_bar
from slip.design_system.svg.wide import MANY, Bar, Series, box_plot, ranked_bars, time_series

__all__ = [
    "MANY",
    "Bar",
    "Series",
    "box_plot",
    "position_strip",
    "ranked_bars",
    "sparkline",
    "spine_bar",
    "time_series",
]
