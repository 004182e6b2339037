"""The market's clock."""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.simulator.exchange import MarketClock


class Wall:
    """A monotonic clock in the test's hands, in seconds."""

    def __init__(self):
        self.s = 5.0

    def __call__(self):
        return round(self.s * SECOND)


def test_it_runs_so_many_times_as_fast():
    wall = Wall()
    clock = MarketClock(1000 * SECOND, 60, wall)
    wall.s += 2
    assert clock.now_ns() == 1120 * SECOND
    assert clock.wait_s(1180 * SECOND) == 1.0
    assert clock.wait_s(0) == 0.0


def test_it_stands_still_for_what_it_lost_and_never_goes_back():
    wall = Wall()
    clock = MarketClock(0, 10, wall)
    wall.s += 3
    assert clock.now_ns() == 30 * SECOND
    clock.lose(2)
    assert clock.now_ns() == 30 * SECOND
    wall.s += 3
    assert clock.now_ns() == 40 * SECOND
