"""Fits the constants of `pricing.formula`, and prices with other constants than those shipped."""

from typing import Any

import numpy as np
import pandas as pd

from rustro_kernel.pricing import formula
from tests.research.option_prices import strike_deviations

NAMES = ("NEAR", "FAR", "SKEW_NEAR", "SKEW_FAR", "CURVE_NEAR", "CURVE_FAR")
Constants = dict[str, float]


def shipped() -> Constants:
    return {name: getattr(formula, name) for name in NAMES}


def carry(rows: pd.DataFrame) -> float:
    """Median over the days and expiries at least a week away."""
    each = rows[rows.dte >= 7].groupby(["date", "expiry"]).first()
    return float((np.log(each.forward / each.spot) / each.years).median())


def fitted(rows: pd.DataFrame) -> Constants:
    """Least squares of log volatility over out-of-the-money prices, outliers held (Huber).

    Every period has a level of its own, so that what differs between periods is not taken for a
    term structure; NEAR is their mean. The weight falls away from the money; every period has the
    same weight, and in it every day and expiry.
    """
    out = np.where(rows.call, rows.strike >= rows.forward, rows.strike < rows.forward)
    rows = rows[out & (strike_deviations(rows).abs() < formula.WIDEST)]
    real = np.log(implied_width(rows) / np.sqrt(rows.clock_years.to_numpy()))
    weight, (which, periods) = _weights(rows), pd.factorize(rows.period)
    x = np.array([0.9] * len(periods) + [0.1, -0.05, 0.0, 0.03, 0.0])

    def volatility(x: np.ndarray) -> np.ndarray:
        return log_volatility(rows, [x[which], *x[len(periods) :]])

    for _ in range(30):
        error = volatility(x) - real
        slope = [(volatility(x + step) - real - error) / 1e-6 for step in 1e-6 * np.eye(len(x))]
        w = np.sqrt(weight / np.maximum(np.abs(error) / 0.05, 1.0))
        x = x - np.linalg.lstsq(np.column_stack(slope) * w[:, None], error * w, rcond=None)[0]
    found = [x[: len(periods)].mean(), *x[len(periods) :]]
    return dict(zip(NAMES, map(float, found), strict=True))


def modelled(rows: pd.DataFrame, constants: Constants) -> pd.Series:
    """The premium of each row in rupees on the tick, as `formula.premium` with other constants."""
    spot, strike, years, call = (
        rows[n].to_numpy(float) for n in ("spot", "strike", "years", "call")
    )
    volatility = np.exp(log_volatility(rows, [constants[name] for name in NAMES], spot=True))
    width = volatility * np.sqrt(rows.clock_years.to_numpy())
    fair = formula.black76(formula.forward(spot, years), strike, years, width, call)
    return pd.Series(formula.on_tick(fair * 100, 5.0) / 100, index=rows.index)


def log_volatility(rows: pd.DataFrame, constants: list[Any], *, spot: bool = False) -> np.ndarray:
    """`formula.deviation` x `formula.smile`, around the real forward or the one the spot gives."""
    near, far, skew_near, skew_far, curve_near, curve_far = constants
    clock = rows.clock_years.to_numpy()
    days = clock * 365
    level = rows.vix.to_numpy() / 100 * (near + far * days / (days + formula.LEVEL_DAYS))
    ahead = rows.forward.to_numpy()
    if spot:
        ahead = formula.forward(rows.spot.to_numpy(), rows.years.to_numpy())
    away = np.log(rows.strike.to_numpy() / ahead) / (level * np.sqrt(clock))
    away = np.clip(away, -formula.WIDEST, formula.WIDEST)
    part = days / (days + formula.SMILE_DAYS)
    smile = 1 + away * (skew_near + skew_far * part + (curve_near + curve_far * part) * away)
    found: np.ndarray = np.log(level * smile)
    return found


def implied_width(rows: pd.DataFrame) -> np.ndarray:
    """Volatility x root of time that gives each price, by halving intervals."""
    ahead, strike, years, call, price = (
        rows[name].to_numpy(float) for name in ("forward", "strike", "years", "call", "price")
    )
    low, high = np.full(len(rows), 1e-4), np.full(len(rows), 1.0)
    for _ in range(50):
        middle = (low + high) / 2
        dear = formula.black76(ahead, strike, years, middle, call) > price
        low, high = np.where(dear, low, middle), np.where(dear, middle, high)
    found: np.ndarray = (low + high) / 2
    return found


def _weights(rows: pd.DataFrame) -> np.ndarray:
    near = np.exp(-(strike_deviations(rows) ** 2) / 9)
    each = near / near.groupby([rows.date, rows.expiry]).transform("sum")
    found: np.ndarray = (each / each.groupby(rows.period).transform("sum")).to_numpy()
    return found
