"""How the market stream names exchanges, instruments and prices (facts/smartapi.md, 7.3, 7.4)."""

from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key
from rustro_kernel.domain.money import round_half_up

NAMES = {1: "NSE", 2: "NFO", 3: "BSE", 4: "BFO", 5: "MCX", 7: "NCDEX", 13: "CDS"}
TYPES = {name: number for number, name in NAMES.items()}
CURRENCY = 13
CURRENCY_UNITS = 100_000
"""A currency price of the stream is in 1/10 000 000 rupee: so many make one paisa."""
TOKEN_BYTES = 25
INDEX_TOKENS = ("9991", "9992")
"""Tokens of 8 digits that begin so are indices; their sequence numbers mean nothing."""


def address(key: InstrumentKey) -> bytes:
    """An instrument as frames carry it: exchange type, then the token padded with NULs.

    Raises:
        BadData: If the stream knows no such exchange, or the token does not fit.
    """
    number, token = subscription(key)
    return bytes((number,)) + token.encode("ascii").ljust(TOKEN_BYTES, b"\0")


def subscription(key: InstrumentKey) -> tuple[int, str]:
    """An instrument as requests carry it: exchange type and token.

    Raises:
        BadData: If the stream knows no such exchange, or the token does not fit.
    """
    exchange, _, token = key.partition(":")
    if exchange not in TYPES:
        raise BadData(key, f"the market stream knows the exchanges {', '.join(TYPES)}")
    if not (token.isascii() and token.isalnum() and len(token) < TOKEN_BYTES):
        raise BadData(key, "a token is 1 to 24 letters or digits")
    return TYPES[exchange], token


def key_at(address: bytes) -> InstrumentKey | None:
    """The instrument a frame names; None for an exchange type nobody knows."""
    name = NAMES.get(address[0]) if address else None
    return instrument_key(name, token_of(address)) if name else None


def token_of(address: bytes) -> str:
    """The token of an address: what stands before the first NUL."""
    return address[1:].split(b"\0", 1)[0].decode("latin-1")


def is_index(key: InstrumentKey) -> bool:
    """Whether an instrument is an index: no volume, no book, no sequence."""
    token = key.partition(":")[2]
    return len(token) == 8 and token.startswith(INDEX_TOKENS)


def paise(price: int, exchange_type: int) -> int:
    """A price of the stream in paise: exact, but a currency's to the nearest paisa."""
    return round_half_up(price, CURRENCY_UNITS) if exchange_type == CURRENCY else price
