"""Everything the engine can be told. Each is numbered, recorded, and enough to replay the day."""

import msgspec

from rustro_kernel.domain.bars import Series
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.domain.ticks import Tick

BACKTEST = "backtest"
"""The mode whose market comes as whole minutes (`engine.minutes`) and not as ticks."""


class SessionStarted(msgspec.Struct, frozen=True, tag="session_started"):
    """Always input 1: who trades which day under which rules, settings and strategy."""

    session_id: str
    mode: str  # sim, paper, live, backtest
    account: str
    rules: DayRules
    settings: dict[str, dict[str, object]]  # engine sections only: section -> key -> value
    config_hash: str
    strategy: str  # name
    strategy_hash: str  # sha256 of its source
    balance_paise: int
    data: str  # identity of the market data: name and hash, or the generator and its seed
    synthetic: tuple[str, ...] = ()  # which parts of the data are invented, in words
    max_lots: int = 0  # in one entry, whatever the size allows; 0: no cap
    day_funds_paise: int = 0  # at the day's first login, where an earlier session had that
    day_result_paise: int = 0  # net result of the day's earlier sessions
    promotion: str = ""  # hash of the promoted parameter set that is in force


class StepDone(msgspec.Struct, frozen=True, tag="step_done"):
    """A step of the start-up that the session has carried out."""

    step: str  # log, storage, credentials, login, doctor; broker is the last
    detail: str = ""


class MasterLoaded(msgspec.Struct, frozen=True, tag="master_loaded"):
    """Today's instruments: indices, VIX, futures and the options of every underlying."""

    instruments: tuple[Instrument, ...]


class HistoryLoaded(msgspec.Struct, frozen=True, tag="history_loaded"):
    """The bars before today; `problem` says why there are none."""

    series: tuple[Series, ...]
    problem: str = ""


class StreamChanged(msgspec.Struct, frozen=True, tag="stream_changed"):
    """The market stream came up or went down."""

    connected: bool
    reason: str = ""


class Subscribed(msgspec.Struct, frozen=True, tag="subscribed"):
    """The stream confirmed these instruments."""

    instruments: tuple[InstrumentKey, ...]


class Backfilled(msgspec.Struct, frozen=True, tag="backfilled"):
    """The answer to a Backfill: 1m bars, empty where the source has none."""

    series: Series
    from_ns: int
    to_ns: int
    problem: str = ""
    is_final: bool = False  # the source will never have more


class MarketNotice(msgspec.Struct, frozen=True, tag="market_notice"):
    """The exchange halts, resumes or extends; known from its announcement on, never before."""

    halted: bool
    close_ns: int = 0  # the close of today from now on; 0: unchanged
    reason: str = ""


class Funds(msgspec.Struct, frozen=True, tag="funds"):
    """What the broker says is free to trade with."""

    available_paise: int


class TokensChanged(msgspec.Struct, frozen=True, tag="tokens_changed"):
    """The broker's tokens are new (a higher generation), or could not be renewed (`problem`)."""

    generation: int
    expires_ns: int
    problem: str = ""


class Wake(msgspec.Struct, frozen=True, tag="wake"):
    """The time the engine asked to be woken at has come."""

    due_ns: int


class Stalled(msgspec.Struct, frozen=True, tag="stalled"):
    """The notebook's loop did not turn the engine for so long. Paper and live only."""

    lag_ms: int
    culprit: str  # file:line:function, never source text


class StrategyTook(msgspec.Struct, frozen=True, tag="strategy_took"):
    """A call of the strategy took too long. Paper and live only."""

    took_ms: int


class Backlogged(msgspec.Struct, frozen=True, tag="backlogged"):
    """So many inputs wait for the engine that it is far behind. Paper and live only."""

    waiting: int


class DiskChanged(msgspec.Struct, frozen=True, tag="disk_changed"):
    """The records can no longer be written (`problem`), or can again. Paper and live only."""

    problem: str = ""


class Restarted(msgspec.Struct, frozen=True, tag="restarted"):
    """The process was gone and goes on: what lives outside the engine is new. Paper and live."""

    down_ns: int  # since the last input on disk
    repaired: tuple[str, ...] = ()  # what was cut off the records, in words
    ignored: tuple[str, ...] = ()  # settings that were changed meanwhile; the recorded ones hold


class BrokerPositions(msgspec.Struct, frozen=True, tag="broker_positions"):
    """What the broker says the account holds: net units by instrument, without the flat ones."""

    units: dict[str, int]


class Command(msgspec.Struct, frozen=True, tag="command"):
    """What the operator asks for. `id` makes a double click one command."""

    id: str
    name: str  # a key of engine.commands.COMMANDS
    args: dict[str, str] = {}
    actor: str = "operator"


MOMENTS_NS = (0, 20 * SECOND, 40 * SECOND, 59 * SECOND)
"""The moments of a minute of a backtest: open, first extreme, second extreme, close."""


class Held(msgspec.Struct, frozen=True):
    """The quotes of the one option that is held, at the four moments of each minute."""

    instrument: InstrumentKey
    ltp: tuple[int, ...]
    bid: tuple[int, ...]
    ask: tuple[int, ...]
    bid_qty: tuple[int, ...]
    ask_qty: tuple[int, ...]


class Minutes(msgspec.Struct, frozen=True, tag="minutes"):
    """Minutes that are over, in a row, of the one underlying of a backtest; told instead of ticks.

    Columns have one value a minute. A minute in which the index has no bar has zeros; `volumes`
    are the future's units, `vix` in hundredths. `quotes` are those of the option an entry would
    buy at each minute's end; none where nobody asks. With `held` come the prices of the underlying
    at the same moments.
    """

    first_ns: int  # start of the first
    opens: tuple[int, ...]
    highs: tuple[int, ...]
    lows: tuple[int, ...]
    closes: tuple[int, ...]
    volumes: tuple[int, ...]
    vix: tuple[int, ...]
    quotes: tuple[Tick, ...] = ()
    is_full: bool = False  # every gate of every minute is wanted on record
    held: Held | None = None
    spots: tuple[int, ...] = ()


class Spotted(msgspec.Struct, frozen=True, tag="spotted"):
    """One moment inside a minute of a backtest: the underlying, and the options that matter."""

    price: int
    quotes: tuple[Tick, ...]


Body = (
    SessionStarted
    | StepDone
    | MasterLoaded
    | HistoryLoaded
    | StreamChanged
    | Subscribed
    | Backfilled
    | MarketNotice
    | Funds
    | TokensChanged
    | Wake
    | Stalled
    | StrategyTook
    | Backlogged
    | DiskChanged
    | Restarted
    | BrokerPositions
    | Command
    | OrderUpdate
    | Tick
    | Minutes
    | Spotted
)


class Input(msgspec.Struct, frozen=True, gc=False):
    """A body with its number (1.. without holes) and receipt time (ns, never decreasing)."""

    n: int
    ts: int
    body: Body
