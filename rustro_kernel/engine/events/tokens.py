"""The broker's tokens: they live in memory only and never outlast the day."""

from rustro_kernel.engine.events.payload import Payload


class CredentialsLoaded(Payload, frozen=True):
    """Everything a login needs was found; never what it is."""

    source: str


class TokenNotFound(Payload, frozen=True):
    """No token of an earlier session: nothing is kept, so there is a login."""


class LoginCalled(Payload, frozen=True):
    """The broker was asked for tokens."""

    broker: str


class TokensStored(Payload, frozen=True):
    """The session has tokens, in memory."""


class TokenLoaded(Payload, frozen=True):
    """The tokens are in use and good until then."""

    expires_ns: int


class TokenMonitorActive(Payload, frozen=True):
    """The tokens' end is watched."""


class TokenExpiryWarning(Payload, frozen=True):
    """The tokens end soon."""

    expires_ns: int


class TokenRefreshRequired(Payload, frozen=True):
    """New tokens are wanted."""

    generation: int  # of the tokens in use


class TokenRefreshed(Payload, frozen=True):
    """New tokens are in use."""

    generation: int
    expires_ns: int


class TokenInvalid(Payload, frozen=True):
    """There are no good tokens and none can be had."""

    problem: str
