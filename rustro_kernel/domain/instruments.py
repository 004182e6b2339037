"""What can be watched or traded."""

from enum import Enum
from typing import NewType

import msgspec

InstrumentKey = NewType("InstrumentKey", str)
"""EXCHANGE:TOKEN, the identity of an instrument as of a date. Symbols change, tokens are reused."""


class Kind(Enum):
    """What sort of instrument it is."""

    INDEX = "index"
    FUTURE = "future"
    OPTION = "option"
    VIX = "vix"


class Right(Enum):
    """Call or put."""

    CE = "CE"
    PE = "PE"


class Instrument(msgspec.Struct, frozen=True):
    """One row of the instrument master. Prices in paise, quantities in units."""

    key: InstrumentKey
    symbol: str
    kind: Kind
    underlying: str
    tick: int = 5
    lot: int = 1
    freeze_quantity: int = 0
    expiry: str = ""  # ISO; futures and options
    strike: int = 0
    right: Right | None = None


def instrument_key(exchange: str, token: str) -> InstrumentKey:
    """The key of an exchange's token."""
    return InstrumentKey(f"{exchange}:{token}")
