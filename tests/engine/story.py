"""A hand-made day on which much happens: entries, exits, a breaker, a silence, commands."""

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.inputs import MarketNotice
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    NSE_2021,
    VIX,
    Bench,
    command,
    ns,
    option_key,
    paper_broker,
    rules,
    trigger_at,
)


def eventful_day() -> Bench:
    """One day with the paper broker; the same every time."""
    bench = Bench(
        day=rules(charges=NSE_2021),
        broker=paper_broker(latency_ms=120, slippage_ticks=1),
        exits__low_volume_exit=True,
        strategy__reentry_pause_s=60,
    )
    _trailed(bench)
    _stopped(bench)
    _broken(bench)
    _halted(bench)
    bench.run_to("15:30")
    bench.wait_to("15:31")
    return bench


def _walk(bench, *prices, key=CALL):
    for price in prices:
        bench.wait(1)
        bench.tick(key, price)


def _trailed(bench):
    """A thin book, so that the entry needs two attempts; then up, and down through the trail."""
    bench.run_to("10:20")
    bench.tick(NIFTY, 17_061, at="10:20:01", exch_ts=ns("10:19:00"))  # late
    trigger_at(bench, "10:31")
    bench.wait(2.5)
    _walk(bench, 150, 152, 156, 160, 165, 158, 155, 150)
    bench.feed(command("set", key="exits.stop_pct", value="15"))


def _stopped(bench):
    trigger_at(bench, "11:20")
    bench.wait(1)
    _walk(bench, 149, 140, 130, 120, 110)
    bench.wait(5)


def _broken(bench):
    trigger_at(bench, "12:20")
    bench.wait(1)
    bench.tick(VIX, 31)
    _walk(bench, 151, 150)
    bench.prices[VIX] = 20.0
    bench.feed(command("pause"))
    bench.feed(command("pause", id="again"))
    bench.run_to("12:40")
    bench.feed(command("resume"))
    bench.wait(120)  # everybody is silent for two minutes
    for key in (VIX, FUTURE, NIFTY):
        bench.tick(key)
    bench.feed(command("resume", id="gap"))


def _halted(bench):
    trigger_at(bench, "13:20")
    bench.wait(1)
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.wait_to(bench.now + 5 * MINUTE)
    bench.feed(MarketNotice(halted=False, reason="resumed"))
    bench.prices[NIFTY] = 17_180  # the watched strikes move
    bench.run_to("13:50")
    bench.prices[NIFTY] = 17_000
    bench.run_to(ns("14:00") + 7 * SECOND)
    bench.tick(option_key(17_000), 155)
