"""The login of a session: kept alive, watched, and everybody told when its tokens are new."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.handshake import Access
from rustro_kernel.brokers.angelone.tokens import Tokens
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.inputs import TokensChanged
from rustro_kernel.ports import Clock
from rustro_kernel.session.live.desk import Take

log = logging.getLogger(__name__)

CHECK_NS = 5 * MINUTE
LOOK_S = 1.0


class TokenWatch:
    """Turns what happens to the tokens into inputs.

    Args:
        login: Owns the tokens.
        api_key: Streams want it beside them.
        pace: The market's time.
        take: Hands inputs in.
        timeout_s: For a login or a renewal, of the wall.
        look_s: How often it is looked whether somebody else's call has logged in again.
    """

    def __init__(
        self,
        login: Login,
        api_key: str,
        pace: Clock,
        take: Take,
        timeout_s: float,
        *,
        look_s: float = LOOK_S,
    ) -> None:
        self._login, self._api_key, self._pace = login, api_key, pace
        self._take, self._timeout_s, self._look_s = take, timeout_s, look_s
        self._renewed: tuple[Callable[[str], None], ...] = ()
        self._known: Tokens | None = None
        self._used: Tokens | None = None
        self._mourned: Tokens | None = None  # died, and a login was tried for it
        self._problem = ""
        self._due_ns = 0

    async def log_in(self) -> bool:
        """Log in where no tokens live; whether they do now."""
        return await self._asked(self._login.current)

    def when_renewed(self, *tell: Callable[[str], None]) -> None:
        """Tell these, with a reason, whenever their connections must be opened again."""
        self._renewed = tell

    async def refresh(self) -> None:
        """Renew the tokens while they live."""
        await self._asked(self._login.refresh)

    async def replace(self) -> bool:
        """A stream refused what `access` gave last: log in again; whether that went well."""
        if self._used is not None:
            self._login.refused(self._used)
        return await self.log_in()

    def access(self) -> Access:
        """What opens the market stream now. Somebody has logged in before."""
        self._used = held = self._login.tokens or self._known
        assert held is not None, "nobody has logged in"
        return Access(self._login.client_id, self._api_key, held.jwt, held.feed)

    async def run(self) -> None:
        """Look after the tokens until cancelled: every 5 minutes, and at once where they died."""
        while True:
            await asyncio.sleep(self._look_s)
            held = self._login.tokens
            if held is not None:
                self._tell(held)
            if held is None and self._mourned is not self._known:
                self._mourned = self._known  # one login at once, the next with the regular look
                await self.log_in()
            elif self._pace.now_ns() >= self._due_ns:
                await self.log_in()

    async def _asked(self, ask: Callable[[], Awaitable[Tokens]]) -> bool:
        try:
            async with asyncio.timeout(self._timeout_s):
                held = await ask()
        except (BrokerError, TimeoutError) as exc:
            self._fail(str(exc) or f"no login in {self._timeout_s:g} s")
            return False
        finally:
            self._due_ns = self._pace.now_ns() + CHECK_NS
        self._problem = ""
        self._tell(held)
        return True

    def _tell(self, held: Tokens) -> None:
        """New tokens are an input, and a reason to open every stream again."""
        known, self._known = self._known, held
        if known is not None and known.generation == held.generation:
            return
        self._problem = ""
        self._take(TokensChanged(held.generation, held.expires_ns))
        if known is not None:
            for tell in self._renewed:
                tell("the tokens were renewed")

    def _fail(self, problem: str) -> None:
        """The same problem again is no news."""
        log.error("no tokens from the broker: %s", problem)
        if problem != self._problem:
            self._problem = problem
            generation = self._known.generation if self._known else 0
            self._take(TokensChanged(generation, self._ends_ns(), problem))

    def _ends_ns(self) -> int:
        """When the tokens end, or have ended: the broker can refuse them before their date."""
        if self._known is None:
            return 0
        ends_ns = self._known.expires_ns
        return ends_ns if self._login.tokens else min(ends_ns, self._pace.now_ns())
