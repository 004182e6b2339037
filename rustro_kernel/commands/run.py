"""`rustro run`: check everything, then let papermill execute the session's notebook."""

import os
from collections.abc import Mapping
from pathlib import Path

import typer

from rustro_kernel.alerts.opening import open_alerter
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig, LiveRefused, NotATradingDay
from rustro_kernel.session.confirmation import VARIABLE
from rustro_kernel.session.upkeep import LATER, after_notebook

TELL_S = 10.0


def run(
    path: Path | None, profile: str | None, overrides: Mapping[str, str], *, confirmed: bool
) -> int:
    """Run one trading day; returns the exit code.

    Raises:
        BadUsage: If configuration, date or data cannot be used; no kernel, no folder was made.
        Refused: If the mode cannot run here.
    """
    config = Config.load(path, profile=profile, **overrides)
    try:
        folder = checked_folder(config, confirmed=confirmed)
    except NotATradingDay as exc:
        if config.mode == "sim":
            raise
        typer.echo(str(exc))
        return 0
    from rustro_kernel.headless.execute import execute  # papermill takes a second to import

    chosen = {"profile": profile} if profile is not None else {}
    parameters = {
        "config": str(path.absolute()) if path else None,
        "overrides": {**chosen, **overrides, "run.out": str(folder.absolute())},
    }
    word = {VARIABLE: config.account.id} if config.mode == "live" else {}
    code = execute(folder, parameters, environment={LATER: "1", **word})
    if not folder.exists():
        typer.echo("stopped before the day began")
        return code
    typer.echo(f"run folder: {folder}")
    _back_up(config, folder)
    return code


def _back_up(config: Config, folder: Path) -> None:
    """After the close, with the executed notebook; what goes wrong is told and changes nothing."""
    for note in after_notebook(config, folder):
        typer.echo(note.text)
        if note.level != "info":
            alerter = open_alerter(config, f"{config.account.id} {config.mode}")
            alerter.tell(note.level, note.text)
            alerter.close(TELL_S)


def checked_folder(config: Config, *, confirmed: bool) -> Path:
    """The run folder of a configuration that can run; nothing is made yet."""
    if config.mode == "live" and not confirmed:
        raise LiveRefused("it trades real money and must be confirmed with --confirm-live")
    from rustro_kernel.session.composition import plan
    from rustro_kernel.session.plans import LivePlan
    from rustro_kernel.session.run import free_folder

    _check_place("state.dir", config.state.dir)
    planned = plan(config)
    if isinstance(planned, LivePlan) and planned.folder is not None:
        return planned.folder
    out = config.run.out
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadConfig("run.out", f"{out} exists and is not empty; choose another folder")
    _check_place("run.out", out or Path("runs"))
    return free_folder(out, planned.session_id)


def _check_place(key: str, folder: Path) -> None:
    """Refuse a folder that is none, or that nobody could make; nothing is made yet."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise BadConfig(key, f"{folder} cannot be used: {nearest} is no folder one can write to")
