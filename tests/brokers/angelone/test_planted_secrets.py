"""Secrets are planted, the login fails in every way, and nothing we show holds one of them."""

import asyncio
import logging
import traceback

import pytest

from rustro_kernel.brokers.angelone.answers import same
from rustro_kernel.brokers.angelone.auth import GRANTED
from rustro_kernel.brokers.angelone.forms import Credentials, LoginForm, RefreshForm
from rustro_kernel.brokers.angelone.funds import funds
from rustro_kernel.brokers.angelone.tokens import Granted, Tokens
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.domain.redaction import Redaction
from tests.brokers.angelone.rest_broker import (
    DIE,
    SEED,
    Clock,
    Told,
    bad_gateway,
    connected,
    gateway,
    granted,
    no,
    ok,
    rate_limited,
)

PLANTED = Credentials(
    "PLANTEDCLIENT", "9173", "PLANTED-API-KEY", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
)
TOKENS = granted(77)
SECRETS = [*PLANTED, *(token for token in TOKENS.values() if token)]


def echo(asked):
    """A broker that repeats everything it was sent."""
    return no("AB1007", f"refused {asked.body} {asked.headers}")


def echo_text(asked):
    return Told(502, f"{asked.body} {asked.headers}".encode(), "text/plain")


def leaked(told):
    return [secret for secret in SECRETS if secret in told]


def told_by(exc):
    """Everything a traceback can show, the locals of its frames included."""
    shown = traceback.TracebackException.from_exception(exc, capture_locals=True)
    mine = "".join(shown.format())
    return f"{exc!r} {exc} {vars(exc)} {mine}"


class Loud(logging.Handler):
    """Keeps every record of every logger, as text."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def loud():
    handler, root = Loud(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "answer",
    [echo, echo_text, no("AB1050", "Invalid totp"), gateway("AG8004", "PLANTED-API-KEY is no key"),
     bad_gateway(), rate_limited(), DIE, Told(200, b""), ok({"jwtToken": TOKENS["jwtToken"]}),
     ok({"jwtToken": 1} | {"refreshToken": TOKENS["refreshToken"]})],
)  # fmt: skip
async def test_no_failed_login_shows_a_secret(broker, loud, answer):
    asyncio.get_running_loop().set_debug(True)
    broker.answers["loginByPassword"] = [answer]
    async with connected(broker.url, Clock(), credentials=PLANTED) as client:
        client.wire.turnstile.refused = lambda *_: None
        with pytest.raises(BrokerError) as caught:
            await funds(client)
        assert leaked(_ours(caught.value)) == []
        assert leaked(f"{client.login!r} {client.wire.rest!r} {vars(client)}") == []
    assert leaked("\n".join(loud.lines)) == []


@pytest.mark.parametrize("answer", [echo, echo_text, gateway("AG8001"), DIE])
async def test_no_failed_call_shows_a_token(broker, loud, answer):
    broker.answers["loginByPassword"] = [ok(TOKENS)]
    broker.answers["getRMS"] = [answer]
    async with connected(broker.url, Clock(), credentials=PLANTED) as client:
        with pytest.raises(BrokerError) as caught:
            await funds(client)
        assert leaked(_ours(caught.value)) == []
        assert leaked(f"{client.login!r} {client.login.tokens!r}") == []
    assert leaked("\n".join(loud.lines)) == []


def _ours(exc):
    """The traceback from the client on; the frames below it are this test's own."""
    exc.__traceback__ = exc.__traceback__.tb_next
    return told_by(exc)


def test_no_value_that_holds_a_secret_shows_it():
    values = [
        PLANTED,
        LoginForm(PLANTED.client_id, PLANTED.pin, "123456"),
        RefreshForm(TOKENS["refreshToken"]),
        Granted(TOKENS["jwtToken"], TOKENS["refreshToken"], TOKENS["feedToken"]),
        Tokens(TOKENS["jwtToken"], TOKENS["refreshToken"], TOKENS["feedToken"], 0, 1),
    ]
    assert leaked(f"{values} {values[0]} {GRANTED} {same(values[1])!s}") == []


def test_a_pin_is_hidden_as_a_word_and_a_token_anywhere():
    redaction = Redaction()
    redaction.learn("9173", "", SEED)
    assert redaction.hide("pin 9173, order 2691730, x" + SEED) == "pin ***, order 2691730, x***"
    assert redaction.hide("any eyJhbGciOi.eyJleHAiOjF9.c2lnbmF0dXJl too") == "any *** too"
    assert repr(redaction) == "Redaction(2 secrets)"
