"""A position through whole minutes of a backtest: four moments each, most of which change nothing.

A moment inside the bounds of `Calm` moves price, best and worst only; for all others the exact
rules are asked. The bounds follow from stop, target, trailing stop, the day's loss and the one
percent on the underlying, and are exact or narrower.
"""

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import account, exits, losses, minute_bars
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.inputs import MOMENTS_NS, Held, Minutes
from rustro_kernel.engine.quotes import keep, quote_of
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

MOMENTS = len(MOMENTS_NS)
NEVER = 1 << 62


def on_quote(world: World, tick: Tick) -> None:
    """One moment by the exact rules."""
    keep(quote_of(world, tick.instrument), tick, world.now)
    if tick.instrument in world.state.by_instrument:
        exits.on_quote(world, tick.instrument)
        losses.on_mark(world)


def watch(world: World, desk: Desk, told: Minutes) -> "Watch | None":
    """Looks after the position whose quotes are told; None where there are none."""
    return Watch(world, desk, told, told.held) if told.held is not None else None


class Watch:
    """One position in whole minutes."""

    def __init__(self, world: World, desk: Desk, told: Minutes, held: Held) -> None:
        self._world, self._desk, self._told, self._held = world, desk, told, held
        self._calm = Calm(world, held.instrument)

    def live_through(self, at: int) -> bool:
        """The moments of a minute; False if an order was sent at the last one lived through."""
        if not self._told.closes[at]:
            return True
        first, end = MOMENTS * at, MOMENTS * (at + 1)
        held, spots = self._held, self._told.spots[first:end]
        if self._calm.covers(held.ltp[first:end], held.bid[first:end], spots):
            self._calm.move(held.ltp[first:end])
            self._keep(at, MOMENTS - 1)
            return True
        return all(self._moment(at, moment) for moment in range(MOMENTS))

    def _moment(self, at: int, moment: int) -> bool:
        """One moment by the exact rules; what it armed counts from the next one on."""
        world, state = self._world, self._world.state
        world.turn.ts = state.now_ns = self._now_ns(at, moment)
        minute_bars.keep_index(world, self._desk, self._told.spots[MOMENTS * at + moment])
        on_quote(world, self._tick(at, moment))
        for position_id in state.by_instrument.get(self._held.instrument, ()):
            position = state.positions[position_id]
            position.armed_input = min(position.armed_input, world.turn.n - 1)
        self._calm = Calm(world, self._held.instrument)
        return not state.intents

    def _keep(self, at: int, moment: int) -> None:
        """The quotes of a moment stand, with nothing to follow from them."""
        world = self._world
        world.turn.ts = world.state.now_ns = self._now_ns(at, moment)
        minute_bars.keep_index(world, self._desk, self._told.spots[MOMENTS * at + moment])
        keep(quote_of(world, self._held.instrument), self._tick(at, moment), world.turn.ts)

    def _now_ns(self, at: int, moment: int) -> int:
        return self._told.first_ns + at * MINUTE + MOMENTS_NS[moment]

    def _tick(self, at: int, moment: int) -> Tick:
        held, row, now = self._held, MOMENTS * at + moment, self._now_ns(at, moment)
        return Tick(
            held.instrument,
            now,
            held.ltp[row],
            now,
            bid=held.bid[row],
            ask=held.ask[row],
            bid_qty=held.bid_qty[row],
            ask_qty=held.ask_qty[row],
        )


class Calm:
    """Where prices can be without anything happening to the one position of an instrument."""

    __slots__ = ("bids", "position", "prices", "spots")

    def __init__(self, world: World, key: InstrumentKey) -> None:
        ids = world.state.by_instrument.get(key, [])
        self.position = world.state.positions[ids[0]] if len(ids) == 1 else None
        self.prices = self.bids = self.spots = (1, 0)
        position = self.position
        if position is None or position.exit_reason or not open_units(position):
            return
        if account.used_bps(world) > world.limits.margin_exit_bps:
            return
        self.prices = _prices(world, position)
        self.bids = _bids(world, position)
        self.spots = _spots(world, position)

    def covers(
        self, prices: tuple[int, ...], bids: tuple[int, ...], spots: tuple[int, ...]
    ) -> bool:
        """Whether all of these are inside."""
        return (
            self.prices[0] <= min(prices)
            and max(prices) <= self.prices[1]
            and self.bids[0] <= min(bids)
            and max(bids) <= self.bids[1]
            and self.spots[0] <= min(spots)
            and max(spots) <= self.spots[1]
        )

    def move(self, prices: tuple[int, ...]) -> None:
        """The position has seen these prices."""
        position = self.position
        assert position is not None
        position.price = prices[-1]
        position.best, position.worst = max(position.best, *prices), min(position.worst, *prices)


def _prices(world: World, position: Position) -> tuple[int, int]:
    """Above the stop, below the target, and where the trailing stop neither moves nor is hit."""
    limits, least, most = world.limits, position.stop + 1, NEVER
    if limits.target_bps:
        most = exits.target(world, position) - 1
    if position.trail is None:
        wanted = position.buy_value * (WHOLE_BPS + limits.trail_arm_bps)
        return least, min(most, -(-wanted // (position.bought * WHOLE_BPS)) - 1)
    keeps = WHOLE_BPS - limits.trail_gap_bps
    moves = ((position.trail + 1) * WHOLE_BPS - 1) // keeps if keeps else NEVER
    return max(least, position.trail), min(most, moves)


def _bids(world: World, position: Position) -> tuple[int, int]:
    """Where the day's loss is out of reach: charges never fall as prices rise."""
    if "LOSS_HALT" in world.state.halts:
        return 0, NEVER
    most, held = 2 * max(position.price, position.stop), open_units(position)
    sells = [*position.sell_orders.values(), held * most]
    rates = world.state.rules.charges
    cost = charges(rates, list(position.buy_orders.values()), sells).total
    rest = account.day_pnl(world) - account.net_if_closed(world, position)
    wanted = account.loss_limit(world) - rest - position.sell_value + position.buy_value + cost
    return max(1, wanted // held + 1), most


def _spots(world: World, position: Position) -> tuple[int, int]:
    """Less than one percent against on the underlying, once that is on record anywhere."""
    if position.has_logged_underlying:
        return 0, NEVER
    entry = position.entry_underlying
    moved = -(-entry * exits.AGAINST_BPS // WHOLE_BPS)
    return (entry - moved + 1, NEVER) if position.right == "CE" else (0, entry + moved - 1)
