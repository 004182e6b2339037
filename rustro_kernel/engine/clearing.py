"""How each reason for no entries is cleared, and whose it is where no person gave it.

`{risk.key}` and the like stand for the setting in force.
"""

from typing import NamedTuple

from rustro_kernel.domain.settings import EngineSettings

RESUME = "the operator resumes"


class Clearing(NamedTuple):
    """Who turned entries off, and what turns them on again; empty `by`: whoever asked for it."""

    by: str
    clears: str


CLEARINGS: dict[str, Clearing] = {
    "PAUSED": Clearing("", RESUME),
    "KILLED": Clearing("", f"{RESUME} with a typed reason"),
    "STOPPING": Clearing("", "not any more: the session ends"),
    "VIX_HALT": Clearing(
        "VIX breaker", "VIX below {risk.vix_resume:g} for 10 minutes, with data all the while"
    ),
    "VIX_STALE": Clearing("VIX watch", "the next VIX"),
    "LOSS_HALT": Clearing("daily loss limit", f"{RESUME}; the limit then counts afresh"),
    "COOLDOWN": Clearing("losses in a row", "{risk.cooldown_s:g} s after the last of them, a win"),
    "RECOVERING_DATA": Clearing(
        "gap watch", f"the missing minutes are recovered; where they cannot be, {RESUME}"
    ),
    "POSITION_STALE": Clearing("gap watch", "the next quote of the position, or its end"),
    "STREAM_DOWN": Clearing("market stream", "the stream is back"),
    "MARKET_HALTED": Clearing("exchange", "the exchange resumes trading"),
    "NO_TRADE_TODAY": Clearing("start-up", "not today"),
    "EOD": Clearing("end of day", "not today"),
    "STRATEGY_FAILED": Clearing("strategy host", RESUME),
    "STRATEGY_STALLED": Clearing("strategy host", RESUME),
    "INBOX_BACKLOG": Clearing("session", RESUME),
    "TOKEN_DEGRADED": Clearing("broker login", "new tokens from the broker"),
    "OVERSOLD": Clearing("reconciliation", f"{RESUME}, once the account is what it should be"),
    "RECOVERING": Clearing("restart", "our books and the broker's agree"),
    "OUTAGE": Clearing("restart", "15 minutes after an outage of up to 30; after more, not today"),
    "DISK_REFUSES": Clearing("records", "the records can be written again"),
}
"""Every halt of the engine; a test reads the whole engine for them."""

UNKNOWN = Clearing("engine", RESUME)


def clearing(halt: str, settings: EngineSettings) -> Clearing:
    """Whose a halt is and how it is cleared under these settings."""
    found = CLEARINGS.get(halt, UNKNOWN)
    return found._replace(clears=found.clears.format(risk=settings.risk))
