"""Laws of bars, over random ticks: nothing invented, nothing lost, nothing twice."""

from collections import Counter

from hypothesis import given, settings, strategies as st

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE, SECOND
from tests.make import FUTURE, NIFTY, Bench, ns

OPEN = ns("09:15")

ticks = st.lists(
    st.tuples(
        st.sampled_from([NIFTY, FUTURE]),
        st.integers(1, 240),  # seconds since the tick before
        st.integers(-4, 1),  # seconds the exchange's stamp is off
        st.integers(16_900, 17_100),
        st.integers(-50, 500),  # change of the volume counter
    ),
    min_size=1,
    max_size=150,
)


def fed(story) -> Bench:
    bench, moment, volume = Bench(), OPEN, {NIFTY: 0, FUTURE: 0}
    bench.wait_to(OPEN)
    for key, wait, off, price, change in story:
        moment += wait * SECOND
        if moment >= ns("15:29"):
            break
        volume[key] += change
        stamp = max(moment + off * SECOND, OPEN)
        bench.tick(key, price, at=moment, exch_ts=stamp, volume=max(volume[key], 0))
    bench.wait_to("15:30:02")
    return bench


def stated(bench, key, frame) -> list[Bar]:
    return [
        Bar(b.start_ns, b.open_paise, b.high_paise, b.low_paise, b.close_paise, b.volume)
        for b in bench.said("BarReady")
        if (b.instrument, b.timeframe) == (key, frame.value)
    ]


@settings(max_examples=60)
@given(ticks)
def test_higher_timeframes_are_the_aggregation_of_the_minutes(story):
    bench = fed(story)
    for key in (NIFTY, FUTURE):
        minutes = stated(bench, key, Timeframe.M1)
        for frame in (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1):
            assert stated(bench, key, frame) == aggregate(minutes, frame, OPEN)


@settings(max_examples=60)
@given(ticks)
def test_a_bar_is_stated_once_and_never_moves_back(story):
    bars = fed(story).said("BarReady")
    assert set(Counter((b.instrument, b.timeframe, b.start_ns) for b in bars).values()) <= {1}
    for key in (NIFTY, FUTURE):
        starts = [b.start_ns for b in bars if (b.instrument, b.timeframe) == (key, "1m")]
        assert starts == sorted(starts)
        assert all(start % MINUTE == 0 for start in starts)


@settings(max_examples=60)
@given(ticks)
def test_bars_hold_prices_that_traded_and_volume_that_was_counted(story):
    bench = fed(story)
    for bar in bench.said("BarReady"):
        assert bar.low_paise <= bar.open_paise <= bar.high_paise
        assert bar.low_paise <= bar.close_paise <= bar.high_paise
        assert bar.volume >= 0
    counted = sum(b.volume for b in stated(bench, FUTURE, Timeframe.M1))
    assert counted <= sum(max(change, 0) for key, *_, change in story if key == FUTURE)


@settings(max_examples=40)
@given(ticks)
def test_boundaries_complete_in_order(story):
    ends = [look.at_ns for look in fed(story).said("EntryEvaluated")]
    assert ends == sorted(set(ends))
