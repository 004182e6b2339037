"""Laws of recovery: holes, late ticks, refusals and restarts leave the bars exact."""

import random
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.engine import Engine
from tests.engine.candles import Sourced, Trades, candles, standing
from tests.make import FUTURE, NIFTY, VIX, ns

OPEN = ns("09:15")
LONGER = (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1)

steps = st.lists(
    st.tuples(
        st.sampled_from([NIFTY, NIFTY, FUTURE, VIX]),
        st.integers(1, 90),  # seconds since the trade before
        st.integers(-9, 0),  # seconds the exchange's stamp is off
        st.integers(16_900, 17_100),
        st.integers(0, 500),  # traded
    ),
    min_size=20,
    max_size=150,
)
deaf = st.lists(st.tuples(st.integers(0, 149), st.integers(1, 30)), max_size=4)
restarts = st.sets(st.integers(0, 149), max_size=4)
refusals = st.lists(st.sampled_from(["", "", "rate limit"]), max_size=6)


def lived(story, holes, cuts, problems) -> Sourced:
    """A day with trades the stream loses, stamps that are late, a source with moods, restarts."""
    bench, moment = Sourced(), OPEN
    volume: Counter[str] = Counter()
    bench.refusals = list(problems)
    lost = {at + i for at, length in holes for i in range(length)}
    bench.wait_to(OPEN)
    for n, (key, wait, off, price, change) in enumerate(story):
        moment += wait * SECOND
        bench.wait_to(moment)
        volume[key] += change
        stamp = max(moment + off * SECOND, OPEN)
        bench.trades.setdefault(key, []).append((stamp, price * 100, volume[key]))
        if n not in lost:
            bench.tick(key, price, exch_ts=stamp, volume=volume[key])
        if n in cuts:
            bench.restart()
    bench.wait_to("15:30:30")
    return bench


@settings(max_examples=60)
@given(steps, deaf, restarts, refusals)
def test_longer_bars_are_their_minutes_and_each_is_ready_once(story, holes, cuts, problems):
    bench = lived(story, holes, cuts, problems)
    for key in (NIFTY, FUTURE, VIX):
        minutes = standing(bench, key, Timeframe.M1)
        for frame in LONGER:
            assert standing(bench, key, frame) == aggregate(minutes, frame, OPEN)
    ready = [(b.instrument, b.timeframe, b.start_ns) for b in bench.said("BarReady")]
    assert set(Counter(ready).values()) <= {1}
    stated = set()
    for bar in bench.said("BarReady", "BarCorrected"):
        is_known = (bar.instrument, bar.timeframe, bar.start_ns) in stated
        assert is_known == (type(bar).__name__ == "BarCorrected")
        stated.add((bar.instrument, bar.timeframe, bar.start_ns))


@settings(max_examples=30)
@given(steps, deaf, restarts, refusals)
def test_what_was_recovered_is_what_the_source_has(story, holes, cuts, problems):
    bench = lived(story, holes, cuts, problems)
    asked = {
        event.data.instrument: (event.data.from_ns, event.data.to_ns)
        for event in bench.events
        if event.type == "DataGapRecoveryRequired"
    }
    failed = {e.instrument for e in bench.said("RecoveryFailed")}
    for key, (start, end) in asked.items():
        if key not in failed:
            known = {b.start_ns: b for b in standing(bench, key, Timeframe.M1)}
            for bar in candles(bench.trades, key, start, end):
                assert known[bar.start_ns] == bar


@settings(max_examples=15)
@given(steps, deaf, restarts, refusals)
def test_the_inputs_alone_give_the_same_day_again(story, holes, cuts, problems):
    bench = lived(story, holes, cuts, problems)
    engine = Engine(bench.registry)
    again = [event for item in bench.inputs for event in engine.apply(item).events]
    assert msgspec.json.encode(again) == msgspec.json.encode(bench.events)
    assert engine.snapshot() == bench.engine.snapshot()


