"""The instrument master as the broker serves it, rows that mislead included."""

from collections.abc import Iterable, Iterator

import msgspec

from rustro_kernel.domain.instruments import Kind
from rustro_kernel.simulator.exchange.formats import expiry
from rustro_kernel.simulator.exchange.listing import Listed

MASTER_PATH = "/OpenAPI_File/files/OpenAPIScripMaster.json"
NEW_COLUMNS = ("freeze_qty", "is_cas_enabled")
FIRST_FILLER = 500_000
MasterRow = dict[str, str | bool]


def row(token: str, symbol: str, name: str, **fields: str | bool) -> MasterRow:
    """One row; what is not said is that of a share."""
    share: MasterRow = {
        "token": token,
        "symbol": symbol,
        "name": name,
        "expiry": "",
        "strike": "-1.000000",
        "lotsize": "1",
        "instrumenttype": "",
        "exch_seg": "NSE",
        "tick_size": "5.000000",
        "freeze_qty": "0",
        "is_cas_enabled": False,
    }
    return {**share, **fields}


def listed_row(one: Listed) -> MasterRow:
    """The row of an instrument that trades; strike and tick in paise."""
    instrument = one.instrument
    strike = {Kind.OPTION: instrument.strike, Kind.FUTURE: -1}.get(instrument.kind, 0)
    freeze = instrument.freeze_quantity
    return row(
        one.token,
        one.symbol,
        "INDIA VIX" if instrument.kind is Kind.VIX else instrument.underlying,
        expiry=expiry(instrument),
        strike=f"{strike}.000000",
        lotsize=str(instrument.lot),
        instrumenttype=one.type,
        exch_seg=one.exchange,
        tick_size=f"{instrument.tick if one.is_tradable else 0}.000000",
        freeze_qty=str(freeze + 1 if freeze else 0),
    )


def traps(listed: Iterable[Listed]) -> Iterator[MasterRow]:
    """Rows that a careless reader takes for something else."""
    index = {"instrumenttype": "AMXIDX", "strike": "0.000000", "tick_size": "0.000000"}
    yield row("26009", "BANKNIFTY", "BANKNIFTY")
    yield row("26074", "MIDCPNIFTY", "MIDCPNIFTY", lotsize="-1")
    yield row("26000", "NIFTY", "NIFTY", strike="0.000000")
    yield row("99926008", "Nifty IT", "NIFTY IT", **index)
    yield row("99920000", "MCXCRUDEX", "MCXCRUDEX", **index, exch_seg="MCX")
    yield row("3045", "SBIN-EQ", "SBIN", is_cas_enabled=True)
    yield row("4668", "M&M-BE", "M&M")
    yield row("2885", "RELIANCE-EQ", "RELIANCE", is_cas_enabled=True, tick_size="10.000000")
    yield row("11111", "011NSETEST-EQ", "011NSETEST")
    yield row("500112", "SBIN", "SBIN", exch_seg="BSE")
    yield row("1100", "USDINR26AUGFUT", "USDINR", exch_seg="CDS", instrumenttype="FUTCUR")
    option = next((one for one in listed if one.instrument.kind is Kind.OPTION), None)
    if option:  # the same token in another segment
        yield row(option.token, "TWIN-EQ", "TWIN")


def fillers(rows: int) -> Iterator[MasterRow]:
    """Shares that never trade, to make the file as long as the real one."""
    for n in range(rows):
        yield row(str(FIRST_FILLER + n), f"FILL{n}-EQ", f"FILL{n}")


def master_file(listed: Iterable[Listed], at_least: int, *, has_new_columns: bool) -> bytes:
    """The whole file."""
    known = list(listed)
    rows = [*map(listed_row, known), *traps(known)]
    rows += fillers(at_least - len(rows))
    if not has_new_columns:
        rows = [{k: v for k, v in one.items() if k not in NEW_COLUMNS} for one in rows]
    return msgspec.json.encode(rows)
