"""Market data you can trust: every quality rule with what it caught, and bars corrected since."""

from collections.abc import Iterable, Mapping

import ipywidgets

from rustro_kernel.domain.quality import Action, Counted, Gate, counted, quarantined
from rustro_kernel.engine.view import View
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.state_strip import chip
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import escape, grouped

HEAD = ("rule", "count", "action", "what it is", "threshold", "where")
WHERE = {Gate.WIRE.value: "stream", Gate.ENGINE.value: "engine", Gate.IMPORT.value: "import"}


class QualityPanel:
    """One line of totals, and the whole table."""

    title = "Data quality"

    def __init__(self) -> None:
        self.summary = HtmlPanel(
            lambda r: summary_html(rules(r.view, r.discarded), r.view.bars_corrected)
        )
        self.rules = HtmlPanel(lambda r: rules_html(rules(r.view, r.discarded)))
        self.widget = ipywidgets.VBox([self.summary.widget, self.rules.widget])

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self.summary.show(reading)
        self.rules.show(reading)


def rules(view: View, discarded: Mapping[str, int]) -> tuple[Counted, ...]:
    """The rules at work: the engine's, and in paper and live those of the broker's stream."""
    wire = () if view.mode == "sim" else counted(Gate.WIRE, discarded)
    return (*wire, *counted(Gate.ENGINE, view.flaws))


def summary_html(rows: Iterable[Counted], bars_corrected: int) -> str:
    """The totals and the rules that fired, in one line."""
    rows = tuple(rows)
    bad = quarantined(rows)
    total = chip(amount(bad, "tick", "quarantined"), "bad") if bad else chip("ticks clean", "good")
    bars = chip(amount(bars_corrected, "bar", "corrected"), "why") if bars_corrected else ""
    fired = (chip(f"{WHERE[r.gate]}: {r.rule} {grouped(r.count)}") for r in rows if r.count)
    words = ('<span class="faint">market data</span>', total, *fired, bars)
    return f'<div class="rustro-bar" style="gap:4px 6px">{"".join(words)}</div>'


def rules_html(rows: Iterable[Counted]) -> str:
    """Every rule; those that never fired stand back."""
    return f'<div class="rustro-rules">{table(HEAD, [_rule(r) for r in rows])}</div>'


def amount(count: int, noun: str, done: str) -> str:
    """1 tick quarantined, 1,200 ticks quarantined."""
    return f"{grouped(count)} {noun}{'' if count == 1 else 's'} {done}"


def _rule(rule: Counted) -> str:
    count = f"<b>{grouped(rule.count)}</b>" if rule.count else "0"
    facts = (rule.action, rule.meaning, rule.threshold, WHERE[rule.gate])
    return row((escape(rule.rule), count, *map(escape, facts)), _kind(rule))


def _kind(rule: Counted) -> str:
    """What was kept is only worth knowing; what was not is missing somewhere."""
    if not rule.count:
        return "off"
    return "fired" if rule.action == Action.KEPT.value else "fired bad"
