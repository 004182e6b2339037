"""The quick reader gives the messages the library would give, however the bytes arrive."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from rustro_kernel.brokers.angelone.reader import MAX_QUEUE, Reader


class Pipe(asyncio.Transport):
    """The client's end of a connection without a network."""

    def __init__(self):
        super().__init__()
        self.written, self.is_reading, self.closed = b"", True, False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True

    abort = close

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        self.is_reading = False

    def resume_reading(self):
        self.is_reading = True

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_size(self):
        return 0

    def write_eof(self):
        pass


class Talk:
    """A reader whose opening request has been answered, the answer not yet delivered."""

    async def begin(self):
        self.pipe, self.server = Pipe(), ServerProtocol()
        self.reader = Reader(ClientProtocol(parse_uri("ws://broker/"), max_size=1 << 20))
        self.reader.connection_made(self.pipe)
        loop = asyncio.get_running_loop()
        self.handshake = loop.create_task(self.reader.handshake())
        await asyncio.sleep(0)
        self.server.receive_data(self.pipe.written)
        (request,) = self.server.events_received()
        self.server.send_response(self.server.accept(request))
        self.pipe.written = b""
        return self

    def said(self):
        """What the server has to send."""
        return b"".join(self.server.data_to_send())

    async def deliver(self, data, cuts=()):
        """Bytes in pieces, time passing in between."""
        edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
        for start, end in pairwise(edges):
            if start < end:
                self.reader.data_received(data[start:end])
            await asyncio.sleep(0)
        await self.handshake

    async def heard(self):
        """Everything up to the end, and what the end was."""
        messages = []
        try:
            while True:
                messages += await self.reader.recv_all()
        except ConnectionClosed as exc:
            return messages, exc


def send(server, message):
    """A message as the server sends it: whole, or in two fragments."""
    body, is_cut = message
    text = isinstance(body, str)
    data = body.encode() if text else body
    first = (server.send_text if text else server.send_binary)(
        data[:1] if is_cut else data, not is_cut
    )
    assert first is None
    if is_cut:
        server.send_continuation(data[1:], fin=True)


SIZES = st.sampled_from([0, 1, 51, 123, 125, 126, 379, 65_535, 65_536])
BODIES = st.one_of(st.text(max_size=130), st.binary(max_size=5), SIZES.map(bytes))
MESSAGES = st.lists(st.tuples(BODIES, st.integers(0, 11).map(lambda n: n == 0)), max_size=8)


@settings(max_examples=150, deadline=None)
@given(MESSAGES, st.lists(st.integers(0, 1 << 20), max_size=6), st.booleans())
def test_all_messages_come_in_order_however_they_are_cut(messages, cuts, with_pings):
    async def main():
        talk = await Talk().begin()
        hearing = asyncio.get_running_loop().create_task(talk.heard())
        for message in messages:
            send(talk.server, message)
            if with_pings:
                talk.server.send_ping(b"hello")
        await talk.deliver(talk.said(), cuts)
        await asyncio.sleep(0)
        talk.reader.connection_lost(None)
        return (await hearing)[0], talk.pipe.written

    heard, answered = asyncio.run(main())
    assert heard == [body for body, _ in messages]
    assert (len(answered) > 0) is (with_pings and bool(messages))


async def test_a_ping_without_anything_in_it_is_answered_at_once():
    talk = await Talk().begin()
    await talk.deliver(talk.said())
    talk.server.send_ping(b"")
    await talk.deliver(talk.said())
    talk.server.receive_data(talk.pipe.written)
    (pong,) = talk.server.events_received()
    assert pong.opcode is Opcode.PONG


async def test_what_came_before_the_close_is_handed_over_first():
    talk = await Talk().begin()
    talk.server.send_binary(b"tick")
    talk.server.send_close(1000)
    await talk.deliver(talk.said())
    assert await talk.reader.recv_all() == [b"tick"]
    talk.reader.connection_lost(None)
    with pytest.raises(ConnectionClosedOK):
        await talk.reader.recv_all()


@pytest.mark.parametrize(
    "broken",
    [
        Frame(Opcode.BINARY, b"masked").serialize(mask=True),
        b"\xc2\x01x",  # a reserved bit
        Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=False),
        b"\x8a\x7e\x00\x7e" + bytes(126),  # a control frame that long
        b"\x83\x00",
    ],
    ids=["masked", "reserved bit", "not UTF-8", "long control frame", "unknown opcode"],
)
async def test_what_breaks_the_protocol_ends_the_connection(broken):
    talk = await Talk().begin()
    hearing = asyncio.get_running_loop().create_task(talk.heard())
    talk.server.send_binary(b"good")
    await talk.deliver(talk.said() + broken + b"\x82\x01x")
    await asyncio.sleep(0)
    talk.reader.connection_lost(None)
    messages, end = await hearing
    assert messages == [b"good"]
    assert isinstance(end, ConnectionClosedError)
    assert end.sent is not None


async def test_a_flood_leaves_the_socket_unread_until_it_is_taken():
    talk = await Talk().begin()
    for _ in range(MAX_QUEUE + 1):
        talk.server.send_binary(b"tick")
    await talk.deliver(talk.said())
    assert not talk.pipe.is_reading
    assert len(await talk.reader.recv_all()) == MAX_QUEUE + 1
    assert talk.pipe.is_reading


async def test_nobody_waits_for_ever_for_a_connection_that_was_cut():
    talk = await Talk().begin()
    await talk.deliver(talk.said())
    waiting = asyncio.get_running_loop().create_task(talk.reader.recv_all())
    await asyncio.sleep(0)
    talk.reader.connection_lost(ConnectionResetError())
    with suppress(ConnectionClosedError):
        await waiting
    assert waiting.done()
