"""Builders with dull defaults, and a bench that drives an engine through a small hand-made day.

Prices are given in rupees and become paise; times are clock times of `DATE`. The bench's market:
NIFTY near 17 000, VIX 16, options near 150 with lot 50, no charges. Its strategy is the `Puppet`:
aligned while the last hour closed at 16 900 or more, a breakout whenever a minute closes at 17 050
or more (mirrored for PE). So a test says only what it is about.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable
from typing import Any, ClassVar

from msgspec.structs import replace

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.domain.bars import Bar, Series, Timeframe
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind, Right
from rustro_kernel.domain.market_time import DAY, HOUR, MINUTE, SECOND, midnight_ns
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.rules import (
    ChargeRates,
    ContractRules,
    DayKind,
    DayRules,
    Expiry,
    Leg,
    PriceBand,
)
from rustro_kernel.domain.settings import EngineSettings, Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.engine import effects, inputs
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.inputs import Body, Command, Input
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.strategies import STRATEGIES, Finding, Moment, Strategy, Trigger, Window

DATE = dt.date(2021, 11, 30)
EXPIRY = "2021-12-07"  # seven days away
NIFTY, VIX, FUTURE = InstrumentKey("NSE:1"), InstrumentKey("NSE:2"), InstrumentKey("NFO:1")
FREE = ChargeRates(0, 0, 0, 0, 0, 0, 0, 0, 0)
NSE_2021 = ChargeRates(500_000, 530_000, 0, 1000, 30_000, 0, 1800, 2000, 2_500_000)
NSE_2026 = ChargeRates(1_500_000, 355_200, 100, 1000, 30_000, 0, 1800, 2000, 0)
BAND = PriceBand(cheap_limit=0, cheap_band=0, band_bps=0, ltp_band_bps=2000, ltp_band_min=1000)


def ns(clock: str, date: dt.date = DATE) -> int:
    """The ns of "HH:MM", "HH:MM:SS" or "HH:MM:SS.mmm"."""
    whole, _, part = clock.partition(".")
    hours, minutes, seconds = (*map(int, whole.split(":")), 0)[:3]
    fraction = int(part.ljust(9, "0")) if part else 0
    return midnight_ns(date) + hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction


def clock(ts: int) -> str:
    """The clock time of a moment, with milliseconds where there are any."""
    shown = dt.datetime.fromtimestamp(ts // SECOND, dt.timezone(dt.timedelta(hours=5.5)))
    millis = ts % SECOND // 1_000_000
    return f"{shown:%H:%M:%S}" + (f".{millis:03d}" if millis else "")


def option_key(strike: int = 17_000, right: str = "CE", expiry: str = EXPIRY) -> InstrumentKey:
    """The key of the bench's option."""
    return InstrumentKey(f"NFO:{expiry}-{strike}{right}")


CALL, PUT = option_key(17_050), option_key(17_050, "PE")
"""What the bench buys when NIFTY closes at 17 060."""


def option(strike=17_000, right="CE", expiry=EXPIRY, lot=50, freeze=1800) -> Instrument:
    key = option_key(strike, right, expiry)
    symbol = f"NIFTY{expiry}{strike}{right}"
    right = Right(right)
    return Instrument(
        key, symbol, Kind.OPTION, "NIFTY", 5, lot, freeze, expiry, strike * 100, right
    )


def master(
    strikes: Iterable[int] = range(16_500, 17_501, 50), expiries=(EXPIRY,), **fields: Any
) -> tuple[Instrument, ...]:
    """Index, VIX, future and both options of every strike and expiry."""
    return (
        Instrument(NIFTY, "NIFTY", Kind.INDEX, "NIFTY"),
        Instrument(VIX, "India VIX", Kind.VIX, "INDIAVIX", tick=1),
        Instrument(FUTURE, "NIFTYFUT", Kind.FUTURE, "NIFTY", 5, 50, 1800, "2021-12-30"),
        *(option(s, r, e, **fields) for e in expiries for s in strikes for r in ("CE", "PE")),
    )


