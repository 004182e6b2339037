"""From command line options to overrides of the configuration."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage

if TYPE_CHECKING:
    from rustro_kernel.data.importing.reading import Wishes

PLACES = (
    *("sim.data", "sim.vix_data", "run.out", "state.dir", "rules.override", "backup.dir"),
    *("strategy.file", "strategy.promoted"),
)
"""Keys that hold a path: made absolute, so that they mean the same in the notebook's kernel."""


def overrides(pairs: Sequence[str], flags: Mapping[str, object]) -> dict[str, str]:
    """Overrides by dotted key: the -p pairs, then the flags that were given.

    Raises:
        BadUsage: If a pair is not KEY=VALUE.
    """
    found = dict(_pair(text) for text in pairs)
    found |= {key: str(value) for key, value in flags.items() if value is not None}
    return {key: _place(value) if key in PLACES else value for key, value in found.items()}


def pairs(texts: Sequence[str], option: str, example: str) -> dict[str, str]:
    """KEY=VALUE texts of an option as a mapping.

    Raises:
        BadUsage: If one is not KEY=VALUE.
    """
    return dict(_pair(text, option, example) for text in texts)


def _pair(text: str, option: str = "-p", example: str = "strategy.min_dte=0") -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise BadUsage(f"{option} wants KEY=VALUE, such as {option} {example}, and got {text!r}")
    return key.strip(), value.strip()


def _place(text: str) -> str:
    return text if text == "null" else str(Path(text).expanduser().absolute())


def wishes(
    timeframe: Timeframe,
    maps: Sequence[str],
    zone: str | None,
    labels: str | None,
    units: str | None,
    dates: str | None,
    symbol: str | None,
) -> "Wishes":
    """What the options say of a file that is imported.

    Raises:
        BadUsage: If one is none of the words it may be.
    """
    from rustro_kernel.data.importing.reading import Wishes

    for name, said, known in (
        ("--labels", labels, ("start", "end")),
        ("--units", units, ("rupees", "paise")),
        ("--dates", dates, ("dmy", "mdy")),
    ):
        if said not in (None, *known):
            raise BadUsage(f"{name} {said}: is none of {', '.join(known)}")
    columns = dict(_pair(text, "--map", "close=Close") for text in maps)
    return Wishes(timeframe, columns, zone, labels, units, dates, symbol)
