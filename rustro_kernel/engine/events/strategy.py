"""What the strategy saw and decided."""

from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.payload import Payload


class DailyAnalysisRequired(Payload, frozen=True):
    """The time of the daily direction has come."""

    underlying: str


class DailyDirectionDetermined(Payload, frozen=True):
    """The direction of the day and the figures it rests on."""

    underlying: str
    direction: str
    gates: tuple[Gate, ...]
    bars: int
    warmup_short: bool


class HourlyAnalysisRequired(Payload, frozen=True):
    """An hour is complete."""

    underlying: str
    start_ns: int


class HourlyAlignmentDetermined(Payload, frozen=True):
    """Whether the hour agrees with the day."""

    underlying: str
    aligned: bool
    gates: tuple[Gate, ...]


class MinutesPassed(Payload, frozen=True):
    """Minutes in a row of a backtest, all evaluated, that stopped at the same gate."""

    underlying: str
    first_ns: int  # the first one's boundary
    count: int
    direction: str
    trigger: str | None
    first_no: str  # the gate


class EntryEvaluated(Payload, frozen=True):
    """Every gate of one completed minute, whether or not anything came of it."""

    underlying: str
    at_ns: int  # the boundary
    close_paise: int
    direction: str
    trigger: str | None
    secondary: str | None
    first_no: str | None  # the first gate that said no; None: a signal
    gates: tuple[Gate, ...]
    synthetic: tuple[str, ...]


class SignalGenerated(Payload, frozen=True):
    """An entry is wanted."""

    signal_id: str
    underlying: str
    direction: str
    trigger: str
    secondary: str | None
    instrument: str
    symbol: str
    strike_paise: int
    expiry: str
    units: int
    lot: int
    ltp_paise: int
    at_ns: int
    hour_ns: int


class ExitSignalGenerated(Payload, frozen=True):
    """A position is to be closed."""

    position_id: str
    reason: str
    priority: int
    secondary: tuple[str, ...]
    price_paise: int
