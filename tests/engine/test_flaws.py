"""Bad ticks: counted by rule, shown, and all of them on record at the end."""

from rustro_kernel.domain.instruments import InstrumentKey
from tests.make import FUTURE, NIFTY, Bench, command


def repeated(bench: Bench, key: InstrumentKey, times: int) -> None:
    """The same tick again and again."""
    for _ in range(times + 1):
        bench.tick(key, 17_001, at="10:00:05")


def running() -> Bench:
    bench = Bench()
    bench.run_to("10:00:05")
    return bench


def test_the_view_counts_every_rule_over_all_instruments():
    bench = running()
    assert bench.engine.view().flaws == {}
    repeated(bench, FUTURE, 3)
    repeated(bench, NIFTY, 2)
    bench.tick(NIFTY, 0, at="10:00:06")
    assert bench.engine.view().flaws == {"duplicate": 5, "bad_price": 1}


def test_a_tick_nobody_asked_for_is_counted():
    bench = running()
    bench.tick(InstrumentKey("NSE:4242"), 100, at="10:00:06")
    assert bench.engine.view().flaws == {"not_watched": 1}


def test_the_record_ends_with_every_count():
    bench = running()
    repeated(bench, FUTURE, 3)
    repeated(bench, NIFTY, 1)
    assert [e.count for e in bench.said("DataQualityError")] == [1, 1]
    bench.feed(command("stop"))
    bench.wait_to("10:00:30")
    stated = [(e.instrument, e.count) for e in bench.said("DataQualityError")]
    assert stated == [(FUTURE, 1), (NIFTY, 1), (FUTURE, 3)]
    assert bench.names()[-1] == "ShutdownCompleted"
