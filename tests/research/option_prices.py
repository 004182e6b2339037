"""Real option prices, each with what the model is given: spot, strike, time and the India VIX.

Prices in rupees. A forward comes from put-call parity near the money. The VIX of 2025 and 2026 is
worked out from the two monthly expiries in the exchange's published way (variance swaps of the
out-of-the-money prices, interpolated to 30 days); that of 2022 is from the daily file.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from rustro_kernel.domain.market_time import at
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.pricing import formula
from rustro_kernel.pricing.term import Term
from rustro_kernel.simulator.vix import BETA

RULES = MarketRules()
CHEAPEST = 0.5
"""Below ten ticks a premium says more of the tick than of the option."""
OPEN, CLOSE, STRUCK = "09:15", "15:30", "15:15"
"""An end of day price is an average of the last half hour, as the index's close is."""


def end_of_day(folder: Path) -> pd.DataFrame:
    """NIFTY options of January 2025 and 2026 that traded over 100 contracts, up to 45 days."""
    file = pd.read_parquet(folder / "options" / "nifty_fo_eod.parquet")
    rows = file[(file.kind == "OPT") & (file.underlying == "NIFTY") & (file.expiry > file.date)]
    rows = rows[(rows.volume > 0) & (rows.expiry < rows.date + pd.Timedelta(days=100))].assign(
        call=rows.right == "CE", price=rows.close
    )
    days = [_one_day(day) for _, day in rows.groupby("date")]
    found = pd.concat(days, ignore_index=True)
    kept = (found.volume > 100) & (found.price >= CHEAPEST) & (found.dte <= 45)
    period = found.date.dt.strftime("%Y-%m")
    return found.assign(period=period)[kept].reset_index(drop=True)


def _one_day(day: pd.DataFrame) -> pd.DataFrame:
    date = day.date.iloc[0].date()
    timed = [timed_rows(date, group, STRUCK) for _, group in day.groupby("expiry")]
    found = pd.concat([group for group in timed if group.forward.notna().all()])
    return found.assign(vix=implied_vix(found), spot=found.underlying_close)


def timed_rows(date: dt.date, group: pd.DataFrame, clock: str) -> pd.DataFrame:
    """One expiry's rows at one moment, with forward and times."""
    expiry = group.expiry.iloc[0].date()
    term = term_of(date, expiry)
    moment = at(date, clock)
    years, clock_years = float(term.years(moment)), float(term.clock_years(moment))
    return group.assign(
        dte=(expiry - date).days,
        years=years,
        clock_years=clock_years,
        forward=parity_forward(group, years),
    )


def term_of(date: dt.date, expiry: dt.date) -> Term:
    hours = (at(date, OPEN), at(date, CLOSE))
    return Term.of(expiry.isoformat(), date, hours, RULES.is_trading_day)


def parity_forward(group: pd.DataFrame, years: float) -> float:
    """The median over the seven strikes nearest the money; NaN where fewer than three have both."""
    both = group.pivot_table(index="strike", columns="call", values="price").reindex(
        columns=[True, False]
    )
    both = both.dropna()
    apart = both[True] - both[False]
    near = apart.abs().nsmallest(7).index
    if len(near) < 3:
        return float("nan")
    return float(np.median(near + np.exp(formula.RATE * years) * apart[near]))


def implied_vix(day: pd.DataFrame) -> float:
    """India VIX from the prices of one day."""
    traded = day[(day.strike % 50 == 0) & (day.volume >= 20) & (day.price >= 0.3)]
    last = traded.groupby(traded.expiry.dt.to_period("M")).expiry.max()
    near, following = [e for e in last if (e - day.date.iloc[0]).days >= 3][:2]
    (t1, v1), (t2, v2) = (_variance(traded[traded.expiry == e]) for e in (near, following))
    month = 30 / 365
    total = (t1 * v1 * (t2 - month) + t2 * v2 * (month - t1)) / (t2 - t1)
    return 100 * float(np.sqrt(total / month))


