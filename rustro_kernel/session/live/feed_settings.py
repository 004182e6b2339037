"""How long the market stream may hesitate, on a clock that may run faster than the wall's."""

from rustro_kernel.brokers.angelone.sanity import GateSettings
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.configuration.sections import Stream

PLAIN = StreamSettings()
PLAIN_GATE = GateSettings()
APART_S = 0.5
"""Of the wall: as far as a simulated exchange's clock and ours may be apart on a busy machine."""


def stream_settings(wanted: Stream, speed: float) -> StreamSettings:
    """Settings for a clock of so many market seconds a second.

    The stream measures by that clock, but a socket and a busy machine take the wall's time: what
    tells a dead connection lasts as long there. How soon to try again is the market's time.
    """
    return StreamSettings(
        ping_interval_s=wanted.ping_interval_s * speed,
        pong_timeout_s=wanted.pong_timeout_s * speed,
        backoff_s=tuple(pause_s / speed for pause_s in wanted.backoff_s),
        max_reconnects_per_min=max(1, round(wanted.max_reconnects_per_min * speed)),
        stall_s=wanted.stall_s * speed,
        stall_fast_s=wanted.stall_fast_s * speed,
        stall_max_s=max(wanted.stall_s, PLAIN.stall_max_s) * speed,
    )


def gate_settings(speed: float) -> GateSettings:
    """How late and how early a packet may be."""
    return GateSettings(
        stale_s=max(PLAIN_GATE.stale_s, APART_S * speed),
        future_s=max(PLAIN_GATE.future_s, APART_S * speed),
    )
