"""A simulated market for one day of one underlying."""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from rustro_kernel.domain.bars import Bar, Series
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import MarketNotice
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.chain import master
from rustro_kernel.simulator.generated_day import generated_day
from rustro_kernel.simulator.history import history
from rustro_kernel.simulator.notices import notices
from rustro_kernel.simulator.past_minutes import past_minutes
from rustro_kernel.simulator.real_day import real_day
from rustro_kernel.simulator.regimes import AUTO
from rustro_kernel.simulator.scene import Calendar, Scene
from rustro_kernel.simulator.stage import Stage

END_OF_TIME = 1 << 62


class SimMarket:
    """Plays one day; implements `rustro_kernel.ports.Market`.

    Nothing it sends depends on what else is watched, or since when.
    """

    def __init__(self, scene: Scene, anchor: str = "open") -> None:
        self._scene, self._anchor = scene, anchor
        self._instruments = master(scene.contract, scene.previous_close)
        self._stage = Stage(scene, self._instruments)

    @classmethod
    def from_file(
        cls,
        bars: BarFile,
        date: dt.date,
        rules: Calendar,
        underlying: str,
        seed: int,
        vix_file: Path | None = None,
        anchor: str = "open",
    ) -> "SimMarket":
        """The market of a real day.

        Raises:
            BadData: If the file has no bars on that date, or the VIX file cannot be used.
        """
        return cls(real_day(bars, date, rules, underlying, seed, vix_file), anchor)

    @classmethod
    def generated(
        cls,
        date: dt.date,
        rules: Calendar,
        underlying: str,
        seed: int,
        regime: str = AUTO,
        anchor: str = "open",
    ) -> "SimMarket":
        """The market of a generated day.

        Raises:
            BadConfig: If there is no such regime.
        """
        return cls(generated_day(date, rules, underlying, seed, regime), anchor)

    @property
    def rules(self) -> DayRules:
        """The rules of the day that is played."""
        return self._scene.rules

    @property
    def identity(self) -> str:
        """File name and hash, or the generator's regime and seed."""
        return self._scene.identity

    @property
    def synthetic(self) -> tuple[str, ...]:
        """Which parts are invented, in words."""
        return self._scene.synthetic

    def instruments(self) -> tuple[Instrument, ...]:
        """Today's master: index, VIX, future, then options by expiry, strike, CE before PE."""
        return self._instruments

    def history(self, bars: int = 500) -> tuple[Series, ...]:
        """The bars before today; short last hours included."""
        return history(self._scene, bars, self._anchor)

    def past_minutes(self, key: InstrumentKey, from_ns: int, to_ns: int) -> list[Bar]:
        """1m bars of the days before today, from <= start <= to; of index and future only."""
        return past_minutes(self._scene, key, from_ns, to_ns)

    def previous_close(self, key: InstrumentKey) -> int:
        """Where an instrument closed yesterday, in paise.

        Only the index has a yesterday; of the others the first price of today stands in.
        """
        if key == self._instruments[0].key:
            return self._scene.previous_close
        first = next(self._stage.ticks(key, 0, END_OF_TIME, depth=False), None)
        return first.ltp if first else 0

    def ticks(self, key: InstrumentKey, from_ns: int, to_ns: int) -> Iterator[Tick]:
        """One instrument's ticks of a stretch, watched or not, with five levels if it is quoted."""
        return self._stage.ticks(key, from_ns, to_ns, depth=True)

    def notices(self) -> list[tuple[int, MarketNotice]]:
        """What the exchange announces today and when, in order."""
        return notices(self._scene.rules)

    def watch(self, keys: Iterable[InstrumentKey], *, depth: bool) -> None:
        """Send these from the next second on, with five levels where `depth`; the last call wins.

        Raises:
            BadData: If a key is not in the master.
        """
        self._stage.watch(keys, depth=depth)

    def unwatch(self, keys: Iterable[InstrumentKey]) -> None:
        """Stop sending these."""
        self._stage.unwatch(keys)

    def seconds(self) -> Iterator[tuple[int, list[Tick]]]:
        """Every second from the first open to the last close, with its ticks.

        Ticks are those of the instruments watched when the second is asked for, sorted by
        (exch_ts, key), with second_ns <= exch_ts < second_ns + 1 s. Seconds in which nothing
        ticks come too, with an empty list.
        """
        hours = self._scene.hours.seconds
        return self._stage.seconds(int(hours[0]), int(hours[-1]) + SECOND)