def market(seed: int) -> list[tuple[int, float, int]]:
    """(time, index, the future's volume) every ten seconds: quiet until 11:15, then wide."""
    chance, walk, volume, found = random.Random(seed), 0.0, 0, []
    for moment in range(OPEN, ns("14:40"), 10 * SECOND):
        widest = 40 if moment < ns("11:15") else 130
        walk = max(-widest, min(widest, walk + chance.uniform(-6, 6.3)))
        volume += chance.randrange(900)
        found.append((moment + SECOND, 17_000 + round(walk, 2), volume))
    return found


def played(seed: int, start: str, trades: Trades, **changed) -> Sourced:
    """The day as a session sees it that begins at `start`."""
    bench = Sourced(trades, start=start, **changed)
    for moment, price, volume in market(seed):
        if moment < bench.now:
            continue
        bench.wait_to(moment)
        bench.trade(VIX, 16)
        bench.trade(FUTURE, price + 10, volume)
        bench.trade(NIFTY, price)
        for key in sorted(set(bench.state.watched) - {NIFTY, FUTURE, VIX}):
            bench.tick(key, 150)
    return bench


def figures(bar: Bar | None) -> Bar | None:
    return bar and replace(bar, corrected=False)


def picture(bench):
    """What decisions rest on."""
    desk = bench.state.desks["NIFTY"]
    bars = (desk.hours, desk.fives, desk.future_hours, desk.daily, [desk.last_hour])
    return (
        [[figures(bar) for bar in each] for each in bars],
        (desk.direction, desk.is_aligned, desk.today_hour_ns),
        (desk.future_quarters, desk.future_minutes, desk.counted_minutes, desk.quiet_minutes),
        (desk.signals_used, desk.gates),
    )


@pytest.mark.parametrize(
    ("seed", "start", "changed"),
    [
        (1, "11:07:20", {}),
        (2, "11:14:57", {"strategy__volume_filter": "hours20"}),
        (3, "11:07:00", {"strategy__name": "adx", "exits__low_volume_exit": True}),
        (4, "09:15:30", {"bars__hot_capacity": 10, "bars__anchor": "clock"}),
    ],
)
def test_a_session_that_starts_during_the_day_decides_as_one_that_was_there(seed, start, changed):
    late = played(seed, start, past_trades(seed, start), **changed)
    early = played(seed, "09:00", {}, **changed)
    whole = ns("11:30")
    assert late.said("RecoveryFailed") == []
    assert {e.instrument for e in late.said("RecoveryCompleted")} == {NIFTY, FUTURE, VIX}
    for key in (NIFTY, FUTURE, VIX):
        for frame in Timeframe:
            assert standing(late, key, frame) == standing(early, key, frame)
    looks = [
        [e for e in bench.said("EntryEvaluated", "SignalGenerated") if e.at_ns > whole]
        for bench in (early, late)
    ]
    assert looks[0] == looks[1] != []
    assert picture(late) == picture(early)


def past_trades(seed: int, start: str) -> Trades:
    """What was traded before a session began."""
    trades: Trades = {NIFTY: [], FUTURE: [], VIX: []}
    for moment, price, volume in market(seed):
        if moment < ns(start):
            trades[NIFTY].append((moment, round(price * 100), 0))
            trades[FUTURE].append((moment, round((price + 10) * 100), volume))
            trades[VIX].append((moment, 1600, 0))
    return trades


def test_at_least_one_of_these_days_has_signals():
    assert any(e.at_ns > ns("11:30") for e in played(1, "09:00", {}).said("SignalGenerated"))


def test_minutes_that_were_missed_are_judged_by_nobody():
    late = played(1, "11:07:20", past_trades(1, "11:07:20"))
    assert min(e.at_ns for e in late.said("EntryEvaluated")) == ns("11:08")
    assert min(bar.start_ns for bar in standing(late, NIFTY, Timeframe.M1)) == OPEN
