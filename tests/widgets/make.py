"""A small hand-made run: one underlying, one trade, every minute judged."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rustro_kernel.domain.market_time import HOUR, MINUTE
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events import positions as p, startup, strategy as s
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.ledger import Ledger

OPEN = 1_784_087_100_000_000_000  # 2026-07-15 09:15:00 IST
OPTION = "NIFTY21JUL2625000CE"
ENTRY, EXIT = OPEN + 95 * MINUTE, OPEN + 140 * MINUTE
Stated = tuple[int, Payload, int | None]


def bar(minute: int, close: int, **fields: Any) -> BarReady:
    """A completed bar; the open is five rupees lower."""
    plain: dict[str, Any] = {
        "instrument": "NSE:99926000",
        "symbol": "NIFTY",
        "timeframe": "1m",
        "start_ns": OPEN + minute * MINUTE,
        "open_paise": close - 500,
        "high_paise": close + 700,
        "low_paise": close - 900,
        "close_paise": close,
        "volume": 0,
        "auction": False,
        "corrected": False,
        "synthetic": True,
    }
    return BarReady(**{**plain, **fields})


def price(minute: int) -> int:
    """The underlying's path, in paise."""
    return 2_500_000 + round(4_000 * math.sin(minute / 40)) + 20 * minute


def decided(minute: int, first_no: str | None, *gates: Gate) -> s.EntryEvaluated:
    """The verdict on a minute."""
    at = OPEN + (minute + 1) * MINUTE
    default = (Gate("direction", "CE", "CE or PE", True), Gate("aligned", "yes", "yes", True))
    trigger = None if first_no else "BREAKOUT"
    found = gates or default
    return s.EntryEvaluated("NIFTY", at, price(minute), "CE", trigger, None, first_no, found, ())


def reason(minute: int) -> str | None:
    """What stopped each minute of the hand-made day."""
    if minute < 60:
        return "aligned"
    if minute == 94:
        return None
    return "positions" if 95 <= minute <= 140 else "trigger"


def opened() -> p.PositionOpened:
    """One lot bought at 120.00."""
    about = ("P1", "S1", "NIFTY", "NFO:1", OPTION, "CE", 2_500_000, "2026-07-21", 65, 65)
    return p.PositionOpened(*about, 65 * 12_000, 9_600, price(95), 1_350, 12_150, True)


def closed(net: int = 60_000) -> p.PositionClosed:
    """Sold at 130.00."""
    about = ("P1", "S1", "NIFTY", "NFO:1", OPTION, "CE", 2_500_000, "2026-07-21", 65, 65)
    money = (net + 5_000, 5_000, 4_000, 500, 300, 10, 10, 30, 150)
    return p.PositionClosed(
        *about,
        *("BREAKOUT", ENTRY, EXIT, 65 * 12_000, 65 * 13_000, ("a",), ("b",)),
        *(price(95), price(140), 1_350, 1_360, "TRAILING_STOP", ()),
        *money,
        *(net, 13_400, 11_800, 100),
    )


def start() -> list[Stated]:
    """What every run begins with."""
    figures = ("h", "adx", "h", 100_000_000, "")
    payloads = (
        startup.LogInitialized("2026-07-15-sim-main-1"),
        startup.ConfigLoaded("sim", "main", *figures),
        startup.DataIdentified("generated:auto seed 7", ("prices", "option chain")),
        startup.TradingDayChecked("2026-07-15", "ordinary", "", "2026-07-16"),
        startup.HistorySyncCompleted("NIFTY", 150, 150, 150, False),
    )
    return [(OPEN - HOUR, payload, None) for payload in payloads]


def verdicts() -> list[Stated]:
    """The day's direction at 09:30 and the first hour's alignment."""
    daily = (Gate("daily_adx", 31.25, 25.0, True), Gate("daily_di", 28.0, 14.0, True))
    hourly = (Gate("hourly_adx", 27.5, 25.0, True), Gate("hourly_di", 30.0, 12.0, True))
    return [
        (OPEN + 15 * MINUTE, s.DailyDirectionDetermined("NIFTY", "CE", daily, 150, False), None),
        (OPEN + HOUR, s.HourlyAnalysisRequired("NIFTY", OPEN), None),
        (OPEN + HOUR, s.HourlyAlignmentDetermined("NIFTY", True, hourly), 7),
    ]


def minutes(count: int = 375) -> Iterator[Stated]:
    """Bars of the index and verdicts, with a 5m bar at every fifth boundary."""
    for minute in range(count):
        at = OPEN + (minute + 1) * MINUTE
        yield at, bar(minute, price(minute)), None
        if minute % 5 == 4:
            yield at, bar(minute - 4, price(minute), timeframe="5m"), None
        yield at, decided(minute, reason(minute)), None


def trade() -> list[Stated]:
    """From fill to close, with the premium and a trailing stop on the way."""
    option = {"symbol": OPTION, "instrument": "NFO:1"}
    moves: list[Stated] = [(ENTRY, opened(), None)]
    for minute in range(96, 140):
        at, premium = OPEN + (minute + 1) * MINUTE, 12_000 + (minute - 95) * 30
        moves.append((at, bar(minute, premium, open_paise=premium - 20, **option), None))
        pnl = 65 * (premium - 12_000)
        updated = p.PositionUpdated("P1", OPTION, 65, 65 * 12_000, premium, pnl, 100)
        moves.append((at, updated, None))
    moves.append((OPEN + 120 * MINUTE, p.TrailingStopActivated("P1", 11_900, 12_800), None))
    moves.append((OPEN + 130 * MINUTE, p.TrailingStopUpdated("P1", 12_700, 13_050), None))
    return [*moves, (EXIT, closed(), None)]


def write(folder: Path, stated: list[Stated]) -> Path:
    """A run folder with these events, in the order of their time."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(DiskFile(folder / layout.EVENTS))
    for seq, (ts, data, cause) in enumerate(sorted(stated, key=lambda s: s[0]), 1):
        ledger.append(Event(seq, seq, ts, type(data).__name__, cause, None, data))
    ledger.close()
    return folder


def day_with_a_trade(folder: Path) -> Path:
    """The whole hand-made day."""
    return write(folder, [*start(), *verdicts(), *minutes(), *trade()])


def day_without_one(folder: Path) -> Path:
    """The same day; nothing was bought."""
    return write(folder, [*start(), *verdicts(), *minutes()])
