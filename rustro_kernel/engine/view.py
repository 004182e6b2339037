"""The frozen read model: what panels, users and subscribers see of the engine."""

import msgspec

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.verdicts import Gate


class PositionView(msgspec.Struct, frozen=True):
    """One open position. Money in paise."""

    position_id: str
    symbol: str
    right: str
    units: int
    entry_paise: float
    price_paise: int
    bid_paise: int
    stop_paise: int
    trail_paise: int | None
    target_paise: int | None
    pnl_paise: int
    opened_ns: int
    closing: str  # the reason, while an exit is at work; else ""
    partial: Bar | None = None  # the minute of its premium that is being built


class OrderView(msgspec.Struct, frozen=True):
    """One order at work."""

    tag: str
    symbol: str
    side: str
    units: int
    filled: int
    limit_paise: int
    state: str  # of `engine.order_protocol.OrderState`
    trigger_paise: int = 0  # of a protective stop that rests at the broker


class MarkerView(msgspec.Struct, frozen=True):
    """Something to mark on the chart of an underlying."""

    ts_ns: int
    kind: str  # signal, entry, exit
    underlying_paise: int
    text: str


class UnderlyingView(msgspec.Struct, frozen=True):
    """One underlying: price, verdicts, minute bars of today (the last one may be partial)."""

    name: str
    key: str
    price_paise: int
    direction: str
    aligned: bool | None
    first_no: str | None
    gates: tuple[Gate, ...]
    bars: tuple[Bar, ...]
    partial: Bar | None
    anchor_ns: int = 0  # where the grid of 5m, 15m and 1h bars starts
    future: str = ""  # the symbol whose volume counts: an index has none


class KillView(msgspec.Struct, frozen=True):
    """A kill: no entries is one thing, flat as proven by the broker another."""

    begun_ns: int
    entries_ended: bool
    flat_by_books: bool
    flat_proven: bool  # by the broker, and nothing has come since
    outcome: str  # of `KillCompleted`; empty while it is at work
    attempts: int  # at having the broker say so


class Refusal(msgspec.Struct, frozen=True):
    """One reason why no entry would be taken: who says so, why, and what clears it."""

    name: str  # of a halt, as in TradingHalted; empty for what is no halt
    by: str
    why: str
    since_ns: int  # 0 where it did not begin at a moment
    clears: str

    @property
    def text(self) -> str:
        """Name and sentence, on one line."""
        return f"{self.name}: {self.why}" if self.name else self.why


class LimitsView(msgspec.Struct, frozen=True):
    """Today's limits, and what they are held against. 0 where nothing is known or wanted."""

    daily_loss_limit_paise: int = 0  # the day's result at which trading halts: below zero
    funds_paise: int = 0  # the first balance with what was made since
    margin_used_paise: int = 0
    margin_used_bps: int = 0  # of the funds
    margin_limit_bps: int = 0
    vix_halt_paise: int = 0  # the breaker's level, in hundredths like every VIX
    vix_spike_paise: int = 0  # and a rise over ten minutes that trips it
    vix_rise_paise: int = 0  # that rise now
    vix_resume_paise: int = 0
    max_losses: int = 0  # in a row
    cooldown_until_ns: int = 0  # 0: there is none
    max_positions: int = 0
    entries_left: int = 0  # positions that may still be opened beside the open ones
    entry_from_ns: int = 0  # entries: from <= t < until
    entry_until_ns: int = 0
    eod_ns: int = 0  # everything is closed from here


class View(msgspec.Struct, frozen=True):
    """The whole picture after one turn. `now_ns` is the engine's time."""

    mode: str = "sim"
    session_id: str = ""
    date: str = ""
    now_ns: int = 0
    input: int = 0
    seq: int = 0
    state: str = "INIT"  # INIT READY WAITING TRADING CLOSED
    overlays: tuple[str, ...] = ()  # NO_TRADE_TODAY, VIX_HALT, PAUSED, ...
    phase: str = "PREOPEN"
    accepting_entries: bool = False
    refusals: tuple[str, ...] = ()  # every reason why not
    reasons: tuple[Refusal, ...] = ()  # the same, each with who, since when and what clears it
    can_resume: bool = False  # one of them is the operator's to take away, now
    is_flat: bool = True  # by our own books
    kill: KillView | None = None
    limited_until_ns: int = 0  # half size and one position until then; 0: no
    is_flat_proven: bool = False  # and the broker has reported the end of every order we sent
    is_authenticated: bool = False  # there are tokens of the broker, not known to be lost
    connected: bool = False
    vix_paise: int = 0
    balance_paise: int = 0
    day_pnl_paise: int = 0
    realised_paise: int = 0
    losses_in_row: int = 0
    underlyings: tuple[UnderlyingView, ...] = ()
    positions: tuple[PositionView, ...] = ()
    orders: tuple[OrderView, ...] = ()
    markers: tuple[MarkerView, ...] = ()
    trades: int = 0
    flaws: dict[str, int] = {}  # bad ticks so far, by the engine's quality rule they broke
    bars_corrected: int = 0  # stated, and another one since minutes were recovered
    lines: tuple[str, ...] = ()  # the last readable lines
    limits: LimitsView = LimitsView()
    token_ends_ns: int = 0  # when the broker's tokens end; 0: not known, or there are none
