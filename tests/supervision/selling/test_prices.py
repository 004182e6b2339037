"""The limit of a sale that must trade now."""

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone.quote_rows import Quote
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.supervision.selling.prices import sale_limit

BAND = PriceBand(cheap_limit=5000, cheap_band=2000, band_bps=4000, ltp_band_bps=2000)


def quote(ltp, bid=0, lower=0):
    tick = Tick(InstrumentKey("NFO:1"), 0, ltp, 0, 0, 0, bid, bid + 5, 65, 65, None)
    return Quote(tick, 0, 0, 0, 0, lower, 0)


@pytest.mark.parametrize(
    ("bid", "limit"),
    [
        (900, 855),  # below 10 rupees: 5 %
        (5_000, 4_850),  # below 100: 3 %
        (12_000, 11_760),  # below 500: 2 %
        (60_000, 59_400),  # 1 %
        (50, 45),  # a tick at least
        (12_003, 11_760),  # down to the tick
    ],
)
def test_the_best_bid_less_the_protection(bid, limit):
    assert sale_limit(quote(bid + 5, bid), BAND, 5) == limit


def test_without_a_bid_it_rests_at_the_lowest_price_the_band_allows():
    assert sale_limit(quote(10_000), BAND, 5) == 6_000
    assert sale_limit(quote(10_000, lower=7_001), BAND, 5) == 7_005


def test_nothing_is_priced_from_nothing():
    assert sale_limit(quote(0), BAND, 5) is None


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from([1, 5]))
def test_a_limit_is_a_price_on_a_tick_and_below_every_bid_the_band_allows(ltp, bid, tick):
    limit = sale_limit(quote(ltp, bid), BAND, tick)
    assert limit is not None
    assert limit > 0
    assert limit % tick == 0
