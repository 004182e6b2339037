"""A full generated day, about 200 000 ticks over some twenty instruments.

`pytest tests/benchmarks/test_day.py --benchmark-only` prints seconds a day.
"""

from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.engine.engine import Engine
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session import composition


def run_a_day(folder: Path) -> Path:
    cfg = Config.load(
        profile="demo", **{"run.out": str(folder), "state.dir": str(folder / "state")}
    )
    planned = composition.plan_sim(cfg)
    run = composition.open_run(planned)
    driver = composition.synchronous(planned, run)
    run.close(driver.run(), {})
    return folder


def test_a_generated_day_from_market_to_manifest(benchmark, tmp_path_factory):
    made = []

    def once() -> None:
        made.append(run_a_day(tmp_path_factory.mktemp("day") / "run"))

    benchmark.pedantic(once, rounds=3)
    ticks = sum(1 for item in read_inputs(made[-1]) if type(item.body).__name__ == "Tick")
    benchmark.extra_info["ticks"] = ticks
    assert ticks > 150_000


def test_the_engine_with_the_ledger_on(benchmark, tmp_path_factory):
    """The day's recorded inputs through a fresh engine into a fresh ledger."""
    inputs = list(read_inputs(run_a_day(tmp_path_factory.mktemp("day") / "run")))
    folders = []

    def once() -> Engine:
        folders.append(tmp_path_factory.mktemp("ledger") / "run")
        recorder, engine = Recorder(folders[-1]), Engine()
        for item in inputs:
            recorder.take(item)
            recorder.state(item.n, engine.apply(item).events)
        recorder.close()
        return engine

    engine = benchmark.pedantic(once, rounds=3)
    benchmark.extra_info["inputs"] = len(inputs)
    assert engine.view().state == "CLOSED"
