"""A backtest as pandas tables. Times in India (`_ist`), money in rupees (`_rs`), VIX in points."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.strategy import EntryEvaluated, MinutesPassed
from rustro_kernel.records.attribution import Attribution, explained
from rustro_kernel.records.order_rows import OrderRow, order_rows
from rustro_kernel.research.plan import DayOutcome

ZONE = "Asia/Kolkata"
DECISIONS = ("at_ist", "underlying", "direction", "trigger", "first_no")


def trades(closed: Sequence[PositionClosed], premiums: Sequence[str]) -> pd.DataFrame:
    """One row a round trip, in order of closing.

    Every amount is of the whole trade, prices are per unit: `entry_price_rs` is value / units.
    `charges_rs` is rounded once; its parts, each rounded, may add up to a few paise more or less.
    `premiums` is "recorded" where ticks were played, "real" where each minute from entry to exit
    had a bar of the option, else "modelled".
    """
    frame = _rows(closed, PositionClosed)
    for side, value in (("entry", "buy_value_paise"), ("exit", "sell_value_paise")):
        frame.insert(0, f"{side}_price_rs", frame[value] / frame["units"] / 100)
        frame.insert(0, f"{side}_ist", _times(frame.pop(f"{side}_ns")))
    frame["premiums"] = list(premiums)
    frame["hold_s"] = (frame["exit_ist"] - frame["entry_ist"]).dt.total_seconds()
    return _in_rupees(frame)


def attribution(closed: Sequence[PositionClosed]) -> pd.DataFrame:
    """One row a trade, in the order of `trades`: `delta_rs` .. `residual_rs` add up to `net_rs`.

    By `records.attribution`, on the average fills; NaN where no volatility gives the premium.
    """
    found = [explained(trade) for trade in closed]
    names = [name for name in Attribution.__struct_fields__ if name.endswith("_paise")]
    columns = {
        name.removesuffix("_paise") + "_rs": [
            getattr(one, name) / 100 if one else None for one in found
        ]
        for name in names
    }
    columns["net_rs"] = [trade.net_paise / 100 for trade in closed]
    return pd.DataFrame(columns, dtype=float)


def orders(days: Iterable[DayOutcome]) -> pd.DataFrame:
    """One row an order, in the order of sending, as it stood at the day's end."""
    found = list(chain.from_iterable(order_rows(day.events) for day in days))
    frame = _rows(found, OrderRow)
    for name in ("sent", "updated"):
        frame.insert(0, f"{name}_ist", _times(frame.pop(f"{name}_ns")))
    return _in_rupees(frame)


def equity(days: Sequence[DayOutcome]) -> pd.DataFrame:
    """One row a day: `start_rs` is what it began with, `net_rs` its trades, `equity_rs` the sum.

    Where nothing compounds, `start_rs` stays and `equity_rs` still adds up.
    """
    net = np.array([day.net_paise for day in days], dtype=np.int64)
    first = days[0].balance_paise if days else 0
    return pd.DataFrame(
        {
            "date": pd.to_datetime([day.date for day in days]),
            "start_rs": [day.balance_paise / 100 for day in days],
            "net_rs": net / 100,
            "equity_rs": (first + np.cumsum(net)) / 100,
            "trades": [sum(e.type == "PositionClosed" for e in day.events) for day in days],
            "exit_code": [day.exit_code for day in days],
            "failed": [day.failed for day in days],
        }
    ).set_index("date")


def decisions(days: Iterable[DayOutcome]) -> pd.DataFrame:
    """One row a minute that was evaluated: `first_no` is the gate that stopped it, None: a signal.

    `at_ist` is the minute's end, when it was decided. All gates of a minute: `Result.gates`.
    """
    parts: list[tuple[Any, ...]] = []
    for day in days:
        for event in day.events:
            fact = event.data
            if isinstance(fact, MinutesPassed):
                ends = np.arange(fact.count) * MINUTE + fact.first_ns
            elif isinstance(fact, EntryEvaluated):
                ends = np.array([fact.at_ns])
            else:
                continue
            parts.append((ends, fact.underlying, fact.direction, fact.trigger, fact.first_no))
    counts = [len(part[0]) for part in parts]
    columns = {
        name: np.repeat(np.array([part[at] for part in parts], dtype=object), counts)
        for at, name in enumerate(DECISIONS)
        if at
    }
    ends = np.concatenate([part[0] for part in parts]) if parts else np.array([], np.int64)
    return pd.DataFrame({"at_ist": _times(pd.Series(ends)), **columns})


def _rows(found: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> pd.DataFrame:
    names = kind.__struct_fields__
    columns = {name: [getattr(row, name) for row in found] for name in names}
    return pd.DataFrame(columns)


def _times(ns: "pd.Series[Any]") -> "pd.Series[Any]":
    stamps = pd.to_datetime(ns.astype("int64"), utc=True, unit="ns")
    return stamps.dt.tz_convert(ZONE)


def _in_rupees(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of paise as rupees; of VIX in hundredths as points."""
    names = {}
    for name in frame.columns:
        if name.endswith("_vix_paise"):
            names[name] = name.removesuffix("_paise")
        elif name.endswith("_paise"):
            names[name] = name.removesuffix("_paise") + "_rs"
    for old in names:
        frame[old] = frame[old] / 100
    return frame.rename(columns=names)