def leg(start: str = "09:15", end: str = "15:30") -> Leg:
    return Leg(ns(start), ns(end))


def rules(**fields: Any) -> DayRules:
    """An ordinary day."""
    contract = ContractRules("NIFTY", "NSE", "NFO", "1", 5000, 5, 5, 1800, ())
    plain = {
        "date": str(DATE),
        "kind": DayKind.ORDINARY,
        "name": "",
        "index_legs": (leg(),),
        "derivative_legs": (leg(),),
        "index_auction": None,
        "eod_exit_ns": ns("15:20"),
        "eod_exit_expiry_ns": ns("15:00"),
        "interruptions": (),
        "previous_day": "2021-11-29",
        "next_day": "2021-12-01",
        "contracts": (contract,),
        "price_band": BAND,
        "charges": FREE,
        "unverified": (),
    }
    return DayRules(**{**plain, **fields})


def expiring(expiry: str, lot: int = 50) -> Expiry:
    return Expiry(expiry, monthly=False, lot=lot)


def settings(**changed: Any) -> EngineSettings:
    """The defaults with volume gates off, changed by section__key=value."""
    quiet = {"strategy__volume_filter": "off", "exits__low_volume_exit": False}
    tree: dict[str, dict[str, Any]] = {"strategy": {"name": "puppet"}}
    for key, value in {**quiet, **changed}.items():
        section, _, name = key.partition("__")
        tree.setdefault(section, {})[name] = value
    return EngineSettings.model_validate(tree)


def bar(close: float = 17_000, *, at: int = 0, volume: int = 0, **fields: Any) -> Bar:
    """A bar that opened where it closed; prices in rupees."""
    first, high, low, last = (
        paise(fields.pop(name, close)) for name in ("open", "high", "low", "close")
    )
    return Bar(at, first, high, low, last, volume, **fields)


def trend(count: int, step: float, *, last: float = 17_000, span: int = DAY) -> list[Bar]:
    """Bars that end at `last`, each `step` rupees above the one before, ten rupees wide."""
    start, bars = ns("00:00") - count * span, []
    for i in range(count):
        close = last - step * (count - 1 - i)
        high, low = max(close, close - step) + 5, min(close, close - step) - 5
        bars.append(bar(close, open=close - step, high=high, low=low, at=start + i * span))
    return bars


