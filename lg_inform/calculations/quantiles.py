"""Quantiles of the normal, Student's t and chi-squared distributions, from scipy and never from rounded constants.

They come from ``scipy.special``, on which ``scipy.stats`` itself rests, because importing the latter adds about a
second to every start of a process.
"""

from functools import cache

from scipy import special


def _probability(p: float) -> float:
    if not 0 < p < 1:
        raise ValueError(f"a probability must lie between 0 and 1, not {p}")
    return p


@cache
def normal_quantile(p: float) -> float:
    """The standard normal value below which a share ``p`` lies (0 < p < 1)."""
    return float(special.ndtri(_probability(p)))


@cache
def student_t_quantile(p: float, degrees: float) -> float:
    """The value of Student's t with ``degrees`` of freedom (above 0) below which a share ``p`` lies."""
    if degrees <= 0:
        raise ValueError(f"degrees of freedom must be above zero, not {degrees}")
    return float(special.stdtrit(degrees, _probability(p)))


@cache
def chi_squared_quantile(p: float, degrees: float) -> float:
    """The value of chi-squared with ``degrees`` of freedom (above 0) below which a share ``p`` lies."""
    if degrees <= 0:
        raise ValueError(f"degrees of freedom must be above zero, not {degrees}")
    return 2 * float(special.gammaincinv(degrees / 2, _probability(p)))
