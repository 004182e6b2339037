"""The one style sheet of the panels; its colours follow JupyterLab's light or dark theme."""

from rustro_widgets.charts import palette as gates
from rustro_widgets.panels.candle_figure import AIR_PX, MARGIN
from rustro_widgets.panels.live_text import CSS as PARTS
from rustro_widgets.panels.palette import BLUE_ORANGE, RED_GREEN

AROUND_PX = 2
"""What ipywidgets keep free around every widget (`--jp-widgets-margin`)."""
UP, DOWN = RED_GREEN.up, RED_GREEN.down
DIM = {"direction": "#3d444d", "aligned": "#59636e", "trigger": "#8a7a2a"}
"""Gates that close for hours, on black: they must not outshine the others."""


def _gate_colours() -> str:
    """A colour for each gate on the strip and in its legend."""
    light = [f".g-{gate} {{ background: {colour}; }}" for gate, colour in gates.GATES.items()]
    dark = [
        f'body[data-jp-theme-light="false"] .g-{gate} {{ background: {colour}; }}'
        for gate, colour in DIM.items()
    ]
    return "\n".join([*light, *dark, f".g-other {{ background: {gates.OTHER}; }}"])


FRAME = """
.rustro-cockpit, .rustro-report {
  --ink: var(--jp-ui-font-color1, #24292f); --faint: var(--jp-ui-font-color2, #6e7781);
  --line: var(--jp-border-color2, #d0d7de); --paper: var(--jp-layout-color1, #fff);
  --raised: var(--jp-layout-color2, #f6f8fa);
  --up: UP; --down: DOWN; --up-ink: UP; --down-ink: DOWN; --near: #e69f00;
  background: var(--paper);
}
.rustro-apart { --up: UP2; --down: DOWN2; --up-ink: UP2; --down-ink: #e8722c; }
body[data-jp-theme-light="true"] .rustro-cockpit { --up-ink: #00796b; --down-ink: #c62828; }
body[data-jp-theme-light="true"] .rustro-cockpit.rustro-apart {
  --up-ink: #0b5cad; --down-ink: #b34700; }
.rustro-cockpit { padding: 6px 8px; gap: 4px;
  border: 3px solid var(--line); border-radius: 6px; }
.rustro-cockpit.rustro-sim { border-color: #0b5cad; }
.rustro-cockpit.rustro-paper { border-color: #e69f00; }
.rustro-cockpit.rustro-live { border: 6px solid #c62828; }
.rustro-cockpit .widget-html-content { line-height: 1.35; }
.rustro-cockpit .widget-html { margin: 0; }
.rustro-cockpit .widget-label { color: var(--ink); }
.rustro-cockpit .widget-checkbox { display: flex; align-items: center; margin-left: 18px; }
.rustro-cockpit *:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2);
  outline-offset: 1px; }
.rustro-bar { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center;
  color: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
.rustro-bar b { font-weight: 600; }
.rustro-bar .faint, .rustro-meter .faint { color: var(--faint); }
.rustro-bar .big { font-size: 20px; font-weight: 600; }
.rustro-mode { padding: 3px 14px; margin-right: 8px; border-radius: 4px; font-weight: 700;
  letter-spacing: .08em; }
.rustro-mode.sim { background: #0b5cad; color: #fff; }
.rustro-mode.paper { background: #e69f00; color: #201600; }
.rustro-mode.live { background: #c62828; color: #fff; outline: 2px solid #ff8a80; }
.rustro-up { color: var(--up-ink); } .rustro-down { color: var(--down-ink); }
.rustro-chips { gap: 4px 6px; }
.rustro-chip { display: inline-block; padding: 1px 9px; border-radius: 10px; font-size: 12px;
  border: 1px solid var(--line); color: var(--ink); }
.rustro-chip.good { border-color: var(--up); color: var(--up-ink); }
.rustro-chip.bad { border-color: var(--down); color: var(--down-ink); }
.rustro-chip.wait { border-style: dashed; }
.rustro-chip.why { color: var(--faint); }
.rustro-heading { font-size: 12px; color: var(--faint); margin: 4px 0 2px; }
.rustro-heading b { color: var(--ink); }
.rustro-state { justify-content: space-between; gap: 12px; overflow: visible; }
"""

BANNERS = """
.rustro-message { min-height: 28px; align-items: center; gap: 12px; overflow: visible; }
.rustro-banner { padding: 2px 12px; border-radius: 4px; font-weight: 600; font-size: 13.5px;
  flex: 1 1 auto; color: #fff; white-space: pre-wrap; font-variant-numeric: tabular-nums; }
.rustro-banner.alert { background: #8a5a00; }
.rustro-banner.stale { background: #7a5195; }
.rustro-banner.kill { background: #c62828; }
.rustro-banner.limited { background: #8a5a00; }
.rustro-stale .rustro-meters, .rustro-stale .rustro-tabs, .rustro-stale .rustro-middle,
.rustro-stale .rustro-head > :not(.rustro-mode), .rustro-stale .rustro-state,
.rustro-stale .rustro-positions,
.rustro-stale .rustro-strip { filter: grayscale(1) opacity(.55); }
"""

