"""Positions and funds as getPosition and getRMS have them: texts throughout."""

from rustro_kernel.simulator.exchange.formats import money
from rustro_kernel.simulator.exchange.order_rows import Row, contract
from rustro_kernel.simulator.exchange.portfolio import Portfolio, Position
from rustro_kernel.simulator.exchange.ticker import Ticker

CARRIED = ("cfbuyqty", "cfsellqty")
CARRIED_AMOUNTS = ("cfbuyamount", "cfsellamount", "cfbuyavgprice", "cfsellavgprice")
SCALES = ("priceden", "pricenum", "genden", "gennum")
NULLS = ("span", "optionpremium", "holdingsales", "exposure", "turnover")


def position_row(position: Position, ticker: Ticker) -> Row:
    """One position; `netvalue` is sells less buys, with the broker's blank after a minus."""
    listed, net = position.listed, position.net
    terms = contract(listed)
    value = position.sold_value - position.bought_value
    buy = _average(position.bought_value, position.bought)
    sell = _average(position.sold_value, position.sold)
    closed = min(position.bought, position.sold)
    entry = buy if net >= 0 else sell
    average = money(abs(value) // abs(net)) if net else "0.00"
    day = {
        "buyqty": str(position.bought),
        "sellqty": str(position.sold),
        "buyamount": money(position.bought_value),
        "sellamount": money(position.sold_value),
        "buyavgprice": money(buy),
        "sellavgprice": money(sell),
    }
    total = {
        "totalbuyvalue": money(position.bought_value),
        "totalsellvalue": money(position.sold_value),
        "totalbuyavgprice": money(buy),
        "totalsellavgprice": money(sell),
        "netqty": str(net),
        "netvalue": money(value).replace("-", "- "),
        "avgnetprice": average,
        "netprice": average,
    }
    live = {
        "ltp": money(ticker.ltp),
        "close": money(ticker.quote.close),
        "pnl": money(value + net * ticker.ltp),
        "realised": money(closed * (sell - buy)),
        "unrealised": money(net * (ticker.ltp - entry)),
    }
    return {
        "exchange": listed.exchange,
        "symboltoken": listed.token,
        "symbolname": listed.instrument.underlying,
        "tradingsymbol": listed.symbol,
        "producttype": position.product,
        "instrumenttype": terms["instrumenttype"],
        "symbolgroup": "XX",
        "strikeprice": str(terms["strikeprice"]),
        "optiontype": terms["optiontype"],
        "expirydate": terms["expirydate"],
        "lotsize": terms["lotsize"],
        "boardlotsize": "1",
        **dict.fromkeys(SCALES, "1.00"),
        "precision": "2",
        "multiplier": "-1",
        **day,
        **dict.fromkeys(CARRIED, "0"),
        **dict.fromkeys(CARRIED_AMOUNTS, "0.00"),
        **total,
        **live,
    }


def funds(portfolio: Portfolio, available: int) -> Row:
    """The RMS row; five of its fields are null."""
    premium = max(0, portfolio.premium)
    return {
        "net": money(available),
        "availablecash": money(available),
        "availableintradaypayin": "0.00",
        "availablelimitmargin": "0.00",
        "collateral": "0.00",
        "m2munrealized": "0.00",
        "m2mrealized": "0.00",
        "utiliseddebits": money(premium),
        **{f"utilised{name}": None for name in NULLS},
        "utilisedpayout": "0.00",
    }


def _average(value: int, units: int) -> int:
    return (2 * value + units) // (2 * units) if units else 0
