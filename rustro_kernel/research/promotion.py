"""`rk.promote`: a parameter set becomes a file that sessions trade and record.

The file is TOML: the settings, and a table `promotion` with its version, the evidence, what the
gate said and a hash of everything. A session takes it by `--config` or `strategy.promoted`, and
refuses it once anything in it was changed.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.configuration.promoted import FORMAT, HASH, content_hash
from rustro_kernel.configuration.toml import line
from rustro_kernel.domain.errors import BadUsage, NotPromoted
from rustro_kernel.research.candidate import Candidate, candidate
from rustro_kernel.research.result import Result
from rustro_kernel.research.walk import WalkForward

WHOLE = ("strategy", "exits", "hours")
"""Sections of which every key is kept, so that other defaults of a later version change nothing."""
PARTS = ("bars", "risk", "orders", "data")
"""Sections of which only what was set is kept: the rest is the operator's."""
NOT_KEPT = ("enabled", "promoted", "promotion", "promotion_source", "live_max_lots")
FOLDER = Path("promoted")
LEAST_REASON = 8
HEAD = "# A promoted parameter set. A change makes it invalid: promote another one instead.\n"


def promote(
    source: WalkForward | Result | Candidate | str | Path,
    path: str | Path | None = None,
    *,
    override: str = "",
) -> Path:
    """Write the best set of a walk-forward as a promoted file, if the gate lets it through.

    Args:
        source: A walk-forward, or a folder it was saved in. A backtest or a run has no tests: it
            is promoted only with `override`.
        path: A new file; promoted/<strategy>-<version>.toml if not told.
        override: Why it is promoted against the gate, in at least eight letters. It is written
            into the file.

    Raises:
        NotPromoted: If the gate says no; it names every reason.
        BadUsage: If the source is none, or the file or its strategy's is there already.
    """
    found = source if isinstance(source, Candidate) else candidate(source)
    against = [verdict.says for verdict in found.verdicts if not verdict.ok]
    if against and len(override.strip()) < LEAST_REASON:
        if override.strip():
            against.append(
                f"a reason to override it has {LEAST_REASON} letters or more, got {override!r}"
            )
        raise NotPromoted(found.strategy.name, tuple(against))
    place, number = _place(found.strategy.name, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    own = _own_file(place, found.strategy.source) if found.strategy.is_own else None
    why = override.strip() if against else ""
    place.write_text(_text(found, number, own, why), encoding="utf-8")
    return place


def kept(cfg: Config, own: str | None = None) -> dict[str, dict[str, object]]:
    """The settings of a set: what decides when it trades. `own` is its strategy's file."""
    tree, unusual = cfg.model_dump(), cfg.unusual
    found: dict[str, dict[str, object]] = {}
    for section in (*WHOLE, *PARTS):
        values = {
            name: value
            for name, value in tree[section].items()
            if name not in NOT_KEPT and (section in WHOLE or f"{section}.{name}" in unusual)
        }
        if values:
            found[section] = values
    found["strategy"]["file"] = own
    return found


def _own_file(place: Path, source: str) -> str:
    """Write the strategy beside its set; never over another text. Returns the file's name."""
    file = place.with_suffix(".py")
    if file.exists() and file.read_text(encoding="utf-8") != source:
        raise BadUsage(f"{file} is there already, with another text; promote to another name")
    file.write_text(source, encoding="utf-8")
    return file.name


def _place(strategy: str, path: str | Path | None) -> tuple[Path, int]:
    """A file that is not there yet, and its version."""
    if path is not None:
        place = Path(path)
        if place.suffix != ".toml":
            raise BadUsage(f"a promoted set is a file that ends in .toml, got {place}")
        if place.exists():
            raise BadUsage(f"{place} is there already; a promoted set is never written over")
        return place, 1 + len(list(place.parent.glob(f"{strategy}-*.toml")))
    number = 1
    while (place := FOLDER / f"{strategy}-{number:03d}.toml").exists():
        number += 1
    return place, number


def _text(found: Candidate, number: int, own: str | None, why: str) -> str:
    """The whole file, with the hash of everything else in it."""
    settings = kept(found.cfg, own)
    unset = [f"{s}.{k}" for s, part in settings.items() for k, v in part.items() if v is None]
    facts: dict[str, object] = {
        "format": FORMAT,
        "version": number,
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "strategy_hash": found.strategy.source_hash,
        "rustro": version("rustro"),
        "unset": [key for key in unset if key != "strategy.file"],
        "override": why,
    }
    gate = {one.name: f"{'yes' if one.ok else 'NO'}: {one.says}" for one in found.verdicts}
    evidence = msgspec.to_builtins(found.evidence)
    tables: Sequence[tuple[str, Mapping[str, object]]] = [
        *settings.items(),
        ("promotion.gate", gate),
        ("promotion.evidence", evidence),
    ]
    body = "".join(f"\n[{name}]\n{_lines(part)}" for name, part in tables)
    draft = f"{HEAD}\n[promotion]\n{_lines(facts)}{body}"
    hashed = line(HASH, content_hash(tomllib.loads(draft)))
    return draft.replace("[promotion]\n", f"[promotion]\n{hashed}", 1)


def _lines(part: Mapping[str, object]) -> str:
    return "".join(line(key, value) for key, value in part.items())
