"""A scripted day: one winning trade after a retry, one rejected entry, minutes that stopped."""

from typing import Any

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events import orders as o, positions as p, strategy as s
from rustro_kernel.engine.events.market import DataGapDetected
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.risk import VixSpike
from rustro_kernel.engine.events.startup import (
    ConfigLoaded,
    DataIdentified,
    LogInitialized,
    TradingDayChecked,
)
from rustro_kernel.engine.events.system import ShutdownCompleted
from tests.records.make import NIFTY, START, bar

OPTION, SYMBOL = "NFO:41210", "NIFTY02DEC2117000CE"


def minute(at: int, first_no: str | None, *gates: Gate, **fields: Any) -> s.EntryEvaluated:
    plain = {"close_paise": 1_700_000, "direction": "CE", "trigger": None, "secondary": None}
    rest: dict[str, Any] = {**plain, "synthetic": ("option prices",), **fields}
    return s.EntryEvaluated("NIFTY", START + at * MINUTE, first_no=first_no, gates=gates, **rest)


def gates(aligned: bool | None, vix: bool | None) -> tuple[Gate, ...]:
    return (
        Gate("aligned", 27.5 if aligned else 20.25, 25, aligned),
        Gate("breakout.volume", 900, 1000, aligned),
        Gate("vix", 18.5, 30, vix),
    )


def trade(net: int = 4_000, **fields: Any) -> p.PositionClosed:
    names = {"position_id": "P1", "signal_id": "S1", "underlying": "NIFTY", "instrument": OPTION}
    about = {"symbol": SYMBOL, "right": "CE", "strike_paise": 1_700_000, "expiry": "2021-12-02"}
    size = {"lot": 50, "units": 50, "trigger": "BREAKOUT"}
    times = {"entry_ns": START, "exit_ns": START + 10 * MINUTE}
    values = {"buy_value_paise": 500_000, "sell_value_paise": 510_000}
    orders = {"buy_orders": ("b1",), "sell_orders": ("b2",)}
    ends = dict.fromkeys(("entry_underlying_paise", "exit_underlying_paise"), 1_700_000)
    vix = dict.fromkeys(("entry_vix_paise", "exit_vix_paise"), 1_850)
    why = {"reason": "TRAILING_STOP", "secondary": ()}
    costs = {"charges_paise": 6_000, "brokerage_paise": 4_000, "stt_paise": 250, "tax_paise": 800}
    parts = ("exchange_txn_paise", "ipft_paise", "sebi_fee_paise", "stamp_paise")
    small = dict(zip(parts, (500, 20, 30, 400), strict=True))
    rest = {"best_paise": 10_400, "worst_paise": 9_900, "slippage_paise": 500}
    result = {"gross_paise": net + 6_000, "net_paise": net}
    merged: dict[str, Any] = {**names, **about, **size, **times, **values, **orders, **ends}
    merged |= {**vix, **why, **costs, **small, **rest, **result}
    return p.PositionClosed(**{**merged, **fields})


START_UP: tuple[Payload, ...] = (
    LogInitialized("2021-11-30-sim-demo-1"),
    ConfigLoaded("sim", "demo", "c0ffee", "adx", "5eed", 100_000_000, ""),
    DataIdentified("nifty_1m.parquet", ("option prices",)),
    TradingDayChecked("2021-11-30", "ordinary", "", "2021-12-01"),
    bar(symbol="India VIX", low_paise=1_800, high_paise=1_900, close_paise=1_850),
    bar(symbol="India VIX", low_paise=1_850, high_paise=2_010, close_paise=1_990),
    DataGapDetected(NIFTY, "NIFTY 50", START),
    s.DailyDirectionDetermined("NIFTY", "CE", (Gate("daily_adx", 31.25, 25, True),), 150, False),
    s.HourlyAlignmentDetermined("NIFTY", True, (Gate("hourly_adx", 27.5, 25, True),)),
)

ENTRY: tuple[Payload, ...] = (
    minute(60, "aligned", *gates(False, None)),
    minute(61, "vix", *gates(True, False)),
    minute(62, "vix", *gates(True, False)),
    minute(63, None, *gates(True, True), trigger="BREAKOUT"),
    s.SignalGenerated(
        "S1", "NIFTY", "CE", "BREAKOUT", None, OPTION, SYMBOL, 1_700_000, "2021-12-02", 50, 50,
        10_000, START + 63 * MINUTE, START,
    ),
    o.OrderPlacementRequired("I1", "P1", OPTION, SYMBOL, "BUY", 50, "ENTRY"),
    o.OrderSubmissionRequired("I1", "tag-0", 0, "BUY", SYMBOL, 50, 10_000, 10_000, 0),
    o.OrderSubmitted("I1", "tag-0", "broker-1"),
    o.OrderRetryRequired("I1", "tag-0", 1, 0),
    o.OrderCancelled("I1", "tag-0", 20, 200_000),
    o.OrderSubmissionRequired("I1", "tag-1", 1, "BUY", SYMBOL, 30, 10_025, 10_000, 0),
    o.OrderAcknowledged("I1", "tag-1"),
    o.OrderExecuted("I1", "tag-1", 30, 300_000),
    p.PositionOpened(
        "P1", "S1", "NIFTY", OPTION, SYMBOL, "CE", 1_700_000, "2021-12-02", 50, 50, 500_000,
        8_000, 1_700_000, 1_850, 10_120, False,
    ),
)  # fmt: skip

EXIT: tuple[Payload, ...] = (
    p.PositionUpdated("P1", SYMBOL, 50, 500_000, 10_300, 15_000, 300),
    p.TrailingStopActivated("P1", 10_145, 10_300),
    s.ExitSignalGenerated("P1", "TRAILING_STOP", 3, ("ALIGNMENT_LOST",), 10_140),
    o.OrderPlacementRequired("I2", "P1", OPTION, SYMBOL, "SELL", 50, "TRAILING_STOP"),
    o.OrderSubmissionRequired("I2", "tag-2", 0, "SELL", SYMBOL, 50, 10_200, 10_210, 0),
    o.OrderExecuted("I2", "tag-2", 50, 510_000),
    trade(),
    o.OrderPlacementRequired("I3", "P2", OPTION, SYMBOL, "BUY", 50, "ENTRY"),
    o.OrderSubmissionRequired("I3", "tag-3", 0, "BUY", SYMBOL, 50, 10_000, 10_000, 0),
    o.OrderRejected("I3", "tag-3", "AB1004", "margin"),
    VixSpike(3_100, 600, "level"),
    ShutdownCompleted(0, "the day is over"),
)

DAY = (*START_UP, *ENTRY, *EXIT)
