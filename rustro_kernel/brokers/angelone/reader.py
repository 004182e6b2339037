"""A websocket that hands over all messages of one read of the socket at once.

The library takes every message through its parser, its queue and a coroutine, which costs more than
all we do with a tick. Nearly all that the broker sends is one plain frame a message, and to cut
those apart takes only their lengths. Everything else stays the library's: the handshake, sending,
control frames, closing; and from the first other frame on (fragmented, masked, compressed, 64 KiB
or more) whatever comes.
"""

import asyncio
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.protocol import State

MAX_QUEUE = 1024
"""Messages read and not yet taken; from there on the socket itself is left unread."""
HEAD_ENDS = b"\r\n\r\n"
BINARY, TEXT = 0x82, 0x81
WHOLE = (BINARY, TEXT, 0x88, 0x89, 0x8A)
"""First bytes of frames that are a whole message, or a close, a ping, a pong; nothing reserved."""
TWO_BYTES_MORE = 126
"""A second byte: the length is in the two after it. A greater one has a mask or is too long."""


class Reader(ClientConnection):
    """Read it with `recv_all`; what the library has taken over comes through that too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*args, **kwargs)
        self._messages: list[str | bytes] = []
        self._arrived = asyncio.Event()
        self._is_plain = True  # until the library has to read for itself
        self._is_held = False  # the socket is left unread
        self._rest = b""  # the beginning of a frame; while shaking hands, the last bytes that came

    async def recv_all(self) -> list[str | bytes]:
        """What came since it was asked last, in order; waits for one message at least.

        Raises:
            ConnectionClosed: When the connection is lost and everything was handed over.
        """
        if self._is_plain and not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        if not self._messages:
            return [await self.recv()]
        messages, self._messages = self._messages, []
        if self._is_held:
            self._is_held = False
            self.transport.resume_reading()
        return messages

    def data_received(self, data: bytes) -> None:
        """The transport has read this."""
        if self.protocol.state is State.CONNECTING:
            self._shake_hands(data)
        else:
            self._read(self._rest + data if self._rest else data)
        if len(self._messages) > MAX_QUEUE:
            self._is_held = True
            self.transport.pause_reading()
        if self._messages or not self._is_plain:
            self._arrived.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        super().connection_lost(exc)
        self._is_plain = False
        self._arrived.set()

    def _shake_hands(self, data: bytes) -> None:
        """The head of the answer is the library's; frames may follow in the same read."""
        seen = self._rest + data
        end = seen.find(HEAD_ENDS)
        cut = len(data) if end < 0 else end + len(HEAD_ENDS) - len(self._rest)
        self._rest = b"" if end >= 0 else seen[1 - len(HEAD_ENDS) :]
        super().data_received(data[:cut])
        if cut < len(data):
            self._read(data[cut:])

    def _read(self, data: bytes) -> None:
        """Take whole frames off the front; what is left waits for the next read."""
        at = 0
        while self._is_plain and self.protocol.state is State.OPEN:
            at = self._cut(data, at)
            end = _end(data, at)
            if end > len(data):
                self._rest = data[at:]
                return
            self._is_plain = data[at] in WHOLE and data[at + 1] <= TWO_BYTES_MORE
            if self._is_plain:
                self._take(data[at:end])
                at = end
        self._is_plain, self._rest = False, b""
        super().data_received(data[at:])

    def _cut(self, data: bytes, at: int) -> int:
        """Binary messages, one after the other; where the first other or unfinished one begins."""
        add, size = self._messages.append, len(data) - 4
        while at <= size and data[at] == BINARY:
            length = data[at + 1]
            start = at + 2
            if length == TWO_BYTES_MORE:
                start, length = at + 4, data[at + 2] << 8 | data[at + 3]
            elif length > TWO_BYTES_MORE:
                break
            end = start + length
            if end > size + 4:
                break
            add(data[start:end])
            at = end
        return at

    def _take(self, frame: bytes) -> None:
        """Keep a message; control frames, and a text that is none, are the library's to answer."""
        payload = frame[4 if frame[1] == TWO_BYTES_MORE else 2 :]
        try:
            if frame[0] in (BINARY, TEXT):
                self._messages.append(payload if frame[0] == BINARY else payload.decode())
                return
        except UnicodeDecodeError:
            self._is_plain = False
        super().data_received(frame)


def _end(data: bytes, at: int) -> int:
    """Where the frame that begins here ends, as far as one can see."""
    if at + 2 > len(data):
        return at + 2
    length = data[at + 1]
    if length == TWO_BYTES_MORE:
        return at + 4 + int.from_bytes(data[at + 2 : at + 4]) if at + 4 <= len(data) else at + 4
    return at + 2 + length if length < TWO_BYTES_MORE else at + 2
