"""The `rustro` command: names, options and help; `rustro_kernel.commands` does the work."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rustro_kernel.cli_data import app as data_app
from rustro_kernel.cli_options import AsJson, File, Pairs, Profile, answer
from rustro_kernel.cli_research import app as research_app
from rustro_kernel.cli_session import app as session_app
from rustro_kernel.domain.errors import BadConfig, BadUsage, RustroError

app = typer.Typer(
    name="rustro",
    help="Research, replay and trade Indian index options.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(research_app)
app.add_typer(session_app)
config_app = typer.Typer(help="Show, check or begin a configuration.", no_args_is_help=True)
app.add_typer(config_app, name="config")
alerts_app = typer.Typer(help="Alerts to people elsewhere.", no_args_is_help=True)
app.add_typer(alerts_app, name="alerts")
app.add_typer(data_app, name="data")

RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="A run folder.")]


@app.command()
def run(
    config: File = None,
    profile: Profile = None,
    mode: Annotated[str | None, typer.Option(help="sim, paper or live.")] = None,
    date: Annotated[str | None, typer.Option(metavar="D", help="Day of sim, YYYY-MM-DD.")] = None,
    data: Annotated[str | None, typer.Option(metavar="PATH", help="1m bars: Parquet, CSV.")] = None,
    speed: Annotated[str | None, typer.Option(metavar="N|max", help="Times real time.")] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Of what is invented.")] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Run folder, new.")] = None,
    pairs: Pairs = None,
    confirm_live: Annotated[bool, typer.Option("--confirm-live", help="Yes, real money.")] = False,
    leave_positions: Annotated[
        bool, typer.Option("--leave-positions", help="A stop does not close positions.")
    ] = False,
) -> None:
    """Run one trading day headlessly and leave a run folder with an executed notebook."""
    from rustro_kernel.commands.options import overrides
    from rustro_kernel.commands.run import run as run_day

    flags = {
        "mode": mode,
        "sim.date": date,
        "sim.data": data,
        "sim.speed": speed,
        "sim.seed": seed,
        "run.out": out,
        "run.leave_positions": True if leave_positions else None,
    }
    chosen = overrides(pairs or [], flags)
    raise typer.Exit(run_day(config, profile, chosen, confirmed=confirm_live))


@app.command()
def serve(
    config: File = None,
    profile: Profile = None,
    pairs: Pairs = None,
    confirm_live: Annotated[
        bool, typer.Option("--confirm-live", help="Yes, real money, every day.")
    ] = False,
    print_unit: Annotated[
        bool, typer.Option("--print-unit", help="Print a systemd unit that does this, and end.")
    ] = False,
) -> None:
    """Trade every day of the exchange's calendar, unattended, and watch that it works."""
    from rustro_kernel.commands import serve as command
    from rustro_kernel.commands.options import overrides

    chosen = overrides(pairs or [], {})
    if print_unit:
        answer(0, command.unit(config, profile, chosen, confirmed=confirm_live).rstrip())
    raise typer.Exit(command.serve(config, profile, chosen, confirmed=confirm_live))


@app.command()
def replay(folder: RunFolder) -> None:
    """Feed a run's inputs again and compare every event."""
    from rustro_kernel.commands import records

    answer(*records.replay(folder))


@app.command()
def verify(folder: RunFolder) -> None:
    """Check a run's hash chain, files and figures."""
    from rustro_kernel.commands import records

    answer(*records.verify(folder))


@app.command()
def why(
    folder: RunFolder,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help="One minute of the day.")] = None,
) -> None:
    """Say why there was or was not a trade, with the gate funnel."""
    from rustro_kernel.commands import records

    answer(*records.why(folder, at))


