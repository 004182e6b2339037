import asyncio
import os
import threading

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadConfig, JobFailed, StrategyRaised
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.research.jobs import Job
from rustro_kernel.strategies import Finding, Strategy, Trigger
from tests.research.bars import bars

HISTORY = rk.History.load(bars(31))


class Mine(Strategy):
    """From a cell: the other process cannot import it."""

    name = "mine"

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        return Finding(Trigger(TriggerKind.CUSTOM))


def test_a_job_has_the_result_of_the_backtest_it_stands_for():
    job = rk.start_backtest(HISTORY, Mine, {"strategy.volume_filter": "off"})
    here = rk.backtest(HISTORY, Mine, {"strategy.volume_filter": "off"})
    there = asyncio.run(_awaited(job))
    assert there.digest == here.digest
    assert there.rerun().digest == here.digest
    assert (job.done, job.of, job.progress, job.is_over) == (3, 3, 1.0, True)


async def _awaited(job):
    return await job


@pytest.mark.parametrize(
    ("params", "strategy", "error"),
    [({"exits.stop_pc": 1}, None, BadConfig), ({}, "raises", StrategyRaised)],
)
def test_an_error_of_ours_arrives_as_it_was_raised(params, strategy, error):
    class Raises(Mine):
        name = "raises"

        def direction(self, daily):
            raise ZeroDivisionError

    with pytest.raises(error) as caught:
        rk.start_backtest(HISTORY, Raises if strategy else None, params).result(60)
    assert "exits.stop_pc" in str(caught.value) or "2021-11" in str(caught.value)


def for_ever(progress):
    progress(1, 4)
    threading.Event().wait()


def test_a_cancelled_job_has_no_result_and_its_process_is_gone():
    job = Job(for_ever)
    ticker = threading.Event()
    while not job.done:
        ticker.wait(0.01)
    assert job.progress == 0.25
    job.cancel()
    with pytest.raises(JobFailed, match="it was cancelled"):
        job.result(30)
    job.cancel()  # nothing more happens
    assert not job._process.is_alive()


def dies(progress):
    os._exit(9)


def breaks(progress):
    raise LookupError("nobody foresaw this")


@pytest.mark.parametrize(
    ("work", "words"), [(dies, "ended with code 9"), (breaks, "nobody foresaw this")]
)
def test_what_nobody_foresaw_is_told_as_well(work, words):
    with pytest.raises(JobFailed, match=words):
        Job(work).result(60)
