"""The bodies that hold secrets. None of them ever shows what it holds."""

from typing import NamedTuple

import msgspec


class Credentials(NamedTuple):
    """What the user registered with the broker."""

    client_id: str
    pin: str
    api_key: str
    totp_seed: str

    def __repr__(self) -> str:
        return "Credentials(...)"


class LoginForm(msgspec.Struct, frozen=True):
    """The body of loginByPassword; `password` is the four-digit PIN."""

    clientcode: str
    password: str
    totp: str

    def __repr__(self) -> str:
        return "LoginForm(...)"


class RefreshForm(msgspec.Struct, frozen=True):
    """The body of generateTokens."""

    refreshToken: str  # noqa: N815 - the broker's spelling

    def __repr__(self) -> str:
        return "RefreshForm(...)"
