"""One-time codes (RFC 6238), each used once.

The broker refuses a code it has seen, so a retry waits for the next 30-second step
(facts/smartapi.md 2.1).
"""

from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.domain.errors import BrokerMisconfigured
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.one_time_codes import STEP_S, codes_of

STEP_NS = STEP_S * SECOND
LAST_MOMENT_NS = 1 * SECOND
"""A code about to end is not begun: it would be an old one when it arrives."""


class Codes:
    """The codes of one seed. Keeps which step's code was given out last.

    Raises:
        BrokerMisconfigured: The seed is none.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._used = -1
        try:
            self._codes = codes_of(credentials.totp_seed)
        except ValueError as exc:
            words = f"the TOTP seed cannot be used: {exc}"
            raise BrokerMisconfigured("loginByPassword", words) from None

    def wait_ns(self, now_ns: int) -> int:
        """How long until an unused code may be taken; 0 when there is one."""
        step, into = divmod(now_ns, STEP_NS)
        if step <= self._used:
            return (self._used + 1) * STEP_NS - now_ns
        return STEP_NS - into if into > STEP_NS - LAST_MOMENT_NS else 0

    def take(self, now_ns: int) -> str:
        """The code of this step, never to be given out again. `wait_ns` was 0."""
        assert self.wait_ns(now_ns) == 0
        self._used = now_ns // STEP_NS
        return self._codes.at(now_ns // SECOND)

    def __repr__(self) -> str:
        return "Codes(...)"
