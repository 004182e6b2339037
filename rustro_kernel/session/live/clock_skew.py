"""Our clock against the broker's: one-time codes, bars and expiries all hang on it.

Every answer carries a `Date`, whole seconds, cut off. It was written between the moment the
request left and the moment the answer came; the skew is only what lies outside of both.
"""

import datetime as dt
from email.utils import parsedate_to_datetime

import aiohttp

from rustro_kernel.domain.errors import BrokerTransient
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.session.live.checks import Check, fail, ok, warn
from rustro_kernel.session.live.pace import Pace

TRIES = 3
WARN_S, FAIL_S = 2.0, 30.0


async def skew_check(rest_url: str, pace: Pace) -> Check:
    """How far the clocks are apart, for certain.

    Raises:
        BrokerTransient: The broker cannot be reached, or does not tell its time.
    """
    try:
        async with aiohttp.ClientSession() as session:
            apart = [await _once(session, rest_url, pace) for _ in range(TRIES)]
    except (aiohttp.ClientError, OSError, ValueError, TypeError) as exc:
        raise BrokerTransient("clock", f"{type(exc).__name__} at {rest_url}") from None
    return verdict(min(apart, key=abs))


def verdict(skew_s: float) -> Check:
    """What a skew means; negative: the broker is behind."""
    if not skew_s:
        return ok("clock", "agrees with the broker's, as far as it tells")
    text = f"the broker's is {abs(skew_s):.1f} s {'ahead' if skew_s > 0 else 'behind'}"
    advice = "; set this machine's clock (NTP)"
    if abs(skew_s) > FAIL_S:
        return fail("clock", f"{text}: one-time codes will be refused{advice}")
    if abs(skew_s) > WARN_S:
        return warn("clock", f"{text}{advice}")
    return ok("clock", text)


def outside(told_ns: int, sent_ns: int, received_ns: int) -> float:
    """Seconds by which a told second lies outside of the two moments."""
    ahead = max(0, told_ns - received_ns)
    behind = max(0, sent_ns - (told_ns + SECOND))
    return (ahead - behind) / SECOND


async def _once(session: aiohttp.ClientSession, rest_url: str, pace: Pace) -> float:
    sent_ns = pace.now_ns()
    async with session.get(rest_url, allow_redirects=False) as response:
        received_ns = pace.now_ns()
        told = parsedate_to_datetime(response.headers.get("Date", ""))
    since = told - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return outside(int(since.total_seconds()) * SECOND, sent_ns, received_ns)
