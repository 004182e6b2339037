"""A day in live mode with every kind of fault in turn: both sides' books agree afterwards."""

import typing

import pytest

from rustro_kernel.domain.market_time import at
from rustro_kernel.engine.engine import Engine
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify import verify
from rustro_kernel.session.session import Session
from rustro_kernel.simulator.exchange import parse_script
from rustro_kernel.simulator.exchange.fault_script import Fault, What
from tests.session.live.fault_books import differences, ledger_orders, trades
from tests.session.live.fault_day import Day, live_day
from tests.session.live.fault_scripts import (
    HALF_AN_HOUR,
    WHILE_THERE_ARE_ORDERS,
    WHOLE_DAY,
    WITHOUT,
    toml,
)
from tests.session.live.fault_table import pairs
from tests.simulator.exchange.make import DATE

UNHURRIED = {
    "exits.stop_pct": 60, "exits.broker_stop_pct": 80,
    "exits.trail_activate_pct": 90, "exits.target_pct": 90,
}  # fmt: skip
"""The position of the short part is closed by hand."""


def look_at_both_sides(day: Day) -> None:
    assert differences(day) == []
    assert trades(day), "nobody traded"
    assert replay(day.folder, Engine).is_identical
    assert verify(day.folder) == []


def look_at_the_faults(day: Day, script: list[Fault], least: int) -> None:
    """All of the first `least` have struck, and all that did have left what they should."""
    found = pairs(day, script)
    table = "\n".join(map(str, found))
    (day.folder.parent / "faults.txt").write_text(table + "\n")
    print(table)  # noqa: T201 - shown with -s, and when something is missing
    struck = {pair.struck.fault for pair in found}
    assert [f for n, f in enumerate(script[:least]) if n not in struck] == []
    assert [str(pair) for pair in found if not pair.is_explained] == []


class Closer:
    """Closes the position by hand from 10:26 on; true when it is closed."""

    def __init__(self) -> None:
        self._has_asked = False

    def __call__(self, session: Session) -> bool:
        view = session.view
        is_entering = any(order.side == "BUY" for order in view.orders)
        is_due = view.now_ns >= at(DATE, "10:26") and view.positions and not is_entering
        if is_due and not self._has_asked:
            self._has_asked = True
            session.send("close", position=view.positions[0].position_id)
        return any(event.type == "PositionClosed" for event in tuple(session.events))


@pytest.mark.timeout(240)
def test_half_an_hour_of_faults_leaves_both_sides_agreed(tmp_path, no_rustro_environment):
    day = live_day(
        toml(HALF_AN_HOUR), tmp_path, no_rustro_environment,
        clock="10:02:00", speed=40.0, until=Closer(), **UNHURRIED,
    )  # fmt: skip
    assert day.result.exit_code == 0
    look_at_both_sides(day)
    look_at_the_faults(day, HALF_AN_HOUR, len(HALF_AN_HOUR))
    states = {row.state for row in ledger_orders(day).values()}
    assert {"executed", "rejected", "absent"} <= states


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_day_of_faults_of_every_kind_leaves_both_sides_agreed(tmp_path, no_rustro_environment):
    script = [*WHOLE_DAY, *WHILE_THERE_ARE_ORDERS]
    day = live_day(toml(script), tmp_path, no_rustro_environment, speed=45.0)
    assert (day.result.exit_code, day.result.reason) == (0, "end of day")
    look_at_both_sides(day)
    look_at_the_faults(day, script, len(WHOLE_DAY))
    assert len(trades(day)) >= 3
    asked, hit = set(day.exchange.requests), {fault.on for fault in script}
    assert asked <= hit | set(WITHOUT), "a route without a fault and without a reason"


def test_every_kind_of_fault_is_in_the_script_of_the_day():
    kinds = set(typing.get_args(What))
    assert {fault.what for fault in WHOLE_DAY} == kinds
    assert tuple(WHOLE_DAY) == parse_script(toml(WHOLE_DAY))
