"""An alerter as configuration and secrets want it."""

from collections.abc import Callable, Sequence

from rustro_kernel.alerts.addresses import Address, load_addresses, secret_parts
from rustro_kernel.alerts.alert import LEVELS
from rustro_kernel.alerts.alerter import Alerter
from rustro_kernel.alerts.apprise_send import refuse_if_missing, sender
from rustro_kernel.alerts.channel import Channel
from rustro_kernel.alerts.limits import Limits
from rustro_kernel.alerts.table import ruled
from rustro_kernel.config import Config
from rustro_kernel.configuration.sections import Alerts
from rustro_kernel.domain.redaction import Redaction

SECOND = 1_000_000_000


def wanted(cfg: Config) -> tuple[Address, ...]:
    """The channels of a session; none in sim unless asked for. May block: never on a loop.

    Raises:
        BadConfig: If rules, addresses or apprise are not as they must be.
    """
    if cfg.mode == "sim" and not cfg.alerts.sim:
        ruled(cfg.alerts.rules)
        return ()
    return configured(cfg)


def configured(cfg: Config) -> tuple[Address, ...]:
    """The channels there are, whatever the mode. May block: never on a loop.

    Raises:
        BadConfig: See `wanted`.
    """
    ruled(cfg.alerts.rules)
    found = load_addresses()
    if found:
        refuse_if_missing()
    return found


def open_alerter(cfg: Config, title: str, redaction: Redaction | None = None) -> Alerter:
    """Tells through every channel that is configured. May block: never on a loop.

    Args:
        cfg: The configuration.
        title: Above every alert, such as the account and the mode.
        redaction: Knows further secrets; it learns the addresses.

    Raises:
        BadConfig: See `wanted`.
    """
    return alerter(cfg.alerts, wanted(cfg), title, redaction or Redaction())


def alerter(
    settings: Alerts, addresses: Sequence[Address], title: str, redaction: Redaction
) -> Alerter:
    """The same, for these addresses."""
    for address in addresses:
        redaction.learn(*secret_parts(address))
    opened = [_channel(settings, each, title, redaction.hide) for each in addresses]
    return Alerter(opened, redaction.hide)


def _channel(settings: Alerts, address: Address, title: str, hide: Callable[[str], str]) -> Channel:
    limits = Limits(settings.window_s * SECOND, settings.most_per_about, settings.most)
    level = max(settings.level, address.level or settings.level, key=_loudness)
    send = sender(address, settings.timeout_s)
    return Channel(address.name, level, send, limits, f"rustro {title}", hide=hide)


def _loudness(level: str) -> int:
    return LEVELS.index(level)
