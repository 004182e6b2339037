"""The way from a packet to a socket, where faults wait."""

from typing import NamedTuple

from rustro_kernel.simulator.exchange.fault_script import Fault
from rustro_kernel.simulator.exchange.faults import Faults, Struck
from rustro_kernel.simulator.exchange.market_stream import Payload

TOKEN = slice(2, 27)


class Sending(NamedTuple):
    """One frame to send; `cut`: break the connection after so many bytes of it."""

    payload: Payload
    delay_s: float = 0.0
    cut: int | None = None


class Outlet:
    """One connection's frames in the order and shape the faults leave them.

    Args:
        faults: The script at work.
        target: "frame" or "order_update".
    """

    def __init__(self, faults: Faults, target: str) -> None:
        self._faults, self._target = faults, target
        self._held: list[Sending] = []

    def out(self, payload: Payload, now_ns: int) -> list[Sending]:
        """What is sent now, when this packet should be."""
        strikes = self._faults.strike(self._target, now_ns)
        held, self._held = self._held, []
        sent = [Sending(payload)]
        for fault, line in strikes:
            line.detail = line.detail or _name(payload)
            sent = [frame for one in sent for frame in self._bend(fault, line, one)]
        return [*sent, *held]

    def _bend(self, fault: Fault, line: Struck, frame: Sending) -> list[Sending]:
        match fault.what:
            case "drop" | "stall":
                return []
            case "delay":
                return [frame._replace(delay_s=fault.delay_s)]
            case "duplicate":
                return [frame, frame]
            case "reorder":
                self._held.append(frame)
                return []
            case "kill":
                return [frame._replace(cut=fault.byte)]
            case _:  # wrong_instrument: the script allows no other here
                line.detail = f"{_name(frame.payload)} sent as token {fault.token}"
                return [frame._replace(payload=_disguised(frame.payload, fault.token))]


def _disguised(payload: Payload, token: str) -> Payload:
    if isinstance(payload, str):
        return payload
    name = token.encode()[:25].ljust(25, b"\0")
    return payload[: TOKEN.start] + name + payload[TOKEN.stop :]


def _name(payload: Payload) -> str:
    if isinstance(payload, str):
        return "message"
    return f"packet of token {payload[TOKEN].rstrip(bytes(1)).decode()}"
