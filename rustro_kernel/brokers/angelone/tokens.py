"""The three tokens of a login and how long they live."""

import base64
import binascii

import msgspec

from rustro_kernel.domain.market_time import DAY, SECOND, ist_date, midnight_ns, show_time


class Tokens(msgspec.Struct, frozen=True):
    """What a login gives: `jwt` for REST and streams, `feed` for the market stream.

    `generation` counts up with every login or refresh; streams rebuild when it changes.
    """

    jwt: str
    refresh: str
    feed: str
    expires_ns: int
    generation: int

    def __repr__(self) -> str:
        return f"Tokens({self.generation}, until {show_time(self.expires_ns)})"


class Granted(msgspec.Struct):
    """The `data` of loginByPassword and generateTokens."""

    jwtToken: str  # noqa: N815 - the broker's spelling
    refreshToken: str  # noqa: N815
    feedToken: str  # noqa: N815

    def __repr__(self) -> str:
        return "Granted(...)"


class _Claims(msgspec.Struct):
    exp: float


def checked(granted: Granted) -> Granted:
    """The same, if every token is there and fit for a header.

    Raises:
        ValueError: One is empty, or holds what no token holds.
    """
    for token in (granted.jwtToken, granted.refreshToken, granted.feedToken):
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError("no token")
    return granted


def tokens(granted: Granted, now_ns: int, generation: int) -> Tokens:
    """The tokens as we keep them: without "Bearer ", with their end."""
    jwt = granted.jwtToken.removeprefix("Bearer ").strip()
    return Tokens(jwt, granted.refreshToken, granted.feedToken, expiry_ns(jwt, now_ns), generation)


def expiry_ns(jwt: str, now_ns: int) -> int:
    """The token's own `exp`, but not later than the coming midnight in India (facts 2.2)."""
    midnight = midnight_ns(ist_date(now_ns)) + DAY
    try:
        payload = jwt.split(".")[1]
        padded = payload + "=" * (-len(payload) % 4)
        claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Claims)
        return min(int(claims.exp * SECOND), midnight)
    except (IndexError, binascii.Error, ValueError, OverflowError, RecursionError):
        return midnight  # an opaque token: the session's end is what is left
