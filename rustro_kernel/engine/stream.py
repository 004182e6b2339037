"""The market stream: asked for before the open, up, down, and what it is to carry."""

from rustro_kernel.engine import chain, day, gaps
from rustro_kernel.engine.effects import ConnectStream
from rustro_kernel.engine.events.market import (
    StreamConnected,
    StreamConnectRequired,
    StreamDisconnected,
    StreamError,
    SubscriptionsActive,
)
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.inputs import StreamChanged, Subscribed
from rustro_kernel.engine.world import World

DOWN = "STREAM_DOWN"


def connect(world: World, _reference: str) -> None:
    """The open is near: the stream is wanted."""
    if world.state.is_connected:
        _watch_market(world)
        return
    world.emit(StreamConnectRequired())
    world.ask(ConnectStream())


def on_stream(world: World, changed: StreamChanged) -> None:
    """The stream came up: subscribe; it went down: no entries."""
    if changed.connected:
        _up(world)
    else:
        down(world, changed.reason)


def down(world: World, reason: str) -> None:
    """No entries while nothing comes."""
    world.state.is_connected = False
    if DOWN in world.state.halts:
        world.emit(StreamError(reason))
        return
    seq = world.emit(StreamDisconnected(reason))
    world.state.down_ns = world.now
    world.halt(DOWN, "the market stream is down", cause=seq)


def _up(world: World) -> None:
    """After a break the stream carries again what it carried: only what is new is asked for."""
    if world.state.is_connected:
        world.emit(DuplicateIgnored("stream", "connected"))
        return
    world.state.is_connected = True
    seq = world.emit(StreamConnected())
    if DOWN in world.state.halts:
        world.unhalt(DOWN, cause=seq)
        if world.state.stage != "INIT":
            day.recheck(world, "the market stream is back")
            gaps.on_break_over(world, cause=seq)
    _watch_market(world)


def _watch_market(world: World) -> None:
    """Subscribe underlyings, futures, VIX and the strikes around yesterday's close."""
    for desk in world.state.desks.values():
        chain.watch(world, [key for key in (desk.index, desk.future) if key])
        if desk.daily and not desk.center:
            chain.follow(world, desk, desk.daily[-1].close)
    if world.state.vix_key:
        chain.watch(world, [world.state.vix_key])
    if world.state.boundary:  # the market opened before we were there
        gaps.join(world)


def on_subscribed(world: World, answer: Subscribed) -> None:
    """The stream sends what was asked for."""
    world.emit(SubscriptionsActive(len(answer.instruments)))
