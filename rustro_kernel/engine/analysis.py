"""The daily direction and the hourly alignment: asking the strategy, stating its answers."""

import re
from collections.abc import Callable
from typing import TypeVar

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine.answers import checked
from rustro_kernel.engine.bars import is_stub_kept
from rustro_kernel.engine.events.startup import NoTradeModeActivated
from rustro_kernel.engine.events.strategy import (
    DailyAnalysisRequired,
    DailyDirectionDetermined,
    HourlyAlignmentDetermined,
    HourlyAnalysisRequired,
)
from rustro_kernel.engine.events.system import StrategyFailed
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World
from rustro_kernel.strategies.base import Finding
from rustro_kernel.strategies.window import Window

A = TypeVar("A")
ADDRESS = re.compile("0x[0-9a-fA-F]+")
"""Memory addresses in error texts would differ on replay."""


def window(world: World, desk: Desk, frame: Timeframe) -> Window:
    """The window of an underlying's timeframe; its indicators grow with it."""
    key = (desk.name, frame)
    if key not in world.windows:
        bars = {Timeframe.D1: desk.daily, Timeframe.H1: desk.hours, Timeframe.M5: desk.fives}
        world.windows[key] = Window(bars[frame])
    return world.windows[key]


def ask_strategy(
    world: World, question: str, call: Callable[[], Finding[A]], otherwise: A
) -> Finding[A]:
    """The strategy's answer; if it raises or is none: StrategyFailed, entries off, exits go on."""
    try:
        return checked(question, call())
    except KeyboardInterrupt:  # a person's, not the strategy's: it must leave no record
        raise
    except BaseException as exc:  # noqa: BLE001 - also SystemExit; exits must go on
        failed(world, question, exc)
        return Finding(otherwise)


def failed(world: World, question: str, exc: BaseException) -> None:
    """The strategy raised: no entries from here on."""
    error = _words(exc)
    cause = world.emit(StrategyFailed(question, error))
    world.halt("STRATEGY_FAILED", f"the strategy raised in {question}", cause=cause)
    world.alert("critical", f"strategy failed in {question}: {error}", cause=cause)


def _words(exc: BaseException) -> str:
    """An error as every replay has it: how deep the stack was and addresses are left out."""
    name = type(exc).__name__
    return name if isinstance(exc, RecursionError) else ADDRESS.sub("0x..", f"{name}: {exc}")


def determine_directions(world: World) -> None:
    """The time of the daily analysis has come and history is there."""
    if not world.settings.strategy.enabled:
        return
    for desk in world.state.desks.values():
        if desk.direction is None:
            _determine(world, desk)
    directions = {desk.direction for desk in world.state.desks.values()}
    if directions <= {Direction.NO_TRADE.value}:
        world.emit(NoTradeModeActivated("no underlying has a direction today"))


def _determine(world: World, desk: Desk) -> None:
    cause = world.emit(DailyAnalysisRequired(desk.name))
    daily = window(world, desk, Timeframe.D1)
    found = ask_strategy(
        world, "direction", lambda: world.strategy.direction(daily), Direction.NO_TRADE
    )
    desk.direction = found.answer.value
    short = len(daily) < world.settings.strategy.warmup_bars
    world.emit(
        DailyDirectionDetermined(desk.name, desk.direction, found.gates, len(daily), short),
        cause=cause,
    )
    align(world, desk)


def on_hour(world: World, desk: Desk, bar: Bar) -> None:
    """An hour of the underlying is complete: does it agree with the day?"""
    if bar.stub and not is_stub_kept(world):
        return
    desk.hours.append(bar)
    if not bar.stub:
        desk.last_hour = bar
    desk.today_hour_ns = bar.start_ns
    align(world, desk)


def align(world: World, desk: Desk) -> None:
    """Ask about the last hour completed today, once the day has a direction."""
    if not desk.today_hour_ns or desk.direction is None or not world.settings.strategy.enabled:
        return
    cause = world.emit(HourlyAnalysisRequired(desk.name, desk.today_hour_ns))
    hours, direction = window(world, desk, Timeframe.H1), Direction(desk.direction)
    found = ask_strategy(
        world, "alignment", lambda: world.strategy.alignment(hours, direction), desk.is_aligned
    )
    desk.is_aligned = found.answer
    desk.alignment_seq = world.emit(
        HourlyAlignmentDetermined(desk.name, found.answer, found.gates), cause=cause
    )