CONTROLS = """
.rustro-controls { align-items: center; flex-flow: row wrap; gap: 2px 4px; overflow: visible; }
.rustro-button { min-width: 88px; }
.rustro-latest.rustro-button { height: 22px; line-height: 20px; }
.rustro-row .rustro-button { height: 22px; line-height: 20px; min-width: 84px; }
.rustro-kill { font-weight: 700; letter-spacing: .06em; }
.rustro-answer { flex: 0 0 auto; }
.rustro-reason { margin-left: 16px; }
.rustro-foot { justify-content: flex-end; }
"""

ROWS = """
.rustro-cells, .rustro-row { font-size: 12.5px; color: var(--ink);
  font-variant-numeric: tabular-nums; }
.rustro-row { align-items: center; overflow: visible; }
.rustro-heads { display: flex; }
.rustro-cells { display: grid; column-gap: 8px; text-align: right; white-space: nowrap; }
.rustro-cells.fixed { grid-template-columns: 230px 52px repeat(4, 74px); }
.rustro-cells.live { grid-template-columns: 74px 128px 96px; margin-left: 8px; }
.rustro-cells.order { grid-template-columns: 230px 46px 52px 52px 74px 190px 170px; }
.rustro-held { position: relative; overflow: visible; }
.rustro-held .rustro-row { height: 26px; }
.rustro-held .rustro-row .rustro-button { margin-left: 334px; }
.rustro-part-held { position: absolute; top: 0; left: 618px; overflow: visible; }
.rustro-part-held .rustro-cells { height: 26px; align-content: center; }
.rustro-cells > :first-child { text-align: left; }
.rustro-cells.live > :first-child { text-align: right; }
.rustro-cells.order > :nth-child(n+6), .rustro-cells.order > :nth-child(2) { text-align: left; }
.rustro-cells.head { color: var(--faint); font-size: 12px; }
.rustro-cells em { color: var(--down-ink); font-style: normal; }
.rustro-row .rustro-button { margin-left: 12px; }
.rustro-change { white-space: pre; }
.rustro-meters { display: grid; gap: 4px 14px; font-size: 12.5px; color: var(--ink);
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  font-variant-numeric: tabular-nums; }
.rustro-meter { display: grid; grid-template-columns: 1fr; line-height: 1.25; }
.rustro-meter i { display: block; height: 4px; border-radius: 2px; background: var(--line); }
.rustro-meter u { display: block; height: 4px; }
.rustro-meter s { display: block; height: 4px; border-radius: 2px; background: var(--up); }
.rustro-meter.near s { background: var(--near); } .rustro-meter.at s { background: var(--down); }
.rustro-meter.at b { color: var(--down-ink); }
"""

STRIP = """
.rustro-whynot { overflow: visible; }
.rustro-strip { position: relative; height: 30px; overflow: visible; flex: 0 0 auto; }
.rustro-minutes { width: 100%; height: 30px; overflow: hidden; align-items: stretch;
  border-radius: 3px; background: var(--raised); }
.rustro-minutes > .widget-html { display: flex; min-width: 0; margin: 0; height: 30px;
  border-left: 1px solid var(--paper); }
.rustro-minutes .widget-html-content { display: flex; width: 100%; height: 30px; flex: 1 1 auto;
  align-items: center; line-height: 0; }
.rustro-minutes i { height: 22px; min-width: 0; }
.rustro-minutes i.g-signal { height: 30px; min-width: 3px; }
.g-signal { background: var(--ink); }
.rustro-strip > .widget-slider { position: absolute; inset: 0; width: 100%; height: 30px;
  margin: 0; }
.rustro-strip > .widget-slider .slider-container { margin: 0 1px; height: 30px; width: 100%;
  max-width: none; }
.rustro-strip > .widget-slider .noUi-target { background: transparent; border: none;
  box-shadow: none; height: 30px; cursor: pointer; }
.rustro-strip .noUi-connects, .rustro-strip > .widget-slider .noUi-connect {
  background: transparent; }
.rustro-strip > .widget-slider .noUi-handle { width: 9px; height: 36px; top: -3px; right: -5px;
  border-radius: 3px; background: transparent; border: 2px solid var(--jp-brand-color1, #1976d2);
  box-shadow: none; transform: none; }
.rustro-strip .noUi-handle::before, .rustro-strip .noUi-handle::after { display: none; }
.rustro-hours { position: relative; height: 15px; font-size: 11px; color: var(--faint);
  font-variant-numeric: tabular-nums; }
.rustro-hours span { position: absolute; transform: translateX(-50%); }
.rustro-legend { gap: 2px 14px; font-size: 12px; }
.rustro-key i { display: inline-block; width: 11px; height: 11px; border-radius: 2px;
  margin-right: 5px; vertical-align: -1px; border: 1px solid var(--line); }
"""

