"""The trial book: every try of a strategy on some days, for as long as the state folder lives.

The best of a hundred tries looks good on noise alone, so a figure means nothing without the number
of tries it was chosen from. Backtests, sweeps and walk-forwards write each try down, one line
each, in `<state.dir>/trials/`, a file for each strategy and underlying. The same settings, source
and days again are the same try.

A file with one more day, or a part of it, has other bytes and the same market: a try counts for
all data that hold one of the days it was made on with the same prices (`tried_days`).
"""

import datetime as dt
import logging
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from rustro_kernel.research import ratios
from rustro_kernel.research.daily import Daily
from rustro_kernel.research.deflated import skill
from rustro_kernel.research.plan import AnyPlan
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.tried_days import TriedDays

log = logging.getLogger(__name__)
FOLDER = "trials"


class Trial(msgspec.Struct, frozen=True):
    """One try.

    Attributes:
        sharpe: Of one day; None where no day differs from another.
        options: Identity of the real bars of options, if it had any.
        days: Key of the days it was made on; the book gives it.
    """

    config_hash: str
    source_hash: str
    first: str
    last: str
    trades: int
    net_paise: int
    sharpe: float | None
    options: str = ""
    days: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Equal for the same try."""
        return self.config_hash, self.source_hash, self.first, self.last, self.options


class Tries(msgspec.Struct, frozen=True):
    """How many different tries there were, and the variance of their daily Sharpe ratios."""

    count: int
    variance: float

    @classmethod
    def of(cls, sharpes: Sequence[float | None]) -> "Tries":
        """Count and spread of the daily Sharpe ratios of some tries; None: it has none."""
        known = [one for one in sharpes if one is not None]
        return cls(len(sharpes), float(np.var(known, ddof=1)) if len(known) > 1 else 0.0)

    def deflated(self, returns: Floats) -> float:
        """The chance that these returns are more than the best luck of so many tries.

        NaN where they do not vary. Where the tries' ratios do not vary either (or only one had
        any), luck is taken to spread as an estimate without skill does: 1/days.
        """
        if self.count <= 1:
            return skill(returns)
        return skill(returns, trials=self.count, variance=self.variance or 1 / len(returns))


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Trial)


class TrialBook:
    """The tries of one strategy on the days of some data, however those are cut.

    A book that is kept reads on from where it was: a slider asks for the count at every move.

    Args:
        state: The state folder.
        strategy: Its name.
        underlying: What it trades.
        prints: A fingerprint of each day by date: tries on other prices are left out.
    """

    def __init__(
        self, state: Path, strategy: str, underlying: str, prints: Mapping[dt.date, int]
    ) -> None:
        self.path = state / FOLDER / f"{strategy}-{underlying}.jsonl"
        self._days = TriedDays(state / FOLDER, prints)
        self._found: dict[tuple[str, ...], Trial] = {}
        self._read = 0

    @classmethod
    def of(cls, plan: AnyPlan) -> "TrialBook":
        """The book a plan's tries belong to."""
        history = plan.history
        return cls(plan.cfg.state.dir, plan.strategy.name, history.underlying, history.fingerprints)

    def add(self, dates: Iterable[dt.date], tries: Iterable[Trial]) -> None:
        """Write tries on some days of the data down.

        A folder that takes nothing is said in the log, and stops nobody.
        """
        try:
            key = self._days.keep(dates)
            lines = b"".join(_encoder.encode(replace(one, days=key)) + b"\n" for one in tries)
            _append(self.path, lines)
        except OSError as exc:
            log.warning("tries are not counted, %s cannot be written: %s", self.path, exc.strerror)

    def trials(self) -> list[Trial]:
        """Every different try, in the order of their first time."""
        for line in self._new_lines():
            if (one := _trial(line)) is not None and self._days.share(one.days):
                self._found.setdefault(one.identity, one)
        return list(self._found.values())

    def _new_lines(self) -> list[bytes]:
        """Whole lines that were not read yet; a file that is gone or shorter is another file."""
        size = self.path.stat().st_size if self.path.is_file() else 0
        if size < self._read:
            self._found, self._read = {}, 0
        if size == self._read:
            return []
        with self.path.open("rb") as file:
            file.seek(self._read)
            *lines, _ = file.read().split(b"\n")
        self._read += sum(len(line) + 1 for line in lines)
        return lines

    def tries(self) -> Tries:
        """Count and spread."""
        return Tries.of([one.sharpe for one in self.trials()])


def trial(plan: AnyPlan, days: Daily) -> Trial:
    """A finished try."""
    return Trial(
        plan.config_hash,
        plan.strategy.source_hash,
        str(days.dates[0]),
        str(days.dates[-1]),
        int(days.trades.sum()),
        int(days.net_paise.sum()),
        sharpe_of(days.returns),
        options_of(plan),
    )


def sharpe_of(returns: Floats) -> float | None:
    """The daily Sharpe ratio of a try; None where no day differs from another."""
    sharpe = float(ratios.daily_sharpe(returns))
    return None if math.isnan(sharpe) else sharpe


def options_of(plan: AnyPlan) -> str:
    """Identity of the real bars of options a plan has; empty without."""
    return bars.identity if (bars := plan.history.option_bars) else ""


def _append(path: Path, lines: bytes) -> None:
    """Add lines in one write: nobody's line ends up inside another's, nor in a torn one."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(file).st_size
        is_torn = size and os.pread(file, 1, size - 1) != b"\n"
        os.write(file, b"\n" + lines if is_torn else lines)
    finally:
        os.close(file)


def _trial(line: bytes) -> Trial | None:
    """None for the half line of a power cut."""
    try:
        return _decoder.decode(line)
    except ValueError:
        return None
