"""The commands that talk to a running session, whichever process it lives in."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rustro_kernel.cli_options import AsJson, answer

app = typer.Typer()

State = Annotated[Path, typer.Option(metavar="DIR", help="State folder of the session.")]
STATE = Path("state")
Named = Annotated[
    str | None, typer.Option("--account", metavar="A", help="Where several sessions run.")
]


@app.command()
def status(state: State = STATE, account: Named = None, as_json: AsJson = False) -> None:
    """Show how the running session is."""
    from rustro_kernel.commands import status as command

    found = command.status(state, account)
    if as_json:
        answer(0, command.as_json(found))
    answer(0, command.as_picture(found, colours=sys.stdout.isatty()))


@app.command()
def pause(state: State = STATE, account: Named = None, as_json: AsJson = False) -> None:
    """No entries from now on; exits go on."""
    _command(state, account, "pause", as_json=as_json)


@app.command()
def resume(
    reason: Annotated[str, typer.Argument(help="For the record; eight letters after a kill.")] = "",
    state: State = STATE,
    account: Named = None,
    as_json: AsJson = False,
) -> None:
    """Allow entries again, after a pause, a halt or a kill."""
    _command(state, account, "resume", as_json=as_json, reason=reason)


@app.command()
def flatten(state: State = STATE, account: Named = None, as_json: AsJson = False) -> None:
    """Close every position, one at a time; no entries until resumed."""
    _command(state, account, "flatten", as_json=as_json)


@app.command("set")
def set_key(
    key: Annotated[str, typer.Argument(help="Such as risk.max_positions.")],
    value: Annotated[str, typer.Argument()],
    state: State = STATE,
    account: Named = None,
    as_json: AsJson = False,
) -> None:
    """Change a setting of the running session, from its next bar on."""
    _command(state, account, "set", as_json=as_json, key=key, value=value)


@app.command()
def stop(
    leave_positions: Annotated[
        bool, typer.Option("--leave-positions", help="Do not close positions.")
    ] = False,
    state: State = STATE,
    account: Named = None,
    as_json: AsJson = False,
) -> None:
    """End the session in good order: everything closed, records complete."""
    flatten = str(not leave_positions).lower()
    _command(state, account, "stop", as_json=as_json, flatten=flatten)


@app.command()
def kill(
    reason: Annotated[str, typer.Option(help="For the record.")] = "by rustro kill",
    state: State = STATE,
    account: Named = None,
    as_json: AsJson = False,
) -> None:
    """Kill the running session: no new orders, everything cancelled and closed at once."""
    from rustro_kernel.commands.kill import kill as kill_session

    answer(*kill_session(state, reason, account, as_json=as_json))


def _command(
    state: Path, account: str | None, name: str, *, as_json: bool, **args: str
) -> NoReturn:
    from rustro_kernel.commands import control

    answer(*control.told(name, control.command(state, account, name, **args), as_json=as_json))
