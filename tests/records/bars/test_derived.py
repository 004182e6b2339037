"""Longer bars, filled holes, and their agreement through store, restarts and corrections."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE, midnight_ns
from rustro_kernel.records.bars.columns import FILLED, of_bars
from rustro_kernel.records.bars.derived import aggregated, differing, filled
from rustro_kernel.records.bars.store import BarStore
from tests.records.bars.make import DATE, EVER, NIFTY, OPEN, bar, day_of_bars, later

LONGER = [Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1]
prices = st.integers(100, 100_000)


@st.composite
def minutes(draw):
    """A bar of some minute of the day."""
    low, first, last, high = sorted(draw(st.tuples(prices, prices, prices, prices)))
    marks = {name: draw(st.booleans()) for name in ("auction", "stub", "special")}
    start = OPEN + draw(st.integers(0, 374)) * MINUTE
    return Bar(start, first, high, low, last, draw(st.integers(0, 10**6)), **marks)


days = st.lists(minutes(), unique_by=lambda one: one.start_ns, max_size=60).map(
    lambda found: sorted(found, key=lambda one: one.start_ns)
)


@given(days, st.sampled_from(LONGER), st.sampled_from([OPEN, midnight_ns(DATE)]))
def test_columns_aggregate_as_bars_do_without_the_auction(day, timeframe, anchor_ns):
    expected = aggregate([one for one in day if not one.auction], timeframe, anchor_ns)
    assert aggregated(of_bars(day), timeframe, anchor_ns).bars() == expected


SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Recording:
    """A store that is closed and opened, and in which the minutes known so far are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.minutes = folder, dict[int, Bar]()
        self.store = BarStore(folder)

    def restart(self) -> None:
        self.store.close()
        self.store = BarStore(self.folder)

    def take(self, minute: Bar) -> None:
        """Store a minute, late or as a correction, and the longer bars it changes."""
        self.minutes[minute.start_ns] = minute
        day = [self.minutes[start] for start in sorted(self.minutes)]
        self.store.append(NIFTY, Timeframe.M1, minute, corrected=True)
        for timeframe in LONGER:
            for one in aggregate(day, timeframe, OPEN):
                self.store.append(NIFTY, timeframe, one, corrected=True)


@SLOW
@given(
    st.lists(minutes().map(lambda one: replace(one, auction=False)), min_size=1, max_size=25),
    st.sets(st.integers(0, 25), max_size=3),
    st.booleans(),
)
def test_longer_bars_agree_with_minutes_through_restarts_and_corrections(taken, ends, is_folded):
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(Path(folder))
        for number, minute in enumerate(taken):
            recording.take(minute)
            if number in ends:
                recording.restart()
        if is_folded:
            recording.store.compact(later(7))
        stored = recording.store.load(NIFTY, Timeframe.M1, 0, EVER)
        assert (
            differing(stored, of_bars(recording.minutes[s] for s in sorted(recording.minutes)))
            == []
        )
        for timeframe in LONGER:
            longer = recording.store.load(NIFTY, timeframe, 0, EVER)
            assert differing(longer, aggregated(stored, timeframe, OPEN)) == []
        recording.store.close()


def test_a_bar_that_does_not_follow_from_the_minutes_is_found():
    stored = of_bars(day_of_bars())
    fives = aggregated(stored, Timeframe.M5, OPEN).bars()
    wrong = [*fives[:3], replace(fives[3], volume=1), *fives[5:]]
    found = differing(of_bars(wrong), of_bars(fives))
    assert found == [fives[3].start_ns, fives[4].start_ns]


def test_holes_inside_a_day_are_filled_with_the_last_close():
    day = [bar(0), bar(3, close=5), bar(4)]
    found = filled(of_bars(day), Timeframe.M1)
    flat = [(bar(n).start_ns, *[bar(0).close] * 4, 0) for n in (1, 2)]
    rows = list(zip(*(column.tolist() for column in found.arrays()), strict=True))
    assert [row[:6] for row in rows[1:3]] == flat
    assert [row[6] for row in rows] == [0, FILLED, FILLED, 0, 0]
    assert [found.bars()[n] for n in (0, 3, 4)] == day


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.D1])
def test_the_night_is_no_hole(timeframe):
    two_days = of_bars([day_of_bars(DATE)[-1], day_of_bars(later(1))[0]])
    assert filled(two_days, timeframe) == two_days
    assert len(filled(of_bars([]), timeframe)) == 0


def test_a_filled_day_has_every_minute():
    holes = [one for n, one in enumerate(day_of_bars()) if n % 7 or n in (0, 371)]
    found = filled(of_bars(holes), Timeframe.M1)
    assert found.start_ns.tolist() == [one.start_ns for one in day_of_bars()]
    assert found.volume.sum() == sum(one.volume for one in holes)
