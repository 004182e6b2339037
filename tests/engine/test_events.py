"""The registry: every declared event can be emitted, is documented, and is on the page."""

import ast
import string
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from rustro_kernel import engine
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.events.page import page
from rustro_kernel.engine.events.who import WHO
from rustro_kernel.strategies import adx
from tests.engine.story import eventful_day

SOURCES = sorted(Path(engine.__file__).parent.glob("*.py"))


def constructed() -> dict[str, set[str]]:
    """Event names that the engine's modules construct, with those modules."""
    found = defaultdict(set)
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found[node.func.id].add(source.stem)
    return {name: modules for name, modules in found.items() if name in REGISTRY}


def test_every_declared_event_can_be_emitted():
    assert set(REGISTRY) - set(constructed()) == set()


def test_who_emits_an_event_is_on_the_page():
    assert {name: ", ".join(sorted(who)) for name, who in constructed().items()} == {
        name: emitter for name, (emitter, _) in WHO.items()
    }


@pytest.mark.parametrize("name", REGISTRY)
def test_an_event_is_named_documented_and_typed(name):
    cls = REGISTRY[name]
    assert cls.__name__ == name
    assert set(name) <= set(string.ascii_letters)
    assert cls.__doc__
    assert cls.__doc__.endswith(".")
    for field in msgspec.structs.fields(cls):
        assert field.required, f"{name}.{field.name} must always be said"


@pytest.mark.parametrize("name", REGISTRY)
def test_money_and_times_carry_their_unit_in_the_name(name):
    for field in msgspec.structs.fields(REGISTRY[name]):
        if any(word in field.name for word in ("price", "premium", "value", "balance", "pnl")):
            assert field.name.endswith(("_paise", "_bps")), f"{name}.{field.name}"


def test_the_page_shows_every_event_with_its_payload():
    text = page()
    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == list(REGISTRY)
    assert (
        "\n".join(
            [
                "### StopLossHit\n",
                "The price is at or below the stop.\n",
                "- emitted by: exits",
                "- what follows: an exit of priority 2",
                "- payload: `position_id` str, `stop_paise` int, `price_paise` int\n",
            ]
        )
        in text
    )
    assert "`gates` tuple[Gate, ...]" in text
    assert "- payload: none" in text


GATES = {
    *("direction", "aligned", "trigger", "time_window", "positions", "positions_underlying"),
    *("vix", "daily_loss", "hour_volume", "losses", "market_open", "spread", "margin", "size"),
    *("signal_unused", "reentries", "reentry_pause", "no_halt", "contract"),
}


def test_every_minute_leaves_every_gate():
    day = eventful_day()
    for look in day.said("EntryEvaluated"):
        assert {gate.name for gate in look.gates if "." not in gate.name} == GATES


def test_the_gates_of_the_strategy_are_parts_of_a_trigger():
    source = Path(adx.__file__).read_text(encoding="utf-8")
    names = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Gate"
        and isinstance(node.args[0], ast.Constant)
    }
    assert names == {
        *("daily_bars", "daily_adx", "daily_di", "hourly_bars", "hourly_adx", "hourly_di"),
        *("breakout.close_paise", "breakout.volume", "breakout.minutes"),
        *("pullback.ready", "pullback.ema_paise", "pullback.close_paise", "pullback.rsi"),
    }


def test_events_survive_the_way_through_json():
    for event in eventful_day().events:
        text = msgspec.json.encode(event.data)
        assert msgspec.json.decode(text, type=REGISTRY[event.type]) == event.data
