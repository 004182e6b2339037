import datetime as dt
import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.instruments import Kind, Right
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.simulator.book import two_sided
from rustro_kernel.simulator.chain import master, strikes
from tests.simulator.make import ORDINARY, RULES, future, generated, near, options, play

EXPIRY_DAY = dt.date(2023, 3, 16)
HOUR_IN = at(ORDINARY, "10:15")


def one(value):
    return np.array([float(value)])


def last_quotes(ticks):
    return {tick.instrument: tick for tick in ticks}


@given(st.floats(0, 1e6), st.floats(0, 1e4))
def test_quotes_lie_on_the_tick_with_the_bid_below_the_ask(fair, width):
    bid, ask = two_sided(one(fair), one(width), 5)
    assert 0 <= bid[0] < ask[0]
    assert bid[0] % 5 == ask[0] % 5 == 0


def test_strikes_reach_twelve_percent_either_side():
    listed = strikes(5_000, 2_000_000)
    assert (listed[0], listed[-1], len(listed)) == (1_760_000, 2_240_000, 97)


def test_the_master_has_index_vix_future_and_three_expiries():
    contract = RULES.day(ORDINARY, ("NIFTY",)).contracts[0]
    instruments = master(contract, 1_700_012)
    assert [i.symbol for i in instruments[:3]] == ["NIFTY", "India VIX", "NIFTY29MAR23FUT"]
    assert [i.key for i in instruments[:2]] == ["NSE:99926000", "NSE:99926017"]
    assert {i.expiry for i in instruments if i.kind is Kind.OPTION} == {
        "2023-03-16",
        "2023-03-23",
        "2023-03-29",
    }
    assert len({i.key for i in instruments}) == len(instruments)


def test_an_option_is_named_as_the_broker_names_it():
    found = {i.symbol: i for i in options(generated())}
    option = found["NIFTY16MAR2320000CE"]
    assert (option.strike, option.right, option.lot, option.tick) == (2_000_000, Right.CE, 50, 5)
    assert option.freeze_quantity == 1_800


def test_every_quote_is_two_sided_on_the_tick_and_positive():
    market = generated(regime="vix_shock")
    for tick in play(market, near(market, 40), until_ns=at(ORDINARY, "09:25")):
        assert tick.bid % 5 == tick.ask % 5 == tick.ltp % 5 == 0
        assert 0 <= tick.bid < tick.ask
        assert tick.ltp > 0
        assert (tick.bid_qty > 0) == (tick.bid > 0)
        assert tick.ask_qty % 50 == tick.volume % 50 == tick.oi % 50 == 0


def test_spreads_near_the_money_are_fractions_of_a_percent_and_wider_outside():
    market = generated()
    quotes = last_quotes(play(market, options(market), until_ns=HOUR_IN))
    width = {}
    for option in options(market):
        tick = quotes[option.key]
        width[option.strike, option.right] = (tick.ask - tick.bid) / tick.ask
    assert 0.001 < width[2_000_000, Right.CE] < 0.01
    assert width[2_200_000, Right.CE] > 5 * width[2_000_000, Right.CE]


@pytest.mark.parametrize("regime", ["range", "vix_shock"])
def test_calls_fall_and_puts_rise_with_the_strike(regime):
    market = generated(regime=regime)
    ticks = play(market, options(market), until_ns=HOUR_IN)
    by_second = defaultdict(dict)
    for tick in ticks:
        by_second[tick.exch_ts // SECOND][tick.instrument] = tick
    chain = {i.key: i for i in options(market)}
    for quotes in list(by_second.values())[::97]:
        for right, sign in ((Right.CE, -1), (Right.PE, 1)):
            same = sorted(
                (chain[key].strike, tick)
                for key, tick in quotes.items()
                if chain[key].right is right
            )
            for (_, lower), (_, higher) in itertools.pairwise(same):
                dearer, cheaper = (higher, lower) if sign > 0 else (lower, higher)
                assert dearer.ask > cheaper.bid


def test_put_call_parity_holds_within_the_spreads():
    market = generated()
    chain = near(market, 8, expiry=2)  # ends with the future
    (its_future,) = future(market)
    quotes = last_quotes(
        play(market, [*chain, its_future], until_ns=at(ORDINARY, "09:15") + 60 * SECOND)
    )
    pairs = defaultdict(dict)
    for option in chain:
        pairs[option.strike][option.right] = quotes[option.key]
    spot = quotes[its_future.key].ltp
    for strike, pair in pairs.items():
        call, put = pair[Right.CE], pair[Right.PE]
        moved = 0.0005 * spot  # quotes are up to four seconds apart
        assert call.bid - put.ask - moved <= spot - strike <= call.ask - put.bid + moved


def test_premiums_decay_to_intrinsic_value_on_expiry_day():
    market = generated(EXPIRY_DAY)
    ticks = play(
        market, lambda m: [*near(m, 10), *[i for i in m.instruments() if i.kind is Kind.INDEX]]
    )
    quotes = last_quotes(ticks)
    close = quotes["NSE:99926000"].ltp
    for option in near(market, 10):
        sign = 1 if option.right is Right.CE else -1
        intrinsic = max(0, sign * (close - option.strike))
        tick = quotes[option.key]
        assert abs((tick.bid + tick.ask) / 2 - intrinsic) < 600


def test_trades_are_some_of_the_ticks_and_only_they_add_volume():
    market = generated()
    (option,) = [i for i in near(market, 0) if i.right is Right.CE]
    ticks = play(market, [option])
    pairs = list(itertools.pairwise(ticks))
    traded = [b for a, b in pairs if b.volume > a.volume]
    assert all(t.ltt == t.exch_ts for t in traded)
    assert all(b.ltp == a.ltp and b.ltt == a.ltt for a, b in pairs if b.volume == a.volume)
    assert 0.3 < len(traded) / len(ticks) < 0.9


def test_an_option_is_never_silent_for_five_seconds():
    market = generated()
    ticks = play(market, near(market, 0)[:1])
    gaps = [b.exch_ts - a.exch_ts for a, b in itertools.pairwise(ticks)]
    assert max(gaps) < 5 * SECOND
    assert 0.38 < len(ticks) / 22_500 < 0.42


def test_depth_comes_only_where_it_is_asked_for_and_begins_with_the_quote():
    market = generated()
    first, second = near(market, 0)
    market.watch([first.key], depth=True)
    market.watch([second.key], depth=False)
    ticks = [
        tick for _, ticks in zip(range(300), market.seconds(), strict=False) for tick in ticks[1]
    ]
    for tick in ticks:
        assert (tick.depth is not None) == (tick.instrument == first.key)
        if tick.depth:
            assert tick.depth.bids[0] == (tick.bid, tick.bid_qty)
            assert tick.depth.asks[0] == (tick.ask, tick.ask_qty)
            assert len(tick.depth.asks) == 5
            assert [p for p, _ in tick.depth.asks] == [tick.ask + n * 5 for n in range(5)]
            assert all(qty > 0 and qty % 50 == 0 for _, qty in tick.depth.bids + tick.depth.asks)
