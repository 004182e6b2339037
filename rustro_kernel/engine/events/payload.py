"""The base of every event payload, and what two kinds of bar say alike."""

import msgspec


class Payload(msgspec.Struct, frozen=True, gc=False):
    """What an event says; the class name is its public name. Prices and money in paise."""


class BarPayload(Payload, frozen=True):
    """A bar. Prices in paise."""

    instrument: str
    symbol: str
    timeframe: str
    start_ns: int
    open_paise: int
    high_paise: int
    low_paise: int
    close_paise: int
    volume: int
    auction: bool
    corrected: bool
    synthetic: bool
