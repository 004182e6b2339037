"""From the first input to a market that can be watched."""

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind
from rustro_kernel.engine import analysis, chain, day
from rustro_kernel.engine.bars import is_stub_kept
from rustro_kernel.engine.effects import LoadMaster, SyncHistory
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.startup import (
    BrokerClientReady,
    CalendarValidated,
    ConfigLoaded,
    DataIdentified,
    HealthChecked,
    HistorySyncCompleted,
    HistorySyncFailed,
    HistorySyncStarted,
    InstrumentMasterLoaded,
    LogInitialized,
    NoTradeModeActivated,
    OptionChainCached,
    StorageReady,
    TradingDayChecked,
)
from rustro_kernel.engine.events.tokens import CredentialsLoaded, LoginCalled, TokenNotFound
from rustro_kernel.engine.hours import close_ns, open_ns
from rustro_kernel.engine.inputs import (
    HistoryLoaded,
    MasterLoaded,
    SessionStarted,
    StepDone,
)
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

VOLUME_BARS = 500
"""Bars of the future that the volume rules can look back on, whatever the indicators warm up."""


def on_started(world: World, started: SessionStarted) -> None:
    """Say who trades what, and from which data."""
    world.emit(LogInitialized(started.session_id))
    world.emit(
        ConfigLoaded(
            started.mode,
            started.account,
            started.config_hash,
            started.strategy,
            started.strategy_hash,
            started.balance_paise,
            started.promotion,
        )
    )
    world.emit(DataIdentified(started.data, started.synthetic))


def on_step(world: World, step: StepDone) -> None:
    """A start-up step of the session is done; after the last one the master is wanted."""
    if step.step in world.state.steps:
        world.emit(DuplicateIgnored("step", step.step))
        return
    world.state.steps.append(step.step)
    match step.step:
        case "storage":
            world.emit(StorageReady())
        case "credentials":
            seq = world.emit(CredentialsLoaded(step.detail))
            world.emit(TokenNotFound(), cause=seq)
        case "login":
            world.emit(LoginCalled(step.detail))
        case "doctor":
            world.emit(HealthChecked(step.detail))
        case "broker":
            world.emit(BrokerClientReady(step.detail))
            if world.state.recovery is None:  # else the day is under way
                _check_day(world)
                world.ask(LoadMaster(world.settings.market.underlyings))
        case _:
            pass  # a step that is only remembered


def _check_day(world: World) -> None:
    rules, hours = world.state.rules, world.state.hours
    world.emit(TradingDayChecked(rules.date, rules.kind.value, rules.name, rules.next_day))
    world.emit(CalendarValidated(open_ns(hours), close_ns(hours), hours.eod_ns, rules.unverified))
    day.begin(world)


def on_master(world: World, loaded: MasterLoaded) -> None:
    """Find the instruments of every underlying and cache its option chain."""
    state = world.state
    if state.instruments:
        world.emit(DuplicateIgnored("instrument master", str(len(loaded.instruments))))
        return
    state.instruments = {instrument.key: instrument for instrument in loaded.instruments}
    world.emit(InstrumentMasterLoaded(len(loaded.instruments)))
    state.vix_key = next((i.key for i in loaded.instruments if i.kind is Kind.VIX), "")
    steps = {contract.underlying: contract.strike_step for contract in state.rules.contracts}
    for name in world.settings.market.underlyings:
        desk = _desk(world, loaded.instruments, name, steps[name])
        if desk is None:
            continue
        state.desks[name] = desk
        strikes = len(chain.strikes(world, desk))
        world.emit(OptionChainCached(name, desk.expiry, desk.lot, strikes))
    world.emit(HistorySyncStarted())
    world.ask(SyncHistory(world.settings.market.underlyings))


