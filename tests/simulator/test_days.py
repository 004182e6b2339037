"""Days with hours of their own."""

import datetime as dt
import itertools

import pytest

from rustro_kernel.domain.market_time import HOUR, MINUTE, SECOND, at, show_clock
from rustro_kernel.domain.past_day import tick_legs
from rustro_kernel.domain.rules import Interruption, Leg
from rustro_kernel.engine.inputs import MarketNotice
from tests.simulator.make import (
    ORDINARY,
    future,
    generated,
    index,
    near,
    parquet,
    play,
    rows,
    stored,
    usual,
    vix,
)

OUTAGE = dt.date(2021, 2, 24)
TWO_LEGS = dt.date(2024, 3, 2)
AUCTION = dt.date(2026, 8, 5)
MUHURAT = dt.date(2021, 11, 4)


def span(ticks):
    return show_clock(ticks[0].exch_ts), show_clock(ticks[-1].exch_ts)


def clocks(ticks):
    return {show_clock(tick.exch_ts)[:5] for tick in ticks}


def test_a_halt_is_cut_out_and_the_close_moves():
    legs = tick_legs((Leg(0, 100),), [Interruption(40, 120, 150, 0, "outage")])
    assert legs == (Leg(0, 40), Leg(120, 150))


def test_every_second_from_open_to_close_comes_once():
    seconds = [second for second, _ in generated().seconds()]
    assert seconds == list(range(at(ORDINARY, "09:15"), at(ORDINARY, "15:30"), SECOND))


def test_muhurat_is_one_evening_hour():
    assert span(play(generated(MUHURAT), index)) == ("18:15:00", "19:14:59")


def test_two_legs_leave_a_gap():
    quiet = {f"{h}:{m:02d}" for h in ("10", "11") for m in range(60)} - {
        f"11:{m}" for m in range(30, 60)
    }
    for which in (index, vix, future, near):
        ticks = play(generated(TWO_LEGS), which)
        assert not clocks(ticks) & quiet
        assert clocks(ticks) >= {"09:15", "09:59", "11:30", "12:29"}


def test_nothing_ticks_between_halt_and_resumption():
    ticks = play(generated(OUTAGE), usual)
    halted = [t for t in ticks if at(OUTAGE, "11:40") <= t.exch_ts < at(OUTAGE, "15:45")]
    assert halted == []
    assert span(ticks) == ("09:15:00", "16:59:59")


def test_a_stuck_feed_stops_index_and_vix_but_not_derivatives():
    market = generated(OUTAGE)
    stuck = {f"10:{m:02d}" for m in range(6, 60)}
    assert not clocks(play(market, index)) & stuck
    assert not clocks(play(generated(OUTAGE), vix)) & stuck
    assert clocks(play(generated(OUTAGE), future)) >= stuck


def test_the_exchange_announces_halt_and_extension_at_their_moments():
    assert generated(OUTAGE).notices() == [
        (at(OUTAGE, "11:40"), MarketNotice(True, 0, "exchange outage")),
        (at(OUTAGE, "15:45"), MarketNotice(False, at(OUTAGE, "17:00"), "exchange outage")),
    ]
    assert generated().notices() == []


def test_from_the_closing_auction_on_the_index_prints_once_while_options_trade():
    market = generated(AUCTION)
    (spot,), chain = index(market), {option.key for option in near(market)}
    late = [t for t in play(market, usual) if t.exch_ts >= at(AUCTION, "15:15")]
    prints = [t for t in late if t.instrument == spot.key]
    assert [show_clock(t.exch_ts)[:5] for t in prints] == ["15:28"]
    options = [t for t in late if t.instrument in chain]
    assert span(options) == ("15:15:00", "15:39:59")


def test_a_stored_auction_prints_its_last_change_only(tmp_path):
    clock = [f"15:{m:02d}" for m in range(10, 30)]
    bars = rows(AUCTION, clock, 20_000.0)
    bars = [
        (ts, p, p, p, p) if ts < at(AUCTION, "15:28") else (ts, p + 50, p + 50, p + 50, p + 50)
        for ts, p, *_ in bars
    ]
    ticks = play(stored(parquet(tmp_path, bars), AUCTION), index)
    late = [t for t in ticks if t.exch_ts >= at(AUCTION, "15:15")]
    assert [(show_clock(t.exch_ts)[:5], t.ltp) for t in late] == [("15:28", 2_005_000)]


def test_minutes_the_file_lacks_stay_missing_while_the_future_trades_on(tmp_path):
    bars = rows(clocks=["09:15", "09:16", "09:30", "09:31"], price=20_000.0)
    path = parquet(tmp_path, bars)
    assert clocks(play(stored(path), index)) == {"09:15", "09:16", "09:30", "09:31"}
    ticks = play(stored(path), future)
    assert len(clocks(ticks)) == 375


def test_the_hidden_index_meets_the_next_known_value(tmp_path):
    bars = rows(clocks=["09:15"], price=20_000.0) + rows(clocks=["14:15"], price=20_400.0)
    ticks = play(stored(parquet(tmp_path, bars)), future)
    at_hole_end = next(t for t in ticks if t.exch_ts >= at(ORDINARY, "14:15"))
    assert at_hole_end.ltp == pytest.approx(2_040_000 * 1.0024, rel=0.0006)


def test_the_vix_ticks_every_one_to_five_seconds():
    ticks = play(generated(), vix)
    gaps = [b.exch_ts - a.exch_ts for a, b in itertools.pairwise(ticks)]
    assert min(gaps) >= SECOND
    assert max(gaps) <= 5 * SECOND
    assert 0.3 < len(ticks) / (6.25 * HOUR / SECOND) < 0.37


def test_other_underlyings_play_too():
    for name, date in (("BANKNIFTY", ORDINARY), ("SENSEX", dt.date(2025, 3, 12))):
        market = generated(date, underlying=name)
        assert len(play(market, usual, until_ns=at(date, "09:15") + MINUTE)) > 300
