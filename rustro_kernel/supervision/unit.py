"""A systemd unit for the supervisor, as an example that works where it is printed."""

import getpass
import shlex
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from rustro_kernel.configuration.secret_places import secrets_file
from rustro_kernel.configuration.sections import Serve as Settings

SALE_S = 120.0
"""What a sale by the supervisor itself may take, after a stop that was not obeyed."""
WATCHDOG_S = 180.0


def unit(settings: Settings, words: Sequence[str]) -> str:
    """The unit's text: this user, folder and interpreter.

    Args:
        settings: Says how long a stop may take.
        words: Of the command, after `rustro`.
    """
    template = resources.files("rustro_kernel.supervision").joinpath("rustro.service")
    command = [str(Path(sys.executable).parent / "rustro"), *words]
    return template.read_text(encoding="utf-8").format(
        readme=resources.files("rustro_kernel.guides").joinpath("operations.md"),
        user=getpass.getuser(),
        folder=Path.cwd(),
        secrets=secrets_file().with_name("environment"),
        command=shlex.join(command).replace("%", "%%"),
        stop_s=settings.stop_s,
        timeout_s=settings.stop_s + SALE_S,
        watchdog_s=WATCHDOG_S,
    )
