"""What figures were had from: a strategy, on data, over days."""

from typing import Any

import msgspec

from rustro_kernel.research.plan import AnyPlan


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Kept beside every figure that outlives its session.

    Attributes:
        strategy_hash: SHA-256 of its source.
        data: Identity of the bars; `synthetic` says what around them was invented.
        first: First day; `last` the last one.
    """

    strategy: str
    strategy_hash: str
    data: str
    synthetic: tuple[str, ...]
    first: str
    last: str


def origin(plan: AnyPlan) -> dict[str, Any]:
    """The fields of an Origin, for its subclasses."""
    return {
        "strategy": plan.strategy.name,
        "strategy_hash": plan.strategy.source_hash,
        "data": plan.history.identity,
        "synthetic": tuple(plan.history.synthetic),
        "first": str(plan.dates[0]),
        "last": str(plan.dates[-1]),
    }