def _desk(world: World, master: tuple[Instrument, ...], name: str, step: int) -> Desk | None:
    """What is known of an underlying; None, and a word to a person, if it is not in the master."""
    indices = chain.by_kind(master, name, Kind.INDEX)
    if not indices:
        seq = world.emit(NoTradeModeActivated(f"{name} is not in the instrument master"))
        world.alert("critical", f"{name} is not in the instrument master", cause=seq)
        return None
    futures = chain.by_kind(master, name, Kind.FUTURE)
    desk = Desk(
        name=name, index=indices[0].key, future=futures[0].key if futures else "", step=step
    )
    chain.choose(world, desk, chain.by_kind(master, name, Kind.OPTION))
    return desk


def on_history(world: World, loaded: HistoryLoaded) -> None:
    """Fill the windows with the bars before today."""
    if world.state.stage != "INIT" or not world.state.instruments:
        world.emit(DuplicateIgnored("history", loaded.problem))
        return
    if loaded.problem:
        _no_history(world, loaded.problem)
        return
    for desk in world.state.desks.values():
        _fill(world, desk, loaded)
        short = len(desk.daily) < world.settings.strategy.warmup_bars
        world.emit(
            HistorySyncCompleted(
                desk.name, len(desk.daily), len(desk.hours), len(desk.fives), short
            )
        )
    world.state.stage = "READY"
    day.on_ready(world)


def _no_history(world: World, problem: str) -> None:
    seq = world.emit(HistorySyncFailed(problem))
    world.emit(NoTradeModeActivated("no history"), cause=seq)
    world.halt("NO_TRADE_TODAY", "no history", cause=seq)
    world.alert("critical", f"no trade today: {problem}", cause=seq)
    world.state.stage = "READY"
    day.on_ready(world)


def _fill(world: World, desk: Desk, loaded: HistoryLoaded) -> None:
    """Each window starts the same number of bars before the day, whenever the run began."""
    series = {(s.instrument, s.timeframe): s.bars for s in loaded.series}
    most = world.settings.strategy.warmup_bars
    desk.future = _busiest(world, desk, loaded)
    index, future = InstrumentKey(desk.index), InstrumentKey(desk.future)
    desk.daily = _window(world, series.get((index, Timeframe.D1), ()), most)
    desk.hours = _window(world, series.get((index, Timeframe.H1), ()), most)
    desk.fives = _window(world, series.get((index, Timeframe.M5), ()), most)
    desk.future_hours = _window(world, series.get((future, Timeframe.H1), ()), VOLUME_BARS)
    quarters = _window(world, series.get((future, Timeframe.M15), ()), VOLUME_BARS)
    desk.future_quarters = [bar.volume for bar in quarters]
    desk.last_hour = next((bar for bar in reversed(desk.hours) if not bar.stub), None)
    world.windows.clear()


def _window(world: World, bars: tuple[Bar, ...], most: int) -> list[Bar]:
    keep_stub, keep_special = is_stub_kept(world), world.settings.strategy.special_days == "keep"
    kept = list(bars) if keep_stub else [bar for bar in bars if not bar.stub]
    if not keep_special:
        kept = [bar for bar in kept if not bar.special]
    return kept[-most:]


def _busiest(world: World, desk: Desk, loaded: HistoryLoaded) -> str:
    """The future with the larger volume on the day before; the nearest where nobody knows."""
    known = {
        s.instrument: s.bars[-1].volume
        for s in loaded.series
        if s.timeframe is Timeframe.D1 and s.bars and s.instrument in world.state.instruments
    }
    futures = [
        key
        for key in known
        if world.state.instruments[key].kind is Kind.FUTURE
        and world.state.instruments[key].underlying == desk.name
    ]
    return max(futures, key=lambda key: known[key], default=desk.future)


def on_daily(world: World, _reference: str) -> None:
    """The time of the daily analysis; without history there is nothing to analyse."""
    if world.state.stage != "INIT" and "NO_TRADE_TODAY" not in world.state.halts:
        analysis.determine_directions(world)
