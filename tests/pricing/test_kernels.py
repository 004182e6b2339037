import numba
import numpy as np

from rustro_kernel.pricing import formula, kernels


@numba.njit(error_model="numpy")
def each(spot, strike, years, clock_years, vix, call, out):
    """A kernel of somebody else's that prices inside its loop."""
    for i in range(len(spot)):
        fair = formula.premium(spot[i], strike[i], years[i], clock_years[i], vix[i], call[i])
        out[i] = formula.on_tick(fair, 5.0)


def inputs(n=50_000):
    rng = np.random.default_rng(11)
    spot = 2_000_000 * np.exp(rng.normal(0, 0.1, n))
    strike = np.rint(spot * np.exp(rng.normal(0, 0.06, n)) / 5_000) * 5_000
    years = rng.uniform(0, 0.3, n)
    years[:100] = 0.0
    clock_years = years * rng.uniform(0.2, 1.8, n)
    return spot, strike, years, clock_years, rng.uniform(8, 80, n), (rng.random(n) < 0.5) * 1.0


def bits(values):
    return np.asarray(values, dtype=np.float64).view(np.int64).tolist()


def test_compiled_code_gives_the_bits_of_the_array_form():
    columns = inputs()
    out = np.empty(len(columns[0]))
    each(*columns, out)
    assert bits(out) == bits(formula.on_tick(formula.premium(*columns), 5.0))
    single = [kernels.premium(*row) for row in zip(*(c[:2_000] for c in columns), strict=True)]
    assert bits(single) == bits(formula.premium(*columns)[:2_000])


def test_one_value_in_an_array_is_priced_as_among_many():
    columns = inputs(1_000)
    alone = [formula.premium(*(column[i : i + 1] for column in columns))[0] for i in range(1_000)]
    assert bits(alone) == bits(formula.premium(*columns))
