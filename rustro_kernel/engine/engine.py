"""The engine: one numbered input in, events and effects out. Pure, synchronous, exact."""

import heapq
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from rustro_kernel.domain.errors import BadConfig, SessionFailed
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import (
    at_hand,
    boundary,
    bulk,
    commands,
    day,
    disk,
    fills,
    gaps,
    held_quotes,
    kill,
    ladder,
    late,
    limited,
    losses,
    minutes,
    picture,
    positions,
    protection,
    quotes,
    reconciliation,
    recovery,
    restart,
    stalls,
    startup,
    stream,
    tokens,
    vix,
)
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.hours import day_hours
from rustro_kernel.engine.inputs import (
    Backfilled,
    Backlogged,
    BrokerPositions,
    Command,
    DiskChanged,
    Funds,
    HistoryLoaded,
    Input,
    MarketNotice,
    MasterLoaded,
    Minutes,
    Restarted,
    SessionStarted,
    Spotted,
    Stalled,
    StepDone,
    StrategyTook,
    StreamChanged,
    Subscribed,
    TokensChanged,
    Wake,
)
from rustro_kernel.engine.state import Account, State
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.engine.world import World
from rustro_kernel.strategies import STRATEGIES, Strategy


def _nothing(world: World, body: object) -> None:
    """An input that only moves the time."""


def _command(world: World, body: Command) -> None:
    """What it turns off, it turns off in the name of who asked."""
    world.actor = body.actor
    commands.on_command(world, body)
    world.actor = "engine"


def _funds(world: World, body: Funds) -> None:
    """The first figure is the balance; earlier sessions may have used up the day's loss limit."""
    account = world.state.account
    if not account.balance:
        account.balance = body.available_paise
    if account.earlier:
        losses.check_day(world)


def _minutes(world: World, body: Minutes) -> None:
    minutes.on_minutes(world, body, _pass_time)


def _pass_time(world: World, ts: int) -> None:
    """What is due up to a moment comes at its own time, in a minute that is told afterwards."""
    state, agenda = world.state, world.state.agenda
    while agenda and agenda[0][0] <= ts:
        due, _order, name, reference = heapq.heappop(agenda)
        world.turn.ts = state.now_ns = max(due, world.turn.ts)
        AGENDA[name](world, reference)
        positions.settle(world)
    world.turn.ts = state.now_ns = max(ts, world.turn.ts)


REACTIONS: dict[type, Callable[[World, Any], None]] = {
    Tick: quotes.on_tick,
    Wake: _nothing,
    OrderUpdate: fills.on_update,
    Command: _command,
    StepDone: startup.on_step,
    SessionStarted: startup.on_started,
    MasterLoaded: startup.on_master,
    HistoryLoaded: startup.on_history,
    StreamChanged: stream.on_stream,
    Subscribed: stream.on_subscribed,
    Backfilled: recovery.on_backfilled,
    MarketNotice: day.on_notice,
    Funds: _funds,
    TokensChanged: tokens.on_tokens,
    Stalled: stalls.on_loop,
    StrategyTook: stalls.on_strategy,
    Backlogged: stalls.on_backlog,
    DiskChanged: disk.on_disk,
    Restarted: _nothing,  # `restart` comes before the times that have passed meanwhile
    BrokerPositions: kill.on_positions,
    Minutes: _minutes,
    Spotted: minutes.on_spotted,
}
"""Who reacts to which input."""

AGENDA: dict[str, Callable[[World, str], None]] = {
    "connect": stream.connect,
    "daily": startup.on_daily,
    "open": day.on_open,
    "auction": day.on_auction,
    "window_open": day.on_window_open,
    "window_close": day.on_window_close,
    "eod": day.on_eod,
    "eod_expiry": day.on_eod_expiry,
    "close": day.on_close,
    "give_up": day.on_give_up,
    "finish": day.on_finish,
    "grace": boundary.on_grace,
    "gap": gaps.check,
    "delayed": gaps.on_delayed,
    "recover": recovery.on_due,
    "recovery_late": recovery.on_late,
    "reread": recovery.on_reread,
    "vix_stale": vix.check_stale,
    "held_quote": held_quotes.check,
    "cooldown": losses.on_cooldown_over,
    "step": ladder.on_step,
    "expire": ladder.on_expire,
    "reprice": ladder.on_reprice,
    "cancel": ladder.on_cancel,
    "protect": protection.on_due,
    "stop_slow": protection.on_slow,
    "ghost": late.on_ghost,
    "tokens": tokens.on_ending,
    "tokens_flat": tokens.on_flat_due,
    "tokens_ended": tokens.on_ended,
    "bulk": bulk.on_timeout,
    "stopping": commands.on_stopping,
    "outage": restart.on_outage_over,
    "positions": reconciliation.on_due,
    "kill_entries": kill.on_entries_due,
    "kill_flat": kill.on_flat_due,
    "kill_ask": kill.on_ask,
    "limited_over": limited.on_over,
}
"""Who acts when a scheduled time has come."""


