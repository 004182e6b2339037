"""A conversation that is closed in the moment it is lost."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosedError

from rustro_kernel.brokers.angelone.conversation import Conversation, Wishes
from rustro_kernel.brokers.angelone.order_core import OrderCore
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from tests.brokers.angelone.rest_broker import Clock


class LostWhenClosed:
    """A socket that finds its connection gone when nobody wants to read it any more."""

    def __init__(self) -> None:
        self.is_read = asyncio.Event()

    async def recv_all(self):
        self.is_read.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ConnectionClosedError(None, None)


async def test_a_cancellation_is_not_lost_with_the_connection():
    settings, socket, clock = StreamSettings(), LostWhenClosed(), Clock()
    core = OrderCore(settings)
    core.opened(clock.now_ns())
    talk = Conversation(core, socket, clock, settings, Wishes())
    running = asyncio.get_running_loop().create_task(
        talk.until_lost(lambda: None, lambda: None), name="conversation"
    )
    await socket.is_read.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
