"""A live session is killed at every step of its orders' lives, and goes on: nothing is lost."""

import random

import pytest

from tests.session.live.crash_bench import crash_bench
from tests.session.live.crash_driver import POINTS
from tests.session.waiting import until_blocking

QUICK = (
    "before place", "after place", "before events.sync", "after events.sync", "after cancel",
    "before inputs.write", "after events.write", "before positions", "after order_book",
    "after snapshot", "before place", "after place",
)  # fmt: skip
MOST = {
    "place": 3, "cancel": 2, "order_book": 4, "snapshot": 2,
    "inputs.write": 30, "inputs.sync": 12, "events.write": 30, "events.sync": 12, "ticks.sync": 6,
}  # fmt: skip
"""How often a point is passed at most before the kill."""
PATIENCE_S = 8.0


def killed_again_and_again(folder, points, seed=1):
    chance = random.Random(seed)
    with crash_bench(folder) as bench:
        bench.start()
        bench.traded()
        bench.kill()
        for point in points:
            most = MOST.get(point.partition(" ")[2], 1)
            patience_s = PATIENCE_S if point in POINTS else 4 * chance.random()
            bench.killed_at(point, chance.randint(1, most), patience_s)
            bench.check()
        took_s = bench.settle()
        bench.check()
        assert bench.replays()
        kills = ", ".join(f"{point}: {n}" for point, n in sorted(bench.kills.items()))
        starts, orders = bench.names().count("SessionRestarted"), bench.orders
        print(f"{sum(bench.kills.values())} kills ({kills})")  # noqa: T201 - the list of points
        print(f"{starts} restarts, {orders} orders, agreed after {took_s:.1f} s")  # noqa: T201


@pytest.mark.timeout(300)
def test_a_dozen_kills_lose_and_double_nothing(tmp_path):
    killed_again_and_again(tmp_path, QUICK)


def test_a_paper_session_goes_on_with_what_it_held(tmp_path):
    with crash_bench(tmp_path, mode="paper") as bench:
        bench.start()
        until_blocking(lambda: bench.run.exists() and bench.said("PositionOpened"))
        bench.kill()
        for _ in range(2):
            bench.settle()
        assert bench.orders == 0
        assert bench.replays()
        assert bench.said("OrderRejected") == []  # what it sells is known to be held
        assert bench.said("PositionReconciled") == bench.said("OrphanFound") == []
        assert [name for name in bench.names() if name == "LogInitialized"] == ["LogInitialized"]


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(4))
def test_kills_at_every_point_lose_and_double_nothing(tmp_path, seed):
    points = [*POINTS, *["at random"] * 10]
    random.Random(seed).shuffle(points)
    killed_again_and_again(tmp_path, points, seed)


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("day", range(40))
def test_two_thousand_random_moments(tmp_path, day):
    killed_again_and_again(tmp_path, ["at random"] * 50, day)
