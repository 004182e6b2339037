"""The gate before a parameter set may be promoted. Each verdict is a sentence.

The limits are meant to let pure noise through in fewer than one search of twenty, together; each
alone would let through much more.
"""

from collections.abc import Callable

import msgspec

from rustro_kernel.research.evidence import Evidence

LEAST_TRADES = 100
DEFLATED, CONTROL, PLATEAU = 0.95, 95.0, 50.0


class Verdict(msgspec.Struct, frozen=True):
    """One thing the gate looks at; `ok` is None where nothing is known of it."""

    name: str
    ok: bool | None
    says: str


def judged(found: Evidence) -> list[Verdict]:
    """Every verdict."""
    return [
        _trades(found.oos_trades),
        _verdict(
            "out_of_sample",
            found.oos_net_rs,
            0,
            lambda net: f"the tests earned Rs {net:,.0f} after costs",
        ),
        _verdict(
            "deflated_sharpe",
            _percent(found.deflated_sharpe),
            100 * DEFLATED,
            lambda part: (
                f"the chance that the set, over all days, is more than the best luck of "
                f"{found.tries} tries is {part:.0f} %, {100 * DEFLATED:.0f} % are asked for"
            ),
        ),
        _verdict(
            "plateau",
            found.neighbours_good_pct if found.neighbours else None,
            PLATEAU,
            lambda part: (
                f"{part:.0f} % of its {found.neighbours} neighbours earned something, "
                f"{PLATEAU:.0f} % are asked for"
            ),
        ),
        _verdict(
            "control_group",
            found.control_percentile,
            CONTROL,
            lambda part: (
                f"the tests did better than {part:.0f} % of {found.control_draws} draws with "
                f"random entries, {CONTROL:.0f} % are asked for"
            ),
        ),
    ]


def passes(found: Evidence) -> bool:
    """Whether every verdict is good."""
    return all(verdict.ok for verdict in judged(found))


def _trades(count: int) -> Verdict:
    enough = count >= LEAST_TRADES
    words = "" if enough else "too few trades: "
    says = f"{words}{count} out of sample, {LEAST_TRADES} are asked for"
    return Verdict("trades", enough, says)


def _verdict(name: str, value: float | None, limit: float, says: Callable[[float], str]) -> Verdict:
    if value is None:
        return Verdict(name, None, f"nothing is known of {name.replace('_', ' ')}")
    is_good = value > limit if name == "out_of_sample" else value >= limit
    return Verdict(name, is_good, says(value))


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part
