"""Random values of any recorded type, for hypothesis."""

import types
import typing
from enum import Enum
from typing import Any

import msgspec
from hypothesis import strategies as st

from rustro_kernel.domain.market_time import DAY
from rustro_kernel.domain.ticks import Depth, Tick
from rustro_kernel.engine.inputs import Input
from tests.records.make import START

SMALL = st.integers(-(2**40), 2**40)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
PLAIN = {
    int: st.integers(-(2**62), 2**62),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXT,
    bool: st.booleans(),
    object: TEXT,
    type(None): st.none(),
}


def values(kind: Any) -> st.SearchStrategy:
    """Values of a type as msgspec understands it."""
    if isinstance(kind, typing.NewType):
        return values(kind.__supertype__)
    if typing.get_origin(kind):
        return _generic(typing.get_origin(kind), typing.get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, *(values(hints[f.name]) for f in msgspec.structs.fields(kind)))
    return PLAIN[kind]


def _generic(origin: object, args: tuple[Any, ...]) -> st.SearchStrategy:
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values(arg) for arg in args])
    if origin is dict:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=3)
    assert origin is tuple, origin
    if args[-1] is Ellipsis:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    return st.tuples(*map(values, args))


depths = st.none() | st.builds(
    Depth, *[st.lists(st.tuples(SMALL, SMALL), max_size=5).map(tuple)] * 2
)
times = st.integers(START, START + DAY)
keys = st.sampled_from(["NSE:26000", "NFO:41210", "NFO:41211", "NSE:26017"])
ticks = st.builds(Tick, keys, times, SMALL, st.just(0) | times, *[SMALL] * 6, depths)


@st.composite
def runs(draw: st.DrawFn, bodies: st.SearchStrategy, most: int = 30) -> list[Input]:
    """Numbered inputs of these bodies, in time."""
    found = draw(st.lists(bodies, max_size=most))
    steps = draw(st.lists(st.integers(0, 10**10), min_size=len(found), max_size=len(found)))
    moment, fed = START, []
    for n, (body, step) in enumerate(zip(found, steps, strict=True), 1):
        moment += step
        fed.append(Input(n, moment, body))
    return fed
