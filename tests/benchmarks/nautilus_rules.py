# mypy: ignore-errors
# nautilus_trader needs an older pandas than we have: this runs in an environment of its own.
"""The ADX strategy's rules on nautilus_trader, run by an interpreter that has it.

`python nautilus_rules.py BARS.csv` prints the seconds its engine took and what it counted, as JSON.
The same indicators (these very classes), the same three timeframes, breakout and pullback as in the
profile demo. It buys a call or a put, whose prices come as minute bars of their own: of each day's
contracts at the money at the open. Stop, trailing stop, end of day and lost alignment close it,
looked at once a minute. It is spared sizes, charges, risk limits, the order ladder, quotes inside
the minute and records. `index` as a second word leaves the options out: it then trades the index.
"""

import csv
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import INR
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from rustro_kernel.indicators import ADX, EMA, RSI

ID = "NIFTY.NSE"
MINUTES = BarType.from_str(f"{ID}-1-MINUTE-LAST-EXTERNAL")
FIVES = BarType.from_str(f"{ID}-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL")
IST_NS, DAY_NS, MINUTE_NS = 19_800 * 10**9, 86_400 * 10**9, 60 * 10**9
OPEN, FIRST, LAST, EXIT = 555, 600, 870, 920  # minutes of the day: 09:15, 10:00, 14:30, 15:20
STOP, ARM, GAP = 0.20, 0.10, 0.08
OPTIONS = {1: "CALL.NSE", -1: "PUT.NSE"}


class Rules(Strategy):
    """Daily direction, hourly alignment, breakout or pullback; stop and trailing stop."""

    def __init__(self, options: bool) -> None:
        super().__init__()
        self.options, self.prices, self.held = options, {}, ""
        self.daily, self.hourly, self.rsi, self.ema = ADX(14), ADX(14), RSI(14), EMA(9)
        self.day = self.direction = self.minutes = self.entries = 0
        self.aligned = False
        self.running = self.hour = self.last_hour = None
        self.day_bar, self.used, self.recent = None, -1, []
        self.fives, self.emas = [], []
        self.entry = self.best = 0.0

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(InstrumentId.from_str(ID))
        self.subscribe_bars(MINUTES)
        self.subscribe_bars(FIVES)
        for name in OPTIONS.values() if self.options else ():
            self.subscribe_bars(BarType.from_str(f"{name}-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar: Bar) -> None:
        name = str(bar.bar_type.instrument_id)
        if name != ID:
            self.prices[name] = float(bar.close)
            return
        if bar.bar_type.spec.step == 5:
            self.on_five(float(bar.close))
            return
        self.minutes += 1
        end = bar.ts_event + IST_NS
        day, minute = end // DAY_NS, end % DAY_NS // MINUTE_NS
        high, low, close = float(bar.high), float(bar.low), float(bar.close)
        if day != self.day:
            self.on_day(day)
        self.grow(high, low, close)
        into = (minute - OPEN) % 60
        if into == 0:
            self.on_hour()
        self.watch(close, minute)
        if self.direction and self.aligned and FIRST <= minute < LAST:
            self.enter(close, into, (minute - OPEN - 1) // 60)

    def on_day(self, day: int) -> None:
        if self.day_bar:
            adx, plus, minus = self.daily.update(*self.day_bar)
            self.direction = (1 if plus > minus else -1) if adx >= 25 else 0
        self.day, self.aligned, self.running, self.used = day, False, None, -1
        self.day_bar = None

    def grow(self, high: float, low: float, close: float) -> None:
        for name in ("running", "day_bar"):
            bar = getattr(self, name)
            grown = (max(bar[0], high), min(bar[1], low), close) if bar else (high, low, close)
            setattr(self, name, grown)

    def on_hour(self) -> None:
        self.last_hour, self.running = self.running, None
        adx, plus, minus = self.hourly.update(*self.last_hour)
        agrees = plus > minus if self.direction > 0 else minus > plus
        self.aligned = bool(adx >= 25 and agrees)

    def on_five(self, close: float) -> None:
        self.emas = [*self.emas[-1:], self.ema.update(close)]
        self.fives = [*self.fives[-1:], close]
        self.recent = [*self.recent[-5:], self.rsi.update(close)]

    def enter(self, close: float, into: int, hour: int) -> None:
        if self.used == hour or self.entry or not self.last_hour:
            return
        up = self.direction > 0
        past = close > self.last_hour[0] if up else close < self.last_hour[1]
        if not ((past and into >= 15) or (into % 5 == 0 and self.pullback(up))):
            return
        self.held = OPTIONS[self.direction] if self.options else ID
        price = self.prices.get(self.held, close)
        self.used, self.entry, self.best = hour, price, price
        self.entries += 1
        self.order(OrderSide.BUY if up or self.options else OrderSide.SELL)

    def pullback(self, up: bool) -> bool:
        if len(self.fives) < 2 or len(self.emas) < 2:
            return False
        (before, now), (was, is_) = self.fives, self.emas
        if up:
            return now > is_ and before <= was and now > before and min(self.recent) < 40
        return now < is_ and before >= was and now < before and max(self.recent) > 60

    def watch(self, close: float, minute: int) -> None:
        if not self.entry:
            return
        price = self.prices.get(self.held, close)
        self.best = max(self.best, price)
        armed = self.best / self.entry - 1 >= ARM
        is_out = price <= self.entry * (1 - STOP) or (armed and price <= self.best * (1 - GAP))
        if is_out or minute >= EXIT or not self.aligned:
            self.close_all_positions(InstrumentId.from_str(self.held))
            self.entry = 0.0

    def order(self, side: OrderSide) -> None:
        instrument = self.cache.instrument(InstrumentId.from_str(self.held))
        quantity = instrument.make_qty(1)
        self.submit_order(self.order_factory.market(instrument.id, side, quantity))


def bars(path: str, options: bool) -> list[Bar]:
    """Labelled by their end, as nautilus wants them; the options' come before the index's."""
    one, found = Quantity.from_int(1), []
    kinds = [BarType.from_str(f"{name}-1-MINUTE-LAST-EXTERNAL") for name in OPTIONS.values()]
    with Path(path).open(newline="") as file:
        for ns, *figures in csv.reader(file):
            ts, prices = int(ns) + MINUTE_NS, [Price(float(p), 2) for p in figures]
            for kind, price in zip(kinds, prices[4:], strict=True) if options else ():
                found.append(Bar(kind, price, price, price, price, one, ts, ts))
            found.append(Bar(MINUTES, *prices[:4], one, ts, ts))
    return found


def main(path: str, options: bool) -> None:
    config = BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True))
    engine = BacktestEngine(config=config)
    engine.add_venue(
        Venue("NSE"), OmsType.NETTING, AccountType.MARGIN, [Money(10**9, INR)], base_currency=INR,
        default_leverage=Decimal(10),
    )  # fmt: skip
    for name in (ID, *OPTIONS.values()):
        tick, lot = Price.from_str("0.01"), Quantity.from_int(1)
        key, symbol = InstrumentId.from_str(name), Symbol(name.partition(".")[0])
        engine.add_instrument(Equity(key, symbol, INR, 2, tick, lot, ts_event=0, ts_init=0))
    data, rules = bars(path, options), Rules(options)
    engine.add_data(data)
    engine.add_strategy(rules)
    start = time.process_time()
    engine.run()
    took = time.process_time() - start
    told = {"seconds": took, "bars": rules.minutes, "entries": rules.entries}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], options="index" not in sys.argv)
