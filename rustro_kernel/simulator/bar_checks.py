"""Says, in one sentence, what is wrong with the rows of a bar file that should be played."""

import numpy as np

from rustro_kernel.bar_files.arrays import Ints, Mask
from rustro_kernel.bar_files.checks import price_flaws
from rustro_kernel.bar_files.raw import RawBars
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import MINUTE, show_time

SENTENCES = {
    "no_price": "has a price that is missing or not a number",
    "bad_price": "has a price that is not above zero, or beyond any index",
    "back": "is earlier than the row above it; rows must be sorted by ts",
    "again": "repeats the ts of the row above it; every minute may occur once",
    "inside": "does not start at a full minute; rows must be 1m bars",
    "ohlc": "has a high or low that does not enclose its open and close",
}
"""In the order in which they are asked."""

FEW = 60
"""Rows from which on their usual distance says how long they are."""


def refuse_bad(bars: RawBars) -> None:
    """Playing a file wants it whole; `rustro data import` is for what has to be sieved.

    Raises:
        BadData: If times carry no zone, or at the first row that cannot be played.
    """
    source, stamps = bars.source, bars.stamps
    if not stamps.is_aware:
        column = " and ".join(bars.columns.times)
        problem = f"timestamps in {column} have no time zone; they need one, such as +05:30"
        raise BadData(source.name, problem)
    if stamps.missing.any():
        raise BadData(source.name, f"{source.place(_first(stamps.missing))} has no timestamp")
    flaws = price_flaws(bars.ohlc) | _order_flaws(stamps.ns)
    for rule, sentence in SENTENCES.items():
        if flaws[rule].any():
            row = _first(flaws[rule])
            when = show_time(int(stamps.ns[row]))[:16]
            raise BadData(source.name, f"{source.place(row)} ({when}) {sentence}")
    _refuse_longer(source.name, stamps.ns)


def _refuse_longer(name: str, ts_ns: Ints) -> None:
    """Bars of 5 minutes would be played as minutes, with four holes after each."""
    if len(ts_ns) < FEW:
        return
    minutes = int(np.median(np.diff(ts_ns))) // MINUTE
    if minutes > 1:
        raise BadData(name, f"has a row every {minutes} minutes; rows must be 1m bars")


def _order_flaws(ts_ns: Ints) -> dict[str, Mask]:
    step = np.diff(ts_ns, prepend=ts_ns[0] - 1)
    return {"back": step < 0, "again": step == 0, "inside": ts_ns % MINUTE != 0}


def _first(found: Mask) -> int:
    return int(np.argmax(found))
