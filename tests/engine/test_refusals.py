"""Every state says who, why, since when and what clears it; flat is another matter."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from rustro_kernel import engine
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.clearing import CLEARINGS, UNKNOWN, clearing
from rustro_kernel.engine.inputs import Command, TokensChanged
from rustro_kernel.records.why import why
from tests.make import CALL, VIX, Bench, clock, command, in_position, ordered, trigger_at

SOURCES = sorted(Path(engine.__file__).parent.glob("*.py"))


def reasons(bench):
    return [
        (r.name, r.by, r.why, clock(r.since_ns) if r.since_ns else "", r.clears)
        for r in bench.engine.view().reasons
    ]


def halt_names() -> set[str]:
    """What the engine's modules give to `halt`: a text, or a module's constant."""
    found = set()
    for source in SOURCES:
        module = import_module(f"{engine.__name__}.{source.stem}")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "halt":
                found.add(str(eval(ast.unparse(node.args[0]), vars(module))))
    return found


def test_every_halt_of_the_engine_says_what_clears_it():
    assert halt_names() <= set(CLEARINGS)


@pytest.mark.parametrize("name", [*CLEARINGS, "NEW"])
def test_what_clears_a_halt_is_a_sentence_under_these_settings(name):
    found = clearing(name, EngineSettings())
    assert found.clears
    assert not re.search("[{}]", found.clears)
    assert found.by == CLEARINGS.get(name, UNKNOWN).by


def test_a_pause_is_whose_it_is():
    bench = ordered()
    bench.feed(Command("1", "pause", {}, "anna"))
    assert reasons(bench) == [
        ("PAUSED", "anna", "paused by anna", "10:31:00", "the operator resumes")
    ]
    bench.wait(5)
    bench.feed(command("pause", id="2"))
    assert reasons(bench)[0][3] == "10:31:00"
    bench.feed(Command("3", "resume", {}, "anna"))
    assert reasons(bench) == []
    assert bench.state.halted == {}


def test_the_breaker_says_below_what_it_ends():
    bench = ordered(risk__vix_resume=27.5)
    bench.tick(VIX, 31)
    assert reasons(bench) == [
        (
            "VIX_HALT",
            "VIX breaker",
            "the VIX breaker is on",
            "10:31:00",
            "VIX below 27.5 for 10 minutes, with data all the while",
        )
    ]
    halted = bench.last("TradingHalted")
    assert (halted.reason, halted.by, halted.why) == (
        *("VIX_HALT", "VIX breaker", "the VIX breaker is on"),
    )
    assert "no entries: VIX_HALT by VIX breaker: the VIX breaker is on; until: VIX below 27.5" in (
        why(bench.events)
    )


def test_before_the_day_has_begun_each_reason_says_what_it_waits_for():
    bench = Bench()
    assert reasons(bench) == [
        ("", "exchange", "the market is not open", "", "the market opens"),
        ("", "configuration", "outside the entry window", "", "it opens at 10:00:00"),
        ("", "strategy", "NIFTY has no direction yet", "", "the daily analysis at 09:30:00"),
    ]


def test_after_the_window_it_is_over_for_today():
    bench = Bench()
    bench.run_to("14:31")
    assert reasons(bench)[0] == ("", "configuration", "outside the entry window", "", "not today")


def test_as_many_positions_as_there_may_be_are_a_reason():
    bench = in_position(150, risk__max_positions=1)
    assert [r[2:] for r in reasons(bench)] == [("1 of 1 positions are taken", "", "one is closed")]


def test_no_entries_says_nothing_about_flat_nor_flat_about_entries():
    bench = in_position(150)
    bench.feed(command("pause"))
    view = bench.engine.view()
    assert (view.accepting_entries, view.is_flat, view.is_flat_proven) == (False, False, False)
    bench.feed(command("resume"))
    bench.tick(CALL, 119)
    bench.fill(price=118)
    view = bench.engine.view()
    assert (view.accepting_entries, view.is_flat, view.is_flat_proven) == (True, True, True)


def test_flat_by_our_books_is_not_proven_while_an_order_is_at_work():
    bench = ordered(holds_cancels=True)
    view = bench.engine.view()
    assert (view.is_flat, view.is_flat_proven) == (True, False)
    bench.feed(command("flatten"))
    assert not bench.engine.view().is_flat_proven
    bench.report(OrderStatus.CANCELLED, bench.orders[0][1].tag)
    assert bench.engine.view().is_flat_proven


def test_authenticated_is_known_apart():
    bench = trigger_at(Bench())
    assert not bench.engine.view().is_authenticated
    bench.feed(TokensChanged(1, bench.now + 10**15))
    assert bench.engine.view().is_authenticated
    bench.feed(TokensChanged(1, bench.now + 10**15, "refused"))
    assert not bench.engine.view().is_authenticated
