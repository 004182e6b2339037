"""`rustro run`: check everything, then let papermill execute the session's notebook."""

from collections.abc import Mapping
from pathlib import Path

import typer

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig, LiveRefused


def run(
    path: Path | None, profile: str | None, overrides: Mapping[str, str], *, confirmed: bool
) -> int:
    """Run one trading day; returns the exit code.

    Raises:
        BadUsage: If configuration, date or data cannot be used; no kernel, no folder was made.
        Refused: If the mode cannot run here.
    """
    config = Config.load(path, profile=profile, **overrides)
    folder = checked_folder(config, confirmed=confirmed)
    from rustro_kernel.headless.execute import execute  # papermill takes a second to import

    chosen = {"profile": profile} if profile else {}
    parameters = {
        "config": str(path.absolute()) if path else None,
        "overrides": {**chosen, **overrides, "run.out": str(folder.absolute())},
    }
    code = execute(folder, parameters)
    typer.echo(f"run folder: {folder}")
    return code


def checked_folder(config: Config, *, confirmed: bool) -> Path:
    """The run folder of a configuration that can run; nothing is made yet."""
    if config.mode == "live" and not confirmed:
        raise LiveRefused("it trades real money and must be confirmed with --confirm-live")
    out = config.run.out
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadConfig("run.out", f"{out} exists and is not empty; choose another folder")
    from rustro_kernel.session.composition import plan
    from rustro_kernel.session.run import free_folder

    return free_folder(out, plan(config).session_id)
