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
from rustro_kernel.engine import account, exits, losses, marks, minute_bars
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

    def calm_until(self, at: int, end: int) -> int:
        """The first of these rows at which some moment may change something."""
        held, told, calm = self._held, self._told, self._calm
        while at < end and told.closes[at]:
            first, stop = MOMENTS * at, MOMENTS * (at + 1)
            prices, bids = held.ltp[first:stop], held.bid[first:stop]
            if not calm.covers(prices, bids, told.spots[first:stop]):
                break
            at += 1
        return at

    def pass_through(self, at: int, end: int) -> None:
        """Rows that are calm: where the position stands at each of their ends is stated."""
        world = self._world
        for row in range(at, end):
            self._calm.move(self._held.ltp[MOMENTS * row : MOMENTS * (row + 1)])
            world.turn.ts = self._told.first_ns + (row + 1) * MINUTE
            marks.on_boundary(world)
        self._keep(end - 1, MOMENTS - 1)

    def live_through(self, at: int) -> bool:
        """The moments of a minute; False if an order was sent at the last one lived through.

        Also False, with nothing done, if one may be sent at the first moment: that is as late as
        the boundary before it, and only who tells them one by one knows which of both it was.
        """
        if not self._told.closes[at]:
            return True
        first, end = MOMENTS * at, MOMENTS * (at + 1)
        held, spots = self._held, self._told.spots[first:end]
        if self._calm.covers(held.ltp[first:end], held.bid[first:end], spots):
            self._calm.move(held.ltp[first:end])
            self._keep(at, MOMENTS - 1)
            return True
        if not self._calm.keeps(held.ltp[first], held.bid[first]):
            return False
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
        self._calm = Calm(world, self._held.instrument, self._calm)
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

    __slots__ = ("bids", "kept", "position", "prices", "spots")

    def __init__(self, world: World, key: InstrumentKey, before: "Calm | None" = None) -> None:
        ids = world.state.by_instrument.get(key, [])
        self.position = world.state.positions[ids[0]] if len(ids) == 1 else None
        self.prices = self.kept = self.bids = self.spots = (1, 0)
        position = self.position
        if position is None or position.exit_reason or not open_units(position):
            return
        if account.used_bps(world) > world.limits.margin_exit_bps:
            return
        self.kept = _kept(world, position)
        self.prices = _still(world, position, self.kept)
        self.bids = before.bids if before is not None else _bids(world, position)
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

    def keeps(self, price: int, bid: int) -> bool:
        """Whether the position is held on at this price."""
        return self.kept[0] <= price <= self.kept[1] and self.bids[0] <= bid <= self.bids[1]

    def move(self, prices: tuple[int, ...]) -> None:
        """The position has seen these prices."""
        position = self.position
        assert position is not None
        position.price = prices[-1]
        position.best, position.worst = max(position.best, *prices), min(position.worst, *prices)


def _kept(world: World, position: Position) -> tuple[int, int]:
    """Above the stop and the trailing stop, below the target."""
    least = max(position.stop + 1, position.trail or 0)
    return least, exits.target(world, position) - 1 if world.limits.target_bps else NEVER


def _still(world: World, position: Position, kept: tuple[int, int]) -> tuple[int, int]:
    """The part of it in which the trailing stop is neither armed nor moved."""
    limits, (least, most) = world.limits, kept
    if position.trail is None:
        wanted = position.buy_value * (WHOLE_BPS + limits.trail_arm_bps)
        return least, min(most, -(-wanted // (position.bought * WHOLE_BPS)) - 1)
    keeps = WHOLE_BPS - limits.trail_gap_bps
    return least, min(most, ((position.trail + 1) * WHOLE_BPS - 1) // keeps if keeps else NEVER)


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