@app.command()
def simulate(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8080,
    data: Annotated[str | None, typer.Option(metavar="PATH", help="1m bars, or generated.")] = None,
    date: Annotated[str | None, typer.Option(metavar="D", help="The day to play.")] = None,
    speed: Annotated[str, typer.Option(metavar="N", help="Market seconds a second.")] = "1",
    faults: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What goes wrong: TOML, see simulator.exchange.fault_script."
        ),
    ] = None,
    start: Annotated[
        str, typer.Option(metavar="HH:MM", help="Where the market's clock starts, or now.")
    ] = "08:30",
    days: Annotated[
        int, typer.Option(min=1, max=366, metavar="N", help="So many dates, one after the other.")
    ] = 1,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Of what is invented.")] = None,
    client: Annotated[str, typer.Option(help="Client code of the account.")] = "SIM001",
    pin: Annotated[str, typer.Option(help="Its PIN.")] = "1234",
    api_key: Annotated[str, typer.Option(help="Its API key.")] = "simkey",
    totp_seed: Annotated[
        str, typer.Option(help="Its TOTP seed, base32.")
    ] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    funds: Annotated[float, typer.Option(min=0, help="Its money in rupees.")] = 1_000_000,
    registered_ip: Annotated[
        str | None, typer.Option(help="Orders from any other address get AG7002.")
    ] = None,
    pairs: Pairs = None,
) -> None:
    """Run an exchange that speaks SmartAPI on 127.0.0.1, with a public test account."""
    from rustro_kernel.commands import simulate as command
    from rustro_kernel.commands.options import overrides

    flags = {"sim.data": data, "sim.date": date, "sim.speed": speed, "sim.seed": seed}
    account = command.Login(client, pin, api_key, totp_seed, funds)
    options = command.Options(port, start, faults, registered_ip, days)
    command.simulate(overrides(pairs or [], flags), options, account)


@app.command()
def doctor(
    config: File = None,
    pairs: Pairs = None,
    as_json: AsJson = False,
) -> None:
    """Check before the open that a paper or live session could trade; places no order."""
    from rustro_kernel.commands import doctor as command
    from rustro_kernel.commands.options import overrides

    checks = command.doctor(config, overrides(pairs or [], {}))
    shown = command.as_table if sys.stdout.isatty() else command.as_lines
    answer(command.exit_code(checks), (command.as_json if as_json else shown)(checks))


@app.command()
def backup(
    config: File = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Where to, or backup.dir.")
    ] = None,
    pairs: Pairs = None,
) -> None:
    """Copy state folder, bars and run folders, with a hash of every file."""
    from rustro_kernel.commands import backup as command, config as configs

    answer(*command.backup(configs.load(config, None, pairs or []), to))


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="A folder of a backup.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A new folder.")],
) -> None:
    """Bring a backup back into a new folder, if every byte of it is as it was."""
    from rustro_kernel.commands import backup as command

    answer(*command.restore(folder, to))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the cockpit; further arguments are JupyterLab's."""
    from rustro_kernel.commands.lab import lab as open_lab

    open_lab(context.args)


@alerts_app.command("test")
def alerts_test(config: File = None, pairs: Pairs = None) -> None:
    """Send one test alert through every channel and say what became of it."""
    from rustro_kernel.commands import alerts, config as configs

    answer(*alerts.test(configs.load(config, None, pairs or [])))


@config_app.command("show")
def config_show(config: File = None, profile: Profile = None, pairs: Pairs = None) -> None:
    """List every key with its value, meaning and range."""
    from rustro_kernel.commands import config as commands

    typer.echo(commands.shown(commands.load(config, profile, pairs or [])))


@config_app.command("check")
def config_check(config: File = None, profile: Profile = None, pairs: Pairs = None) -> None:
    """Check a configuration and say what it changes, or every fault with its line."""
    from rustro_kernel.commands import config as commands

    try:
        checked = commands.load(config, profile, pairs or [])
    except BadConfig as exc:
        for fault in exc.faults:
            _say(exc.code, fault)
        raise typer.Exit(exc.exit_code) from exc
    typer.echo(commands.checked(checked))


@config_app.command("init")
def config_init(path: Annotated[Path, typer.Argument()] = Path("rustro.toml")) -> None:
    """Write a commented configuration file."""
    from rustro_kernel.commands import config as commands

    typer.echo(commands.init(path))


def main(args: list[str] | None = None) -> None:
    """Run the command line; a deliberate failure is one red sentence and its exit code."""
    try:
        app(args)
    except RustroError as exc:
        _fail(exc)
    except OSError as exc:
        if exc.filename is None:
            raise
        # A path that cannot even be looked at: no rights, too long a name.
        _fail(BadUsage(f"{exc.filename}: {exc.strerror}"))


def _fail(exc: RustroError) -> NoReturn:
    _say(exc.code, str(exc))
    sys.exit(exc.exit_code)


def _say(code: str, words: str) -> None:
    """In one line, whatever a file's content or name brought into the sentence."""
    sentence = "".join(c if c.isprintable() else " " for c in words)
    typer.secho(f"{code} {sentence}", fg=typer.colors.RED, err=True)