@lru_cache(maxsize=8)
def _settings(told: bytes) -> tuple[EngineSettings, dict[str, dict[str, object]]]:
    """Checked settings, and as the state keeps them; nobody changes either in place."""
    settings = EngineSettings.model_validate(msgspec.json.decode(told))
    return settings, settings.model_dump(mode="json")


class Engine:
    """Feed it inputs 1, 2, 3, ... of one session; the first one is SessionStarted.

    Args:
        strategies: The strategies a session can name. Each engine makes its own instance.
    """

    def __init__(self, strategies: Mapping[str, type[Strategy]] = STRATEGIES) -> None:
        self._strategies = strategies
        self._world: World | None = None

    def apply(self, item: Input) -> Turn:
        """Apply one input; returns what it caused.

        Due times come before the input's own effect, in the order they were due.

        Raises:
            SessionFailed: if the input is not the next one.
        """
        world = self._world or self._begin(item)
        state = world.state
        if item.n != state.input + 1:
            raise SessionFailed(f"input {item.n} after input {state.input}")
        turn = world.turn = Turn(item.n, item.ts, state.seq)
        state.input, state.now_ns = item.n, item.ts
        if isinstance(item.body, Restarted):
            restart.begin(world, item.body)
            positions.settle(world)
        agenda = state.agenda
        while agenda and agenda[0][0] <= item.ts:
            _due, _order, name, reference = heapq.heappop(agenda)
            AGENDA[name](world, reference)
            positions.settle(world)
        if state.stage != "CLOSED":  # ShutdownCompleted is the last record
            REACTIONS[type(item.body)](world, item.body)
            if world.done or world.touched:
                positions.settle(world)
            if state.kill is not None:
                kill.follow(world)
        if agenda and agenda[0][0] != state.wake_asked:
            world.ask_wake()
        state.seq = turn.seq
        return turn

    def view(self) -> View:
        """The frozen picture after the last input."""
        return picture.view(self._world) if self._world else View()

    def at_hand(self, name: str = "") -> AtHand:
        """What people ask for now and then of an underlying; empty: of the first one."""
        return at_hand.at_hand(self._world, name) if self._world else AtHand(name)

    def at_stake(self) -> tuple[str, ...]:
        """Instruments of which something is held or being bought."""
        return tuple(self._world.state.by_instrument) if self._world else ()

    def is_at_work(self) -> bool:
        """Whether any order is wanted or at the broker."""
        return self._world is not None and bool(self._world.state.intents)

    def snapshot(self) -> bytes:
        """The whole state as bytes; `restore` continues it to the bit.

        Raises:
            SessionFailed: before the first input.
        """
        if self._world is None:
            raise SessionFailed("there is no state before the first input")
        return msgspec.msgpack.encode(self._world.state)

    @classmethod
    def restore(
        cls, data: bytes, strategies: Mapping[str, type[Strategy]] = STRATEGIES
    ) -> "Engine":
        """The engine a snapshot was taken of."""
        engine = cls(strategies)
        state = msgspec.msgpack.decode(data, type=State)
        engine._world = World(state, engine._strategy(state.strategy))
        return engine

    def _strategy(self, name: str) -> Strategy:
        if name not in self._strategies:
            known = ", ".join(sorted(self._strategies))
            raise BadConfig("strategy.name", f"{name!r} is not one of {known}")
        return self._strategies[name]()

    def _begin(self, item: Input) -> World:
        """The state before the first input has any effect."""
        started = item.body
        if not isinstance(started, SessionStarted):
            raise SessionFailed(
                f"the first input must start a session, got {type(started).__name__}"
            )
        settings, dumped = _settings(msgspec.json.encode(started.settings))
        state = State(
            rules=started.rules,
            settings=dumped,
            mode=started.mode,
            session_id=started.session_id,
            strategy=started.strategy,
            synthetic=started.synthetic,
            max_lots=started.max_lots,
            hours=day_hours(started.rules, settings.hours),
            account=Account(
                balance=started.balance_paise,
                day_funds=started.day_funds_paise,
                earlier=started.day_result_paise,
            ),
        )
        assert str(ist_date(started.rules.derivative_legs[0].open_ns)) == started.rules.date
        self._world = World(state, self._strategy(started.strategy), settings)
        return self._world
