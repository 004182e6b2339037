"""`rustro serve`: every trading day, unattended."""

from collections.abc import Mapping
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig, LiveRefused

ALERTS_OUT_S = 5.0
"""For the last alert, before we end."""


def serve(
    path: Path | None, profile: str | None, overrides: Mapping[str, str], *, confirmed: bool
) -> int:
    """Serve until asked to end; returns the exit code.

    Raises:
        BadUsage: If the configuration cannot be used, or the calendar has come to its end.
        Refused: If live was not confirmed, or another supervisor has the account.
    """
    config = Config.load(path, profile=profile, **overrides)
    check(config, confirmed=confirmed)
    from rustro_kernel.alerts.opening import open_alerter
    from rustro_kernel.supervision.asked import Asked
    from rustro_kernel.supervision.clocks import find_clock
    from rustro_kernel.supervision.selling.sell import sell
    from rustro_kernel.supervision.serve import Serve
    from rustro_kernel.supervision.telling import Voice

    words = run_words(path, profile, overrides, confirmed=confirmed)
    alerter = open_alerter(config, f"{config.account.id} {config.mode}")
    asked, clock = Asked(), find_clock(config.broker)
    try:
        with asked.signals():
            return Serve(config, words, clock, Voice(alerter), asked, sell).run()
    finally:
        alerter.close(ALERTS_OUT_S)
        asked.close()


def check(config: Config, *, confirmed: bool) -> None:
    """Refuse now what every morning's session would refuse.

    Raises:
        BadConfig: If a key cannot be used unattended, or credentials are missing.
        LiveRefused: If live was not confirmed.
    """
    if config.run.out is not None:
        words = f"got {config.run.out}, but each day has a folder of its own: leave it out"
        raise BadConfig("run.out", words)
    if config.mode == "sim":
        return
    if config.mode == "live" and not confirmed:
        raise LiveRefused("it trades real money and must be confirmed with --confirm-live")
    from rustro_kernel.session.live.addresses import check_addresses
    from rustro_kernel.session.live.credentials import load_credentials

    check_addresses(config.broker)
    load_credentials()


def run_words(
    path: Path | None, profile: str | None, overrides: Mapping[str, str], *, confirmed: bool
) -> list[str]:
    """The words that start a day's session under the same configuration."""
    words = ["run"]
    words += ["--config", str(path.absolute())] if path is not None else []
    words += ["--profile", profile] if profile is not None else []
    for key, value in overrides.items():
        words += ["-p", f"{key}={value}"]
    return words + (["--confirm-live"] if confirmed else [])


def unit(
    path: Path | None, profile: str | None, overrides: Mapping[str, str], *, confirmed: bool
) -> str:
    """A systemd unit that serves so.

    Raises:
        BadConfig: If the configuration cannot be used.
    """
    from rustro_kernel.supervision.unit import unit as text

    config = Config.load(path, profile=profile, **overrides)
    words = run_words(path, profile, overrides, confirmed=confirmed)
    return text(config.serve, ["serve", *words[1:]])
