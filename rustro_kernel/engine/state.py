"""The whole state of the engine: one tree of structs, so that a snapshot is one encoding of it."""

import msgspec

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.holdings import Bulk, Intent, Order, Position, Recovery
from rustro_kernel.engine.kill_state import Kill
from rustro_kernel.engine.view import MarkerView


class Quote(msgspec.Struct):
    """The last good message of an instrument."""

    ltp: int = 0
    ltt: int = 0
    bid: int = 0
    ask: int = 0
    bid_qty: int = 0
    ask_qty: int = 0
    volume: int = 0
    oi: int = 0  # 0: the feed does not carry it
    exch_ts: int = 0
    seen_ns: int = 0
    fallen: int = 0  # volumes in a row that were lower than `volume`
    fallen_to: int = 0  # the last of them


class Forming(msgspec.Struct):
    """A bar being built; `start` 0 means none."""

    start: int = 0
    end: int = 0
    open: int = 0
    high: int = 0
    low: int = 0
    close: int = 0
    volume: int = 0
    corrected: bool = False


class BarBook(msgspec.Struct):
    """Bars of one instrument: the minute being built, sealed minutes, higher ones, the rings."""

    key: str
    symbol: str
    anchor_ns: int
    minute: Forming
    volume_base: int = -1  # cumulative volume before the minute being built; -1: not known yet
    sealed_until: int = 0  # no bar that starts earlier can change
    sealed: list[Bar] = []  # minutes that wait for their boundary to complete
    higher: dict[str, Forming] = {}
    rings: dict[str, list[Bar]] = {}
    today: list[Bar] = []  # completed minutes of a liquid instrument: what recovery builds on
    flaws: dict[str, int] = {}
    flaw_minute: dict[str, int] = {}
    flaws_stated: dict[str, int] = {}  # the counts as last stated
    is_watched_for_gaps: bool = False
    heard_ns: int = 0  # its last beat, from which the next interval counts
    usual_ns: int = MINUTE  # between two beats: slow until it has proved fast


class Hole(msgspec.Struct):
    """Minutes of an instrument that are missing: what is wanted, asked for, and how often."""

    start: int
    end: int
    due_ns: int = 0  # when they are to be asked for; 0: nothing is planned
    deadline_ns: int = 0  # when an answer must be there; 0: none is awaited
    tries: int = 0
    has_failed: bool = False
    is_waived: bool = False  # the operator lets entries go on without it
    cause: int | None = None  # the event that made it wanted


class Hours(msgspec.Struct):
    """The hours in force now; legs are [open, close] pairs that notices can extend."""

    index_legs: list[list[int]] = []
    derivative_legs: list[list[int]] = []
    is_halted: bool = False
    resumed_ns: int = 0  # when the last halt ended
    window: tuple[int, int] = (0, 0)
    daily_ns: int = 0
    eod_ns: int = 0
    eod_expiry_ns: int = 0
    has_eod_passed: bool = False
    has_expiry_eod_passed: bool = False


class Desk(msgspec.Struct):
    """What is known and decided for one underlying."""

    name: str
    index: str
    future: str = ""
    expiry: str = ""
    lot: int = 0
    step: int = 0
    options: dict[str, str] = {}  # "strike|right" -> key
    center: int = 0  # the ATM strike the subscriptions are built around
    direction: str | None = None
    is_aligned: bool = False
    alignment_seq: int | None = None  # the event that said so
    today_hour_ns: int = 0  # start of the last hour completed today
    daily: list[Bar] = []
    hours: list[Bar] = []
    fives: list[Bar] = []
    future_hours: list[Bar] = []
    future_quarters: list[int] = []  # volumes
    future_minutes: list[int] = []  # volumes, the last 15
    counted_minutes: list[int] = []  # starts of today's minutes that count for them
    quiet_minutes: int = 0  # in a row
    last_hour: Bar | None = None  # last full hour of the index
    signals_used: list[str] = []
    losing_exits: int = 0
    reentries: int = 0
    pause_until_ns: int = 0
    first_no: str | None = None
    gates: tuple[Gate, ...] = ()


