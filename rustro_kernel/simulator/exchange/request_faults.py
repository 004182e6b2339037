"""What a fault makes of a request and its answer."""

from dataclasses import replace

from rustro_kernel.simulator.exchange.fault_script import Fault
from rustro_kernel.simulator.exchange.replies import (
    Delivery,
    Reply,
    bad_gateway,
    gateway,
    too_fast,
)

DONE_ANYWAY = {"delay", "kill", "timeout_after_accept"}
"""Faults of the answer only; the others keep the request from being done."""
STATIC_IP = gateway("AG7002", "Access denied: Unregistered IP address")


def is_done(fault: Fault) -> bool:
    """Whether the request still takes effect."""
    return fault.what in DONE_ANYWAY or fault.accept


def faulty(fault: Fault, reply: Reply) -> Reply:
    """The answer as the fault lets it out."""
    made: dict[str, Reply] = {
        "forbidden": too_fast(),
        "empty_body": Reply(),
        "html_502": bad_gateway(),
        "unregistered_ip": STATIC_IP,
    }
    travels: dict[str, Delivery] = {
        "drop": Delivery(is_dropped=True),
        "stall": Delivery(is_held=True),
        "timeout_after_accept": Delivery(is_held=True),
        "delay": Delivery(delay_s=fault.delay_s),
        "kill": Delivery(cut=fault.byte),
    }
    if fault.what in made:
        return made[fault.what]
    return replace(reply, delivery=travels[fault.what])
