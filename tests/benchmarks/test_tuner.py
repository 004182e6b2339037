"""The Tuner: from a slider's move to the traits that show it, over a year of minutes."""

import asyncio

import rustro_kernel as rk
from rustro_widgets import Tuner
from rustro_widgets.panels.redraw import PERIOD_S
from tests.benchmarks.five_years import five_years

YEAR = {"start": "2020-12-01", "end": "2021-11-30"}
ROUNDS = 50


def test_a_sliders_move_is_shown_in_a_tenth_of_a_second(benchmark, tmp_path):
    """A move after a rest; while a slider is dragged the panel draws ten times a second."""
    cfg = rk.Config.load(profile="demo", **{"state.dir": tmp_path})
    stops = iter(range(500, 500 + 10 * ROUNDS, 5))

    with asyncio.Runner() as runner:

        async def made():
            tuner = Tuner(five_years(), config=cfg, **YEAR)
            await tuner.settled()
            return tuner

        tuner = runner.run(made())

        async def moved():
            tuner.move({"exits.stop_pct": next(stops) / 100})
            return await tuner.settled()

        benchmark.pedantic(
            lambda: runner.run(moved()),
            setup=lambda: runner.run(asyncio.sleep(2 * PERIOD_S)),
            rounds=ROUNDS,
        )
        assert tuner.played.tries.count == ROUNDS + 1
        assert len(tuner.played.dates) > 240
        tuner.close()
    assert benchmark.stats.stats.median <= 0.1
