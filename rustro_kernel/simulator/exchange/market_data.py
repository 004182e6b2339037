"""getLtpData, quote and searchScrip: the market as REST shows it, prices in rupees."""

from collections.abc import Callable, Mapping

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.simulator.exchange.formats import stamp
from rustro_kernel.simulator.exchange.listing import Listed, Listing
from rustro_kernel.simulator.exchange.order_form import NO_SYMBOL, NO_TOKEN
from rustro_kernel.simulator.exchange.quote import Quote, Row, padded
from rustro_kernel.simulator.exchange.replies import Refusal, Reply, answer, gateway, success
from rustro_kernel.simulator.exchange.ticker import Ticker

Body = Mapping[str, object]
MODES = ("LTP", "OHLC", "FULL")
MOST_TOKENS = 50
BAD_MODE = Refusal("AB1004", "Something Went Wrong, Please Try After Sometime")
TOO_MANY = Refusal("AB4010", "Maximum 50 tokens are allowed in a request")
OPEN_INTEREST = 4_242
"""What quote shows as the open interest of something that has none."""


class MarketData:
    """Quotes of anything listed."""

    def __init__(self, listing: Listing, ticker: Callable[[Listed, int], Ticker]) -> None:
        self._listing, self._ticker = listing, ticker

    def ltp(self, body: Body, now_ns: int) -> Reply:
        """One instrument by exchange, symbol and token."""
        if not body.get("symboltoken"):
            return answer(NO_TOKEN)
        listed = self._listing.find(body.get("exchange"), body["symboltoken"])
        if listed is None or listed.symbol != body.get("tradingsymbol"):
            return answer(NO_SYMBOL)
        quote = self._ticker(listed, now_ns).quote
        names = {"exchange": listed.exchange, "tradingsymbol": listed.symbol}
        return success({**names, "symboltoken": listed.token, **_ohlc(quote)})

    def quotes(self, body: Body, now_ns: int) -> Reply:
        """Up to 50 instruments; what is not listed comes back as unfetched."""
        wanted, mode = _wanted(body.get("exchangeTokens")), body.get("mode")
        if wanted is None or mode not in MODES:
            return answer(BAD_MODE)
        if len(wanted) > MOST_TOKENS:
            return answer(TOO_MANY)
        if any(not token for _, token in wanted):
            return gateway("AB4018", "Symbol token cannot be empty")
        fetched, unfetched = [], []
        for exchange, token in wanted:
            listed = self._listing.find(exchange, token)
            if listed is None:
                unfetched.append(_unfetched(exchange, token))
            else:
                fetched.append(quote_row(listed, self._ticker(listed, now_ns).quote, str(mode)))
        return success({"fetched": fetched, "unfetched": unfetched})

    def search(self, body: Body, _: int) -> Reply:
        """Symbols that begin like this."""
        found = self._listing.search(body.get("exchange"), body.get("searchscrip"))
        return success(
            [
                {"exchange": o.exchange, "tradingsymbol": o.symbol, "symboltoken": o.token}
                for o in found
            ]
        )


def quote_row(listed: Listed, quote: Quote, mode: str) -> dict[str, object]:
    """One instrument in mode LTP, OHLC or FULL."""
    row: dict[str, object] = {
        "exchange": listed.exchange,
        "tradingSymbol": listed.symbol,
        "symbolToken": listed.token,
        "ltp": quote.ltp / 100,
    }
    if mode != "LTP":
        row |= _ohlc(quote)
    return row | _full(quote) if mode == "FULL" else row


def _full(quote: Quote) -> dict[str, object]:
    change = quote.ltp - quote.close
    has_book = quote.bids is not None
    return {
        "lastTradeQty": quote.ltq,
        "exchFeedTime": stamp(quote.exch_ms * SECOND // 1000),
        "exchTradeTime": stamp(quote.ltt_s * SECOND),
        "netChange": change / 100,
        "percentChange": round(100 * change / quote.close, 2) if quote.close else 0.0,
        "avgPrice": quote.atp / 100,
        "tradeVolume": quote.volume,
        "opnInterest": quote.oi if has_book else OPEN_INTEREST,
        "lowerCircuit": quote.lower / 100,
        "upperCircuit": quote.upper / 100,
        "totBuyQuan": int(quote.total_buy),
        "totSellQuan": int(quote.total_sell),
        "52WeekLow": quote.year_low / 100,
        "52WeekHigh": quote.year_high / 100,
        "referenceLimitPrice": 0.0,
        "depth": {"buy": _levels(quote.bids or ()), "sell": _levels(quote.asks or ())},
    }


def _levels(rows: tuple[Row, ...]) -> list[dict[str, object]]:
    return [
        {"price": row.price / 100, "quantity": row.quantity, "orders": row.orders}
        for row in padded(rows)
    ]


def _ohlc(quote: Quote) -> dict[str, object]:
    names = ("open", "high", "low", "close", "ltp")
    return {name: getattr(quote, name) / 100 for name in names}


def _wanted(tokens: object) -> list[tuple[str, str]] | None:
    """Pairs of exchange and token; None if the request has another shape."""
    if not isinstance(tokens, dict) or not all(isinstance(row, list) for row in tokens.values()):
        return None
    return [(str(name), str(token)) for name, row in tokens.items() for token in row]


def _unfetched(exchange: str, token: str) -> dict[str, object]:
    words = {"message": "Symbol token not found", "errorCode": "AB4018"}
    return {"exchange": exchange, "symbolToken": token, **words}
