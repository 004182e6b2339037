"""What is listed today, under the names the broker gives it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind, instrument_key

EXCHANGE_TYPES = {"NSE": 1, "NFO": 2, "BSE": 3, "BFO": 4, "MCX": 5, "NCDEX": 7, "CDS": 13}
EXCHANGE_OF_TYPE = {number: name for name, number in EXCHANGE_TYPES.items()}
INDEX_SYMBOLS = {
    "NIFTY": "Nifty 50",
    "BANKNIFTY": "Nifty Bank",
    "FINNIFTY": "Nifty Fin Service",
    "MIDCPNIFTY": "NIFTY MID SELECT",
    "NIFTYNXT50": "Nifty Next 50",
}
TYPES = {Kind.INDEX: "AMXIDX", Kind.VIX: "AMXIDX", Kind.FUTURE: "FUTIDX", Kind.OPTION: "OPTIDX"}
SEARCH_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument: ours, and its exchange, token and symbol at the broker."""

    instrument: Instrument
    exchange: str
    token: str
    symbol: str

    @property
    def exchange_type(self) -> int:
        """The number of its exchange on the stream."""
        return EXCHANGE_TYPES[self.exchange]

    @property
    def type(self) -> str:
        """AMXIDX, FUTIDX or OPTIDX."""
        return TYPES[self.instrument.kind]

    @property
    def is_tradable(self) -> bool:
        """Whether it can be ordered; an index cannot."""
        return self.instrument.kind in (Kind.FUTURE, Kind.OPTION)


class Listing:
    """Today's instruments by exchange and token."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_key = {one.key: _listed(one) for one in instruments}

    def __iter__(self) -> Iterator[Listed]:
        return iter(self._by_key.values())

    def find(self, exchange: object, token: object) -> Listed | None:
        """The instrument of a token at an exchange."""
        return self._by_key.get(instrument_key(str(exchange), str(token)))

    def of(self, key: InstrumentKey) -> Listed:
        """The instrument of a key that is known to be listed."""
        return self._by_key[key]

    def search(self, exchange: object, text: object) -> list[Listed]:
        """What is listed at an exchange under symbols that begin so."""
        start = str(text).upper()
        found = [
            one
            for one in self._by_key.values()
            if one.exchange == exchange and one.symbol.upper().startswith(start)
        ]
        return found[:SEARCH_LIMIT]


def _listed(instrument: Instrument) -> Listed:
    exchange, _, token = instrument.key.partition(":")
    is_index = instrument.kind is Kind.INDEX
    symbol = INDEX_SYMBOLS.get(instrument.symbol, instrument.symbol) if is_index else None
    return Listed(instrument, exchange, token, symbol or instrument.symbol)
