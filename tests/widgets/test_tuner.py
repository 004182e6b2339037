"""The Tuner: what a move of a slider shows, and what the rest of it does."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import comm
import pytest

import rustro_kernel as rk
import rustro_widgets.tuning.wishes as wished
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.invented import invented_bars
from rustro_widgets import Tuner
from rustro_widgets.tuning.latest import Latest
from rustro_widgets.tuning.parameter import parameter
from rustro_widgets.tuning.parameters import parameters
from rustro_widgets.tuning.promote_pane import answer_html
from tests.widgets.spying import SpyComm, press, size

GRID = {"exits.stop_pct": [5, 10, 15], "strategy.daily_adx_threshold": [15, 20, 25]}
CFG = rk.Config.load(profile="demo")


@pytest.fixture(scope="module")
def bars() -> Any:
    """Two hundred made-up days."""
    return invented_bars()


@pytest.fixture(scope="module", autouse=True)
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A trial book of these tests' own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RUSTRO_STATE__DIR", str(tmp_path_factory.mktemp("tries")))
        yield


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What was sent to the browser since the last clear."""
    SpyComm.messages = []
    monkeypatch.setattr(comm, "create_comm", SpyComm)
    yield SpyComm.messages
    gc.collect()


@pytest.fixture
async def tuner(bars: Any, messages: list[Any]) -> AsyncIterator[Tuner]:
    """On the demo profile; settled."""
    made = Tuner(bars, profile="demo", params=list(GRID))
    await made.settled()
    yield made
    made.close()


def text(tuner: Tuner) -> str:
    return " ".join(str(widget.value) for widget in tuner._texts.values())


async def test_it_begins_with_the_configuration_as_it_is(tuner: Tuner):
    assert (tuner.params, tuner.problem) == ({}, "")
    assert tuner.played is not None
    assert "net after costs" in text(tuner)
    assert "Too few trades" in text(tuner)


async def test_a_move_shows_what_a_backtest_would_and_counts_as_a_try(tuner: Tuner, bars: Any):
    before = tuner.played
    tuner.move({"exits.stop_pct": 10})
    played = await tuner.settled()
    assert before is not None
    assert played is not None
    assert tuner.params == {"exits.stop_pct": 10}
    assert played.tries.count == before.tries.count + 1
    result = rk.backtest(bars, None, {"exits.stop_pct": 10}, profile="demo")
    assert [t.net_paise for t in played.trades] == [t.net_paise for t in result.closed]
    assert tuner.config.exits.stop_pct == 10


async def test_many_quick_moves_play_the_last_one(tuner: Tuner):
    for pct in range(6, 30):
        tuner.move({"exits.stop_pct": pct})
    played = await tuner.settled()
    assert played is not None
    assert played.params == {"exits.stop_pct": 29}


async def test_a_move_sends_what_changed(tuner: Tuner, messages: list[Any]):
    tuner.move({"exits.stop_pct": 9})
    messages.clear()
    await tuner.settled()
    assert 0 < size(messages) < 200_000


async def test_a_key_without_a_slider_is_an_error_and_nothing_moves(tuner: Tuner):
    with pytest.raises(KeyError):
        tuner.move({"exits.stop_pcts": 9})
    assert tuner.params == {}


async def test_the_sweep_has_a_row_for_each_set_and_a_click_takes_one(tuner: Tuner):
    tuner.sweep(GRID)
    await tuner.settled()
    assert tuner.table is not None
    assert len(tuner.table) == 9
    tuner.move({"exits.stop_pct": 5, "strategy.daily_adx_threshold": 15})
    played = await tuner.settled()
    row = tuner.table.query("`exits.stop_pct` == 5 and `strategy.daily_adx_threshold` == 15")
    assert played is not None
    assert row["net_rs"].item() * 100 == pytest.approx(played.net_paise)


async def test_the_tiles_count_the_tries_of_a_sweep_when_it_is_over(bars: Any, tmp_path: Any):
    made = Tuner(bars, config=CFG.changed({"state.dir": tmp_path}), params=list(GRID))
    before = await made.settled()
    made.sweep(GRID)
    after = await made.settled()
    made.close()
    assert before is not None
    assert after is not None
    assert (before.tries.count, after.tries.count) == (1, 10)
    assert after.params == before.params


