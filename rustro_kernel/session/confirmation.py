"""Real money wants a person's word: live mode starts only after it was given, for one account.

`rustro run --confirm-live` gives it to the kernel it starts, by an environment variable and to no
other process; in a notebook it is typed, into a panel or as `session.confirm_live("live main")`.
It is no configuration key: a file, copied or forgotten, must never start live trading.
"""

import os
from collections.abc import Mapping

from rustro_kernel.domain.errors import LiveRefused

VARIABLE = "RUSTRO_CONFIRM_LIVE"


class Confirmation:
    """Whether a session may trade live.

    Args:
        mode: The session's; only "live" needs a confirmation.
        account: Whose money it is.
        environment: Where `rustro run` leaves the word.
    """

    def __init__(
        self, mode: str, account: str, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._account = account
        self.is_needed = mode == "live" and environment.get(VARIABLE) != account

    @property
    def words(self) -> str:
        """What has to be typed."""
        return f"live {self._account}"

    def give(self, typed: str) -> None:
        """Take a person's word.

        Raises:
            LiveRefused: If it is not exactly what has to be typed.
        """
        if typed.strip() != self.words:
            raise LiveRefused(f"to confirm it, type: {self.words}")
        self.is_needed = False

    def check(self) -> None:
        """Refuse to go on without it.

        Raises:
            LiveRefused: Says what to do.
        """
        if self.is_needed:
            raise LiveRefused(
                "it trades real money and must be confirmed with --confirm-live, or in a notebook "
                f'with session.confirm_live("{self.words}") or the field in the cockpit'
            )
