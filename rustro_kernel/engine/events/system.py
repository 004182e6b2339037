"""Time, operator, system."""

from rustro_kernel.engine.events.payload import Payload


class EodMandatoryExit(Payload, frozen=True):
    """The time has come at which everything must be closed."""

    reason: str
    positions: int


class MarketClosed(Payload, frozen=True):
    """The derivatives market is closed."""


class PostMarketRequired(Payload, frozen=True):
    """Reports and housekeeping can run."""


class DailyShutdownAllowed(Payload, frozen=True):
    """Nothing is open and nothing is pending."""

    exit_code: int
    reason: str


class CommandReceived(Payload, frozen=True):
    """An operator's command and what became of it."""

    id: str
    name: str
    args: dict[str, str]
    actor: str
    accepted: bool
    reply: str


class ParameterChanged(Payload, frozen=True):
    """A setting changes with the next bar."""

    setting: str
    old: str
    new: str
    actor: str


class LoopStalled(Payload, frozen=True):
    """The notebook's loop was blocked; the understudy turned the engine."""

    lag_ms: int
    culprit: str


class SessionRestarted(Payload, frozen=True):
    """The process was gone and goes on with the same session."""

    down_ns: int
    lost_ns: int  # of that, while the market was open
    orders: int  # whose outcome is unknown now
    ignored: tuple[str, ...]  # settings that were changed meanwhile


class LedgerRepaired(Payload, frozen=True):
    """What a crash left torn was cut off the records and kept in quarantine."""

    cut: str


class StrategyFailed(Payload, frozen=True):
    """The strategy raised: entries are off, exits go on."""

    question: str
    error: str


class StrategyStalled(Payload, frozen=True):
    """A call of the strategy took too long: entries are off, exits go on."""

    took_ms: int


class InboxBacklog(Payload, frozen=True):
    """The engine is far behind what comes in: entries are off, exits go on."""

    waiting: int


class Alerted(Payload, frozen=True):
    """A person was told."""

    level: str
    text: str


class ShutdownRequested(Payload, frozen=True):
    """The session is asked to stop."""

    flatten: bool
    actor: str


class ShutdownCompleted(Payload, frozen=True):
    """The last record of a run."""

    exit_code: int
    reason: str
