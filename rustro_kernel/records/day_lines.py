"""One readable line for what a person wants to see go by; nothing for the rest."""

from collections.abc import Callable
from typing import Any

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE, show_clock, show_time
from rustro_kernel.domain.money import round_half_up
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.turn import Event


def line(event: Event) -> str | None:
    """The line of an event, with its time; None for an event nobody waits for.

    A position whose price alone changed gets a line each quarter of an hour.
    """
    if event.type == "PositionUpdated" and event.cause is None and not _is_quarter(event.ts):
        return None
    text = words(event)
    return f"{show_clock(event.ts)} {text}" if text else None


def words(event: Event) -> str | None:
    """What an event says, without its time; None where there are no words for it."""
    say = _WORDS.get(event.type)
    return say(event.data) if say else None


def _is_quarter(ts_ns: int) -> bool:
    return ts_ns // MINUTE % 15 == 0


def _rupees(amount: int) -> str:
    return f"{amount / 100:.2f}"


def _signed(amount: int) -> str:
    return f"{amount / 100:+.2f}"


def _average(value: int, units: int) -> str:
    return _rupees(round_half_up(value, max(units, 1)))


def _bar(timeframe: str, start_ns: int) -> str:
    """A bar by its start; a day's starts at midnight, which nobody wants to read."""
    is_day = timeframe == Timeframe.D1.value
    return f"{timeframe} bar" if is_day else f"{timeframe} bar of {show_clock(start_ns)[:5]}"


def _gates(gates: tuple[Gate, ...]) -> str:
    return ", ".join(_gate(gate) for gate in gates) or "no data"


def _gate(gate: Gate) -> str:
    """A gate's value against its threshold."""
    value, threshold = gate.value, gate.threshold
    if isinstance(value, float) and isinstance(threshold, int | float):
        if gate.name.endswith("_adx"):
            return f"ADX {value:.1f} {'>=' if value >= threshold else '<'} {threshold:g}"
        if gate.name.endswith("_di"):
            return f"+DI {value:.1f} {'>' if value > threshold else '<='} -DI {threshold:.1f}"
    return f"{gate.name} {value} against {threshold}: {_VERDICTS[gate.ok]}"


_VERDICTS = {True: "yes", False: "no", None: "not evaluated"}

_STAGES = {"ENTRIES_ENDED": "no entry is at work", "BOOKS_FLAT": "flat by our own books"}
_OUTCOMES = {
    "PROVEN_FLAT": "flat as proven by the broker",
    "BROKER_DISAGREES": "THE BROKER STILL SHOWS POSITIONS",
    "BROKER_SILENT": "the broker did not answer, FLAT IS NOT PROVEN",
}

