"""Builders for the paper broker's tests: one option, quotes in paise, times in milliseconds."""

from rustro_kernel.brokers.paper import MILLISECOND, PaperBroker
from rustro_kernel.domain.instruments import Instrument, Kind, instrument_key
from rustro_kernel.domain.orders import OrderRequest, OrderUpdate, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Depth, Level, Tick

KEY = instrument_key("NFO", "45678")
INDEX = instrument_key("NSE", "99926000")
OPTION = Instrument(KEY, "NIFTY24500CE", Kind.OPTION, "NIFTY", lot=50, freeze_quantity=1800)
NIFTY = Instrument(INDEX, "NIFTY", Kind.INDEX, "NIFTY")
BAND = PriceBand(cheap_limit=5000, cheap_band=2000, band_bps=4000, ltp_band_bps=2000)


def broker(*, latency_ms=0, slippage_ticks=0, balance_paise=100_000_000) -> PaperBroker:
    """A broker that knows one option and one index."""
    settings = Paper(latency_ms=latency_ms, slippage_ticks=slippage_ticks)
    paper = PaperBroker(settings, balance_paise, BAND)
    paper.set_instruments([OPTION, NIFTY])
    return paper


def book(bids: list[Level], asks: list[Level]) -> Tick:
    """A quote with depth."""
    return Tick(KEY, 0, ltp=10_000, depth=Depth(tuple(bids), tuple(asks)), **_top(bids, asks))


def _top(bids: list[Level], asks: list[Level]) -> dict[str, int]:
    (bid, bid_qty), (ask, ask_qty) = (*bids, (0, 0))[0], (*asks, (0, 0))[0]
    return {"bid": bid, "bid_qty": bid_qty, "ask": ask, "ask_qty": ask_qty}


def quote(bid=10_000, ask=10_010, size=500, instrument=KEY) -> Tick:
    """A quote without depth."""
    return Tick(instrument, 0, ltp=bid, bid=bid, ask=ask, bid_qty=size, ask_qty=size)


def order(
    side=Side.BUY, quantity=50, limit=10_010, tag="a", instrument=KEY, trigger=0
) -> OrderRequest:
    """A limit order, or a stop; the tag names it in the test."""
    return OrderRequest(
        tag, instrument, "NIFTY24500CE", side, quantity, limit, trigger_paise=trigger
    )


def at_ms(milliseconds: int) -> int:
    """A moment of the test."""
    return milliseconds * MILLISECOND


def told(updates: list[OrderUpdate]) -> list[tuple[str, str, int, int]]:
    """Tag, status, filled, value of each update."""
    return [(u.tag, u.status.value, u.filled, u.value_paise) for u in updates]


def sent(paper: PaperBroker, request: OrderRequest, ms: int = 0) -> list[OrderUpdate]:
    """Place an order and return everything said at once."""
    paper.place(request, at_ms(ms))
    return paper.due(at_ms(ms))
