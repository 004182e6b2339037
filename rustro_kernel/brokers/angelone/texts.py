"""The market stream's text frames: pong, errors, ticks as JSON (facts/smartapi.md, 7.2 and 7.3)."""

import msgspec

from rustro_kernel.brokers.angelone.codec import Packet
from rustro_kernel.brokers.angelone.exchanges import CURRENCY, NAMES, TOKEN_BYTES, paise

MAX_TEXT = 300


class Pong(msgspec.Struct, frozen=True):
    """The answer to a text ping."""


class StreamError(msgspec.Struct, frozen=True):
    """A request the stream refused; existing subscriptions stay. E1001 payload, E1002 quota."""

    code: str
    message: str
    correlation: str = ""


class UnknownText(msgspec.Struct, frozen=True):
    """A text nobody has told us about."""

    text: str  # its beginning


class _Error(msgspec.Struct):
    code: str = msgspec.field(name="errorCode")
    message: str = msgspec.field(name="errorMessage", default="")
    correlation: str | None = msgspec.field(name="correlationID", default=None)


class _Tick(msgspec.Struct):
    """A tick in the official client's words, raw integers as in a frame."""

    token: str
    ltp: int = msgspec.field(name="last_traded_price")
    exch_ms: int = msgspec.field(name="exchange_timestamp")
    exchange_type: int
    sequence: int = msgspec.field(name="sequence_number", default=0)
    volume: int = msgspec.field(name="volume_trade_for_the_day", default=0)
    ltt_s: int = msgspec.field(name="last_traded_timestamp", default=0)
    oi: int = msgspec.field(name="open_interest", default=0)


_decoder = msgspec.json.Decoder(dict[str, object])


def read_text(text: str) -> Pong | StreamError | Packet | UnknownText:
    """What a text frame says. Never raises."""
    if text.strip().lower() == "pong":
        return Pong()
    try:
        fields = _decoder.decode(text)
        if "errorCode" in fields:
            return _error(msgspec.convert(fields, _Error))
        if "last_traded_price" in fields:
            return _packet(msgspec.convert(fields, _Tick)) or UnknownText(text[:MAX_TEXT])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass  # counted by the caller, like any other text we do not know
    return UnknownText(text[:MAX_TEXT])


def _error(error: _Error) -> StreamError:
    return StreamError(error.code, error.message[:MAX_TEXT], error.correlation or "")


def _packet(tick: _Tick) -> Packet | None:
    fits = tick.token.isascii() and len(tick.token) < TOKEN_BYTES
    if tick.exchange_type not in NAMES or not fits:
        return None
    address = bytes((tick.exchange_type,)) + tick.token.encode().ljust(TOKEN_BYTES, b"\0")
    ltp = paise(tick.ltp, CURRENCY) if tick.exchange_type == CURRENCY else tick.ltp
    figures = tick.sequence, tick.exch_ms, ltp, tick.volume, tick.ltt_s, tick.oi
    return Packet(address, *figures)
