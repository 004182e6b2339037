"""The commands that try strategies on stored minutes and choose among them."""

from pathlib import Path
from typing import Annotated

import typer

from rustro_kernel.cli_options import File, Pairs, Profile, answer, interruptible
from rustro_kernel.domain.errors import BadUsage

app = typer.Typer()

LOST = "what was played so far is not kept"


@app.command()
def backtest(
    data: Annotated[
        Path, typer.Option(metavar="PATH", help="1m bars: Parquet, CSV; or a run folder.")
    ],
    first: Annotated[str | None, typer.Option("--from", metavar="D", help="First date.")] = None,
    last: Annotated[
        str | None, typer.Option("--until", "--to", metavar="D", help="Last date.")
    ] = None,
    config: File = None,
    profile: Profile = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for tables and settings.")
    ] = None,
    goes_on: Annotated[
        bool, typer.Option("--continue", help="A day on which the strategy fails ends no more.")
    ] = False,
    pairs: Pairs = None,
) -> None:
    """Play the strategy over years of stored minutes, with the engine and costs of live trading."""
    from rustro_kernel.commands import backtest as command
    from rustro_kernel.commands.options import overrides

    wanted = command.Wanted(data, first, last, profile, config, out, goes_on)
    with interruptible(LOST):
        answer(*command.backtest(wanted, overrides(pairs or [], {})))


@app.command()
def sweep(
    data: Annotated[Path, typer.Option(metavar="PATH", help="1m bars: Parquet, CSV.")],
    swept: Annotated[
        list[str],
        typer.Option(
            "--param", metavar="KEY=START:STOP:STEP", help="Or KEY=A,B,C; repeatable, all combined."
        ),
    ],
    n: Annotated[
        int | None, typer.Option("--random", metavar="N", help="Only N sets, drawn at random.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the drawing.")] = 7,
    first: Annotated[str | None, typer.Option("--from", metavar="D", help="First date.")] = None,
    last: Annotated[
        str | None, typer.Option("--until", "--to", metavar="D", help="Last date.")
    ] = None,
    config: File = None,
    profile: Profile = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Of this machine; all it has.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A dask cluster instead.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="FIGURE", help="What is best.")] = "sharpe",
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many are shown.")] = 20,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="All of them: a new folder, .csv or .parquet."),
    ] = None,
    pairs: Pairs = None,
) -> None:
    """Play many parameter sets over stored minutes, each with the trades a backtest would have."""
    from rustro_kernel.commands import sweep as command
    from rustro_kernel.commands.options import overrides

    if workers is not None and scheduler is not None:
        raise BadUsage("--workers are of this machine, --scheduler has its own: say one of them")
    wanted = command.Wanted(
        data, swept, n, seed, first, last, profile, config, workers, scheduler, by, top, out
    )
    with interruptible(LOST):
        answer(*command.sweep(wanted, overrides(pairs or [], {})))


@app.command()
def promote(
    source: Annotated[
        Path,
        typer.Argument(metavar="SWEEP_OR_RUN", help="A saved walk-forward, or a sweep."),
    ],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="A new TOML file.")
    ] = None,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Promote against the gate; it is written down.")
    ] = "",
    data: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Bars of a sweep: walked forward first.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="D", help="First date.")] = None,
    last: Annotated[str | None, typer.Option("--until", metavar="D", help="Last date.")] = None,
    config: File = None,
    profile: Profile = None,
    pairs: Pairs = None,
) -> None:
    """Judge a parameter set by its tests, and write it as a file that sessions trade and record."""
    from rustro_kernel.commands import promote as command
    from rustro_kernel.commands.options import overrides

    wanted = command.Wanted(source, to, override, data, first, last, profile, config)
    with interruptible(LOST):
        answer(*command.promote(wanted, overrides(pairs or [], {})))
