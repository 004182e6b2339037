"""What is known of an instrument before its first tick: yesterday's close and today's limits."""

import datetime as dt

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import HOUR, SECOND, midnight_ns
from rustro_kernel.domain.money import tick_down, tick_up
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.quote import Quote
from rustro_kernel.simulator.market import SimMarket

CLOSED_AT = 15 * HOUR + 30 * 60 * SECOND
LIMIT_PCT = 10
"""A derivative may move so far from yesterday, of the index's or future's price."""


def opening_quote(market: SimMarket, listed: Listed) -> Quote:
    """The packet a stream sends of an instrument that has not traded today."""
    instrument = listed.instrument
    close = market.previous_close(instrument.key)
    index_close = market.previous_close(market.instruments()[0].key)
    upper, lower = limits(instrument, close, index_close)
    has_book = instrument.kind in (Kind.FUTURE, Kind.OPTION)
    high, low = _year(market, instrument, close)
    return Quote(
        exchange_type=listed.exchange_type,
        token=listed.token,
        sequence=1,
        exch_ms=_yesterday_ns(market) // SECOND * 1000,
        ltp=close,
        close=close,
        bids=() if has_book else None,
        asks=() if has_book else None,
        upper=upper,
        lower=lower,
        year_high=high,
        year_low=low,
    )


def limits(instrument: Instrument, close: int, index_close: int) -> tuple[int, int]:
    """Upper and lower circuit in paise; (0, 0) of an index."""
    tick = instrument.tick
    if instrument.kind is Kind.OPTION:
        return tick_up(close + index_close * LIMIT_PCT // 100, tick), tick
    if instrument.kind is Kind.FUTURE:
        width = close * LIMIT_PCT // 100
        return tick_down(close + width, tick), tick_up(close - width, tick)
    return 0, 0


def _year(market: SimMarket, instrument: Instrument, close: int) -> tuple[int, int]:
    """Highest and lowest price of the year; an option's low is 0."""
    if instrument.kind is Kind.OPTION:
        return close, 0
    if instrument.kind is not Kind.INDEX:
        return close, close
    series = (one for one in market.history() if one.timeframe is Timeframe.D1)
    bars = next(series).bars
    highs, lows = [bar.high for bar in bars], [bar.low for bar in bars]
    return max(highs, default=close), min(lows, default=close)


def _yesterday_ns(market: SimMarket) -> int:
    day = market.rules.previous_day or market.rules.date
    return midnight_ns(dt.date.fromisoformat(day)) + CLOSED_AT
