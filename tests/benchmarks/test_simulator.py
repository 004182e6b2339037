"""How fast a day is made. One machine's figures are in the guides; run with --benchmark-only."""

from rustro_kernel.simulator.bar_file import BarFile
from tests.simulator.make import generated, parquet, play, usual


def test_a_generated_day_of_two_hundred_thousand_ticks(benchmark):
    ticks = benchmark.pedantic(lambda: play(generated(regime="range"), usual), rounds=5)
    benchmark.extra_info["ticks"] = len(ticks)
    benchmark.extra_info["instruments"] = 21


def test_history_of_a_generated_day(benchmark):
    market = generated(regime="range")
    assert len(benchmark(market.history)) == 5


def test_reading_eighteen_months_of_minutes(benchmark, tmp_path):
    minutes = [(60_000_000_000 * n, 100.0, 101.0, 99.0, 100.0) for n in range(1, 138_001)]
    path = parquet(tmp_path, minutes)
    assert len(benchmark(BarFile.read, path).bars) == 138_000
