"""The base of every event payload."""

import msgspec


class Payload(msgspec.Struct, frozen=True, gc=False):
    """What an event says; the class name is its public name. Prices and money in paise."""
