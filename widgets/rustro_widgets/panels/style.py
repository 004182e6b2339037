"""The one style sheet of the panels; its colours follow JupyterLab's light or dark theme."""

UP, DOWN = "#26a69a", "#ef5350"

CSS = (
    """<style>
.rustro-cockpit, .rustro-report {
  --ink: var(--jp-ui-font-color1, #24292f); --faint: var(--jp-ui-font-color2, #6e7781);
  --line: var(--jp-border-color2, #d0d7de); --paper: var(--jp-layout-color1, #fff);
  --up: UP; --down: DOWN; background: var(--paper);
}
.rustro-cockpit { padding: 6px 8px;
  border: 3px solid var(--line); border-radius: 6px;
}
.rustro-cockpit.rustro-sim { border-color: #0b5cad; }
.rustro-cockpit.rustro-paper { border-color: #e69f00; }
.rustro-cockpit.rustro-live { border: 6px solid #c62828; }
.rustro-cockpit .widget-html-content { line-height: 1.35; }
.rustro-bar { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center;
  color: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
.rustro-bar b { font-weight: 600; }
.rustro-bar .faint { color: var(--faint); }
.rustro-bar .big { font-size: 20px; font-weight: 600; }
.rustro-mode { padding: 3px 14px; border-radius: 4px; font-weight: 700; letter-spacing: .08em; }
.rustro-mode.sim { background: #0b5cad; color: #fff; }
.rustro-mode.paper { background: #e69f00; color: #201600; }
.rustro-mode.live { background: #c62828; color: #fff; outline: 2px solid #ff8a80; }
.rustro-up { color: var(--up); } .rustro-down { color: var(--down); }
.rustro-chip { display: inline-block; padding: 1px 9px; border-radius: 10px; font-size: 12px;
  border: 1px solid var(--line); color: var(--ink); }
.rustro-chip.good { border-color: var(--up); color: var(--up); }
.rustro-chip.bad { border-color: var(--down); color: var(--down); }
.rustro-chip.why { color: var(--faint); }
.rustro-table { border-collapse: collapse; width: 100%; font-size: 12px; color: var(--ink);
  font-variant-numeric: tabular-nums; }
.rustro-table th { text-align: right; color: var(--faint); font-weight: 500;
  border-bottom: 1px solid var(--line); padding: 2px 8px; }
.rustro-table td { text-align: right; padding: 2px 8px; white-space: nowrap; }
.rustro-table th:first-child, .rustro-table td:first-child { text-align: left; }
.rustro-table tr.first td { font-weight: 600; background: var(--jp-layout-color2, #f6f8fa); }
.rustro-table tr.off td { color: var(--faint); }
.rustro-gates td, .rustro-gates th { padding: 1px 5px; font-size: 11.5px; }
.rustro-gates td:last-child { white-space: normal; }
.rustro-cockpit .rustro-rules table, .rustro-report .rustro-rules table { table-layout: auto; }
.rustro-rules .rustro-table tr > * { text-align: left; padding: 1px 8px; }
.rustro-rules .rustro-table tr > :nth-child(2) { text-align: right; }
.rustro-table tr.fired td { background: var(--jp-layout-color2, #f6f8fa); }
.rustro-table tr.fired.bad td:nth-child(-n+2) { color: var(--down); font-weight: 600; }
.rustro-heading { font-size: 12px; color: var(--faint); margin: 4px 0 2px; }
.rustro-chart .bqplot svg text, .rustro-chart svg.bqplot text { fill: var(--faint) !important; }
.rustro-chart .grid line, .rustro-chart .tick line { stroke: var(--line) !important; }
.rustro-chart .axisline, .rustro-chart .domain { stroke: var(--line) !important; }
.rustro-cockpit .widget-label { color: var(--ink); }
.rustro-cockpit .widget-checkbox { display: flex; align-items: center; margin-left: 18px; }
</style>"""
    # named colours are filled in here so that chart and tables cannot drift apart
    .replace("UP;", f"{UP};").replace("DOWN;", f"{DOWN};")
)
