"""Where the broker is: all its addresses are on this machine, or none is.

One key forgotten would have orders of real money decided by invented prices, or tokens of one side
sent to the other.
"""

import ipaddress
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

from rustro_kernel.configuration.sections import Broker
from rustro_kernel.domain.errors import BadConfig

ADDRESSES = ("rest_url", "stream_url", "order_stream_url", "master_url")


def is_here(url: str) -> bool:
    """Whether an address is one of this machine."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def check_addresses(broker: Broker, names: Collection[str] = ADDRESSES) -> None:
    """Refuse addresses of which some are on this machine and others are not.

    Raises:
        BadConfig: Names one of them.
    """
    rest = is_here(broker.rest_url)
    for name in names:
        url = getattr(broker, name)
        if is_here(url) is not rest:
            place = "on this machine" if rest else "at the broker"
            words = f"got {urlsplit(url).hostname}, but broker.rest_url is {place}; set all or none"
            raise BadConfig(f"broker.{name}", words)
