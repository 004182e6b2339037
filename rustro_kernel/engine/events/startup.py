"""Start-up and the day's frame."""

from rustro_kernel.engine.events.payload import Payload


class LogInitialized(Payload, frozen=True):
    """The session can write its records."""

    session_id: str


class ConfigLoaded(Payload, frozen=True):
    """The settings of the day."""

    mode: str
    account: str
    config_hash: str
    strategy: str
    strategy_hash: str
    balance_paise: int
    promotion: str  # hash of the promoted parameter set, if one is in force


class DataIdentified(Payload, frozen=True):
    """Where prices come from and which of them are invented."""

    data: str
    synthetic: tuple[str, ...]


class StorageReady(Payload, frozen=True):
    """The state and run folders are writable."""


class HealthChecked(Payload, frozen=True):
    """The checks before real orders have passed."""

    summary: str


class BrokerClientReady(Payload, frozen=True):
    """Orders can be sent."""

    broker: str


class InstrumentMasterLoaded(Payload, frozen=True):
    """Today's instruments are known."""

    instruments: int


class OptionChainCached(Payload, frozen=True):
    """The options of one underlying's chosen expiry."""

    underlying: str
    expiry: str
    lot: int
    strikes: int


class HistorySyncStarted(Payload, frozen=True):
    """The bars before today were asked for."""


class HistorySyncCompleted(Payload, frozen=True):
    """The bars before today, counted."""

    underlying: str
    daily: int
    hourly: int
    five_minute: int
    warmup_short: bool


class HistorySyncFailed(Payload, frozen=True):
    """No usable history: no trade today."""

    problem: str


class TradingDayChecked(Payload, frozen=True):
    """The date is a trading day."""

    date: str
    kind: str
    name: str
    next_day: str


class CalendarValidated(Payload, frozen=True):
    """The hours of the day and what in the rules a user file had to confirm."""

    open_ns: int
    close_ns: int
    eod_exit_ns: int
    unverified: tuple[str, ...]


class MarketPhaseDetermined(Payload, frozen=True):
    """The phase the market is in from now on."""

    phase: str  # PREOPEN, OPEN, HALTED, AUCTION, CLOSED
    reason: str


class MarketOpened(Payload, frozen=True):
    """Continuous trading has begun."""


class EntryWindowOpened(Payload, frozen=True):
    """Entries are allowed from now on."""


class EntryWindowClosed(Payload, frozen=True):
    """No entries from now on."""


class PhaseRevalidationRequired(Payload, frozen=True):
    """The exchange changed today's hours."""

    reason: str
    close_ns: int


class NoTradeModeActivated(Payload, frozen=True):
    """Nothing will be traded today."""

    reason: str
