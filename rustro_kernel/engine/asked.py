"""What people ask a session for now and then, and no turn draws: chain, settings, a preview."""

from typing import Literal

import msgspec

from rustro_kernel.domain.bars import Bar

Kind = Literal["number", "whole", "switch", "choice", "text"]


class OptionFigures(msgspec.Struct, frozen=True):
    """One option as last quoted. Prices in paise; None where nothing is known.

    The implied volatility and the Greeks are those of the middle of the book, or of the last trade
    where nobody quotes both sides: by Black-76, on the calendar.
    """

    key: str
    symbol: str
    ltp_paise: int | None = None
    bid_paise: int | None = None
    ask_paise: int | None = None
    bid_units: int = 0
    ask_units: int = 0
    volume_units: int | None = None
    oi_units: int | None = None  # the feed in use does not carry it: always None so far
    quoted_ns: int = 0  # when the last message came; 0: never
    iv_pct: float | None = None  # percent a year
    delta: float | None = None
    gamma_per_rupee: float | None = None  # delta, by one rupee of the forward
    theta_paise_day: float | None = None  # by a calendar day; negative for a holder
    vega_paise_point: float | None = None  # by one percentage point of volatility


class ChainRow(msgspec.Struct, frozen=True):
    """A strike; a side that is not listed is None."""

    strike_paise: int
    call: OptionFigures | None
    put: OptionFigures | None
    is_atm: bool = False


class Chain(msgspec.Struct, frozen=True):
    """The strikes around the money that the session watches, lowest first; empty before that."""

    name: str = ""
    expiry: str = ""  # YYYY-MM-DD
    now_ns: int = 0  # the engine's time
    spot_paise: int = 0
    forward_paise: float = 0.0  # what the Greeks are worked out from
    lot_units: int = 0
    years: float = 0.0  # to expiry, on the calendar
    rows: tuple[ChainRow, ...] = ()


class Setting(msgspec.Struct, frozen=True):
    """A setting that `set` may change now."""

    key: str
    value: bool | int | float | str | None
    kind: Kind
    unit: str = ""  # %, s, Rs
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    meaning: str = ""
    default: bool | int | float | str | None = None
    can_be_none: bool = False  # `set` takes "none"
    pending: str = ""  # the text that is in force from the next bar on; empty: none is


class TradeSeen(msgspec.Struct, frozen=True):
    """A trade of the day so far, or one that would have been; still open: `exit_ns` is 0."""

    symbol: str
    units: int
    entry_ns: int
    entry_paise: float
    exit_ns: int = 0
    exit_paise: float = 0.0
    reason: str = ""
    net_paise: int = 0


class Course(msgspec.Struct, frozen=True):
    """The day so far under some settings."""

    signals: tuple[int, ...] = ()  # ns
    trades: tuple[TradeSeen, ...] = ()
    first_no: dict[str, int] = {}  # minutes judged, by the first gate that said no; "": a signal
    day_pnl_paise: int = 0  # open positions as if closed now


class Preview(msgspec.Struct, frozen=True):
    """What a setting would have done to the day so far; with a `problem` there is no more."""

    key: str
    value: str
    text: str  # one sentence
    problem: str = ""
    until_ns: int = 0
    without: Course = Course()
    with_it: Course = Course()
    took_s: float = 0.0


class AtHand(msgspec.Struct, frozen=True):
    """What the engine has of an underlying, copied between two turns: what answers are made from.

    `options` are the watched ones: strike in paise, CE or PE, and the figures of the quote alone.
    """

    name: str = ""
    expiry: str = ""
    expiry_ns: int = 0
    now_ns: int = 0
    spot_paise: int = 0
    forward_paise: int = 0  # of a future that ends with the options; 0: there is none
    lot_units: int = 0
    center_paise: int = 0  # the strike at the money that the watched ones are around
    options: tuple[tuple[int, str, OptionFigures], ...] = ()
    earlier: dict[str, tuple[Bar, ...]] = {}  # by timeframe: the bars before today
    settings: dict[str, dict[str, object]] = {}  # in force
    pending: tuple[tuple[str, str], ...] = ()  # from the next bar on: key and text