async def test_what_is_written_at_the_ticks_arrives_before_them(tuner: Tuner, messages: list[Any]):
    messages.clear()
    tuner._prices.go(0)
    keys = [set(message.get("state", {})) & {"tick_labels", "tick_values"} for message in messages]
    labels, values = keys.index({"tick_labels"}), keys.index({"tick_values"})
    assert labels < values
    assert {"tick_labels", "tick_values"} not in keys


async def test_the_walk_forward_shows_days_that_did_not_choose(tuner: Tuner):
    tuner.sweep(GRID)
    await tuner.settled()
    tuner.walk_forward()
    await tuner.settled()
    assert tuner.walk is not None
    assert "out of sample" in str(tuner.walk)
    shown = tuner._walk._html.value
    assert "stop, %" in shown
    assert "Sharpe in training → in the test" in shown
    assert "exits." not in shown
    pane = tuner._promote
    pane.show()
    press(pane.button)
    while pane._clicks.is_pending("promote"):
        await asyncio.sleep(0.01)
    pane.show()
    assert "refused" in answer_html(pane._clicks.last)
    assert "trades" in pane._verdicts.value
    assert pane.path is None


async def test_a_tuner_that_is_closed_ends_its_thread(bars: Any, messages: list[Any]):
    made = Tuner(bars, profile="demo")
    made.close()
    while any(thread.name == "rustro tuner" for thread in threading.enumerate()):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"exits.stop_pct": "30:5:1"}, "exits.stop_pct"),
        ({"exits.stop": 5}, "exits.stop"),
        ({"exits.stop_pct": 500}, "exits.stop_pct"),
    ],
)
def test_what_cannot_be_tuned_is_refused_in_a_sentence(bars: Any, params: Any, words: str):
    with pytest.raises(BadUsage, match=words):
        Tuner(bars, profile="demo", params=params)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Any):
    with pytest.raises(BadUsage, match=r"none\.parquet"):
        Tuner(tmp_path / "none.parquet", profile="demo")


def test_every_typed_parameter_has_a_range_a_unit_and_words():
    found = {each.key: each for each in parameters(CFG, rk.Strategy, wished.Wishes())}
    stop = found["exits.stop_pct"]
    assert (stop.kind, stop.unit, stop.label) == ("number", "%", "stop")
    assert stop.low < stop.value < stop.high <= 100
    assert all(each.doc for each in found.values())
    assert all(each.low < each.high for each in found.values() if each.is_number)


def test_a_list_of_uneven_values_becomes_a_choice():
    plain = parameter("exits.stop_pct", "exits", rk.Config.fields()["exits.stop_pct"], 20.0)
    uneven = wished.ranged(plain, [5, 10, 30])
    assert (uneven.kind, uneven.choices) == ("choice", (5, 10, 30))
    even = wished.ranged(plain, [5, 10, 15])
    assert (even.low, even.high, even.step) == (5, 15, 5)


def test_what_was_wished_for_in_between_is_never_played():
    played: list[int] = []
    begun, go_on, told = threading.Event(), threading.Event(), threading.Event()

    def play(wish: int, is_stale: Any) -> int:
        begun.set()
        go_on.wait(10)
        played.append(wish)
        return wish

    def tell() -> None:
        told.set()

    latest: Latest[int, int] = Latest(play, tell)
    latest.want(1)
    begun.wait(10)
    for wish in (2, 3, 4):
        latest.want(wish)
    go_on.set()
    assert told.wait(10)
    assert (played, latest.found and latest.found.result) == ([1, 4], 4)
    latest.close()


def test_a_fault_while_playing_is_a_sentence_and_the_thread_goes_on():
    told = threading.Semaphore(0)

    def play(wish: int, is_stale: Any) -> float:
        return 1 / wish

    latest: Latest[int, float] = Latest(play, told.release)
    latest.want(0)
    assert told.acquire(timeout=10)
    assert latest.found is not None
    assert latest.found.problem == "ZeroDivisionError: division by zero"
    latest.want(2)
    assert told.acquire(timeout=10)
    assert latest.found.result == 0.5
    latest.close()
