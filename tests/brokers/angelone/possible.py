"""What no result of a reply may be, whatever the reply was."""


def quotes_are_possible(found):
    for quote in found.found.values():
        tick = quote.tick
        assert min(tick.ltp, tick.volume, tick.oi, tick.bid, tick.ask, tick.ltt, tick.exch_ts) >= 0
        assert not (tick.bid and tick.ask) or tick.bid <= tick.ask
        assert not (tick.ltp and quote.upper > 0) or quote.lower <= tick.ltp <= quote.upper
        for price, size in (tick.bid, tick.bid_qty), (tick.ask, tick.ask_qty):
            assert (price > 0) == (size > 0)


def candles_are_possible(found):
    starts = [bar.start_ns for bar in found.series.bars]
    assert starts == sorted(set(starts))
    for bar in found.series.bars:
        assert 0 < bar.low <= min(bar.open, bar.close)
        assert bar.volume >= 0
        assert max(bar.open, bar.close) <= bar.high


def orders_are_possible(rows):
    for row in rows:
        assert row.order_id
        assert min(row.quantity, row.filled, row.value_paise, row.limit_paise) >= 0


def fills_are_possible(rows):
    for fill in rows:
        assert min(fill.price_paise, fill.quantity) > 0


def ids_are_there(placed):
    assert placed.broker_id


POSSIBLE = {
    "quotes": quotes_are_possible,
    "candles": candles_are_possible,
    "orders": orders_are_possible,
    "trades": fills_are_possible,
    "placed": ids_are_there,
}
