"""Sweeps on a real cluster: a scheduler and two workers, each a process of its own."""

import distributed
import numpy as np
import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.sweep import crew
from tests.research.bars import bars
from tests.research.own_strategies import Every

pytestmark = pytest.mark.timeout(300)
HISTORY = rk.History.load(bars(34))
GRID = {"exits.stop_pct": "5:20:5", "exits.broker_stop": ["off", "on"]}


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=40,
    ) as made:
        yield made


def test_a_cluster_gives_the_table_that_this_machine_gives(cluster):
    sweeper = rk.Sweeper(HISTORY, profile="demo")
    here = rk.sweep(sweeper, grid=GRID)
    there = rk.sweep(sweeper, grid=GRID, scheduler=cluster.scheduler_address)
    assert set(here["played_by"]) == {"kernel", "engine"}
    pd.testing.assert_frame_equal(here, there)


def test_a_client_of_ones_own_stays_open(cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        found = rk.sweep(HISTORY, None, {"exits.stop_pct": [5, 10]}, scheduler=client)
        assert len(found) == 2
        assert client.submit(sum, [1, 2]).result() == 3


def test_ones_own_strategy_travels_by_value_and_a_set_that_raises_is_listed(cluster):
    grid = {"strategy.params.minutes": [15, 13]}
    found = rk.sweep(HISTORY, Every, grid, scheduler=cluster.scheduler_address)
    assert found["trades"].iloc[0] > 0
    assert "thirteen is unlucky" in found["failed"].iloc[1]
    assert np.isnan(found["net_rs"].iloc[1])


def test_every_worker_takes_part(cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        rk.sweep(HISTORY, Every, {"strategy.params.minutes": "20:27:1"}, scheduler=client)
        held = client.run(lambda: crew._unpacked.cache_info().currsize)
    assert len(held) == 2
    assert min(held.values()) >= 1


def test_a_scheduler_that_does_not_answer_is_one_sentence():
    with pytest.raises(BadUsage) as caught:
        rk.sweep(HISTORY, grid={"exits.stop_pct": [5]}, scheduler="tcp://127.0.0.1:9")
    assert str(caught.value).startswith("no scheduler answers at tcp://127.0.0.1:9")
