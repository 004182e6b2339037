"""What the market and the strategy did in a day: direction, alignment, VIX, gaps."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.money import rupees
from rustro_kernel.domain.quality import (
    DAY_OVER,
    NOT_WATCHED,
    Counted,
    Gate as QualityGate,
    counted,
    quarantined,
)
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.market import DataQualityError
from rustro_kernel.engine.events.strategy import (
    DailyDirectionDetermined,
    HourlyAlignmentDetermined,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.bars.stated import standing
from rustro_kernel.records.pick import said, stated


class DirectionFigures(msgspec.Struct, frozen=True):
    """The day's direction of one underlying and what it rests on."""

    underlying: str
    direction: str
    adx: float | None
    warmup_short: bool
    gates: tuple[Gate, ...]


class AlignmentFigures(msgspec.Struct, frozen=True):
    """One completed hour."""

    underlying: str
    at: str  # HH:MM:SS IST
    aligned: bool
    adx: float | None


class VixFigures(msgspec.Struct, frozen=True):
    """India VIX in points, from its minute bars, and what it triggered."""

    low: float | None
    high: float | None
    last: float | None
    breakers: int


class GapFigures(msgspec.Struct, frozen=True):
    """How the data came."""

    gaps: int
    recoveries: int
    failed_recoveries: int
    bars_delayed: int
    disconnections: int
    quarantined: int  # ticks not used, or not for bars
    bars_corrected: int  # stated, and another one since minutes were recovered


def directions(events: Sequence[Event]) -> tuple[DirectionFigures, ...]:
    """Every direction determined, in order."""
    return tuple(
        DirectionFigures(d.underlying, d.direction, adx_of(d.gates), d.warmup_short, d.gates)
        for d in said(events, DailyDirectionDetermined)
    )


def alignments(events: Sequence[Event]) -> tuple[AlignmentFigures, ...]:
    """Every completed hour, in order."""
    return tuple(
        AlignmentFigures(a.underlying, show_clock(e.ts), a.aligned, adx_of(a.gates))
        for e, a in stated(events, HourlyAlignmentDetermined)
    )


def adx_of(gates: Sequence[Gate]) -> float | None:
    """The ADX among some gates."""
    values = [g.value for g in gates if "ADX" in g.name.upper() and not isinstance(g.value, bool)]
    return next((float(v) for v in values if isinstance(v, int | float)), None)


def vix_figures(events: Sequence[Event]) -> VixFigures:
    """The range of India VIX and how often the breaker went."""
    bars = [b for b in standing(events) if "VIX" in b.symbol.upper() and b.timeframe == "1m"]
    bars.sort(key=lambda bar: bar.start_ns)
    breakers = sum(e.type == "VixSpike" for e in events)
    if not bars:
        return VixFigures(None, None, None, breakers)
    low, high = min(b.low_paise for b in bars), max(b.high_paise for b in bars)
    return VixFigures(rupees(low), rupees(high), rupees(bars[-1].close_paise), breakers)


def gap_figures(events: Sequence[Event]) -> GapFigures:
    """Gaps, recoveries and bad ticks."""
    kinds = Counter(e.type for e in events)
    return GapFigures(
        gaps=kinds["DataGapDetected"],
        recoveries=kinds["RecoveryCompleted"],
        failed_recoveries=kinds["RecoveryFailed"],
        bars_delayed=kinds["BarDelayed"],
        disconnections=kinds["StreamDisconnected"],
        quarantined=quarantined(quality_figures(events)),
        bars_corrected=kinds["BarCorrected"],
    )


def quality_figures(events: Sequence[Event]) -> tuple[Counted, ...]:
    """Every quality rule a ledger speaks of, with the ticks it caught as last stated.

    A run that ended in good order has stated them all; of one that was killed, ticks of the last
    minute may be missing here. `records.quarantine` lists every one, also those nobody watched.
    """
    last = {(e.instrument, e.rule): e.count for e in said(events, DataQualityError)}
    counts: Counter[str] = Counter()
    for (_, rule), count in last.items():
        counts[rule] += count
    rows = counted(QualityGate.ENGINE, counts)
    return tuple(row for row in rows if row.rule not in (NOT_WATCHED, DAY_OVER))