TABLES = """
.rustro-table { border-collapse: collapse; width: 100%; font-size: 12px; color: var(--ink);
  font-variant-numeric: tabular-nums; }
.rustro-table th { text-align: right; color: var(--faint); font-weight: 500;
  border-bottom: 1px solid var(--line); padding: 2px 8px; }
.rustro-table td { text-align: right; padding: 2px 8px; white-space: nowrap; }
.rustro-table th:first-child, .rustro-table td:first-child { text-align: left; }
.rustro-table tr.first td { font-weight: 600; background: var(--raised); }
.rustro-table tr.off td { color: var(--faint); }
.rustro-gates td, .rustro-gates th { padding: 1px 4px; font-size: 11.5px; line-height: 1.2; }
.rustro-gates td:nth-child(n+3) { white-space: normal; overflow-wrap: anywhere; }
.rustro-gates td:nth-child(3) { min-width: 58px; }
.rustro-gates.widget-html { width: 100%; }
.rustro-gates .part { padding-left: 12px; color: var(--faint); }
.rustro-cockpit .rustro-rules table, .rustro-report .rustro-rules table { table-layout: auto; }
.rustro-rules .rustro-table tr > * { text-align: left; padding: 1px 8px; }
.rustro-rules .rustro-table tr > :nth-child(2) { text-align: right; }
.rustro-lines .rustro-table tr > * { text-align: left; padding: 1px 8px; }
.rustro-lines .rustro-table td:last-child { white-space: normal; width: 99%; }
.rustro-orders .rustro-table tr > :nth-child(-n+3), .rustro-orders .rustro-table td:last-child,
.rustro-trades .rustro-table tr > :nth-child(-n+3), .rustro-orders .rustro-table th:last-child {
  text-align: left; }
.rustro-table tr.fired td { background: var(--raised); }
.rustro-table tr.fired.bad td:nth-child(-n+2) { color: var(--down-ink); font-weight: 600; }
.rustro-chain td, .rustro-chain th { padding: 1px 4px; font-size: 11px;
  text-align: right !important; }
.rustro-chain th[colspan] { text-align: center !important; }
.rustro-chain .strike { text-align: center !important; font-weight: 600;
  background: var(--raised); }
.rustro-preview { max-width: 760px; }
.rustro-tab { max-height: 330px; overflow: auto; }
.rustro-tabs .lm-TabBar-tab { flex: 0 1 auto !important; min-width: 0; padding: 0 12px; }
.rustro-side { max-height: 640px; }
"""

CHART = """
.rustro-priced { position: relative; }
.rustro-part-price { position: absolute; overflow: hidden; pointer-events: none;
  top: PLOT_TOP; bottom: PLOT_BOTTOM; left: PLOT_LEFT; right: PLOT_RIGHT; }
.rustro-part-price > .widget-html { flex: 1 1 auto; }
.rustro-price { position: absolute; width: min(90%, 100% - 68px); border-top: 1px dotted #8c959f; }
.rustro-price b { position: absolute; left: 100%; padding-left: 4px; white-space: nowrap;
  transform: translateY(-50%); color: var(--ink); font-size: 11.5px; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.rustro-chart .bqplot svg text, .rustro-chart svg.bqplot text { fill: var(--faint) !important; }
.rustro-ema { color: #b8860b; } .rustro-violet { color: #8a6fe0; }
.rustro-readout { min-height: 20px; gap: 2px 12px !important; font-size: 12px !important; }
.rustro-toolbar .widget-toggle-buttons .widget-toggle-button { padding: 0 2px; margin: 2px 1px; }
.rustro-toolbar { row-gap: 0; } .rustro-toolbar select { font-size: 11.5px; }
.rustro-toolbar .jupyter-button { padding: 0 8px; }
.rustro-chart .curve_label { fill: var(--ink) !important;
  font-size: 11.5px !important; font-weight: 600 !important; }
.rustro-chart .grid line, .rustro-chart .tick line { stroke: var(--line) !important; }
.rustro-chart .axisline, .rustro-chart .domain { stroke: var(--line) !important; }
"""


def _chart() -> str:
    """The current price lies over the plot of the figure, which bqplot insets by pixels."""
    inset = {
        "TOP": MARGIN["top"] + AIR_PX + AROUND_PX,
        "BOTTOM": MARGIN["bottom"] + AIR_PX + AROUND_PX,
        "LEFT": MARGIN["left"],
        "RIGHT": MARGIN["right"],
    }
    style = CHART
    for side, px in inset.items():
        style = style.replace(f"PLOT_{side}", f"{px:.2f}px")
    return style


_LIVE = ".rustro-part [class^=of-] { display: none; }\n" + PARTS
_PARTS = (FRAME, BANNERS, CONTROLS, ROWS, STRIP, TABLES, _chart(), _LIVE)
CSS = (
    f"<style>{''.join(_PARTS)}{_gate_colours()}</style>"
    # named colours are filled in here so that chart and tables cannot drift apart
    .replace("UP2;", f"{BLUE_ORANGE.up};")
    .replace("DOWN2;", f"{BLUE_ORANGE.down};")
    .replace("UP;", f"{UP};")
    .replace("DOWN;", f"{DOWN};")
)
