"""Sending through apprise, which speaks to a hundred services; imported by the first alert."""

import importlib.util
import logging
from functools import cache
from threading import current_thread, local
from typing import Any

from rustro_kernel.alerts.addresses import Address
from rustro_kernel.alerts.channel import THREAD, Send
from rustro_kernel.domain.errors import AlertFailed, BadConfig

TALKATIVE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests")
"""Loggers that put addresses, and with them tokens, into their records."""
BETWEEN_S = 1.0
"""Two alerts; with apprise's own 5.5 s for mail the last ones of a day would be lost."""
KINDS = {"info": "info", "warning": "warning", "critical": "failure"}


def refuse_if_missing() -> None:
    """Alerts are wanted, so what sends them has to be here.

    Raises:
        BadConfig: If it is not.
    """
    if importlib.util.find_spec("apprise") is None:
        words = "RUSTRO_ALERT_URLS is set and apprise, which sends, is not installed"
        raise BadConfig("alerts", f"{words}: pip install 'rustro[server]'")


def sender(address: Address, timeout_s: float) -> Send:
    """Sends to one address; nothing is imported or looked at before the first time.

    Args:
        address: Where to.
        timeout_s: To connect, and again between two parts of an answer.
    """
    channel: list[Any] = []

    def send(title: str, text: str, level: str) -> None:
        if not channel:
            channel.append(_channel(address, timeout_s))
        _heard().clear()
        if not channel[0].notify(body=text, title=title, notify_type=_kind(level)):
            raise AlertFailed(address.name, "; ".join(_heard()) or "no reason given")

    return send


def _channel(address: Address, timeout_s: float) -> Any:  # noqa: ANN401 - apprise's own
    _quieten()
    from apprise import Apprise

    found = Apprise.instantiate(address.url.get_secret_value())
    if found is None:
        raise AlertFailed(address.name, "apprise does not understand this address")
    found.request_rate_per_sec = min(found.request_rate_per_sec, BETWEEN_S)
    found.socket_connect_timeout = found.socket_read_timeout = timeout_s
    return found


def _kind(level: str) -> Any:  # noqa: ANN401 - apprise's own
    from apprise import NotifyType

    return NotifyType(KINDS[level])


_own = local()


def _heard() -> list[str]:
    """What was logged on this thread since the attempt began."""
    if not hasattr(_own, "words"):
        _own.words = []
    words: list[str] = _own.words
    return words


def _keep(record: logging.LogRecord) -> bool:
    """Take records of our threads away from every handler: they may hold an address."""
    if not current_thread().name.startswith(THREAD):
        return True
    if record.levelno >= logging.WARNING and len(_heard()) < 5:
        _heard().append(record.getMessage())
    return False


@cache
def _quieten() -> None:
    for name in TALKATIVE:
        logging.getLogger(name).addFilter(_keep)
