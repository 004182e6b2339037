"""How far modelled premiums are from real ones, as the tables of `rustro_kernel.pricing`."""

from typing import Any

import pandas as pd

from tests.research.calibration import Constants, modelled
from tests.research.option_prices import strike_deviations

MONEY = ("in the money", "at the money", "out of it")
"""From 1.5 to 0.5 standard deviations in the money, within 0.5 of it, from 0.5 to 1.5 out of it."""
DAYS = ("1", "2-4", "5-8", "9-14", "15-45")
FEWEST = 8


def grouped(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows near the money, with the names of their groups."""
    far = strike_deviations(rows)
    out = far.where(rows.call, -far)
    money = pd.cut(out, [-1.5, -0.5, 0.5, 1.5], labels=MONEY)
    days = pd.cut(rows.dte, [0, 1, 4, 8, 14, 45], labels=DAYS)
    return rows.assign(money=money, days=days).dropna(subset=["money", "days"])


def level_error(rows: pd.DataFrame, constants: Constants) -> pd.Series:
    """Distance from the real premium in percent of it: "median/p95 (n)" by days and moneyness."""
    rows = grouped(rows)
    far = (modelled(rows, constants) / rows.price - 1).abs() * 100
    return _cells(far.groupby([rows.days, rows.money], observed=True))


def change_error(rows: pd.DataFrame, constants: Constants, minutes: int) -> pd.DataFrame:
    """How far the modelled change of a premium is from the real one, both in percent of its start.

    Beside it the median of the real change itself. A change of less than nothing counts as any.
    """
    rows = grouped(rows)
    rows = rows.assign(model=modelled(rows, constants))
    later = rows[["ts", "expiry", "strike", "call", "price", "model"]]
    later = later.assign(ts=later.ts - pd.Timedelta(minutes=minutes))
    both = rows.merge(later, on=["ts", "expiry", "strike", "call"], suffixes=("", "_later"))
    real = (both.price_later / both.price - 1) * 100
    told = (both.model_later / both.model - 1) * 100
    keys = [both.days, both.money]
    return pd.DataFrame({
        "moved": real.abs().groupby(keys, observed=True).median().map("{:.1f}".format),
        f"{minutes} min": _cells((told - real).abs().groupby(keys, observed=True)),
    })  # fmt: skip


def _cells(groups: "pd.api.typing.SeriesGroupBy[Any, Any]") -> pd.Series:
    middle, worst, count = groups.median(), groups.quantile(0.95), groups.size()
    text = middle.map("{:.1f}".format) + "/" + worst.map("{:.0f}".format)
    return text.where(count >= FEWEST, "-")
