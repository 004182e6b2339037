"""What must hold on every day, whatever it brings."""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, at
from rustro_kernel.domain.rules import RATE_UNIT, ChargeRates
from rustro_kernel.market_rules import MarketRules
from tests.real_days.drive import Day

EXIT_TAKES = 5 * MINUTE


def no_entry_outside_the_window_or_with_a_failed_gate(day: Day) -> None:
    looks = {e.seq: e.data for e in day.of("EntryEvaluated")}
    start, end = (at(day.date, text) for text in day.config.hours.entry_window)
    for signal in day.of("SignalGenerated"):
        look = looks[signal.cause]
        assert look.first_no is None
        assert all(gate.ok for gate in look.gates if "." not in gate.name)
        assert start <= signal.data.at_ns < end
    for sent in day.of("OrderSubmissionRequired"):
        if sent.data.side == "BUY":
            assert start <= sent.ts < end


def position_limits_are_kept(day: Day) -> None:
    open_now: dict[str, str] = {}
    for event in day.of("PositionOpened", "PositionClosed"):
        if event.type == "PositionOpened":
            open_now[event.data.position_id] = event.data.underlying
        else:
            del open_now[event.data.position_id]
        assert len(open_now) <= day.config.risk.max_positions
        each = Counter(open_now.values())
        assert all(n <= day.config.risk.max_positions_per_underlying for n in each.values())


def nothing_is_open_after_the_end_of_day_exit(day: Day) -> None:
    eod = [e.ts for e in day.of("EodMandatoryExit") if e.data.reason == "end of day"]
    assert len(eod) <= 1
    assert day.said("UnclosedAtClose") == []
    assert not any(day.held.values())
    opened = {e.data.position_id for e in day.of("PositionOpened")}
    closed = {e.data.position_id: e.ts for e in day.of("PositionClosed")}
    assert opened == set(closed)
    for ts in eod:
        assert all(gone <= ts + EXIT_TAKES for gone in closed.values())
        assert all(e.ts < ts for e in day.of("SignalGenerated"))


def cash_changes_by_what_the_trades_say(day: Day) -> None:
    trades = day.said("PositionClosed")
    assert day.paid_paise == sum(t.gross_paise for t in trades)
    for trade in trades:
        assert trade.net_paise == trade.gross_paise - trade.charges_paise


def every_charge_is_right_for_its_date(day: Day) -> None:
    """Recomputed in decimals from the dated tables and the fills on record."""
    rates = MarketRules.load().day(day.date, day.config.market.underlyings).charges
    value = {
        e.tag: e.value_paise
        for e in day.said("OrderPartiallyFilled", "OrderExecuted", "OrderCancelled")
    }
    for trade in day.said("PositionClosed"):
        buys = [value[tag] for tag in trade.buy_orders]
        sells = [value[tag] for tag in trade.sell_orders]
        assert (sum(buys), sum(sells)) == (trade.buy_value_paise, trade.sell_value_paise)
        assert _charged(rates, buys, sells) == trade.charges_paise


def _charged(rates: ChargeRates, buys: list[int], sells: list[int]) -> int:
    bought, sold = Decimal(sum(buys)), Decimal(sum(sells))
    unit, turnover = Decimal(RATE_UNIT), Decimal(sum(buys) + sum(sells))
    cap, rate = Decimal(rates.brokerage_cap), Decimal(rates.brokerage_rate) / unit
    brokerage = sum(min(cap, v * rate) if rates.brokerage_rate else cap for v in (*buys, *sells))
    taxed = brokerage + turnover * (rates.exchange_txn + rates.ipft + rates.sebi_fee) / unit
    stamp = (bought * rates.stamp_buy + sold * rates.stamp_sell) / unit
    total = taxed + taxed * rates.tax_bps / 10_000 + sold * rates.stt_sell / unit + stamp
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def the_ledger_is_dense_ordered_and_its_causes_point_back(day: Day) -> None:
    events = day.events
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert all(a.ts <= b.ts and a.input <= b.input for a, b in pairwise(events))
    assert all(e.cause is None or e.cause < e.seq for e in events)
    assert events[-1].type == "ShutdownCompleted"


def every_minute_of_the_index_is_judged_once(day: Day) -> None:
    key = next(e.data.instrument for e in day.of("BarReady") if e.data.symbol == "NIFTY")
    minutes = [
        b.start_ns + MINUTE
        for b in day.said("BarReady")
        if (b.instrument, b.timeframe, b.auction) == (key, "1m", False)
    ]
    assert [e.at_ns for e in day.said("EntryEvaluated")] == minutes


def longer_bars_are_made_of_their_minutes_and_stated_once(day: Day) -> None:
    stated: dict[tuple[str, str], list[Bar]] = defaultdict(list)
    for b in day.said("BarReady"):
        if not b.auction:
            prices = (b.open_paise, b.high_paise, b.low_paise, b.close_paise)
            stated[b.instrument, b.timeframe].append(Bar(b.start_ns, *prices, b.volume))
    anchor = day.rules.derivative_legs[0].open_ns
    if day.config.bars.anchor == "clock":
        anchor = (anchor + IST_OFFSET) // HOUR * HOUR - IST_OFFSET
    for (key, frame), bars in stated.items():
        assert len({b.start_ns for b in bars}) == len(bars)
        if frame != "1m":
            made = aggregate(stated[key, "1m"], Timeframe(frame), anchor)
            known = {b.start_ns: b for b in made}
            assert all(known[b.start_ns] == b for b in bars)


def an_intent_has_one_live_order_and_a_position_one_exit(day: Day) -> None:
    exits = Counter(e.position_id for e in day.said("ExitSignalGenerated"))
    assert set(exits.values()) <= {1}
    live: dict[str, str] = {}
    final = {"OrderExecuted", "OrderCancelled", "OrderRejected"}
    for event in day.of("OrderSubmissionRequired", *final):
        intent = event.data.intent_id
        if event.type in final:
            assert live.pop(intent) == event.data.tag
        else:
            assert intent not in live
            live[intent] = event.data.tag
    assert live == {}


LAWS = (
    no_entry_outside_the_window_or_with_a_failed_gate,
    position_limits_are_kept,
    nothing_is_open_after_the_end_of_day_exit,
    cash_changes_by_what_the_trades_say,
    every_charge_is_right_for_its_date,
    the_ledger_is_dense_ordered_and_its_causes_point_back,
    every_minute_of_the_index_is_judged_once,
    longer_bars_are_made_of_their_minutes_and_stated_once,
    an_intent_has_one_live_order_and_a_position_one_exit,
)


def hold(day: Day) -> None:
    """Every law."""
    for law in LAWS:
        law(day)
