"""Scaling figures as they are written, before they become floats."""

import re
from decimal import Context, Decimal, DecimalException

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def scale_decimal(text: str, factor: Decimal) -> Decimal:
    """``text`` times ``factor``, exactly: ``scale_decimal("0.285", Decimal(100))`` is 28.5 and not 28.499….

    ``text`` is one number in plain ASCII (``"28.5"``, ``"-0.3"``, ``"1e-3"``), spaces around it allowed.
    Raises ValueError for anything else: blanks, words, thousands separators, underscores, NaN and infinity.
    """
    written = text.strip()
    if not _NUMBER.fullmatch(written):
        raise ValueError(f"not a number: {text!r}")
    digits = len(written) + len(factor.as_tuple().digits)
    try:
        return Context(prec=digits).multiply(Decimal(written), factor)
    except DecimalException as error:
        raise ValueError(f"number out of range: {text!r}") from error
