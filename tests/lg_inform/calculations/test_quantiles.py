import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lg_inform.calculations.quantiles import chi_squared_quantile, normal_quantile, student_t_quantile

shares = st.floats(0.0005, 0.9995)
degrees = st.integers(1, 400)


def test_constants_of_the_field() -> None:
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=5e-7)
    assert normal_quantile(0.999) == pytest.approx(3.090232, abs=5e-7)
    # The value in the source text of Fingertips.
    assert chi_squared_quantile(0.998, 1) == pytest.approx(9.54953570608324, rel=1e-13)


@given(shares)
def test_normal_is_that_of_scipy_stats(p: float) -> None:
    assert normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-12, abs=1e-12)


@given(shares, degrees)
def test_student_t_is_that_of_scipy_stats(p: float, df: int) -> None:
    assert student_t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9, abs=1e-9)


@given(shares, degrees)
def test_chi_squared_is_that_of_scipy_stats(p: float, df: int) -> None:
    assert chi_squared_quantile(p, df) == pytest.approx(stats.chi2.ppf(p, df), rel=1e-9)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.1])
def test_probability_outside_its_range_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(p)
    with pytest.raises(ValueError, match="between 0 and 1"):
        chi_squared_quantile(p, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_t_quantile(p, 1)


def test_no_degrees_of_freedom_are_refused() -> None:
    with pytest.raises(ValueError, match="degrees"):
        chi_squared_quantile(0.5, 0)
    with pytest.raises(ValueError, match="degrees"):
        student_t_quantile(0.5, 0)
