"""The gate over real searches: made-up random walks, the ADX strategy, sweeps, control groups."""

import pytest

import rustro_kernel as rk
from rustro_kernel.research.gate import judged
from rustro_kernel.research.invented import invented_bars

OFTEN = {
    "strategy.daily_adx_threshold": 5,
    "strategy.hourly_adx_threshold": 5,
    "strategy.pullback_rsi_lookback": 12,
}
GRID = {"exits.stop_pct": [8, 14, 20], "exits.trail_activate_pct": [5, 10, 15]}


def against(seed, folder):
    """What the gate has against the best set of a search over one random walk, trades aside."""
    keys = {**OFTEN, "state.dir": str(folder), "sim.seed": seed}
    cfg = rk.Config.load(profile="demo", **keys)
    bars = rk.History.load(invented_bars(days=160, seed=seed), cfg)
    walk = rk.walk_forward(bars, None, GRID, config=cfg, count=4)
    if walk.best is None:
        return ["nothing was traded"]
    verdicts = judged(walk.evidence)
    return [one.says for one in verdicts if not one.ok and one.name != "trades"]


def test_a_search_over_a_random_walk_does_not_pass(tmp_path):
    assert against(1, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_of_200_searches_over_random_walks_at_most_one_in_twenty_passes(tmp_path):
    """The number of trades is left out: it alone would stop nearly all of them."""
    passed = [seed for seed in range(200) if not against(seed, tmp_path)]
    assert len(passed) <= 10, passed
