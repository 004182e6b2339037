"""The long profile (`pytest -m long`): sixty days under the demo profile, the whole file with the
defaults, and the rest of the days the contract names.
"""

import datetime as dt
import multiprocessing
import os
import traceback
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from rustro_kernel.domain.market_time import ist_date
from tests.real_days.drive import play
from tests.real_days.laws import hold

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.data, pytest.mark.long]


class Outcome(NamedTuple):
    """What is kept of a day whose laws were checked where it was played."""

    date: str
    problem: str
    trades: tuple[tuple[str, int], ...]
    breakouts: int
    code: int


def outcome(date: str, data: Path, profile: str | None) -> Outcome:
    """Play a day and hold it to the laws."""
    day = play(date, data, profile=profile)
    try:
        hold(day)
        problem = ""
    except AssertionError as exc:
        problem = f"{traceback.extract_tb(exc.__traceback__)[-1].name}: {exc}"
    trades = tuple((t.reason, t.net_paise) for t in day.said("PositionClosed"))
    breakouts = sum(s.trigger == "BREAKOUT" for s in day.said("SignalGenerated"))
    return Outcome(date, problem, trades, breakouts, day.finish.exit_code)


def outcomes(dates: Iterable[str], data: Path, profile: str | None) -> list[Outcome]:
    """All of them, one process a processor."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        return list(pool.map(partial(outcome, data=data, profile=profile), dates))


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spawned processes import `tests` too."""
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture(scope="module")
def dates(nifty: Path) -> list[str]:
    """Every date of the file."""
    stamps = pq.read_table(nifty, columns=["ts"])["ts"].cast("int64").to_pylist()
    unit = 1_000_000_000 // 10 ** (len(str(stamps[0])) - 10)
    found: set[dt.date] = {ist_date(stamp * unit) for stamp in stamps}
    return sorted(map(str, found))


@pytest.mark.timeout(3600)
def test_the_laws_hold_on_every_sixth_day_under_the_demo_profile(nifty, dates):
    played = outcomes(dates[::6], nifty, "demo")
    assert len(played) >= 60
    assert [(o.date, o.problem) for o in played if o.problem] == []
    assert sum(bool(o.trades) for o in played) >= 5


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("date", ["2021-09-03", "2021-09-07"])
def test_a_breakout_signals(nifty, date):
    day = outcome(date, nifty, "demo")
    assert (day.breakouts > 0, day.problem) == (True, "")


def test_no_breakout_signals_on_2021_12_02(nifty):
    day = outcome("2021-12-02", nifty, "demo")
    assert (day.breakouts, day.problem) == (0, "")


@pytest.mark.timeout(7200)
def test_with_the_defaults_two_or_three_days_of_the_file_trade(nifty, dates):
    played = outcomes(dates, nifty, None)
    assert len(played) == 371
    assert [(o.date, o.problem) for o in played if o.problem] == []
    # On 2022-03-09 a VIX made up from realised volatility stands above 30: then one day trades.
    assert 2 <= sum(bool(o.trades) for o in played) <= 3
