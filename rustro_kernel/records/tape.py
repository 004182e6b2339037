"""A day's inputs in memory: packed, because there are hundreds of thousands, and found by time."""

from array import array
from bisect import bisect_right

import msgspec

from rustro_kernel.engine.inputs import Input

CHUNK = 2048
"""Inputs packed together: unpacking one chunk takes a few milliseconds."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Input])


class Tape:
    """Inputs 1, 2, 3, ... Those of the chunk that was read last are at hand unpacked."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._open: list[Input] = []
        self._times = array("q")
        self._at_hand: tuple[int, list[Input]] = (-1, [])

    def __len__(self) -> int:
        return len(self._times)

    def append(self, given: Input) -> None:
        """Take the next input."""
        self._times.append(given.ts)
        self._open.append(given)
        if len(self._open) == CHUNK:
            self._packed.append(_encoder.encode(self._open))
            self._open = []

    def __getitem__(self, number: int) -> Input:
        """Input `number`, counted from 1."""
        if not 1 <= number <= len(self):
            raise IndexError(number)
        chunk, place = divmod(number - 1, CHUNK)
        if chunk == len(self._packed):
            return self._open[place]
        if chunk != self._at_hand[0]:
            self._at_hand = chunk, _decoder.decode(self._packed[chunk])
        return self._at_hand[1][place]

    def ts(self, number: int) -> int:
        """When input `number` came, ns; 0 before the first."""
        return self._times[number - 1] if number else 0

    def last_until(self, ts_ns: int) -> int:
        """Number of the last input up to a moment; 0 if there is none."""
        return bisect_right(self._times, ts_ns)

    @property
    def first_ts(self) -> int:
        """When the first input came, ns; 0 if there is none."""
        return self._times[0] if self._times else 0
