"""Laws of exits: which reason is stated, for any prices; and that an exit never gives up."""

from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.verdicts import PRIORITY, ExitReason
from rustro_kernel.engine import exits
from rustro_kernel.engine.engine import Engine
from tests.engine.test_order_laws import twin
from tests.make import CALL, Bench, in_position

RANKS = {
    "EOD": 1, "TOKEN": 1, "VIX": 1, "SHUTDOWN": 1, "KILL": 1, "OPERATOR": 1,
    "STOP_LOSS": 2, "BROKER_STOP": 2, "MARGIN": 2, "DAILY_LOSS": 2,
    "TARGET": 3, "TRAILING_STOP": 3,
    "ALIGNMENT_LOST": 4, "LOW_VOLUME": 4, "STRATEGY_INVALIDATED": 4,
}  # fmt: skip
"""SPEC 11: mandatory > risk > profit > technical."""
HELD = in_position(150, exits__target_pct=4, exits__trail_gap_pct=1.5, holds_cancels=True)
paise = st.integers(12_000 // 5, 15_900 // 5).map(lambda steps: steps * 5)
walks = st.lists(paise, min_size=1, max_size=40)


def asks_for(price: int, trail: int | None) -> list[str]:
    """What the contract says a price asks for, of a position bought at 150.00."""
    named = [("STOP_LOSS", price <= 12_000), ("TARGET", price >= 15_600)]
    return [*(name for name, holds in named if holds), *_trailing(price, trail)]


def _trailing(price: int, trail: int | None) -> list[str]:
    return ["TRAILING_STOP"] if trail is not None and price < trail else []


def higher(price: int, trail: int | None) -> int | None:
    """The trailing stop after a price that closed nothing."""
    stop = price * 985 // 1000
    if trail is None:
        return stop if price >= 15_300 else None
    return max(trail, stop)


@examples(max_examples=150)
@given(walks, st.none() | st.integers(15_000, 17_000))
def test_for_any_prices_one_exit_is_stated_by_the_first_that_asks_for_it(prices, trail):
    """Where the trail stands already, also above the target: then two reasons hold at once."""
    bench = twin(HELD)
    (position,) = bench.state.positions.values()
    position.trail = trail
    expected: list[tuple[str, tuple[str, ...]]] = []
    for price in prices:
        bench.wait(0.5)
        bench.tick(CALL, price / 100)
        if not expected and (reasons := asks_for(price, trail)):
            expected = [(reasons[0], tuple(reasons[1:]))]
        elif not expected:
            trail = higher(price, trail)
            assert position.trail == trail
        assert stated(bench) == expected


def stated(bench: Bench) -> list[tuple[str, tuple[str, ...]]]:
    return [(e.reason, e.secondary) for e in bench.said("ExitSignalGenerated")]


@examples(max_examples=150)
@given(st.lists(st.sampled_from(sorted(RANKS)), min_size=1, max_size=6, unique=True), st.data())
def test_of_any_reasons_the_most_urgent_is_primary_and_no_other_is_forgotten(names, data):
    bench = twin(HELD)
    (position,) = bench.state.positions.values()
    world = bench.engine._world
    exits.signal(world, position, [ExitReason(name) for name in names], 15_000)
    shuffled = data.draw(st.permutations(names))
    again = Engine.restore(HELD.engine.snapshot(), HELD.registry)._world
    (other,) = again.state.positions.values()
    exits.signal(again, other, [ExitReason(name) for name in shuffled], 15_000)
    assert RANKS[position.exit_reason] == min(RANKS[name] for name in names)
    assert sorted((position.exit_reason, *position.exit_secondary)) == sorted(names)
    ranks = [RANKS[name] for name in position.exit_secondary]
    assert ranks == sorted(ranks)
    assert (other.exit_reason, other.exit_secondary) == (
        position.exit_reason, position.exit_secondary,
    )  # fmt: skip


def test_the_priorities_are_the_contracts():
    own = {reason.value: rank for reason, rank in PRIORITY.items()}
    assert {name: own[name] for name in RANKS} == RANKS
