import msgspec
import pytest

from rustro_kernel.research.evidence import Evidence
from rustro_kernel.research.gate import judged, passes
from tests.research.noise import Search, evidence

GOOD = Evidence(
    strategy="adx",
    strategy_hash="",
    data="",
    synthetic=(),
    first="",
    last="",
    code="",
    tries=20,
    deflated_sharpe=0.97,
    neighbours=4,
    neighbours_good_pct=75.0,
    oos_trades=120,
    oos_net_rs=50_000.0,
    control_draws=200,
    control_percentile=98.0,
)


def test_what_is_good_in_every_respect_passes():
    assert passes(GOOD)


@pytest.mark.parametrize(
    ("name", "fields", "says"),
    [
        ("trades", {"oos_trades": 99}, "too few trades: 99 out of sample, 100 are asked for"),
        ("out_of_sample", {"oos_net_rs": 0.0}, "the tests earned Rs 0 after costs"),
        ("deflated_sharpe", {"deflated_sharpe": 0.94}, "best luck of 20 tries is 94 %"),
        ("plateau", {"neighbours_good_pct": 49.0}, "49 % of its 4 neighbours earned something"),
        ("control_group", {"control_percentile": 94.0}, "better than 94 % of 200 draws"),
        ("out_of_sample", {"oos_net_rs": None}, "nothing is known of out of sample"),
        ("plateau", {"neighbours": 0}, "nothing is known of plateau"),
    ],
)
def test_each_thing_alone_can_stop_it_and_says_so(name, fields, says):
    found = msgspec.structs.replace(GOOD, **fields)
    against = [verdict for verdict in judged(found) if not verdict.ok]
    assert [verdict.name for verdict in against] == [name]
    assert says in against[0].says
    assert not passes(found)


NOISE = {
    "sets that share half": Search(),
    "sets that are nearly one": Search(shared=0.95),
    "sets of their own": Search(shared=0.0),
    "a large grid": Search(side=10),
    "a small grid, few trades": Search(side=3, trades_a_day=0.35),
}


@pytest.mark.parametrize("name", NOISE)
def test_of_200_searches_over_noise_at_most_one_in_twenty_passes(name):
    passed = sum(passes(evidence(NOISE[name], seed)) for seed in range(200))
    assert passed <= 10


def test_no_verdict_alone_would_hold_noise_back():
    """The gate is not closed by something that closes it for everybody."""
    searches = [evidence(Search(shared=0.95), seed) for seed in range(100)]
    names = [verdict.name for verdict in judged(GOOD)]
    shares = dict.fromkeys(names, 0)
    for found in searches:
        for verdict in judged(found):
            shares[verdict.name] += bool(verdict.ok)
    assert all(share >= 1 for share in shares.values()), shares
    assert shares["plateau"] > 40


def test_skill_gets_through():
    skilled = Search(edge=0.25)
    assert sum(passes(evidence(skilled, seed)) for seed in range(40)) >= 30
