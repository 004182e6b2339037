"""The login: one owner, one attempt at a time, shared by everybody who needs it."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from rustro_kernel.brokers.angelone import routes
from rustro_kernel.brokers.angelone.answers import same
from rustro_kernel.brokers.angelone.forms import Credentials, LoginForm, RefreshForm
from rustro_kernel.brokers.angelone.tokens import Granted, Tokens, checked, tokens
from rustro_kernel.brokers.angelone.totp import Codes
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerMisconfigured,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
)
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.ports import Clock

TRIES = 3
REFRESH_PAUSE_S = 5
ANSWER_S = 10
PASSING = (BrokerAuthRefused, BrokerRefused, BrokerThrottled, BrokerTransient)
FINAL = frozenset({"AB1000", "AB1001", "AB1002", "AB1006", "AB1007", "AB1032"})
"""Client or PIN (facts/smartapi.md 2.6): a login refused so is never tried again. What else the
broker may answer is as likely a fault of his: it ends this attempt, not the next one.
"""
GRANTED = msgspec.json.Decoder(Granted)
LOGGED_OUT = msgspec.json.Decoder(str | None)
Sleep = Callable[[float], Awaitable[None]]


class Login:
    """Owns the tokens. Every caller asks `current`; those who come during a login share it.

    A refused PIN or key is remembered: it is never sent twice, because brokers lock accounts.
    Used on one loop only. A caller whose timeout strikes leaves the login to the next in line.
    Each request has a timeout of its own besides, in seconds of the wall: an order's caller has
    none, and one login without an answer would hold up every order for ever.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.client_id = credentials.client_id
        self._wire, self._clock, self._sleep, self._answer_s = wire, clock, sleep, answer_s
        self._credentials, self._codes = credentials, Codes(credentials)
        self._lock = asyncio.Lock()
        self._tokens: Tokens | None = None
        self._generation = 0
        self._ended = 0
        self._failed: BrokerError | None = None
        wire.rest.redaction.learn(*credentials)

    @property
    def tokens(self) -> Tokens | None:
        """The tokens held, while they live."""
        held = self._tokens
        return held if held and self._clock.now_ns() < held.expires_ns else None

    async def current(self) -> Tokens:
        """Living tokens; logs in where there are none, with three tries, each with a new code.

        Raises:
            BrokerMisconfigured: PIN, client, key or address refused. Final.
            BrokerError: AUTH (the one-time codes), THROTTLE or TRANSIENT, after the last try.
        """
        seen = self._ended
        if held := self.tokens:
            return held
        async with self._lock:
            return self.tokens or await self._log_in(seen)

    async def refresh(self) -> Tokens:
        """New tokens without a code: three tries 5 s apart; the old ones stay when it fails.

        Streams hold the old tokens and must be rebuilt. It cannot revive a session past midnight.

        Raises:
            BrokerError: The last try's.
        """
        old = self.tokens
        async with self._lock:
            if old is not None and self.tokens is old:
                return await self._refreshed(old)
        return await self.current()

    def refused(self, used: Tokens) -> None:
        """The broker refused these tokens: they are dead whatever their date says."""
        if self._tokens is used:
            self._tokens = None

    async def log_out(self) -> None:
        """End the session at the broker, if there is one."""
        held, self._tokens = self.tokens, None
        if held:
            turn = await self._wire.turn(routes.LOGOUT)
            body = {"clientcode": self.client_id}
            await self._wire.exchange(routes.LOGOUT, turn, LOGGED_OUT, same, body, tokens=held)

    async def _log_in(self, seen: int) -> Tokens:
        """Log in, unless an attempt failed while we stood in line: then its failure is ours."""
        if self._failed and (self._ended > seen or isinstance(self._failed, BrokerMisconfigured)):
            raise type(self._failed)(*self._failed.args)
        try:
            return self._keep(await self._tried(self._login_once, 0))
        except BrokerError as exc:
            self._failed = exc
            self._ended += 1
            raise

    async def _refreshed(self, old: Tokens) -> Tokens:
        form = RefreshForm(old.refresh)

        async def once() -> Granted:
            turn = await self._wire.turn(routes.REFRESH)
            return await self._granted(routes.REFRESH, turn, form, old)

        return self._keep(await self._tried(once, REFRESH_PAUSE_S))

    async def _tried(self, once: Callable[[], Awaitable[Granted]], pause_s: float) -> Granted:
        for _ in range(TRIES - 1):
            try:
                return await once()
            except PASSING:
                await self._sleep(pause_s)
        return await once()

    async def _login_once(self) -> Granted:
        turn = await self._wire.turn(routes.LOGIN)
        while (wait_ns := self._codes.wait_ns(self._clock.now_ns())) > 0:
            await self._sleep(wait_ns / SECOND)
        try:
            return await self._granted(routes.LOGIN, turn, self._form())
        except BrokerRefused as exc:
            kind = BrokerMisconfigured if exc.broker_code in FINAL else BrokerTransient
            raise kind(exc.route, exc.words, exc.broker_code) from None

    async def _granted(
        self, route: routes.Route, turn: int, form: object, held: Tokens | None = None
    ) -> Granted:
        try:
            async with asyncio.timeout(self._answer_s):
                return await self._wire.exchange(route, turn, GRANTED, checked, form, tokens=held)
        except TimeoutError:
            raise BrokerTransient(route.name, f"no answer in {self._answer_s:g} s") from None

    def _form(self) -> LoginForm:
        code = self._codes.take(self._clock.now_ns())
        return LoginForm(self._credentials.client_id, self._credentials.pin, code)

    def _keep(self, granted: Granted) -> Tokens:
        self._generation += 1
        kept = tokens(granted, self._clock.now_ns(), self._generation)
        self._wire.rest.redaction.learn(kept.jwt, kept.refresh, kept.feed)
        self._tokens, self._failed = kept, None
        return kept

    def __repr__(self) -> str:
        return f"Login({self._tokens})"
