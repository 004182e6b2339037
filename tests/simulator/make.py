"""Files, days and re-aggregated ticks for the tests of the simulator."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.instruments import Instrument, Kind, Right
from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.market import SimMarket

RULES = MarketRules()
ORDINARY = dt.date(2023, 3, 14)
SEED = 7

Row = tuple[int, float, float, float, float]
"""Start in ns, then rupees."""


def rows(date=ORDINARY, clocks=("09:15", "09:16", "09:17"), price=100.0) -> list[Row]:
    return [(at(date, clock), price, price + 1, price - 1, price) for clock in clocks]


def table(wanted: Sequence[Row], zone="Asia/Kolkata") -> pa.Table:
    ts, *prices = zip(*wanted, strict=True) if wanted else ((), (), (), (), ())
    columns = [pa.array(ts, pa.int64()).cast(pa.timestamp("ns", zone))]
    columns += [pa.array(p, pa.float64()) for p in prices]
    return pa.table(columns, names=["ts", "open", "high", "low", "close"])


def parquet(folder: Path, wanted: Sequence[Row] | pa.Table) -> Path:
    path = folder / "bars.parquet"
    pq.write_table(wanted if isinstance(wanted, pa.Table) else table(wanted), path)
    return path


def generated(date=ORDINARY, regime="range", seed=SEED, underlying="NIFTY", **kwargs) -> SimMarket:
    return SimMarket.generated(date, RULES, underlying, seed, regime, **kwargs)


def stored(path: Path, date=ORDINARY, seed=SEED, **kwargs) -> SimMarket:
    return SimMarket.from_file(BarFile.read(path), date, RULES, "NIFTY", seed, **kwargs)


def bar_rows(bars: Iterable[Bar]) -> list[Row]:
    """Bars as rows of a file."""
    return [(b.start_ns, b.open / 100, b.high / 100, b.low / 100, b.close / 100) for b in bars]


def a_file_of_days(folder: Path, days=3, date=ORDINARY) -> Path:
    """A file with the index's minutes of some generated days, the last of them on `date`."""
    wanted: list[Row] = []
    for _ in range(days):
        ticks = play(generated(date), index)
        wanted = bar_rows(minute_bars(ticks)) + wanted
        date = RULES.previous_trading_day(date)
    return parquet(folder, wanted)


def index(market: SimMarket) -> list[Instrument]:
    return [one for one in market.instruments() if one.kind is Kind.INDEX]


def vix(market: SimMarket) -> list[Instrument]:
    return [one for one in market.instruments() if one.kind is Kind.VIX]


def future(market: SimMarket) -> list[Instrument]:
    return [one for one in market.instruments() if one.kind is Kind.FUTURE]


def options(market: SimMarket, expiry=0) -> list[Instrument]:
    found = [one for one in market.instruments() if one.kind is Kind.OPTION]
    dates = sorted({one.expiry for one in found})
    return [one for one in found if one.expiry == dates[expiry]]


def near(market: SimMarket, steps=4, expiry=0, right: Right | None = None) -> list[Instrument]:
    """The options around the middle of the listed strikes."""
    chain = options(market, expiry)
    strikes = sorted({one.strike for one in chain})
    middle = len(strikes) // 2
    kept = strikes[middle - steps : middle + steps + 1]
    return [one for one in chain if one.strike in kept and right in (None, one.right)]


def usual(market: SimMarket) -> list[Instrument]:
    """What a session watches: index, VIX, future and nine strikes of calls and puts."""
    return index(market) + vix(market) + future(market) + near(market)


def play(market: SimMarket, which, *, depth=False, until_ns: int | None = None) -> list[Tick]:
    """All ticks of some instruments: a function of the market, or the instruments themselves."""
    watched = which(market) if callable(which) else which
    market.watch([one.key for one in watched], depth=depth)
    found: list[Tick] = []
    for second_ns, ticks in market.seconds():
        if until_ns is not None and second_ns >= until_ns:
            break
        found += ticks
    return found


def fingerprint(seed: int) -> str:
    """The hash of everything a generated day hands out."""
    market = generated(regime="auto", seed=seed)
    shallow, deep = play(market, usual), play(market, lambda m: near(m, 0), depth=True)
    encoded = msgspec.msgpack.encode((market.instruments(), market.history(), shallow, deep))
    return hashlib.sha256(encoded).hexdigest()


def minute_bars(ticks: Iterable[Tick]) -> list[Bar]:
    """The minutes that ticks of one instrument make up; volume from the running counter."""
    built: list[Bar] = []
    prices: list[int] = []
    before = running = 0
    start = None
    for tick in ticks:
        minute = tick.exch_ts - tick.exch_ts % MINUTE
        if start is not None and minute != start:
            built.append(_bar(start, prices, running - before))
            before, prices = running, []
        start, running = minute, tick.volume
        prices.append(tick.ltp)
    return [*built, _bar(start, prices, running - before)] if start is not None else built


def _bar(start: int, prices: list[int], volume: int) -> Bar:
    return Bar(start, prices[0], max(prices), min(prices), prices[-1], volume)
