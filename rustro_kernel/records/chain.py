"""The ledger's line format and the hash chain over its bytes."""

from hashlib import sha256

import msgspec

from rustro_kernel.engine.turn import Event

START = "0" * 64
"""What stands for the previous hash before the first line."""

_MARK = b',"hash":"'
_TAIL = len(_MARK) + 64 + 2  # the mark, the digest, `"}`
_encoder = msgspec.json.Encoder()


def digest(previous: str, body: bytes) -> str:
    """The hash of a line's bytes before `,"hash"`, after a line with the hash `previous`."""
    return sha256(previous.encode() + body).hexdigest()


def split(line: bytes) -> tuple[bytes, str] | None:
    """A stored line as the bytes that are hashed and its hash; None if it has no such shape."""
    body, tail = line[:-_TAIL], line[-_TAIL:]
    if not (body and tail.startswith(_MARK) and tail.endswith(b'"}') and tail.isascii()):
        return None
    return body, tail[len(_MARK) : -2].decode()


class Chain:
    """Turns events into ledger lines, each hashed with the one before.

    Args:
        last: Hash of the line to go on from.
    """

    __slots__ = ("last",)

    def __init__(self, last: str = START) -> None:
        self.last = last

    def line(self, event: Event) -> bytes:
        """The next line, without a newline."""
        body = _encoder.encode(event)[:-1]
        self.last = digest(self.last, body)
        return b'%b%b%b"}' % (body, _MARK, self.last.encode())

    def check(self, line: bytes) -> str | None:
        """What is wrong with the next stored line, if anything."""
        parts = split(line)
        if parts is None:
            return "does not end in a hash"
        body, stored = parts
        self.last = digest(self.last, body)
        return None if stored == self.last else "its bytes do not match its hash"
