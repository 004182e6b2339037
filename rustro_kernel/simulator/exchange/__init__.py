"""A broker and exchange that speak SmartAPI on one loopback port, to be traded against and broken.

`Exchange` is pure: accounts, books, orders, streams, with the time as an argument. `Server` puts
it behind aiohttp. Nothing here is shared with `rustro_kernel.brokers.angelone`, on purpose: each
was written from the broker's facts alone, so that they check each other.
"""

from rustro_kernel.simulator.exchange.clock import MarketClock
from rustro_kernel.simulator.exchange.days import Playing, Quiet, play_days
from rustro_kernel.simulator.exchange.exchange import Exchange
from rustro_kernel.simulator.exchange.fault_script import Fault, parse_script, read_script
from rustro_kernel.simulator.exchange.gate import Request
from rustro_kernel.simulator.exchange.server import STATUS_PATH, Server
from rustro_kernel.simulator.exchange.settings import Account, Habits

__all__ = [
    "STATUS_PATH",
    "Account",
    "Exchange",
    "Fault",
    "Habits",
    "MarketClock",
    "Playing",
    "Quiet",
    "Request",
    "Server",
    "parse_script",
    "play_days",
    "read_script",
]