def history(step: float = 20, *, days=40, hour_volume=100_000, quarters=100) -> tuple[Series, ...]:
    """The bars before the day: a trend of `step` rupees, future volumes that never vary."""
    hours = [replace(b, volume=hour_volume) for b in trend(60, step, span=HOUR)]
    quarter_bars = [replace(b, volume=hour_volume // 4) for b in trend(quarters, step)]
    return (
        Series(NIFTY, Timeframe.D1, tuple(trend(days, step))),
        Series(NIFTY, Timeframe.H1, tuple(trend(60, step, span=HOUR))),
        Series(NIFTY, Timeframe.M5, tuple(trend(60, step, span=5 * MINUTE))),
        Series(FUTURE, Timeframe.D1, tuple(replace(b, volume=1) for b in trend(5, step))),
        Series(FUTURE, Timeframe.H1, tuple(hours)),
        Series(FUTURE, Timeframe.M15, tuple(quarter_bars)),
    )


class Puppet(Strategy):
    """Decides by plain prices; CE after rising days, PE after falling ones."""

    name: ClassVar[str] = "puppet"

    def direction(self, daily: Window) -> Finding[Direction]:
        rise = daily.bars[-1].close - daily.bars[0].close
        answers = {1: Direction.CE, -1: Direction.PE, 0: Direction.NO_TRADE}
        return Finding(answers[(rise > 0) - (rise < 0)])

    def alignment(self, hours: Window, direction: Direction) -> Finding[bool]:
        close = hours.bars[-1].close
        return Finding(close >= 1_690_000 if direction is Direction.CE else close <= 1_710_000)

    def trigger(self, moment: Moment) -> Finding[Trigger | None]:
        close, up = moment.minute.close, moment.direction is Direction.CE
        fires = close >= 1_705_000 if up else close <= 1_695_000
        return Finding(Trigger(TriggerKind.BREAKOUT) if fires else None)


def command(name: str, *, id: str = "", **args: str) -> Command:
    return Command(id or f"c-{name}-{len(args)}", name, args)


def tick(instrument=NIFTY, price: float = 17_000, at: int = 0, **fields: Any) -> Tick:
    """A trade at that moment."""
    return Tick(instrument, at, paise(price), **{"ltt": at, **fields})


class Bench:
    """An engine in a small world that answers it: master, history, stream, timers, cancellations.

    Asked for a quote, it gives the last one again, unless `is_quoted` is taken from it.

    Args:
        strategy: Registered under its name; the settings name it.
        step: Rupees a day of the history's trend: up, down, or 0.
        broker: A paper broker that takes the orders; without one the test reports fills itself.
        holds_cancels: Cancellations wait for the test instead of being confirmed at once.
        **changed: Settings as section__key=value.
    """

    def __init__(
        self,
        *,
        day: DayRules | None = None,
        strategy: type[Strategy] = Puppet,
        step: float = 20,
        past: tuple[Series, ...] | None = None,
        listed: tuple[Instrument, ...] | None = None,
        broker: PaperBroker | None = None,
        holds_cancels: bool = False,
        start: str = "09:00",
        history_problem: str = "",
        balance: float = 1_000_000,
        max_lots: int = 0,
        day_so_far: tuple[int, int] = (0, 0),  # funds and result of earlier sessions, in paise
        **changed: Any,
    ) -> None:
        self.rules, self.max_lots, self.day_so_far = day or rules(), max_lots, day_so_far
        self.events: list[Event] = []
        self.effects: list[effects.Effect] = []
        self.inputs: list[Input] = []
        self.orders: list[tuple[int, OrderRequest]] = []
        self.changes: list[tuple[int, OrderRequest]] = []
        self.cancels: list[tuple[int, str]] = []
        self.finished: effects.Finish | None = None
        self.wake: int | None = None
        self.now = ns(start)
        self.prices = {NIFTY: 17_000.0, VIX: 16.0, FUTURE: 17_010.0}
        self.volume = 0
        self.latest: dict[str, Tick] = {}
        self.is_quoted = True
        self._answers: deque[Body] = deque()
        self._filled: dict[str, tuple[int, int]] = {}
        self._final: set[str] = set()
        self._past = past or history(step)
        self._listed = listed or master()
        self.broker, self._holds, self._problem = broker, holds_cancels, history_problem
        if broker is not None:
            broker.set_instruments(self._listed)
        self.registry = {**STRATEGIES, strategy.name: strategy}
        self.engine = Engine(self.registry)
        chosen = settings(**{"strategy__name": strategy.name, **changed})
        self._start(chosen, paise(balance))

    def _start(self, chosen: EngineSettings, balance: int) -> None:
        tree = chosen.model_dump(mode="json")
        name = chosen.strategy.name
        self.feed(
            inputs.SessionStarted(
                "s-1",
                "sim",
                "a",
                self.rules,
                tree,
                "h",
                name,
                "h",
                balance,
                "hand-made",
                max_lots=self.max_lots,
                day_funds_paise=self.day_so_far[0],
                day_result_paise=self.day_so_far[1],
            )
        )
        for step in ("log", "storage", "broker"):
            self.feed(inputs.StepDone(step))

    # time

    def feed(self, body: Body, at: int | str | None = None) -> Turn:
        """Let time pass to a moment, then apply one input and carry out its effects."""
        if at is not None:
            self.wait_to(at)
        turn = self._apply(body)
        while self._answers:
            self._apply(self._answers.popleft())
        return turn

    def _apply(self, body: Body) -> Turn:
        turn = self.engine.apply(item := Input(len(self.inputs) + 1, self.now, body))
        self.inputs.append(item)
        self.events += turn.events
        self.effects += turn.effects
        for effect in turn.effects:
            self._carry_out(effect.action)
        return turn

    def wait_to(self, at: int | str) -> None:
        """Nothing but timers and the broker until a moment."""
        until = ns(at) if isinstance(at, str) else at
        while True:
            due = self.broker.next_due_ns() if self.broker else None
            times = [t for t in (self.wake, due) if t is not None and t <= until]
            if not times or self.finished:
                break
            self.now = max(self.now, min(times))
            if self.wake == min(times):
                self._wake_up(self.wake)
            elif self.broker is not None:
                for update in self.broker.due(self.now):
                    self.feed(update)
        self.now = max(self.now, until)

    def _wake_up(self, due_ns: int) -> None:
        self.wake = None
        self.feed(inputs.Wake(due_ns))

    def wait(self, seconds: float) -> None:
        """Nothing but timers for so long."""
        self.wait_to(self.now + round(seconds * SECOND))

    def run_to(self, at: int | str, every: int = 30) -> None:
        """A quiet market until just before a moment: liquid instruments tick twice a minute."""
        until = ns(at) if isinstance(at, str) else at
        beat = every * SECOND
        moment = max(self.now, self.rules.derivative_legs[0].open_ns)
        moment += (5 * SECOND - moment) % beat
        while moment < until:
            self._beat(moment)
            moment += beat
        self.wait_to(until - 1)

    def _beat(self, moment: int) -> None:
        self.tick(VIX, at=moment)
        self.tick(FUTURE, at=moment, traded=1000)
        self.tick(NIFTY, at=moment)
        for key in sorted(set(self.state.watched) - set(self.state.quotes)):
            self.tick(key, at=moment)

    # market

    def tick(
        self, key: InstrumentKey, price: float | None = None, at: int | str | None = None, **fields
    ) -> Turn:
        """One message; the price stays until the next one. `traded` adds to the day's volume."""
        if at is not None:
            self.wait_to(at)
        price = self.prices[key] = price if price is not None else self.prices.get(key, 150.0)
        self.volume += fields.pop("traded", 0)
        plain: dict[str, Any] = {"exch_ts": self.now, "ltt": self.now}
        if key == FUTURE:
            plain["volume"] = self.volume
        if key not in (NIFTY, VIX):
            sides = {"bid": paise(price) - 10, "ask": paise(price) + 10}
            plain.update(sides, bid_qty=5000, ask_qty=5000)
        message = Tick(key, ltp=paise(price), **{**plain, **fields})
        self.latest[key] = message
        if self.broker is not None:
            self.broker.on_tick(message, self.now)
            self.wait_to(self.now)
        return self.feed(message)

    # orders

    def report(self, status: OrderStatus, tag: str | None = None, **fields: Any) -> Turn:
        """The broker says something of an order (the newest live one)."""
        tag = tag or self.live.tag
        filled, value = self._filled.get(tag, (0, 0))
        if status in FINAL:
            self._final.add(tag)
        plain = {"broker_id": f"B-{tag}", "filled": filled, "value_paise": value}
        return self.feed(OrderUpdate(tag, status, **{**plain, **fields}))

    def _confirm(self, tag: str) -> None:
        """The cancellation of an order, with what it filled before."""
        filled, value = self._filled.get(tag, (0, 0))
        self._final.add(tag)
        update = OrderUpdate(tag, OrderStatus.CANCELLED, f"B-{tag}", filled, value)
        self._answers.append(update)

    def fill(self, units: int | None = None, price: float | None = None) -> Turn:
        """Units of the live order trade (all of the rest) at a price (its limit)."""
        order = self.live
        filled, value = self._filled.get(order.tag, (0, 0))
        units = order.quantity - filled if units is None else units
        each = order.limit_paise if price is None else paise(price)
        self._filled[order.tag] = (filled + units, value + units * each)
        is_whole = filled + units == order.quantity
        return self.report(OrderStatus.COMPLETE if is_whole else OrderStatus.PARTIAL)

    def reject(self, code: str = "RMS") -> Turn:
        return self.report(OrderStatus.REJECTED, code=code, message="the broker's words")

    @property
    def live_orders(self) -> list[OrderRequest]:
        """Orders that are not final, oldest first."""
        return [order for _, order in self.orders if order.tag not in self._final]

    @property
    def live(self) -> OrderRequest:
        """The newest order that is not final."""
        return self.live_orders[-1]

    # what it said

    def said(self, *names: str) -> list[Any]:
        """The payloads of these events, in order."""
        return [event.data for event in self.events if event.type in names]

    def names(self, *only: str) -> list[str]:
        """The names of the events (of these)."""
        return [e.type for e in self.events if not only or e.type in only]

    def last(self, name: str) -> Any:
        return self.said(name)[-1]

    def gate(self, name: str) -> Any:
        """A gate of the last evaluation."""
        return next(g for g in self.last("EntryEvaluated").gates if g.name == name)

    def event(self, payload: Payload) -> Event:
        """The event that carries a payload."""
        return next(event for event in self.events if event.data is payload)

    @property
    def state(self):
        """The engine's own state, for what no event says."""
        return self.engine._world.state

    # answers

    def _carry_out(self, action: effects.Action) -> None:
        match action:
            case effects.SetWake(due_ns):
                self.wake = due_ns
            case effects.PlaceOrder(order):
                self._place(order)
            case effects.ModifyOrder(order):
                self._modify(order)
            case effects.CancelOrder(tag):
                self._cancel(tag)
            case effects.Finish():
                self.finished = action
            case _:
                self._answers.extend(self._answer(action))

    def _answer(self, action: effects.Action) -> list[Body]:
        past = () if self._problem else self._past
        answers: dict[type, Body] = {
            effects.LoadMaster: inputs.MasterLoaded(self._listed),
            effects.SyncHistory: inputs.HistoryLoaded(past, self._problem),
            effects.ConnectStream: inputs.StreamChanged(connected=True),
        }
        if isinstance(action, effects.Subscribe):
            return [inputs.Subscribed(action.instruments)]
        if isinstance(action, effects.AskQuotes) and self.is_quoted:
            return [self.latest[key] for key in action.instruments if key in self.latest]
        return [answers[type(action)]] if type(action) in answers else []

    def _place(self, order: OrderRequest) -> None:
        self.orders.append((self.now, order))
        if self.broker is not None:
            self.broker.place(order, self.now)

    def _modify(self, order: OrderRequest) -> None:
        self.changes.append((self.now, order))
        if self.broker is not None:
            self.broker.modify(order, self.now)
        else:
            self.orders = [(at, order if o.tag == order.tag else o) for at, o in self.orders]

    def _cancel(self, tag: str) -> None:
        self.cancels.append((self.now, tag))
        if self.broker is not None:
            self.broker.cancel(tag, self.now)
        elif not self._holds:
            self._confirm(tag)


def paper_broker(balance: float = 1_000_000, *, band: PriceBand | None = BAND, **fields: Any):
    return PaperBroker(Paper(**fields), paise(balance), band)


def trigger_at(bench: Bench, at: str = "10:31", price: float = 17_060, ltp: float = 150) -> Bench:
    """A quiet market, then a minute that ends at `at` and asks for an entry at an option price."""
    end, usual = ns(at), bench.prices[NIFTY]
    bench.run_to(end - 3 * SECOND)
    bench.tick(NIFTY, price, at=end - 2 * SECOND)
    bought = option_key(int(price // 50 * 50), bench.last("DailyDirectionDetermined").direction)
    bench.tick(bought, ltp, at=end - SECOND)
    bench.tick(VIX, at=end)
    bench.tick(FUTURE)
    bench.tick(NIFTY, usual)
    bench.tick(bought)
    return bench


def ordered(at: str = "10:31", **changed: Any) -> Bench:
    """A bench with an entry order at work since `at`."""
    return trigger_at(Bench(**changed), at)


def in_position(price: float = 150, at: str = "10:31", **changed: Any) -> Bench:
    """A bench that has bought CALL at a price."""
    bench = ordered(at, **changed)
    assert bench.live.side is Side.BUY
    bench.fill(price=price)
    return bench
