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
from rustro_kernel.engine.minute_bars import Building
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
    for desk in world.state.desks.values():
        if desk.index in world.state.books:  # the market is open
            Telling(world, desk, told).run(pass_time)


class Telling:
    """The minutes of one input."""

    def __init__(self, world: World, desk: Desk, told: Minutes) -> None:
        self._world, self._desk, self._told = world, desk, told
        self._passed, self._building = Passed(world, desk), Building(world, desk, told)
        self._watch = held_minutes.watch(world, desk, told)

    def run(self, pass_time: PassTime) -> None:
        """All of them, or up to an order."""
        at: int | None = 0
        while at is not None and at < len(self._told.closes):
            at = self._step(at, pass_time)
        self._passed.state()

    def _step(self, at: int, pass_time: PassTime) -> int | None:
        """A minute, or a stretch of them; returns the first one left, None at an order."""
        watch, parts = self._watch, (self._world, self._desk, self._told, at)
        if watch is not None:
            end = passing.held_until(*parts, self._building, watch)
            if end > at:
                watch.pass_through(at, end)
                passing.stretch(*parts, end, self._passed, self._building)
                return end
            if not watch.live_through(at):
                return None
        pass_time(self._world, self._told.first_ns + (at + 1) * MINUTE)
        if self._world.state.stage == "CLOSED":
            return None
        until = passing.until(*parts, self._building)
        if until > at:
            passing.stretch(*parts, until, self._passed, self._building)
            return until
        self._boundary(at)
        return None if self._is_over else at + 1

    @property
    def _is_over(self) -> bool:
        """Whether the next minute has to be told moment by moment."""
        state = self._world.state
        return bool(state.intents or (state.by_instrument and self._watch is None))

    def _boundary(self, at: int) -> None:
        """One boundary with everything that may be decided at it."""
        world, desk, told, building = self._world, self._desk, self._told, self._building
        world.state.boundary = world.turn.ts + MINUTE
        if building.is_vix_calm:
            vix.hear(world, told.vix[at : at + 1], world.turn.ts)
        elif told.vix[at]:
            vix.on_vix(world, told.vix[at])
        building.put(at)
        if building.hour is not None:
            analysis.on_hour(world, desk, building.hour)
        if world.state.positions:
            technical.leave(world, desk)
        building.keep_quarter()
        if told.closes[at]:
            minute_bars.keep_index(world, desk, told.closes[at])
            if world.settings.strategy.enabled:
                self._decide(at, is_five=building.five is not None)
        marks.on_boundary(world)
        positions.settle(world)

    def _decide(self, at: int, *, is_five: bool) -> None:
        """Entries; without a trigger only the gate that stopped the minute is put on record."""
        world, desk, told, now = self._world, self._desk, self._told, self._world.turn.ts
        gate = passing.gate_at(world, desk, told.closes[at], is_five=is_five)
        if gate is not None and not told.is_full:
            self._passed.add(gate, now, 1)
            return
        figures = (told.opens[at], told.highs[at], told.lows[at], told.closes[at])
        bar = Bar(now - MINUTE, *figures)
        if told.quotes and told.quotes[at].instrument not in world.state.by_instrument:
            keep(quote_of(world, told.quotes[at].instrument), told.quotes[at], now)
        if told.is_full:
            entries.evaluate(world, desk, now, bar, is_five=is_five)
            return
        found = entries.trigger(world, desk, now, bar, is_five=is_five)
        stop = entries.stops_at(world, desk, now, bar, found) if found.answer else "trigger"
        if stop is not None:
            self._passed.add(stop, now, 1, found.answer.kind.value if found.answer else None)
            return
        self._passed.state()
        entries.act_on(world, desk, now, bar, found)
