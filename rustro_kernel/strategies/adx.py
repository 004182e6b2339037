"""ADX on two timeframes, entry on a third (SPEC 8).

The day's direction needs a strong daily ADX, the hour must agree, and a breakout of the last full
hour or a pullback on 5-minute bars asks for the entry.
"""

from typing import ClassVar

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.settings import Strategy as StrategySettings
from rustro_kernel.domain.verdicts import Direction, Gate, TriggerKind
from rustro_kernel.strategies.base import Finding, Moment, Strategy, Trigger
from rustro_kernel.strategies.window import Window

ANY_PRICE = 1 << 62
LEAST_BARS = 28
"""Bars before Wilder's ADX(14) exists at all."""


class AdxStrategy(Strategy):
    """The first strategy; its parameters are the `strategy` section of the configuration."""

    name: ClassVar[str] = "adx"
    triggers: ClassVar[str] = "BREAKOUT or PULLBACK"
    params: StrategySettings

    def configure(self, settings: StrategySettings) -> None:
        """Its parameters are keys of the section itself."""
        self.params = settings

    def direction(self, daily: Window) -> Finding[Direction]:
        """CE or PE by the order of +DI and -DI, if the daily ADX is strong enough."""
        least = self.params.daily_adx_threshold
        count = Gate("daily_bars", len(daily), LEAST_BARS, len(daily) >= LEAST_BARS)
        if not count.ok:
            return Finding(Direction.NO_TRADE, (count,))
        adx, plus, minus = daily.adx(self.params.adx_period)[-1]
        strong = Gate("daily_adx", adx, least, adx >= least)
        order = Gate("daily_di", plus, minus, plus != minus)
        if not (strong.ok and order.ok):
            return Finding(Direction.NO_TRADE, (count, strong, order))
        answer = Direction.CE if plus > minus else Direction.PE
        return Finding(answer, (count, strong, order))

    def alignment(self, hours: Window, direction: Direction) -> Finding[bool]:
        """The hourly ADX is strong and its DI order is the day's."""
        least = self.params.hourly_adx_threshold
        if len(hours) < LEAST_BARS:
            return Finding(False, (Gate("hourly_bars", len(hours), LEAST_BARS, False),))
        adx, plus, minus = hours.adx(self.params.adx_period)[-1]
        agrees = plus > minus if direction is Direction.CE else minus > plus
        strong = Gate("hourly_adx", adx, least, adx >= least)
        order = Gate("hourly_di", plus, minus, agrees and direction is not Direction.NO_TRADE)
        return Finding(bool(strong.ok and order.ok), (strong, order))

    def calm(self, direction: Direction, last_hour: Bar | None) -> tuple[int, int]:
        """Without a new 5m bar only a breakout can be: a close past the last full hour."""
        if last_hour is None:
            return 0, ANY_PRICE
        up = direction is Direction.CE
        return (0, last_hour.high) if up else (last_hour.low, ANY_PRICE)

    def trigger(self, moment: Moment) -> Finding[Trigger | None]:
        """Breakout first; a pullback at the same time is its secondary."""
        breakout = self._breakout(moment)
        pullback = self._pullback(moment)
        found = [
            kind
            for kind, gates in (
                (TriggerKind.BREAKOUT, breakout),
                (TriggerKind.PULLBACK, pullback),
            )
            if gates and all(gate.ok for gate in gates)
        ]
        trigger = Trigger(found[0], found[1] if len(found) > 1 else None) if found else None
        return Finding(trigger, (*breakout, *pullback))

    def _breakout(self, moment: Moment) -> tuple[Gate, ...]:
        hour = moment.last_hour
        if hour is None:
            return (Gate("breakout.close_paise", moment.minute.close, None, None),)
        up = moment.direction is Direction.CE
        close, level = moment.minute.close, hour.high if up else hour.low
        past = close > level if up else close < level
        mult, least = self.params.breakout_volume_mult, self.params.breakout_min_minutes
        wanted = mult * moment.last_hour_volume
        busy = mult == 0 or moment.running_volume > wanted
        into = moment.minutes_into_hour
        return (
            Gate("breakout.close_paise", close, level, past),
            Gate("breakout.volume", moment.running_volume, wanted, busy),
            Gate("breakout.minutes", into, least, into >= least),
        )

    def _pullback(self, moment: Moment) -> tuple[Gate, ...]:
        fives = moment.fives
        if not moment.is_five or len(fives) < 2:
            return ()
        up = moment.direction is Direction.CE
        params = self.params
        ema = fives.ema(params.ema_period)
        close, previous = fives.bars[-1].close, fives.bars[-2].close
        recent = fives.rsi(params.rsi_period)[-params.pullback_rsi_lookback :]
        if any(value != value for value in (ema[-1], ema[-2], *recent)):
            return (Gate("pullback.ready", None, None, False),)
        extreme = min(recent) if up else max(recent)
        crossed = (
            close > ema[-1] and previous <= ema[-2]
            if up
            else close < ema[-1] and previous >= ema[-2]
        )
        limit = params.rsi_low if up else params.rsi_high
        return (
            Gate("pullback.ema_paise", close, ema[-1], crossed),
            Gate(
                "pullback.close_paise",
                close,
                previous,
                close > previous if up else close < previous,
            ),
            Gate("pullback.rsi", extreme, limit, extreme < limit if up else extreme > limit),
        )