class HeldQuote(msgspec.Struct):
    """How the quotes of something held are coming."""

    since_ns: int  # when one could be expected at the earliest
    asked_ns: int = 0  # since when one is asked for; 0: it is not
    is_late: bool = False  # a person was told


class Entered(msgspec.Struct, frozen=True):
    """An entry that was decided on."""

    ts_ns: int
    instrument: str
    position_id: str


class Account(msgspec.Struct):
    """Money and limits of the day, in paise."""

    balance: int = 0  # at the session's first login
    realised: int = 0  # net
    day_funds: int = 0  # at the day's first login, if that was an earlier session's
    earlier: int = 0  # net result of the day's earlier sessions
    loss_base: int = 0  # the day's result that the loss limit counts from
    trades: int = 0
    losses_in_row: int = 0
    cooldown_until_ns: int = 0
    vix: int = 0
    vix_seen_ns: int = 0
    vix_trail: list[tuple[int, int]] = []  # (ts, value), from just before ten minutes ago
    vix_below_since: int = 0
    vix_stated_ns: int = 0


class Tokens(msgspec.Struct):
    """The broker's tokens in use; -1 before the first login."""

    generation: int = -1
    expires_ns: int = 0
    problem: str = ""  # why they could not be renewed
    is_over: bool = False  # and the market was left for it


class State(msgspec.Struct):
    """Everything. `halts` maps each reason for no entries to its sentence."""

    rules: DayRules
    settings: dict[str, dict[str, object]]
    mode: str
    session_id: str
    strategy: str
    synthetic: tuple[str, ...]
    hours: Hours
    account: Account
    max_lots: int = 0
    tokens: Tokens = msgspec.field(default_factory=Tokens)
    steps: list[str] = []  # of the start-up, done
    input: int = 0
    seq: int = 0
    now_ns: int = 0
    stage: str = "INIT"
    phase: str = "PREOPEN"
    instruments: dict[str, Instrument] = {}
    vix_key: str = ""
    quotes: dict[str, Quote] = {}
    books: dict[str, BarBook] = {}
    boundary: int = 0  # the next minute boundary to complete
    waiting: int = 0  # instruments whose minute before it is still open
    desks: dict[str, Desk] = {}
    watched: dict[str, bool] = {}
    is_connected: bool = False
    down_ns: int = 0  # since when the stream is down; 0: it is not, or never was up
    halts: dict[str, str] = {}
    halted: dict[str, tuple[int, str]] = {}  # each of them -> since when, by whom
    intents: dict[str, Intent] = {}  # at work
    held_quotes: dict[str, HeldQuote] = {}  # by instrument
    entered: list[Entered] = []  # oldest first; those that can still be a repetition
    orders: dict[str, Order] = {}  # every order sent today, by its tag
    odd_reports: int = 0  # of orders, that cannot be true
    strays: int = 0  # ticks of instruments nobody asked for
    bars_corrected: int = 0
    positions: dict[str, Position] = {}  # open or being opened
    gone: dict[str, Position] = {}  # closed, or never opened
    by_instrument: dict[str, list[str]] = {}  # instrument -> position ids; two after a late fill
    closing: str = ""  # why the operator has everything closed, until he resumes
    bulk: Bulk | None = None
    kill: Kill | None = None  # until trading is resumed
    limited_until_ns: int = 0  # half size and one position until then; 0: no
    recovery: Recovery | None = None
    orphans: dict[str, int] = {}  # instrument -> units that are not ours, as stated
    agenda: list[tuple[int, int, str, str]] = []  # due, order, name, reference
    agenda_order: int = 0
    wake_asked: int = 0
    pending_settings: list[tuple[str, str]] = []
    commands_seen: list[str] = []
    silent: dict[str, int] = {}  # liquid instruments in a gap -> since
    holes: dict[str, Hole] = {}  # instruments whose hole is asked for or could not be filled
    rereads: dict[str, tuple[int, int]] = {}  # stretches that are asked for once more
    exit_code: int = 0
    stop_reason: str = ""
    markers: list[MarkerView] = []
    counter: int = 0  # intents made
