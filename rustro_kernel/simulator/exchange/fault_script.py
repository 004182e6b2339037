"""The fault script: a TOML file that says what goes wrong, when, and how often.

    [[fault]]
    what = "timeout_after_accept"  # the order is taken, the answer never comes
    on = "placeOrder"              # a route, "order", "frame" or "order_update"
    nth = 2                        # the second one ...
    at = "10:30:00"                # ... from this time of the market's clock on
    times = 1                      # how many in a row, or
    for_s = 30.0                   # all of them for so many seconds of the market

    [[fault]]
    what = "token_expiry"          # happens by itself at a time, or with the n-th of `on`
    at = "11:00:00"

What can go wrong, and with what:

    drop                  the request or packet is lost; a request's connection is closed
    stall                 the request is never answered and never done; packets stop coming
    delay                 the answer or packet comes `delay_s` of wall time late
    forbidden             403 and plain text, as a rate limit answers (with `times`: a burst)
    empty_body            200 and nothing
    html_502              502 and HTML
    timeout_after_accept  the request is done, the answer never comes
    unregistered_ip       AG7002, as from an address the key is not registered for
    kill                  the connection breaks after `byte` bytes of the answer or packet
    duplicate             the packet is sent twice
    reorder               the packet is sent after the next one
    wrong_instrument      the packet carries the token `token` in place of its own
    reject                the order is rejected with `reason`
    token_expiry          all tokens issued so far are expired
    clock_skew            the broker's clock is `skew_s` off, for `for_s` or for good

forbidden, empty_body, html_502, drop and stall leave a request undone unless `accept = true`.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import clock_ns
from rustro_kernel.simulator.exchange.routes import ROUTES

STREAMS = ("frame", "order_update")
ORDER = "order"
ON_STREAMS = {"drop", "stall", "delay", "kill", "duplicate", "reorder", "wrong_instrument"}
ONLY_STREAMS = {"duplicate", "reorder", "wrong_instrument"}
INSTANT = {"token_expiry", "clock_skew"}
WHERE = "the fault script"

What = Literal[
    "drop",
    "stall",
    "delay",
    "forbidden",
    "empty_body",
    "html_502",
    "timeout_after_accept",
    "unregistered_ip",
    "kill",
    "duplicate",
    "reorder",
    "wrong_instrument",
    "reject",
    "token_expiry",
    "clock_skew",
]
Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that goes wrong."""

    what: What
    on: str = ""
    at: str = ""
    nth: Count = 1
    times: Count = 1
    for_s: Seconds = 0.0
    delay_s: Seconds = 0.0
    byte: Annotated[int, msgspec.Meta(ge=0)] = 0
    accept: bool = False
    token: str = "1"  # noqa: S105 - an instrument's
    reason: str = "RMS:Rule: fault script"
    skew_s: Annotated[float, msgspec.Meta(ge=-86_400, le=86_400)] = 0.0

    @property
    def is_instant(self) -> bool:
        """Whether it happens to the whole broker, not to one request or packet."""
        return self.what in INSTANT


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file."""

    fault: tuple[Fault, ...] = ()


def read_script(path: Path) -> tuple[Fault, ...]:
    """The faults of a file.

    Raises:
        BadConfig: Says what is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadConfig("--faults", f"{path} cannot be read: {exc}") from exc
    return parse_script(text, str(path))


def parse_script(text: str, where: str = WHERE) -> tuple[Fault, ...]:
    """The faults of a TOML text.

    Raises:
        BadConfig: Says what is wrong with it.
    """
    try:
        script = msgspec.convert(tomllib.loads(text), Script)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise BadConfig("--faults", str(exc), where=where) from exc
    for number, fault in enumerate(script.fault):
        problem = _problem(fault)
        if problem:
            raise BadConfig(f"fault[{number}]", problem, where=where)
    return script.fault


def _problem(fault: Fault) -> str:
    """Why a fault can never happen; empty if it can."""
    if fault.at and not _is_clock(fault.at):
        return f"at wants HH:MM or HH:MM:SS and got {fault.at!r}"
    if fault.is_instant:
        known = not fault.on or fault.on in ROUTE_NAMES
        return "" if known and (fault.on or fault.at) else f"{fault.what} wants at or a route in on"
    allowed = _targets(fault)
    if fault.on not in allowed:
        return f"{fault.what} cannot happen on {fault.on!r}; it can on {', '.join(allowed)}"
    return ""


def _targets(fault: Fault) -> tuple[str, ...]:
    """What a kind of fault can happen to."""
    if fault.what == "reject":
        return (ORDER,)
    if fault.what in ONLY_STREAMS:
        return STREAMS if fault.what != "wrong_instrument" else STREAMS[:1]
    return ROUTE_NAMES + (STREAMS if fault.what in ON_STREAMS else ())


def _is_clock(text: str) -> bool:
    try:
        clock_ns(text)
    except ValueError:
        return False
    return True


ROUTE_NAMES = tuple(sorted({route.name for route in ROUTES.values()}))
