"""What trading costs and which prices the exchange takes, by date."""

import datetime as dt

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.rules import ChargeRates, PriceBand
from rustro_kernel.market_rules.tables import Dated, in_force, table

EXCHANGES = ("NFO", "BFO")
EVERY_EXCHANGE = "ALL"


class _Rate(Dated, frozen=True, kw_only=True):
    """One charge; `item` is a field of ChargeRates and `rate` in that field's unit."""

    exchange: str
    item: str
    rate: int


class _Band(Dated, frozen=True, kw_only=True):
    cheap_limit: int
    cheap_band: int
    band_bps: int
    ltp_band_bps: int
    ltp_band_min: int


class Rates:
    """Dated charges and price bands of index options."""

    def __init__(self) -> None:
        self._rates = table("charges", _Rate)
        self._bands = table("price_bands", _Band)

    def charges(self, on: dt.date, exchange: str) -> ChargeRates:
        """The rates on a date at a derivative exchange."""
        if exchange not in EXCHANGES:
            raise BadConfig("exchange", f"unknown {exchange!r}; known are {', '.join(EXCHANGES)}")
        items = ChargeRates.__struct_fields__
        return ChargeRates(**{item: self._rate(on, exchange, item) for item in items})

    def price_band(self, on: dt.date) -> PriceBand:
        """Limit price protection on a date."""
        row = in_force(self._bands, on, "the price band")
        return PriceBand(
            cheap_limit=row.cheap_limit,
            cheap_band=row.cheap_band,
            band_bps=row.band_bps,
            ltp_band_bps=row.ltp_band_bps,
            ltp_band_min=row.ltp_band_min,
        )

    def _rate(self, on: dt.date, exchange: str, item: str) -> int:
        places = (exchange, EVERY_EXCHANGE)
        rows = [row for row in self._rates if row.item == item and row.exchange in places]
        return in_force(rows, on, f"the charge {item} at {exchange}").rate
