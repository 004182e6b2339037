"""Stream, subscriptions, bars, gaps."""

from rustro_kernel.engine.events.payload import BarPayload, Payload


class StreamConnectRequired(Payload, frozen=True):
    """The market stream is wanted."""


class StreamConnected(Payload, frozen=True):
    """The market stream is up."""


class StreamDisconnected(Payload, frozen=True):
    """The market stream is down."""

    reason: str


class StreamError(Payload, frozen=True):
    """The stream was down already, and another attempt has failed."""

    reason: str


class SubscriptionsRequired(Payload, frozen=True):
    """These instruments are wanted."""

    symbols: tuple[str, ...]
    depth: bool


class SubscriptionsActive(Payload, frozen=True):
    """The stream sends these instruments."""

    count: int


class BarReady(BarPayload, frozen=True):
    """A bar is complete. Prices in paise."""


class BarCorrected(BarPayload, frozen=True):
    """A bar that was stated is another one since its minutes were recovered. Prices in paise."""


class BarDelayed(Payload, frozen=True):
    """No data of an instrument so long past a boundary."""

    instrument: str
    symbol: str
    boundary_ns: int


class PositionQuoteLate(Payload, frozen=True):
    """No quote of something held for half a minute, over REST neither: its stops are blind."""

    instrument: str
    symbol: str
    since_ns: int  # the last one


class DataGapDetected(Payload, frozen=True):
    """A liquid instrument fell silent inside the hours."""

    instrument: str
    symbol: str
    since_ns: int


class DataGapRecoveryRequired(Payload, frozen=True):
    """The missing bars were asked for."""

    instrument: str
    symbol: str
    from_ns: int
    to_ns: int


class RecoveryCompleted(Payload, frozen=True):
    """The gap is filled: how many minutes were new, and how many that were stated changed."""

    instrument: str
    symbol: str
    bars: int
    corrected: int


class RecoveryFailed(Payload, frozen=True):
    """The gap could not be filled."""

    instrument: str
    symbol: str
    problem: str


class DataQualityError(Payload, frozen=True):
    """Bad ticks of a rule so far; the first of a minute is stated, and all of them at the end."""

    instrument: str
    symbol: str
    rule: str
    count: int
