"""Whole minutes instead of ticks: how a backtest hears of its market.

A minute's end is its boundary, and what happens there is what `boundary` does for ticks: times
that are due, the VIX, the bars that are complete, alignment, technical exits, entries. Where
neither an entry nor an exit is possible, minutes pass in a stretch (`passing`).
"""

from collections.abc import Callable

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import (
    analysis,
    entries,
    held_minutes,
    marks,
    minute_bars,
    passing,
    positions,
    technical,
    vix,
)
from rustro_kernel.engine.hours import open_ns
from rustro_kernel.engine.inputs import Minutes, Spotted
from rustro_kernel.engine.passing import Passed
from rustro_kernel.engine.quotes import keep, quote_of
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

PassTime = Callable[[World, int], None]
"""Lets everything happen that is due up to a moment, each at its time; it is then that moment."""


def begin(world: World) -> None:
    """The market is open: bars are built of the underlying and its future."""
    for desk in world.state.desks.values():
        minute_bars.open_books(world, desk)
    world.state.boundary = open_ns(world.state.hours) + MINUTE


def on_spotted(world: World, seen: Spotted) -> None:
    """The underlying moved inside a minute: stops and the day's loss run on the new quotes."""
    for desk in world.state.desks.values():
        minute_bars.keep_index(world, desk, seen.price)
    for tick in seen.quotes:
        held_minutes.on_quote(world, tick)


def on_minutes(world: World, told: Minutes, pass_time: PassTime) -> None:
    """Minute by minute, or in stretches; ends early, at its moment, with an order."""
    state, at, count = world.state, 0, len(told.closes)
    for desk in state.desks.values():
        passed, watch = Passed(world, desk), held_minutes.watch(world, desk, told)
        while at < count:
            if watch is not None and not watch.live_through(at):
                break
            pass_time(world, told.first_ns + (at + 1) * MINUTE)
            if state.stage == "CLOSED" or not state.boundary:
                break
            until = passing.until(world, desk, told, at)
            if until > at:
                passing.stretch(world, desk, told, at, until, passed)
                at = until
                continue
            _boundary(world, desk, told, at, passed)
            at += 1
            if state.intents or (state.by_instrument and watch is None):
                break
        passed.state()


def _boundary(world: World, desk: Desk, told: Minutes, at: int, passed: Passed) -> None:
    """One boundary with everything that may be decided at it."""
    world.state.boundary = world.now + MINUTE
    if told.vix[at]:
        vix.on_vix(world, told.vix[at])
    minute_bars.put(world, desk, told, at)
    done = minute_bars.complete(world, desk, told, at)
    if done.hour is not None:
        analysis.on_hour(world, desk, done.hour)
    technical.leave(world, desk)
    minute_bars.keep_quarter(desk, done.quarter)
    if told.closes[at]:
        minute_bars.keep_index(world, desk, told.closes[at])
        if world.settings.strategy.enabled:
            _decide(world, desk, told, at, passed, is_five=done.five is not None)
    marks.on_boundary(world)
    positions.settle(world)


def _decide(
    world: World, desk: Desk, told: Minutes, at: int, passed: Passed, *, is_five: bool
) -> None:
    """Entries; without a trigger only the gate that stopped the minute is put on record."""
    now = world.now
    bar = Bar(now - MINUTE, told.opens[at], told.highs[at], told.lows[at], told.closes[at])
    if told.quotes and told.quotes[at].instrument not in world.state.by_instrument:
        keep(quote_of(world, told.quotes[at].instrument), told.quotes[at], now)
    gate = passing.quiet_gate(desk)
    if told.is_full:
        entries.evaluate(world, desk, now, bar, is_five=is_five)
    elif gate is not None:
        passed.add(gate, now, 1)
    else:
        found = entries.trigger(world, desk, now, bar, is_five=is_five)
        stop = entries.stops_at(world, desk, now, bar, found) if found.answer else "trigger"
        if stop is None:
            passed.state()
            entries.act_on(world, desk, now, bar, found)
        else:
            passed.add(stop, now, 1, found.answer.kind.value if found.answer else None)
