"""Quotes: fifty a call, rupees to paise, an empty book is no book."""

import copy

import pytest

from rustro_kernel.brokers.angelone.quotes import quotes
from rustro_kernel.domain.errors import BrokerTransient
from rustro_kernel.domain.market_time import at
from rustro_kernel.domain.ticks import Depth, Tick
from tests.brokers.angelone.days import TODAY
from tests.brokers.angelone.rest_broker import ok

OPTION, INDEX = "NFO:45678", "NSE:99926000"


def level(price, quantity):
    return {"price": price, "quantity": quantity, "orders": 1}


NO_BOOK = {"buy": [level(-0.01, -1)] * 5, "sell": [level(0.0, 0)] * 5}
BOOK = {
    "buy": [level(101.25, 130), level(101.2, 65), *[level(0, 0)] * 3],
    "sell": [level(101.4, 65), level(101.45, 195), *[level(0, 0)] * 3],
}
ROW = {
    "exchange": "NFO", "tradingSymbol": "NIFTY24NOV2624500CE", "symbolToken": "45678",
    "ltp": 101.35, "open": 95.0, "high": 110.0, "low": 90.1, "close": 97.85, "lastTradeQty": 65,
    "exchFeedTime": "23-Nov-2026 11:02:33", "exchTradeTime": "23-Nov-2026 11:02:31",
    "netChange": 3.5, "percentChange": 3.58, "avgPrice": 100.9, "tradeVolume": 184275,
    "opnInterest": 3118800, "lowerCircuit": 0.05, "upperCircuit": 480.25, "52WeekLow": 0,
    "52WeekHigh": 300.0, "referenceLimitPrice": 0.0, "totBuyQuan": 1, "totSellQuan": 2,
    "depth": BOOK,
}  # fmt: skip


def answer(*rows, unfetched=()):
    return ok({"fetched": list(rows), "unfetched": list(unfetched)})


async def test_a_quote_is_a_tick_in_paise_with_its_book(broker, client):
    broker.answers["quote"] = [answer(ROW)]
    found = (await quotes(client, [OPTION])).found[OPTION]
    assert found.tick == Tick(
        OPTION,
        exch_ts=at(TODAY, "11:02:33"),
        ltp=10135,
        ltt=at(TODAY, "11:02:31"),
        volume=184275,
        oi=3118800,
        bid=10125,
        ask=10140,
        bid_qty=130,
        ask_qty=65,
        depth=Depth(((10125, 130), (10120, 65)), ((10140, 65), (10145, 195))),
    )
    assert (found.close, found.lower, found.upper) == (9785, 5, 48025)
    (asked,) = broker.of("quote")
    assert asked.body == {"mode": "FULL", "exchangeTokens": {"NFO": ["45678"]}}


async def test_an_index_has_no_book_and_cash_no_open_interest(broker, client):
    row = ROW | {"exchange": "NSE", "symbolToken": "99926000", "depth": NO_BOOK}
    broker.answers["quote"] = [answer(row)]
    tick = (await quotes(client, [INDEX])).found[INDEX].tick
    assert (tick.bid, tick.ask, tick.depth, tick.oi) == (0, 0, None, 0)


async def test_fifty_tokens_a_call_and_the_order_of_the_answer_does_not_matter(broker, client):
    keys = [f"NFO:{token}" for token in range(110)] + ["NSE:1", "NFO:3"]

    def told(asked):
        named = [(e, t) for e, tokens in asked.body["exchangeTokens"].items() for t in tokens]
        assert len(named) <= 50
        return answer(*(ROW | {"exchange": e, "symbolToken": t} for e, t in reversed(named)))

    broker.answers["quote"] = [told]
    found = await quotes(client, keys)
    assert list(found.found) == list(dict.fromkeys(keys))
    assert len(broker.of("quote")) == 3


async def test_what_the_broker_has_no_quote_of_is_told_in_its_words(broker, client):
    item = {
        "exchange": "NFO",
        "symbolToken": "1",
        "message": "no such token",
        "errorCode": "AB4018",
    }
    broker.answers["quote"] = [answer(ROW, unfetched=[item])]
    found = await quotes(client, ["NFO:1", "NFO:2"])
    assert found.found == {}
    assert found.missing == {"NFO:1": "AB4018 no such token", "NFO:2": "no quote came"}


@pytest.mark.parametrize(
    "change",
    [{"ltp": "abc"}, {"ltp": -1}, {"ltp": None, "tradeVolume": 0.5}, {"exchFeedTime": "now"},
     {"depth": 3}, {"symbolToken": 45678}],
)  # fmt: skip
async def test_a_quote_that_makes_no_sense_is_no_quote(broker, client, change):
    broker.answers["quote"] = [answer(copy.deepcopy(ROW) | change)]
    with pytest.raises(BrokerTransient):
        await quotes(client, [OPTION])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tradeVolume": -65}, "less than nothing was traded"),
        ({"opnInterest": -65}, "less than nothing was traded"),
        ({"ltp": 480.3}, "a price outside the day's limits"),
        ({"depth": {**BOOK, "buy": [level(101.45, 65)]}}, "a book out of order"),
        ({"depth": {**BOOK, "sell": BOOK["sell"][1::-1]}}, "a book out of order"),
    ],
)
async def test_a_quote_that_cannot_be_is_missing_and_the_others_are_not(
    broker, client, change, words
):
    broker.answers["quote"] = [answer(ROW | change, ROW | {"symbolToken": "45679"})]
    found = await quotes(client, [OPTION, "NFO:45679"])
    assert list(found.found) == ["NFO:45679"]
    assert found.missing == {OPTION: words}


async def test_nothing_asked_is_nothing_sent(broker, client):
    assert (await quotes(client, [])).found == {}
    assert broker.asked == []
