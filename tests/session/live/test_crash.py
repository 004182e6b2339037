"""A live session is killed at every step of its orders' lives, and goes on: nothing is lost."""

import random
import statistics

import pytest

from tests.session.live.crash_bench import crash_bench
from tests.session.live.crash_driver import POINTS
from tests.session.waiting import until_blocking

MOST = {
    "place": 3, "place_stop": 2, "cancel": 2, "order_book": 4, "snapshot": 2,
    "inputs.write": 30, "inputs.sync": 12, "events.write": 30, "events.sync": 12, "ticks.sync": 6,
}  # fmt: skip
"""How often a point is passed at most before the kill."""
PATIENCE_S = 8.0
IN_FORCE_S = 2.0
"""Every stop is in force so soon after the login; three times that in the default run."""


def killed_again_and_again(folder, points, seed=1, in_force_s=IN_FORCE_S):
    chance = random.Random(seed)
    with crash_bench(folder) as bench:
        bench.start()
        bench.traded()
        bench.kill()
        for point in points:
            if point in POINTS:
                most = MOST.get(point.partition(" ")[2], 1)
                bench.killed_at(point, chance.randint(1, most), PATIENCE_S)
            else:
                bench.killed_at_random(chance)
            bench.check()
        took_s = bench.settle()  # of which the start of the process is the most
        bench.check()
        assert bench.replays()
        kills = ", ".join(f"{point}: {n}" for point, n in sorted(bench.kills.items()))
        starts, orders, took = (
            bench.names().count("SessionRestarted"),
            bench.orders,
            agreed(bench, in_force_s),
        )
        print(f"{sum(bench.kills.values())} kills ({kills})")  # noqa: T201 - the list of points
        print(f"{starts} restarts, {orders} orders, the last agreed after {took_s:.1f} s; {took}")  # noqa: T201


def agreed(bench, in_force_s) -> str:
    """How long after the login both sides agreed and every stop was in force."""
    took = bench.agreements()
    assert max(took) < in_force_s, sorted(took)[-5:]
    return f"from login to agreement: median {statistics.median(took):.2f} s, max {max(took):.2f} s"


@pytest.mark.timeout(1200)
def test_a_hundred_kills_lose_and_double_nothing(tmp_path):
    points = [*POINTS, *["at random"] * 76]
    random.Random(1).shuffle(points)
    killed_again_and_again(tmp_path, points, in_force_s=3 * IN_FORCE_S)


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