_WORDS: dict[str, Callable[[Any], str]] = {
    "LogInitialized": lambda d: f"Session {d.session_id}",
    "ConfigLoaded": lambda d: (
        f"Configuration loaded: {d.mode}, strategy {d.strategy}, balance "
        + (_rupees(d.balance_paise) if d.balance_paise else "as the broker says")
        + (f", promoted set {d.promotion[:12]}" if d.promotion else "")
    ),
    "DataIdentified": lambda d: (
        f"Market data: {d.data}" + (f"; synthetic: {', '.join(d.synthetic)}" if d.synthetic else "")
    ),
    "SessionRestarted": lambda d: (
        f"Session goes on after {d.down_ns / 1e9:.0f} s; orders to look up: {d.orders}"
        + (f"; as it began, whatever was set since: {', '.join(d.ignored)}" if d.ignored else "")
    ),
    "LedgerRepaired": lambda d: f"Records repaired: {d.cut}",
    "PositionReconciled": lambda d: (
        f"{d.symbol}: {d.booked} units booked, the broker holds {d.held}"
    ),
    "OrphanFound": lambda d: f"NOT OURS: {d.units:+d} units of {d.instrument}, never touched",
    "StorageReady": lambda _: "Storage ready",
    "BrokerClientReady": lambda d: f"Broker ready: {d.broker}",
    "CredentialsLoaded": lambda d: f"Credentials found: {d.source}",
    "LoginCalled": lambda d: f"Logging in: {d.broker}",
    "TokenLoaded": lambda d: f"Tokens valid until {show_time(d.expires_ns)}",
    "TokenExpiryWarning": lambda d: f"Tokens end at {show_time(d.expires_ns)}: renewing",
    "TokenRefreshed": lambda d: f"Tokens renewed, valid until {show_time(d.expires_ns)}",
    "TokenInvalid": lambda d: f"NO TOKENS: {d.problem}",
    "HealthChecked": lambda d: f"Checks before trading: {d.summary}",
    "TradingDayChecked": lambda d: f"{d.date} is a trading day ({d.name or d.kind})",
    "CalendarValidated": lambda d: (
        f"Not known for certain: {', '.join(d.unverified)}" if d.unverified else ""
    ),
    "InstrumentMasterLoaded": lambda d: f"Instrument master: {d.instruments} instruments",
    "OptionChainCached": lambda d: (
        f"{d.underlying} option chain: expiry {d.expiry}, lot {d.lot}, {d.strikes} strikes"
    ),
    "HistorySyncCompleted": lambda d: (
        f"{d.underlying} history: {d.daily} daily, "
        f"{d.hourly} hourly, {d.five_minute} 5m bars{' (short)' if d.warmup_short else ''}"
    ),
    "HistorySyncFailed": lambda d: f"History failed: {d.problem}",
    "StreamConnected": lambda _: "Stream connected",
    "StreamDisconnected": lambda d: f"Stream lost: {d.reason}",
    "StreamError": lambda d: f"Stream still down: {d.reason}",
    "MarketPhaseDetermined": lambda d: f"Market {d.phase}{f': {d.reason}' if d.reason else ''}",
    "EntryWindowOpened": lambda _: "Entry window opened",
    "EntryWindowClosed": lambda _: "Entry window closed",
    "PhaseRevalidationRequired": lambda d: f"Hours changed: {d.reason}",
    "NoTradeModeActivated": lambda d: f"No trade today: {d.reason}",
    "DailyDirectionDetermined": lambda d: (
        f"{d.underlying} direction {d.direction}: " + _gates(d.gates)
    ),
    "HourlyAlignmentDetermined": lambda d: (
        f"{d.underlying} {'aligned' if d.aligned else 'not aligned'}: {_gates(d.gates)}"
    ),
    "DataGapDetected": lambda d: f"{d.symbol} silent since {show_clock(d.since_ns)}",
    "BarCorrected": lambda d: (
        f"{d.symbol} {_bar(d.timeframe, d.start_ns)} corrected from history: "
        f"O {_rupees(d.open_paise)} H {_rupees(d.high_paise)} L {_rupees(d.low_paise)} "
        f"C {_rupees(d.close_paise)}, volume {d.volume}"
    ),
    "RecoveryCompleted": lambda d: (
        f"{d.symbol} recovered: {d.bars} new minutes, {d.corrected} corrected"
    ),
    "RecoveryFailed": lambda d: f"{d.symbol} not recovered: {d.problem}",
    "SignalGenerated": lambda d: (
        f"Signal {d.trigger} {d.direction}: {d.symbol} {d.units} units at {_rupees(d.ltp_paise)}"
    ),
    "ExitSignalGenerated": lambda d: (
        f"Exit signal {d.reason}: position {d.position_id} at {_rupees(d.price_paise)}"
    ),
    "PreOrderValidationFailed": lambda d: f"Order not sent, checks failed: {', '.join(d.failed)}",
    "OrderSubmissionRequired": lambda d: (
        f"Order {d.side} {d.symbol} {d.units} units limit {_rupees(d.limit_paise)} "
        + (f"from {_rupees(d.trigger_paise)} on" if d.trigger_paise else f"(attempt {d.attempt})")
    ),
    "OrderModificationRequired": lambda d: (
        f"Protective stop now {d.units} units from {_rupees(d.trigger_paise)} on"
    ),
    "OrderExecuted": lambda d: (
        f"Order filled: {d.filled} units at {_average(d.value_paise, d.filled)}"
    ),
    "OrderPartiallyFilled": lambda d: f"Order partly filled: {d.filled} of {d.units} units",
    "OrderRejected": lambda d: f"Order rejected: {d.code} {d.message}",
    "OrderOutcomeUnknown": lambda d: f"Order outcome unknown: {d.tag} {d.message}".rstrip(),
    "OrderAbsent": lambda d: f"Order never reached the broker: {d.tag}",
    "LateFillAdopted": lambda d: (
        f"Late fill: {d.late_units} units at {_average(d.late_value_paise, d.late_units)} ({d.tag})"
    ),
    "FillRevalued": lambda d: (
        f"Fill of {d.tag} corrected: {d.filled} units at {_average(d.value_paise, d.filled)}"
    ),
    "OrderReportImpossible": lambda d: (
        f"Impossible report: order {d.tag} is {d.state}, the broker says {d.reported}"
    ),
    "OversoldFound": lambda d: f"OVERSOLD: {d.symbol} {d.units} units more sold than held",
    "OrderFailedPermanent": lambda d: f"Entry given up: {d.reason}, {d.filled} of {d.units} units",
    "ExitChaseStarted": lambda d: f"Exit is chased: {d.remaining} units left",
    "UnclosedAtClose": lambda d: f"NOT CLOSED at the close: {d.symbol} {d.units} units",
    "PositionOpened": lambda d: (
        f"Position opened: {d.symbol} {d.units} units "
        f"at {_average(d.value_paise, d.units)}, stop {_rupees(d.stop_paise)}"
        + (
            f"; the trailing stop lies below costs (break-even {_rupees(d.break_even_paise)})"
            if d.trail_below_cost
            else ""
        )
    ),
    "PositionUpdated": lambda d: (
        f"Position updated: {d.symbol} current {_rupees(d.price_paise)}, "
        f"P&L {_signed(d.pnl_paise)} ({d.pnl_bps / 100:+.1f} %)"
    ),
    "StopLossHit": lambda d: f"Stop hit: {_rupees(d.price_paise)} <= {_rupees(d.stop_paise)}",
    "TrailingStopActivated": lambda d: f"Trailing stop armed at {_rupees(d.stop_paise)}",
    "TargetReached": lambda d: f"Target reached at {_rupees(d.price_paise)}",
    "PositionClosed": lambda d: (
        f"Position closed: {d.symbol} {d.units} units, {d.reason}, "
        f"gross {_signed(d.gross_paise)}, charges {_rupees(d.charges_paise)}, "
        f"net {_signed(d.net_paise)}"
    ),
    "VixSpike": lambda d: f"VIX breaker ({d.rule}): {_rupees(d.vix_paise)}",
    "VixNormalised": lambda d: f"VIX back to {_rupees(d.vix_paise)}",
    "DailyLossLimitHit": lambda d: f"Daily loss limit hit: {_signed(d.pnl_paise)}",
    "ConsecutiveLossLimitHit": lambda d: (
        f"{d.losses} losses in a row, pause until {show_clock(d.until_ns)}"
    ),
    "CooldownEnded": lambda _: "Pause after losses ended",
    "TradingHalted": lambda d: f"Entries off: {d.reason}",
    "TradingResumed": lambda d: f"Entries no longer blocked by {d.reason}",
    "MarginBreach": lambda d: f"Margin use {d.used_bps / 100:.1f} %: closing {d.position_id}",
    "EodMandatoryExit": lambda d: f"End of day exit ({d.reason}): {d.positions} open",
    "MarketClosed": lambda _: "Market closed",
    "CommandReceived": lambda d: (
        f"Command {d.name} {'accepted' if d.accepted else 'refused'}"
        + (f": {d.reply}" if d.reply else "")
    ),
    "ParameterChanged": lambda d: f"{d.setting}: {d.old} -> {d.new} (from the next bar)",
    "KillSwitchActivated": lambda d: (
        f"KILL by {d.actor}: {d.positions} open" + (f" ({d.reason})" if d.reason else "")
    ),
    "KillStageReached": lambda d: f"Kill: {_STAGES[d.stage]} after {d.after_ms} ms",
    "KillOverdue": lambda d: (
        f"KILL NOT PROVEN FLAT after {d.after_ms} ms: "
        f"{len(d.exposed)} open, {len(d.pending)} orders at work"
    ),
    "KillCompleted": lambda d: f"Kill over after {d.after_ms} ms: {_OUTCOMES[d.outcome]}",
    "LimitedModeStarted": lambda d: (
        f"Limited until {show_clock(d.until_ns)}: {d.size_bps / 100:g} % of the size, "
        f"{d.max_positions} position at a time"
    ),
    "LimitedModeEnded": lambda _: "Limited mode ended",
    "StrategyFailed": lambda d: f"The strategy failed ({d.question}): {d.error}; entries off",
    "Alerted": lambda d: f"ALERT ({d.level}): {d.text}",
    "ShutdownRequested": lambda d: (
        f"Stop asked for by {d.actor}"
        + (", closing everything" if d.flatten else ", leaving positions")
    ),
    "ShutdownCompleted": lambda d: f"Done: {d.reason} (exit code {d.exit_code})",
}
