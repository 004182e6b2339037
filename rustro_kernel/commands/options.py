"""From command line options to overrides of the configuration."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rustro_kernel.domain.errors import BadUsage

PLACES = ("sim.data", "sim.vix_data", "run.out", "state.dir", "rules.override")
"""Keys that hold a path: made absolute, so that they mean the same in the notebook's kernel."""


def overrides(pairs: Sequence[str], flags: Mapping[str, object]) -> dict[str, str]:
    """Overrides by dotted key: the -p pairs, then the flags that were given.

    Raises:
        BadUsage: If a pair is not KEY=VALUE.
    """
    found = dict(_pair(text) for text in pairs)
    found |= {key: str(value) for key, value in flags.items() if value is not None}
    return {key: _place(value) if key in PLACES else value for key, value in found.items()}


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise BadUsage(f"-p wants KEY=VALUE, such as -p strategy.min_dte=0, and got {text!r}")
    return key.strip(), value.strip()


def _place(text: str) -> str:
    return text if text == "null" else str(Path(text).expanduser().absolute())
