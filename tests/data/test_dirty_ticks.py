"""Real dirty feeds through the engine's own bars: they agree with the exchange's minutes."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from rustro_kernel.bar_files.arrow_columns import epoch_days, epoch_ns, floats
from rustro_kernel.domain.market_time import MINUTE, SECOND, at
from rustro_kernel.domain.quality import Gate, rules_of
from rustro_kernel.simulator.bar_file import BarFile
from tests.data.feed import Feed
from tests.make import FUTURE

pytestmark = pytest.mark.data
EPOCH = dt.date(1970, 1, 1).toordinal()
KNOWN = {rule.name for rule in rules_of(Gate.ENGINE)}
WITHIN = 0.0005
EDGE = 5 * SECOND


@pytest.fixture(scope="module")
def minutes(market_data: Path) -> dict[int, int]:
    """Closes of the exchange's minutes in paise, by start."""
    path = market_data / "nifty_1m.parquet"
    if not path.is_file():
        pytest.skip(f"no NIFTY minutes at {path} (set RUSTRO_TEST_DATA)")
    bars = BarFile.read(path).bars
    return dict(zip(bars.start_ns.tolist(), bars.close.tolist(), strict=True))


def days_of(market_data: Path, name: str) -> dict[str, list[tuple[int, int, int]]]:
    """The rows of a feed by its date, in the order of capture."""
    path = market_data / "ticks" / name
    if not path.is_file():
        pytest.skip(f"no dirty ticks at {path} (set RUSTRO_TEST_DATA)")
    table = pq.read_table(path).sort_by([("session_date", "ascending"), ("seq", "ascending")])
    stamps = epoch_ns(table["ts_recv"]).tolist()
    prices = np.rint(floats(table["ltp"]) * 100).astype(int).tolist()
    volumes = [0] * len(prices)
    if "volume" in table.column_names:
        volumes = floats(table["volume"]).astype(int).tolist()
    found: dict[str, list[tuple[int, int, int]]] = {}
    numbers = epoch_days(table["session_date"]).tolist()
    for day, *row in zip(numbers, stamps, prices, volumes, strict=True):
        found.setdefault(str(dt.date.fromordinal(day + EPOCH)), []).append(tuple(row))
    return found


@pytest.fixture(scope="module")
def nifty_days(market_data):
    return days_of(market_data, "nifty_index_ticks_2021_dirty.parquet")


@pytest.fixture(scope="module")
def reliance_days(market_data):
    return days_of(market_data, "reliance_ticks_2021_dirty.parquet")


def compared(feed: Feed, minutes: dict[int, int]) -> list[bool]:
    """For each full minute that the exchange has too, whether the closes agree.

    A minute is full if ticks were used within five seconds of both its edges.
    """
    agree = []
    for bar in feed.bars:
        used = feed.stamps[bar.start_ns]
        is_full = used[0] < bar.start_ns + EDGE and used[-1] >= bar.start_ns + MINUTE - EDGE
        real = minutes.get(bar.start_ns)
        if is_full and real is not None:
            agree.append(abs(bar.close_paise - real) <= WITHIN * real)
    return agree


def check_sums(feed: Feed) -> None:
    assert feed.ticks == feed.used_ticks + feed.rules.total()
    assert set(feed.rules) <= KNOWN
    starts = [bar.start_ns for bar in feed.bars]
    assert starts == sorted(set(starts)), "a minute was stated once, and in order"


@pytest.mark.parametrize("date", ["2021-03-30", "2021-04-16", "2021-04-30"])
def test_a_dirty_day_gives_the_minutes_of_the_exchange(nifty_days, minutes, date):
    feed = Feed(dt.date.fromisoformat(date)).play(nifty_days[date])
    check_sums(feed)
    agree = compared(feed, minutes)
    assert len(agree) >= 300
    assert sum(agree) >= 0.995 * len(agree)


def test_what_a_capture_did_wrong_is_named(nifty_days):
    feed = Feed(dt.date(2021, 4, 16)).play(nifty_days["2021-04-16"])
    assert feed.rules == {"out_of_order": 6, "duplicate": 55, "day_over": 35_144}


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_dirty_day_gives_the_minutes_of_the_exchange(nifty_days, minutes):
    agree, ticks = [], 0
    for date, rows in nifty_days.items():
        feed = Feed(dt.date.fromisoformat(date)).play(rows)
        check_sums(feed)
        agree += compared(feed, minutes)
        ticks += feed.ticks
    print(f"{ticks} ticks, {sum(agree)} of {len(agree)} full minutes agree")  # noqa: T201
    assert ticks == sum(map(len, nifty_days.values()))
    assert len(agree) > 7_000
    assert sum(agree) >= 0.995 * len(agree)


def test_volume_and_time_that_run_backwards_are_quarantined(reliance_days):
    rows = reliance_days["2021-04-01"]
    feed = Feed(dt.date(2021, 4, 1), FUTURE).play(rows)
    check_sums(feed)
    assert (feed.rules["volume_fell"], feed.rules["out_of_order"]) == (186, 97)
    assert min(bar.volume for bar in feed.bars) >= 0
    in_hours = [v for stamp, _, v in rows if stamp < at(dt.date(2021, 4, 1), "15:30")]
    assert sum(bar.volume for bar in feed.bars) <= max(in_hours)


def test_stamps_of_1970_are_quarantined_and_change_nothing(reliance_days):
    """The file in hand has lost its 1970 stamps, so every thousandth tick gets one here."""
    date, rows = dt.date(2021, 4, 1), reliance_days["2021-04-01"]
    planted = []
    for number, row in enumerate(rows):
        planted += [(0, *row[1:]), row] if number % 1000 == 500 else [row]
    clean, dirty = Feed(date, FUTURE).play(rows), Feed(date, FUTURE).play(planted)
    check_sums(dirty)
    extra = dirty.rules - clean.rules
    assert extra["other_day"] + extra["day_over"] == len(planted) - len(rows)
    assert extra["other_day"] >= 20
    assert dirty.bars == clean.bars
