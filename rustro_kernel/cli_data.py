"""`rustro data`: import, sync, check and export market data."""

from pathlib import Path
from typing import Annotated

import typer

from rustro_kernel.cli_options import Pairs, answer, interruptible
from rustro_kernel.domain.bars import Timeframe

app = typer.Typer(help="Import, sync, check and export market data.", no_args_is_help=True)

GOES_ON = "the same command goes on with what is missing"

BarsOf = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="NIFTY, INDIAVIX, or EXCHANGE:TOKEN.")
]
Frame = Annotated[Timeframe, typer.Option(help="Of the bars.")]
Maps = Annotated[
    list[str] | None, typer.Option("--map", metavar="OURS=THEIRS", help="A column; repeatable.")
]
Zone = Annotated[str | None, typer.Option(metavar="ZONE", help="Of the times: IST, UTC, +05:30.")]
Labels = Annotated[str | None, typer.Option(metavar="start|end", help="What a bar's time means.")]
Units = Annotated[str | None, typer.Option(metavar="rupees|paise", help="Of the prices.")]
Dates = Annotated[str | None, typer.Option(metavar="dmy|mdy", help="How 01/02/2021 is read.")]
Symbol = Annotated[str | None, typer.Option(help="Which one, in a file of several.")]
First = Annotated[str | None, typer.Option("--from", metavar="D", help="First date.")]
Last = Annotated[str | None, typer.Option("--until", metavar="D", help="Last date.")]


@app.command("import")
def data_import(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Bars, or a bhavcopy.")],
    bars_of: BarsOf = None,
    timeframe: Frame = Timeframe.M1,
    maps: Maps = None,
    tz: Zone = None,
    labels: Labels = None,
    units: Units = None,
    dates: Dates = None,
    symbol: Symbol = None,
    existing: Annotated[
        str, typer.Option(metavar="fill|correct|replace", help="What becomes of stored bars.")
    ] = "fill",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, store nothing.")] = False,
    pairs: Pairs = None,
) -> None:
    """Put a file's bars into the store, and say what it held."""
    with interruptible(GOES_ON):
        from rustro_kernel.commands import data
        from rustro_kernel.commands.options import overrides, wishes

        wished = wishes(timeframe, maps or [], tz, labels, units, dates, symbol)
        where = data.place(overrides(pairs or [], {}))
        done = data.import_file(path, bars_of, where, wished, existing, dry=dry_run)
    answer(*done)


@app.command("validate")
def data_validate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Bars, or a bhavcopy.")],
    bars_of: BarsOf = "NIFTY",
    timeframe: Frame = Timeframe.M1,
    maps: Maps = None,
    tz: Zone = None,
    labels: Labels = None,
    units: Units = None,
    dates: Dates = None,
    symbol: Symbol = None,
    pairs: Pairs = None,
) -> None:
    """Look at a file; exit code 1 if anything is wrong with it or missing."""
    from rustro_kernel.commands import data
    from rustro_kernel.commands.options import overrides, wishes

    wished = wishes(timeframe, maps or [], tz, labels, units, dates, symbol)
    where = data.place(overrides(pairs or [], {}))
    answer(*data.validate(path, bars_of or "NIFTY", where, wished))


@app.command("stats")
def data_stats(pairs: Pairs = None) -> None:
    """List what the store holds."""
    from rustro_kernel.commands import data
    from rustro_kernel.commands.options import overrides

    answer(*data.stats(data.place(overrides(pairs or [], {}))))


@app.command("gaps")
def data_gaps(
    bars_of: BarsOf = None, first: First = None, last: Last = None, pairs: Pairs = None
) -> None:
    """List what the store lacks against the calendar; exit code 1 if anything."""
    from rustro_kernel.commands import data
    from rustro_kernel.commands.options import overrides

    answer(*data.gaps(data.place(overrides(pairs or [], {})), bars_of, first, last))


@app.command("quality")
def data_quality(
    run: Annotated[Path | None, typer.Argument(metavar="RUN_DIR", help="A run folder.")] = None,
    every: Annotated[bool, typer.Option("--list", help="Every quarantined tick.")] = False,
) -> None:
    """Show the quality rules, with a run's counts and quarantined ticks."""
    from rustro_kernel.commands import quality

    answer(*quality.quality(run, every=every))


@app.command("export")
def data_export(
    what: Annotated[str, typer.Argument(metavar="ticks|bars|chains|trades")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=".parquet or .csv.")],
    run: Annotated[Path | None, typer.Option(metavar="RUN_DIR", help="Of this run.")] = None,
    bars_of: BarsOf = None,
    timeframe: Frame = Timeframe.M1,
    first: First = None,
    until: Last = None,
    pairs: Pairs = None,
) -> None:
    """Write a table to a file; every column says its unit."""
    from rustro_kernel.commands import data, export
    from rustro_kernel.commands.options import overrides

    wanted = export.Wanted(run, bars_of, timeframe, first, until)
    answer(*export.export(what, to, wanted, data.place(overrides(pairs or [], {}))))


@app.command("sync")
def data_sync(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="An index (with its futures), INDIAVIX, EXCHANGE:TOKEN or a trading symbol.",
        ),
    ] = None,
    first: First = None,
    until: Last = None,
    timeframe: Annotated[
        Timeframe, typer.Option(help="1m: longer bars are made of these.")
    ] = Timeframe.M1,
    again: Annotated[
        bool, typer.Option("--again", help="Also days that were read or are whole.")
    ] = False,
    pairs: Pairs = None,
) -> None:
    """Read missing bars from the broker, the last year's if not told; goes on after a break."""
    from rustro_kernel.commands import sync
    from rustro_kernel.commands.options import overrides

    wished = sync.Wishes(names or [], first, until, timeframe, again)
    answer(*sync.sync(wished, overrides(pairs or [], {})))
