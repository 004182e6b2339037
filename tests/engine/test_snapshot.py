"""A snapshot at any input and the rest is the uninterrupted run, to the byte."""

import msgspec
import pytest
from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.engine import Engine
from tests.engine.story import eventful_day

DAY = eventful_day()


def encoded(turn) -> bytes:
    return msgspec.json.encode([turn.events, turn.effects])


def _whole() -> list[bytes]:
    engine = Engine(DAY.registry)
    return [encoded(engine.apply(item)) for item in DAY.inputs]


WHOLE = _whole()


def test_the_story_holds_what_matters():
    names = set(DAY.names())
    assert {"PositionClosed", "TrailingStopUpdated", "VixSpike", "OrderRetryRequired"} <= names
    assert len(DAY.inputs) > 3000
    assert DAY.finished is not None


@examples(max_examples=25)
@given(st.integers(1, len(DAY.inputs) - 1))
def test_a_snapshot_at_any_input_goes_on_as_if_nothing_had_happened(cut):
    engine = Engine(DAY.registry)
    for item in DAY.inputs[:cut]:
        engine.apply(item)
    again = Engine.restore(engine.snapshot(), DAY.registry)
    assert again.view() == engine.view()
    assert again.snapshot() == engine.snapshot()
    assert [encoded(again.apply(item)) for item in DAY.inputs[cut:]] == WHOLE[cut:]


def test_a_snapshot_after_every_hundredth_input_changes_nothing():
    engine, said = Engine(DAY.registry), []
    for n, item in enumerate(DAY.inputs):
        said.append(encoded(engine.apply(item)))
        if n % 100 == 0:
            engine = Engine.restore(engine.snapshot(), DAY.registry)
    assert said == WHOLE


def test_there_is_no_snapshot_of_nothing():
    with pytest.raises(SessionFailed, match="no state"):
        Engine().snapshot()


def test_a_view_is_not_changed_by_what_comes_after_it():
    engine = Engine(DAY.registry)
    for item in DAY.inputs[:2000]:
        engine.apply(item)
    view = engine.view()
    before = msgspec.msgpack.encode(view)
    for item in DAY.inputs[2000:]:
        engine.apply(item)
    assert msgspec.msgpack.encode(view) == before
