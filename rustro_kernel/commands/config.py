"""`rustro config`: every key in words, a check, and a file to start from."""

from collections.abc import Sequence
from pathlib import Path

from rustro_kernel.commands.options import overrides
from rustro_kernel.config import Config
from rustro_kernel.configuration import toml
from rustro_kernel.configuration.fields import Row
from rustro_kernel.domain.errors import BadUsage

ROUND_TRIP_PCT = (0.7, 1.7)
"""What a lot costs to buy and sell again, of the premium: charges and spread."""


def load(path: Path | None, profile: str | None, pairs: Sequence[str]) -> Config:
    """The configuration as `rustro run` would have it."""
    return Config.load(path, profile=profile, **overrides(pairs, {}))


def shown(config: Config) -> str:
    """Every key with its value, range and meaning; valid TOML."""
    return _by_section([(row, _line(row.key, config.value(row.key))) for row in Config.describe()])


def template() -> str:
    """Every key, commented out at its default: a file to start from."""
    head = "# rustro: remove the # of what you change. Values shown are the defaults.\n\n"
    lines = [(row, _commented(_line(row.key, row.default))) for row in Config.describe()]
    return head + _by_section(lines)


def init(path: Path) -> str:
    """Write the template.

    Raises:
        BadUsage: If the file exists or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError as exc:
        raise BadUsage(f"{path} is there already and was left as it is") from exc
    except OSError as exc:
        raise BadUsage(f"{path} was not written: {exc.strerror}") from exc
    return f"wrote {path}; check it with: rustro config check --config {path}"


def checked(config: Config) -> str:
    """What is set apart from the defaults, and what is worth knowing of it."""
    changed = [
        f"  {row.key} = {config.value(row.key)} (default {row.default})"
        for row in Config.describe()
        if config.value(row.key) != row.default
    ]
    lines = [f"the configuration is fine; hash {config.hash()[:16]}"]
    lines += ["changed:", *changed] if changed else ["everything is at its default"]
    return "\n".join([*lines, *trail_note(config)])


def trail_note(config: Config) -> list[str]:
    """A sentence when the trailing stop, once armed, can lock in a loss."""
    exits = config.exits
    locked = 100 * ((1 + exits.trail_activate_pct / 100) * (1 - exits.trail_gap_pct / 100) - 1)
    low, high = ROUND_TRIP_PCT
    if exits.trail_floor == "breakeven" or locked >= high:
        return []
    return [
        f"note: when the trailing stop is armed it rests {locked:+.2f} % from the entry price, and "
        f"a lot's round trip costs {low}-{high} %: an exit there can be a net loss "
        "(exits.trail_floor = 'breakeven' prevents it)"
    ]


def _line(key: str, value: object) -> str:
    return toml.line(key.rpartition(".")[2], value).rstrip()


def _commented(line: str) -> str:
    return line if line.startswith("#") else f"# {line}"


def _by_section(lines: Sequence[tuple[Row, str]]) -> str:
    """The lines under their section's head, each with its meaning above it."""
    text, section = "", ""
    for row, line in sorted(lines, key=lambda pair: "." in pair[0].key):  # TOML: loose keys first
        head = row.key.rpartition(".")[0]
        if head != section:
            text, section = f"{text}\n[{head}]\n", head
        text += f"# {row.description}; {row.allowed}\n{line}\n"
    return text
