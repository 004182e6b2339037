"""`rustro alerts test`: one alert through every channel, and what became of it."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from threading import Thread

from rustro_kernel.alerts.addresses import Address, secret_parts
from rustro_kernel.alerts.apprise_send import sender
from rustro_kernel.alerts.channel import THREAD
from rustro_kernel.alerts.opening import configured
from rustro_kernel.config import Config
from rustro_kernel.configuration.sections import Alerts
from rustro_kernel.domain.redaction import Redaction

TITLE, TEXT = "INFO rustro test", "This is a test alert. If you read it, this channel works."
PATIENCE = 3
"""Times `alerts.timeout_s`: connecting, answering, and the first import of a service."""


def test(cfg: Config) -> tuple[int, str]:
    """Exit code 1 if there is no channel or one of them did not deliver.

    Raises:
        BadConfig: If rules, addresses or apprise are not as they must be.
    """
    found = configured(cfg)
    if not found:
        return 1, "no channel: RUSTRO_ALERT_URLS is set neither in environment, keyring nor file"
    return tried(cfg.alerts, found)


def tried(settings: Alerts, addresses: Sequence[Address]) -> tuple[int, str]:
    """All of them at once; none is waited for longer than a few timeouts."""
    redaction, began = Redaction(), time.monotonic()
    for address in addresses:
        redaction.learn(*secret_parts(address))
    attempts = {address: _attempt(address, settings.timeout_s) for address in addresses}
    wait(attempts.values(), timeout=PATIENCE * settings.timeout_s)
    verdicts = {a: _verdict(attempt, began, redaction) for a, attempt in attempts.items()}
    failed = any(not verdict.startswith("delivered") for verdict in verdicts.values())
    return int(failed), "\n".join(f"{a.name}: {verdict}" for a, verdict in verdicts.items())


def _attempt(address: Address, timeout_s: float) -> "Future[float]":
    """On a thread of its own, which may hang: the process ends without it."""
    outcome: Future[float] = Future()

    def run() -> None:
        try:
            sender(address, timeout_s)(TITLE, TEXT, "info")
        except Exception as exc:  # noqa: BLE001 - other people's code; it is what the test is for
            outcome.set_exception(exc)
        else:
            outcome.set_result(time.monotonic())

    Thread(target=run, name=f"{THREAD} {address.name}", daemon=True).start()
    return outcome


def _verdict(attempt: "Future[float]", began: float, redaction: Redaction) -> str:
    if not attempt.done():
        return f"NOT delivered: no answer in {time.monotonic() - began:.0f} s"
    problem = attempt.exception()
    if problem is not None:
        return f"NOT delivered: {redaction.hide(getattr(problem, 'reason', '') or str(problem))}"
    return f"delivered in {attempt.result() - began:.1f} s; look whether it arrived"