def _variance(group: pd.DataFrame) -> tuple[float, float]:
    """Years and variance a year of one expiry."""
    years, ahead = group.years.iloc[0], group.forward.iloc[0]
    middle = group.strike[group.strike <= ahead].max()
    out = group[(group.call & (group.strike > middle)) | (~group.call & (group.strike < middle))]
    prices = out.set_index("strike").price
    prices[middle] = group.price[group.strike == middle].mean()
    prices = prices.sort_index()
    strikes = prices.index.to_numpy()
    step = np.gradient(strikes)
    step[[0, -1]] = np.diff(strikes)[[0, -1]]
    swap = 2 / years * np.exp(formula.RATE * years) * np.sum(step / strikes**2 * prices.to_numpy())
    return years, float(swap - (ahead / middle - 1) ** 2 / years)


def november(folder: Path) -> pd.DataFrame:
    """Minutes of 2022-11-18 until 12:30 with at least five trades, expiries in 6 and 13 days."""
    file = pd.read_parquet(folder / "options" / "nifty_opt_1m_20221118_morning.parquet")
    vix = pd.read_parquet(folder / "vix_daily.parquet").set_index("date").close
    yesterday = float(vix[pd.Timestamp("2022-11-17")])
    traded = file[(file.n >= 5) & (file.close >= CHEAPEST)]
    return _with_vix(_minutes(traded, dt.date(2022, 11, 18)), yesterday)


def march(folder: Path) -> pd.DataFrame:
    """Minutes of 2025-03-12, the day before expiry. No VIX is stored: fitted to the first premiums.

    So only changes of premium can be judged, not their level.
    """
    file = pd.read_parquet(folder / "options" / "nifty_opt_1m_20250312_partial.parquet")
    rows = _minutes(file, dt.date(2025, 3, 12))
    first = rows[(rows.ts == rows.ts.min()) & (abs(rows.strike / rows.forward - 1) < 0.01)]
    levels = np.arange(8.0, 30.0, 0.05)
    errors = [np.median(abs(_premium(first, level) / first.price - 1)) for level in levels]
    return _with_vix(rows, float(levels[int(np.argmin(errors))]))


def _premium(rows: pd.DataFrame, vix: float) -> np.ndarray:
    names = ("spot", "strike", "years", "clock_years", "call")
    spot, strike, years, clock_years, call = (rows[name].to_numpy(float) for name in names)
    return formula.premium(spot, strike, years, clock_years, vix, call)


def _minutes(file: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Closes of minutes in which parity gives a forward; the nearest expiry gives the spot."""
    rows = file.assign(call=file.right == "CE", price=file.close, strike=file.strike.astype(float))
    parts = []
    for _, group in rows.groupby(["ts", "expiry"], observed=True):
        closed = group.ts.iloc[0] + pd.Timedelta(seconds=59)
        parts.append(timed_rows(date, group, closed.strftime("%H:%M:%S")))
    found = pd.concat(parts, ignore_index=True).dropna(subset="forward")
    spot = found[found.expiry == found.expiry.min()].groupby("ts")[["forward", "years"]].first()
    spots = spot.forward / formula.exp((formula.CARRY * spot.years).to_numpy())
    found = found.assign(spot=found.ts.map(spots), date=pd.Timestamp(date))
    return found.assign(period=f"{date:%Y-%m}").dropna(subset="spot")


def _with_vix(rows: pd.DataFrame, start: float) -> pd.DataFrame:
    """The VIX as the simulator lets it run from a level: against the index, BETA times as far."""
    first = rows.sort_values("ts").spot.iloc[0]
    return rows.assign(vix=start * (rows.spot / first) ** -BETA)


def strike_deviations(rows: pd.DataFrame) -> pd.Series:
    """Standard deviations each strike lies above the forward, by the model."""
    width = formula.deviation(rows.vix.to_numpy(), rows.clock_years.to_numpy())
    far = np.log(rows.strike.to_numpy() / rows.forward.to_numpy()) / width
    return pd.Series(far, index=rows.index)
